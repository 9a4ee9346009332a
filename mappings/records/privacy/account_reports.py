"""Accounts to report to Atlassian, and when each was last reported."""

from collections.abc import Collection, Iterable

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from mappings.events.pseudonyms import is_erased
from mappings.events.types import Instant
from mappings.measure.model.engagement import Engagement
from mappings.records.agreement.drafts import accounts_in, select_drafts
from mappings.records.privacy.account_columns import ACCOUNT_COLUMNS
from mappings.records.sql.bulk import insert_rows
from mappings.records.tables import engagement, reported

_read = msgspec.json.Decoder(Engagement).decode


def save_known(connection: Connection, tenant_id: int, now: Instant) -> None:
    """Insert accounts that are stored and not yet listed; delete those that are stored no longer."""
    stored = select_stored_accounts(connection, tenant_id)
    known = set(connection.execute(select(reported.c.account_id).where(_of(tenant_id))).scalars())
    rows = [(tenant_id, account, now) for account in sorted(stored - known)]
    insert_rows(connection, reported, ("tenant_id", "account_id", "known_at"), rows)
    for account in known - stored:
        connection.execute(delete(reported).where(_of(tenant_id), reported.c.account_id == account))


def _of(tenant_id: int) -> ColumnElement[bool]:
    return reported.c.tenant_id == tenant_id


def select_stored_accounts(connection: Connection, tenant_id: int) -> set[str]:
    """Return every account in a column of its own, or as lead or learner, except erased ones."""
    accounts: set[str] = set()
    for columns in ACCOUNT_COLUMNS:
        for name in columns.plain:
            if columns.table is not reported:
                mine = columns.table.c.tenant_id == tenant_id
                accounts |= set(connection.execute(select(columns.table.c[name]).where(mine).distinct()).scalars())
    bodies = connection.execute(select(engagement.c.body).where(engagement.c.tenant_id == tenant_id)).scalars()
    accounts |= set(_agreed_accounts(bodies))
    for draft in select_drafts(connection, tenant_id):
        for body in draft.bodies.values():
            accounts |= set(accounts_in(body))
    return {account for account in accounts if account and not is_erased(account)}


def _agreed_accounts(bodies: Iterable[str]) -> Iterable[str]:
    for agreement in map(_read, bodies):
        yield from (account for accounts in agreement.leads.values() for account in accounts)
        yield from (account for objective in agreement.objectives for account in objective.learners)


def select_due(connection: Connection, tenant_id: int, before: Instant, limit: int) -> dict[str, Instant]:
    """Return accounts last reported, or first stored, before an instant, each with when it was stored."""
    since = func.coalesce(reported.c.reported_at, reported.c.known_at)
    query = select(reported.c.account_id, reported.c.known_at).where(_of(tenant_id), since <= before)
    return dict(connection.execute(query.order_by(since, reported.c.account_id).limit(limit)).all())


def save_reported(
    connection: Connection, tenant_id: int, accounts: Collection[str], *, fresh: Collection[str], now: Instant
) -> None:
    """Save that accounts were reported; nothing stored about a `fresh` one is older than now."""
    for account in accounts:
        values = {"reported_at": now} | ({"known_at": now} if account in fresh else {})
        row = _of(tenant_id) & (reported.c.account_id == account)
        connection.execute(update(reported).where(row).values(**values))
