"""Worked examples c and d of people by their id, brought in by webhooks and read from the report."""

from datetime import date, timedelta
from typing import Any

import pytest

from connector.figures.people import select_people
from mappings.events.types import Instant
from mappings.formats.report.json_report import report
from mappings.measure.model.engagement import RUNGS
from mappings.measure.model.statements import SignOff
from mappings.measure.people.standing import ObjectiveFigures, PeopleFigures
from mappings.records.agreement.engagements import select_engagement
from mappings.records.agreement.sign_offs import insert_sign_off
from mappings.records.sql.scope import AgreementScope
from tests.measure.builders import DAY, PEOPLE, Story, agree, at, goal, lens_of, stays
from tests.measure.test_examples_people import c2_stories, ticket_on
from tests.measure.webhook_site import NOW, Site, bring, set_by_hand

TEAM = (*PEOPLE, *(stays(f"p{number}", "inhouse", "2025-01-01") for number in range(3)))
"""Five in-house people: enough that counts by rung may be shown."""
END = date(2026, 6, 1)


def make_site(*stories: Story, **agreed: Any) -> Site:
    return bring(lens_of(**{"people": TEAM, **agreed}), *(story.ticket() for story in stories))


def figures_at(site: Site, as_of: Instant) -> PeopleFigures:
    """The people's figures of any instant: a report has those of its end, or of the last Monday."""
    with site.site_tenant.engine.connect() as connection:
        stored = select_engagement(connection, site.site_tenant.tenant_id, site.prepared.engagement.key)
        assert stored is not None
        return select_people(connection, site.site_tenant.tenant_id, stored, site.prepared, as_of=as_of)


def objective(site: Site, as_of: Instant, key: str = "ab") -> ObjectiveFigures:
    (figures,) = [figures for figures in figures_at(site, as_of).objectives if figures.key == key]
    return figures


def rung(site: Site, as_of: Instant) -> int:
    """Where the only learner stands, by the counts that the report shows."""
    people = objective(site, as_of).people_at_rung
    assert people is not None
    (held,) = [place for place, name in enumerate(RUNGS, start=1) if people[name]] or [0]
    return held


def alone(number: int, day: str, who: str = "ben", **more: Any) -> Story:
    story = Story(f"GROW-{number}", f"{day} 09:00", who, number=number, **{"labels": ("ab",), **more})
    return story.move("In Progress", f"{day} 09:00", who).move("Done", f"{day} 17:00", who)


@pytest.mark.parametrize(("days", "rho"), [(0, 1.0), (60, 1.0), (90, 1.0), (166, 0.7071), (242, 0.5), (394, 0.25)])
def test_c1_decay(days: int, rho: float) -> None:
    """One person is to be independent, one was: what is left of it is how fresh it is."""
    site = make_site(alone(1, "2026-02-02"), alone(2, "2026-02-16"))
    burned = objective(site, at("2026-02-16 17:00") + days * DAY).burn_up
    assert burned is not None
    assert round(burned, 4) == rho


def test_c2_rung_timeline() -> None:
    site = make_site(*c2_stories())
    days = ("01-11", "01-12", "01-20", "02-02", "02-16", "03-02", "03-20", "04-02", "04-03")
    assert [rung(site, at(f"2026-{day} 18:00")) for day in days] == [0, 1, 1, 2, 2, 3, 3, 3, 4]


def test_c2b_higher_counts_for_lower() -> None:
    assert rung(make_site(ticket_on(1, "2026-01-20", 2), ticket_on(2, "2026-02-03", 3)), at("2026-02-04")) == 2


RECORDS = {
    "up_within_cap": (5, [("attest", 4)], 4),
    "up_beyond_cap": (1, [("attest", 4)], 2),
    "down": (7, [("revoke", 2)], 2),
    "down_beats_up": (5, [("attest", 4), ("revoke", 3)], 3),
    "lower_attest_ignored": (7, [("attest", 2)], 4),
}
"""How many tickets of c2's climb came in, what was signed by both sides after, and where that leaves the learner."""


@pytest.mark.parametrize("name", RECORDS)
def test_c3_signoff(name: str) -> None:
    count, signed, held = RECORDS[name]
    site = make_site(*c2_stories()[:count])
    with site.site_tenant.engine.begin() as connection:
        for place, (kind, level) in enumerate(signed):
            for signer, side in (("ina", "inhouse"), ("ann", "agency")):
                sign_off = SignOff(kind, at("2026-04-10") + place, signer, side, level)  # type: ignore[arg-type]  # as typed above
                insert_sign_off(AgreementScope(connection, *site.place[:2]), sign_off, pair=("ab", "ben"))
    assert rung(site, at("2026-04-11")) == held


LEARNING = (goal(learners=("ben",), tickets={"assisted": 1}),)


def helped(number: int, day: str, who: str, *, half: bool = False, learner: str = "ben") -> Story:
    """An agency's ticket on which a learner logs time (E2), or which the learner finishes after half of it (E3)."""
    story = Story(f"GROW-{number}", f"{day} 09:00", who, labels=("ab",), number=number)
    story.move("In Progress", f"{day} 09:00", who)
    _ = story.assign(learner, f"{day} 13:00") if half else story.log(learner, 1, f"{day} 10:00")
    return story.move("Done", f"{day} 17:00", who)


def mentored(number: int, day: str) -> Story:
    """Somebody in-house drives and somebody in-house mentors; Ben says a word: E1. Three weigh as one E3 would."""
    story = Story(f"GROW-{number}", f"{day} 09:00", "p0", labels=("ab",), number=number)
    story.role("ina", "mentor", f"{day} 09:00").say("ina", f"{day} 10:00").say("ben", f"{day} 11:00")
    return story.move("In Progress", f"{day} 09:00", "p0").move("Done", f"{day} 17:00", "p0")


CLIMB = (helped(1, "2026-03-02", "ann"), helped(7, "2026-03-10", "ann", half=True))
OTHERS = (helped(2, "2026-03-03", "oli"), *(mentored(day, f"2026-03-0{day}") for day in (4, 5, 6)))
WINDOW_FROM_MARCH_8 = date(2026, 9, 4)
"""The end of a report whose window begins between rung 2 and rung 3."""


def progression(site: Site, key: str = "growth-acme", end: date = WINDOW_FROM_MARCH_8) -> tuple[float, float]:
    printed = report(site.site_tenant.review(key, date(2026, 1, 1), end, NOW))
    parts = {part["key"]: part for row in printed["dimensions"] for part in row["components"]}
    return parts["progression"]["x"], parts["progression"]["n"]


def test_c4_credit() -> None:
    """What is neither Acme's nor Bolt's of the step is in-house: .3."""
    met_by_bolt = Story("GROW-9", "2026-03-20 09:00", "oli", labels=("ab",), number=9)
    met_by_bolt.move("In Progress", "2026-03-20 09:00", "oli").move("Done", "2026-03-20 17:00", "oli")
    stories = (*CLIMB, *OTHERS, met_by_bolt)
    site = make_site(*stories, objectives=LEARNING)
    set_by_hand(site.site_tenant, "growth-bolt", [story.ticket() for story in stories])
    site.site_tenant.agree(agree(key="growth-bolt", agency="bolt", people=TEAM, objectives=LEARNING))
    assert [progression(site, key) for key in ("growth-acme", "growth-bolt")] == [(0.5, 1), (0.2, 1)]


def test_c4_credit_single() -> None:
    assert progression(make_site(*CLIMB, objectives=LEARNING)) == (1, 1)


def test_d1b_leaves_out_who_stood_at_rung_4_when_the_window_began() -> None:
    """Ben reached it on April 3rd, and meets one more ticket in May."""
    met = Story("GROW-20", "2026-05-04 09:00", "ann", labels=("ab",), number=20)
    met.move("In Progress", "2026-05-04 09:00", "ann").move("Done", "2026-05-04 17:00", "ann")
    site = make_site(*c2_stories(), met, objectives=(goal(learners=("ben",)),))
    days = (date(2026, 4, 3), date(2026, 4, 4))
    ends = [day + timedelta(days=180) for day in days]
    assert [progression(site, end=end) for end in ends] == [(1, 1), (0, 0)]


def test_d2_independence_7_of_12() -> None:
    own = [alone(number, f"2026-04-{number + 10}") for number in range(1, 8)]
    led = [alone(number, f"2026-04-{number + 10}", "ann") for number in range(8, 13)]
    rate = make_site(*own, *led).report(END, at("2026-06-01"))["objectives"][0]["independence"]
    assert [round(rate[name], 4) for name in ("value", "low", "high")] == [0.5833, 0.3195, 0.8067]
    assert rate["n"] == 12


def holds(number: int, who: str, key: str) -> list[Story]:
    """Two tickets of no size, eight days apart, that somebody did alone: rung 4."""
    days = ("2026-04-06", "2026-04-14")
    return [alone(number + place, day, who, labels=(key,)) for place, day in enumerate(days)]


def test_d3_exit_coverage() -> None:
    demand = {"o1": ("20", 2), "o2": ("10", 1), "o3": ("15", 0), "o4": ("5", 3)}
    stories: list[Story] = []
    for place, (key, (points, holders)) in enumerate(demand.items(), start=1):
        stories.append(alone(100 * place, "2026-05-04", "ann", labels=(key,), points=points))
        for holder, who in enumerate(("ben", "ina", "p0")[:holders], start=1):
            stories += holds(100 * place + 10 * holder, who, key)
    site = make_site(*stories, objectives=tuple(goal(key) for key in demand))
    printed = site.report(END, at("2026-06-01"))["exit_coverage"]
    assert printed == {"one_holder": 0.7, "two_holders": 0.5, "at_risk": ["o2", "o3"]}


@pytest.mark.parametrize(("last", "share"), [("2026-05-18", 0.8462), ("2025-10-02", 0.6538)])
def test_d7_burnup(last: str, share: float) -> None:
    """Two are to be independent on one objective, where one is assisted yet, and one assisted on another."""
    days = (str(date.fromisoformat(last) - timedelta(days=8)), last)
    stories = [alone(number, day, labels=("o1",)) for number, day in enumerate(days, start=1)]
    stories += [helped(day, f"2026-05-{day}", "ann", half=True, learner="p0") for day in (11, 12)]
    for story in stories:
        story.labels = ("o1",)
    goals = (goal("o1", people=2), goal("o2", rung="assisted"))
    site = make_site(*stories, *holds(21, "ina", "o2"), objectives=goals)
    assert round(burn_up(site, at("2025-10-02 17:00") + 242 * DAY), 4) == share


def burn_up(site: Site, as_of: Instant) -> float:
    """Over all objectives, as the page shows it."""
    share = figures_at(site, as_of).burn_up
    assert share is not None
    return share
