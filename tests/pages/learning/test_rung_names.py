"""Of which tickets one is said to be, and until when a rung stays, by doing them."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from connector.pages.learning.rung_names import NO_NEEDS, WORDS, one_of_text
from connector.pages.learning.rungs import needs_of
from mappings.events.times import DAY
from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.model.ticket import Evidence
from mappings.measure.people.ladder import Row, rung_at

TODAY = 100 * DAY
EVIDENCE = st.tuples(st.integers(1, 9), st.integers(1, 4), st.integers(0, 100))
NUMBERS = st.integers(1, 4)


def row(issue: int, kind: int, at: int) -> Row:
    return issue, Evidence("ab", "ann", 0, kind, at, at)  # type: ignore[arg-type]


@given(
    evidence=st.lists(EVIDENCE, max_size=6),
    takes=st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS),
    kind=st.sampled_from((2, 3, 4)),
    span=st.sampled_from((0, 7)),
)
def test_the_rung_stays_until_there_are_as_many_tickets_as_is_said(
    evidence: list[tuple[int, int, int]], takes: tuple[int, int, int, int, int], kind: int, span: int
) -> None:
    rules = replace(DEFAULT, rung_tickets=takes, span_days=span)
    rows = [row(issue, each, day * DAY) for issue, each, day in evidence]
    rung, needs = rung_at(rows, TODAY, rules=rules), needs_of(rows, TODAY, rules)
    text = one_of_text(rung, kind, needs)  # type: ignore[arg-type]
    if not text:
        assert not rung or rung >= kind or min(takes[rung:kind]) == 1
        return
    first = needs.first(rung, kind)  # type: ignore[arg-type]
    short = needs.short[first - 1]
    assert f"one of the {takes[first - 1]} tickets that {WORDS[first]} takes" in text
    assert f"until you have {takes[first - 1]}" in text
    assert (f", and of the {takes[kind - 1]} that {WORDS[kind]} takes" in text) == (first < kind)
    before = [row(100 + each, kind, TODAY) for each in range(max(short - 1, 0))]
    assert rung_at([*rows, *before], TODAY, rules=rules) == rung
    later = TODAY + (span * DAY if "days or more from first to last" in text else 0)
    assert rung_at([*rows, *before, row(200, kind, later)], later, rules=rules) >= first > rung


def test_whoever_has_no_rung_is_told_of_none_that_stays() -> None:
    assert not one_of_text(0, 3, needs_of([], TODAY, DEFAULT))
    assert not one_of_text(2, 3, NO_NEEDS)
