"""What is disputed is shown with and without it, and what came by a bulk edit is marked; no figure moves by either."""

from typing import Any

import pytest
from msgspec.structs import replace

from mappings.events.times import DAY
from mappings.formats.explain.index import explain, figures_of
from mappings.formats.report.json_report import for_agency, report
from mappings.formats.report.source import ReportSource
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.statements import Dispute
from mappings.measure.period.disputes import OPEN, disputed_at, is_open, parts_to_dispute, was_disputed
from tests.formats.test_explain import scores_of, whole
from tests.formats.test_report import AS_OF, example, review
from tests.measure.builders import entry
from tests.measure.test_composite_score import ALL

FILED = AS_OF - 10 * DAY
ONE = Dispute(10001, "ab", "inhouse", FILED, "ben", "Nobody of ours was there")


def disputed_source(*disputes: Dispute, bulk: int = 0, **more: Any) -> ReportSource:
    """Example d1 with disputes on it; `bulk` of 25 tickets on its first row."""
    source, open_now = review(example(), **more), disputed_at(disputes, AS_OF)
    rows = [replace(row, disputed=open_now.get(row.issue_id)) for row in source.rows]
    return replace(source, rows=[replace(rows[0], bulk=bulk), *rows[1:]])


@pytest.mark.parametrize(
    ("after", "withdrawn", "stands"),
    [(-1, None, False), (0, None, True), (OPEN, None, True), (OPEN + 1, None, False), (DAY, 2 * DAY, True),
     (2 * DAY, 2 * DAY, False)],
)  # fmt: skip
def test_a_dispute_is_open_for_thirty_days_unless_it_is_withdrawn(
    after: int, withdrawn: int | None, stands: bool
) -> None:
    dispute = replace(ONE, withdrawn_at=None if withdrawn is None else FILED + withdrawn)
    assert is_open(dispute, FILED + after) is stands


def test_a_side_disputes_a_done_moment_once() -> None:
    about = (10001, "ab")
    assert was_disputed([ONE], about, "inhouse", done=FILED - DAY) == ONE
    assert was_disputed([ONE], about, "inhouse", done=FILED + 1) is None
    assert was_disputed([ONE], about, "agency", done=FILED - DAY) is None
    assert was_disputed([ONE], (10001, ""), "inhouse", done=FILED - DAY) is None


def test_what_a_side_disputed_since_a_ticket_was_done_is_not_its_to_dispute_again() -> None:
    done = entry(example()[0])
    filed, withdrawn = replace(ONE, at=done.at + DAY), replace(ONE, objective="", at=done.at, withdrawn_at=done.at + 1)
    assert parts_to_dispute([], 10001, "inhouse", done) == ("ab", "")
    assert parts_to_dispute([filed], 10001, "inhouse", done) == ("",)
    assert parts_to_dispute([filed, withdrawn], 10001, "inhouse", done) == ()
    assert parts_to_dispute([filed, withdrawn], 10001, "agency", done) == ("ab", "")
    assert parts_to_dispute([filed, withdrawn], 10002, "inhouse", done) == ("ab", "")
    assert parts_to_dispute([], 10001, "inhouse", replace(done, sign=-1)) == ()


def test_disputes_move_no_figure_and_show_what_it_is_without() -> None:
    plain, disputed = report(disputed_source()), report(disputed_source(ONE))
    share, units = disputed["taught_share"].pop("without_disputed"), disputed["units"].pop("without_disputed")
    assert (disputed["taught_share"], disputed["units"]) == (plain["taught_share"], plain["units"])
    assert (share["value"], share["n"]) == (pytest.approx(8 / 16), 4)
    assert units == {"total": 27, "agency": 16, "inhouse": 11, "done_only": 8, "taught": 8, "handed_over": 3,
                     "inhouse_own": 8}  # fmt: skip


def test_a_row_says_what_is_disputed_and_until_when_and_never_who_or_why() -> None:
    split = replace(ONE, objective="", side="agency", at=FILED + DAY)
    printed = report(disputed_source(ONE, split))
    assert [row.get("disputed") for row in printed["issues"]] == [
        {"since": "2026-09-22T08:00:00Z", "until": "2026-10-23T08:00:00Z", "objectives": ["ab"], "split": True},
        *[None] * 5,
    ]
    assert printed["marks"] == {"disputed_tickets": 1, "bulk_edit_rows": 0}
    assert "Nobody of ours" not in str(printed)
    assert "without_disputed" in for_agency(printed)["units"]


def test_a_bulk_edit_is_a_mark_and_leaves_nothing_out() -> None:
    plain, marked = report(disputed_source()), report(disputed_source(bulk=25))
    assert marked["marks"] == {"disputed_tickets": 0, "bulk_edit_rows": 1}
    assert [row.pop("bulk_edit", None) for row in marked["issues"]] == [True, *[None] * 5]
    del marked["marks"], plain["marks"]
    assert marked == plain
    assert "closed with 24 other tickets within 10 minutes" in explain(disputed_source(bulk=25), "taught_share")


def test_a_works_council_reads_no_clock_time_of_a_dispute() -> None:
    printed = report(disputed_source(ONE, rules=Ruleset(works_council=True)))
    assert printed["issues"][0]["disputed"]["until"] == "2026-10-22"


def test_an_explanation_says_both_ends_of_the_range() -> None:
    text = explain(disputed_source(ONE), "taught_share")
    assert "Without the disputed tickets: 50 %" in text
    assert "disputed until 22 Oct 2026" in text
    assert "Without the disputed tickets: 8 points" in explain(disputed_source(ONE), "taught")
    assert "disputed" not in explain(disputed_source(), "taught_share").lower()


def test_the_score_is_shown_without_what_is_disputed() -> None:
    source = whole()
    assert source.scores is not None
    without = scores_of(ALL | {"taught_through": (8, 13)}).now
    marked = replace(source, scores=replace(source.scores, without=without))
    assert "without_disputed" not in report(source)["score"]
    assert report(marked)["score"]["without_disputed"]["value"] == without.score.value
    for figure in ("score", "dimensions.teaching"):
        assert figure in figures_of(source.engagement)
        assert "Without the disputed tickets" in explain(marked, figure)
