"""Objectives that a field set after the ticket was done: the other side confirms them, and then they count."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from connector.actions.actor import Actor
from connector.actions.errors import ActionRefused
from connector.actions.ticket_tags import confirm_objective
from connector.figures.prepared import select_prepared
from mappings.records.agreement.engagements import select_engagement
from tests.audit_log import select_acts
from tests.jira.story.people import account_of
from tests.webhooks.site import SiteTenant, bodies_but, open_site_tenants, played_story, small

DAY = 86_400_000_000
KEY = "growth-bolt"
LEAD, AGENCY_LEAD, AGENCY_MEMBER = "Maren Vogt", "Petra Zielinski", "Jamal Whitcombe"
GATEKEEPER, OTHER_AGENCY, STRANGER = "Henrike Osei", "Callum Rhodes", "Viktor Amsel"


class Case(NamedTuple):
    """A ticket on which somebody of the agency set a label after it was done; who labels it is known from events."""

    site_tenant: SiteTenant
    issue: int
    objective: str
    set_at: int

    def confirm(self, who: str = LEAD, *, at: int, objective: str | None = None) -> None:
        self.site_tenant.now = at
        with self.site_tenant.engine.begin() as connection:
            stored = select_engagement(connection, self.site_tenant.tenant_id, KEY)
            assert stored is not None
            prepared = select_prepared(connection, self.site_tenant.tenant_id, stored)
            actor = Actor(connection, self.site_tenant.tenant_id, stored, prepared, account_of(who), at)
            confirm_objective(actor, self.issue, self.objective if objective is None else objective)

    def rows(self) -> list[dict[str, Any]]:
        """The ticket's rows of the report."""
        return [row for row in self.site_tenant.report(KEY)["issues"] if row["id"] == str(self.issue)]

    def units(self) -> dict[str, float]:
        return self.site_tenant.report(KEY)["units"]


@pytest.fixture
def case(migrated_url: str) -> Iterator[Case]:
    story = small()
    issue, entry = next(
        (story.ids[planted_ticket.ref], entry)
        for planted_ticket in story.story.planted.values()
        for entry in planted_ticket.ledger(KEY)
        if entry.late
    )
    with open_site_tenants(migrated_url, now=story.story.end) as [site_tenant]:
        site_tenant.keep(bodies_but(lambda body: str(body.get("issue", {}).get("id")) != str(issue)))
        assert site_tenant.drain() == 0
        site_tenant.agree(*story.engagements())
        yield Case(site_tenant, issue, *entry.late[0])


def test_what_a_field_set_late_counts_from_the_other_sides_word_on(case: Case) -> None:
    before, rows = case.units(), case.rows()
    case.confirm(at=case.set_at + DAY)
    after = case.units()
    assert rows[0]["objectives"] == []
    assert case.rows()[0] == rows[0] | {"retro": []}
    assert [(row["entry"], row["objectives"]) for row in case.rows()[1:]] == [
        ("reopened", []),
        ("done", [case.objective]),
    ]
    assert after["taught"] - before["taught"] == pytest.approx(rows[0]["done_only"])
    assert {name: after[name] for name in ("total", "agency", "inhouse")} == {
        name: before[name] for name in ("total", "agency", "inhouse")
    }


def test_it_is_dated_at_the_confirmation(case: Case) -> None:
    case.confirm(at=case.set_at + DAY)
    issue = case.site_tenant.figures(KEY)["entry"]
    assert {int(at) for number, _, at, *_ in issue if int(number) == case.issue and int(at) > case.set_at} == {
        case.set_at + DAY
    }


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (AGENCY_LEAD, "Only the other side can confirm"),
        (AGENCY_MEMBER, "not change it"),
        (GATEKEEPER, "not change it"),
        (OTHER_AGENCY, "not change it"),
        (STRANGER, "not change it"),
    ],
)
def test_nobody_but_the_other_side_confirms(case: Case, who: str, why: str) -> None:
    before = case.site_tenant.figures(KEY)
    with pytest.raises(ActionRefused, match=why):
        case.confirm(who, at=case.set_at + DAY)
    assert case.site_tenant.figures(KEY) == before
    assert case.site_tenant.rows("SELECT 1 FROM tag WHERE tenant_id = :t") == []


def test_after_thirty_days_it_is_dropped_and_cannot_be_confirmed(case: Case) -> None:
    before = case.site_tenant.figures(KEY)
    with pytest.raises(ActionRefused, match="30 days are over"):
        case.confirm(at=case.set_at + 30 * DAY + 1)
    assert case.site_tenant.figures(KEY) == before


def test_on_the_last_day_it_can_be_confirmed_and_not_twice(case: Case) -> None:
    case.confirm(at=case.set_at + 30 * DAY)
    after = case.site_tenant.figures(KEY)
    with pytest.raises(ActionRefused, match="is confirmed"):
        case.confirm(at=case.set_at + 30 * DAY)
    assert case.site_tenant.figures(KEY) == after
    with case.site_tenant.engine.connect() as connection:
        acts = [act for act in select_acts(connection, case.site_tenant.tenant_id, 50) if "confirmed" in act.act]
    assert [(act.account, act.after) for act in acts] == [(account_of(LEAD), case.objective)]


def test_no_other_objective_is_confirmed_with_it(case: Case) -> None:
    others = {goal.key for goal in small().engagements()[1].objectives} - {case.objective}
    for other in others:
        with pytest.raises(ActionRefused, match="does not wait for a confirmation"):
            case.confirm(at=case.set_at + DAY, objective=other)
    with pytest.raises(ActionRefused, match="no such objective"):
        case.confirm(at=case.set_at + DAY, objective="nothing")


def relabel(case: Case, labels: tuple[str, ...], *, at: int) -> None:
    site = small().site
    sent = len(site.events)
    site.edit(case.issue, by=account_of(AGENCY_LEAD), at=at, labels=labels)
    case.site_tenant.now = at
    case.site_tenant.keep([event.body for event in site.events[sent:]], start=f"late {at} ")
    assert case.site_tenant.drain() == 0


def test_a_confirmed_label_that_is_taken_off_counts_no_more(case: Case) -> None:
    """Set again it waits anew: a word belongs to what it was given to."""
    before, label = case.units(), small().site.issues[case.issue].labels
    case.confirm(at=case.set_at + DAY)
    relabel(case, (), at=small().story.end + DAY)
    assert case.units() == before
    relabel(case, label, at=small().story.end + 2 * DAY)
    played_story.cache_clear()
    assert case.units() == before
    assert case.rows()[-1]["retro"] == [case.objective]
