"""Objectives on the ticket: JQL finds them, each change is written once, and what others write there does not last."""

from collections.abc import Iterator

import pytest

from connector.health import Finding, check_mirror
from connector.jira.errors import JiraError
from mappings.records.operations.issue_properties import Choice, save_all_marked, save_choice
from mappings.records.operations.tenants import save_tenant
from tests.connector.jobs.property_site import HOUR, PropertySite, agreements, open_installed_app

TASK, WRITE, READ_BACK = "/task/", "issue/properties/multi", "issue/bulkfetch"
ELSE = {"objectives": ["something-else"]}


@pytest.fixture
def property_site(migrated_url: str) -> Iterator[PropertySite]:
    with open_installed_app(migrated_url) as property_site:
        yield property_site


@pytest.fixture
def alone(property_site: PropertySite) -> PropertySite:
    """One agency works there, and everything is written."""
    property_site.site_tenant.agree(*agreements("growth-acme"))
    property_site.run()
    return property_site


def test_jql_finds_what_counts(property_site: PropertySite) -> None:
    property_site.site_tenant.agree(*agreements("growth-acme"))
    property_site.run()
    counted = property_site.counted("growth-acme")
    assert len(counted) > 10
    assert property_site.shown() == counted
    for key in {key for keys in counted.values() for key in keys}:
        assert property_site.find(f"teachbackObjective = {key}") == {i for i, keys in counted.items() if key in keys}


def test_each_ticket_is_written_once_and_what_jira_tells_of_it_writes_nothing(property_site: PropertySite) -> None:
    property_site.site_tenant.agree(*agreements("growth-acme"))
    assert property_site.run() == sorted(property_site.counted("growth-acme"))
    property_site.told_back()
    assert property_site.run() == []
    assert property_site.noted() == (0, 0)


def test_a_change_is_written_once_and_alone(alone: PropertySite) -> None:
    issue = alone.untagged()
    alone.tag(issue, "interviews")
    assert alone.run() == [issue]
    assert alone.value(issue) == {"objectives": ["interviews"]}
    with alone.site_tenant.engine.begin() as connection:
        save_all_marked(connection, alone.site_tenant.tenant_id, alone.site_tenant.now)
    assert alone.run() == []


@pytest.mark.parametrize("value", [ELSE, None])
@pytest.mark.parametrize("by_reading", [True, False])
def test_a_foreign_value_is_overwritten_and_noted_once(alone: PropertySite, value: object, *, by_reading: bool) -> None:
    issue, ours = next(iter(alone.shown().items()))
    alone.told_back()
    alone.site_tenant.now += HOUR
    alone.overwrite(issue, value)
    if by_reading:
        alone.site.events.clear()
        alone.read(issue)
        alone.read(issue)
    else:
        alone.told_back()
    assert alone.run() == [issue]
    assert alone.value(issue) == {"objectives": ours}
    alone.site_tenant.now += HOUR
    alone.read(issue)
    assert (alone.run(), alone.noted()) == ([], (1, 1))


def test_a_late_word_of_what_is_overwritten_already_writes_nothing(alone: PropertySite) -> None:
    issue = next(iter(alone.shown()))
    alone.told_back()
    alone.site_tenant.now += HOUR
    alone.overwrite(issue, ELSE)
    late = [event.body for event in alone.site.events]
    alone.told_back()
    alone.run()
    alone.site_tenant.keep(late, start="again ")
    assert alone.site_tenant.drain() == 0
    assert (alone.run(), alone.noted()) == ([], (1, 1))


def test_a_value_on_a_ticket_that_shows_nothing_is_emptied(alone: PropertySite) -> None:
    issue = alone.untagged()
    alone.overwrite(issue, ELSE)
    alone.told_back()
    assert alone.run() == [issue]
    assert alone.value(issue) == {"objectives": []}


def test_another_app_that_writes_there_each_time_gets_its_way_in_the_end(alone: PropertySite) -> None:
    issue, ours = next(iter(alone.shown().items()))
    writes = 0
    for _ in range(12 * 30):
        if alone.value(issue) == {"objectives": ours}:
            alone.overwrite(issue, ELSE)
        alone.told_back()
        writes += len(alone.run())
        alone.site_tenant.now += 2 * HOUR
    assert 4 <= writes <= 7
    assert alone.noted()[1] == 1
    alone.told_back()
    alone.site_tenant.now += 8 * 24 * HOUR
    assert alone.run() in ([issue], [])
    assert alone.value(issue) == {"objectives": ours}


def test_what_was_read_while_it_was_written_is_not_taken_for_foreign(property_site: PropertySite) -> None:
    property_site.site_tenant.agree(*agreements("growth-acme"))
    issue = next(iter(property_site.counted("growth-acme")))
    property_site.read(issue)
    while property_site.value(issue) is None:
        property_site.step()
    property_site.overwrite(issue, ELSE)
    property_site.read(issue)
    assert property_site.noted() == (0, 0)


def test_a_site_that_is_not_written_to_is_not_looked_at(alone: PropertySite) -> None:
    issue = next(iter(alone.shown()))
    alone.overwrite(issue, ELSE)
    alone.site_tenant.now += HOUR
    with alone.site_tenant.engine.begin() as connection:
        save_tenant(connection, alone.site_tenant.tenant_id, platform="direct")
    alone.read(issue)
    assert (alone.run(), alone.noted()) == ([], (0, 0))


def test_while_the_task_runs_nothing_is_written_anew(property_site: PropertySite) -> None:
    property_site.site_tenant.agree(*agreements("growth-acme"))
    property_site.site.faults.answer(TASK, {"status": "RUNNING"}, times=3)
    assert property_site.run() == sorted(property_site.counted("growth-acme"))
    assert len(property_site.site.faults.calls_of("GET", TASK)) == 3 + len(
        property_site.site.faults.calls_of("POST", WRITE)
    )


@pytest.mark.parametrize("how", ["failed", "unknown"])
def test_after_a_task_that_went_wrong_what_stands_there_is_believed(property_site: PropertySite, how: str) -> None:
    property_site.site_tenant.agree(*agreements("growth-acme"))
    if how == "failed":
        property_site.site.faults.answer(TASK, {"status": "FAILED"})
    else:
        property_site.site.faults.fail(TASK, status=404)
    assert property_site.run() == sorted(property_site.counted("growth-acme"))
    assert (property_site.count("failed property task"), property_site.count("property not taken")) == (1, 0)


def test_a_complete_task_that_could_not_edit_is_not_believed(alone: PropertySite) -> None:
    issue = alone.untagged()
    alone.site.deny(alone.app.account, "GROW", "EDIT_ISSUES")
    alone.tag(issue, "interviews")
    assert (alone.run(), alone.count("property not taken")) == ([], 1)
    assert not doctor(alone).well
    writes = len(alone.site.faults.calls_of("POST", WRITE))
    alone.site.grant(alone.app.account, "GROW", "EDIT_ISSUES")
    assert alone.run() == []
    alone.site_tenant.now += HOUR
    assert alone.run() == [issue]
    assert len(alone.site.faults.calls_of("POST", WRITE)) == writes + 1
    assert doctor(alone).text == "all kept"


def doctor(property_site: PropertySite) -> Finding:
    with property_site.site_tenant.engine.connect() as connection:
        return check_mirror(connection, property_site.site_tenant.now)


def test_what_can_never_be_edited_is_tried_less_and_less(alone: PropertySite) -> None:
    alone.site.deny(alone.app.account, "GROW", "EDIT_ISSUES")
    alone.tag(alone.untagged(), "interviews")
    before = len(alone.site.faults.calls_of("POST", WRITE))
    for _ in range(15 * 24):
        alone.run()
        alone.site_tenant.now += HOUR
    assert len(alone.site.faults.calls_of("POST", WRITE)) - before <= 5


def test_what_changes_while_it_is_written_is_written_again(alone: PropertySite) -> None:
    issue_id, before = alone.untagged(), len(alone.site.events)
    alone.tag(issue_id, "interviews")
    alone.step()
    alone.tag(issue_id, "ab-design")
    other = alone.untagged()
    alone.tag(other, "tracking")
    alone.run()
    assert alone.written(before) == sorted([issue_id, issue_id, other])
    assert alone.value(issue_id) == {"objectives": ["ab-design", "interviews"]}
    assert alone.value(other) == {"objectives": ["tracking"]}


@pytest.mark.parametrize("where", [WRITE, TASK, READ_BACK])
def test_a_step_that_is_put_off_in_its_middle_goes_on_where_it_was(property_site: PropertySite, where: str) -> None:
    property_site.site_tenant.agree(*agreements("growth-acme"))
    property_site.site.faults.burst(where, retry_after=9)
    with pytest.raises(JiraError) as refused:
        property_site.run()
    assert (refused.value.put_off, refused.value.retry_after) == (True, 9)
    property_site.run()
    assert property_site.written() == sorted(property_site.counted("growth-acme"))


def test_where_several_agencies_work_nothing_is_shown_by_itself(property_site: PropertySite) -> None:
    property_site.site_tenant.agree(*agreements("growth-acme", "growth-bolt"))
    property_site.tag(property_site.untagged("SHOP"), "mailing", "growth-bolt")
    property_site.run()
    assert {property_site.site.issues[issue].key.partition("-")[0] for issue in property_site.shown()} == {"SHOP"}
    choose(property_site, Choice("GROW", objectives=True, bucket=True))
    property_site.run()
    assert property_site.shown() == property_site.counted("growth-acme", "growth-bolt")
    assert property_site.shown("bucket") == {}


def test_what_may_be_seen_no_longer_is_taken_away(alone: PropertySite) -> None:
    before = alone.shown()
    alone.site_tenant.agree(*agreements("growth-bolt"))
    alone.run()
    assert before
    assert {alone.site.issues[issue].key.partition("-")[0] for issue in alone.shown()} <= {"SHOP"}


def test_the_bucket_is_shown_where_one_agency_works_and_somebody_asked_for_it(alone: PropertySite) -> None:
    assert alone.shown("bucket") == {}
    choose(alone, Choice("GROW", bucket=True))
    alone.run()
    buckets = alone.shown("bucket")
    rows = [row for row in alone.site_tenant.report("growth-acme")["issues"] if row["entry"] == "done"]
    taught = {int(row["id"]) for row in rows if row["taught"] > 0} & buckets.keys()
    assert {issue for issue, names in buckets.items() if "taught" in names} == taught != set()
    assert alone.find("teachbackBucket = taught") == taught
    # Beside the closed title of the ticket's context stands what the property says to everybody, and no more.
    lozenges = {issue: alone.status(issue) for issue in buckets}
    assert {status["type"] for status in lozenges.values()} == {"lozenge"}
    labels = {issue: status["value"]["label"] for issue, status in lozenges.items()}
    assert labels == {issue: ", ".join(names).capitalize() for issue, names in buckets.items()}
    choose(alone, Choice("GROW", bucket=False))
    alone.run()
    objectives = alone.shown("objectives")
    badges = {issue: alone.status(issue)["value"]["label"] for issue in lozenges}
    assert badges == {issue: str(len(objectives.get(issue, ()))) for issue in lozenges}


def choose(property_site: PropertySite, choice: Choice) -> None:
    with property_site.site_tenant.engine.begin() as connection:
        save_choice(connection, property_site.site_tenant.tenant_id, choice, property_site.site_tenant.now)
        save_all_marked(connection, property_site.site_tenant.tenant_id, property_site.site_tenant.now)
