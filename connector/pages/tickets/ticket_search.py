"""Finished tickets that can be disputed, found by key or words, of all periods: those that the viewer may browse."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from connector.container import container
from connector.jira.client import JiraError
from connector.jira.session import chunks
from connector.pages.agency_part import has_part
from connector.pages.periods import Period
from connector.pages.prepared import prepared_of
from connector.pages.ticket_text import Naming
from connector.pages.tickets.disputed import counts_text
from connector.pages.tickets.finished import READ, ListContext, select_disputable, select_seen
from connector.pages.visibility import AWAY, PROJECT_KEY, browsable, select_open_projects
from connector.text import full_day
from connector.web.gate import caller
from mappings.measure.model.ticket import Entry
from mappings.measure.ticket.history import read_history
from mappings.records.facts.issues import IssueLabel, select_labels, select_labels_of_keys, select_tickets
from mappings.records.figures.entries import StoredEntry, select_entries
from mappings.records.figures.ticket_pages import Choice
from mappings.translation import gettext, list_text, ngettext

# Tickets that are offered at once, and characters of what is looked for.
LISTED, LONGEST = 10, 100
NUMBER = re.compile(r"[0-9]{1,18}")
KEY = re.compile(rf"{PROJECT_KEY.pattern}-{NUMBER.pattern}")


@dataclass(frozen=True)
class FoundTicket:
    issue_id: int
    key: str
    summary: str
    note: str


@dataclass(frozen=True)
class TicketSearch:
    """What was found, latest first, and a sentence about it."""

    words: str
    tickets: tuple[FoundTicket, ...]
    text: str


def search_tickets(context: ListContext, words: str) -> TicketSearch:
    """Return the tickets whose key or title has all of the words; without words the latest of the agency's.

    A key, or its number alone, is looked up; words are looked for in the latest tickets, so that a search costs no
    more where a period has many.
    """
    words = words.strip()[:LONGEST]
    whole = replace(context, period=_whole_time(context))
    try:
        return _search(whole, words)
    except JiraError:
        return TicketSearch(words, (), ngettext(*AWAY, LISTED))


def _whole_time(context: ListContext) -> Period:
    return Period("", "", context.view.engagement.starts, context.calendar.day(context.now))


def _search(context: ListContext, words: str) -> TicketSearch:
    projects = select_open_projects(context.connection, context.view)
    # By its key a ticket is found however old it is.
    keys = _keys_of(context, words)
    named = [label.issue_id for label in select_labels_of_keys(context.connection, caller().tenant_id, keys)]
    choices = [Choice(only=tuple(named))] if named else []
    places = [place for choice in (*choices, Choice()) for place in select_seen(context, choice, projects, READ)]
    ids = list(dict.fromkeys(place.issue_id for place in places))
    labels = select_labels(context.connection, caller().tenant_id, ids)
    matching = [labels[i] for i in ids if i in labels and (i in named or _matches(labels[i], words))]
    # What others did without the agency is mostly none of its matters: it is found by its key or words.
    tickets = _disputable(context, matching, is_wanted=(lambda _: True) if words else has_part)
    cut = len(places) >= READ
    text = _found_text(len(tickets), cut=cut) if words else _latest_text(context, len(tickets))
    if not tickets and any(KEY.fullmatch(key) for key in keys):
        text = _key_text(context, keys)
    return TicketSearch(words, tuple(tickets[:LISTED]), text)


def _keys_of(context: ListContext, words: str) -> list[str]:
    if NUMBER.fullmatch(words):
        return [f"{project}-{words}" for project in sorted(context.view.engagement.projects)]
    return [words.upper()] if "-" in words else []


def _matches(label: IssueLabel, words: str) -> bool:
    text = f"{label.key} {label.summary}".casefold()
    return all(word in text for word in words.casefold().split())


def _disputable(
    context: ListContext, labels: list[IssueLabel], *, is_wanted: Callable[[Entry], bool]
) -> list[FoundTicket]:
    """Return those wanted of which the viewer's side may dispute something now, one more than are listed at most."""
    tickets: list[FoundTicket] = []
    # Mostly the first read is enough: few are opened again or were disputed before.
    for some in chunks(labels, 2 * LISTED):
        entries = select_entries(context.scope, [label.issue_id for label in some])
        last = {issue_id: stored[-1] for issue_id, stored in entries.items()}
        latest = {issue_id: stored for issue_id, stored in last.items() if is_wanted(stored.entry)}
        disputable = select_disputable(context, {issue_id: stored.entry for issue_id, stored in latest.items()})
        tickets += [_found(context, label, latest[label.issue_id]) for label in some if label.issue_id in disputable]
        if len(tickets) > LISTED:
            break
    return tickets[: LISTED + 1]


def _found(context: ListContext, label: IssueLabel, stored: StoredEntry) -> FoundTicket:
    entry, rules = stored.entry, context.view.stored.rules
    naming = Naming(context.view.engagement, {}, rules=rules, now=context.now)
    when = gettext("done %(day)s", day=full_day(context.calendar.day(entry.at)))
    texts = [when, *naming.objectives(entry), counts_text(context, stored)]
    return FoundTicket(label.issue_id, label.key, label.summary, " · ".join(texts))


def _latest_text(context: ListContext, number: int) -> str:
    agency = context.view.engagement.agency_name
    if not number:
        return gettext("No finished ticket with work or an objective of %(agency)s can be disputed now.", agency=agency)
    return ngettext(
        "The latest finished ticket with work or an objective of %(agency)s; search for others.",
        "The latest %(num)s finished tickets with work or an objective of %(agency)s; search for others.",
        min(number, LISTED),
        agency=agency,
    )


def _key_text(context: ListContext, keys: Sequence[str]) -> str:
    """Return why none is found of keys; of what the viewer may not browse nothing is told. Raises JiraError."""
    of_engagement = [key for key in keys if key.rpartition("-")[0] in context.view.engagement.projects]
    labels = select_labels_of_keys(context.connection, caller().tenant_id, of_engagement)
    seen = browsable(container(), labels)
    unfinished = _unfinished(context, seen)
    if open_keys := [label.key for label in labels if label.issue_id in unfinished]:
        return ngettext(
            "%(keys)s is open: only finished tickets can be disputed.",
            "%(keys)s are open: only finished tickets can be disputed.",
            len(open_keys),
            keys=list_text(open_keys),
        )
    return gettext("No finished ticket that you may see has this key, or it is disputed already.")


def _unfinished(context: ListContext, issue_ids: Collection[int]) -> frozenset[int]:
    prepared = prepared_of(context.connection, context.view)
    tickets = select_tickets(context.connection, caller().tenant_id, issue_ids)
    histories = {issue_id: read_history(prepared, ticket) for issue_id, ticket in tickets.items()}
    return frozenset(i for i, history in histories.items() if history and history.own.moves[-1].new != "done")


def _found_text(number: int, *, cut: bool) -> str:
    if number > LISTED:
        return gettext("The latest %(number)s are listed: add a word to find others.", number=LISTED)
    if number:
        return ngettext("%(num)s finished ticket.", "%(num)s finished tickets.", number)
    if cut:
        return gettext("None of the latest %(number)s finished tickets has these words. Try its key.", number=READ)
    return gettext("No finished ticket has these words, or it is disputed already.")
