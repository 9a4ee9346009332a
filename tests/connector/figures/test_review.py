"""A review of the story: its score comes from sums and opens into rows, and both are the same on every database."""

import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from connector.figures.prepared import select_prepared
from connector.figures.scores import ON_TICKETS, select_score
from mappings.formats.explain.index import explained, figures_of
from mappings.formats.report.json_report import for_agency, report, report_bytes
from mappings.formats.report.source import ReportSource
from mappings.measure.model.statements import DefinitionEdit, Pulse
from mappings.measure.score.definitions import SIDES
from mappings.measure.score.dimensions import PARTS
from mappings.measure.score.window import Scored, find_component
from mappings.records.agreement.definitions import insert_definition_edit
from mappings.records.agreement.engagements import save_engagement, select_engagement
from mappings.records.agreement.feedback import insert_feedback, save_action
from mappings.records.agreement.pulses import insert_pulse
from mappings.records.operations.progress import Progress, WorkKind, save_progress
from mappings.records.sql.scope import AgreementScope
from tests.derivation.comparisons.story import draw_story, measured
from tests.measure.builders import DAY, at
from tests.upgraded import upgrade_copy
from tests.webhooks.site import KEYS, SiteTenant
from webhooks.generations import measure_pending

SPAN = (date(2026, 7, 1), date(2026, 11, 1))
END = at("2026-11-01")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteTenant]:
    url = f"sqlite:///{tmp_path_factory.mktemp('review')}/one.db"
    upgrade_copy(url)
    with measured(url, draw_story(7, 600)) as site_tenant:
        yield site_tenant


def now_of(report_source: ReportSource) -> Scored:
    assert report_source.scores is not None
    return report_source.scores.now


@pytest.mark.parametrize("key", KEYS)
def test_a_review_has_every_key_and_the_same_bytes_each_time(site: SiteTenant, key: str) -> None:
    first, second = (report_bytes(report(site.review(key, *SPAN))) for _ in range(2))
    assert first == second
    made = report(site.review(key, *SPAN))
    assert {"objectives", "exit_coverage", "dimensions", "owners", "score", "learners_offered"} <= made.keys()
    assert made["score"]["published"]
    assert [row["key"] for row in made["dimensions"]] == list(dict.fromkeys(part.dimension for part in PARTS.values()))


@pytest.mark.parametrize("key", KEYS)
def test_what_opens_adds_up_to_what_the_report_says(site: SiteTenant, key: str) -> None:
    read_review = site.review(key, *SPAN)
    for place in figures_of(read_review.engagement):
        explanation = explained(read_review, place)
        if explanation.number is not None:
            assert math.fsum(line.contribution for line in explanation.lines) == pytest.approx(
                explanation.number, abs=1e-6
            ), place


@pytest.mark.parametrize("key", KEYS)
def test_the_tickets_behind_a_component_are_all_that_it_counts(site: SiteTenant, key: str) -> None:
    read_review = site.review(key, *SPAN)
    for name in {*ON_TICKETS, "cocreation"} - {"proposals"}:
        component, chances = find_component(now_of(read_review), name), read_review.opportunities[name]
        assert len(chances) == component.n, name
        assert float(sum(chance.x for chance in chances)) == pytest.approx(component.x, abs=1e-9), name
    rate = find_component(now_of(read_review), "proposal_rate")
    assert len(read_review.opportunities["proposals"]) == rate.x


@pytest.mark.parametrize("key", KEYS)
def test_a_page_has_the_score_of_the_report_from_sums_alone(site: SiteTenant, key: str) -> None:
    with site.engine.connect() as connection:
        stored = select_engagement(connection, site.tenant_id, key)
        assert stored is not None
        prepared = select_prepared(connection, site.tenant_id, stored)
        asked = select_score(connection, site.tenant_id, stored, prepared, end=SPAN[1], as_of=site.now)
    assert asked == site.review(key, *SPAN).scores


def test_the_window_ends_with_the_review_and_begins_no_earlier_than_the_engagement(site: SiteTenant) -> None:
    read_review = site.review("growth-acme", *SPAN)
    assert read_review.scores is not None
    starts = at(str(read_review.engagement.starts))
    assert (read_review.scores.window.end, read_review.scores.window.start) == (END, max(starts, END - 180 * DAY))
    assert read_review.scores.crisis.start == max(starts, END - 365 * DAY)


def test_before_the_engagement_there_is_no_score_to_compare_with(site: SiteTenant) -> None:
    read_review = site.review("growth-acme", *SPAN)
    assert read_review.scores is not None
    assert (read_review.scores.before.score.published, read_review.scores.change) == (False, None)


def test_an_agencys_report_names_no_other_agency(site: SiteTenant) -> None:
    made = report_bytes(for_agency(report(site.review("growth-acme", *SPAN)))).lower()
    assert not any(word in made for word in (b"bolt", b'"other"', b'"unknown"', b'"conflict"'))


def said_by_hand(site_tenant: SiteTenant, key: str) -> None:
    with site_tenant.engine.begin() as connection:
        scope = AgreementScope(connection, site_tenant.tenant_id, key)
        insert_pulse(scope, Pulse("agency", date(2026, 7, 1), END, 4), by="a")
        early = insert_feedback(scope, about="reviews", words="late", at=at("2026-08-03"), by="a")
        save_action(scope, early, action="a rota", at=at("2026-08-20"), by="b")
        insert_feedback(scope, about="briefs", words="thin", at=at("2026-08-04"), by="a")
        for side in SIDES:
            edit = DefinitionEdit("tracking", side, "edit", date(2026, 1, 1), at("2026-01-01"))
            insert_definition_edit(scope, edit, by="a")


def test_what_is_said_by_hand_is_counted_on_each_database(migrated_url: str) -> None:
    with measured(migrated_url, draw_story(1, 30)) as site_tenant:
        said_by_hand(site_tenant, "growth-acme")
        score = now_of(site_tenant.review("growth-acme", *SPAN, as_of=END + 30 * DAY))
    given, made = find_component(score, "feedback_given"), find_component(score, "cocreation")
    assert (given.x, given.n, made.x) == (1, 4, 1.0)
    acted = find_component(score, "feedback_acted_on")
    assert (acted.x, acted.n) == (1, 2)


@pytest.mark.parametrize("kind", ["import", "sync"])
def test_g14_a_review_while_history_comes_in_is_not_complete(migrated_url: str, kind: WorkKind) -> None:
    with measured(migrated_url, draw_story(1, 30)) as site_tenant:
        assert site_tenant.review("growth-acme", *SPAN).whole
        with site_tenant.engine.begin() as connection:
            save_progress(
                connection, site_tenant.tenant_id, Progress(kind, "GROW", 0, 1, 2, 1, site_tenant.now, site_tenant.now)
            )
        assert not site_tenant.review("growth-acme", *SPAN).whole


def test_every_database_gives_the_same_bytes(migrated_url: str, tmp_path: Path) -> None:
    upgrade_copy(f"sqlite:///{tmp_path}/other.db")
    with (
        measured(migrated_url, draw_story(1, 30)) as site_tenant,
        measured(f"sqlite:///{tmp_path}/other.db", draw_story(1, 30)) as there,
    ):
        for key in KEYS:
            made = [report_bytes(report(site.review(key, *SPAN))) for site in (site_tenant, there)]
            assert made[0] == made[1]


def test_figures_on_show_keep_the_name_of_the_agreement_that_made_them(site: SiteTenant) -> None:
    """While another agreement's figures are built, nobody sees the old ones under the new one's hash or words."""
    key = KEYS[0]
    before = report(site.review(key, *SPAN))
    with site.engine.begin() as connection:
        stored = select_engagement(connection, site.tenant_id, key)
        assert stored is not None
        fewer = replace(stored.engagement, objectives=stored.engagement.objectives[1:])
        save_engagement(connection, site.tenant_id, fewer, "sha256:another", now=site.now, by=None)
    assert report(site.review(key, *SPAN)) == before
    measure_pending(site.engine, site.tenant_id, site.now)
    after = report(site.review(key, *SPAN))
    assert after["engagement_hash"] == "sha256:another"
    assert len(after["objectives"]) == len(before["objectives"]) - 1
