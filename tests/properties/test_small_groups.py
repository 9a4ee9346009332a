"""Too few people leave no distribution behind (measurement (f))."""

import json
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mappings.events.types import Instant
from mappings.formats.engagement_file.reader import read_engagement
from mappings.formats.report.csv_report import report_csv
from mappings.formats.report.json_report import for_agency, report, report_bytes
from mappings.records.agreement.consents import insert_consent
from mappings.records.sql.scope import AgreementScope
from tests.derivation.comparisons.story import Story
from tests.jira.story.story import engagement_file
from tests.properties.property_settings import ALL, few
from tests.webhooks.site import SiteTenant

K = 5
A = "growth-acme"
STATES = {"covered", "single holder", "not covered"}


def whole(site_tenant: SiteTenant) -> dict[str, Any]:
    printed = report(site_tenant.review(A, *ALL))
    assert json.loads(report_bytes(for_agency(printed)))["objectives"] == printed["objectives"]
    return printed


def told_in_csv(this_report: dict[str, Any]) -> bool:
    """Whether the report's table tells how many people stand at a rung, or how far they are."""
    lines = b"".join(report_csv(this_report)).decode().splitlines()
    people = re.compile(r'^"?objectives"?,"?[^,"]*\.(people_at_rung[^,"]*|burn_up)"?,"?[^,"]')
    return any(people.match(line) for line in lines)


def opt_in(site_tenant: SiteTenant, accounts: list[str], at: Instant) -> None:
    with site_tenant.engine.begin() as connection:
        for account in accounts:
            insert_consent(AgreementScope(connection, site_tenant.tenant_id, A), account, kind="distribution", at=at)


def test_a_group_under_k_leaves_no_distribution(site_tenant: SiteTenant, story: Story, later: Iterator[int]) -> None:
    """Drawn: who is in-house at the end. All but one, who is always there, agree to be shown: not enough."""
    agreed = read_engagement(engagement_file(story.plan, A))
    inhouse = sorted({person.account for person in agreed.people if person.side == "inhouse" and person.end is None})
    outcomes = set()

    @few
    @given(st.sets(st.sampled_from(inhouse[1:])))
    def holds(others: set[str]) -> None:
        team = {inhouse[0], *others}
        people = tuple(person for person in agreed.people if person.side != "inhouse" or person.account in team)
        site_tenant.agree(replace(agreed, people=people, name=f"Growth {next(later)}"))
        opt_in(site_tenant, sorted(others), story.plan.start)
        source = whole(site_tenant)
        small = len(team) < K
        assert all(row["suppressed"] == small for row in source["objectives"])
        assert all((row["people_at_rung"] is None) == small for row in source["objectives"])
        assert all(row["burn_up"] is None for row in source["objectives"] if small)
        assert {row["coverage"] for row in source["objectives"]} <= STATES
        assert told_in_csv(source) is not small
        outcomes.add(small)

    holds()
    assert outcomes == {True, False}
