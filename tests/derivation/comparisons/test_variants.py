"""Under other agreements and other rules, too, the report is what the second derivation gives."""

from collections.abc import Iterator
from datetime import date

import pytest
import yaml

from mappings.formats.engagement_file.reader import read_engagement
from mappings.formats.engagement_file.ruleset import read_ruleset
from mappings.records.agreement.engagements import adopt_version, select_engagement
from mappings.records.agreement.rulesets import insert_ruleset
from tests.derivation.comparisons.differences import differences
from tests.derivation.comparisons.story import Story, draw_story, measured
from tests.derivation.comparisons.test_derivation import NAMED_BY_HASH, PERIODS, shipped
from tests.derivation.engagement import Agreed
from tests.derivation.report import derive
from tests.derivation.ruleset import Rules
from tests.derivation.variants import VARIANTS, File, Variant
from tests.jira.story.story import engagement_file
from tests.upgraded import upgrade_copy
from tests.webhooks.site import KEYS, SiteTenant
from webhooks.generations import measure_pending


@pytest.fixture(scope="module")
def story_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Story, SiteTenant]]:
    url = f"sqlite:///{tmp_path_factory.mktemp('variants')}/one.db"
    upgrade_copy(url)
    story = draw_story(8, 70)
    with measured(url, story) as site_tenant:
        yield story, site_tenant


def file_of(story: Story, key: str, variant: Variant) -> File:
    file: File = yaml.safe_load(engagement_file(story.plan, key))
    variant.change(file)
    return file


def apply(site_tenant: SiteTenant, key: str, variant: Variant, file: File) -> None:
    """Agree on a file, and go by other rules where the variant has them."""
    rules = read_ruleset(variant.rules) if variant.rules else None
    site_tenant.agree(read_engagement(yaml.safe_dump(file)))
    with site_tenant.engine.begin() as connection:
        stored = select_engagement(connection, site_tenant.tenant_id, key)
        assert stored is not None
        version = 0
        if rules is not None:
            version = insert_ruleset(
                connection, site_tenant.tenant_id, key, rules, now=site_tenant.now, by=None
            ).version
        if version != stored.ruleset:
            adopt_version(connection, site_tenant.tenant_id, stored, version)
    measure_pending(site_tenant.engine, site_tenant.tenant_id, site_tenant.now)


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("key", KEYS)
def test_a_variant_of_the_agreement_is_reported_as_it_is_derived(
    story_site: tuple[Story, SiteTenant], key: str, name: str
) -> None:
    (story, site_tenant), variant = story_site, VARIANTS[name]
    file = file_of(story, key, variant)
    apply(site_tenant, key, variant, file)
    agreed = Agreed(file, story.jira, story.panel(key), Rules(yaml.safe_load(variant.rules or "{}")))
    for period in (PERIODS["all"], (date(2026, 6, 1), date(2026, 7, 4))):
        shipped_report = shipped(site_tenant, key, period)
        derived = derive(agreed, *period, story.plan.end)
        assert shipped_report.keys() - derived.keys() == NAMED_BY_HASH
        assert differences(derived, {each: shipped_report[each] for each in derived}) == []
