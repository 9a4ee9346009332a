"""Rules hold when one lead of each side agreed, from the next quarter on, and not a day before."""

from datetime import date

import pytest

from mappings.measure.model.quarters import next_quarter, quarter_start
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.period.ruleset_approval import Approval, ApprovalRefused, Proposal, agree, in_force

TODAY = date(2026, 11, 24)
FRESH = Proposal(1, Ruleset(name="strict"), None, 0)


def approved_by_both(version: int = 1, today: date = TODAY) -> Proposal:
    proposal = agree(Proposal(version, Ruleset(name="strict"), None, 0), "ann", ["inhouse"], at=1, today=today)
    return agree(proposal, "leo", ["agency"], at=2, today=today)


def test_one_side_alone_changes_nothing() -> None:
    proposal = agree(FRESH, "ann", ["inhouse"], at=1, today=TODAY)
    assert (proposal.inhouse, proposal.agency, proposal.applies_from) == (Approval("ann", 1), None, None)
    assert in_force([proposal], date(2030, 1, 1)) is None


def test_agreed_on_by_both_it_applies_from_the_next_quarter() -> None:
    assert approved_by_both().applies_from == date(2027, 1, 1)
    assert in_force([approved_by_both()], date(2026, 12, 31)) is None
    assert in_force([approved_by_both()], date(2027, 1, 1)) == approved_by_both()


def test_it_never_applies_in_the_quarter_of_its_agreement() -> None:
    assert approved_by_both(today=date(2027, 1, 1)).applies_from == date(2027, 4, 1)
    assert approved_by_both(today=date(2026, 12, 31)).applies_from == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("account", "sides", "why"),
    [
        ("ann", ["agency"], "agreed for the other side already"),
        ("ben", ["inhouse"], "belongs to the side that agreed already"),
        ("ben", [], "leads neither side"),
        ("ben", ["inhouse", "agency"], "leads both sides"),
    ],
)
def test_nobody_else_can_agree(account: str, sides: list, why: str) -> None:
    half = agree(FRESH, "ann", ["inhouse"], at=1, today=TODAY)
    with pytest.raises(ApprovalRefused, match=why):
        agree(half, account, sides, at=2, today=TODAY)


def test_the_latest_version_of_a_quarter_holds_and_a_later_quarter_wins() -> None:
    first, second, third = approved_by_both(1), approved_by_both(2), approved_by_both(3, date(2027, 1, 5))
    assert in_force([second, first], date(2027, 2, 1)) == second
    assert in_force([first, second, third], date(2027, 3, 31)) == second
    assert in_force([first, second, third], date(2027, 4, 1)) == third


def test_quarters_begin_in_january_april_july_and_october() -> None:
    days = [date(2026, month, 28) for month in range(1, 13)]
    assert [quarter_start(day).month for day in days] == [1, 1, 1, 4, 4, 4, 7, 7, 7, 10, 10, 10]
    assert [next_quarter(day).month for day in days] == [4, 4, 4, 7, 7, 7, 10, 10, 10, 1, 1, 1]
    assert next_quarter(date(2026, 10, 1)) == date(2027, 1, 1)
