"""What people set by hand on tickets is reported as the second derivation says, one kind of deed after the other."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from mappings.records.agreement.engagements import restart_generation, select_engagement
from mappings.records.sql.engine import open_engine
from tests.derivation.comparisons import drawn_annotations
from tests.derivation.comparisons.differences import differences
from tests.derivation.comparisons.drawn_annotations import DrawnAnnotations
from tests.derivation.comparisons.story import Story, draw_story, measured
from tests.derivation.comparisons.test_derivation import PERIODS, shipped
from tests.derivation.comparisons.test_variants import apply, file_of
from tests.derivation.engagement import Agreed
from tests.derivation.report import derive
from tests.derivation.ruleset import Rules
from tests.derivation.variants import VARIANTS
from tests.upgraded import upgrade_copy
from tests.webhooks.site import KEYS, SiteTenant
from webhooks.generations import measure_pending

DEEDS = {
    "teach-backs": {drawn_annotations.teach_back: 60},
    "roles": {drawn_annotations.role: 90},
    "consents": {drawn_annotations.consent: 12},
    "late tags": {drawn_annotations.late_tag: 40},
    "confirmations": {drawn_annotations.late_tag: 40, drawn_annotations.confirmation: 150},
    "all": {
        drawn_annotations.role: 60,
        drawn_annotations.teach_back: 40,
        drawn_annotations.late_tag: 40,
        drawn_annotations.confirmation: 100,
        drawn_annotations.consent: 8,
    },
}


@pytest.fixture(params=DEEDS)
def deed(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SiteTenant]:
    """A database with the story measured, which each test copies: what one sets by hand, another does not see."""
    path = tmp_path_factory.mktemp("annotations") / "template.db"
    upgrade_copy(f"sqlite:///{path}")
    with measured(f"sqlite:///{path}", draw_story(6, 60)) as site_tenant:
        return path, site_tenant


@pytest.fixture
def story_site(template: tuple[Path, SiteTenant], tmp_path: Path) -> Iterator[tuple[Story, SiteTenant]]:
    path, site_tenant = template
    copyfile(path, tmp_path / "one.db")
    engine = open_engine(f"sqlite:///{tmp_path}/one.db")
    yield draw_story(6, 60), SiteTenant(engine, site_tenant.tenant_id, site_tenant.now)
    engine.dispose()


def again(site_tenant: SiteTenant, key: str) -> None:
    """Measure all once more, since the deeds told nobody."""
    with site_tenant.engine.begin() as connection:
        stored = select_engagement(connection, site_tenant.tenant_id, key)
        assert stored is not None
        restart_generation(connection, site_tenant.tenant_id, stored)
    measure_pending(site_tenant.engine, site_tenant.tenant_id, site_tenant.now)


def test_deeds_are_reported_as_they_are_derived(story_site: tuple[Story, SiteTenant], deed: str) -> None:
    (story, site_tenant), few = story_site, VARIANTS["few"] if deed in {"consents", "all"} else VARIANTS["hired"]
    changed: list[bool] = []
    for key in KEYS:
        file = file_of(story, key, few)
        apply(site_tenant, key, few, file)
        before = shipped(site_tenant, key, PERIODS["all"])
        panel = DrawnAnnotations(site_tenant, story, key, 1).set(DEEDS[deed])
        again(site_tenant, key)
        agreed = Agreed(file, story.jira, panel, Rules())
        for period in (PERIODS["2026Q3"], PERIODS["all"]):
            shipped_report = shipped(site_tenant, key, period)
            derived = derive(agreed, *period, story.plan.end)
            assert differences(derived, {each: shipped_report[each] for each in derived}) == []
        changed.append(shipped(site_tenant, key, PERIODS["all"]) != before)
    assert any(changed)
