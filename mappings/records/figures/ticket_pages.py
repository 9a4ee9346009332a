"""Pages of tickets by key: those finished in a period, those that are open, and those that not everybody may browse."""

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select, text, tuple_, union_all

from mappings.events.types import Instant
from mappings.records.sql.bulk import among
from mappings.records.sql.scope import Scope, rows_of_generation
from mappings.records.tables import entry, evidence, issue, measured, open_ticket
from mappings.records.tables.facts import SECURED

# So many tickets of other projects are looked at one by one; where there are more, those of the period are.
_FEW_ELSEWHERE = 50_000
# Each project of the site once: the index leads from one id to the next, however many tickets each has.
_SITE_PROJECTS = text(
    "WITH RECURSIVE site_project (project_id) AS ("
    "SELECT min(project_id) FROM issue WHERE tenant_id = :tenant UNION ALL "
    "SELECT (SELECT min(i.project_id) FROM issue AS i WHERE i.tenant_id = :tenant "
    "AND i.project_id > site_project.project_id) FROM site_project WHERE site_project.project_id IS NOT NULL) "
    "SELECT project_id FROM site_project WHERE project_id IS NOT NULL"
)


class Place(Struct, frozen=True):
    """The place of a ticket in a list, latest first: an instant, then the issue id."""

    at: Instant
    issue_id: int


class Span(Struct, frozen=True):
    """The half-open period `[start, end)`."""

    start: Instant
    end: Instant


class Choice(Struct, frozen=True):
    """Which tickets of a list: only those ids (None: all), without those that the viewer may not browse."""

    only: tuple[int, ...] | None = None
    without: tuple[int, ...] = ()
    before: Place | None = None


def select_finished_page(scope: Scope, span: Span, choice: Choice, limit: int) -> list[Place]:
    """Return tickets with an entry in the period by their last one there, latest first, at most `limit`.

    It walks the index on the time of entries, so a page costs its own rows, however long the period is.
    """
    later = entry.alias()
    has_later = exists().where(
        later.c.tenant_id == scope.tenant_id,
        later.c.engagement == scope.engagement,
        later.c.generation == scope.generation,
        later.c.issue_id == entry.c.issue_id,
        later.c.number > entry.c.number,
        later.c.at < span.end,
    )
    inside = and_(rows_of_generation(entry, scope), entry.c.at >= span.start, entry.c.at < span.end, ~has_later)
    query = select(entry.c.at, entry.c.issue_id).where(inside, *_chosen(choice, entry.c.at, entry.c.issue_id))
    query = query.order_by(entry.c.at.desc(), entry.c.issue_id.desc()).limit(limit)
    return [Place(*row) for row in scope.connection.execute(query).all()]


def select_open_page(scope: Scope, choice: Choice, limit: int) -> list[Place]:
    """Return open tickets with an objective, last updated first, at most `limit`; none twice."""
    columns = (open_ticket.c.updated, open_ticket.c.issue_id)
    chosen = _chosen(choice, *columns)
    query = select(*columns).where(rows_of_generation(open_ticket, scope), *chosen).distinct()
    query = query.order_by(open_ticket.c.updated.desc(), open_ticket.c.issue_id.desc()).limit(limit)
    return [Place(*row) for row in scope.connection.execute(query).all()]


def _chosen(choice: Choice, at: ColumnElement[int], issue_id: ColumnElement[int]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if choice.only is not None:
        conditions.append(among(issue_id, choice.only))
    if choice.without:
        conditions.append(not_(among(issue_id, choice.without)))
    if choice.before is not None:
        conditions.append(tuple_(at, issue_id) < tuple_(choice.before.at, choice.before.issue_id))
    return conditions


def count_open(scope: Scope) -> int:
    """Return how many open tickets have an objective."""
    query = select(func.count(open_ticket.c.issue_id.distinct())).where(rows_of_generation(open_ticket, scope))
    return scope.connection.execute(query).scalar_one()


def select_restricted(scope: Scope, span: Span, project_ids: Collection[str]) -> set[int]:
    """Return the tickets of a period that have a security level, or are in no project of `project_ids`.

    What is small is walked: tickets with a level and those in other projects, or else those of the period.
    """
    issues = select(issue.c.issue_id).where(issue.c.tenant_id == scope.tenant_id)
    secured = _with_entry(scope, span, issues.where(SECURED).subquery().c.issue_id)
    restricted = set(scope.connection.execute(secured).scalars())
    site_projects = scope.connection.execute(_SITE_PROJECTS, {"tenant": scope.tenant_id}).scalars()
    others = sorted({*site_projects} - {*project_ids})
    # Two queries, each of which the index answers alone.
    parts = (issues.where(issue.c.project_id.is_(None)), issues.where(issue.c.project_id.in_(others)))
    elsewhere = union_all(*parts).subquery()
    few = select(func.count()).select_from(select(elsewhere.c.issue_id).limit(_FEW_ELSEWHERE + 1).subquery())
    if scope.connection.execute(few).scalar_one() <= _FEW_ELSEWHERE:
        query = _with_entry(scope, span, elsewhere.c.issue_id)
    else:
        joined = (issue.c.tenant_id == entry.c.tenant_id) & (issue.c.issue_id == entry.c.issue_id)
        outside = or_(issue.c.project_id.is_(None), issue.c.project_id.in_(others))
        inside = and_(rows_of_generation(entry, scope), entry.c.at >= span.start, entry.c.at < span.end)
        query = select(entry.c.issue_id).distinct().join_from(entry, issue, joined).where(inside, outside)
    return restricted | set(scope.connection.execute(query).scalars())


def _with_entry(scope: Scope, span: Span, issue_id: ColumnElement[int]) -> Select[int]:
    has_entry = exists().where(
        rows_of_generation(entry, scope), entry.c.issue_id == issue_id, entry.c.at >= span.start, entry.c.at < span.end
    )
    return select(issue_id).where(has_entry)


def select_taken_part(scope: Scope, account: str, objectives: Collection[str]) -> tuple[int, ...]:
    """Return the tickets on which a person has evidence: by the front of its index, so it costs their own rows."""
    mine = and_(
        rows_of_generation(evidence, scope), evidence.c.objective.in_(sorted(objectives)), evidence.c.account == account
    )
    return tuple(scope.connection.execute(select(evidence.c.issue_id).distinct().where(mine)).scalars())


def select_late(scope: Scope, now: Instant) -> tuple[int, ...]:
    """Return the tickets on which an objective set after they were done waits for the other side."""
    waits = and_(rows_of_generation(measured, scope), measured.c.retro_until >= now)
    return tuple(scope.connection.execute(select(measured.c.issue_id).where(waits)).scalars())
