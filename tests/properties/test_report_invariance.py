"""What moves no report: watchers, an affiliation that ends, an erased account (measurement (f))."""

import json
from collections.abc import Iterator
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from connector.jobs.snapshots import take_snapshot
from mappings.events.rest import read_issue
from mappings.formats.engagement_file.reader import read_engagement
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.period.snapshot_spans import Span
from mappings.records.figures.snapshots import select_body
from mappings.records.sql.engine import open_engine
from mappings.records.sql.scope import AgreementScope
from tests.database_search import traces
from tests.derivation.comparisons.story import Story
from tests.jira.dump import issue_lines
from tests.jira.story.people import GROWTH, account_of
from tests.jira.story.story import engagement_file
from tests.properties.property_settings import QUARTER, bytes_of, few
from tests.webhooks.site import KEYS, VAULT, SiteTenant
from webhooks.erasure import erase

Q3 = Span("quarter", *QUARTER)
HISTORY = {"id": "99999999", "created": "2026-07-20T10:00:00.000+0200"}
WATCHING = {"field": "Watchers", "fieldtype": "jira", "from": None, "fromString": None, "to": "x", "toString": "x"}


def watched(line: str, who: str, number: int) -> bytes:
    """An issue with watchers in its list, and in its history as Jira may one day write it."""
    record = json.loads(line)
    record["fields"]["watches"] |= {"watchCount": number, "isWatching": True}
    item = WATCHING | {"to": who, "toString": who}
    record["changelog"]["histories"].append({**HISTORY, "author": {"accountId": who}, "items": [item]})
    record["changelog"]["total"] += 1
    return json.dumps(record).encode()


def test_watchers_change_no_byte(site_tenant: SiteTenant, story: Story, later: Iterator[int]) -> None:
    lines, before = list(issue_lines(story.site)), [bytes_of(site_tenant, key) for key in KEYS]

    @few
    @given(st.sampled_from(GROWTH), st.integers(0, 50), st.sets(st.sampled_from(lines), min_size=5, max_size=40))
    def holds(name: str, number: int, chosen: set[str]) -> None:
        bodies = [watched(line, account_of(name), number) for line in sorted(chosen)]
        site_tenant.save([read_issue(body, site_tenant.digest()) for body in bodies], at=site_tenant.now + next(later))
        assert [bytes_of(site_tenant, key) for key in KEYS] == before

    holds()


def test_closing_an_affiliation_leaves_the_recorded_quarter(site_tenant: SiteTenant, story: Story) -> None:
    key, engine = KEYS[0], open_engine(str(site_tenant.engine.url), read_only=True)
    take_snapshot((site_tenant.engine, engine), site_tenant.tenant_id, key, span=Q3, now=site_tenant.now)
    before = recorded(site_tenant)
    agreed = read_engagement(engagement_file(story.plan, key))
    calendar = Calendar(agreed.zone, agreed.workflow.hours)
    today = calendar.day(site_tenant.now)

    @few
    @given(st.sampled_from([person.account for person in agreed.people if person.end is None]), st.integers(1, 40))
    def holds(account: str, days: int) -> None:
        end = calendar.midnight(today - timedelta(days=days))
        people = tuple(replace(p, end=end) if p.account == account and p.end is None else p for p in agreed.people)
        site_tenant.agree(replace(agreed, people=people))
        take_snapshot((site_tenant.engine, engine), site_tenant.tenant_id, key, span=Q3, now=site_tenant.now)
        assert recorded(site_tenant) == before

    holds()
    engine.dispose()
    site_tenant.agree(agreed)


def recorded(site_tenant: SiteTenant) -> bytes:
    with site_tenant.engine.connect() as connection:
        body = select_body(AgreementScope(connection, site_tenant.tenant_id, KEYS[0]), "quarter", QUARTER[1])
    assert body
    return body


def test_erasing_somebody_keeps_the_report_and_leaves_no_trace(site_tenant: SiteTenant, story: Story) -> None:
    before, erased = [bytes_of(site_tenant, key) for key in KEYS], set()

    @few
    @given(st.sampled_from(GROWTH))
    def holds(name: str) -> None:
        account = account_of(name)
        erase(site_tenant.engine, VAULT, site_tenant.tenant_id, account=account, now=site_tenant.now)
        erased.add(account)
        assert traces(site_tenant.engine, VAULT, account) == []
        assert [unnamed(bytes_of(site_tenant, key)) for key in KEYS] == [unnamed(row) for row in before]

    holds()
    assert len(erased) > 1


def unnamed(reports: tuple[bytes, ...]) -> list[dict]:  # type: ignore[type-arg]  # JSON
    """Reports but for the name of the agreement, which says by whom it is."""
    return [{**json.loads(row), "engagement_hash": ""} for row in reports]
