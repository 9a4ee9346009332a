"""Statuses: every name an id carries or ever carried, and its category."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, bindparam, func, or_, select

from mappings.events.names import fold_name
from mappings.events.types import Change, Status
from mappings.measure.model.ticket import StatusBook
from mappings.records.facts.site_names import select_site_names
from mappings.records.sql.bulk import among_bound_ids, insert_rows, save_rows
from mappings.records.tables import change, status, status_name


def save_statuses(connection: Connection, tenant_id: int, seen: Iterable[Status]) -> None:
    latest = {entry.status_id: entry for entry in seen}
    known = [(tenant_id, entry.status_id, entry.category) for entry in latest.values() if entry.category]
    save_rows(
        connection, status, ("tenant_id", "status_id", "category"), known,
        where='"status"."category" IS NULL OR excluded."category" <> "status"."category"',
    )  # fmt: skip
    save_status_names(connection, tenant_id, {(entry.status_id, entry.name) for entry in latest.values() if entry.name})


def save_status_names(connection: Connection, tenant_id: int, pairs: set[tuple[str, str]]) -> None:
    rows = sorted((tenant_id, status_id, name[:255]) for status_id, name in pairs)
    insert_rows(connection, status_name, ("tenant_id", "status_id", "name"), rows)


def names_in(changes: Iterable[Change]) -> set[tuple[str, str]]:
    pairs: set[tuple[str, str]] = set()
    for each in changes:
        if each.field == "status":
            sides = ((each.old, each.old_text), (each.new, each.new_text))
            pairs |= {(status_id, name) for status_id, name in sides if status_id and name}
    return pairs


_NAMES = select(status_name.c.status_id, status_name.c.name).where(status_name.c.tenant_id == bindparam("tenant"))
_CATEGORIES = select(status.c.status_id, status.c.category).where(status.c.tenant_id == bindparam("tenant"))


def select_status_book(connection: Connection, tenant_id: int) -> StatusBook:
    names: defaultdict[str, set[str]] = defaultdict(set)
    site_values = {"tenant": tenant_id}
    for status_id, name in connection.execute(_NAMES, site_values):
        # A status keeps its meaning when it is renamed, so every name it ever had counts.
        names[status_id].add(fold_name(name))
    categories = {row[0]: row[1] for row in connection.execute(_CATEGORIES, site_values) if row[1]}
    site = select_site_names(connection, tenant_id)
    return StatusBook({key: frozenset(value) for key, value in names.items()}, categories, site)


# By key: it costs these issues' histories. In the order in which a timeline is read; no index answers for a sum.
_MOVES = (
    select(change.c.issue_id, change.c.new, change.c.new_text)
    .where(
        change.c.tenant_id == bindparam("tenant"),
        among_bound_ids(change.c.issue_id),
        or_(change.c.field_id == "status", func.lower(change.c.field) == "status"),
    )
    .order_by(change.c.at + 0, change.c.history_id, change.c.place)
)


def select_last_statuses(
    connection: Connection, tenant_id: int, issue_ids: Collection[int]
) -> dict[int, tuple[str | None, str | None]]:
    """Return by issue the id and the name of the status to which it was changed last; none that was never changed."""
    rows = connection.execute(_MOVES, {"tenant": tenant_id, "at_ids": tuple(issue_ids)}).all()
    return {row[0]: (row[1], row[2]) for row in rows}
