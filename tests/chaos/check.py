"""What has to be so after the faults: the true report, nothing waiting, nothing doubled, no secret in the log."""

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, text

from connector.clock import now
from connector.container import Container
from connector.figures.review import select_review
from connector.jobs.runner import JobRunner
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.formats.report.json_report import report, report_bytes
from mappings.records.agreement.engagements import save_engagement, select_engagement
from mappings.records.operations.jobs import save_due
from mappings.records.sql.engine import StoreError, open_engine, upgrade
from tests.chaos.installation import wait_for
from tests.jira.site import Site
from tests.jira.story.story import Plan, engagement_file
from tests.webhooks.site import SiteTenant, add_site_tenant
from webhooks.generations import measure_pending

ACME = "growth-acme"
WHOLE = (date(2020, 1, 1), date(2040, 1, 1))
# The account that was closed has another pseudonym in each tenant, so rows that name people are counted.
EXACT = ("day_sum",)
COUNTED = ("entry", "evidence", "opportunity", "opportunity_sum", "credit_sum", "credit_hour_sum")
TOKEN = re.compile(rb"eyJ[\w-]{10,}\.")


@dataclass(frozen=True)
class Truth:
    """The report and the figures of a tenant that read the finished site once, in peace."""

    report: bytes
    figures: dict[str, list[tuple[object, ...]]]


def agree(engine: Engine, tenant_id: int, story: Plan) -> None:
    engagement = read_engagement(engagement_file(story, ACME))
    with engine.begin() as connection:
        save_engagement(connection, tenant_id, engagement, engagement_hash(engagement), now=now(), by=None)
    measure_pending(engine, tenant_id, now())


def outcome_of(engine: Engine, tenant_id: int, as_of: int) -> Truth:
    with engine.connect() as connection:
        stored = select_engagement(connection, tenant_id, ACME)
        assert stored is not None
        first, end = WHOLE
        body = report_bytes(report(select_review(connection, tenant_id, stored, first=first, end=end, as_of=as_of)))
    return Truth(body, SiteTenant(engine, tenant_id, as_of).figures(ACME))


@contextmanager
def peaceful_ground(as_of: int) -> Iterator[SiteTenant]:
    folder = Path(tempfile.mkdtemp(prefix="teachback-chaos-"))
    url = f"sqlite:///{folder / 'teachback.db'}"
    upgrade(url)
    engine = open_engine(url)
    try:
        yield add_site_tenant(engine, as_of)
    finally:
        engine.dispose()
        shutil.rmtree(folder)


def find_truth(site: Site, story: Plan, as_of: int) -> Truth:
    with peaceful_ground(as_of) as site_tenant:
        agree(site_tenant.engine, site_tenant.tenant_id, story)
        site_tenant.read_all(site)
        return outcome_of(site_tenant.engine, site_tenant.tenant_id, as_of)


def read_marked(container: Container, tenant_id: int) -> None:
    """Read again what events only hinted at, without waiting for the minute, or for the lease of who was killed."""
    runner = JobRunner(container)
    with container.engine.begin() as connection:
        save_due(connection, tenant_id, "reread", now())
        connection.execute(text("UPDATE job SET lease_until = 0 WHERE name = 'reread'"))
    while (done := runner.run_now(tenant_id, "reread")) is not None and done.due_at <= now():
        assert done.message is None, done


def count_rows(container: Container, table: str) -> int:
    try:
        with container.reader.connect() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
    except StoreError:
        return -1  # a connection of before the last fault


def check(container: Container, site: Site, story: Plan, tenants: Sequence[int], poisons: int) -> list[str]:
    """Return what differs from what has to be so after the faults."""
    # The check's own connections of before the faults were cut, too.
    container.engine.dispose()
    container.reader.dispose()
    wait_for(lambda: count_rows(container, "inbox") == 0, "the inbox to be drained", patience=600)
    for tenant_id in tenants:
        read_marked(container, tenant_id)
        measure_pending(container.engine, tenant_id, now())
    as_of, wrong = now(), list[str]()
    truth = find_truth(site, story, as_of)
    for tenant_id in tenants:
        wrong += compare(outcome_of(container.engine, tenant_id, as_of), truth, tenant_id)
    for name, number in (("inbox", 0), ("reread", 0), ("dead_letter", poisons)):
        if (rows := count_rows(container, name)) != number:
            wrong.append(f"{rows} rows in {name}, not {number}")
    return wrong


def compare(outcome: Truth, truth: Truth, tenant_id: int) -> Iterator[str]:
    if outcome.report != truth.report:
        yield f"tenant {tenant_id}: the report is not the true one"
    for name in EXACT + COUNTED:
        rows, expected = outcome.figures[name], truth.figures[name]
        if len(rows) != len(expected) or (name in EXACT and rows != expected):
            yield f"tenant {tenant_id}: {len(rows)} rows in {name}, true are {len(expected)}"


def find_secrets(log: Path, secrets: Iterable[str]) -> list[str]:
    """Return what stands in the log and must not: a secret, a token, an account."""
    written = log.read_bytes()
    shown = [f"{secret[:6]}… is in the log" for secret in secrets if secret.encode() in written]
    return shown + [f"{len(tokens)} tokens are in the log" for tokens in [TOKEN.findall(written)] if tokens]
