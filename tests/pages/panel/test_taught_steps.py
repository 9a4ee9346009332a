"""What a ticket that counts as taught already says of more that a learner could do on it."""

import re

import pytest

from connector.pages.panel import learner_steps
from connector.pages.panel.step_viewer import stays_text
from mappings.events.types import Instant
from mappings.measure.people.teaching_opportunities import Pair, Reach, Reaches
from tests.pages.conftest import AGENCY_LEAD, AGENCY_MEMBER, LEAD, MEMBER, go_on
from tests.pages.html_reader import text_of
from tests.pages.panel.test_next_steps import Opened, opened  # noqa: F401

NOBODY = "lifts nobody enrolled for its objective: none gains a rung that they lack."
STAYS = "It counts as taught already: that stays."
LEARNER_STEP = "If a learner enrolled"


def teach(opened: Opened) -> None:  # noqa: F811
    for _ in range(2):
        opened.comment(MEMBER)
        go_on(opened.page_client, 24)


def test_a_taught_ticket_that_lifts_nobody_says_so_to_both_sides(
    opened: Opened,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The agency's people read it while it was done only, and then that a learner should work for nothing."""
    monkeypatch.setattr(Reaches, "reach", lambda *_of: None)
    before = opened.read(AGENCY_MEMBER)
    assert NOBODY in before
    assert STAYS not in before
    teach(opened)
    for who in (AGENCY_MEMBER, AGENCY_LEAD, LEAD):
        own = opened.read(who)
        assert "would count as taught: an in-house person shadowed it" in own, own
        assert len(re.findall(rf"{re.escape(NOBODY)} {re.escape(STAYS)}", own)) == 1, (who, own)
        assert who == LEAD or "If an in-house person who commented" not in own
        # The context beside the ticket says it with the first step.
        narrow = text_of(opened.page_client.follow(who, f"/pages/context/content?issue={opened.issue_id}").text)
        assert NOBODY in narrow, (who, narrow)
        assert STAYS in narrow, (who, narrow)
    # Of a group too small to be shown it is not told.
    monkeypatch.setattr(learner_steps, "shows_group", lambda *_of: False)
    for who in (AGENCY_MEMBER, AGENCY_LEAD, LEAD):
        assert NOBODY not in opened.read(who)


def test_who_is_not_told_whom_a_taught_ticket_lifts_is_asked_for_nothing_on_it(
    opened: Opened,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lifting = set[int]()

    def reach(_self: Reaches, _pair: Pair, _kind: int, issue_id: int, _at: Instant) -> Reach | None:
        return None if issue_id == opened.issue_id and issue_id not in lifting else Reach(1, 1, lifts=True)

    monkeypatch.setattr(Reaches, "reach", reach)
    # While it is done only, a step makes it taught.
    assert "makes it count as taught" in opened.read(AGENCY_MEMBER)
    teach(opened)
    own = opened.read(AGENCY_MEMBER)
    assert "would count as taught" in own
    assert LEARNER_STEP not in own
    assert "lifts nobody" not in own
    # Leads of the agency read how far it brings learners.
    assert NOBODY in opened.read(AGENCY_LEAD)
    # What Overview has as bringing a learner further is told as before.
    lifting.add(opened.issue_id)
    assert LEARNER_STEP in opened.read(AGENCY_MEMBER)


def test_without_a_rung_none_is_said_to_stay() -> None:
    assert stays_text(0) == "You stay without a rung."
    assert stays_text(3) == "Your rung stays assisted."
