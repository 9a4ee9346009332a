"""Why tickets count in a part of the score as they do, in the rows of the part's drawer and counted above them."""

import html
import re
from collections import Counter
from fractions import Fraction

import pytest

from mappings.formats.explain.reason_kinds import Kind, most_missed_text
from tests.pages.conftest import ACME, AGENCY_LEAD, LEAD, PageClient
from tests.pages.html_reader import squeeze
from tests.pages.test_works_council import COUNCIL, rule
from tests.pages.tickets.test_part_reasons import QUARTER, ROW, lines_at, rows_of

NOTE = re.compile(r'<span class="note">\d+ \w+ \d{4}: ([^<]*)</span>')
REASONS = re.compile(r"<dt>Reasons</dt><dd>([^<]*)</dd>")
FIRST_MOVE = re.compile(r'<h3>What would move this</h3>\s*<ul class="bullets"><li>([^<]*)</li>')
TAUGHT = "dimensions.teaching.taught_through"
ANSWERED = "dimensions.reciprocity.questions_answered"


RUNNING = "from=2026-10-01&to=2026-12-31"


def drawer_of(page_client: PageClient, who: str, path: str, more: str = "&all=1", days: str = QUARTER) -> str:
    return html.unescape(page_client.follow(who, f"/pages/figure?engagement={ACME}&figure={path}&{days}{more}").text)


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD])
@pytest.mark.parametrize("path", [TAUGHT, ANSWERED, "dimensions.embedding.workflow_checks", "dimensions.crisis.crisis"])
def test_each_row_says_what_the_evidence_of_its_ticket_says(page_client: PageClient, who: str, path: str) -> None:
    """Rows held a title and a date alone: why it was "0 of 100" stood one press further, a ticket at a time."""
    reasons = [squeeze(text) for text in NOTE.findall(drawer_of(page_client, who, path))]
    rows = rows_of(page_client, who, ACME, path)
    assert len(reasons) == len(rows) > 0
    for reason, (address, weight) in zip(reasons, rows, strict=True):
        assert any(line.endswith(f", {weight}: {reason}.") for line in lines_at(page_client, who, address))


def test_the_reasons_of_all_rows_are_counted_whatever_is_listed(page_client: PageClient) -> None:
    whole, first = (drawer_of(page_client, LEAD, TAUGHT, more) for more in ("&all=1", ""))
    counted = Counter(NOTE.findall(whole))
    assert len(counted) == 5
    expected = "; ".join(f"{reason} ({number})" for reason, number in counted.most_common())
    assert sorted(REASONS.findall(whole)[0].split("; ")) == sorted(expected.split("; "))
    assert REASONS.findall(first) == REASONS.findall(whole)
    assert len(ROW.findall(first)) < len(ROW.findall(whole)) or len(ROW.findall(whole)) <= 50


def test_what_would_move_a_part_begins_with_what_is_missed_most(page_client: PageClient) -> None:
    drawer = drawer_of(page_client, LEAD, TAUGHT, days=RUNNING)
    counted = Counter(NOTE.findall(drawer))
    missed = {reason: number for reason, number in counted.items() if "enrolled learner shadowed" not in reason}
    reason, number = max(missed.items(), key=lambda pair: pair[1])
    assert FIRST_MOVE.findall(drawer) == [f"Most often, on {number} of {sum(counted.values())} tickets: {reason}."]


def test_what_is_missed_most_is_counted_in_what_the_part_counts(page_client: PageClient) -> None:
    """Two questions on one ticket are two of them, not two tickets."""
    (move,) = FIRST_MOVE.findall(drawer_of(page_client, LEAD, "dimensions.crisis.crisis", days=RUNNING))
    assert re.match(r"Most often, on \d+ of \d+ incidents?: ", move)
    late = [[Kind("answered late", Fraction(1))]] * 2
    assert most_missed_text("questions_answered", late) == "Most often, on 2 of 2 questions: answered late."


def test_two_questions_of_a_day_are_two_rows_that_say_how_each_was_asked(page_client: PageClient) -> None:
    """A move to waiting and a comment minutes later had the same words, as if one were counted twice."""
    reasons = NOTE.findall(drawer_of(page_client, LEAD, ANSWERED))
    assert reasons
    assert all(len(re.findall(r"asked at \d\d:\d\d ", reason)) == 1 for reason in reasons)
    assert {how for reason in reasons for how in re.findall(r"in a comment|by moving it to waiting", reason)} == {
        "in a comment",
        "by moving it to waiting",
    }


def test_the_drawer_of_a_part_lists_what_each_check_missed(page_client: PageClient) -> None:
    drawer = drawer_of(page_client, LEAD, "dimensions.embedding.workflow_checks")
    missed = Counter(
        name
        for reason in NOTE.findall(drawer)
        for part in reason.split("; ")
        if part.startswith("missed: ")
        for name in part.removeprefix("missed: ").split(", ")
    )
    checks, *others = REASONS.findall(drawer)[0].split("; ")
    assert "missed:" not in "".join(others)
    counts = dict(text.removesuffix(")").rsplit(" (", 1) for text in checks.removeprefix("missed: ").split(", "))
    assert {name: int(number) for name, number in counts.items()} == missed


def test_the_check_that_most_tickets_missed_is_named_without_saying_missed_again(page_client: PageClient) -> None:
    drawer = drawer_of(page_client, LEAD, "dimensions.embedding.workflow_checks", days=RUNNING)
    assert re.match(r"Most often missed, on \d+ of \d+ tickets: (?!missed)", FIRST_MOVE.findall(drawer)[0])


def test_in_works_council_mode_a_latency_has_no_reason_in_its_drawer(apart: PageClient) -> None:
    assert REASONS.findall(drawer_of(apart, LEAD, ANSWERED))
    rule(apart, COUNCIL)
    drawer = drawer_of(apart, LEAD, ANSWERED)
    assert "Where it comes from" in drawer
    assert not REASONS.findall(drawer)
    assert not NOTE.findall(drawer)
    assert REASONS.findall(drawer_of(apart, LEAD, TAUGHT))


def test_a_figure_without_reasons_counts_none(page_client: PageClient) -> None:
    assert not REASONS.findall(drawer_of(page_client, LEAD, "taught_share"))
