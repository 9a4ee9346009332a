"""What a ticket that counts as taught already says of more that a learner could do on it."""

import re

import pytest

from connector.pages.panel import learner_steps
from connector.pages.panel.step_viewer import stays_text
from mappings.events.types import Instant
from mappings.measure.people.teaching_opportunities import Pair, Reach, Reaches
from tests.jira.story.people import account_of
from tests.pages.conftest import AGENCY_LEAD, AGENCY_MEMBER, LEAD, MEMBER, go_on
from tests.pages.html_reader import text_of
from tests.pages.panel.test_next_steps import Opened, opened  # noqa: F401

NOBODY = "lifts nobody enrolled for its objective: none gains a rung that they lack."
LEARNERS_TAUGHT = "For “Learners taught” it counts if somebody enrolled for its objective shadows or drives it."
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
    assert NOBODY in opened.read(AGENCY_MEMBER)
    teach(opened)
    for who in (AGENCY_MEMBER, AGENCY_LEAD, LEAD):
        own = opened.read(who)
        assert "would count as taught: an in-house person shadowed it" in own, own
        assert own.count(NOBODY) == 1, (who, own)
        # It is taught: nobody is asked to make it so once more.
        assert "If a learner enrolled" not in own, (who, own)
        assert own.count("count as taught") == 1, (who, own)
        assert (f"{NOBODY} {LEARNERS_TAUGHT}" in own) is (who != AGENCY_MEMBER), (who, own)
        assert who == LEAD or "If an in-house person who commented" not in own
        # The context beside the ticket says it, too.
        narrow = text_of(opened.page_client.follow(who, f"/pages/context/content?issue={opened.issue_id}").text)
        assert NOBODY in narrow, (who, narrow)
        assert "If a learner enrolled" not in narrow, (who, narrow)
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


def test_a_step_on_a_taught_ticket_tells_what_it_would_be_for_whoever_does_it(opened: Opened) -> None:  # noqa: F811
    """It said again that the ticket would count as taught, and then that it does already."""
    teach(opened)
    for who, words in (
        (AGENCY_MEMBER, r"named under Drives and does .*?, it would count as assisted \(for them\)\."),
        (AGENCY_LEAD, r"named under Drives and does .*?, it would count as assisted \(for them: ticket 2 of the 2 "),
        (LEAD, r"be named under Drives and do .*?, and it would count as assisted \(for you\)\."),
    ):
        own = re.sub(r"\s+([.,])", r"\1", opened.read(who))
        assert own.count("count as taught") == 1, (who, own)
        assert re.search(words, own), (who, own)


def test_a_lead_is_not_told_to_teach_a_learner_whom_a_ticket_teaches_already(opened: Opened) -> None:  # noqa: F811
    """A learner who shadows it by comments stood for all of the enrolled, as who was to shadow it."""
    step = "If a learner enrolled for Design an A/B test is named under Shadows"
    assert step in opened.read(LEAD)
    for learner in (MEMBER, "Aylin Kessler"):
        for _ in range(2):
            opened.comment(learner)
            go_on(opened.page_client, 24)
    assert "If a learner enrolled" not in opened.read(LEAD)
    # Which commenters are enrolled is not told to the agency.
    assert step in opened.read(AGENCY_LEAD)


@pytest.mark.parametrize("lifts", [True, False], ids=["lifts", "idle"])
@pytest.mark.parametrize("is_taught", [True, False], ids=["taught", "done only"])
def test_an_agency_reads_the_same_whoever_shadows_its_ticket(
    opened: Opened,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    *,
    lifts: bool,
    is_taught: bool,
) -> None:
    """Naming one after the other told a lead who is enrolled, also of who hides their name."""
    if not lifts:
        monkeypatch.setattr(Reaches, "reach", lambda *_of: None)
    read: dict[str, set[str]] = {AGENCY_LEAD: set(), AGENCY_MEMBER: set()}
    for shadow in (MEMBER, "Aylin Kessler", "Ruben Adeyemi"):
        opened.act("role", who=LEAD, role="shadow", account=account_of(shadow))
        if is_taught:
            opened.comment(shadow)
        for who, panels in read.items():
            text = opened.read(who)
            steps = text[text.index("Finished now") : text.index("Why, and who did")]
            panels.add(re.sub(r"[\d.]+ h more", "", steps.replace(shadow, "the shadow")))
    for who, panels in read.items():
        assert len(panels) == 1, (who, panels)
        assert (NOBODY in panels.pop()) is not lifts


def test_a_lead_reads_that_a_ticket_lifts_none_of_those_whom_it_teaches(
    opened: Opened,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Reaches, "reach", lambda *_of: None)
    opened.act("role", who=LEAD, role="shadow", account=account_of(MEMBER))
    opened.comment(MEMBER)
    own = opened.read(LEAD)
    assert NOBODY in own
    # A learner shadows it already.
    assert "For “Learners taught”" not in own


def test_without_a_rung_none_is_said_to_stay() -> None:
    assert stays_text(0) == "You stay without a rung."
    assert stays_text(3) == "Your rung stays assisted."
