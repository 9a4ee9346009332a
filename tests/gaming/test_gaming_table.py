"""The gaming table of measurement (f), row by row: each move comes in by webhooks, and the report shows its defence."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connector.actions.disputes import file_dispute
from connector.actions.errors import ActionRefused
from connector.actions.sign_offs import attest, veto
from connector.figures.marks import select_bulk_near, select_bulk_of
from mappings.measure.model.engagement import Signals
from mappings.measure.period.disputes import OPEN
from mappings.records.sql.scope import Scope
from tests.gaming.team import AS_OF, arrive, comment, component, played, report_of, rungs, say, taught_by
from tests.measure.builders import DAY, HOUR, Story, at, goal, lens_of
from tests.measure.webhook_bodies import WebhookWriter
from tests.pages.cost.test_statements import statements

MOVES = {
    "Add watchers, empty shadow roles": ("watchers_change_nothing", "empty_shadow_roles_teach_nothing"),
    '"ok", "👍" comments': ("ok_and_thumbs_are_no_trace", "the_same_words_twice_are_one_day"),
    "Reassign in the last minute": ("a_reassignment_in_the_last_minute_is_a_minute",),
    "Tag objectives after the fact": (
        "a_tag_after_the_fact_waits_for_the_other_side", "a_tag_nobody_confirms_is_dropped",
    ),
    "Tiny tickets to reach rung 4": (
        "tiny_tickets_do_not_count_where_a_least_size_is_agreed", "tickets_of_a_few_days_reach_no_rung_four",
        "one_ticket_done_again_and_again_is_one", "tickets_that_are_reopened_show_nothing",
    ),
    "Split into sub-tasks": ("sub_tasks_add_no_units_and_no_tickets",),
    "Agency hides help (DMs) to make client look independent": (
        "hidden_help_gives_the_agency_nothing", "a_learner_says_not_yet",
    ),
    "Client withholds learners or reviews": (
        "withheld_learners_count_against_nobody_but_stand_there", "withheld_reviews_are_the_clients_own_figure",
    ),
    "Rubber-stamp sign-off": ("a_rubber_stamp_lifts_one_rung", "a_rubber_stamp_of_one_side_makes_nobody_independent"),
    "Flood of trivial proposals": ("a_flood_of_proposals_is_capped_and_costs_uptake",),
    "Never dispute / dispute everything": ("disputing_everything_moves_no_figure", "what_expired_is_not_filed_again"),
    "Bulk edit (≥ 20 tickets in 10 min by one user)": (
        "a_bulk_edit_is_marked_and_left_in", "nineteen_tickets_or_two_people_are_no_bulk_edit",
        "some_tickets_of_a_bulk_edit_are_marked_as_all_of_it_marks_them",
        "around_a_ticket_that_no_person_closed_nothing_is_read",
    ),
}  # fmt: skip
"""Each row of the table as it stands there, and the tests of this file that try it."""
TABLE = Path(__file__).parents[2] / "docs" / "measurement.md"


def rows_of_the_table(text: str) -> set[str]:
    """The moves that the table names."""
    lines = text.partition('<a id="f-gaming-table"></a>')[2].partition("###")[0].splitlines()
    cells = [line.split("|")[1].strip() for line in lines if line.startswith("|")]
    return set(cells[2:])


def test_every_row_of_the_table_is_tried() -> None:
    assert rows_of_the_table(TABLE.read_text()) == MOVES.keys()


def test_every_named_test_is_there() -> None:
    named = {f"test_{name}" for names in MOVES.values() for name in names}
    assert named == {name for name in globals() if name.startswith("test_")} - {
        "test_every_row_of_the_table_is_tried",
        "test_every_named_test_is_there",
    }


def agency_tickets(*, role: str = "", tickets: int = 4) -> list[Story]:
    """Tickets of the agency alone, on Mondays, ben named on each where a role is given."""
    rows = [taught_by("ann", number, f"2026-03-{2 + 7 * (number - 1):02}") for number in range(1, tickets + 1)]
    return [row.role("ben", role, "2026-03-01") if role else row for row in rows]


# -- Add watchers, empty shadow roles --


def test_watchers_change_nothing() -> None:
    stories = agency_tickets()
    site = played(*stories)
    before = report_of(site)
    ticket = stories[0].ticket()
    body = WebhookWriter()._issue("jira:issue_updated", ticket, at("2026-03-30 12:00"), "ben")
    body["issue"]["fields"]["watches"] = {"watchCount": 40, "isWatching": True}
    arrive(site, body)
    assert report_of(site) == before


def test_empty_shadow_roles_teach_nothing() -> None:
    report = report_of(played(*agency_tickets(role="shadow")))
    assert [row["evidence"] for row in report["issues"]] == [["exposed"]] * 4
    assert (report["taught_share"]["value"], report["taught_share"]["n"]) == (0, 4)
    assert (component(report, "taught_through")["x"], component(report, "progression")["x"]) == (0, 0)
    assert rungs(report) == {"exposed": 1}


# -- "ok", "👍" comments --

DAYS = ("2026-03-02 10:00", "2026-03-03 10:00", "2026-03-04 10:00")


def shadowed_ticket() -> Story:
    """Three days of the agency's work, on which ben has a shadow's role."""
    story = Story("GROW-1", "2026-03-02 08:30", "ann", "3", ("ab",)).role("ben", "shadow", "2026-03-01")
    return story.move("In Progress", "2026-03-02 09:00", "ann").move("Done", "2026-03-05 12:00", "ann")


@pytest.mark.parametrize("text", ["ok", "👍" * 60, "{quote}" + "What somebody else wrote before. " * 4 + "{quote} ok"])
def test_ok_and_thumbs_are_no_trace(text: str) -> None:
    site = played(shadowed_ticket())
    for number, when in enumerate(DAYS):
        comment(site, 100 + number, "ben", when, text)
    (row,) = report_of(site)["issues"]
    assert (row["evidence"], row["taught"]) == (["exposed"], 0)
    comment(
        site, 200, "ben", "2026-03-04 12:00", "We split the audience by consent first, so that the groups stay alike."
    )
    (row,) = report_of(site)["issues"]
    assert (row["evidence"], row["taught"]) == (["shadowed"], 3)


def test_the_same_words_twice_are_one_day() -> None:
    words = "We split the audience by consent first, so that the groups stay alike."
    site = played(replace_roles(shadowed_ticket()))
    for number, when in enumerate(DAYS):
        comment(site, 100 + number, "ben", when, words)
    assert report_of(site)["issues"][0]["evidence"] == ["exposed"]
    comment(site, 200, "ben", DAYS[1], words.replace("consent", "country, not consent,"))
    assert report_of(site)["issues"][0]["evidence"] == ["shadowed"]


def replace_roles(story: Story) -> Story:
    """The same without roles: comments on two days have to show it."""
    story.roles.clear()
    return story


# -- Reassign in the last minute --


def test_a_reassignment_in_the_last_minute_is_a_minute() -> None:
    story = Story("GROW-1", "2026-03-02 08:30", "ann", "8", ("ab",)).move("In Progress", "2026-03-02 09:00", "ann")
    story.assign("ben", "2026-03-06 11:59", "ann").move("Done", "2026-03-06 12:00", "ben")
    (row,) = report_of(played(story))["issues"]
    assert row["shares"]["inhouse"] == pytest.approx(1 / (4 * 8 * 60 + 3 * 60))
    assert (row["evidence"], row["taught"], row["handed_over"]) == (["exposed"], 0, 0)
    assert row["done_only"] == pytest.approx(8, abs=0.01)


# -- Tag objectives after the fact --


def late() -> Story:
    """Done by the agency with ben at its side; the label came three days after."""
    story = shadowed_ticket().say("ben", "2026-03-03 10:00")
    return story.change("2026-03-08 10:00", "ann", ("labels", "", "ab"))


def test_a_tag_after_the_fact_waits_for_the_other_side() -> None:
    (row,) = report_of(played(late()), at("2026-03-20"))["issues"]
    assert (row["objectives"], row["retro"], row["taught"], row["done_only"]) == ([], ["ab"], 0, 3)
    confirmed = Story("GROW-1", "2026-03-02 08:30", "ann", "3").role("ben", "shadow", "2026-03-01")
    confirmed.move("In Progress", "2026-03-02 09:00", "ann").move("Done", "2026-03-05 12:00", "ann")
    confirmed.say("ben", "2026-03-03 10:00").tag("ab", "2026-03-08 10:00", confirmed="2026-03-12 10:00")
    rows = report_of(played(confirmed))["issues"]
    assert [(line["at"][:10], line["taught"]) for line in rows] == [
        ("2026-03-05", 0),
        ("2026-03-12", 0),
        ("2026-03-12", 3),
    ]


def test_a_tag_nobody_confirms_is_dropped() -> None:
    report = report_of(played(late()), at("2026-04-08 10:00"))
    assert (report["issues"][0]["retro"], report["issues"][0]["taught"]) == ([], 0)


# -- Tiny tickets to reach rung 4 --


def alone(number: int, day: str, points: str = "1") -> Story:
    """A ticket that ben does alone within a morning."""
    story = Story(f"GROW-{number}", f"{day} 08:30", "ben", points, ("ab",), number=number)
    return story.move("In Progress", f"{day} 09:00", "ben").move("Done", f"{day} 12:00", "ben")


SPREAD = ("2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23")


def test_tiny_tickets_do_not_count_where_a_least_size_is_agreed() -> None:
    tiny = [alone(number, day) for number, day in enumerate(SPREAD, 1)]
    large = [alone(number, day, "3") for number, day in enumerate(SPREAD, 1)]
    agreed = (goal(learners=("ben",), min_size=2),)
    assert "independent" not in rungs(report_of(played(*tiny, objectives=agreed)))
    assert rungs(report_of(played(*large, objectives=agreed))) == {"independent": 1}


def test_tickets_of_a_few_days_reach_no_rung_four() -> None:
    rush = [alone(number, f"2026-03-{2 + number // 4:02}") for number in range(1, 17)]
    assert rungs(report_of(played(*rush))) == {"assisted": 1}
    assert rungs(report_of(played(*rush, alone(17, "2026-03-16")))) == {"independent": 1}


def test_one_ticket_done_again_and_again_is_one() -> None:
    story = alone(1, "2026-03-02")
    for day in ("2026-04-01", "2026-05-01", "2026-06-01"):
        story.move("In Progress", f"{day} 09:00", "ben").move("Done", f"{day} 12:00", "ben")
    assert rungs(report_of(played(story), at("2026-06-29"))) == {"exposed": 1}


def test_tickets_that_are_reopened_show_nothing() -> None:
    again = [alone(number, day).move("In Progress", f"{day} 16:00", "ina") for number, day in enumerate(SPREAD, 1)]
    report = report_of(played(*again))
    assert rungs(report) == {"exposed": 1}
    assert report["units"]["inhouse_own"] == report["units"]["total"] == 0


# -- Split into sub-tasks --


def test_sub_tasks_add_no_units_and_no_tickets() -> None:
    def whole(*parts: Story) -> Story:
        story = Story("GROW-1", "2026-03-02 08:30", "ann", "5", ("ab",)).move("In Progress", "2026-03-02 09:00", "ann")
        for part in parts:
            story.child(part)
        return story.move("Done", "2026-03-06 12:00", "ann")

    def part(number: int) -> Story:
        story = Story(f"GROW-{number}", "2026-03-02 08:30", "ann", "5", ("ab",), number=number)
        return story.move("In Progress", "2026-03-03 09:00", "ann").move("Done", "2026-03-04 12:00", "ann")

    plain, split = (report_of(played(site)) for site in (whole(), whole(*map(part, range(2, 10)))))
    assert split["units"] == plain["units"]
    assert split["taught_share"] == plain["taught_share"]
    assert [row["key"] for row in split["issues"]] == ["GROW-1"]


# -- Agency hides help (DMs) to make client look independent --


def test_hidden_help_gives_the_agency_nothing() -> None:
    """What was helped in chats looks like work alone: it is the client's own, and nobody's teaching."""
    report = report_of(played(*(alone(number, day) for number, day in enumerate(SPREAD, 1))))
    units = report["units"]
    assert (units["handed_over"], units["taught"], units["inhouse_own"]) == (0, 0, 4)
    assert component(report, "progression")["x"] == 0
    assert component(report, "taught_through")["n"] == 0


def test_a_learner_says_not_yet() -> None:
    site = played(*(alone(number, day) for number, day in enumerate(SPREAD, 1)))
    assert rungs(report_of(site)) == {"independent": 1}
    say(site, "ben", lambda actor: veto(actor, "ab"))
    assert rungs(report_of(site)) == {"assisted": 1}


# -- Client withholds learners or reviews --


def test_withheld_learners_count_against_nobody_but_stand_there() -> None:
    report = report_of(played(*agency_tickets(), objectives=(goal(),)))
    assert component(report, "taught_through")["n"] == 0
    offered = component(report, "learners_offered")
    assert (offered["owner"], offered["x"], offered["n"]) == ("client", 0, 4)


def test_withheld_reviews_are_the_clients_own_figure() -> None:
    def asked(number: int) -> Story:
        story = Story(f"GROW-{number}", "2026-03-02 08:30", "ann", "3", number=number)
        return story.move("In Progress", "2026-03-02 09:00", "ann").move("In Review", "2026-03-03 09:00", "ann")

    answered = [asked(number).say("ina", "2026-03-03 12:00") for number in range(1, 5)]
    withheld, given = report_of(played(*map(asked, range(1, 5)))), report_of(played(*answered))
    reviews = component(withheld, "reviews_in_time")
    assert (reviews["owner"], reviews["x"], reviews["n"]) == ("client", 0, 4)
    assert withheld["owners"]["client"] < given["owners"]["client"]
    assert withheld["owners"]["agency"] == given["owners"]["agency"]


# -- Rubber-stamp sign-off --


def test_a_rubber_stamp_lifts_one_rung() -> None:
    site = played(*agency_tickets(role="shadow"))
    for who in ("ann", "ina"):
        say(site, who, lambda actor: attest(actor, ("ab", "ben"), 5))
    report = report_of(site)
    assert rungs(report) == {"shadowed": 1}
    assert (report["objectives"][0]["coverage"], component(report, "progression")["x"]) == ("not covered", 0)


def test_a_rubber_stamp_of_one_side_makes_nobody_independent() -> None:
    rush = [alone(number, f"2026-03-{2 + number // 4:02}") for number in range(1, 9)]
    site = played(*rush)
    say(site, "ann", lambda actor: attest(actor, ("ab", "ben"), 4))
    assert rungs(report_of(site)) == {"assisted": 1}
    assert report_of(site)["marks"]["unconfirmed_attestations"] == 1
    with pytest.raises(ActionRefused):
        say(site, "ben", lambda actor: attest(actor, ("ab", "ben"), 4))
    say(site, "ina", lambda actor: attest(actor, ("ab", "ben"), 4))
    assert rungs(report_of(site)) == {"independent": 1}
    assert report_of(site)["marks"]["unconfirmed_attestations"] == 0


# -- Flood of trivial proposals --


def test_a_flood_of_proposals_is_capped_and_costs_uptake() -> None:
    signals = Signals(proposals={"labels": ("proposal",)})

    def proposal(number: int, *, adopted: bool) -> Story:
        story = Story(f"GROW-{number}", "2026-02-02 09:00", "ben", labels=("proposal",), creator="ann", number=number)
        return story.move("Done", "2026-02-10 12:00", "ina") if adopted else story

    work = [taught_by("ann", number, f"2026-03-{1 + number:02}") for number in range(1, 11)]
    few = [proposal(100 + number, adopted=True) for number in range(4)]
    flood = few + [proposal(200 + number, adopted=False) for number in range(60)]
    some, many = (report_of(played(*work, *more, signals=signals)) for more in (few, flood))
    assert component(some, "proposal_rate")["value"] == component(many, "proposal_rate")["value"] == 1
    assert (component(many, "uptake")["x"], component(many, "uptake")["n"]) == (4, 64)
    challenge = [next(row for row in printed["dimensions"] if row["key"] == "challenge") for printed in (some, many)]
    assert challenge[1]["score"] < challenge[0]["score"]


# -- Never dispute / dispute everything --


def disputable() -> list[Story]:
    return [
        agency_ticket.say("ben", f"2026-03-{2 + 7 * number:02} 10:00")
        for number, agency_ticket in enumerate(agency_tickets(role="shadow"))
    ]


def test_disputing_everything_moves_no_figure(engine: Engine) -> None:
    site = played(*disputable(), engine=engine)
    before, now = report_of(site), AS_OF - 5 * DAY
    with pytest.raises(ActionRefused):
        say(site, "ben", lambda actor: file_dispute(actor, 1, "ab", " "), now)
    for number in range(1, 5):
        say(site, "ben", partial(file_dispute, issue_id=number, objective="ab", reason="I was not there"), now)
    report = report_of(site)
    assert [sorted(row.keys() - {"disputed"}) for row in report["issues"]] == [sorted(row) for row in before["issues"]]
    assert all(row["disputed"]["until"][:10] == "2026-07-24" for row in report["issues"])
    without = [report[name].pop("without_disputed") for name in ("units", "taught_share", "score")]
    assert (without[0]["taught"], without[1]["n"], report.pop("marks")["disputed_tickets"]) == (0, 0, 4)
    for row in report["issues"]:
        del row["disputed"]
    assert report == {name: part for name, part in before.items() if name != "marks"}


def test_what_expired_is_not_filed_again(engine: Engine) -> None:
    site = played(*disputable(), engine=engine)
    say(site, "ben", lambda actor: file_dispute(actor, 1, "ab", "I was not there"), AS_OF - OPEN)
    assert report_of(site)["marks"]["disputed_tickets"] == 1
    assert report_of(site, AS_OF + 1)["marks"]["disputed_tickets"] == 0
    with pytest.raises(ActionRefused):
        say(site, "ina", lambda actor: file_dispute(actor, 1, "ab", "He was not there"), AS_OF + DAY)


# -- Bulk edit (≥ 20 tickets in 10 min by one user) --


def closed(tickets: int, by: str, *, first: int = 1) -> list[Story]:
    """Tickets that one person closes within the ten minutes before noon of 6 March."""
    rows = []
    for number in range(first, first + tickets):
        story = Story(f"GROW-{number}", "2026-03-02 08:30", "ann", "1", ("ab",), number=number)
        story.move("In Progress", "2026-03-02 09:00", "ann")
        moment = at("2026-03-06 12:00") - (number % 20) * HOUR // 120
        rows.append(story.move("Done", datetime.fromtimestamp(moment / 1e6, UTC).isoformat()[:16], by))
    return rows


def test_a_bulk_edit_is_marked_and_left_in(engine: Engine) -> None:
    site = played(*closed(25, "ina"), *closed(5, "ben", first=50), engine=engine)
    report = report_of(site)
    assert report["marks"]["bulk_edit_rows"] == 25
    assert {row["key"] for row in report["issues"] if "bulk_edit" not in row} == {f"GROW-{n}" for n in range(50, 55)}
    assert (report["units"]["total"], report["taught_share"]["n"]) == (30, 30)
    for number, size in ((1, 25), (50, None)):
        entries = site.entries(number)
        with engine.connect() as connection:
            seen_alone = select_bulk_near(Scope(connection, *site.place), site.prepared, number, entries)
        assert seen_alone.get((number, entries[0].at)) == size


def test_some_tickets_of_a_bulk_edit_are_marked_as_all_of_it_marks_them(engine: Engine) -> None:
    site = played(*closed(25, "ina"), *closed(22, "ben", first=50), *closed(3, "eve", first=90), engine=engine)
    steps = {(number, site.entries(number)[0].at) for number in (*range(1, 26), *range(50, 72), *range(90, 93))}
    with engine.connect() as connection:
        place = connection, site.place[0], site.prepared
        sizes = select_bulk_of(*place, steps)
        assert sorted(sizes.values()) == [22] * 22 + [25] * 25
        for asked in ({step for step in steps if step[0] in numbers} for numbers in ({1, 50, 90}, {7}, {90}, set())):
            own = {step: size for step, size in sizes.items() if step in asked}
            assert select_bulk_of(*place, steps, asked=asked) == own


def test_around_a_ticket_that_no_person_closed_nothing_is_read(engine: Engine) -> None:
    site, of_an_app = played(*closed(25, "ina"), engine=engine), lens_of(bots=frozenset({"ina"}))
    entries = site.entries(1)
    with engine.connect() as connection, statements(engine) as tables:
        assert select_bulk_near(Scope(connection, *site.place), of_an_app, 1, entries) == {}
    assert tables == {"change": 1}


def test_nineteen_tickets_or_two_people_are_no_bulk_edit(engine: Engine) -> None:
    site = played(*closed(19, "ina"), *closed(19, "ben", first=50), engine=engine)
    report = report_of(site)
    assert report["marks"]["bulk_edit_rows"] == 0
    assert report["units"]["total"] == 38
