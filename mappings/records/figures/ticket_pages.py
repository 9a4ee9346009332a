"""Pages of tickets by key: those finished in a period, those that are open, and those that not everybody may browse."""

from collections.abc import Collection, Iterable
from typing import Any, TypeAlias

from msgspec import Struct
from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    TextClause,
    and_,
    exists,
    func,
    or_,
    select,
    text,
    true,
    tuple_,
    union_all,
)

from mappings.events.types import Instant
from mappings.measure.model.ticket import UNTAGGED
from mappings.records.sql.bulk import among
from mappings.records.sql.scope import Scope, rows_of_generation
from mappings.records.tables import change, comment, entry, evidence, issue, measured, open_ticket, worklog
from mappings.records.tables.facts import ASSIGNED, SECURED

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
# Each objective of open tickets once, in the same way.
_OPEN_OBJECTIVES = text(
    "WITH RECURSIVE open_objective (objective) AS ("
    "SELECT min(objective) FROM open_ticket WHERE tenant_id = :tenant AND engagement = :engagement "
    "AND generation = :generation AND objective > :untagged UNION ALL "
    "SELECT (SELECT min(o.objective) FROM open_ticket AS o WHERE o.tenant_id = :tenant AND o.engagement = :engagement "
    "AND o.generation = :generation AND o.objective > open_objective.objective) "
    "FROM open_objective WHERE open_objective.objective IS NOT NULL) "
    "SELECT objective FROM open_objective WHERE objective IS NOT NULL"
)


class Place(Struct, frozen=True):
    """The place of a ticket in a list, latest first: an instant, then the issue id."""

    at: Instant
    issue_id: int


class Span(Struct, frozen=True):
    """The half-open period `[start, end)`."""

    start: Instant
    end: Instant


# What somebody did or was given on a ticket, of whatever side: a changelog names assignees in its two sides.
_MOVED = change.c.field == "status"
Act: TypeAlias = tuple[Column[Any], ColumnElement[bool] | TextClause]
_ACTS: tuple[Act, ...] = (
    (comment.c.author, true()),
    (worklog.c.author, true()),
    (change.c.new, ASSIGNED),
    (change.c.old, ASSIGNED),
    (change.c.author, _MOVED),
)


class Part(Struct, frozen=True):
    """A person who has evidence on a ticket for one of the objectives, or commented, logged, moved or was assigned."""

    account: str
    objectives: tuple[str, ...]


class Choice(Struct, frozen=True):
    """Which tickets of a list: only those ids (None: all), only those on which somebody has a part, and from where."""

    only: tuple[int, ...] | None = None
    part: Part | None = None
    before: Place | None = None


def select_finished_page(scope: Scope, span: Span, choice: Choice, limit: int) -> list[Place]:
    """Return tickets with an entry in the period by their last one there, latest first, at most `limit`.

    It walks the index on the time of entries, so a page costs its own rows, however long the period is. Where only
    certain ids are asked for, it looks up each.
    """
    at = entry.c.at if choice.only is None else entry.c.at + 0
    # No index on the time of entries answers for a sum. Otherwise SQLite, which has counted no rows, walks the whole
    # period by it for each ticket.
    later = entry.alias()
    has_later = exists().where(
        later.c.tenant_id == scope.tenant_id,
        later.c.engagement == scope.engagement,
        later.c.generation == scope.generation,
        later.c.issue_id == entry.c.issue_id,
        later.c.number > entry.c.number,
        later.c.at + 0 < span.end,
    )
    inside = and_(rows_of_generation(entry, scope), at >= span.start, at < span.end, ~has_later)
    query = select(entry.c.at, entry.c.issue_id).where(inside, *_chosen(scope, choice, entry.c.issue_id))
    query = query.where(_before(choice, at, entry.c.issue_id))
    query = query.order_by(at.desc(), entry.c.issue_id.desc()).limit(limit)
    return [Place(*row) for row in scope.connection.execute(query).all()]


def count_entries(scope: Scope, span: Span, most: int) -> int:
    """Return how many entries a period has; `most` where there are as many or more."""
    inside = and_(rows_of_generation(entry, scope), entry.c.at >= span.start, entry.c.at < span.end)
    entries = select(entry.c.issue_id).where(inside).limit(most).subquery()
    return scope.connection.execute(select(func.count()).select_from(entries)).scalar_one()


def select_open_page(scope: Scope, choice: Choice, limit: int, *, objective: str | None = None) -> list[Place]:
    """Return open tickets with an objective, UNTAGGED for those without any, last updated first, at most `limit`.

    None is listed twice. Without `objective` those with any are listed.

    Each objective's latest are read by its index: the latest of all are among them.
    """
    updated = open_ticket.c.updated if choice.only is None else open_ticket.c.updated + 0
    columns = (updated.label("updated"), open_ticket.c.issue_id)
    chosen = _chosen(scope, choice, open_ticket.c.issue_id)
    listed = select(*columns).where(rows_of_generation(open_ticket, scope), _before(choice, *columns), *chosen)
    latest = listed.order_by(*(column.desc() for column in columns)).limit(limit)
    objectives: Iterable[str] = [objective] if objective is not None else _select_open_objectives(scope)
    parts = [select(latest.where(open_ticket.c.objective == key).subquery()) for key in objectives]
    if not parts:
        return []
    rows = {Place(*row) for row in scope.connection.execute(union_all(*parts)).all()}
    return sorted(rows, key=lambda place: (place.at, place.issue_id), reverse=True)[:limit]


def _select_open_objectives(scope: Scope) -> list[str]:
    return list(scope.connection.execute(_OPEN_OBJECTIVES, _values(scope) | {"untagged": UNTAGGED}).scalars())


def count_open(scope: Scope, most: int, *, objective: str | None = None, choice: Choice | None = None) -> int:
    """Return how many open tickets have an objective, UNTAGGED for none at all; `most` where there are as many or more.

    Without `objective` those with any are counted, and of a `choice` those on all of its pages.
    """
    column = open_ticket.c.objective
    among_all = _chosen(scope, choice, open_ticket.c.issue_id) if choice else []
    chosen = [column > UNTAGGED if objective is None else column == objective, *among_all]
    ids = select(open_ticket.c.issue_id).where(rows_of_generation(open_ticket, scope), *chosen).distinct().limit(most)
    return scope.connection.execute(select(func.count()).select_from(ids.subquery())).scalar_one()


def _values(scope: Scope) -> dict[str, str | int]:
    return {"tenant": scope.tenant_id, "engagement": scope.engagement, "generation": scope.generation}


def _before(choice: Choice, at: ColumnElement[int], issue_id: ColumnElement[int]) -> ColumnElement[bool]:
    if choice.before is None:
        return true()
    return tuple_(at, issue_id) < tuple_(choice.before.at, choice.before.issue_id)


def _chosen(scope: Scope, choice: Choice, issue_id: ColumnElement[int]) -> list[ColumnElement[bool]]:
    conditions = [] if choice.only is None else [among(issue_id, choice.only)]
    if choice.part is not None:
        conditions.append(_has_part(scope, choice.part, issue_id))
    return conditions


def _has_part(scope: Scope, part: Part, issue_id: ColumnElement[int]) -> ColumnElement[bool]:
    # SQLite, which has counted no rows, would look for the person's evidence of each objective: a ticket has few rows.
    account = evidence.c.account.concat("") if scope.connection.dialect.name == "sqlite" else evidence.c.account
    has_evidence = exists().where(_of_part(scope, part, account), evidence.c.issue_id == issue_id)
    return or_(has_evidence, *(_has_act(scope, part, act, issue_id) for act in _ACTS))


def _has_act(scope: Scope, part: Part, act: Act, issue_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Tell whether somebody did that on a ticket, or on a sub-task, whose work counts for it."""
    acts, subtask = act[0].table.c, issue.alias()
    below = and_(subtask.c.tenant_id == scope.tenant_id, subtask.c.parent_id == issue_id)
    own = _of_act(scope, part, act)
    return or_(
        exists().where(own, acts.issue_id == issue_id), exists().where(own, below, acts.issue_id == subtask.c.issue_id)
    )


def _of_act(scope: Scope, part: Part, act: Act) -> ColumnElement[bool]:
    column, condition = act
    return and_(column.table.c.tenant_id == scope.tenant_id, column == part.account, condition)


def _of_part(scope: Scope, part: Part, account: ColumnElement[str]) -> ColumnElement[bool]:
    of_objectives = evidence.c.objective.in_(part.objectives)
    return and_(rows_of_generation(evidence, scope), of_objectives, account == part.account)


def select_restricted_among(scope: Scope, issue_ids: Collection[int], project_ids: Collection[str]) -> set[int]:
    """Return which of these tickets have a security level, or are in no project of `project_ids`."""
    outside = or_(SECURED, issue.c.project_id.is_(None), issue.c.project_id.not_in(sorted(project_ids)))
    query = select(issue.c.issue_id).where(issue.c.tenant_id == scope.tenant_id, among(issue.c.issue_id, issue_ids))
    return set(scope.connection.execute(query.where(outside)).scalars())


def select_restricted(scope: Scope, span: Span, choice: Choice, project_ids: Collection[str]) -> set[int]:
    """Return the chosen tickets of a period that have a security level, or are in no project of `project_ids`.

    What is small is walked: tickets with a level and those in other projects, or else those of the period.
    """
    issues = select(issue.c.issue_id).where(issue.c.tenant_id == scope.tenant_id)
    secured = _with_entry(scope, span, choice, issues.where(SECURED).subquery().c.issue_id)
    restricted = set(scope.connection.execute(secured).scalars())
    site_projects = scope.connection.execute(_SITE_PROJECTS, {"tenant": scope.tenant_id}).scalars()
    others = sorted({*site_projects} - {*project_ids})
    # Two queries, each of which the index answers alone.
    parts = (issues.where(issue.c.project_id.is_(None)), issues.where(issue.c.project_id.in_(others)))
    elsewhere = union_all(*parts).subquery()
    few = select(func.count()).select_from(select(elsewhere.c.issue_id).limit(_FEW_ELSEWHERE + 1).subquery())
    if scope.connection.execute(few).scalar_one() <= _FEW_ELSEWHERE:
        query = _with_entry(scope, span, choice, elsewhere.c.issue_id)
    else:
        joined = (issue.c.tenant_id == entry.c.tenant_id) & (issue.c.issue_id == entry.c.issue_id)
        outside = or_(issue.c.project_id.is_(None), issue.c.project_id.in_(others))
        inside = and_(rows_of_generation(entry, scope), entry.c.at >= span.start, entry.c.at < span.end)
        query = select(entry.c.issue_id).distinct().join_from(entry, issue, joined).where(inside, outside)
        query = query.where(*_chosen(scope, choice, entry.c.issue_id))
    return restricted | set(scope.connection.execute(query).scalars())


def _with_entry(scope: Scope, span: Span, choice: Choice, issue_id: ColumnElement[int]) -> Select[int]:
    # By the index on the ids, as in select_finished_page.
    at = entry.c.at + 0
    has_entry = exists().where(
        rows_of_generation(entry, scope), entry.c.issue_id == issue_id, at >= span.start, at < span.end
    )
    return select(issue_id).where(has_entry, *_chosen(scope, choice, issue_id))


def select_taken_part(scope: Scope, part: Part, most: int) -> tuple[int, ...] | None:
    """Return the tickets on which a person has a part, by the front of indexes; None for more than `most`."""
    # No DISTINCT: SQLite would walk the evidence of everybody in the order of tickets.
    queries = [select(evidence.c.issue_id).where(_of_part(scope, part, evidence.c.account))]
    queries += [select(act[0].table.c.issue_id).where(_of_act(scope, part, act)).distinct() for act in _ACTS]
    # Each ends by itself: of who did more on other tickets of the site no more is read.
    parts = [select(query.limit(most + 1).subquery()) for query in queries]
    ids = scope.connection.execute(union_all(*parts)).scalars().all()
    own = {*ids}
    return tuple(sorted(own | _select_parents(scope, own))) if len(ids) <= most else None


def _select_parents(scope: Scope, issue_ids: Collection[int]) -> set[int]:
    # Not by "is not null": SQLite would take it for the better way into an index, and walk all sub-tasks of the site.
    of_site = select(issue.c.parent_id).where(issue.c.tenant_id == scope.tenant_id)
    parents = scope.connection.execute(of_site.where(among(issue.c.issue_id, issue_ids))).scalars()
    return {parent for parent in parents if parent is not None}


def select_late(scope: Scope, now: Instant) -> tuple[int, ...]:
    """Return the tickets on which an objective set after they were done waits for the other side."""
    waits = and_(rows_of_generation(measured, scope), measured.c.retro_until >= now)
    return tuple(scope.connection.execute(select(measured.c.issue_id).where(waits)).scalars())
