"""Points spent on Jira per hour over all tenants, and endpoints that Jira asked us to leave alone for a while."""

from typing import Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import Connection, delete, or_, select, update

from mappings.events.types import Instant
from mappings.records.sql.bulk import insert_rows, save_rows
from mappings.records.tables import budget, halt

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
    own_share = budget.c[purpose] + points <= ceilings.own
    background = budget.c.work + budget.c.history + budget.c.rolling + points
    below = (background <= ceilings.background) & (background + budget.c.people <= ceilings.whole)
    change = update(budget).where(budget.c.hour == hour, own_share, below).values({purpose: budget.c[purpose] + points})
    if connection.execute(change).rowcount == 1:
        return True
    insert_rows(connection, budget, ("hour",), [(hour,)])
    return connection.execute(change).rowcount == 1


def save_points(connection: Connection, hour: int, purpose: Purpose, points: int) -> None:
    """Count points that were spent, whatever the ceilings."""
    insert_rows(connection, budget, ("hour",), [(hour,)])
    connection.execute(update(budget).where(budget.c.hour == hour).values({purpose: budget.c[purpose] + points}))


def select_spent(connection: Connection, hour: int) -> Spent:
    names = Spent.__struct_fields__
    row = connection.execute(select(*(budget.c[name] for name in names)).where(budget.c.hour == hour)).first()
    return Spent(hour) if row is None else Spent(*row)


def delete_old_hours(connection: Connection, before: int) -> None:
    connection.execute(delete(budget).where(budget.c.hour < before))


def save_retry_after(connection: Connection, retry_after: RetryAfter) -> None:
    """Save an endpoint's Retry-After; of two ends the later counts."""
    row = (retry_after.tenant_id, retry_after.scope, retry_after.until, retry_after.reason[:64])
    save_rows(connection, halt, RetryAfter.__struct_fields__, [row], where='excluded."until" > "halt"."until"')


def select_retry_after(connection: Connection, now: Instant, tenant_id: int | None = None) -> list[RetryAfter]:
    """Return what is not to be asked now: for one tenant and for everyone, or for all tenants."""
    query = select(*(halt.c[name] for name in RetryAfter.__struct_fields__)).where(halt.c.until > now)
    if tenant_id is not None:
        query = query.where(or_(halt.c.tenant_id == tenant_id, halt.c.tenant_id == EVERYONE))
    return [RetryAfter(*row) for row in connection.execute(query.order_by(halt.c.tenant_id, halt.c.scope))]


def delete_expired_retry_after(connection: Connection, now: Instant) -> None:
    connection.execute(delete(halt).where(halt.c.until <= now))
