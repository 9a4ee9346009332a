"""Worked examples of the dimensions by their id, brought in by webhooks and read from the report."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from mappings.measure.model.engagement import Checks, Signals
from mappings.measure.model.statements import DefinitionEdit, LeadSide, Pulse
from mappings.records.agreement.definitions import insert_definition_edit
from mappings.records.agreement.feedback import insert_feedback, save_action
from mappings.records.agreement.pulses import insert_pulse
from mappings.records.sql.scope import AgreementScope
from tests.measure.builders import DAY, PEOPLE, Story, at, goal, lens_of, stays
from tests.measure.webhook_site import LAST, NOW, Site, bring

LEARNERS = tuple(f"p{number}" for number in range(10))
TEAM = (*PEOPLE, *(stays(who, "inhouse", "2025-01-01") for who in LEARNERS))
GOALS = tuple(goal(f"o{number}", learners=(who,)) for number, who in enumerate(LEARNERS))
MONDAY = "2026-03-02"


def make_site(stories: Iterable[Story], **agreed: Any) -> Site:
    return bring(lens_of(**{"people": TEAM, **agreed}), *(story.ticket() for story in stories))


def dimension(site: Site, key: str) -> dict[str, Any]:
    return next(row for row in site.report(LAST, NOW)["dimensions"] if row["key"] == key)


def figure(report: dict[str, Any]) -> tuple[float, float]:
    return round(report["score"], 2), round(report["se"], 2)


def values(report: dict[str, Any]) -> dict[str, float]:
    return {row["key"]: row["value"] and round(row["value"], 4) for row in report["components"]}


def counts(report: dict[str, Any]) -> dict[str, tuple[float, float]]:
    return {row["key"]: (round(row["x"], 9), row["n"]) for row in report["components"]}


def led(number: int, *, day: str = MONDAY, who: str = "ann", **more: Any) -> Story:
    """A ticket that somebody works on for a day."""
    story = Story(f"GROW-{number}", f"{day} 08:00", who, number=number, creator="stranger", **{"labels": (), **more})
    return story.move("In Progress", f"{day} 09:00", who)


def done(story: Story, day: str = MONDAY) -> Story:
    return story.move("Done", f"{day} 17:00", story.now["assignee"] or "ann")


def taught(number: int, learner: int, who: str = "ann", day: str = MONDAY) -> Story:
    """A ticket of an objective, on which its learner logs an hour."""
    story = led(number, who=who, day=day, labels=(f"o{learner}",))
    return done(story.log(f"p{learner}", 1, f"{day} 10:00"), day)


def test_d1_dimension() -> None:
    """9 of 14 taught; of ten pairs four moved up by Acme alone, and one half by Bolt: 4.5."""
    twice = [taught(10 * learner + place, learner) for learner in range(4) for place in (1, 2)]
    shared = [taught(41, 4), taught(42, 4, "oli", "2026-03-03")]
    untaught = [done(led(10 * learner + 1, labels=(f"o{learner}",))) for learner in range(5, 10)]
    dimension_row = dimension(make_site((*twice, *shared, *untaught), objectives=GOALS), "teaching")
    assert counts(dimension_row) == {"taught_through": (9, 14), "progression": (4.5, 10)}
    assert (values(dimension_row), figure(dimension_row)) == (
        {"taught_through": 0.5909, "progression": 0.4722},
        (53.16, 7.69),
    )


def test_e2_neutral_prior_3_of_4() -> None:
    stories = [taught(number, number) for number in range(3)]
    component, _ = dimension(make_site((*stories, done(led(9, labels=("o9",)))), objectives=GOALS), "teaching")[
        "components"
    ]
    assert [round(component[name], 4) for name in ("value", "low", "high")] == [0.5833, 0.4005, 0.7595]


def test_e4_learner_availability() -> None:
    offered = [done(led(number, labels=("o1",))) for number in range(1, 15)]
    goals = (*GOALS, goal("lonely"))
    site = make_site((*offered, *(done(led(number, labels=("lonely",))) for number in range(15, 21))), objectives=goals)
    printed = site.report(LAST, NOW)["learners_offered"]
    assert (printed["x"], printed["n"], round(printed["value"], 4)) == (14, 20, 0.6429)
    assert counts(dimension(site, "teaching"))["taught_through"] == (0, 14)


def test_d2_dimension() -> None:
    """Five checks on eight tickets, of which 29 pass: 5.8 of 8. All are touched, and none changes its scope."""
    passes = [{1, 2, 4}, {1, 2, 4}, {1, 2}, {1, 2}, {1}, {2}, {4}, set()]
    assert sum(2 + len(pass_count) for pass_count in passes) == 29
    site = make_site(
        (checked(number, pass_count) for number, pass_count in enumerate(passes, start=1)),
        model="embedded",
        checks=Checks(required_fields=("description",), links=("Implements",)),
    )
    dimension_row = dimension(site, "embedding")
    assert (counts(dimension_row), figure(dimension_row)) == ({"workflow_checks": (5.8, 8)}, (61.25, 11.82))


def checked(number: int, passes: set[int]) -> Story:
    more = {"described": 2 in passes} | ({"parent_key": "GROW-99"} if 4 in passes else {})
    story = led(number, more=more)
    if 1 in passes:
        story.move("In Review", f"{MONDAY} 12:00", "ann").move("In Progress", f"{MONDAY} 13:00", "ann")
    return done(story)


PROPOSING = Signals(proposals={"labels": ("proposal",), "declined": ("Won't do",)})


def proposal(number: int, day: str, fate: str) -> Story:
    """A proposal of the agency that the client decides on March 10th."""
    story = Story(f"GROW-{number}", f"{day} 09:00", number=number, creator="ann", labels=("proposal",))
    resolution = "Done" if fate == "adopted" else "Won't do"
    story.more["resolution"] = resolution
    if fate == "reason":
        story.say("ina", "2026-03-10 11:00")
    return story.move("Done", "2026-03-10 12:00", "ina", ("resolution", None, resolution))


def test_d3_dimension() -> None:
    """Three proposals of the window and three from before it; 40 tickets that the agency finished."""
    fates = ("adopted", "adopted", "reason", "reason", "adopted", "dropped")
    days = ("2026-02-02",) * 3 + ("2025-12-15",) * 3
    made = [proposal(number, *approvals) for number, approvals in enumerate(zip(days, fates, strict=True), start=100)]
    dimension_row = dimension(make_site((*made, *(done(led(n)) for n in range(1, 41))), signals=PROPOSING), "challenge")
    assert counts(dimension_row) == {"proposal_rate": (3, 40), "uptake": (4, 6)}
    assert (values(dimension_row), figure(dimension_row)) == ({"proposal_rate": 1.0, "uptake": 0.5714}, (74.29, 7.67))


def test_d3_no_proposals_100_issues() -> None:
    dimension_row = dimension(make_site((done(led(n)) for n in range(1, 101)), signals=PROPOSING), "challenge")
    assert values(dimension_row) == {"proposal_rate": 0.1667, "uptake": None}


def reviewed(number: int, *, in_time: bool) -> Story:
    """An open ticket that waits for review from Monday 15:00."""
    story = led(number).move("In Review", f"{MONDAY} 15:00", "ann")
    return story.say("ben", f"2026-03-0{4 if in_time else 5} 12:00", 2)


def asked(number: int, *, in_time: bool) -> Story:
    story = led(number).say("ann", f"{MONDAY} 15:00", mentions=("ben",))
    return story.say("ben", f"2026-03-0{3 if in_time else 4} 12:00", 2)


def briefed(number: int, *, stable: bool) -> Story:
    story = led(number)
    if not stable:
        story.change(f"{MONDAY} 12:00", "ina", ("summary", "a", "b"))
    return done(story)


def test_d4_dimension() -> None:
    """25 reviews, 22 questions, 20 briefs; three of four side-quarters with a pulse, two of three items acted on."""
    stories = [reviewed(n, in_time=n <= 18) for n in range(1, 26)]
    stories += [asked(100 + n, in_time=n <= 20) for n in range(1, 23)]
    stories += [briefed(200 + n, stable=n <= 15) for n in range(1, 21)]
    site = make_site(stories, starts=date(2025, 11, 1))
    add_feedback(site)
    dimension_row = dimension(site, "reciprocity")
    assert counts(dimension_row) == {
        "reviews_in_time": (18, 25), "questions_answered": (20, 22), "brief_stable": (15, 20),
        "feedback_given": (3, 4), "feedback_acted_on": (2, 3),
    }  # fmt: skip
    assert list(values(dimension_row).values()) == [0.6667, 0.8, 0.6786, 0.625, 0.5714]
    assert figure(dimension_row) == (65.66, 6.38)


def add_feedback(site: Site) -> None:
    """Two quarters have ended; of one of them one side alone spoke. The client acted on two items of three."""
    before, last = date(2025, 10, 1), date(2026, 1, 1)
    quarters: list[tuple[LeadSide, date]] = [("agency", before), ("inhouse", before), ("agency", last)]
    with site.site_tenant.engine.begin() as connection:
        scope = AgreementScope(connection, *site.place[:2])
        for side, quarter in quarters:
            insert_pulse(scope, Pulse(side, quarter, at("2026-04-02"), 4), by=side)
        for item in range(3):
            number = insert_feedback(scope, about="reviews", words="late", at=at("2026-02-02") + item, by="ann")
            if item:
                save_action(scope, number, action="GROW-1", at=at("2026-03-02"), by="ina")


@pytest.mark.parametrize(
    ("start", "answer", "x"),
    [
        ("2026-03-02 15:00", "2026-03-04 10:00", 1),
        ("2026-03-06 16:00", "2026-03-09 09:00", 1),
        ("2026-03-02 09:00", "2026-03-06 09:00", 0),
    ],
)
def test_d4_latency_bh(start: str, answer: str, x: int) -> None:
    """11 and 1 business hours are in time, 32 are not."""
    story = Story(created=MONDAY, assignee="ann", creator="ann").move("In Review", start, "ann").say("ben", answer, 2)
    assert counts(dimension(make_site([story]), "reciprocity"))["reviews_in_time"] == (x, 1)


def legal(number: int, met: int | None) -> Story:
    """A ticket that takes 20 days and meets a gatekeeper on day `met`."""
    start = at("2026-04-01 09:00", "UTC")
    story = Story(f"GROW-{number}", "2026-03-02 09:00", "ina", number=number, labels=("legal",))
    story.change(start, "ina", ("status", "To Do", "In Progress"))
    if met is not None:
        story.say("gus", start + met * DAY, 2)
    story.change(start + 20 * DAY, "ina", ("status", "In Progress", "Done"))
    story.now["status"] = "Done"
    return story


def submitted(number: int, back: str) -> Story:
    story = Story(f"GROW-{number}", f"{MONDAY} 09:00", number=number).move("Legal review", "2026-03-03 10:00")
    return story.move(back, "2026-03-04 10:00")


def test_d5_dimension() -> None:
    early = [legal(number, met) for number, met in enumerate((2, 15, None, -3), start=1)]
    passed = [submitted(11, "In Review"), submitted(12, "Waiting for agency"), submitted(13, "In Progress")]
    site = make_site((*early, *passed), signals=Signals(gatekeeper={"labels": ("legal",)}))
    dimension_row = dimension(site, "gatekeepers")
    assert counts(dimension_row) == {"earliness": (2.15, 4), "first_pass": (2, 3)}
    assert (values(dimension_row), figure(dimension_row)) == (
        {"earliness": 0.5125, "first_pass": 0.5714},
        (53.02, 11.03),
    )


INCIDENTS = Signals(incidents={"types": ("Incident",)}, incident_review={"labels": ("postmortem",)})


def incident(number: int, *, late: tuple[str, ...] = (), stayed: tuple[str, ...] = (), review: bool) -> Story:
    """Twenty hours from Sunday evening; both sides come within the hour but those who are late."""
    labels = ("postmortem",) if review else ()
    story = Story(f"GROW-{number}", "2026-03-01 20:00", creator="stranger", labels=labels, number=number)
    story.more["type_name"] = "Incident"
    for who in ("ann", "ben"):
        story.say(who, "2026-03-02 02:00" if who in late else "2026-03-01 20:30", 2)
    for who in stayed:
        story.say(who, "2026-03-02 15:00", 2)
    return story.move("Done", "2026-03-02 16:00", "stranger")


def test_d6_dimension() -> None:
    accounts = ("ann", "ben")
    stories = [incident(1, stayed=accounts, review=True), incident(2, stayed=accounts, review=False)]
    stories.append(incident(3, review=False))
    dimension_row = dimension(make_site(stories, signals=INCIDENTS), "crisis")
    assert (counts(dimension_row), figure(dimension_row)) == ({"crisis": (2.3, 3)}, (61.43, 17.21))


def test_d7_dimension() -> None:
    """Of four objectives with work: before it both sides wrote at three, and the agency wrote so much of each."""
    keys = ("o0", "o1", "o2", "o3")
    stories = [done(led(number, labels=(key,))) for number, key in enumerate(keys, start=1)]
    site = make_site(stories, objectives=tuple(goal(key) for key in keys))
    edits = {"o0": "ai", "o1": "aiii", "o2": "aa", "o3": "aaaii"}
    with site.site_tenant.engine.begin() as connection:
        for key, sides in edits.items():
            for place, letter in enumerate(sides):
                edit = DefinitionEdit(key, "agency" if letter == "a" else "inhouse", "edit", date(2026, 2, 2), place)
                insert_definition_edit(AgreementScope(connection, *site.place[:2]), edit, by=letter)
    dimension_row = dimension(site, "cocreation")
    assert (counts(dimension_row), figure(dimension_row)) == ({"cocreation": (2.72, 4)}, (56.0, 13.77))
