"""Between the two sides: each lead says their own part and hears of the other's what they may; nobody else is there."""

import re
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from werkzeug.test import TestResponse

from connector.actions.rulesets import propose_rules
from mappings.measure.model.ruleset import DEFAULT
from mappings.records.agreement.engagements import select_engagement
from mappings.records.agreement.feedback import select_feedback
from mappings.records.agreement.pulses import select_pulses
from mappings.records.agreement.rulesets import select_rulesets
from mappings.records.operations.audit import AGREEMENT_CHANGED, Act, insert_act
from mappings.records.sql.scope import AgreementScope
from tests.audit_log import select_acts
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    BOLT,
    DAY,
    GATEKEEPER,
    LEAD,
    LEARNER,
    MEMBER,
    OTHER_LEAD,
    STRANGER,
    PageClient,
)

PLACE = f"/pages/together?engagement={ACME}"
WORDS = "Reviews of copy waited for two weeks."
ACTION = "A second reviewer since Monday."


def part(page_client: PageClient, who: str) -> str:
    return page_client.read(page_client.follow(who, PLACE)).text


def act(page_client: PageClient, who: str, name: str, engagement: str = ACME, **form: str) -> TestResponse:
    return page_client.press(who, f"/pages/together/{name}?engagement={engagement}", **form)


def file(page_client: PageClient, who: str, about: str, words: str = WORDS) -> TestResponse:
    """File feedback, on the Agency tab."""
    return page_client.press(who, f"/pages/agency/file?engagement={ACME}", about=about, words=words)


def hidden(page_client: PageClient, who: str, name: str) -> str:
    """The value that a form of the page would send unasked."""
    page = page_client.read(page_client.follow(who, PLACE))
    return next(element["value"] or "" for element in page.all("input") if element.get("name") == name)


def filed(page_client: PageClient) -> list[tuple[str, str | None]]:
    with page_client.story_site.container.reader.connect() as connection:
        feedback = select_feedback(
            AgreementScope(connection, page_client.story_site.tenant_id, ACME),
            start=0,
            end=page_client.story_site.clock.now() + 1,
        )
    return [(row.words, row.action) for row in feedback]


def pulses(page_client: PageClient) -> set[tuple[str, int]]:
    with page_client.story_site.container.reader.connect() as connection:
        this_pulses = select_pulses(
            AgreementScope(connection, page_client.story_site.tenant_id, ACME), as_of=page_client.story_site.clock.now()
        )
    return {(row.side, row.answer) for row in this_pulses}


def propose(page_client: PageClient) -> str:
    """Other rules, proposed at the command line; the version."""
    with page_client.story_site.container.engine.begin() as connection:
        stored = select_engagement(connection, page_client.story_site.tenant_id, ACME)
        assert stored is not None
        rules = replace(DEFAULT, name="ours", review_hours=24)
        made = propose_rules(
            connection, page_client.story_site.tenant_id, stored, rules, now=page_client.story_site.clock.now(), by=None
        )
    assert made is not None
    return str(made.version)


def approvals(page_client: PageClient) -> tuple[bool, bool]:
    with page_client.story_site.container.reader.connect() as connection:
        newest = select_rulesets(connection, page_client.story_site.tenant_id, ACME)[-1]
    return newest.inhouse is not None, newest.agency is not None


# -- feedback ----------------------------------------------------------------------------------------------------------


def test_feedback_is_filed_by_the_agency_and_answered_by_the_in_house_lead(apart: PageClient) -> None:
    assert "Filed." in apart.read(file(apart, AGENCY_MEMBER, "reviews")).text
    page = part(apart, LEAD)
    assert WORDS in page
    assert "60 days left until it counts as not acted on" in page
    # A day that has begun is a whole one, as of a dispute.
    apart.story_site.clock.at += 60_000_000
    assert "60 days left until it counts as not acted on" in part(apart, LEAD)
    # What still has time is not said to be acted on or not.
    assert "filed 1 piece of feedback within a year. 1 waits for an action, until 19 Jan 2027." in page
    assert "in time." not in page.partition("19 Jan 2027.")[0]
    assert "1 piece of feedback" in page
    number = hidden(apart, LEAD, "number")
    tied = apart.read(act(apart, LEAD, "tie", number=number, action=ACTION)).text
    assert "Saved. The agency sees it here." in tied
    assert "within a year. The in-house team acted on 1 of 1 in time." in tied
    assert ACTION in part(apart, AGENCY_LEAD)
    assert filed(apart) == [(WORDS, ACTION)]


def test_agency_and_together_show_the_same_feedback_in_the_same_table(apart: PageClient) -> None:
    file(apart, AGENCY_LEAD, "reviews")
    number = hidden(apart, LEAD, "number")
    for answered in (False, True):
        if answered:
            act(apart, LEAD, "tie", number=number, action=ACTION)
        pages = [apart.follow(AGENCY_LEAD, place).text for place in (PLACE, PLACE.replace("together", "agency"))]
        tables = [re.findall(r'<table class="stacked feedback">.*?</table>', page, re.DOTALL) for page in pages]
        assert tables[0] == tables[1]
        assert len(tables[0]) == 1
        assert (WORDS in tables[0][0], ACTION in tables[0][0]) == (True, answered)
        sentences = [re.search(r"filed \d+ pieces? of feedback.*?( in time|19 Jan 2027)\.", page) for page in pages]
        assert sentences[0]
        assert sentences[1]
        assert sentences[0][0] == sentences[1][0]


def test_what_is_late_is_said_to_be(apart: PageClient) -> None:
    file(apart, AGENCY_LEAD, "brief")
    apart.story_site.clock.at = apart.story_site.story.end + 60 * DAY
    assert "no action within 60 days" in part(apart, LEAD)
    number = hidden(apart, LEAD, "number")
    apart.story_site.clock.at += DAY
    act(apart, LEAD, "tie", number=number, action=ACTION)
    assert "too late to count" in part(apart, AGENCY_LEAD)


@pytest.mark.parametrize(
    ("who", "name", "form", "status"),
    [
        (AGENCY_LEAD, "tie", {"number": "1", "action": ACTION}, 403),
        (AGENCY_MEMBER, "pulse", {"quarter": "2026-10-01", "answer": "4"}, 404),
        (AGENCY_MEMBER, "approve", {"version": "1"}, 404),
        (LEAD, "tie", {"number": "999", "action": ACTION}, 422),
        (LEAD, "tie", {"number": "one", "action": ACTION}, 422),
        (LEAD, "pulse", {"quarter": "2026-01-01", "answer": "4"}, 422),
        (LEAD, "pulse", {"quarter": "soon", "answer": "4"}, 422),
        (LEAD, "pulse", {"quarter": "2026-10-01", "answer": "6"}, 422),
        (LEAD, "approve", {"version": "7"}, 422),
    ],
)
def test_what_may_not_be_said_is_refused_in_words(
    apart: PageClient, who: str, name: str, form: dict[str, str], status: int
) -> None:
    answer = act(apart, who, name, **form)
    assert answer.status_code == status
    assert answer.text.endswith(".")
    assert (filed(apart), pulses(apart)) == ([], set())


@pytest.mark.parametrize("who", [MEMBER, LEARNER, AGENCY_MEMBER, GATEKEEPER, STRANGER, OTHER_LEAD])
def test_nobody_else_has_a_part_in_it(apart: PageClient, who: str) -> None:
    file(apart, AGENCY_LEAD, "reviews")
    assert apart.follow(who, PLACE).status_code == 404
    assert "tab-together" not in apart.content(who, engagement=ACME).text or who == OTHER_LEAD
    for name in ("tie", "pulse", "approve"):
        assert act(apart, who, name, about="reviews", words=WORDS).status_code in {404, 422}
    assert filed(apart) == [(WORDS, None)]


def test_another_agency_hears_nothing_of_it(apart: PageClient) -> None:
    file(apart, AGENCY_LEAD, "reviews")
    page = apart.read(apart.follow(OTHER_LEAD, PLACE.replace(ACME, BOLT))).text
    assert WORDS not in page
    assert "Acme" not in page


# -- pulse -------------------------------------------------------------------------------------------------------------


RUNS = "counts once the quarter is over"


def test_the_pulses_listed_are_those_that_count_or_can_be_given(page_client: PageClient) -> None:
    page = page_client.read(page_client.follow(LEAD, PLACE))
    # First what closes first, each with its last day; the quarter that runs is asked about so far.
    over = "Q3 2026: how well did the two sides work together?", "Until 31 Dec 2026."
    runs = "Q4 2026 so far: how well do the two sides work together?", "Until 31 Mar 2027; it counts from 1 Jan 2027 on"
    assert sorted(page.text.index(text) for text in (*over, *runs)) == [
        page.text.index(text) for text in (*over, *runs)
    ]
    assert page.tables[-1].rows[1:] == [
        [f"Q4 2026 {RUNS}", "not yet", "not yet"],
        ["Q3 2026", "not yet", "not yet"],
        ["Q2 2026", "not given, closed", "not given, closed"],
    ]


def test_the_pulse_of_a_quarter_that_runs_waits_in_its_last_four_weeks(apart: PageClient) -> None:
    """It waited from the quarter's first day on, for up to half a year, and answered then it cannot be changed."""
    asked = "Q4 2026 so far: how well do the two sides work together? Until 31 Mar 2027; it counts from 1 Jan 2027 on"
    overview = {"tab": "overview", "engagement": ACME}
    for day, waits in ((3, False), (4, True)):
        apart.story_site.clock.at = round(datetime(2026, 12, day, 12, tzinfo=UTC).timestamp() * 1_000_000)
        assert (asked in apart.read(apart.content(LEAD, **overview)).text) is waits
        together = apart.read(apart.follow(LEAD, PLACE)).text
        assert ("The pulse for Q3 2026 and the pulse for Q4 2026 wait for you." in together) is waits
        # It may be given before.
        assert "Q4 2026 so far: how well do the two sides work together?" in together


def test_a_pulse_is_given_once_and_the_other_sides_is_shut_until_both_gave_theirs(apart: PageClient) -> None:
    quarter = hidden(apart, LEAD, "quarter")
    assert "Saved: 2 of 5 for" in apart.read(act(apart, LEAD, "pulse", quarter=quarter, answer="2")).text
    page = apart.read(apart.follow(AGENCY_LEAD, PLACE))
    assert "The in-house team has given its pulse" in page.text
    assert ["Q3 2026", "in, hidden", "not yet"] in page.tables[-1].rows
    act(apart, AGENCY_LEAD, "pulse", quarter=quarter, answer="4")
    assert ["Q3 2026", "2 a little", "4 well"] in apart.read(apart.follow(LEAD, PLACE)).tables[-1].rows
    assert act(apart, LEAD, "pulse", quarter=quarter, answer="5").status_code == 422
    assert pulses(apart) == {("inhouse", 2), ("agency", 4)}


# -- rules -------------------------------------------------------------------------------------------------------------


def test_rules_apply_once_a_lead_of_each_side_agreed_to_what_they_read(apart: PageClient) -> None:
    assert "no change is proposed" in part(apart, LEAD)
    version = propose(apart)
    page = apart.read(apart.follow(LEAD, PLACE))
    assert "Waits for a lead of the agency and one of the in-house team" in page.text
    changed = {row[0]: row[1:] for row in page.tables[-1].rows}
    assert next(values for name, values in changed.items() if "review is in time" in name) == ["16", "24"]
    assert "Approved for your side" in apart.read(act(apart, LEAD, "approve", version=version)).text
    assert approvals(apart) == (True, False)
    assert "belongs to the side that agreed already" in act(apart, LEAD, "approve", version=version).text
    act(apart, AGENCY_LEAD, "approve", version=version)
    assert "They apply from 1 Jan 2027" in part(apart, LEAD)


def test_each_word_is_in_the_audit(apart: PageClient) -> None:
    file(apart, AGENCY_LEAD, "reviews")
    act(apart, LEAD, "approve", version=propose(apart))
    with apart.story_site.container.reader.connect() as connection:
        acts = [this_act.act for this_act in select_acts(connection, apart.story_site.tenant_id, 9)]
    assert {"feedback filed", "ruleset proposed", "ruleset approved"} <= set(acts)


# -- agreement ---------------------------------------------------------------------------------------------------------


def test_both_leads_hear_which_parts_of_the_agreement_changed_and_nobody_else(apart: PageClient) -> None:
    with apart.story_site.container.engine.begin() as connection:
        for key, parts in ((ACME, "people, workflow"), (BOLT, "signals")):
            act_on = Act(apart.story_site.clock.now(), None, AGREEMENT_CHANGED, key, None, parts)
            insert_act(connection, apart.story_site.tenant_id, act_on)
    for who in (LEAD, AGENCY_LEAD):
        page = part(apart, who)
        assert "Changed: people, workflow" in page
        assert "signals" not in page
