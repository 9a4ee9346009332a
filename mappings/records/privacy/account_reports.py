"""Which accounts Atlassian is to hear of, and when it last did."""

from collections.abc import Collection, Iterable

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from mappings.events.pseudonyms import is_erased
from mappings.events.types import Instant
from mappings.measure.model.engagement import Engagement
from mappings.records.privacy.account_columns import PLACES
from mappings.records.sql.bulk import insert_rows
from mappings.records.tables import engagement, reported

_read = msgspec.json.Decoder(Engagement).decode


def save_known(connection: Connection, tenant_id: int, now: Instant) -> None:
    """Enter every account that is held and was not known to be; forget those that are held no longer."""
    held = select_held(connection, tenant_id)
    known = set(connection.execute(select(reported.c.account_id).where(_of(tenant_id))).scalars())
    rows = [(tenant_id, account, now) for account in sorted(held - known)]
    insert_rows(connection, reported, ("tenant_id", "account_id", "known_at"), rows)
    for account in known - held:
        connection.execute(delete(reported).where(_of(tenant_id), reported.c.account_id == account))


def _of(tenant_id: int) -> ColumnElement[bool]:
    return reported.c.tenant_id == tenant_id


def select_held(connection: Connection, tenant_id: int) -> set[str]:
    """Return every account that stands in a column of its own, or as lead or learner; the erased are none."""
    found: set[str] = set()
    for place in PLACES:
        for name in place.plain:
            if place.table is not reported:
                mine = place.table.c.tenant_id == tenant_id
                found |= set(connection.execute(select(place.table.c[name]).where(mine).distinct()).scalars())
    bodies = connection.execute(select(engagement.c.body).where(engagement.c.tenant_id == tenant_id)).scalars()
    found |= set(_agreed(bodies))
    return {account for account in found if account and not is_erased(account)}


def _agreed(bodies: Iterable[str]) -> Iterable[str]:
    for one in map(_read, bodies):
        yield from (account for accounts in one.leads.values() for account in accounts)
        yield from (account for each in one.objectives for account in each.learners)


def select_due(connection: Connection, tenant_id: int, before: Instant, limit: int) -> dict[str, Instant]:
    """Return accounts that were last reported, or first known, before an instant, each with when we took it in."""
    since = func.coalesce(reported.c.reported_at, reported.c.known_at)
    query = select(reported.c.account_id, reported.c.known_at).where(_of(tenant_id), since <= before)
    return dict(connection.execute(query.order_by(since, reported.c.account_id).limit(limit)).all())


def save_reported(
    connection: Connection, tenant_id: int, accounts: Collection[str], *, fresh: Collection[str], now: Instant
) -> None:
    """Note that accounts were reported; of the `fresh` ones nothing that we hold is older than now."""
    for account in accounts:
        values = {"reported_at": now} | ({"known_at": now} if account in fresh else {})
        here = _of(tenant_id) & (reported.c.account_id == account)
        connection.execute(update(reported).where(here).values(**values))
