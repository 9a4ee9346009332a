"""Open tickets whose status says that they wait for a side, and who reads it of which."""

from collections.abc import Collection, Mapping, Sequence
from operator import itemgetter

from msgspec import Struct

from connector.auth.access import EngagementView
from connector.figures.open_previews import Wait, agency_wait_of, open_request_of
from connector.pages.agency_part import is_elsewhere
from connector.text import day, day_beside
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.measure.model.engagement import StatusKind
from mappings.measure.model.ticket import UNTAGGED, Ticket
from mappings.measure.score.reciprocity import OPEN_KINDS, Answer
from mappings.measure.ticket.measure import measure_if_done
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import select_tickets
from mappings.records.facts.statuses import select_last_statuses
from mappings.records.figures.ticket_pages import Choice, Place, select_open_page
from mappings.records.sql.scope import Scope
from mappings.translation import gettext
from webhooks.annotations import with_annotations

# So many open tickets with an objective are read, and as many without: a page costs no more where there are more.
MOST_READ = 40
OF_AGENCY: tuple[StatusKind, ...] = ("paused_on_agency",)


class OpenAsks(Struct, frozen=True):
    """What each of these tickets waits for, the longest first; `is_cut`: more are open than were read."""

    requests: dict[int, Answer]
    tickets: dict[int, Ticket]
    is_cut: bool


class AgencyWaits(Struct, frozen=True):
    """Since when each of these tickets waits for the agency, the longest first; `is_cut` as of OpenAsks."""

    since: dict[int, Instant]
    is_cut: bool


def select_open_asks(scope: Scope, prepared: PreparedEngagement) -> OpenAsks:
    """Return the tickets that wait for the in-house team among the open ones that changed last."""
    tickets, is_cut = _select_standing(scope, prepared, OPEN_KINDS)
    asked = {issue_id: open_request_of(prepared, ticket) for issue_id, ticket in tickets.items()}
    requests = [(issue_id, request) for issue_id, request in asked.items() if request]
    return OpenAsks(dict(sorted(requests, key=lambda item: item[1].at)), tickets, is_cut)


def select_agency_waits(scope: Scope, prepared: PreparedEngagement, now: Instant) -> AgencyWaits:
    """Return the tickets that wait for the agency among the open ones that changed last.

    The status does not say for which agency of a project: those of others are left out.
    """
    tickets, is_cut = _select_standing(scope, prepared, OF_AGENCY)
    waits = {issue_id: agency_wait_of(prepared, ticket) for issue_id, ticket in tickets.items()}
    since = {issue_id: wait.since for issue_id, wait in waits.items() if wait}
    waiting = with_annotations(scope.agreement, {issue_id: tickets[issue_id] for issue_id in since})
    previews = {issue_id: measure_if_done(prepared, ticket, now) for issue_id, ticket in waiting.items()}
    own = {
        issue_id: since[issue_id]
        for issue_id, preview in previews.items()
        if preview and not is_elsewhere(prepared, waiting[issue_id], preview.entry, now)
    }
    return AgencyWaits(dict(sorted(own.items(), key=itemgetter(1))), is_cut)


def _select_standing(
    scope: Scope, prepared: PreparedEngagement, kinds: Collection[StatusKind]
) -> tuple[dict[int, Ticket], bool]:
    """Return of the open tickets that changed last those in statuses of these kinds, and whether more are open."""
    pages = [select_open_page(scope, Choice(), MOST_READ + 1, objective=objective) for objective in (None, UNTAGGED)]
    ids = {place.issue_id for page in pages for place in page[:MOST_READ]}
    # Few wait, and no other has to be read. What was never moved may have been made in such a status.
    last = select_last_statuses(scope.connection, scope.tenant_id, ids)
    standing = {each for each in ids if each not in last or prepared.statuses.kind(*last[each]) in kinds}
    tickets = select_tickets(scope.connection, scope.tenant_id, standing) if standing else {}
    return tickets, any(map(_is_long, pages))


def _is_long(page: Sequence[Place]) -> bool:
    return len(page) > MOST_READ


def lists_asks(view: EngagementView) -> bool:
    """Tell whether what waits for the in-house team is listed: a status says that it waits, and who asks reads scores.

    What a latency counts stands on no ticket in works-council mode (measurement (f)).
    """
    workflow = view.engagement.workflow
    waits = bool(workflow.paused_on_client or workflow.review)
    return waits and "scores" in view.sees and not view.stored.rules.works_council


def lists_agency_waits(view: EngagementView) -> bool:
    """Tell whether what waits for the agency is listed: a status says that it does, as `wait_text` tells it."""
    return bool(view.engagement.workflow.paused_on_agency) and not view.stored.rules.works_council


def wait_texts(
    view: EngagementView, prepared: PreparedEngagement, waits: Mapping[int, Wait], now: Instant
) -> dict[int, str]:
    """Return for tickets whom they wait for and since when, of those that wait."""
    texts = ((issue_id, wait_text(view, prepared, wait, now)) for issue_id, wait in waits.items())
    return {issue_id: text for issue_id, text in texts if text}


def wait_text(view: EngagementView, prepared: PreparedEngagement, wait: Wait | None, now: Instant) -> str:
    """Return whom a ticket waits for and since when, "" for nobody, or in works-council mode.

    It is told to whoever reads the ticket's panel, which says the same of each: its status is Jira's, and its day
    stands in the record of the ticket.
    """
    if wait is None or view.stored.rules.works_council:
        return ""
    since = day(prepared.calendar.day(wait.since))
    if wait.side == "gatekeeper":
        return gettext("waits for a gatekeeper since %(day)s", day=since)
    if wait.side == "agency":
        if view.agency and wait.assignee == caller().account:
            return gettext("waits for you since %(day)s", day=since)
        return gettext("waits for the agency since %(day)s", day=since)
    if wait.request and wait.request.is_late(now):
        return gettext("waits for the in-house team since %(day)s, late", day=since)
    return gettext("waits for the in-house team since %(day)s", day=since)


def opened_again_text(prepared: PreparedEngagement, at: Instant | None, now: Instant) -> str:
    """Return when an open ticket was opened again, as a row says it; "" for one that was not, or in works-council mode.

    The day stands in the record of the ticket, which is off in that mode (measurement (f)).
    """
    if at is None or prepared.ruleset.works_council:
        return ""
    calendar = prepared.calendar
    return gettext("opened again on %(day)s", day=day_beside(calendar.day(at), calendar.day(now)))
