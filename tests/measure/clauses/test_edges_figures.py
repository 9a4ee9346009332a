"""Measurement (g) 11 to 14: objectives of a ticket, exact parts and periods."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mappings.formats.explain.publish_gap import gap_next_step, gap_reason
from mappings.measure.model.apportion import equal_parts, largest_remainder
from mappings.measure.model.engagement import Objective, TicketRule
from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.model.ticket import BILLION, DaySums
from mappings.measure.period.figures import figures, figures_of, is_settled, sums_of
from mappings.measure.period.publish_gap import publish_gap
from mappings.measure.period.rounding import adds_up, percent, shown, shown_parts, shown_total
from mappings.measure.ticket.comments import weigh_comments
from tests.measure.builders import DAY, Story, at, goal, lens_of, units
from tests.measure.webhook_checks import entry, kinds, measure, row

DONE = "2026-03-04 12:00"


def led(by: str = "ann", **more) -> Story:
    """A ticket on objective ab, worked on by one person from Monday 9:00 until `finished`."""
    story = Story(**{"assignee": by, "points": "8", "labels": ("ab",), **more})
    return story.move("In Progress", "2026-03-02 09:00")


def finished(story: Story) -> Story:
    return story.move("Done", DONE, "ann")


def by_rule(**rule) -> tuple[Objective, ...]:
    return (Objective("ab", "Ab", TicketRule(**rule)),)


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        ({"labels": ("x", "ab")}, {}),
        ({"components": ("Tests",)}, {"components": ("Tests", "Web")}),
        ({"types": ("Bug",)}, {"type_name": "Bug"}),
        ({"epics": ("GROW-90",)}, {"parent_key": "GROW-90", "parent_id": 90}),
        ({"fields": {"customfield_7": ("Paid",)}}, {"fields": {"customfield_7": ("Paid",)}}),
        ({"labels": ("nope",), "types": ("Bug",)}, {"type_name": "Bug"}),
    ],
)
def test_g11_any_one_match_tags(rule: dict, more: dict) -> None:
    assert entry(finished(led(more=more)), lens_of(objectives=by_rule(**rule))).objectives == ("ab",)


@pytest.mark.parametrize(
    ("rule", "more", "item"),
    [
        ({"labels": ("ab",)}, {"labels": ("x",)}, ("labels", "ab x", "x")),
        ({"components": ("Tests",)}, {"components": ("Web",)}, ("components", "Tests", None)),
        ({"types": ("Bug",)}, {"type_name": "Task"}, ("issuetype", "Bug", "Task")),
        ({"epics": ("GROW-90",)}, {"parent_key": "GROW-91"}, ("IssueParentAssociation", "GROW-90", "GROW-91")),
        ({"fields": {"customfield_7": ("Paid",)}}, {}, ("customfield_7", "Owned, Paid", None)),
    ],
)
def test_g11_objectives_are_those_of_the_changelog_at_the_done_moment(rule: dict, more: dict, item: tuple) -> None:
    story = finished(led(labels=(), more=more)).change("2026-03-20 12:00", "ina", item)
    assert entry(story, lens_of(objectives=by_rule(**rule))).objectives == ("ab",)


def test_g11_an_epic_that_changed_its_key_is_still_that_epic() -> None:
    story = finished(led(labels=(), more={"parent_key": "NEW-1", "parent_id": 90}))
    story.change("2026-03-02 08:00", "ina", ("IssueParentAssociation", None, "GROW-90"))
    story.changes[-1] = replace(story.changes[-1], new="90")
    assert entry(story, lens_of(objectives=by_rule(epics=("NEW-1",)))).objectives == ("ab",)


def test_g11_a_tag_by_hand_at_the_done_moment_counts() -> None:
    assert entry(finished(led(labels=()).tag("ab", DONE))).objectives == ("ab",)


@pytest.mark.parametrize(("taken_off", "objectives"), [(DONE, ("ab",)), ("2026-03-04 11:59", ())])
def test_g11_a_tag_by_hand_taken_off_at_the_done_moment_still_counted_then(taken_off: str, objectives: tuple) -> None:
    story = led(labels=()).tag("ab", "2026-03-03 12:00", until=taken_off)
    assert entry(finished(story)).objectives == objectives


def retro(**more) -> Story:
    return finished(led(labels=(), **more).log("ben", 1, "2026-03-02 10:00"))


@pytest.mark.parametrize("how", ["field", "hand"])
def test_g11_set_later_is_retro_and_in_no_bucket(how: str) -> None:
    story = retro().tag("ab", "2026-03-10 12:00") if how == "hand" else retro()
    if how == "field":
        story.labels = ("ab",)
        story.change("2026-03-10 12:00", "ina", ("labels", "", "ab"))
    measured = measure(story)
    assert (measured.entries[0].objectives, measured.entries[0].retro, measured.evidence) == ((), ("ab",), ())
    assert measured.retro_until == at("2026-03-10 12:00") + 30 * DAY


def test_g11_retro_that_was_taken_off_again_does_not_wait() -> None:
    story = (
        retro()
        .change("2026-03-10 12:00", "ina", ("labels", "", "ab"))
        .change("2026-03-11 12:00", "ina", ("labels", "ab", ""))
    )
    assert (entry(story).retro, measure(story).retro_until) == ((), None)


def test_g11_a_confirmation_counts_dated_at_itself() -> None:
    measured = measure(retro().tag("ab", "2026-03-10 12:00", confirmed="2026-04-02 12:00"))
    plain, back, again = measured.entries
    confirmed = at("2026-04-02 12:00")
    assert [(entry.sign, entry.at, entry.objectives) for entry in measured.entries[1:]] == [
        (-1, confirmed, ()),
        (1, confirmed, ("ab",)),
    ]
    assert (plain.taught, back.done, again.taught, again.confirmed) == (0, plain.number, 8 * BILLION, True)
    assert [(evidence_row.kind, evidence_row.entry, evidence_row.at) for evidence_row in measured.evidence] == [
        (2, again.number, confirmed)
    ]


@pytest.mark.parametrize(("confirmed", "count"), [("2026-04-09 12:00", 3), ("2026-04-09 13:01", 1)])
def test_g11_dropped_after_30_days(confirmed: str, count: int) -> None:
    # The clocks went forward in between: 30 days of 24 hours end at 13:00.
    assert len(measure(retro().tag("ab", "2026-03-10 12:00", confirmed=confirmed)).entries) == count


def test_g11_k_objectives_share_in_equal_parts() -> None:
    assert (equal_parts(8, 3), equal_parts(-8, 3), equal_parts(0, 2)) == ((3, 3, 2), (-2, -3, -3), (0, 0))


@pytest.mark.parametrize(("length", "cjk", "kind"), [(40, False, 2), (39, False, 1), (15, True, 2), (14, True, 1)])
def test_g12_a_comment_says_something_from_40_letters_or_15_in_cjk(length: int, cjk: bool, kind: int) -> None:
    story = led().say("ben", "2026-03-02 10:00", length, cjk=cjk).say("ben", "2026-03-03 10:00", length, cjk=cjk)
    assert row(finished(story), "ben").kind == kind


def test_g12_the_same_text_again_within_30_days_of_the_last_that_counted_does_not_count() -> None:
    story = led(created="2026-01-01 09:00", status="In Progress").say("ben", "2026-01-02 10:00", digest="x")
    story.say("ben", "2026-01-20 10:00", digest="x")
    assert row(finished(story), "ben").kind == 1
    assert row(story.say("ben", "2026-02-01 10:01", digest="x"), "ben").kind == 2


def test_g12_the_same_text_by_another_or_on_a_subtask() -> None:
    child = Story("GROW-2", number=2).say("ben", "2026-03-03 10:00", digest="x")
    story = led().child(child).say("ben", "2026-03-02 10:00", digest="x").say("ina", "2026-03-02 10:00", digest="x")
    assert kinds(finished(story.say("ina", "2026-03-03 10:00", digest="y"))) == {"ben": 1, "ina": 2}


def test_g13_parts_go_to_the_largest_remainder_then_the_order_of_the_sides() -> None:
    assert largest_remainder(100, (1, 1, 1)) == (34, 33, 33)
    assert largest_remainder(10, (1, 2, 4)) == (1, 3, 6)
    assert largest_remainder(8 * BILLION, (43_200, 0, 21_600)) == (5_333_333_333, 0, 2_666_666_667)


def test_g13_per_cents_are_rounded_to_six_decimals_then_half_up() -> None:
    assert [percent(share) for share in (0.005, 0.615, 0.6149999999999)] == [1, 62, 62]
    assert (percent(0.6149, 1), shown(2.25)) == (Decimal("61.5"), Decimal("2.3"))


@given(st.lists(st.integers(-(10**7), 10**7), max_size=40))
def test_g13_shown_parts_add_up_to_the_whole_as_shown(millionths: list[int]) -> None:
    parts = [value / 1_000_000 for value in millionths]
    whole = sum(millionths) / 1_000_000
    printed = shown_parts(parts, whole)
    assert sum(printed) == shown(whole)
    assert all(abs(Decimal(part) - text) <= Decimal("0.1") for part, text in zip(parts, printed, strict=True))


@given(st.lists(st.integers(-(10**10), 10**10), max_size=40))
def test_g13_a_sum_of_amounts_is_shown_as_the_exact_sum(billionths: list[int]) -> None:
    amounts = [value / BILLION for value in billionths]
    assert shown_total(amounts) == shown(sum(billionths) / BILLION)
    assert adds_up(amounts) == (sum(map(shown, amounts)) == shown_total(amounts))


@pytest.mark.parametrize(("weight", "needed"), [(8, 4), (9, 5), (1, 1)])
def test_the_publish_rule_counts_whole_tickets(weight: float, needed: int) -> None:
    """4.5 tickets are 5: "2 of 2" and "0 more tickets" stood where the half was cut off."""
    rules = replace(DEFAULT, prior_weight=weight)
    missing = publish_gap(DaySums(agency=9, taught=9, n=needed - 1), rules)
    assert missing is not None
    assert gap_next_step(missing, "Acme") == "1 more finished ticket with a part of Acme."
    assert gap_reason(missing) == f"not enough evidence: {needed - 1} of the {needed} tickets needed"
    assert publish_gap(DaySums(agency=9, taught=9, n=needed), rules) is None


def figures_in(story: Story, first: date, last: date, points: str = "5"):
    prepared = lens_of()
    return figures_of(
        [(entry, ()) for entry in measure(story, prepared).entries], prepared.calendar, first=first, last=last
    )


def test_g14_periods_are_half_open_days_of_the_zone() -> None:
    story = led().move("Done", "2026-03-31 23:59", "ann")
    march, april = (date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 4, 30))
    assert [units(figures_in(story, *days).total) for days in (march, april)] == [8, 0]


def test_g14_what_a_reopening_took_back_inside_the_period_is_not_counted() -> None:
    story = finished(led()).move("In Progress", "2026-03-10 12:00").move("Done", "2026-03-20 12:00")
    figures = figures_in(story, date(2026, 3, 1), date(2026, 3, 31))
    assert (figures.sums.n, figures.sums.tickets, units(figures.sums.w)) == (1, 1, 8)


def test_g14_a_reopening_after_the_period_leaves_its_counts() -> None:
    story = finished(led()).move("In Progress", "2026-04-10 12:00")
    months = [figures_in(story, date(2026, month, 1), date(2026, month, 28)) for month in (3, 4)]
    assert [(this_month.sums.n, units(this_month.sums.agency)) for this_month in months] == [(1, 8), (0, -8)]


def test_g14_a_share_that_reopenings_of_earlier_work_push_out_of_range_is_not_published() -> None:
    days = date(2026, 4, 2), date(2026, 3, 2)
    rows = [(days[0], days[0], DaySums(agency=50, taught=40, done_only=10, n=5, w=50, w2=500))]
    rows.append((days[0], days[1], DaySums(agency=-20, done_only=-20, n=-1, w=-20, w2=-400)))
    share = figures(rows, date(2026, 4, 1), date(2026, 4, 30)).taught_share
    assert (share.value, share.n, share.published) == (None, 5, False)
    assert share.missing is not None
    assert "reopenings" in gap_reason(share.missing)


def test_g14_three_tickets_are_not_enough_evidence() -> None:
    day = date(2026, 4, 2)
    share = figures([(day, day, DaySums(agency=30, taught=10, done_only=20, n=3, w=30, w2=300))], day, day).taught_share
    assert share.missing is not None
    assert gap_reason(share.missing) == "not enough evidence: 3 of the 4 tickets needed"


@pytest.mark.parametrize(
    ("story", "days"), [(led().log("ben", 1, "2026-03-02 10:00"), 14), (led().say("ben", "2026-03-02 10:00"), 3)]
)
def test_g14_incomplete_while_evidence_can_still_change(story: Story, days: int) -> None:
    measured = measure(finished(story))
    last = at(DONE) + days * DAY
    assert measured.changing_until == last
    assert [is_settled(measured.entries, moment) for moment in (last, last + 1)] == [False, True]


def test_g14_without_objective_nothing_can_change() -> None:
    assert measure(finished(led(labels=()))).changing_until is None


def test_g14_a_short_changelog_is_incomplete() -> None:
    from tests.measure.whole_measure import measure_ticket

    child = replace(Story("GROW-2", number=2).ticket(), complete=False)
    whole = finished(led()).ticket()
    assert [measure_ticket(lens_of(), ticket).complete for ticket in (whole, replace(whole, subtasks=(child,)))] == [
        True,
        False,
    ]


def test_g9_handed_over_counts_for_its_own_objective_alone() -> None:
    prepared = lens_of(objectives=(goal("ab"), goal("seo")))
    done_entry = entry(finished(led("ben", labels=("ab", "seo"), points="3")), prepared)
    sums = {
        key: (row.handed_over, row.own)
        for (key, *_), row in sums_of([(done_entry, (1_500_000_000, 0))], prepared.calendar).items()
    }
    assert sums == {"": (1_500_000_000,) * 2, "ab": (1_500_000_000, 0), "seo": (0, 1_500_000_000)}


def test_g12_exactly_30_days_later_is_still_the_same_text_and_the_last_that_counted_decides() -> None:
    first = at("2026-01-02 10:00")
    story = led(created="2026-01-01 09:00", status="In Progress").say("ben", first, digest="x")
    assert row(finished(story.say("ben", first + 30 * DAY, digest="x")), "ben").kind == 1
    again = led(created="2025-12-01 09:00", status="In Progress").say("ben", first - 31 * DAY, digest="x")
    again.say("ben", first, digest="x").say("ben", first + 2 * DAY, digest="x")
    assert weighed(again) == [True, True, False]


def weighed(story: Story) -> list[bool]:
    prepared = lens_of()
    return [comment.substantive for comment in weigh_comments(story.comments, prepared.affiliations, prepared.ruleset)]


def test_g11_a_confirmation_after_the_reopening_confirms_nothing() -> None:
    story = retro().move("In Progress", "2026-03-20 12:00").tag("ab", "2026-03-10 12:00", confirmed="2026-03-21 12:00")
    assert [(entry.sign, entry.objectives) for entry in measure(story).entries] == [(1, ()), (-1, ())]


def test_g14_what_was_reopened_can_only_grow_for_3_days() -> None:
    story = finished(led().log("ben", 1, "2026-03-02 10:00")).move("In Progress", "2026-03-20 12:00")
    assert measure(story).changing_until == at(DONE) + 3 * DAY
