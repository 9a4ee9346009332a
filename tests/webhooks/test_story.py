"""The story through both ways in: its webhooks drained, or its issues read, every row is what was planted."""

from collections.abc import Iterator
from typing import Any

import pytest

from mappings.records.agreement.roles import save_role
from mappings.records.agreement.tags import insert_tag
from mappings.records.sql.scope import AgreementScope
from tests.jira.story.story import planted_report
from tests.webhooks.site import EVER, KEYS, SiteTenant, open_site_tenants, played_story

BUCKETS = ("units", "done_only", "taught", "handed_over", "inhouse_own")


@pytest.fixture
def site_tenant(migrated_url: str) -> Iterator[SiteTenant]:
    with open_site_tenants(migrated_url, now=played_story().story.end) as [measured_ground]:
        yield measured_ground


def planted(key: str, *, panel: bool) -> dict[str, Any]:
    return planted_report(played_story().story, key, *EVER, panel=panel)


def is_near(theirs: Any, ours: Any) -> bool:
    """Units are exact to the billionth; all else is the float that is nearest."""
    return abs(float(theirs) - ours) <= 2e-9


def agrees(theirs: Any, ours: Any) -> bool:
    if isinstance(theirs, dict):
        return theirs.keys() == ours.keys() and all(is_near(value, ours[name]) for name, value in theirs.items())
    return is_near(theirs, ours) if isinstance(ours, float) else bool(theirs == ours)


def hold_to_the_plan(site_tenant: SiteTenant, *, panel: bool) -> None:
    for key in KEYS:
        theirs, ours = planted(key, panel=panel), site_tenant.report(key)
        assert len(theirs["issues"]) == len(ours["issues"]) > 500
        for planted_row, row in zip(theirs["issues"], ours["issues"], strict=True):
            wrong = [name for name, value in planted_row.items() if not agrees(value, row[name])]
            assert not wrong, (planted_row["key"], wrong)
        for name, value in theirs["units"].items():
            assert abs(float(value) - ours["units"][name]) < 1e-6, name


def test_drained_webhooks_measure_to_what_was_planted(site_tenant: SiteTenant) -> None:
    site_tenant.agree(*played_story().engagements())
    site_tenant.keep(played_story().bodies())
    assert site_tenant.drain() == 0
    assert site_tenant.waiting() == 0
    hold_to_the_plan(site_tenant, panel=False)


def test_issues_read_by_rest_measure_to_what_was_planted(site_tenant: SiteTenant) -> None:
    set_in_the_panel(site_tenant)
    site_tenant.read_all(played_story().site)
    site_tenant.agree(*played_story().engagements())
    hold_to_the_plan(site_tenant, panel=True)


def set_in_the_panel(site_tenant: SiteTenant) -> None:
    story, ids = played_story().story, played_story().ids
    with site_tenant.engine.begin() as connection:
        for role in story.roles:
            for key in KEYS:
                save_role(
                    AgreementScope(connection, site_tenant.tenant_id, key), ids[role.ref],
                    name=role.role, account=role.account, at=role.at, by=role.account,
                )  # fmt: skip
        for tag in story.tags:
            insert_tag(
                AgreementScope(connection, site_tenant.tenant_id, tag.engagement), ids[tag.ref],
                objective=tag.objective, at=tag.at, by=tag.by,
            )  # fmt: skip
