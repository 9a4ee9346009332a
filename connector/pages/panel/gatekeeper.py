"""A ticket to a gatekeeper: when they were there, how early that was, their own answers, and whether it waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.gatekeepers.lists import OnTicket, select_on_ticket
from connector.figures.prepared import select_prepared
from connector.pages.gatekeeping.asked_rows import answers_words, asked_row
from connector.pages.gatekeeping.asks import asks_row
from connector.pages.gatekeeping.content import waiting_row
from connector.pages.gatekeeping.figures import viewer_of
from connector.pages.gatekeeping.viewer import Viewer
from connector.pages.visibility import account
from connector.text import day
from connector.web.gate import caller
from mappings.records.facts.issues import IssueLabel
from mappings.records.sql.scope import Scope
from mappings.translation import gettext


@dataclass(frozen=True)
class GatekeptPart:
    """What is the viewer's of a ticket in an engagement, or alike in several; no facts where none came to it."""

    names: tuple[str, ...]
    facts: list[tuple[str, str]]


def merge_alike(parts: Sequence[GatekeptPart]) -> list[GatekeptPart]:
    """Return the parts, those of the same facts as one under the names of their engagements."""
    names: dict[tuple[tuple[str, str], ...], tuple[str, ...]] = {}
    for part in parts:
        facts = tuple(part.facts)
        names[facts] = (*names.get(facts, ()), *part.names)
    return [GatekeptPart(alike, list(facts)) for facts, alike in names.items()]


def gatekept_part(connection: Connection, view: EngagementView, label: IssueLabel) -> GatekeptPart:
    view, now = view.as_shown, container().clock()
    if view.stored.generation is None:
        return GatekeptPart((view.engagement.name,), [])
    prepared = select_prepared(connection, caller().tenant_id, view.stored)
    scope = Scope(connection, caller().tenant_id, view.engagement.key, view.stored.shown_generation)
    on_ticket = select_on_ticket(scope, prepared, label.issue_id, viewer=account(), now=now)
    return GatekeptPart((view.engagement.name,), _facts(viewer_of(prepared, now), on_ticket, label))


def _facts(viewer: Viewer, on_ticket: OnTicket, label: IssueLabel) -> list[tuple[str, str]]:
    facts = [*_waiting_facts(viewer, on_ticket, label), *_open_facts(viewer, on_ticket, label)]
    if on_ticket.asked and (on_ticket.open is None or on_ticket.open.met is None):
        asked = asked_row(viewer, on_ticket.asked, label, on_ticket.answers)
        facts += [(gettext("First there"), asked.words), (gettext("Why"), asked.why)]
        facts += [(gettext("Early"), gettext("%(early)s of 100 (100: before work starts)", early=asked.early))]
        facts.append((gettext("Your answer"), _answer(on_ticket, asked.answer)))
    elif on_ticket.answers:
        facts.append((gettext("Your answer"), _answer(on_ticket, answers_words(viewer, on_ticket.answers))))
    return [(name, text) for name, text in facts if text]


def _waiting_facts(viewer: Viewer, on_ticket: OnTicket, label: IssueLabel) -> list[tuple[str, str]]:
    """Return since when a ticket waits for an answer, and how it is answered."""
    if not on_ticket.waits:
        return []
    row = waiting_row(viewer, on_ticket.waits, label)
    waiting_words = gettext("Waiting") if viewer.rules.works_council else gettext("Waiting, business hours")
    return [
        (gettext("Waits for you since"), row.since),
        (gettext("Work"), row.work),
        (waiting_words, "; ".join(filter(None, [row.waited, row.until]))),
        (gettext("To answer"), _to_answer(viewer, is_first=on_ticket.waits.is_first)),
    ]


def _to_answer(viewer: Viewer, *, is_first: bool) -> str:
    # Only the first answer counts as passed or come back (measurement (h), D5).
    if not is_first:
        return gettext("move it out of %(status)s", status=viewer.status)
    return gettext(
        "move it out of %(status)s; to %(back)s it counts as come back", status=viewer.status, back=viewer.back
    )


def _open_facts(viewer: Viewer, on_ticket: OnTicket, label: IssueLabel) -> list[tuple[str, str]]:
    """Return of an open ticket when a gatekeeper was first there, or that it asks for one and what counts as there."""
    ticket = on_ticket.open
    if ticket is not None and ticket.met is not None:
        place = {"day": day(viewer.calendar.day(ticket.met))}
        if ticket.began is None or ticket.met <= ticket.began:
            return [(gettext("First there"), gettext("%(day)s, before work started", **place))]
        words = gettext("%(day)s, after work started: how early that is, is counted once it is finished", **place)
        return [(gettext("First there"), words)]
    if ticket is None or not (ticket.needs or on_ticket.waits):
        return []
    # How early goes on falling until somebody was there, also while it waits.
    not_yet = (gettext("First there"), gettext("not yet: a comment, a move or another change of yours counts"))
    if on_ticket.waits:
        return [not_yet]
    asks = asks_row(viewer, ticket, label)
    return [(gettext("Why"), asks.why), (gettext("Work"), asks.work), not_yet]


def _answer(on_ticket: OnTicket, answer: str) -> str:
    # Of a ticket that is still open, too: its first submission counts once it is answered.
    if not on_ticket.returned:
        return answer
    return gettext("%(answer)s; came back, so not passed at first", answer=answer)
