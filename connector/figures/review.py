"""What a report, a page, a snapshot or an explanation of a period is made from."""

from datetime import date

from sqlalchemy import Connection

from connector.figures.marks import count_unsigned, mark_rows, select_bulk, select_disputed
from connector.figures.people import people_instant, select_people
from connector.figures.prepared import select_prepared
from connector.figures.scores import scope_of, select_opportunity_rows, select_score
from mappings.events.types import Instant
from mappings.formats.report.source import Carried, ReportSource
from mappings.measure.model.opportunity import Window
from mappings.measure.score.program_counts import COUNTED, ProgramCounts, count_program
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.facts.issues import select_tickets
from mappings.records.figures.counts_by_x import select_counts_by_x
from mappings.records.figures.entries import select_period
from mappings.records.figures.measure_state import select_unsound
from mappings.records.operations.progress import select_all_progress
from mappings.records.sql.scope import Scope

# Tickets looked at one by one, to see whether they touch the period.
UNSOUND = 1000


def select_review(
    connection: Connection, tenant_id: int, stored: StoredEngagement, *, first: date, end: date, as_of: Instant
) -> ReportSource:
    """Return all that the figures of `[first, end)` come from, in the engagement's zone."""
    # Figures are those of the generation that people see, so its rules are printed with them.
    assert stored.generation is not None
    stored = stored.as_shown
    prepared, scope = select_prepared(connection, tenant_id, stored), scope_of(connection, tenant_id, stored)
    span = prepared.calendar.midnight(first), prepared.calendar.midnight(end)
    entries, disputed = select_period(scope, *span), select_disputed(scope.agreement, as_of)
    bulk = select_bulk(connection, tenant_id, prepared, entries)
    scores = select_score(connection, tenant_id, stored, prepared, end=end, as_of=as_of, disputed=disputed)
    return ReportSource(
        stored.engagement,
        stored.hash,
        first,
        end,
        as_of,
        rows=mark_rows(entries, disputed, bulk),
        whole=is_whole(connection, tenant_id, stored, span),
        rules=stored.rules,
        scores=scores,
        carried=Carried(
            select_people(connection, tenant_id, stored, prepared, as_of=people_instant(prepared, span[1], as_of)),
            count_unsigned(connection, tenant_id, prepared, as_of),
        ),
        opportunities=select_opportunity_rows(scope, prepared, scores),
        program=_count_program(scope, Window(*span, as_of)),
    )


def _count_program(scope: Scope, window: Window) -> ProgramCounts:
    return count_program(select_counts_by_x(scope, COUNTED, (window,))[0])


def is_whole(connection: Connection, tenant_id: int, stored: StoredEngagement, span: tuple[Instant, Instant]) -> bool:
    assert stored.generation is not None
    if any(work.brings_history for work in select_all_progress(connection, tenant_id)):
        return False
    unsound = select_unsound(Scope(connection, tenant_id, stored.engagement.key, stored.generation), UNSOUND)
    tickets = select_tickets(connection, tenant_id, unsound).values()
    touching = [ticket for ticket in tickets if ticket.issue.created < span[1] and ticket.issue.updated >= span[0]]
    projects = set(stored.engagement.projects)
    return not any(ticket.issue.key.rpartition("-")[0] in projects for ticket in touching)
