"""Who may see what: the visibility matrix of measurement (f), row by row."""

from datetime import date

import pytest
from msgspec.structs import replace

from connector.auth.access import MATRIX, roles_of, views_of
from mappings.measure.model.engagement import Affiliation, Engagement, Objective, TicketRule, Workflow
from mappings.records.agreement.engagements import StoredEngagement

PAST, NOW, FUTURE = 1_000, 2_000, 3_000


def person(account, side, *, org="acme", start=0, end=None):
    return Affiliation(account=account, side=side, org=org, start=start, end=end)


PEOPLE = (
    person("lead", "inhouse", org="Growth"),
    person("member", "inhouse", org="Growth"),
    person("learner", "inhouse", org="Growth"),
    person("agency-lead", "agency"),
    person("agency-member", "agency"),
    person("other-agency", "agency", org="bolt"),
    person("gatekeeper", "gatekeeper", org="Legal"),
    person("torn", "inhouse", org="Growth"),
    person("torn", "agency"),
    person("left", "inhouse", org="Growth", end=NOW),
    person("comes", "agency", start=NOW + 1),
    person("crossed", "inhouse", org="Growth", end=NOW),
    person("crossed", "agency", start=NOW),
)

ENGAGEMENT = Engagement(
    key="growth-acme",
    name="Growth and Acme",
    zone="UTC",
    starts=date(2026, 1, 1),
    projects=("GROW",),
    agency="acme",
    agency_name="Acme",
    people=PEOPLE,
    workflow=Workflow(active=("In Progress",), done=("Done",)),
    leads={
        "inhouse": ("lead", "left", "crossed", "torn"),
        "agency": ("agency-lead", "lead"),
        "sponsor": ("sponsor", "other-agency"),
    },
    objectives=(Objective("ab", "A/B", TicketRule(labels=("ab",)), learners=("learner", "agency-member")),),
)
STORED = StoredEngagement(ENGAGEMENT, "sha256:x", 1, None)

EXPECTED = {
    "lead": {"inhouse_lead", "inhouse_member"},
    "member": {"inhouse_member"},
    "learner": {"inhouse_member", "learner"},
    "agency-lead": {"agency_lead", "agency_member"},
    "agency-member": {"agency_member"},
    "gatekeeper": {"gatekeeper"},
    "sponsor": {"sponsor"},
    "crossed": {"agency_member"},
    "other-agency": set(),
    "torn": set(),
    "left": set(),
    "comes": set(),
    "stranger": set(),
}


@pytest.mark.parametrize(("account", "roles"), EXPECTED.items())
def test_a_role_is_where_one_stands_now(account, roles):
    assert roles_of(ENGAGEMENT, account, NOW) == roles


@pytest.mark.parametrize("account", ["other-agency", "torn", "left", "comes", "stranger", "", None])
def test_whom_nobody_placed_is_not_told_that_an_engagement_exists(account):
    assert views_of([STORED], account, NOW) == ()


def test_before_they_left_they_saw_it():
    (view,) = views_of([STORED], "left", PAST)
    assert view.roles == {"inhouse_lead", "inhouse_member"}


def test_an_admin_sees_aggregates_without_names_and_tickets():
    (view,) = views_of([STORED], "stranger", NOW, admin=True)
    assert view.roles == {"admin"}
    assert not view.sees & {"names", "own_row", "drilldown", "closed_room"}


@pytest.mark.parametrize("account", ["agency-member", "agency-lead", "other-agency", "torn", "crossed"])
def test_to_administer_adds_nothing_for_whoever_is_on_an_agencys_side(account):
    other = StoredEngagement(replace(ENGAGEMENT, key="growth-bolt", people=()), "sha256:y", 1, None)
    assert views_of([STORED, other], account, NOW, admin=True) == views_of([STORED, other], account, NOW)


@pytest.mark.parametrize("account", ["comes", "left", "member"])
def test_an_administrator_on_no_agencys_side_sees_every_engagement(account):
    other = StoredEngagement(replace(ENGAGEMENT, key="growth-bolt", people=()), "sha256:y", 1, None)
    assert len(views_of([STORED, other], account, NOW, admin=True)) == 2


def test_a_gatekeeper_sees_its_own_latency_and_a_sponsor_the_program():
    assert views_of([STORED], "gatekeeper", NOW)[0].sees == {"own_latency"}
    assert views_of([STORED], "sponsor", NOW)[0].sees == {"program"}


def test_the_closed_room_is_for_the_two_leads():
    assert {role for role, sees in MATRIX.items() if "closed_room" in sees} == {"inhouse_lead", "agency_lead"}


@pytest.mark.parametrize(("account", "agency"), [("agency-lead", True), ("agency-member", True), ("member", False)])
def test_who_looks_from_the_agencys_side(account, agency):
    assert views_of([STORED], account, NOW)[0].agency is agency


def test_the_roles_of_two_add_up():
    assert views_of([STORED], "learner", NOW)[0].sees == MATRIX["learner"] | MATRIX["inhouse_member"]
