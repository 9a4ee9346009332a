"""The bar over selected tickets: what can be done to them, and what it would do to the taught share, before it is."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import itemgetter

from flask import request

from connector.actions.actor import Actor
from connector.actions.bulk_tags import Matches, has_objective, select_matches
from connector.actions.selected_tickets import MOST, Tagged, select_confirmable
from connector.container import container
from connector.figures.prepared import select_prepared
from connector.figures.tag_preview import Moved, preview_tags, with_confirmed, with_tag, without_tags
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.agency_part import is_of_others
from connector.pages.periods import quarters
from connector.pages.tickets.finished import ListContext
from connector.pages.visibility import account, browsable, refuse
from connector.text import amount, percent
from connector.web.gate import caller
from mappings.measure.model.ticket import Ticket
from mappings.measure.period.figures import Share
from mappings.measure.ticket.measure import measure_if_done
from mappings.records.facts.issues import select_labels, select_tickets
from mappings.records.figures.day_sums import select_sums
from mappings.records.figures.entries import select_entries
from mappings.translation import gettext, mark, ngettext
from webhooks.annotations import with_annotations

NO_PART = mark("Your agency has no part in some of these tickets. Select others.")


@dataclass(frozen=True)
class Bar:
    """What can be done to the selected tickets; each line says what one of the buttons would do."""

    selected: str
    objectives: list[tuple[str, str]]
    tag: str
    confirm: str
    untag: bool
    lines: list[str]


def read_selected() -> tuple[int, ...]:
    """Read which tickets are selected. A number that names none, or too many, is refused."""
    texts = request.values.getlist("issue")
    if len(texts) > MOST:
        refuse(422, gettext("Select at most %(most)s tickets at once.", most=MOST))
    if not all(text.isdecimal() and len(text) < 19 for text in texts):
        refuse(404, gettext("No such ticket that you may browse in Jira."))
    return tuple(sorted({int(text) for text in texts}))


def require_all_browsable(context: ListContext, issue_ids: Collection[int]) -> None:
    """Refuse unless Jira lets the caller browse every ticket, and their agency has a part in it."""
    labels = select_labels(context.connection, caller().tenant_id, issue_ids)
    try:
        seen = browsable(container(), labels.values())
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)
    # The same answer as for tickets that do not exist.
    if set(issue_ids) - seen:
        refuse(404, gettext("No such ticket that you may browse in Jira."))
    if context.view.agency and Selection(context, tuple(issue_ids)).of_others:
        refuse(403, gettext(NO_PART))


class Selection:
    """Selected tickets with their histories, measured as they are and as they would be."""

    def __init__(self, context: ListContext, issue_ids: tuple[int, ...]) -> None:
        self._context, self._ids = context, issue_ids
        self._tenant_id = caller().tenant_id
        self._prepared = select_prepared(context.connection, self._tenant_id, context.view.stored)
        stored = select_tickets(context.connection, self._tenant_id, issue_ids)
        self._tickets = with_annotations(context.scope.agreement, stored)

    @cached_property
    def _actor(self) -> Actor:
        context = self._context
        stored, now = context.view.stored, context.now
        return Actor(context.connection, self._tenant_id, stored, self._prepared, account(), now)

    @property
    def of_others(self) -> bool:
        """Whether the viewer's agency has no part in one of the tickets."""
        done = select_entries(self._context.scope, self._ids)
        for issue_id, ticket in self._tickets.items():
            entry = done[issue_id][-1].entry if issue_id in done and done[issue_id][-1].entry.sign > 0 else None
            preview = None if entry else measure_if_done(self._prepared, ticket, self._context.now)
            shown = entry or (preview.entry if preview else None)
            if shown and is_of_others(self._context.view, ticket, shown, done=entry is not None):
                return True
        return False

    def bar(self, tag: str) -> Bar | None:
        """Return the bar, None where nothing is selected; `tag` is the objective chosen to be set."""
        if not self._ids:
            return None
        engagement = self._context.view.engagement
        tag = tag if has_objective(engagement, tag) else ""
        waiting = select_confirmable(self._actor, self._ids)
        by_hand = any(tag.is_set for ticket in self._tickets.values() for tag in ticket.tags)
        lines = self._tag_lines(tag) if tag else []
        lines += [self._confirm_line(waiting)] if waiting else []
        lines += [self._untag_line()] if by_hand else []
        confirm = ngettext("Confirm %(num)s late tag", "Confirm %(num)s late tags", len(waiting)) if waiting else ""
        objectives = [(item.key, item.name) for item in engagement.objectives]
        return Bar(
            ngettext("%(num)s selected", "%(num)s selected", len(self._ids)), objectives, tag, confirm, by_hand, lines
        )

    def _tag_lines(self, key: str) -> list[str]:
        connection, stored = self._context.connection, self._context.view.stored
        matches = select_matches(connection, self._tenant_id, stored, objective=key, issue_ids=self._ids)
        lines = []
        if matches.early:
            lines.append(
                ngettext(
                    "%(num)s ticket has it at once, and counts with it when done.",
                    "%(num)s tickets have it at once, and count with it when done.",
                    len(matches.early),
                )
            )
        if matches.late:
            lines.append(self._late_line(matches, key))
        return lines or [ngettext("It has it already.", "They have it already.", len(self._ids))]

    def _late_line(self, matches: Matches, key: str) -> str:
        viewer, now = account(), self._context.now
        late = {issue_id: self._tickets[issue_id] for issue_id in matches.late if issue_id in self._tickets}
        tagged = ((ticket, with_tag(ticket, key, by=viewer, at=now)) for ticket in late.values())
        changes = [(ticket, with_confirmed(changed, [key], by=viewer, at=now)) for ticket, changed in tagged]
        return ngettext(
            "%(num)s ticket is done: it waits for the other side, whose confirmation %(effect)s",
            "%(num)s tickets are done: they wait for the other side, whose confirmation %(effect)s",
            len(matches.late),
            effect=self._moves(changes, now_too=True),
        )

    def _confirm_line(self, waiting: Iterable[Tagged]) -> str:
        by_ticket = {issue_id: [key for _, key in tags] for issue_id, tags in groupby(waiting, itemgetter(0))}
        changes = [
            (self._tickets[i], with_confirmed(self._tickets[i], keys, by=account(), at=self._context.now))
            for i, keys in by_ticket.items()
        ]
        return gettext("Confirming %(effect)s", effect=self._moves(changes, now_too=True))

    def _untag_line(self) -> str:
        changes = [(ticket, without_tags(ticket, self._context.now)) for ticket in self._tickets.values()]
        return gettext("Untagging %(effect)s", effect=self._moves(changes))

    def _moves(self, changes: Sequence[tuple[Ticket, Ticket]], *, now_too: bool = False) -> str:
        """Say what changes would do to the taught share; what is confirmed counts in the quarter of today."""
        context = self._context
        today = quarters(context.view.engagement, context.calendar.day(context.now))[0]
        period = today if now_too else context.period
        rows = select_sums(context.scope, period.first, period.last).get("", ())
        moved = preview_tags(self._prepared, changes, rows, (period.first, period.last))
        effect = _effect(moved, context.view.engagement.units.by)
        if period == context.period:
            return gettext("%(effect)s.", effect=effect)
        return gettext("%(effect)s in %(period)s.", effect=effect, period=period.name)


def _effect(moved: Moved, by: str) -> str:
    before, after = share_text(moved.before), share_text(moved.after)
    if not moved.taught and before == after:
        return gettext("leaves the taught share as it is, %(share)s", share=before)
    places = {"amount": amount(abs(moved.taught), by), "before": before, "after": after}
    if moved.taught >= 0:
        return gettext("moves %(amount)s to taught: %(before)s to %(after)s", **places)
    return gettext("takes %(amount)s from taught: %(before)s to %(after)s", **places)


def share_text(share: Share) -> str:
    return percent(share.value) if share.published and share.value is not None else gettext("not published")
