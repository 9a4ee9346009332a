"""The issue property that is mirrored to Jira: the hash of what was last written, and what is being written.

Values are made from figures each time; nothing is read back.
"""

from collections.abc import Callable, Collection, Mapping

from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    true,
    update,
)

from mappings.events.types import Instant
from mappings.records.sql.bulk import among, save_rows
from mappings.records.tables import entry, issue, mirror, mirror_choice, open_ticket, tenant

# Installations in which Jira indexes the property; elsewhere no search would find it.
INDEXED_PLATFORMS = frozenset({"connect", "forge"})


class Mirrored(Struct, frozen=True):
    """The mirror of an issue. `marked_at`: its value may have changed. `task`: Jira is writing the hash `sent`.

    `sent` is empty while a value of somebody else is known to be there. `refused`: how often in a row our value was
    replaced or not accepted; nothing is written before `wait_until`.
    """

    issue_id: int
    marked_at: Instant | None = None
    sent: str | None = None
    written: str | None = None
    written_at: Instant | None = None
    task: str | None = None
    refused: int = 0
    wait_until: Instant | None = None


class Wait(Struct, frozen=True):
    """How often in a row our value was replaced or refused, and until when it is not written again."""

    refused: int
    until: Instant


class Choice(Struct, frozen=True):
    """An admin's choice for a project. `objectives` None: by the default rule; `bucket`: include the buckets."""

    project: str
    objectives: bool | None = None
    bucket: bool = False


_PLATFORM = select(tenant.c.platform).where(tenant.c.tenant_id == bindparam("at_tenant"))


def save_marks(connection: Connection, tenant_id: int, issue_ids: Collection[int], now: Instant) -> None:
    """Mark issues whose value may have changed, where the site mirrors at all."""
    if issue_ids and has_mirror(connection, tenant_id):
        rows = [(tenant_id, issue_id, now) for issue_id in sorted(issue_ids)]
        save_rows(connection, mirror, ("tenant_id", "issue_id", "marked_at"), rows)


def save_all_marked(connection: Connection, tenant_id: int, now: Instant) -> None:
    """Mark every issue that has figures or a mirror."""
    _save_marked_of(connection, tenant_id, lambda _: true(), now)


def save_project_marked(connection: Connection, tenant_id: int, project: str, now: Instant) -> None:
    """Mark the same of a project alone: what another shows does not change."""
    own = select(issue.c.issue_id).where(issue.c.tenant_id == tenant_id, issue.c.project_key == project)
    _save_marked_of(connection, tenant_id, lambda issue_id: issue_id.in_(own), now)


def _save_marked_of(
    connection: Connection, tenant_id: int, among_these: Callable[[Column[int]], ColumnElement[bool]], now: Instant
) -> None:
    if not has_mirror(connection, tenant_id):
        return
    mirrored = (mirror.c.tenant_id == tenant_id) & among_these(mirror.c.issue_id)
    connection.execute(update(mirror).where(mirrored).values(marked_at=now))
    for table in (entry, open_ticket):
        known = (mirror.c.tenant_id == table.c.tenant_id) & (mirror.c.issue_id == table.c.issue_id)
        query = select(table.c.tenant_id, table.c.issue_id, literal(now, BigInteger)).distinct()
        figured = (table.c.tenant_id == tenant_id) & among_these(table.c.issue_id)
        fresh = query.where(figured, ~exists().where(known))
        connection.execute(insert(mirror).from_select(["tenant_id", "issue_id", "marked_at"], fresh))


def has_mirror(connection: Connection, tenant_id: int) -> bool:
    return connection.execute(_PLATFORM, {"at_tenant": tenant_id}).scalar() in INDEXED_PLATFORMS


def select_marked(connection: Connection, tenant_id: int, limit: int, now: Instant) -> dict[int, Mirrored]:
    """Return marked issues that Jira is not writing now and that are not waiting, oldest mark first."""
    waiting = (mirror.c.tenant_id == tenant_id) & mirror.c.marked_at.is_not(None) & mirror.c.task.is_(None)
    return _select(connection, waiting & (func.coalesce(mirror.c.wait_until, 0) <= now), limit)


def select_under_way(connection: Connection, tenant_id: int, limit: int) -> dict[int, Mirrored]:
    """Return the issues of one task that Jira is writing."""
    first = select(func.min(mirror.c.task)).where(mirror.c.tenant_id == tenant_id).scalar_subquery()
    return _select(connection, (mirror.c.tenant_id == tenant_id) & (mirror.c.task == first), limit)


def select_mirrored(connection: Connection, tenant_id: int, issue_ids: Collection[int]) -> dict[int, Mirrored]:
    return _select(connection, (mirror.c.tenant_id == tenant_id) & among(mirror.c.issue_id, issue_ids), None)


def _select(connection: Connection, where: ColumnElement[bool], limit: int | None) -> dict[int, Mirrored]:
    columns = (mirror.c[name] for name in Mirrored.__struct_fields__)
    query = select(*columns).where(where).order_by(mirror.c.marked_at, mirror.c.issue_id).limit(limit)
    return {row.issue_id: Mirrored(*row) for row in connection.execute(query)}


_MINE = (mirror.c.tenant_id == bindparam("at_tenant")) & (mirror.c.issue_id == bindparam("at_issue"))
_MARK = bindparam("at_mark", type_=BigInteger)
_SEND = update(mirror).where(_MINE).values(sent=bindparam("at_hash"), written_at=bindparam("at_now"), task=None)
_CARRY = update(mirror).where(_MINE, mirror.c.marked_at == _MARK).values(marked_at=bindparam("at_now"))
_SETTLE = update(mirror).where(_MINE, mirror.c.marked_at == _MARK).values(marked_at=None)


def save_sent(
    connection: Connection, tenant_id: int, hashes: Mapping[int, tuple[str, Instant | None]], *, now: Instant
) -> None:
    """Save the hashes about to be written, each with the mark that it answers."""
    rows = [
        {"at_tenant": tenant_id, "at_issue": i, "at_hash": value_hash, "at_mark": mark, "at_now": now}
        for i, (value_hash, mark) in sorted(hashes.items())
    ]
    if rows:
        # Saved before Jira is asked, so that its webhook about the change is recognised as ours.
        connection.execute(_SEND, [{name: row[name] for name in row if name != "at_mark"} for row in rows])
        # The mark becomes `now`, by which it is recognised when all is written; one set since stays.
        connection.execute(_CARRY, [{name: row[name] for name in row if name != "at_hash"} for row in rows])


def save_task(connection: Connection, tenant_id: int, issue_ids: Collection[int], task: str | None) -> None:
    """Save the task by which Jira writes issues; None: they are to be sent again."""
    save_rows(connection, mirror, ("tenant_id", "issue_id", "task"), [(tenant_id, i, task) for i in sorted(issue_ids)])


def save_written(connection: Connection, tenant_id: int, ours: Collection[int]) -> None:
    """Save that what was sent is written, unless somebody else's value came meanwhile (`sent` is "")."""
    save_task(connection, tenant_id, ours, None)
    mine = (mirror.c.tenant_id == tenant_id) & among(mirror.c.issue_id, ours)
    connection.execute(update(mirror).where(mine, mirror.c.sent != "").values(written=mirror.c.sent))


def save_settled(connection: Connection, tenant_id: int, marks: Mapping[int, Instant | None]) -> None:
    """Remove the marks of issues, except those marked again since."""
    rows = [{"at_tenant": tenant_id, "at_issue": i, "at_mark": mark} for i, mark in sorted(marks.items())]
    if rows:
        connection.execute(_SETTLE, rows)


def save_foreign(connection: Connection, tenant_id: int, waits: Mapping[int, Wait], now: Instant) -> None:
    """Save that Jira has somebody else's value for issues, and mark them."""
    rows = [(tenant_id, issue_id, now, "", "", wait.refused, wait.until) for issue_id, wait in sorted(waits.items())]
    columns = ("tenant_id", "issue_id", "marked_at", "sent", "written", "refused", "wait_until")
    save_rows(connection, mirror, columns, rows)


def save_refused(connection: Connection, tenant_id: int, waits: Mapping[int, Wait]) -> None:
    """Save that what was sent was not accepted; the issues stay marked and are sent again after the wait."""
    rows = [(tenant_id, issue_id, wait.refused, wait.until) for issue_id, wait in sorted(waits.items())]
    save_rows(connection, mirror, ("tenant_id", "issue_id", "refused", "wait_until"), rows)


def delete_mirrored(connection: Connection, tenant_id: int, issue_ids: Collection[int]) -> None:
    connection.execute(delete(mirror).where(mirror.c.tenant_id == tenant_id, among(mirror.c.issue_id, issue_ids)))


def count_refused(connection: Connection, now: Instant, tenant_id: int | None = None) -> int:
    """Return how many issues wait after a refused value, of one site or of all."""
    waits = mirror.c.marked_at.is_not(None) & (mirror.c.wait_until > now)
    query = select(func.count()).select_from(mirror).where(waits)
    return connection.execute(query if tenant_id is None else query.where(mirror.c.tenant_id == tenant_id)).scalar_one()


def count_marked_by_project(connection: Connection, tenant_id: int) -> dict[str, int]:
    """Return how many issues of each project are marked, by project key."""
    same = (issue.c.tenant_id == mirror.c.tenant_id) & (issue.c.issue_id == mirror.c.issue_id)
    # Not by a join: SQLite would begin with the projects, and walk all issues of the site.
    project = select(issue.c.project_key).where(same).scalar_subquery().label("project")
    marked = select(project).where(mirror.c.tenant_id == tenant_id, mirror.c.marked_at.is_not(None)).subquery()
    rows = connection.execute(select(marked.c.project, func.count()).group_by(marked.c.project))
    return {key: number for key, number in rows if key is not None}


def select_choices(connection: Connection, tenant_id: int) -> dict[str, Choice]:
    columns = (mirror_choice.c.project, mirror_choice.c.objectives, mirror_choice.c.bucket)
    rows = connection.execute(select(*columns).where(mirror_choice.c.tenant_id == tenant_id))
    return {row.project: Choice(*row) for row in rows}


def save_choice(connection: Connection, tenant_id: int, choice: Choice, now: Instant) -> None:
    columns = ("tenant_id", "project", "objectives", "bucket", "changed_at")
    save_rows(connection, mirror_choice, columns, [(tenant_id, choice.project, choice.objectives, choice.bucket, now)])
