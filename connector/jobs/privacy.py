"""The jobs for people's data: the report of accounts to Atlassian, retention, and the purge of sites that left."""

from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from connector.container import Container
from connector.jira.privacy import ACCOUNTS_AT_ONCE
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.records.operations.retention_settings import save_cycle, select_months, select_retention_settings
from mappings.records.operations.tenants import select_tenant
from mappings.records.privacy.account_reports import save_known, save_reported, select_due
from mappings.records.privacy.purge import delete_owned, delete_sample, delete_tenant, owned_tables, select_departed
from mappings.records.sql.engine import StoreError, compact
from webhooks.erasure import erase
from webhooks.retention import begin_retention, retention_step

# How long the data of a site that uninstalled waits for its return.
GRACE_DAYS = 30


def report_accounts(container: Container, tenant_id: int, now: Instant) -> Instant | None:
    """Report the accounts that are due to Atlassian, 90 at once, and erase those it calls closed. Raises JiraError."""
    with container.engine.begin() as connection:
        save_known(connection, tenant_id, now)
        cycle = select_retention_settings(connection, tenant_id).cycle_days * DAY
        due = select_due(connection, tenant_id, now - cycle, ACCOUNTS_AT_ONCE)
    if not due:
        return None
    verdicts = container.jira(tenant_id, background=True).report_accounts(due)
    closed = sorted(account for account, state in verdicts.states.items() if state == "closed")
    with container.engine.begin() as connection:
        save_reported(connection, tenant_id, due.keys() - set(closed), fresh=verdicts.states.keys(), now=now)
        if verdicts.cycle_days is not None:
            save_cycle(connection, tenant_id, verdicts.cycle_days)
    for account in closed:
        erase(container.engine, container.vault, tenant_id, account=account, now=now)
        container.names.forget(tenant_id, account)
    if closed:
        compact(container.engine)
    return now if len(due) == ACCOUNTS_AT_ONCE else None


def keep_retention(container: Container, tenant_id: int, now: Instant) -> Instant | None:
    with container.reader.connect() as connection:
        months = select_months(connection, tenant_id, container.settings.retention_months)
    begin_retention(container.engine, tenant_id, months_before(now, months))
    return now if retention_step(container.engine, tenant_id, now) is not None else None


def months_before(now: Instant, months: int) -> Instant:
    moment = datetime.fromtimestamp(now // 1_000_000, UTC)
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return int(datetime(year, month + 1, 1, tzinfo=UTC).timestamp()) * 1_000_000


def purge_uninstalled(container: Container, _: int, now: Instant) -> Instant | None:
    with container.reader.connect() as connection:
        departed = select_departed(connection, now - GRACE_DAYS * DAY)
    if not departed:
        return None
    purge(container.engine, departed[0])
    return now


def purge(engine: Engine, tenant_id: int) -> int:
    """Delete every row of a site that uninstalled, table by table; return how many. Raises StoreError.

    What is killed half-way goes on the next time; a site that comes back meanwhile is left alone with what is left.
    """
    with engine.begin() as connection:
        _require_gone(connection, tenant_id)
        count = delete_sample(connection, tenant_id)
    for table in owned_tables():
        with engine.begin() as connection:
            _require_gone(connection, tenant_id)
            count += delete_owned(connection, tenant_id, table)
    with engine.begin() as connection:
        _require_gone(connection, tenant_id)
        delete_tenant(connection, tenant_id)
    compact(engine)
    return count + 1


def _require_gone(connection: Connection, tenant_id: int) -> None:
    # Checked with each table: the site may be installed again in the middle of a purge.
    known = select_tenant(connection, tenant_id, lock=True)
    if known is None or known.state != "uninstalled":
        raise StoreError("the site is installed again", "nothing more of it was deleted")
