"""A batch asks by what it brings: no statement of processing walks all that a site has, whatever was counted before."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from mappings.events.rest import read_issue
from mappings.records.operations.health import select_site_health
from tests.jira.dump import issue_lines
from tests.pages.cost.test_plans import walks
from tests.webhooks.site import MINUTE, SiteTenant, open_site_tenants, small
from webhooks.generations import retry_failed

# Whoever is erased is looked for in all that a site has.
WHOLE = ("instr(",)


@contextmanager
def run_on(engine: Engine) -> Iterator[dict[str, Any]]:
    """Collect the statements with their parameters, of many rows the first."""
    statements: dict[str, Any] = {}

    def note(_: Any, __: Any, statement: str, parameters: Any, ___: Any, is_many: bool) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            statements.setdefault(statement, parameters[0] if is_many else parameters)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def site_tenant(migrated_url: str) -> Iterator[SiteTenant]:
    with open_site_tenants(migrated_url, now=small().story.end) as [site_tenant]:
        site_tenant.agree(*small().engagements())
        yield site_tenant


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
def test_events_reads_and_tries_again_walk_nothing_of_the_whole_site(site_tenant: SiteTenant) -> None:
    engine, tenant_id = site_tenant.engine, site_tenant.tenant_id
    with run_on(engine) as statements:
        site_tenant.keep(small().bodies())
        site_tenant.drain()
        site_tenant.now += MINUTE
        site_tenant.save([read_issue(line.encode(), site_tenant.digest()) for line in issue_lines(small().site)])
        retry_failed(engine, tenant_id, site_tenant.now)
        with engine.connect() as connection:
            select_site_health(connection, tenant_id)
    with engine.connect() as connection:
        plans = [
            (statement, [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)])
            for statement, values in statements.items()
            if not any(text in statement for text in WHOLE)
        ]
    walked = [f"{step}: {statement[:300]}" for statement, steps in plans for step in steps if walks(statement, step)]
    assert walked == []
    assert any("DELETE FROM link" in statement for statement, _ in plans)
    assert len(plans) > 80
