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
from tests.webhooks.site import KEYS, Ground
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
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ground]:
    """A database with the story measured, which each test copies: what one sets by hand, another does not see."""
    path = tmp_path_factory.mktemp("annotations") / "template.db"
    upgrade_copy(f"sqlite:///{path}")
    with measured(f"sqlite:///{path}", draw_story(6, 60)) as ground:
        return path, ground


@pytest.fixture
def both(template: tuple[Path, Ground], tmp_path: Path) -> Iterator[tuple[Story, Ground]]:
    path, ground = template
    copyfile(path, tmp_path / "one.db")
    engine = open_engine(f"sqlite:///{tmp_path}/one.db")
    yield draw_story(6, 60), Ground(engine, ground.tenant_id, ground.now)
    engine.dispose()


def again(ground: Ground, key: str) -> None:
    """Measure all once more, since the deeds told nobody."""
    with ground.engine.begin() as connection:
        stored = select_engagement(connection, ground.tenant_id, key)
        assert stored is not None
        restart_generation(connection, ground.tenant_id, stored)
    measure_pending(ground.engine, ground.tenant_id, ground.now)


def test_deeds_are_reported_as_they_are_derived(both: tuple[Story, Ground], deed: str) -> None:
    (story, ground), few = both, VARIANTS["few"] if deed in {"consents", "all"} else VARIANTS["hired"]
    changed: list[bool] = []
    for key in KEYS:
        file = file_of(story, key, few)
        apply(ground, key, few, file)
        before = shipped(ground, key, PERIODS["all"])
        panel = DrawnAnnotations(ground, story, key, 1).set(DEEDS[deed])
        again(ground, key)
        agreed = Agreed(file, story.jira, panel, Rules())
        for period in (PERIODS["2026Q3"], PERIODS["all"]):
            shipped_report = shipped(ground, key, period)
            derived = derive(agreed, *period, story.plan.end)
            assert differences(derived, {each: shipped_report[each] for each in derived}) == []
        changed.append(shipped(ground, key, PERIODS["all"]) != before)
    assert any(changed)
