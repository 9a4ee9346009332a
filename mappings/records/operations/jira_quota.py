"""Points spent on Jira per hour over all tenants, and endpoints that Jira asked us to leave alone for a while."""

from typing import Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import Connection, delete, or_, select, update

from mappings.events.types import Instant
from mappings.records.sql.bulk import insert_rows, save_rows
from mappings.records.tables import jira_points, jira_retry_after

# For whom Jira is asked: a person who waits, work that keeps up, the history of a new project, the full pass.
Purpose: TypeAlias = Literal["people", "work", "history", "rolling"]

# The tenant_id of what holds for the whole installation.
EVERYONE = 0


class Spent(Struct, frozen=True):
    """Points of one hour (UTC, counted since the epoch) by purpose."""

    hour: int
    people: int = 0
    work: int = 0
    history: int = 0
    rolling: int = 0


class Ceilings(Struct, frozen=True):
    """Points that an hour may cost: `own` for one purpose, `background` for all but people, `whole` for all."""

    own: int
    background: int
    whole: int


class RetryAfter(Struct, frozen=True):
    """An endpoint (scope "": all of them) that is not to be asked until an instant."""

    tenant_id: int
    scope: str
    until: Instant
    reason: str


def take_points(connection: Connection, hour: int, purpose: Purpose, points: int, *, ceilings: Ceilings) -> bool:
    """Take points for background work, all or none; False where a ceiling is reached."""
    own_share = jira_points.c[purpose] + points <= ceilings.own
    background = jira_points.c.work + jira_points.c.history + jira_points.c.rolling + points
    below = (background <= ceilings.background) & (background + jira_points.c.people <= ceilings.whole)
    change = (
        update(jira_points)
        .where(jira_points.c.hour == hour, own_share, below)
        .values({purpose: jira_points.c[purpose] + points})
    )
    if connection.execute(change).rowcount == 1:
        return True
    insert_rows(connection, jira_points, ("hour",), [(hour,)])
    return connection.execute(change).rowcount == 1


def save_points(connection: Connection, hour: int, purpose: Purpose, points: int) -> None:
    """Count points that were spent, whatever the ceilings."""
    insert_rows(connection, jira_points, ("hour",), [(hour,)])
    connection.execute(
        update(jira_points).where(jira_points.c.hour == hour).values({purpose: jira_points.c[purpose] + points})
    )


def select_spent(connection: Connection, hour: int) -> Spent:
    names = Spent.__struct_fields__
    row = connection.execute(select(*(jira_points.c[name] for name in names)).where(jira_points.c.hour == hour)).first()
    return Spent(hour) if row is None else Spent(*row)


def delete_old_hours(connection: Connection, before: int) -> None:
    connection.execute(delete(jira_points).where(jira_points.c.hour < before))


def save_retry_after(connection: Connection, retry_after: RetryAfter) -> None:
    """Save an endpoint's Retry-After; of two ends the later counts."""
    row = (retry_after.tenant_id, retry_after.scope, retry_after.until, retry_after.reason[:64])
    later = 'excluded."until" > "jira_retry_after"."until"'
    save_rows(connection, jira_retry_after, RetryAfter.__struct_fields__, [row], where=later)


def select_retry_after(connection: Connection, now: Instant, tenant_id: int | None = None) -> list[RetryAfter]:
    """Return what is not to be asked now: for one tenant and for everyone, or for all tenants."""
    query = select(*(jira_retry_after.c[name] for name in RetryAfter.__struct_fields__)).where(
        jira_retry_after.c.until > now
    )
    if tenant_id is not None:
        query = query.where(or_(jira_retry_after.c.tenant_id == tenant_id, jira_retry_after.c.tenant_id == EVERYONE))
    return [
        RetryAfter(*row)
        for row in connection.execute(query.order_by(jira_retry_after.c.tenant_id, jira_retry_after.c.scope))
    ]


def delete_expired_retry_after(connection: Connection, now: Instant) -> None:
    connection.execute(delete(jira_retry_after).where(jira_retry_after.c.until <= now))
