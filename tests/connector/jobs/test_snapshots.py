"""Snapshots: frozen when their period is over, made up for after a standstill, and never written again."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import msgspec
import pytest
from sqlalchemy import Engine

from connector.jobs.registry import JOBS
from connector.jobs.snapshots import begin_rules, freeze, take_due_snapshots, take_snapshot
from mappings.events.times import HOUR
from mappings.formats.engagement_file.reader import engagement_hash
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ruleset import Ruleset, hash_of
from mappings.measure.period.ruleset_approval import agree
from mappings.measure.period.snapshot_spans import Span
from mappings.records.agreement.engagements import save_engagement, select_engagement
from mappings.records.agreement.rulesets import insert_ruleset, save_agreement
from mappings.records.figures.snapshots import Snapshot, select_body, select_snapshots
from mappings.records.operations.progress import Progress, save_progress
from mappings.records.sql.engine import open_engine
from mappings.records.sql.scope import AgreementScope
from tests.conftest import CopyFilled
from tests.webhooks.site import SiteTenant, add_site_tenant, copied, fill_with, small
from webhooks.generations import measure_pending

KEY = "growth-acme"
Q3 = Span("quarter", date(2026, 7, 1), date(2026, 10, 1))


def at(text: str) -> int:
    """An instant of Berlin's summer, in µs."""
    return int(datetime.fromisoformat(f"{text}+02:00").timestamp()) * 1_000_000


RECORDED, OVER = at("2026-07-15 12:00"), at("2026-10-01 00:00") + HOUR


@pytest.fixture
def site_tenant(copy_filled: CopyFilled) -> Iterator[SiteTenant]:
    """A site on which all of the story is measured; its engagements were applied in July."""
    with copied(copy_filled, fill_recorded, now=RECORDED) as measured_ground:
        yield measured_ground


def fill_recorded(url: str) -> int:
    return fill_with(url, fill, now=RECORDED)


def fill(site_tenant: SiteTenant) -> None:
    site_tenant.agree(*small().engagements())
    site_tenant.keep(small().bodies())
    site_tenant.drain()


@pytest.fixture
def reader(site_tenant: SiteTenant) -> Iterator[Engine]:
    engine = open_engine(site_tenant.engine.url.render_as_string(hide_password=False), read_only=True)
    yield engine
    engine.dispose()


def frozen(site_tenant: SiteTenant, key: str = KEY) -> list[Snapshot]:
    with site_tenant.engine.connect() as connection:
        return select_snapshots(AgreementScope(connection, site_tenant.tenant_id, key))


def body(site_tenant: SiteTenant, end: date = Q3.end) -> bytes | None:
    with site_tenant.engine.connect() as connection:
        return select_body(AgreementScope(connection, site_tenant.tenant_id, KEY), "quarter", end)


def take(site_tenant: SiteTenant, reader: Engine, now: int) -> list[tuple[str, str, str]]:
    return [
        (take_due_snapshot.engagement, take_due_snapshot.kind, str(take_due_snapshot.end))
        for take_due_snapshot in take_due_snapshots(site_tenant.engine, reader, now)
    ]


def test_a_quarter_is_frozen_when_it_is_over_and_once(site_tenant: SiteTenant, reader: Engine) -> None:
    quarters = [(key, "quarter", "2026-10-01") for key in (KEY, "growth-bolt")]
    assert [snapshot for snapshot in take(site_tenant, reader, OVER - 1) if snapshot[1] == "quarter"] == []
    assert take(site_tenant, reader, OVER) == quarters
    frozen_body = body(site_tenant)
    assert take(site_tenant, reader, OVER + 60 * HOUR) == []
    assert body(site_tenant) == frozen_body


def test_a_standstill_is_made_up_for_as_of_each_end(site_tenant: SiteTenant, reader: Engine) -> None:
    take_due_snapshots(site_tenant.engine, reader, at("2026-08-03 08:00"))
    take_due_snapshots(site_tenant.engine, reader, at("2026-08-25 08:00"))
    weeks = [snapshot for snapshot in frozen(site_tenant) if snapshot.kind == "week"]
    assert [str(week.end) for week in weeks] == [
        f"2026-{day}" for day in ("08-24", "08-17", "08-10", "08-03", "07-27", "07-20")
    ]
    assert all(week.end - week.first == timedelta(days=7) for week in weeks)
    assert [week.as_of for week in weeks] == [at(f"{week.end} 00:00") for week in weeks]
    assert {week.taken_at for week in weeks} == {at("2026-08-03 08:00"), at("2026-08-25 08:00")}


def test_the_job_makes_up_for_a_few_at_a_time(site_tenant: SiteTenant, reader: Engine) -> None:
    container = SimpleNamespace(engine=site_tenant.engine, reader=reader)
    steps = [freeze(container, site_tenant.tenant_id, OVER) for _ in range(7)]
    assert steps == [OVER] * 6 + [None]
    assert len(frozen(site_tenant)) == 12
    assert JOBS["snapshots"].step is freeze


def test_a_snapshot_is_the_report_of_its_period(site_tenant: SiteTenant, reader: Engine) -> None:
    take_due_snapshots(site_tenant.engine, reader, OVER)
    made = json.loads(body(site_tenant) or b"")
    assert (made["from"], made["to"], made["as_of"]) == ("2026-07-01", "2026-10-01", "2026-09-30T22:00:00Z")
    whole = site_tenant.report(KEY)["issues"]
    assert made["issues"]
    assert [row["id"] for row in made["issues"]] == [
        row["id"] for row in whole if "2026-06-30T22:00:00" <= row["at"] < "2026-09-30T22:00:00"
    ]
    (snapshot,) = [snapshot for snapshot in frozen(site_tenant) if snapshot.kind == "quarter"]
    assert (made["ruleset"]["hash"], made["engagement_hash"]) == (snapshot.ruleset_hash, snapshot.engagement_hash)


def test_the_same_inputs_give_the_same_bytes_and_hashes(site_tenant: SiteTenant, reader: Engine) -> None:
    other = add_site_tenant(site_tenant.engine, RECORDED)
    other.agree(*small().engagements())
    other.keep(reversed(small().bodies()))
    other.drain()
    for site in (site_tenant, other):
        site.read_all(small().site)
        measure_pending(site.engine, site.tenant_id, RECORDED)
    take_due_snapshots(site_tenant.engine, reader, OVER)
    assert body(site_tenant) == body(other)
    assert frozen(site_tenant) == frozen(other)


def closed(engagement: Engagement, end: int) -> Engagement:
    """The agreement in which everybody of the agency left at an instant."""
    people = (msgspec.structs.replace(p, end=end) if p.side == "agency" else p for p in engagement.people)
    return msgspec.structs.replace(engagement, people=tuple(people))


def test_closing_an_affiliation_leaves_the_quarter_as_it_was_recorded(site_tenant: SiteTenant, reader: Engine) -> None:
    take_due_snapshots(site_tenant.engine, reader, OVER)
    before, hashes = body(site_tenant), frozen(site_tenant)
    agreed = next(engagement for engagement in small().engagements() if engagement.key == KEY)
    site_tenant.agree(closed(agreed, at("2026-09-01 00:00")))
    take_snapshot((site_tenant.engine, reader), site_tenant.tenant_id, KEY, span=Q3, now=OVER + HOUR)
    take_due_snapshots(site_tenant.engine, reader, OVER + HOUR)
    assert body(site_tenant) == before
    assert frozen(site_tenant) == hashes
    restated = [row for row in site_tenant.report(KEY)["issues"] if "2026-09" in row["at"]]
    assert restated != [row for row in json.loads(before or b"")["issues"] if "2026-09" in row["at"]]


def test_other_inputs_have_another_hash(site_tenant: SiteTenant, reader: Engine) -> None:
    other = add_site_tenant(site_tenant.engine, RECORDED)
    other.agree(*small().engagements())
    other.keep(small().bodies()[: len(small().events) // 2])
    other.drain()
    take_due_snapshots(site_tenant.engine, reader, OVER)
    (ours,), (theirs,) = (
        [snapshot for snapshot in frozen(each) if snapshot.kind == "quarter"] for each in (site_tenant, other)
    )
    assert ours.input_hash != theirs.input_hash
    assert ours.engagement_hash == theirs.engagement_hash


def test_nothing_is_frozen_while_figures_are_built_or_history_comes_in(site_tenant: SiteTenant, reader: Engine) -> None:
    agreed = next(engagement for engagement in small().engagements() if engagement.key == KEY)
    new = msgspec.structs.replace(agreed, attribution="worklog")
    with site_tenant.engine.begin() as connection:
        save_engagement(connection, site_tenant.tenant_id, new, engagement_hash(new), now=site_tenant.now, by=None)
    assert {snapshot[0] for snapshot in take(site_tenant, reader, OVER)} == {"growth-bolt"}
    measure_pending(site_tenant.engine, site_tenant.tenant_id, site_tenant.now)
    with site_tenant.engine.begin() as connection:
        save_progress(connection, site_tenant.tenant_id, Progress("import", "x", 0, 1, 2, 1, OVER, OVER))
    assert take(site_tenant, reader, OVER) == []
    assert {snapshot[0] for snapshot in take(site_tenant, reader, OVER + 25 * HOUR)} == {KEY}


def test_no_account_stands_in_a_snapshot(site_tenant: SiteTenant, reader: Engine) -> None:
    take_due_snapshots(site_tenant.engine, reader, OVER)
    accounts = {
        account.encode() for (account,) in site_tenant.rows("SELECT account_id FROM account WHERE tenant_id = :t")
    }
    people = {p.account.encode() for engagement in small().engagements() for p in engagement.people}
    assert len(accounts | people) > 10
    made = body(site_tenant) or b""
    assert len(made) > 1000
    assert [account for account in accounts | people if account in made] == []


def test_the_old_quarter_is_shown_under_both_rules(site_tenant: SiteTenant, reader: Engine) -> None:
    strict = Ruleset(name="strict", drives=700, helps=250, shadow_days=3)
    with site_tenant.engine.begin() as connection:
        proposal = insert_ruleset(connection, site_tenant.tenant_id, KEY, strict, now=RECORDED, by=None)
        for account, side in (("a", "inhouse"), ("b", "agency")):
            proposal = agree(proposal, account, [side], at=RECORDED, today=date(2026, 7, 15))
            save_agreement(connection, site_tenant.tenant_id, KEY, proposal)
    assert not begin_rules(site_tenant.engine, reader, site_tenant.tenant_id, at("2026-09-30 23:59"))
    assert begin_rules(site_tenant.engine, reader, site_tenant.tenant_id, OVER)
    measure_pending(site_tenant.engine, site_tenant.tenant_id, OVER)
    recorded, restated = json.loads(body(site_tenant) or b""), site_tenant.report(KEY)
    assert recorded["ruleset"]["name"] == "default"
    assert restated["ruleset"] == {"name": "strict", "hash": hash_of(strict)}
    kinds = {(row["id"], row["at"]): row["evidence"] for row in restated["issues"]}
    assert any(row["evidence"] != kinds[row["id"], row["at"]] for row in recorded["issues"])


def test_an_engagement_applied_after_a_quarter_has_no_snapshot_of_it(site_tenant: SiteTenant, reader: Engine) -> None:
    late = add_site_tenant(site_tenant.engine, OVER + HOUR)
    fill(late)
    take_due_snapshots(site_tenant.engine, reader, OVER + 2 * HOUR)
    assert frozen(late) == []
    with site_tenant.engine.connect() as connection:
        stored = select_engagement(connection, late.tenant_id, KEY)
    assert stored is not None
    assert datetime.fromtimestamp(stored.recorded_at / 1e6, UTC).month == 9 or stored.recorded_at == OVER + HOUR
