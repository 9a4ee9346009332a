"""The Agency tab: what each side owes, at one size; disputes, the right of reply, and what became of feedback."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from msgspec.structs import replace
from werkzeug.test import TestResponse

from connector.figures.scores import scope_of
from connector.pages.agency import led_tickets, lifts
from connector.pages.agency_part import has_part
from connector.pages.project.coverage import numeral
from mappings.formats.engagement_file.reader import read_engagement
from mappings.measure.model.engagement import Engagement, Objective, TicketRule
from mappings.records.agreement.replies import select_reply
from mappings.records.facts.issues import select_labels, select_labels_of_keys
from mappings.records.figures.entries import select_entries
from mappings.records.sql.scope import AgreementScope
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    BOLT,
    GATEKEEPER,
    LEAD,
    LEARNER,
    MEMBER,
    OTHER_LEAD,
    STRANGER,
    PageClient,
    go_on,
)
from tests.pages.html_reader import text_of
from tests.pages.overview.test_overview import entries
from tests.pages.overview.test_waiting import EACH, settle, undo
from tests.pages.panel.test_panel import press as press_panel
from tests.pages.test_matrix import name_all
from tests.pages.test_score import stored_of
from tests.pages.test_small_groups import agree

PLACE = f"/pages/agency?engagement={ACME}"
TODAY = date(2026, 11, 20)
QUARTER, WORDS = "2026-10-01", "Two calls left no trace in Jira."


def act(page_client: PageClient, who: str, name: str, **form: str) -> TestResponse:
    return page_client.press(who, f"/pages/agency/{name}?engagement={ACME}", **form)


def page(page_client: PageClient, who: str) -> str:
    return page_client.read(page_client.follow(who, PLACE)).text


def reply(page_client: PageClient) -> str | None:
    with page_client.story_site.container.reader.connect() as connection:
        scope = AgreementScope(connection, page_client.story_site.tenant_id, ACME)
        known = select_reply(scope, date.fromisoformat(QUARTER))
    return known and known.text


def test_both_sides_read_what_each_owes_and_nobody_else(page_client: PageClient) -> None:
    for who in (AGENCY_LEAD, LEAD):
        shown = page(page_client, who)
        assert "What Acme Experiments owes" in shown
        assert "What the in-house team owes" in shown
        assert "not reached yet" in shown
    member = page(page_client, AGENCY_MEMBER)
    assert "What Acme Experiments owes" in member
    # Who sees no scores reads none here either, and no counts of people.
    assert "What the in-house team owes" not in member
    assert "Integration" not in member
    for who in (MEMBER, LEARNER, GATEKEEPER, STRANGER, OTHER_LEAD):
        assert page_client.follow(who, PLACE).status_code == 404
    other = page_client.read(page_client.follow(OTHER_LEAD, PLACE.replace(ACME, BOLT))).text
    assert "Acme" not in other


def test_the_sentences_figures_open_and_no_step_offers_a_ticket_that_would_not_help(apart: PageClient) -> None:
    # Also in what the tab's own forms answer with.
    for shown in (
        apart.follow(AGENCY_LEAD, PLACE).text,
        act(apart, AGENCY_LEAD, "reply", quarter=QUARTER, words="").text,
    ):
        lead = re.search(r'<p class="lead">(.*?)</p>', shown, re.DOTALL)
        assert lead
        outside = text_of(re.sub(r'<a class="fig".*?</a>', "", lead[1]))
        assert not re.search(r"\d", re.sub(r"Since \d+ \w+ ", "", outside)), outside
        owed = re.findall(r'hx-get="([^"]*)"[^>]*>(\d+) of (\d+)</a>', lead[1])
        assert 0 < len(owed) <= 2
        for address, done, of in owed:
            assert f"Counted {done} of {of}" in apart.read(apart.follow(AGENCY_LEAD, unescape(address))).text
        # Where something was missed, what was not is left out.
        assert len(owed) == 1 or all(done != of for _, done, of in owed)
        assert "Choose a ticket" not in shown
        (step,) = re.findall(
            r"(?s)<li class=.step.[^>]*><a [^>]*>Keep the tracking plan</a>, to .*?</ul>\s*</li>", shown
        )
        assert "The nearest learner still needs " in step
        # Where the agency has a ticket to teach on, it is not taught yet.
        (step,) = re.findall(
            r"(?s)<li class=.step.[^>]*><a [^>]*>Personalise by segment</a>, to .*?</ul>\s*</li>", shown
        )
        assert "named under Drives: assisted" in step
        assert "The nearest learner still needs " in step


def steps_of(source: str) -> dict[str, str]:
    """The text of each step of the plan, by its objective."""
    steps = re.findall(r'(?s)<li class="step"[^>]*>.*?</ul>\s*</li>', source)
    assert steps
    texts = map(text_of, steps)
    return {text.partition(" , to ")[0]: text for text in texts}


def test_a_step_says_how_it_stands_and_lists_what_is_next_each_on_its_own(page_client: PageClient) -> None:
    """The due date is the objective's, not a ticket's; each item begins with a capital, or with a ticket."""
    shown = page_client.follow(AGENCY_LEAD, PLACE).text
    steps = re.findall(r'(?s)<li class="step"[^>]*>.*?</ul>\s*</li>', shown)
    assert steps
    for step in steps:
        assert re.search(
            r"\d of \d (person|people) so far, (due .+|\d+ days overdue)$",
            text_of(re.findall(r"(?s)<p>.*?</p>", step)[0]),
        )
        items = [item.strip() for item in re.findall(r"(?s)<li>(.*?)</li>", step)]
        assert items
        for item in items:
            assert re.match("[A-Z0-9]", text_of(item)), item
            key = re.match(r'<a [^>]*data-issue="[^"]*">[^<]*</a> \w.*?<span class="note">(.*)</span>', item)
            assert "data-issue" not in item or (
                key and re.match("(Leave to a learner. )?If |Counts as taught once ", key[1])
            ), item


def test_what_cannot_be_reached_in_time_says_from_when_on_it_can(apart: PageClient) -> None:
    """Two tickets driven alone lie a week apart; of somebody who drove one, the day would tell when that was."""
    shown = apart.follow(AGENCY_LEAD, PLACE).text
    late = "The first and the last driven alone lie 7 days apart: 27 Nov at the earliest."
    steps = steps_of(shown).values()
    assert [late in text for text in steps] == [bool(re.search(r"2 (tickets )?to drive alone", text)) for text in steps]
    whole = sum(late in text for text in steps)
    assert whole > 0
    # What is driven alone counts for the lower rungs, too: none of those comes on top.
    assert not any(" to drive with help" in text or " to shadow" in text for text in steps)
    assert f"By tickets {numeral(whole)} of the objectives cannot be reached in time." in text_of(shown)
    agree(apart, alone_due(apart, date(2026, 11, 27)))
    assert "at the earliest" not in text_of(apart.follow(AGENCY_LEAD, PLACE).text)


def test_what_cannot_be_reached_in_time_says_so_wherever_it_is_due(apart: PageClient) -> None:
    by_tickets = "by tickets not before 27 Nov"
    late = {name for name, text in steps_of(apart.follow(LEAD, PLACE).text).items() if "27 Nov at the earliest" in text}
    assert late
    # Of those due that day it is named first.
    (line,) = re.findall(r'(?s)<p class="note"><span class="late-word">.*?</p>', apart.content(LEAD).text)
    for name in late:
        assert re.search(rf"{name} \([^)]*missing; {by_tickets}", text_of(line))
    page = apart.objectives(LEAD).text
    rows = re.findall(r'(?s)<th scope="row"><a class="fig"[^>]*>([^<]*)</a>.*?<td class="due">(.*?)</td>', page)
    assert {name for name, due in rows if by_tickets in due} == late
    lead = re.search(r'(?s)<p class="lead">(.*?)</p>', page)
    assert lead
    assert re.search(rf"is due today: \d of \d people; {by_tickets}\.", text_of(lead[1]))
    (key,) = (item.key for item in alone_due(apart, TODAY).objectives if item.name == min(late))
    opened = text_of(apart.objectives(LEAD, objective=key).text)
    assert "by tickets 27 Nov at the earliest. The engagement" in opened
    # Whoever reads no counts of people reads nothing of it, nor does anybody of a quarter that is over.
    assert "not before" not in apart.content(MEMBER).text + apart.objectives(MEMBER).text
    assert "not before" not in apart.objectives(LEAD, period="2026Q3").text


NOT_BEFORE = ("it cannot", "neither can", "none of them can")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_where_nothing_is_reached_in_time_the_first_sentence_names_the_earliest_day(
    apart: PageClient, count: int
) -> None:
    late = next(
        name for name, text in steps_of(apart.follow(AGENCY_LEAD, PLACE).text).items() if "at the earliest" in text
    )
    engagement = read_engagement(engagement_file(apart.story_site.story, ACME))
    (objective,) = (item for item in engagement.objectives if item.name == late)
    copies = tuple(replace(objective, key=f"{objective.key}{place or ''}") for place in range(count))
    agree(apart, replace(engagement, objectives=copies))
    shown = text_of(apart.follow(AGENCY_LEAD, PLACE).text)
    assert f"By tickets {NOT_BEFORE[count - 1]} be reached before 27 Nov." in shown
    assert "The engagement file says the date. How to change it in Settings" in shown


SOONER = "27 Nov at the earliest. Signatures of both sides may count earlier. The engagement"


def test_signatures_are_named_where_enough_people_stand_one_rung_below(apart: PageClient) -> None:
    """A signature lifts by one rung: of one assisted person it makes one independent, not two."""
    agreed = alone_due(apart, TODAY)
    late = next(name for name, text in steps_of(apart.follow(LEAD, PLACE).text).items() if "at the earliest" in text)
    (objective,) = (item for item in agreed.objectives if item.name == late)
    for people in (2, 1):
        others = tuple(replace(item, people=people) if item == objective else item for item in agreed.objectives)
        agree(apart, replace(agreed, objectives=others))
        assert (SOONER in text_of(apart.objectives(LEAD, objective=objective.key).text)) is (people == 1)
        shown = text_of(apart.follow(AGENCY_LEAD, PLACE).text)
        assert ("in time. Signatures of both sides may count earlier." in shown) is (people == 1)
    # Who reads no counts of people reads nothing of them here.
    for page in (apart.follow(AGENCY_MEMBER, PLACE), apart.objectives(MEMBER, objective=objective.key)):
        assert "Signatures of both sides" not in page.text


def alone_due(page_client: PageClient, by: date) -> Engagement:
    engagement = read_engagement(engagement_file(page_client.story_site.story, ACME))
    return replace(engagement, objectives=tuple(replace(item, by=by) for item in engagement.objectives))


NOWHERE = TicketRule(labels=("no-ticket-has-this-label",))


def test_an_objective_without_a_next_ticket_says_what_is_missing(apart: PageClient) -> None:
    engagement = read_engagement(engagement_file(apart.story_site.story, ACME))
    first = engagement.objectives[0]
    bare, unlearned = replace(first, mapping=NOWHERE), replace(first, key="other", name="Another", learners=())
    agree(apart, replace(engagement, objectives=(bare, unlearned)))
    steps = steps_of(apart.follow(AGENCY_LEAD, PLACE).text)
    assert "No open ticket has this objective: tag one, or ask for one." in steps[first.name]
    assert "Nobody in-house is enrolled for it: enrol a learner." in steps["Another"]


@pytest.mark.parametrize("who", [AGENCY_MEMBER, AGENCY_LEAD])
def test_the_agency_reads_what_it_can_do_next(page_client: PageClient, who: str) -> None:
    shown = page_client.follow(who, PLACE).text
    part = re.search(r'(?s)<section class="nearest".*?</section>', shown)
    assert part
    assert "What you can do next" in part[0]
    # A member, who reads no scores, begins with the share of the own side.
    share = r'<p class="lead">Taught share of Acme Experiments, [^:]+: <a [^>]*>\d+\s% ?</a>\. '
    assert bool(re.search(share, shown)) is (who == AGENCY_MEMBER), shown
    (later,) = re.findall(r'class="later" hx-get="([^"]*)"', part[0])
    nearest = page_client.follow(who, unescape(later)).text
    assert re.search(r'data-issue="GROW-\d+"', nearest)
    drives = r"drives 30\s% of it \([\d.]+\sh more\), named under Drives"
    assert re.search(rf"If a learner (shadows|{drives}): (shadowed|assisted)", text_of(nearest))
    waits = re.findall(r'(?s)<div class="waiting">.*?</ul>', part[0])
    assert bool(waits) is (who == AGENCY_LEAD)
    assert ("Nothing waits for your signature, confirmation or answer." in part[0]) is (who == AGENCY_MEMBER)
    # A member reads first what is theirs, a lead what each side owes.
    assert (shown.find('id="next"') < shown.find('id="plan"')) is (who == AGENCY_MEMBER)
    assert "What you can do next" not in page(page_client, LEAD)


def test_what_waits_for_a_member_is_what_the_overview_lists(apart: PageClient) -> None:
    name_all(apart.story_site)
    ref = next(item.ref for item in apart.story_site.story.planted.values() if item.scene == "never_begun")
    for role, account in (("mentor", AGENCY_MEMBER), ("shadow", MEMBER)):
        press_panel(apart, LEAD, "role", ref, role=role, account=account_of(account))
    signed = {"objective": "ab-design", "learner": account_of(MEMBER), "rung": "4"}
    assert apart.press(LEAD, f"/pages/learning/sign?engagement={ACME}", **signed).status_code == 200
    assert_what_waits_is_listed(apart, AGENCY_MEMBER)


def test_what_waits_for_a_lead_is_what_the_overview_lists(page_client: PageClient) -> None:
    assert_what_waits_is_listed(page_client, AGENCY_LEAD)


def assert_what_waits_is_listed(page_client: PageClient, who: str) -> None:
    """The same things wait, and each button does the same, but that an act is answered by the tab it was done on."""
    listed, overview = entries(page_client.follow(who, PLACE).text), entries(page_client.content(who).text)
    assert [label for label, _ in listed] == [label for label, _ in overview]
    assert listed
    for (label, listed_source), (_, source) in zip(listed, overview, strict=True):
        answered = [address.replace("tab=overview", "tab=agency") for address in asked_for(source)]
        assert asked_for(listed_source) == answered, label


def asked_for(source: str) -> list[str]:
    return [unescape(address) for address in re.findall(r'hx-(?:get|post)="([^"]*)"', source)]


def test_what_waits_is_settled_in_its_place_and_undone_there(apart: PageClient) -> None:
    issue = apart.story_site.ids["t0110"]
    apart.press(LEAD, f"/pages/dispute/file?engagement={ACME}&issue={issue}", objective="", reason="All was ours")
    shown = apart.follow(AGENCY_LEAD, PLACE).text
    for name in ("agree", "pulse", "answer"):
        label, question, typed, notice = EACH[name]
        asked, after = settle(apart, shown, label, AGENCY_LEAD, **typed)
        assert question in asked, name
        assert re.search(rf'<p class="note said" role="status"[^>]*>{notice}', after), name
        # It is answered with the tab's content, where it was pressed.
        assert 'id="plan"' in after, name
        assert 'hx-target="#content"' not in re.findall(r"<form[^>]*>", asked or after)[0], name
        assert len(entries(after)) == len(entries(shown)) - 1, name
        undone = apart.press(AGENCY_LEAD, undo(after))
        assert (undone.status_code, ">Undone." in undone.text) == (200, True), name
        assert [label for label, _ in entries(undone.text)] == [label for label, _ in entries(shown)], name


@pytest.mark.parametrize("period", ["2026Q4", "2026Q3", "2026Q2"])
def test_the_review_that_is_ready_is_the_one_that_opens(frozen: PageClient, period: str) -> None:
    shown = frozen.follow(AGENCY_LEAD, f"{PLACE}&period={period}").text
    (source,) = (source for label, source in entries(shown) if label == "Read: The review of Q3 2026 is ready")
    (address,) = asked_for(source)
    frame = frozen.follow(AGENCY_LEAD, address).text
    (later,) = re.findall(r'id="review-page" hx-get="([^"]*)"', frame)
    review = frozen.follow(AGENCY_LEAD, unescape(later)).text
    assert set(re.findall(rf'data-name="{ACME}-review-(\w+)\.', review)) == {"2026Q3"}


def test_the_plan_proposes_what_the_nearest_tickets_list(page_client: PageClient) -> None:
    shown = page_client.follow(AGENCY_LEAD, PLACE).text
    steps = re.findall(r'(?s)<li class="step"[^>]*>.*?</ul>\s*</li>', shown)
    nearest = page_client.follow(AGENCY_LEAD, f"/pages/next?engagement={ACME}&all=1").text
    # A row names its objective first.
    listed = set(re.findall(r"<li><div>([^<]*?):\s+<a\s", nearest))
    for step in steps:
        objective = text_of(step).partition(", to ")[0].strip()
        assert ("data-issue" in step) is (objective in listed), objective
    assert len(steps) > sum("data-issue" in step for step in steps) > 0


def test_the_same_figures_stand_here_and_on_the_overview(page_client: PageClient) -> None:
    printed, overview = (
        figures_of(answer.text) for answer in (page_client.follow(AGENCY_LEAD, PLACE), page_client.content(AGENCY_LEAD))
    )
    assert {key: printed.get(key) for key in NAMED} == {key: overview.get(key) for key in NAMED}
    assert printed.keys() >= NAMED


NAMED = frozenset(
    {"taught_share", "owners.client", "owners.agency", "owners.joint", "reviews_in_time", "questions_answered",
     "brief_stable", "taught_through", "progression", "workflow_checks", "proposal_rate", "uptake", "learners_offered"}
)  # fmt: skip


def figures_of(source: str) -> dict[str, str]:
    """The last printed text of each figure's link, by the figure's key; of a component without its dimension."""
    links = re.findall(r'hx-get="/pages/figure\?([^"]*)"[^>]*>([^<]*)<', source)
    named = ((re.search(r"figure=([\w.]+)", query), text) for query, text in links)
    return {re.sub(r"dimensions\.\w+\.", "", match[1]): text.strip() for match, text in named if match}


def test_what_each_side_owes_reads_one_way(page_client: PageClient) -> None:
    shown = page_client.follow(AGENCY_LEAD, PLACE).text
    steps = steps_of(shown).values()
    owes, heading, rest = shown.partition("Taught, left to the in-house team</h3>")
    assert heading
    # What is taught stands with what the in-house team owes, with the signs of its rows explained there.
    assert re.search(r'(?s)id="readiness".*likely lies \(80 %\).*\Z', owes)
    taught = len(steps_of(rest))
    assert 0 < taught == len(steps) - len(steps_of(owes))
    owed = text_of(re.findall(r'(?s)<section aria-labelledby="plan">.*?<ul', shown)[0])
    # Of those that stand there one has no ticket of the agency that would bring a learner nearer.
    owed_steps = len(steps) - taught
    left = f"{owed_steps - 1} left to teach · {owed_steps} not reached"
    assert f"What Acme Experiments owes {left} Objectives that are not reached" in owed
    assert f"{numeral(taught).capitalize()} of the objectives " in text_of(shown)
    given = text_of(re.findall(r'(?s)<section aria-labelledby="readiness">.*?<ul', shown)[0])
    assert re.search(r"What the in-house team owes Client \d+ ", given), given
    # On how many parts it rests is said where some have nothing to measure.
    (rows,) = re.findall(r'(?s)<section aria-labelledby="readiness">.*?</section>', shown)
    counted = rows.count("adds\N{NO-BREAK SPACE}")
    assert 0 < counted < 4
    assert f"The parts with enough evidence ({counted} of 4) add up to " in given
    # Who reads no counts is not told which of the objectives are taught.
    member = text_of(page_client.follow(AGENCY_MEMBER, PLACE).text)
    assert f"What Acme Experiments owes {len(steps)} not reached Objectives" in member
    # The day on which people were counted is said once.
    assert text_of(shown).count("People are counted each Monday, last on ") == 1
    assert "as of" not in owed


def test_the_reply_is_the_agency_leads_and_stays_as_it_was_written(apart: PageClient) -> None:
    assert "Saved for the review of Q4 2026" in act(apart, AGENCY_LEAD, "reply", quarter=QUARTER, words=WORDS).text
    assert reply(apart) == WORDS
    assert WORDS in page(apart, LEAD)
    folded = apart.follow(AGENCY_LEAD, PLACE).text
    # The form is there for who asks for it; what was saved is read without it.
    questions = re.findall(r'(?s)<details class="ask reply-box">.*?</details>', folded)
    assert len(questions) == folded.count("<textarea") - folded.count('id="file-feedback"')
    assert "Change the reply for the review of Q4 2026" in questions[0]
    # Until when is told: the figures of a review may be frozen long before.
    assert "It can be written and changed until 31 Mar 2027." in questions[0]
    assert WORDS in re.sub(r"(?s)<details.*?</details>", "", folded)
    for who in (LEAD, AGENCY_MEMBER):
        assert act(apart, who, "reply", quarter=QUARTER, words="Mine").status_code == 403
    assert "at most 600" in act(apart, AGENCY_LEAD, "reply", quarter=QUARTER, words="x" * 601).text
    assert act(apart, AGENCY_LEAD, "reply", quarter="2026-01-01", words=WORDS).status_code == 422
    assert reply(apart) == WORDS
    assert "Taken back." in act(apart, AGENCY_LEAD, "reply", quarter=QUARTER, words=" ").text
    assert reply(apart) is None


def test_a_dispute_is_listed_and_withdrawn_by_whoever_filed_it(apart: PageClient) -> None:
    issue = str(apart.story_site.ids["t0110"])
    filed = apart.press(
        AGENCY_LEAD, f"/pages/dispute/file?engagement={ACME}&issue={issue}", objective="", reason="A call taught it"
    )
    assert filed.status_code == 200
    shown = apart.follow(LEAD, PLACE).text
    assert "A call taught it" in shown
    assert "30 days left" in shown
    assert 'name="dispute"' not in shown
    # The scorecard says what the dispute's row promises, in the line of the Overview.
    (line,) = re.findall(r"\d+ tickets? (?:is|are) disputed; without [^<]*", shown)
    assert line in apart.content(LEAD).text
    mine = apart.read(apart.follow(AGENCY_LEAD, PLACE))
    number = next(item["value"] or "" for item in mine.all("input") if item.get("name") == "dispute")
    assert act(apart, LEAD, "withdraw", dispute=number).status_code == 422
    assert "Withdrawn" in act(apart, AGENCY_LEAD, "withdraw", dispute=number).text


def test_a_ticket_is_found_by_key_or_words_and_disputed_from_here(apart: PageClient) -> None:
    button = re.search(r'hx-get="([^"]*)"[^>]*>Dispute a ticket</button>', apart.follow(AGENCY_LEAD, PLACE).text)
    assert button
    latest = offered(apart, unescape(button[1]))
    assert len(latest) == 10
    opening = "The latest 10 finished tickets with work or an objective of Acme Experiments; search for others."
    assert opening in apart.follow(AGENCY_LEAD, unescape(button[1])).text
    search = f"/pages/agency/dispute/search?engagement={ACME}&words="
    key, address = list(latest.items())[3]
    number, title = re.match(r"GROW-(\d+) (.*)", key).groups()
    for words in (f"grow-{number}", number, title.upper()):
        assert offered(apart, search + words)[key]
    assert "No finished ticket has these words" in apart.follow(AGENCY_LEAD, f"{search}nothing of the kind").text
    question = apart.follow(AGENCY_LEAD, unescape(address)).text
    # What it counts as is known before it is disputed.
    counts = r"(taught|done only|handed over|own|others)"
    listed = apart.follow(AGENCY_LEAD, search + number).text
    assert re.search(rf'</a><span class="note">done [^<]* · counts as {counts}</span>', listed)
    assert re.search(rf"<p>Counts as {counts}, [\d.]+ points?\.", question)
    choices = re.findall(r"<option[^>]*>([^<]*)<", question)
    assert choices[-1] == "how the work is split between the sides"
    assert all(choice.startswith("what it counts as for ") for choice in choices[:-1])
    sent = re.search(r'hx-post="([^"]*)" hx-target="#agency"', question)
    assert sent
    filed = apart.press(AGENCY_LEAD, unescape(sent[1]), objective="", reason="A call taught it").text
    assert f"GROW-{number} is disputed for 30 days." in filed
    # Who disputed it is not offered it again, until it is undone.
    assert key not in offered(apart, search + number)
    undone = re.search(r'data-undo hx-post="([^"]*)"', filed)
    assert undone
    assert "A call taught it" not in apart.press(AGENCY_LEAD, unescape(undone[1])).text
    assert key in offered(apart, search + number)


def test_the_search_offers_nothing_that_one_may_not_browse_and_asks_nobody_else(apart: PageClient) -> None:
    search = f"/pages/agency/dispute/search?engagement={ACME}&words="
    with apart.story_site.container.reader.connect() as connection:
        labels = select_labels(connection, apart.story_site.tenant_id, apart.story_site.ids.values()).values()
    for label in labels:
        if label.secured and label.key in str(offered(apart, search + label.key)):
            evidence = f"/pages/evidence?engagement={ACME}&issue={label.issue_id}"
            assert apart.follow(AGENCY_LEAD, evidence).status_code == 200, label
    for who in (MEMBER, LEARNER, GATEKEEPER, STRANGER, OTHER_LEAD):
        assert apart.follow(who, f"{search}GROW").status_code == 404


def test_what_is_offered_without_words_has_work_or_an_objective_of_the_agency(page_client: PageClient) -> None:
    """Tickets of another agency alone stood first, and could be disputed; *Tickets* selects none of them."""
    address, stored = f"/pages/agency/dispute?engagement={BOLT}", stored_of(page_client, BOLT)
    listed = [text.split()[0] for text in offered(page_client, address, OTHER_LEAD)]
    with page_client.story_site.container.reader.connect() as connection:
        scope = scope_of(connection, page_client.story_site.tenant_id, stored)
        labels = select_labels_of_keys(connection, scope.tenant_id, listed)
        entries = select_entries(scope, [label.issue_id for label in labels])
    assert len(entries) == len(listed) > 0
    assert all(has_part(of_ticket[-1].entry) for of_ticket in entries.values())
    # What others did is found by its words.
    others = offered(page_client, f"/pages/agency/dispute/search?engagement={BOLT}&words=e", OTHER_LEAD)
    assert any(text.split()[0] not in listed for text in others)
    # So does the list of all that are finished, which for an agency begins with its own.
    offer = page_client.follow(OTHER_LEAD, address).text
    assert re.search(r'hx-get="[^"]*tab=tickets[^"]*own=0[^"]*"[^>]*>All finished tickets<', offer)


def offered(page_client: PageClient, address: str, who: str = AGENCY_LEAD) -> dict[str, str]:
    """What a search offers, each with the address of its question."""
    listed = page_client.follow(who, address).text
    return {text: link for link, text in re.findall(r'<li><a href="([^"]*)"[^>]*>([^<]*)</a>', listed)}


@pytest.mark.parametrize(("who", "form", "status"), [
    (AGENCY_LEAD, {"about": "people", "words": WORDS}, 422),
    (AGENCY_LEAD, {"about": "reviews", "words": "  "}, 422),
    (LEAD, {"about": "reviews", "words": WORDS}, 403),
])  # fmt: skip
def test_feedback_that_may_not_be_filed_is_refused_in_words(
    apart: PageClient, who: str, form: dict[str, str], status: int
) -> None:
    answer = act(apart, who, "file", **form)
    assert (answer.status_code, answer.text[-1]) == (status, ".")
    assert WORDS not in page(apart, AGENCY_LEAD)


def test_what_is_to_teach_today_is_set_apart_from_a_period_that_is_over(page_client: PageClient) -> None:
    over = text_of(page_client.follow(AGENCY_LEAD, f"{PLACE}&period=2026Q3").text)
    assert "The following is as of today. Acme Experiments has" in over
    assert re.search(r"From \d+ \w+ to 30 Sep 2026 the in-house team ", over)
    theirs = text_of(page_client.follow(AGENCY_MEMBER, f"{PLACE}&period=2026Q3").text)
    assert re.search(r"Nearest tickets to learn on As of today, \d+ \w+ 2026", theirs)
    running = text_of(page_client.follow(AGENCY_LEAD, PLACE).text)
    assert not re.search(r"[Aa]s of today", running)
    assert "only whether an action follows within 60 days enters the score." in running
    assert re.search(r"Since \d+ \w+ the in-house team ", running)


def test_the_first_sentence_names_where_the_in_house_team_did_least(page_client: PageClient) -> None:
    words = {
        "Questions answered": "answered {} questions in time",
        "Reviews in time": "took up {} reviews in time",
        "Brief stable": "left the brief as it was on {} tickets",
        "Learners offered": "enrolled learners for the objectives of {} tickets",
    }
    patterns = {key: text.format(r"\d+ of \d+") for key, text in words.items()}
    for period in ("2026Q3", "2026Q4"):
        shown = page_client.follow(AGENCY_LEAD, f"{PLACE}&period={period}").text
        (lead,), (rows,) = (
            re.findall(pattern, shown)
            for pattern in (r'(?s)<p class="lead">(.*?)</p>', r'(?s)<section aria-labelledby="readiness">.*?</section>')
        )
        lines = [line for line in re.findall(r"(?s)<li>.*?</li>", rows) if "evidence" not in line]
        counted = [
            (int(re.findall(rf"{name}: (\d+)", line)[0]), name, *re.findall(r"(\d+) of (\d+) ", text_of(line))[0])
            for line in lines
            for name in words
            if text_of(line).startswith(name) and " of " in text_of(line)
        ]
        lacking = sorted((score, name) for score, name, done, of in counted if done != of)
        assert lacking
        for _, key in lacking[:2]:
            assert re.search(patterns[key], text_of(lead))
        assert sum(bool(re.search(text, text_of(lead))) for text in patterns.values()) == min(2, len(lacking))


def with_a_ticket(engagement: Engagement) -> Objective:
    """An objective with an open ticket to teach on."""
    return next(item for item in engagement.objectives if item.key == "segments")


def test_a_single_objective_to_teach_is_said_once_with_its_day(apart: PageClient) -> None:
    engagement = read_engagement(engagement_file(apart.story_site.story, ACME))
    agree(apart, replace(engagement, objectives=(with_a_ticket(engagement),)))
    shown = apart.follow(AGENCY_LEAD, PLACE).text
    lead = re.search(r'(?s)<p class="lead">(.*?)</p>', shown)
    assert lead
    assert "has 1 objective not reached yet, due today, with a next" in text_of(lead[1]).replace("without", "with")
    assert "due within" not in text_of(shown)
    assert len(re.findall("with(?:out)? a next ticket", text_of(shown))) == 1


def test_what_is_taught_and_not_reached_is_said_to_be_for_the_in_house_team(apart: PageClient) -> None:
    engagement = read_engagement(engagement_file(apart.story_site.story, ACME))
    (taught,) = (item for item in engagement.objectives if item.name == "Keep the tracking plan")
    agree(apart, replace(engagement, objectives=(taught,)))
    shown = text_of(apart.follow(AGENCY_LEAD, PLACE).text)
    assert re.search(
        r"Keep the tracking plan is not reached \( ?\d of \d people ?, due today\); what is missing is left to the",
        shown,
    )
    assert "What Acme Experiments owes 0 left to teach" in shown
    leaves = "Acme Experiments leaves these tickets to a learner: with its help they count as assisted at most."
    assert re.search(rf"Taught, left to the in-house team ({leaves} )?Keep the tracking plan , to independent", shown)
    assert (leaves in shown) is ("Leave to a learner." in shown)


def test_what_the_agency_has_no_ticket_for_is_not_said_to_be_left_to_teach(apart: PageClient) -> None:
    """The head said "left to teach" above lines that all named a learner who drives alone."""
    bolt = f"/pages/agency?engagement={BOLT}"
    shown = apart.follow(LEAD, bolt).text
    (owes,) = re.findall(r'(?s)<section aria-labelledby="plan">.*?</section>', shown)
    owed = steps_of(owes).values()
    assert owed
    assert all("needs at least" in text_of(text) and "to drive alone" in text_of(text) for text in owed)
    assert f"{len(owed)} not reached · nearest way: a learner drives alone" in text_of(owes)
    assert "left to teach" not in text_of(owes).lower()
    # Why they still stand there, and what the agency does.
    assert "Bolt Studio leaves them tickets that it has not worked on" in text_of(owes)


def test_the_agency_s_lead_reads_what_would_lift_its_figure_most_as_where_that_opens(page_client: PageClient) -> None:
    lead = page_client.follow(AGENCY_LEAD, PLACE).text
    (part,) = re.findall(r'(?s)<h3 class="sub" id="lifts">.*?</ul>', lead)
    score = figures_of(lead)["owners.agency"]
    assert f"What would lift “Agency” ({score}) most" in text_of(part)
    items = re.findall(r'(?s)<li>([^:]+): <a [^>]*hx-get="([^"]*)"[^>]*>([^<]*)</a><span class="note">([^<]*)<', part)
    items = [(name, address, gain, move.strip()) for name, address, gain, move in items]
    # What asks for the next ticket leads to those that are open.
    leads = dict(re.findall(r"(?s)<li>([^:]+): (.*?)</li>", part))
    for name, row in leads.items():
        to_open = re.findall(r'hx-get="([^"]*show=open[^"]*)"[^>]*>Open tickets</a>', row)
        assert len(to_open) == (name == "Learners taught"), name
    assert "Learners taught" in leads
    assert 1 <= len(items) <= lifts.NAMED
    (opens,) = re.findall(r'aria-label="Agency: [^"]*" hx-get="([^"]*)"', lead)
    drawer = text_of(page_client.follow(AGENCY_LEAD, unescape(opens)).text).partition("What would move this")[2]
    first, _, others = drawer.partition("success. ")
    for name, address, gain, move in items:
        assert re.search(rf"{name}( has the most to give)?: {gain}[.,]", drawer), (name, gain, drawer)
        # Six checks are not named alike: where it opens they are counted.
        assert ("open the points to see which are missed most often" in move) is (name == "Process checks")
        # It opens into the tickets that it counts.
        opened = text_of(page_client.follow(AGENCY_LEAD, unescape(address)).text)
        assert name in opened
        assert name != "Process checks" or "Most often" in opened
    assert "Process checks" in [name for name, *_ in items]
    assert items[0][0] in first
    assert items[0][3] in others
    # No member reads of a score, and to the in-house lead it is not theirs to do.
    assert not any('id="lifts"' in page_client.follow(who, PLACE).text for who in (AGENCY_MEMBER, LEAD))
    # What is over cannot be lifted.
    assert 'id="lifts"' not in page_client.follow(AGENCY_LEAD, f"{PLACE}&period=2026Q3").text


LED = "Led by Acme Experiments (“Learners taught” counts them only with an enrolled learner):"


def test_the_agency_s_tickets_that_bring_nobody_nearer_stand_under_their_objective(
    apart: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever had none of them assigned read of none, and nobody under which objective."""
    engagement = read_engagement(engagement_file(apart.story_site.story, ACME))
    name = with_a_ticket(engagement).name
    shown = {who: apart.follow(who, PLACE).text for who in (AGENCY_LEAD, LEAD)}
    steps = {who: steps_of(source)[name].partition(LED)[2] for who, source in shown.items()}
    # A line above a list of their own.
    assert all(re.search(rf"<p>{re.escape(LED)}</p>\s*<ul>\s*<li>\s*<a", source) for source in shown.values())
    named = {who: re.findall(r"[A-Z]+-\d+", text) for who, text in steps.items()}
    assert named[AGENCY_LEAD] == named[LEAD] != []
    # Whose comment makes it taught both leads read, as in the list of open tickets.
    for text in steps.values():
        assert re.search(r"Counts as taught once an in-house person who commented on \d+ \w+ is named", text)
    untold = (
        "Which of those who commented are enrolled is not told here; learners who show their name are marked in the "
        "panel under Shadows."
    )
    assert {who for who, source in shown.items() if untold in source} == {AGENCY_LEAD}
    # Below the plan they are not listed again.
    (address,) = re.findall(r'hx-get="(/pages/next[^"]*)"', shown[AGENCY_LEAD])
    below = text_of(apart.follow(AGENCY_LEAD, unescape(address)).text)
    assert not {*named[AGENCY_LEAD]} & {*re.findall(r"[A-Z]+-\d+", below)}
    # Of many the latest are named.
    with monkeypatch.context() as patch:
        patch.setattr(led_tickets, "NAMED", 0)
        many = apart.follow(AGENCY_LEAD, PLACE).text
    assert re.search(rf"{len(named[AGENCY_LEAD])} more tickets?", steps_of(many)[name])
    # What somebody may not browse is named to nobody, nor counted.
    monkeypatch.setattr("connector.pages.agency.content.browsable", lambda *_args: frozenset())
    assert LED not in text_of(apart.follow(AGENCY_LEAD, PLACE).text)


def test_the_link_to_the_signatures_chooses_the_objective(apart: PageClient) -> None:
    """From the plan that of the first that comes too late, from an opened objective its own."""
    name_all(apart.story_site)
    late = next(name for name, text in steps_of(apart.follow(LEAD, PLACE).text).items() if "at the earliest" in text)
    agreed = alone_due(apart, TODAY)
    wanting = tuple(replace(item, people=1) if item.name == late else item for item in agreed.objectives)
    agree(apart, replace(agreed, objectives=wanting))
    (key,) = (item.key for item in wanting if item.name == late)
    for shown in (apart.follow(LEAD, PLACE).text, apart.objectives(LEAD, objective=key).text):
        (address,) = re.findall(r'data-goes-to="sign-learner" hx-get="([^"]*)"', shown)
        there = apart.follow(LEAD, unescape(address)).text
        (later,) = re.findall(r'hx-get="(/pages/learning\?[^"]*)"', there)
        assert f'<option value="{key}" selected>' in apart.follow(LEAD, unescape(later)).text


def test_the_link_to_the_signatures_fills_in_whom_the_plan_names(
    apart: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever came from there found an empty form, where the plan names the learner and the rung."""
    name_all(apart.story_site)
    agreed, name = alone_due(apart, TODAY), "Keep the tracking plan"
    wanting = tuple(replace(item, people=1) for item in agreed.objectives if item.name == name)
    agree(apart, replace(agreed, objectives=wanting))
    monkeypatch.setattr("connector.pages.agency.steps.earliest_of", lambda *_: date(2026, 11, 27))
    shown = apart.follow(LEAD, PLACE).text
    (learner,) = re.findall(r"If (\w+ \w+) drives half of it without the agency", steps_of(shown)[name])
    (address,) = re.findall(r'data-goes-to="sign-learner" hx-get="([^"]*)"', shown)
    (later,) = re.findall(r'hx-get="(/pages/learning\?[^"]*)"', apart.follow(LEAD, unescape(address)).text)
    form = apart.follow(LEAD, unescape(later)).text
    chosen = re.findall(r'<option value="([^"]*)" selected>', form)
    assert chosen == [wanting[0].key, account_of(learner), "4"]
    above = f"Both signatures for {learner}, independent, can reach the target; {AGENCY_LEAD} signs the other."
    assert f"{above} Objective" in text_of(form)


def test_the_link_to_settings_names_each_objective_that_comes_too_late(page_client: PageClient) -> None:
    """Of two that are due, Settings said of one alone how its date is moved."""
    plan = page_client.follow(LEAD, f"/pages/agency?engagement={BOLT}").text
    late = [name for name, text in steps_of(plan).items() if "at the earliest" in text]
    assert len(late) == 2
    (link,) = re.findall(r'hx-get="([^"]*tab=settings[^"]*)"[^>]*>How to change it in Settings<', plan)
    (content,) = re.findall(r'hx-get="(/pages/settings\?[^"]*)"', page_client.follow(LEAD, unescape(link)).text)
    shown = page_client.follow(LEAD, unescape(content)).text
    (title,) = re.findall(r'id="due-date" open><summary>([^<]*)<', shown)
    dates = [f"“{name}” (20 Nov 2026)" for name in late]
    assert title == f"To move the due dates of {' and '.join(dates)}"
    (message,) = re.findall(r'(?s)id="due-date-text" rows="9"[^>]*>([^<]*)</textarea>', shown)
    assert message.count("- key: ") == 2
    assert message.startswith("Please change in growth-bolt.yaml, under objectives: at the keys that stand here:")


DAY_AFTER = {(0, 0): "both due today", (0, 2): "both due soon, the nearest due today", (3, 3): "both due 23 Nov"}


@pytest.mark.parametrize("days", DAY_AFTER)
def test_two_objectives_to_teach_are_said_with_their_day_or_the_nearest(
    apart: PageClient, days: tuple[int, int]
) -> None:
    engagement = read_engagement(engagement_file(apart.story_site.story, ACME))
    first, second = (replace(with_a_ticket(engagement), by=TODAY + timedelta(days=after)) for after in days)
    agree(apart, replace(engagement, objectives=(first, replace(second, key="other", name="Another"))))
    lead = re.search(r'(?s)<p class="lead">(.*?)</p>', apart.follow(AGENCY_LEAD, PLACE).text)
    assert lead
    assert f"has 2 objectives not reached yet, {DAY_AFTER[days]};" in text_of(lead[1])


def test_a_reply_is_offered_for_a_quarter_that_gets_a_review_alone(page_client: PageClient, frozen: PageClient) -> None:
    """Q3 was over before anybody measured here: only where it was frozen all the same is there a review of it."""
    for desk, quarters in ((page_client, {"Q4 2026"}), (frozen, {"Q4 2026", "Q3 2026"})):
        agency = text_of(desk.follow(AGENCY_LEAD, PLACE).text)
        assert set(re.findall(r"eply for the review of (Q\d 2026)", agency)) == quarters
        together = text_of(desk.follow(AGENCY_LEAD, f"/pages/together?engagement={ACME}").text)
        assert set(re.findall(r"oint statement for the review of (Q\d 2026)", together)) == quarters


def asks_of(page_client: PageClient, who: str, engagement: str = ACME) -> str:
    """Load what waits for the in-house team, from where the page says."""
    shown = page_client.follow(who, PLACE.replace(ACME, engagement)).text
    (address,) = re.findall(r'hx-get="(/pages/agency/asks[^"]*)"', shown)
    return page_client.follow(who, unescape(address)).text


def ask_client(page_client: PageClient, by: str, number: int, status: str = "Waiting for client") -> dict[str, int]:
    """Leave tickets in a status in which they wait for the in-house team, an hour apart; return their ids by key."""
    site, asked = page_client.story_site.site, dict[str, int]()
    for place in range(number):
        issue = site.create_issue("GROW", "Task", f"Question {place}", by=by, at=go_on(page_client), assignee=by)
        site.transition(issue.id, status, by=by, at=go_on(page_client))
        asked[issue.key] = issue.id
    go_on(page_client)
    return asked


def test_what_waits_for_the_in_house_team_is_listed_for_both_sides(lively_alone: PageClient) -> None:
    """Questions were counted once they were old; which tickets wait now stood nowhere."""
    before = [re.findall(r'data-issue="(GROW-\d+)"', asks_of(lively_alone, who)) for who in (LEAD, AGENCY_LEAD)]
    asked = ask_client(lively_alone, account_of(AGENCY_MEMBER), 6)
    # What the in-house team itself set aside is no question of the agency.
    own = ask_client(lively_alone, account_of(LEARNER), 1)
    for who, known in zip((LEAD, AGENCY_LEAD), before, strict=True):
        shown = asks_of(lively_alone, who)
        listed = re.findall(r'data-issue="(GROW-\d+)"', shown)
        # The longest first; what there is no room for is opened.
        assert listed == [*known, *asked]
        assert not {*own} & {*listed}
        assert f"{len(listed)} open tickets wait for the in-house team now." in text_of(shown)
        assert shown.index("<details") < shown.index(listed[5])
        assert shown.index(listed[4]) < shown.index("<details")
        assert re.search(r"a question since \d+ \w+", shown)
        assert not any(name in shown for name in (AGENCY_MEMBER, LEARNER))


def own_asks_of(page_client: PageClient, who: str) -> str:
    """Load what waits for the agency, from where the page says."""
    (address,) = re.findall(r'hx-get="(/pages/agency/own-asks[^"]*)"', page_client.follow(who, PLACE).text)
    return page_client.follow(who, unescape(address)).text


def test_what_waits_for_the_agency_is_listed_for_whoever_reads_the_tab(lively_alone: PageClient) -> None:
    """The left column named nothing to do, while tickets waited for the agency by their status."""
    before = re.findall(r'data-issue="(GROW-\d+)"', own_asks_of(lively_alone, LEAD))
    asked = ask_client(lively_alone, account_of(LEARNER), 6, "Waiting for agency")
    for who in (LEAD, AGENCY_LEAD, AGENCY_MEMBER):
        shown = own_asks_of(lively_alone, who)
        listed = re.findall(r'data-issue="(GROW-\d+)"', shown)
        assert listed == [*before, *asked]
        assert f"{len(listed)} open tickets wait for Acme Experiments now." in text_of(shown)
        assert re.search(r"since \d+ \w+\s*$", row_of(shown, listed[0]))
        # No limit of the rules is on what waits for the agency.
        assert "late" not in text_of(shown)
        assert not {*asked} & {*re.findall(r'data-issue="(GROW-\d+)"', asks_of(lively_alone, LEAD))}


def test_what_another_agency_of_the_project_left_waiting_is_not_listed(lively_alone: PageClient) -> None:
    """The status is the project's: it does not name the agency."""
    other = ask_client(lively_alone, account_of(OTHER_LEAD), 1, "Waiting for agency")
    for who in (LEAD, AGENCY_LEAD):
        assert not {*other} & {*re.findall(r'data-issue="(GROW-\d+)"', own_asks_of(lively_alone, who))}


def test_where_nothing_waits_for_the_agency_nothing_is_said_of_it(lively_alone: PageClient) -> None:
    site = lively_alone.story_site.site
    ((key, issue_id),) = ask_client(lively_alone, account_of(LEARNER), 1, "Waiting for agency").items()
    assert key in own_asks_of(lively_alone, AGENCY_LEAD)
    site.transition(issue_id, "In Progress", by=account_of(AGENCY_MEMBER), at=go_on(lively_alone))
    go_on(lively_alone)
    assert key not in own_asks_of(lively_alone, AGENCY_LEAD)


def row_of(shown: str, key: str) -> str:
    return next(text_of(row) for row in shown.split("<li>") if key in row)


TOUCHED = r"first touched in-house on \d+ \w+ by a comment; its status still waits"


def test_what_waits_says_for_what_and_whether_that_is_late(lively_alone: PageClient) -> None:
    """The list named days alone: neither what was asked nor what is late."""
    ((question, issue_id),) = ask_client(lively_alone, account_of(AGENCY_MEMBER), 1).items()
    ((review, _),) = ask_client(lively_alone, account_of(AGENCY_MEMBER), 1, "In Review").items()
    shown = asks_of(lively_alone, AGENCY_LEAD)
    assert "a question since" in row_of(shown, question)
    assert "in review since" in row_of(shown, review)
    assert not any("late" in row_of(shown, key) for key in (question, review))
    go_on(lively_alone, hours=24 * 7)
    shown = asks_of(lively_alone, LEAD)
    assert all(" · late" in row_of(shown, key) for key in (question, review))
    assert "nobody in-house touched within 8 business hours, a review within 16." in text_of(shown)
    # What came after the limit counts as missed, whatever still waits.
    site = lively_alone.story_site.site
    site.add_comment(issue_id, by=account_of(LEARNER), at=go_on(lively_alone), text="We use the second one.")
    go_on(lively_alone)
    touched = row_of(asks_of(lively_alone, LEAD), question)
    assert re.search(r", first touched in-house on \d+ \w+ by a comment; its status still waits · late\s*$", touched), (
        touched
    )


def test_what_was_touched_in_time_and_waits_is_not_late(lively_alone: PageClient) -> None:
    ((question, issue_id),) = ask_client(lively_alone, account_of(AGENCY_MEMBER), 1).items()
    site = lively_alone.story_site.site
    site.add_comment(issue_id, by=account_of(LEARNER), at=go_on(lively_alone), text="We use the second one.")
    go_on(lively_alone, hours=24 * 7)
    for who in (LEAD, AGENCY_LEAD):
        touched = row_of(asks_of(lively_alone, who), question)
        assert re.search(r", first touched in-house on \d+ \w+ by a comment; its status still waits\s*$", touched), (
            touched
        )


def test_what_waits_names_the_act_that_touched_it(lively_alone: PageClient) -> None:
    """A changed label is a touch by the rule, and read as if somebody had answered."""
    ((question, issue_id),) = ask_client(lively_alone, account_of(AGENCY_MEMBER), 1).items()
    site = lively_alone.story_site.site
    site.edit(issue_id, by=account_of(LEARNER), at=go_on(lively_alone), labels=("spring",))
    go_on(lively_alone)
    assert "by a change of a field; its status still waits" in row_of(asks_of(lively_alone, AGENCY_LEAD), question)


def test_the_day_of_a_comment_that_not_all_may_read_is_not_told_of_what_waits(lively_alone: PageClient) -> None:
    ((review, issue_id),) = ask_client(lively_alone, account_of(AGENCY_MEMBER), 1, "In Review").items()
    site = lively_alone.story_site.site
    site.add_comment(issue_id, by=account_of(LEARNER), at=go_on(lively_alone), text="For us alone.", internal=True)
    go_on(lively_alone)
    for who in (LEAD, AGENCY_LEAD):
        assert re.search(r"in review since \d+ \w+, touched in-house\s*$", row_of(asks_of(lively_alone, who), review))


def test_what_waits_no_more_is_not_listed(lively_alone: PageClient) -> None:
    ((key, issue_id),) = ask_client(lively_alone, account_of(AGENCY_MEMBER), 1).items()
    assert key in asks_of(lively_alone, LEAD)
    lively_alone.story_site.site.transition(issue_id, "In Progress", by=account_of(LEARNER), at=go_on(lively_alone))
    go_on(lively_alone)
    assert key not in asks_of(lively_alone, LEAD)
    for who in (LEARNER, AGENCY_MEMBER):
        assert lively_alone.follow(who, f"/pages/agency/asks?engagement={ACME}").status_code == 404


def propose(page_client: PageClient) -> str:
    """Make a proposal by somebody of the agency; return its key."""
    site, by = page_client.story_site.site, account_of(AGENCY_MEMBER)
    issue = site.create_issue("GROW", "Story", "One test a week", by=by, at=go_on(page_client), labels=("proposal",))
    go_on(page_client)
    return issue.key


def uptake_of(page_client: PageClient, who: str) -> str:
    days = "from=2026-10-01&to=2026-12-31"
    figure = f"/pages/figure?engagement={ACME}&figure=dimensions.challenge.uptake&{days}"
    return text_of(page_client.follow(who, figure).text)


def test_a_proposal_that_nobody_decided_is_named_with_its_last_day(lively_alone: PageClient) -> None:
    """It counted as declined without a reason after its days, and was named nowhere before."""
    key = propose(lively_alone)
    note = re.compile(rf"{key}.{{0,40}}since \d+ \w+; counts as declined without a reason from \d+ \w+", re.DOTALL)
    for who in (LEAD, AGENCY_LEAD):
        agency = text_of(lively_alone.follow(who, PLACE).text)
        assert note.search(agency[agency.index("What the in-house team owes") :])
        assert re.search(r"\d+ proposals? waits? for a decision\.", agency)
        assert note.search(uptake_of(lively_alone, who).partition("What would move this")[2])
    # Whoever reads no scores does not read what they count in.
    assert "for a decision." not in text_of(lively_alone.follow(AGENCY_MEMBER, PLACE).text)


def test_a_proposal_that_was_not_decided_in_time_is_declined_without_a_reason_wherever_it_stands(
    lively_alone: PageClient,
) -> None:
    """Its drawer told of it in other words, and neither its panel nor its row in the list for tagging told of it."""
    key = propose(lively_alone)
    issue_id = lively_alone.story_site.site.issue(key).id
    panel = f"/pages/panel/content?issue={issue_id}"
    tagged = f"/pages/tickets?engagement={ACME}&show=open&objective=-"
    badge = re.compile(rf">{key}</a>[^<]*<span class=\"lozenge warn\">proposal, declined without a reason</span>")
    waits = "waits for a decision of the in-house team"
    assert waits in lively_alone.follow(AGENCY_LEAD, panel).text
    go_on(lively_alone, 91 * 24)
    words = (
        r"A proposal of Acme Experiments was not decided within 90 days; since \d+ \w+ it counts as declined without a "
        r"reason\."
    )
    for who in (LEAD, MEMBER, AGENCY_LEAD, AGENCY_MEMBER):
        text = text_of(lively_alone.follow(who, panel).text)
        assert re.search(words, text), text
        assert waits not in text
        assert badge.search(lively_alone.follow(who, tagged).text)


def test_the_panel_of_a_proposal_says_until_when_it_is_decided_and_what_counts(lively_alone: PageClient) -> None:
    """Its last day stood on *Agency* and in a drawer alone."""
    key, site = propose(lively_alone), lively_alone.story_site.site
    issue_id = lively_alone.story_site.ids["proposal"] = site.issue(key).id
    waits = re.compile(
        r"A proposal of Acme Experiments waits for a decision of the in-house team since \d+ \w+; it counts as "
        r"declined without a reason from \d+ \w+\."
    )
    # What declines it is in the words of the engagement.
    decide = (
        "Counts in “Proposals taken up”: 1 once it is done; a half if it is closed as Won't do or Declined with an "
        "in-house comment of 40 characters or more; else nothing."
    )

    def panel(who: str) -> str:
        return text_of(lively_alone.panel(who, "proposal").text)

    def narrow(who: str) -> str:
        return text_of(lively_alone.follow(who, f"/pages/context/content?issue={issue_id}").text)

    for who in (LEAD, LEARNER, AGENCY_LEAD, MEMBER, AGENCY_MEMBER):
        for shown in (panel(who), narrow(who)):
            assert waits.search(shown), who
            # Whoever reads no scores does not read what it counts in.
            assert (decide in shown) == (who != AGENCY_MEMBER), who
            assert ("Proposals taken up" in shown) == (decide in shown), who
        # It comes first in the right column, too.
        assert narrow(who).index("A proposal of") < narrow(who).index("Not started")
    site.transition(issue_id, "Won't do", by=account_of(LEAD), at=go_on(lively_alone))
    go_on(lively_alone)
    assert "waits for a decision" not in panel(LEAD)


def test_a_proposal_that_was_decided_waits_no_more(lively_alone: PageClient) -> None:
    key, site = propose(lively_alone), lively_alone.story_site.site
    issue_id = next(issue.id for issue in site.issues.values() if issue.key == key)
    assert key in text_of(lively_alone.follow(LEAD, PLACE).text)
    site.transition(issue_id, "Won't do", by=account_of(LEAD), at=go_on(lively_alone))
    go_on(lively_alone)
    assert key not in text_of(lively_alone.follow(LEAD, PLACE).text)
    assert key not in uptake_of(lively_alone, LEAD).partition("What would move this")[2]
