"""The worked examples of the measurement by their id, at the precision given."""

import json
from datetime import date
from pathlib import Path

import pytest

from mappings.measure.model.ticket import Kind
from mappings.measure.period.figures import figures_of
from mappings.measure.ticket.evidence_kinds import EvidenceCase, classify
from mappings.measure.ticket.handover import handed_parts
from tests.measure.builders import HOUR, PEOPLE, Story, at, goal, hours, lens_of, shares, stays, units
from tests.measure.webhook_checks import entry, measure

ORACLES = Path(__file__).parents[3] / "shared" / "design" / "oracles.json"

MOVERS = (
    stays("u1", "agency", "2026-01-01", "2026-04-01", org="Acme"),
    stays("u1", "inhouse", "2026-04-01", org="Growth"),
    stays("u2", "inhouse", "2025-01-01", org="Growth"),
    stays("u3", "agency", "2026-02-01", "2026-06-01", org="Bolt"),
    stays("u3", "agency", "2026-05-15", org="Acme"),
)


def where(account: str, day: str) -> tuple[str, str]:
    prepared = lens_of(people=MOVERS, agency="Acme")
    standing = prepared.affiliations.at(account, at(day))
    assert standing is not None
    return standing.side, standing.org


def test_numbers_here_are_those_of_the_design() -> None:
    if not ORACLES.exists():
        pytest.skip("the worked examples stand outside of this checkout")
    numbers = json.loads(ORACLES.read_text())
    assert (numbers["d1"]["taught_share"], numbers["d1_headline"]["n_eff"]) == (0.619, 4.4545)
    assert numbers["b2_move_mid_issue"] == {"agency_h": 8.0, "inhouse_h": 10.0, "share_agency": 0.4444}


def test_a1_half_open() -> None:
    days = ("2025-12-31", "2026-01-01", "2026-03-31", "2026-04-01")
    assert [where("u1", day) for day in days] == [
        ("unknown", ""),
        ("agency", "Acme"),
        ("agency", "Acme"),
        ("inhouse", "Growth"),
    ]


def test_a2_conflict() -> None:
    days = ("2026-05-14", "2026-05-15", "2026-06-01")
    assert [where("u3", day) for day in days] == [("other", "Bolt"), ("conflict", ""), ("agency", "Acme")]


def test_a3_unknown() -> None:
    assert where("u9", "2026-03-01") == ("unknown", "")


def b1() -> Story:
    """Monday 9:00 by A of the agency, Tuesday 13:00 to B in-house, Wednesday 11:00 done, 8 points."""
    story = Story(assignee="ann", points="8", labels=("ab",)).move("In Progress", "2026-03-02 09:00")
    return story.assign("ben", "2026-03-03 13:00").move("Done", "2026-03-04 11:00")


def test_b1_active_hours() -> None:
    assert hours(entry(b1())) == {"agency": 12.0, "inhouse": 6.0}


def test_b1_share_agency() -> None:
    assert shares(entry(b1()))["agency"] == 0.6667


def test_b1_8sp_split() -> None:
    parts = entry(b1()).parts
    assert [round(units(part), 4) for part in parts] == [5.3333, 0, 2.6667, 0, 0, 0]
    assert sum(parts) == 8_000_000_000


def test_b2_move_mid_issue() -> None:
    moving = (stays("ann", "agency", "2025-01-01", "2026-03-03"), stays("ann", "inhouse", "2026-03-03"), PEOPLE[2])
    done_entry = entry(b1(), lens_of(people=moving))
    assert hours(done_entry) == {"agency": 8.0, "inhouse": 10.0}
    assert shares(done_entry)["agency"] == 0.4444


def test_b3_paused_excluded() -> None:
    story = Story(assignee="ann", points="8").move("In Progress", "2026-03-02 09:00")
    story.move("Waiting for client", "2026-03-02 13:00").move("In Progress", "2026-03-02 17:00")
    done_entry = entry(story.assign("ben", "2026-03-03 13:00").move("Done", "2026-03-04 11:00"))
    assert (hours(done_entry), done_entry.paused_on_client / HOUR) == ({"agency": 8.0, "inhouse": 6.0}, 4.0)
    assert shares(done_entry)["agency"] == 0.5714


def logged() -> Story:
    story = b1().log("ann", 5, "2026-03-02 10:00").log("ben", 1.5, "2026-03-03 14:00")
    return story.log("stranger", 0.5, "2026-03-03 15:00")


def test_b4_worklog_share() -> None:
    done_entry = entry(logged(), lens_of(attribution="worklog"))
    assert done_entry.method == "worklog"
    assert shares(done_entry) == {"agency": 0.7143, "inhouse": 0.2143, "unknown": 0.0714}


def test_b5_weekend() -> None:
    story = Story(created="2026-03-06 15:00", assignee="ann", status="In Progress").move("Done", "2026-03-09 11:00")
    assert hours(entry(story)) == {"agency": 4.0}


def test_b6_two_objectives() -> None:
    story = b1()
    story.labels = ("ab", "seo")
    prepared = lens_of(objectives=(goal("ab"), goal("seo")))
    done_entry = entry(story, prepared)
    for key in ("ab", "seo"):
        sums = {objective: sums for (objective, *_), sums in sums_by_day(done_entry, prepared).items()}
        assert round(units(sums[key].agency), 4) == 2.6667
    assert sums["ab"].agency + sums["seo"].agency == done_entry.parts[0]


def sums_by_day(ticket_story: object, prepared: object) -> dict:
    from mappings.measure.period.figures import sums_of

    return sums_of([(ticket_story, ())], prepared.calendar)


def test_b7_methods() -> None:
    active, worklog = entry(logged()), entry(logged(), lens_of(attribution="worklog"))
    last = Story(assignee="ben", points="8").move("Done", "2026-03-04 11:00")
    assert (active.method, shares(active)["agency"]) == ("active_time", 0.6667)
    assert (worklog.method, shares(worklog)["agency"]) == ("worklog", 0.7143)
    assert (entry(last).method, shares(entry(last)).get("agency", 0.0)) == ("assignee", 0.0)


def test_b8_reopen_ledger() -> None:
    story = Story(created="2026-02-02 09:00", assignee="ann", points="5").move("Done", "2026-02-10 10:00")
    story.move("In Progress", "2026-04-20 10:00").move("Done", "2026-05-02 10:00")
    prepared = lens_of()
    pairs = [(entry, ()) for entry in measure(story, prepared).entries]
    quarters = [(date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 6, 30))]
    totals = [figures_of(pairs, prepared.calendar, first=first, last=last).total for first, last in quarters]
    assert [units(total) for total in totals] == [5, 0]


TRUTH: dict[str, tuple[EvidenceCase, Kind | None]] = {
    "watch only, agency-led": (EvidenceCase(agency=1, assist=True, touched=True), 1),
    "role shadow, no trace": (EvidenceCase(agency=1, assist=True, roles=frozenset({"shadow"})), 1),
    "role shadow + 1 comment": (
        EvidenceCase(agency=1, assist=True, roles=frozenset({"shadow"}), comments=1, days=1),
        2,
    ),
    "no role, comments on 2 days": (EvidenceCase(agency=1, assist=True, comments=3, days=2), 2),
    "no role, comments on 1 day": (EvidenceCase(agency=1, assist=True, comments=3, days=1), 1),
    "p 40% agency 60%": (EvidenceCase(share=40, agency=60, total=100, assist=True), 2),
    "p drives 75%, agency 25%": (EvidenceCase(share=75, agency=25, total=100, assist=True), 3),
    "p drives alone, agency substantive comment": (EvidenceCase(share=1, assist=True), 3),
    "p drives alone, no agency": (EvidenceCase(share=1), 4),
    "same but reopened in 14 d": (EvidenceCase(share=1, sticky=False), 1),
    "learner role 35%, agency 65%": (
        EvidenceCase(share=35, agency=65, total=100, roles=frozenset({"learner"}), assist=True),
        3,
    ),
    "in-house mentor, in-house driver, no agency": (EvidenceCase(roles=frozenset({"mentor"}), mentee=True), 5),
    "untouched": (EvidenceCase(agency=1, assist=True), None),
}


@pytest.mark.parametrize("name", TRUTH)
def test_c0_truth_table(name: str) -> None:
    case, kind = TRUTH[name]
    assert classify(case) == kind


def agency_led(number: int, points: str) -> Story:
    story = Story(f"GROW-{number}", number=number, assignee="ann", points=points, labels=("ab",))
    return story.move("In Progress", "2026-03-02 09:00")


def d1_tickets() -> list[Story]:
    """The six tickets of d1: (points, the agency's share, best evidence)."""
    i1 = agency_led(1, "5").role("ina", "shadow", "2026-03-02 09:00").say("ina", "2026-03-02 10:00")
    i2 = agency_led(2, "8").assign("ben", "2026-03-02 15:00").role("ben", "learner", "2026-03-02 09:00")
    i3, i4 = agency_led(3, "3"), agency_led(4, "5").say("ina", "2026-03-02 10:00")
    i5 = agency_led(5, "8").assign("ben", "2026-03-02 11:00")
    i6 = Story("GROW-6", number=6, assignee="ben", points="3", labels=("ab",)).move("In Progress", "2026-03-03 09:00")
    early = [story.move("Done", "2026-03-02 17:00") for story in (i1, i2, i3, i4, i5)]
    return [*early, i6.move("Done", "2026-03-03 17:00")]


def d1_pairs() -> list:
    rows = [measure(story) for story in d1_tickets()]
    first: dict = {}
    for row in sorted(
        (evidence_row for each in rows for evidence_row in each.evidence if evidence_row.kind in {2, 3}),
        key=lambda row: row.at,
    ):
        first.setdefault((row.objective, row.account), row.at)
    return [(entry, handed_parts(entry, first)) for each in rows for entry in each.entries]


def d1_figures():
    return figures_of(d1_pairs(), lens_of().calendar, first=date(2026, 3, 1), last=date(2026, 3, 31))


def test_d1() -> None:
    kinds = [max(measured_entry.kinds, default=None) for measured_entry, _ in d1_pairs()]
    assert kinds == [2, 2, None, 1, 3, 4]
    figures = d1_figures()
    sums = figures.sums
    assert [units(value) for value in (sums.agency, sums.taught, sums.done_only)] == [21, 13, 8]
    assert [units(value) for value in (sums.inhouse, sums.handed_over, sums.own, figures.total)] == [11, 3, 8, 32]
    assert round(figures.taught_share.value or 0, 3) == 0.619


def test_d1_headline() -> None:
    share = d1_figures().taught_share
    assert (share.n, round(share.n_eff, 4), share.published) == (5, 4.4545, True)
    assert (round(share.low or 0, 4), round(share.high or 0, 4)) == (0.3329, 0.8411)
