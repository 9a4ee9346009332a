"""My ladder: one's own row, what one may take back, and what leads and mentors sign; nobody else's rung is in it."""

import re
from dataclasses import replace as dataclass_replace
from html import unescape
from itertools import product
from types import SimpleNamespace
from typing import cast

import pytest
from msgspec.structs import replace
from werkzeug.test import TestResponse

from connector.auth.access import EngagementView, roles_of
from connector.figures.open_previews import OpenTicket, select_previews
from connector.figures.own_steps import OwnPart, OwnStep, mentoring_steps
from connector.figures.pair_views import select_views_of
from connector.figures.prepared import select_prepared
from connector.figures.steps_onward import select_steps_on
from connector.pages.labels import rung_meanings
from connector.pages.learning import own_evidence
from connector.pages.learning.beyond import beyond_text
from connector.pages.learning.listed_steps import NextStep
from connector.pages.learning.next_steps import NextSteps
from connector.pages.learning.onward import FIRST, ONWARD, onward_of
from connector.pages.learning.rungs import LadderContext, Own, RungRow
from connector.pages.learning.sign_offs import select_pairs, value_of
from connector.pages.learning.standing_lines import sentence_of
from connector.pages.learning.summary import _next_row, _reached_text
from connector.pages.learning.targets import OwnTarget
from connector.pages.tickets.filters import NO_OBJECTIVE
from mappings.events.times import DAY
from mappings.formats.engagement_file.reader import read_engagement
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.model.ticket import Evidence, Role
from mappings.measure.people.next_ticket import cell_with
from mappings.measure.people.standing import PairView, cell_of
from mappings.measure.ticket.measure import measure_if_done
from mappings.measure.ticket.next_steps import STEPS, _Case
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.consents import select_consents
from mappings.records.agreement.engagements import select_engagement
from mappings.records.agreement.sign_offs import select_sign_offs
from mappings.records.facts.issues import IssueLabel
from mappings.records.operations.audit import Act
from mappings.records.sql.scope import AgreementScope, Scope
from tests.audit_log import select_acts
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    GATEKEEPER,
    LEAD,
    LEARNER,
    MEMBER,
    OTHER_LEAD,
    STRANGER,
    PageClient,
)
from tests.pages.html_reader import Reader, squeeze, text_of
from tests.pages.panel.test_panel import press as press_panel
from tests.pages.test_matrix import name_all, visitor
from tests.pages.test_small_groups import agree, with_people

PLACE = f"/pages/learning?engagement={ACME}"
TRACKING, DESIGN = "Keep the tracking plan", "Design an A/B test"
HELPED = "Aylin Kessler"
ALONE = "4"
# The lock before the line that says who reads the ladder.
LOCKED = 'd="M4.5 7.5h7v5'


def ladder(page_client: PageClient, who: str) -> Reader:
    return page_client.read(page_client.follow(who, PLACE))


def row(page: Reader, objective: str) -> list[str]:
    """The objective, its rung, where it comes from and what is next."""
    labels = [item["aria-label"] or "" for item in page.all("ol") if item.get("class") == "rungs"]
    facts = [text for tag, text in page.facts if tag == "dd"]
    place = next(i for i, label in enumerate(labels) if label.startswith(f"My rung on {objective}: "))
    rung = labels[place].rpartition(": ")[2].capitalize()
    return [objective, rung, *facts[2 * place : 2 * place + 2]]


def act(page_client: PageClient, who: str, name: str, engagement: str = ACME, **form: str) -> TestResponse:
    return page_client.press(who, f"/pages/learning/{name}?engagement={engagement}", **form)


def sign(
    page_client: PageClient, who: str, rung: str, learner: str = HELPED, key: str = "ab-design", **more: str
) -> TestResponse:
    fields = {"objective": key, "learner": account_of(learner), "rung": rung}
    return act(page_client, who, more.pop("name", "sign"), **fields, **more)


def button(page: Reader, words: str, method: str = "hx-post") -> str:
    """The address of the one button whose label begins so."""
    (match,) = [item for item in page.all("button") if (item.get("aria-label") or "").startswith(words)]
    return match[method] or ""


def offered(page_client: PageClient, who: str) -> set[str]:
    """The learners that the form offers, whichever objective is chosen."""
    (choice,) = [field for field in ladder(page_client, who).all("select") if field.get("name") == "objective"]
    names: set[str] = set()
    for key in ("ab-design", "tracking", "interviews"):
        page = page_client.read(page_client.follow(who, f"{choice['hx-get']}&objective={key}"))
        names |= set(page.text.split("Choose ")[-1].split("\n")) - {"Choose an objective first"}
    return {name for name in (LEARNER, MEMBER, HELPED, LEAD, "Ruben Adeyemi") if any(name in text for text in names)}


def signed(page_client: PageClient) -> int:
    with page_client.story_site.container.reader.connect() as connection:
        sign_offs = select_sign_offs(
            AgreementScope(connection, page_client.story_site.tenant_id, ACME), as_of=page_client.story_site.clock.now()
        )
    return sum(map(len, sign_offs.values()))


def acts(page_client: PageClient) -> list[Act]:
    with page_client.story_site.container.reader.connect() as connection:
        return select_acts(connection, page_client.story_site.tenant_id, 9)


def heat(page: TestResponse) -> list[str]:
    return re.findall(r'(?s)<td class="cell">.*?</td>', page.text)


@pytest.fixture
def named(apart: PageClient) -> PageClient:
    """Everybody in-house agreed to be named to the leads."""
    name_all(apart.story_site)
    return apart


# -- one's own row -----------------------------------------------------------------------------------------------------


def test_the_page_leads_to_ones_own_ladder(page_client: PageClient) -> None:
    page = page_client.content(LEARNER, engagement=ACME, tab="learning")
    assert f'hx-get="{PLACE}&amp;period=' in page.text
    assert "Loading Learning" in page_client.read(page).text


def test_a_learner_reads_rung_tickets_and_what_leads_on(page_client: PageClient) -> None:
    page = ladder(page_client, LEARNER)
    assert row(page, TRACKING)[1:4] == [
        "Shadowed", "shown by your 3 tickets",
        "Assisted, when you drive 2 tickets, with the agency’s help or alone.",
    ]  # fmt: skip
    assert "GROW-105" in page.text
    assert "You are at shadowed on 2 objectives (Keep the tracking plan and Personalise by segment)." in page.text
    assert "Sign off" not in page.text
    assert [name for name in (MEMBER, HELPED, LEAD) if name in page.text] == []


REACHED, BELOW = OwnTarget("a", "", None, is_reached=True), OwnTarget("b", "", 3)


def test_what_one_is_enrolled_for_comes_before_what_one_is_not() -> None:
    rows = [dataclass_replace(RUNG_ROW, key=key) for key in ("other", "a", "b")]
    step = NextStep("GROW-1", "", "")
    shown = {"other": step, "b": step}
    below = _next_row(rows, shown, {"a": REACHED, "b": BELOW})
    assert below is not None
    assert below.key == "b"
    there = {"a": REACHED, "b": dataclass_replace(REACHED, key="b")}
    # Also where all that was agreed is reached, towards the rungs above it, and without a ticket to name.
    assert (_next_row(rows, shown, there) or RUNG_ROW).key == "b"
    assert (_next_row(rows, {"other": step}, there) or RUNG_ROW).key == "a"
    assert (_next_row(rows, shown, {}) or RUNG_ROW).key == "other"
    # Of those alike, that whose ticket somebody is on already, then that on which least work is missing.
    efforts = [OwnStep(1, "a", "mentor", 5).effort, OwnStep(2, "b", "mentor_driven", 5).effort]
    by_effort = {key: dataclass_replace(step, effort=effort) for key, effort in zip("ab", efforts, strict=True)}
    assert (_next_row(rows, by_effort, there) or RUNG_ROW).key == "b"
    by_work = {"a": dataclass_replace(step, effort=(True, 7)), "b": dataclass_replace(step, effort=(True, 5))}
    assert (_next_row(rows, by_work, there) or RUNG_ROW).key == "b"
    assert _reached_text(there) == "Both objectives for which you are enrolled are at the agreed rung."
    assert _reached_text({"a": REACHED, "b": BELOW}) == _reached_text({}) == ""


def test_an_objective_for_which_one_is_not_enrolled_is_marked(page_client: PageClient) -> None:
    # A lead has evidence here and is enrolled for nothing.
    summary = text_of(page_client.follow(LEAD, f"/pages/learning/summary?engagement={ACME}").text)
    assert "You are not enrolled here; tickets count for you all the same." in summary
    assert "at the agreed rung" not in summary


RUNG_ROW = RungRow("", "", 0, "", "", "", 0, 1, True)


@pytest.mark.parametrize(
    ("rungs", "sentence"),
    [
        (
            (4, 4, 2),
            "You are at independent on 2 objectives (Objective 0 and Objective 1) and shadowed on 1 (Objective 2).",
        ),
        ((1, 1, 1, 1), "You are at exposed on 4 objectives."),
        ((4, 0), "You are at independent on 1 objective (Objective 0) and none yet on 1 (Objective 1)."),
        ((5,), "You are at teaches on 1 objective (Objective 0)."),
        ((0, 0), "You have no rung yet: take part in a ticket of an objective to begin."),
    ],
)
def test_the_first_line_says_each_rung_in_the_same_way(rungs: tuple[int, ...], sentence: str) -> None:
    rows = [dataclass_replace(RUNG_ROW, name=f"Objective {place}", rung=rung) for place, rung in enumerate(rungs)]
    assert sentence_of(rows) == sentence


@pytest.mark.parametrize(
    ("kinds", "onward"),
    [
        ((), "Exposed, when you take part in a ticket."),
        ((1,), "Shadowed, when you shadow or drive 2 tickets."),
        ((2,), "Shadowed, when you shadow or drive one more ticket (1 of 2 so far)."),
        (
            (1, 3),
            (
                "Shadowed, when you shadow one more ticket (1 of 2 so far); one driven, with the agency’s help or "
                "alone, makes you assisted at once."
            ),
        ),
        (
            (4,),
            (
                "Shadowed, when you shadow one more ticket (1 of 2 so far); driving one with the agency’s help makes "
                "you assisted at once, alone, 7 days or more after the first, independent."
            ),
        ),
        (
            (4, 3),
            (
                "Independent, when you drive one more ticket without the agency’s help, 7 days or more from first to "
                "last (1 of 2 so far)."
            ),
        ),
        (
            (4, 4),
            "Independent, when you drive one more ticket without the agency’s help, 7 days or more after the first.",
        ),
    ],
)
def test_what_is_next_says_what_the_rung_takes_and_how_much_of_it_is_there(
    page_client: PageClient, kinds: tuple[int, ...], onward: str
) -> None:
    with page_client.story_site.container.reader.connect() as connection:
        stored = select_engagement(connection, page_client.story_site.tenant_id, ACME)
        assert stored is not None
        prepared, now = select_prepared(connection, page_client.story_site.tenant_id, stored), 1_000 * DAY
    rows = tuple((issue, Evidence("tracking", "", 0, kind, now, now)) for issue, kind in enumerate(kinds))
    pair = PairView("tracking", account_of(LEARNER), rows)
    assert onward_of(pair, cell_of(pair, now, prepared.rules_of("tracking")), prepared, now) == onward


def test_what_is_next_names_the_rung_to_which_one_more_ticket_leads(page_client: PageClient) -> None:
    """Promised is what the ticket makes of the rung, added to one's own."""
    site, now = page_client.story_site, page_client.story_site.clock.now()
    with site.container.reader.connect() as connection:
        stored = select_engagement(connection, site.tenant_id, ACME)
        assert stored is not None
        prepared = select_prepared(connection, site.tenant_id, stored)
        views = select_views_of(connection, site.tenant_id, stored, prepared, as_of=now, account=account_of(HELPED))
    (pair,) = (view for view in views if view.objective == "run-experiment")
    cell = cell_with(pair, -1, 4, now, rules=prepared.rules_of(pair.objective))
    assert (cell.auto, cell.effective) == (4, 4)
    step = steps(page_client.follow(HELPED, PLACE))["Run an experiment from brief to readout"]
    assert step.endswith("without help of an agency, and it counts as independent; it would bring you to independent")
    page = text_of(page_client.follow(HELPED, PLACE).text)
    assert "one driven without the agency’s help makes you independent at once." in page


def test_what_is_next_tells_apart_what_a_ticket_driven_with_help_and_alone_leads_to(page_client: PageClient) -> None:
    """The panel of one that an agency helps on promises assisted, not shadowed."""
    site, now = page_client.story_site, 1_000 * DAY
    with site.container.reader.connect() as connection:
        stored = select_engagement(connection, site.tenant_id, ACME)
        assert stored is not None
        prepared = select_prepared(connection, site.tenant_id, stored)
    rules = prepared.rules_of("tracking")
    pair = PairView("tracking", account_of(LEARNER), ((1, Evidence("tracking", "", 0, 4, now - 10 * DAY, now)),))
    assert [cell_with(pair, -1, kind, now, rules=rules).auto for kind in (2, 3, 4)] == [2, 3, 4]
    assert onward_of(pair, cell_of(pair, now, rules), prepared, now) == (
        "Shadowed, when you shadow one more ticket (1 of 2 so far); driving one with the agency’s help makes you "
        "assisted at once, alone independent."
    )


def test_the_ticket_that_leads_further_stands_beside_the_easiest() -> None:
    own = [OwnStep(1, "a", "shadow", 2), OwnStep(2, "a", "drive", 4), OwnStep(3, "b", "drive", 4)]
    labels = {number: IssueLabel(number, f"GROW-{number}", "", None, secured=False) for number in (1, 2, 3)}
    next_steps = NextSteps(own, labels, next_rungs={"a": 2, "b": 2}, leaps={"a": 4, "b": 4})
    assert {key: step.key for key, step in next_steps.shown({1, 2, 3}).items()} == {"a": "GROW-1", "b": "GROW-3"}
    assert {key: step.key for key, step in next_steps.leaping({1, 2, 3}).items()} == {"a": "GROW-2"}
    assert next_steps.leaping({1, 3}) == {}


def test_the_ticket_that_leads_further_with_help_stands_between_them() -> None:
    own = [OwnStep(1, "a", "shadow", 2), OwnStep(1, "a", "driver", 3), OwnStep(2, "a", "drive", 4)]
    labels = {number: IssueLabel(number, f"GROW-{number}", "", None, secured=False) for number in (1, 2)}
    next_steps = NextSteps(own, labels, next_rungs={"a": 2}, leaps={"a": 4}, helped=frozenset("a"))
    (step,) = next_steps.helping({1, 2}).values()
    assert step.key == "GROW-1"
    assert step.text.endswith("when named under Drives, and it counts as assisted")
    # On the page it is one row with both ways.
    shadowed, alone = next_steps.listed({1, 2})["a"]
    assert (shadowed.key, alone.key) == ("GROW-1", "GROW-2")
    assert [text.rsplit(" ", 1)[1] for text in shadowed.texts] == ["shadowed", "assisted"]
    assert next_steps.helping({2}) == {}
    assert dataclass_replace(next_steps, helped=frozenset()).helping({1, 2}) == {}


def test_a_next_step_says_to_which_rung_it_brings_where_it_does(page_client: PageClient) -> None:
    own = [OwnStep(1, "a", "shadow", 2), OwnStep(2, "b", "drive", 4)]
    labels = {number: IssueLabel(number, f"GROW-{number}", "", None, secured=False) for number in (1, 2)}
    shown = NextSteps(own, labels, brings={"a": {4: 4}, "b": {3: 2, 4: 3}}).shown({1, 2})
    assert shown["a"].text.endswith("and it counts as shadowed")
    assert shown["b"].text.endswith("and it counts as independent; it would bring you to assisted")
    # On the page by the same words as what is next: of one that takes more tickets it says nothing.
    for who in (LEARNER, MEMBER, LEAD, HELPED):
        page = page_client.follow(who, PLACE)
        onward = dict(re.findall(r'(?s)<h3>([^<]*)</h3>.*?<dt class="note">Next</dt><dd>(.*?)</dd>', page.text))
        for name, step in steps(page).items():
            if re.match(r"\w+, when you [\w ]* \d+ tickets", onward[name]) and "at once" not in onward[name]:
                assert "it would bring you" not in step, (name, onward[name], step)


def test_what_a_rung_means_is_read_from_the_rules(page_client: PageClient) -> None:
    text = squeeze(ladder(page_client, LEARNER).text.replace("\N{NO-BREAK SPACE}", " "))
    shown = [
        "2 tickets of which agencies did 50 % or more",
        "a comment of 40 characters, 30 minutes logged",
        "drove 2 tickets, with help of an agency or alone: 50 % or more of the work",
        "without help of an agency; 7 days or more from first to last",
        "was mentor on 1 ticket that a colleague at assisted or above drove",
    ]
    assert [words for words in shown if words not in text] == []
    others = rung_meanings(replace(DEFAULT, rung_tickets=(1, 3, 3, 4, 2), letters=60, span_days=9))
    assert "3 tickets" in others["shadowed"]
    assert "60 characters" in others["shadowed"]
    assert "9 days" in others["independent"]


def test_the_page_says_how_long_a_rung_holds(page_client: PageClient) -> None:
    text = squeeze(ladder(page_client, LEARNER).text)
    assert "fades from 90 days after your last ticket that counts as shadowed or above. After 242 days" in text
    # The learner is at shadowed on both objectives.
    assert len(re.findall(r"It holds until \d+ \w+ 2027 without another ticket\.", text)) == 2


def test_teaching_says_whose_driving_counts() -> None:
    """The colleague stands at assisted or above, and no agency helps (measurement (c), rung 5)."""
    for form in (*ONWARD[5][0], *FIRST[5]):
        assert "at assisted or above" in form
        assert "without the agency’s help" in form


def steps(page: TestResponse) -> dict[str, str]:
    """The ticket that is next on each objective, with what one would do on it."""
    parts = re.findall(r'(?s)<h3>([^<]*)</h3>.*?<div class="next-step">(.*?)</div>', page.text)
    return {name: text_of(part).partition(" GROW-")[2] for name, part in parts if "data-issue" in part}


def test_the_next_ticket_is_named_in_a_team_of_any_size(apart: PageClient) -> None:
    """How far others are decides nothing of it: what one reads in a large team, one reads in a small one."""
    before = steps(apart.follow(LEARNER, PLACE))
    assert before
    small = next(made for drop in range(7) if account_of(LEARNER) in people_of(made := with_people(apart, 3, drop)))
    agree(apart, small)
    assert steps(apart.follow(LEARNER, PLACE)) == before


def people_of(engagement: Engagement) -> set[str]:
    return {item.account for item in engagement.people if item.side == "inhouse" and item.end is None}


def test_the_next_ticket_says_how_much_work_is_missing_and_that_no_agency_may_help(page_client: PageClient) -> None:
    """By the same measure as in a ticket's panel, which says the hours, too."""
    for who in (LEARNER, LEAD, MEMBER):
        for text in steps(page_client.follow(who, PLACE)).values():
            driven = re.search(r"do (30 %|half) of (it|the work)", text.replace("\N{NO-BREAK SPACE}", " "))
            # Of a ticket without any work no hours are missing: the first one is all of it.
            assert driven or not re.search(r"\(at least [\d.]+\W?h more\)", text), text
            assert ("counts as independent" in text) == ("help" in text), text


def own_steps_of(
    page_client: PageClient, *, least: int
) -> tuple[list[OwnStep], tuple[PreparedEngagement, dict[int, OpenTicket]]]:
    """The learner's steps to evidence of `least` and up on each objective, with the rules and the open tickets."""
    site, now = page_client.story_site, page_client.story_site.clock.now()
    with site.container.reader.connect() as connection:
        stored = select_engagement(connection, site.tenant_id, ACME)
        assert stored is not None
        prepared = select_prepared(connection, site.tenant_id, stored)
        scope = Scope(connection, site.tenant_id, ACME, stored.shown_generation)
        kinds = {objective.key: least for objective in stored.engagement.objectives}
        tickets = select_previews(scope, prepared, kinds, now)
        read = (scope, prepared, account_of(LEARNER), kinds)
        steps_named = select_steps_on(*read, tickets=tickets, now=now, leaps={}, lifts={}, towards={})
    return steps_named, (prepared, {item.issue_id: item for item in tickets})


def test_of_two_tickets_that_count_the_same_that_with_less_work_missing_is_named(page_client: PageClient) -> None:
    own_steps, _ = own_steps_of(page_client, least=3)
    by_objective: dict[str, list[int]] = {}
    for step in own_steps:
        by_objective.setdefault(step.objective, []).append(step.work)
    assert any(len(work) > 1 for work in by_objective.values())
    assert all(work == sorted(work) for work in by_objective.values())


def test_who_can_do_it_alone_reads_on_which_ticket_to_mentor(page_client: PageClient) -> None:
    """Whoever is named as mentor there while a colleague does half of it has taught (measurement (c), E5)."""
    now = page_client.story_site.clock.now()
    named, (prepared, tickets) = own_steps_of(page_client, least=5)
    # First those that a colleague drives already.
    parts = [step.part for step in named]
    assert {*parts} == {"mentor", "mentor_driven"}
    for key in {step.objective for step in named}:
        own = [step.part for step in named if step.objective == key]
        assert own == sorted(own, reverse=True)
    for step in named:
        ticket = tickets[step.issue_id].ticket
        assert ticket.issue.assignee not in {account_of(AGENCY_MEMBER), account_of(AGENCY_LEAD), account_of(LEARNER)}
        mentored = replace(ticket, roles=(*ticket.roles, Role(account_of(LEARNER), "mentor", now)))
        preview = measure_if_done(prepared, mentored, now)
        assert preview is not None
        done = STEPS["drive"](_Case(prepared, mentored, preview, account_of(MEMBER), now))
        assert done is not None
        after = measure_if_done(prepared, done.ticket, done.at)
        assert after is not None
        kinds = {(row.objective, row.account): row.kind for row in after.evidence}
        assert kinds[step.objective, account_of(LEARNER)] == 5


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("mentor", "be named under Mentors while a colleague at assisted or above does half of it, and it counts as"),
        (
            "mentor_driven",
            (
                "a colleague drives it already; be named under Mentors, and it counts as teaches if no agency helps; "
                "for your rung only if they are at assisted or above"
            ),
        ),
        ("mentor_named", "you are named under Mentors: once a colleague at assisted or above has done half of it, it"),
    ],
)
def test_what_mentoring_takes_is_one_sentence(part: OwnPart, text: str) -> None:
    own = NextSteps([OwnStep(1, "seo", part, 5)], {1: IssueLabel(1, "GROW-1", "A ticket", None, False)})
    assert own.shown({1})["seo"].text.startswith(f"open; {text}")


def test_to_whom_is_named_as_mentor_the_ticket_is_not_advised_again(page_client: PageClient) -> None:
    now = page_client.story_site.clock.now()
    named, (prepared, tickets) = own_steps_of(page_client, least=5)
    parts = {}
    for step in named:
        ticket = tickets[step.issue_id].ticket
        mentored = replace(ticket, roles=(*ticket.roles, Role(account_of(LEARNER), "mentor", now)))
        preview = measure_if_done(prepared, mentored, now)
        assert preview is not None
        pair = (step.objective, account_of(LEARNER))
        (again,) = mentoring_steps(prepared, [OpenTicket(mentored, preview)], pair, now=now)
        parts[step.part] = again.part
    assert parts == {"mentor": "mentor_named", "mentor_driven": "finish"}


def test_the_next_ticket_is_named_to_who_is_not_enrolled(apart: PageClient) -> None:
    before = steps(apart.follow(LEARNER, PLACE))
    whole = read_engagement(engagement_file(apart.story_site.story, ACME))
    agree(apart, replace(whole, objectives=tuple(replace(item, learners=()) for item in whole.objectives)))
    assert steps(apart.follow(LEARNER, PLACE)) == before


def test_the_notes_on_ones_tickets_stand_within_their_fold(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_evidence, "LATEST", 1)
    shown = page_client.follow(LEARNER, PLACE).text
    fold = re.search(r'(?s)<details class="data" id="own-tickets">.*?</details>', shown)
    assert fold
    groups = fold[0].split('<h3 class="sub"')[1:]
    # Of each objective the latest are listed, whatever there is of the others.
    assert [len(re.findall(r'data-issue="', group)) for group in groups] == [1] * len(groups)
    assert ["These are the latest 1 entries;" in group for group in groups] == [
        "shown by your tickets, the latest 1 below" in rung
        for rung in re.findall(r'<a href="#tickets-[^"]*">([^<]*)</a>', shown)
    ]
    assert "These are the latest" in fold[0]
    assert "These are the latest" not in shown.replace(fold[0], "")


def test_where_a_rung_comes_from_leads_to_the_tickets_behind_it(page_client: PageClient) -> None:
    shown = page_client.follow(LEARNER, PLACE).text
    links = re.findall(r'<a href="#(tickets-[^"]*)">shown by your (\d+) tickets</a>', shown)
    assert links
    for place, number in links:
        (group,) = re.findall(rf'(?s)<h3 class="sub" id="{place}"[^>]*data-unfolds="own-tickets">.*?</ul>', shown)
        assert len(set(re.findall(r'data-issue="([^"]*)"', group))) == int(number)


@pytest.mark.parametrize(("kinds", "number"), [((4,), 2), ((2,), 0), ((1,), 0), ((2, 2), 0), ((), 0)])
def test_a_ticket_that_counts_as_more_than_the_rung_says_what_that_takes(
    page_client: PageClient, kinds: tuple[int, ...], number: int
) -> None:
    with page_client.story_site.container.reader.connect() as connection:
        stored = select_engagement(connection, page_client.story_site.tenant_id, ACME)
        assert stored is not None
        prepared, now = select_prepared(connection, page_client.story_site.tenant_id, stored), 1_000 * DAY
    rows = tuple((issue, Evidence("tracking", "", 0, kind, now, now)) for issue, kind in enumerate(kinds))
    pair = PairView("tracking", account_of(LEARNER), rows)
    text = f"A ticket of yours counts as independent; shadowed takes {number} tickets." if number else ""
    assert beyond_text(pair, cell_of(pair, now, prepared.rules_of("tracking")), prepared, now) == text


def test_ones_tickets_stand_by_objective(page_client: PageClient) -> None:
    shown = page_client.follow(LEARNER, PLACE).text
    fold = re.search(r'(?s)<details class="data" id="own-tickets">.*?</details>', shown)
    assert fold
    names = re.findall(r'<h3 class="sub" id="tickets-[^>]*>([^<]*)</h3>\s*<ul', fold[0])
    order = re.findall(r"<h3>([^<]*)</h3>", shown)
    assert len(names) > 1
    assert names == [name for name in order if name in names]
    assert not re.search(r">(Keep the tracking plan|Design an A/B test): ", fold[0])


def test_each_of_ones_tickets_says_of_what_its_day_is(page_client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def listed() -> list[str]:
        shown = page_client.follow(LEARNER, PLACE).text
        fold = re.search(r'(?s)<details class="data" id="own-tickets">.*?</details>', shown)
        assert fold
        return re.findall(r">(?:exposed|shadowed|assisted|independent|teaches), ([a-z ]+) \d+ \w+<", fold[0])

    rows = listed()
    assert {*rows} == {"your first trace", "done"}
    twice = own_evidence.select_own

    def finished_twice(context: LadderContext) -> Own:
        own = twice(context)
        at = next(place for place, (_, row) in enumerate(own.rows) if row.kind > 1)
        issue, row = own.rows[at]
        again = replace(row, entry=row.entry + 1)
        return dataclass_replace(
            own,
            rows=(*own.rows[:at], (issue, again), *own.rows[at:]),
            on_tickets={**own.on_tickets, issue: (*own.on_tickets[issue], again)},
        )

    monkeypatch.setattr(own_evidence, "select_own", finished_twice)
    assert sorted(listed()) == sorted([*rows, "finished again"])


def test_the_ladder_says_where_one_is_not_enrolled(page_client: PageClient) -> None:
    agreed = read_engagement(engagement_file(page_client.story_site.story, ACME))
    for who in (LEARNER, LEAD):
        enrolled = {item.name for item in agreed.objectives if account_of(who) in item.learners}
        shown = page_client.follow(who, PLACE).text
        rows = re.findall(r'(?s)<h3>([^<]*)</h3>\s*<div class="where">(.*?)<div class="next-step">', shown)
        assert rows
        for name, where in rows:
            assert ("Not enrolled" in where) is (name not in enrolled), name
        # What that leaves is said once.
        words = "tickets count for you all the same; explaining back and signatures are for the enrolled."
        assert shown.count(words) == (1 if enrolled != {name for name, _ in rows} else 0)


def test_a_ladder_is_of_today_whatever_period_is_chosen(page_client: PageClient) -> None:
    frame = page_client.content(LEARNER, engagement=ACME, tab="learning", period="2026Q2").text
    assert "Ended on" not in frame
    assert '<select name="period">' not in frame
    learning = page_client.follow(LEARNER, f"{PLACE}&period=2026Q2").text
    assert learning == page_client.follow(LEARNER, PLACE).text


def test_a_veto_moves_ones_own_rung_at_once_and_the_weeks_counts_not(apart: PageClient) -> None:
    before = heat(apart.objectives(LEAD))
    asked = ladder(apart, LEARNER)
    assert f"Take your rung on {TRACKING} back from shadowed to exposed?" in asked.text
    assert "shadowing does not lift you" in asked.text
    # What changes at once, and what on Monday, is said alike before and after.
    assert "Your ladder changes at once, the team’s counts on Monday; no reason is needed." in asked.text
    (press,) = [form for form in asked.all("form") if "veto?" in (form["hx-post"] or "") and "tracking" in str(form)]
    pressed = apart.press(LEARNER, press["hx-post"] or "")
    answer = apart.read(pressed)
    assert f"Your rung on {TRACKING} is lowered by one. The team’s counts follow on Monday." in answer.text
    assert row(answer, TRACKING)[1:3] == ["Exposed", "lowered by you"]
    assert f"Take your rung on {TRACKING} back from exposed, so that you have no rung there?" in answer.text
    # The answer and the way back stand in its row.
    own = pressed.text.split(f"<h3>{TRACKING}</h3>")[1].split("<h3>")[0]
    assert "is lowered by one." in own
    assert own.count("data-undo") == 1
    assert before
    assert heat(apart.objectives(LEAD)) == before
    assert acts(apart)[0].act == "sign-off veto"


def test_taking_back_keeps_its_undo_for_its_minute_where_the_page_is_opened_again(apart: PageClient) -> None:
    before = row(ladder(apart, LEARNER), TRACKING)
    answer = act(apart, LEARNER, "veto", objective="tracking").text
    assert (answer.count("data-undo"), "data-rest" in answer) == (1, False)
    apart.story_site.clock.at += 8_000_000
    page = apart.follow(LEARNER, PLACE).text
    own = page.split(f"<h3>{TRACKING}</h3>")[1].split("<h3>")[0]
    assert f"Your rung on {TRACKING} is lowered by one." in text_of(own)
    assert page.count("data-undo") == own.count('data-rest="52"') == 1
    # What is done besides within the minute leaves it, too.
    assert act(apart, LEARNER, "consent", kind="named").text.count('data-rest="52"') == 1
    address = re.search(r'hx-post="([^"]*/undo[^"]*)"', own)
    assert address
    undone = apart.press(LEARNER, unescape(address[1]))
    assert "data-undo" not in undone.text
    assert row(apart.read(undone), TRACKING) == before
    act(apart, LEARNER, "veto", objective="tracking")
    apart.story_site.clock.at += 60_000_000
    assert "data-undo" not in apart.follow(LEARNER, PLACE).text


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD])
def test_a_veto_shows_in_nothing_that_a_lead_reads(apart: PageClient, who: str) -> None:
    before = ladder(apart, who).text
    assert act(apart, LEARNER, "veto", objective="tracking").status_code == 200
    assert ladder(apart, who).text == before


def test_there_is_no_rung_to_take_back_where_there_is_none(apart: PageClient) -> None:
    answer = act(apart, LEARNER, "veto", objective="interviews")
    assert (answer.status_code, answer.text) == (422, "You have no rung on this objective that could be lowered.")


@pytest.mark.parametrize("kind", ["named", "distribution"])
def test_a_consent_is_given_and_withdrawn(apart: PageClient, kind: str) -> None:
    def given() -> bool:
        with apart.story_site.container.reader.connect() as connection:
            consents = select_consents(
                AgreementScope(connection, apart.story_site.tenant_id, ACME), kind, as_of=apart.story_site.clock.now()
            )
        return account_of(LEARNER) in consents

    for name, after in (("consent", True), ("withdraw", False)):
        assert act(apart, LEARNER, name, kind=kind).status_code == 200
        assert given() is after
        apart.story_site.clock.at += 1
    assert act(apart, LEARNER, "withdraw", kind=kind).text == "You did not agree to that."
    assert act(apart, LEARNER, "consent", kind="everything").status_code == 422


def test_while_ones_name_is_shown_the_ladder_says_what_leads_read_of_it(apart: PageClient) -> None:
    page = ladder(apart, LEARNER).text
    assert LOCKED in apart.follow(LEARNER, PLACE).text
    assert "Only you see this ladder." in page
    assert "Once it is on, leads of both sides can work out your rung on the objectives where you are enrolled" in page
    act(apart, LEARNER, "consent", kind="named")
    apart.story_site.clock.at += 1
    page = ladder(apart, LEARNER).text
    assert "Only you see this ladder." not in page
    assert LOCKED not in apart.follow(LEARNER, PLACE).text
    told_once = "leads of both sides can work out your rung on the objectives where you are enrolled"
    assert page.count(f"Because your name is on, {told_once}.") == page.count(told_once) == 1


def test_who_is_enrolled_nowhere_reads_that_a_name_tells_nothing_now(page_client: PageClient) -> None:
    none = "You are enrolled for none of them now."
    assert [none in ladder(page_client, who).text for who in (LEAD, LEARNER)] == [True, False]


def test_the_form_that_signs_links_to_the_tickets_that_name_the_next_rung(apart: PageClient) -> None:
    act(apart, LEARNER, "consent", kind="named")
    apart.story_site.clock.at += 1
    shown = apart.follow(LEAD, PLACE).text
    (link,) = re.findall(r'data-goes-to="next" hx-get="([^"]*)"[^>]*>Nearest tickets to learn on<', shown)
    assert '<h2 id="next">Nearest tickets to learn on</h2>' in apart.follow(LEAD, unescape(link)).text


def test_the_button_names_the_rung_that_it_takes_back(page_client: PageClient) -> None:
    """Beside the next step "I'm not there yet" read as an answer to it."""
    page = unescape(page_client.follow(LEARNER, PLACE).text)
    buttons = re.findall(r'<summary class="button"[^>]*aria-label="([^"]*)">([^<]*)', page)
    assert ("Take back “shadowed”: Keep the tracking plan", "Take back “shadowed”") in buttons
    assert len(buttons) == len(set(buttons))
    assert "none yet" not in " ".join(text for _, text in buttons)


def test_in_a_small_team_tickets_tell_leads_nothing_and_the_page_says_so(apart: PageClient) -> None:
    small = next(made for drop in range(7) if account_of(LEARNER) in people_of(made := with_people(apart, 3, drop)))
    agree(apart, small)
    act(apart, LEARNER, "consent", kind="named")
    apart.story_site.clock.at += 1
    page = ladder(apart, LEARNER).text
    assert "as if you were a beginner" in page
    assert "Only you see this ladder." in page


def test_counts_of_a_small_team_are_asked_for_in_a_small_team_alone(apart: PageClient) -> None:
    """Where the team is large enough the switch is there only for who has it on, to take it back."""
    switch = "Show counts by rung of a small team"
    assert switch not in ladder(apart, LEARNER).text
    act(apart, LEARNER, "consent", kind="distribution")
    apart.story_site.clock.at += 1
    page = ladder(apart, LEARNER).text
    assert f"{switch} On" in page
    assert "It does nothing now: your team has 5 people or more" in page
    small = next(made for drop in range(7) if account_of(LEARNER) in people_of(made := with_people(apart, 3, drop)))
    agree(apart, small)
    act(apart, LEARNER, "withdraw", kind="distribution")
    apart.story_site.clock.at += 1
    assert f"{switch} Off They are shown only once everybody" in ladder(apart, LEARNER).text


def test_a_teach_back_counts_once_a_lead_accepted_it(named: PageClient) -> None:
    given = named.read(named.press(LEARNER, button(ladder(named, LEARNER), "I explained it back: GROW-98")))
    assert "explained back, waits to be accepted" in given.text
    assert "Saved. It counts when a lead or a mentor accepts it; they see it now." in given.text
    # It is no signature.
    assert "1 teach-back waits for you. You can sign" in ladder(named, AGENCY_LEAD).text
    accepted = named.press(AGENCY_LEAD, button(ladder(named, AGENCY_LEAD), f"Accept the explanation of {LEARNER}"))
    assert f"Accepted: {LEARNER}, {TRACKING}." in named.read(accepted).text
    mine = ladder(named, LEARNER).text
    assert re.search(r"GROW-98 .{0,80} shadowed, [^G]* explained back", mine)
    assert "waits to be accepted" not in mine


@pytest.mark.parametrize(
    ("words", "outcome"), [("Accept the explanation", "Accepted: "), ("Not yet: the explanation", "Not accepted yet: ")]
)
def test_an_answer_to_a_teach_back_keeps_its_undo_for_its_minute(named: PageClient, words: str, outcome: str) -> None:
    named.press(LEARNER, button(ladder(named, LEARNER), "I explained it back: GROW-98"))
    answer = named.press(LEAD, button(ladder(named, LEAD), words)).text
    assert (answer.count(outcome), answer.count("data-undo")) == (1, 1)
    named.story_site.clock.at += 8_000_000
    page = named.follow(LEAD, PLACE).text
    assert f"{outcome}{LEARNER}, {TRACKING}." in text_of(page)
    assert page.count("data-undo") == page.count('data-rest="52"') == 1
    # It is the reader's own act alone.
    assert "data-undo" not in named.follow(AGENCY_LEAD, PLACE).text
    address = re.search(r'hx-post="([^"]*/undo-[^"]*)"', page)
    assert address
    undone = named.press(LEAD, unescape(address[1])).text
    assert "data-undo" not in undone
    assert f"{words} of {LEARNER}" in undone
    named.press(LEAD, button(ladder(named, LEAD), words))
    named.story_site.clock.at += 60_000_000
    assert outcome not in named.follow(LEAD, PLACE).text


def row_of(page: str, key: str) -> str:
    (own,) = [item for item in page.split("<li") if key in item and 'class="then"' in item]
    return own


def test_explaining_back_is_answered_and_undone_in_its_row_for_a_minute(named: PageClient) -> None:
    given = named.press(LEARNER, button(ladder(named, LEARNER), "I explained it back: GROW-98")).text
    assert "Saved. It counts" in row_of(given, "GROW-98")
    assert row_of(given, "GROW-98").count("data-undo") == 1
    again = named.follow(LEARNER, PLACE).text
    assert "Saved." not in text_of(again)
    undone = named.press(LEARNER, button(named.read(named.follow(LEARNER, PLACE)), "Undo: I explained it back")).text
    assert "Undone." in row_of(undone, "GROW-98")
    assert "I explained it back" in row_of(undone, "GROW-98")
    named.press(LEARNER, button(ladder(named, LEARNER), "I explained it back: GROW-98"))
    # What is left of the minute is told to its timer.
    named.story_site.clock.at += 40_000_000
    page = named.follow(LEARNER, PLACE).text
    # It stands in sight, outside the fold of the tickets.
    assert 'data-rest="20"' in page.partition('id="own-tickets"')[0]
    assert page.count("data-undo") == 1
    named.story_site.clock.at += 21_000_000
    late = row_of(named.follow(LEARNER, PLACE).text, "GROW-98")
    assert "waits to be accepted" in late
    assert "data-undo" not in named.follow(LEARNER, PLACE).text


def test_explaining_back_is_offered_only_where_it_could_move_something(
    named: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered_on = "I explained it back: GROW-98"
    assert offered_on in named.follow(LEARNER, PLACE).text
    # Above shadowed it leaves the rung as it is; it is still what could make the agency's part count as taught.
    monkeypatch.setattr(own_evidence, "counts_from", lambda _cell: 5)
    untaught = set(re.findall(r"I explained it back: (GROW-\d+)", named.follow(LEARNER, PLACE).text))
    # Taught by somebody else already, nothing is left that it could do.
    monkeypatch.setattr(own_evidence, "TEACHING", frozenset({1}))
    assert not re.findall(r"I explained it back: GROW", named.follow(LEARNER, PLACE).text)
    monkeypatch.setattr(own_evidence, "counts_from", lambda _cell: 2)
    assert untaught <= set(re.findall(r"I explained it back: (GROW-\d+)", named.follow(LEARNER, PLACE).text))
    assert untaught


def test_a_ticket_that_one_may_not_browse_is_not_explained_back(apart: PageClient) -> None:
    secured = next(
        planted_ticket.ref
        for planted_ticket in apart.story_site.story.planted.values()
        if planted_ticket.scene == "secured"
    )
    answer = act(apart, MEMBER, "explain", issue=str(apart.story_site.ids[secured]), objective="ab-design")
    assert answer.status_code == 404


def test_a_personal_link_shows_the_row_without_tickets_names_and_buttons(apart: PageClient) -> None:
    answer = visitor(apart.story_site, account=account_of(LEAD)).get(PLACE)
    page = apart.read(answer)
    assert row(page, TRACKING)[1] == "Shadowed"
    assert not re.search(r"\bGROW-\d", page.text)
    assert page.all("button") == page.all("form") == []
    assert "Sign off" not in page.text


# -- signing -----------------------------------------------------------------------------------------------------------


def test_rung_4_is_reached_by_a_signature_of_each_side(named: PageClient) -> None:
    assert row(ladder(named, HELPED), DESIGN)[1] == "Assisted"
    assert "reached next" in ladder(named, HELPED).text
    signed = f"Signed: {HELPED}, {DESIGN}, independent. It lifts by one rung at most above what the tickets show."
    assert signed in named.read(sign(named, AGENCY_LEAD, ALONE)).text
    waiting = row(ladder(named, HELPED), DESIGN)
    assert (waiting[1], "Independent waits for the signature of the in-house lead" in waiting[2]) == ("Assisted", True)
    # It has a line and a word of its own beside that of the next rung.
    assert "reached next signed by one side" in ladder(named, HELPED).text
    assert "signed" in [element.get("class") for element in ladder(named, HELPED).all("li")]
    assert "waits for the in-house lead" in ladder(named, AGENCY_LEAD).text
    assert "Sign too" not in ladder(named, AGENCY_LEAD).text
    assert named.press(LEAD, button(ladder(named, LEAD), f"Sign too: {HELPED}")).status_code == 200
    assert row(ladder(named, HELPED), DESIGN)[1:3] == ["Independent", "by signature, ahead of the tickets"]
    assert "Sign too" not in ladder(named, LEAD).text


def test_a_signature_that_waits_is_told_once_with_one_undo(named: PageClient) -> None:
    answer = sign(named, LEAD, ALONE)
    waits = "independent, signed by the in-house lead on"
    assert answer.text.count("data-undo") == 1
    assert "data-rest" not in answer.text
    named.story_site.clock.at += 40_000_000
    page = named.follow(LEAD, PLACE).text
    for shown in (answer.text, page):
        assert named.read(named.follow(LEAD, PLACE)).text.count(waits) == shown.count(waits) == 1
        assert "What I signed" not in shown
    # On opening the page again its row has the way back.
    own = page[page.index(waits) :].split("</li>")[0]
    assert own.count("data-undo") == page.count("data-undo") == own.count('data-rest="20"') == 1
    address = re.search(r'hx-post="([^"]*)"', own)
    assert address
    assert "Undone." in named.press(LEAD, unescape(address[1])).text
    assert waits not in named.follow(LEAD, PLACE).text
    # What waits for nobody stands with what was signed.
    lowered = sign(named, LEAD, "2", name="revoke", reason="Only watched so far").text
    assert "What I signed" in lowered
    assert lowered.count("data-undo") == 1


def test_a_signature_is_taken_back_with_a_reason(named: PageClient) -> None:
    assert sign(named, LEAD, "2", name="revoke").text == "The reason is missing: write at least 1 character."
    lowered = named.read(sign(named, LEAD, "2", name="revoke", reason="Only watched so far"))
    assert f"Lowered: {HELPED}, {DESIGN}, shadowed." in lowered.text
    assert row(ladder(named, HELPED), DESIGN)[1:3] == ["Shadowed", "lowered by a lead or a mentor"]


def test_the_answer_to_a_signature_tells_nothing_of_where_a_learner_stands(named: PageClient) -> None:
    """Of two who stand at different rungs, each rung is taken, in the same words and with the same page."""
    stands = {learner: row(ladder(named, learner), DESIGN)[1] for learner in (MEMBER, HELPED)}
    assert stands[MEMBER] != stands[HELPED]
    steps = [*product("12345", ("sign", "revoke")), ("1", "revoke")]
    rows = [[answered(named, learner, *step) for step in steps] for learner in stands]
    assert rows[0] == rows[1]
    assert signed(named) == 2 * len(steps)


def answered(page_client: PageClient, learner: str, rung: str, name: str) -> str:
    """What a lead reads after a signature, without the learner's name."""
    answer = sign(page_client, LEAD, rung, learner, name=name, reason="so it seems")
    page_client.story_site.clock.at += 1
    assert answer.status_code == 200
    words = page_client.read(answer).text
    # What the lead signed is listed with it: of both learners the same, but it grows by each.
    return words[:20] + words[words.index("Rung Choose") : words.index("What I signed")].replace(learner, "")


def test_too_high_a_signature_lifts_by_one_rung_alone(named: PageClient) -> None:
    for who in (LEAD, AGENCY_LEAD):
        assert sign(named, who, "5", LEARNER, "tracking").status_code == 200
    assert row(ladder(named, LEARNER), TRACKING)[1:3] == ["Assisted", "by signature, ahead of the tickets"]


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD])
def test_nobody_signs_for_whoever_has_not_agreed_to_be_named(apart: PageClient, who: str) -> None:
    """Opting in is the learner's: the lead's page says where, and names nobody until then."""
    page = ladder(apart, who).text
    assert "who show their name to leads and mentors" in page
    assert [name for name in (LEARNER, MEMBER, HELPED) if name in page] == []
    assert (
        sign(apart, who, "3").text
        == "You cannot sign for this person on this objective. Choose a learner from the list."
    )
    assert act(apart, HELPED, "consent", kind="named").status_code == 200
    assert offered(apart, who) == {HELPED}
    assert "Signed: " in apart.read(sign(apart, who, "3")).text
    apart.story_site.clock.at += 1
    act(apart, HELPED, "withdraw", kind="named")
    assert HELPED not in ladder(apart, who).text


def test_a_mentor_signs_for_whom_the_ticket_names(apart: PageClient) -> None:
    team = (LEAD, LEARNER, MEMBER, HELPED, "Ruben Adeyemi")
    name_all(apart.story_site)
    assert [name for name in team if name in ladder(apart, AGENCY_MEMBER).text] == []
    assert (
        sign(apart, AGENCY_MEMBER, "3", MEMBER).text
        == "You cannot sign for this person on this objective. Choose a learner from the list."
    )
    ref = next(
        planted_ticket.ref
        for planted_ticket in apart.story_site.story.planted.values()
        if planted_ticket.scene == "never_begun"
    )
    for role, account in (("mentor", AGENCY_MEMBER), ("shadow", MEMBER)):
        press_panel(apart, LEAD, "role", ref, role=role, account=account_of(account))
    assert offered(apart, AGENCY_MEMBER) == {MEMBER}
    assert "Signed: " in apart.read(sign(apart, AGENCY_MEMBER, "3", MEMBER)).text


def test_who_mentors_nobody_reads_who_names_mentors_and_where(page_client: PageClient) -> None:
    """An agency's member has no form for roles in a ticket's panel (permissions)."""
    answer = page_client.follow(AGENCY_MEMBER, PLACE)
    text = page_client.read(answer).text
    assert answer.text.strip().startswith(
        '<p class="lead">You can sign for enrolled learners who show their name, once somebody in-house or a lead '
        "names you under Mentors on a ticket that names them under Shadows or Drives.</p>"
    )
    assert "Nobody to sign for yet." in text
    assert "Listed are" not in text
    # Only who mentors on a ticket signs: it opens those on which they take part.
    (address,) = re.findall(r'hx-get="([^"]*show=open[^"]*mine=1[^"]*|[^"]*mine=1[^"]*show=open[^"]*)"', answer.text)
    assert page_client.follow(AGENCY_MEMBER, unescape(address)).status_code == 200


def test_who_signs_alone_reads_first_what_waits_and_for_how_many_they_can_sign(named: PageClient) -> None:
    lead = re.search(r'<p class="lead">(.*?)</p>', named.follow(AGENCY_LEAD, PLACE).text)
    assert lead
    page = named.follow(AGENCY_LEAD, PLACE).text
    choice = unescape(re.findall(r'hx-get="([^"]*/learners[^"]*)"', page)[0])
    keys = re.findall(r'<option value="([\w-]+)"', page.partition('name="objective"')[2].partition("</select>")[0])
    listed = [named.follow(AGENCY_LEAD, f"{choice}&objective={key}").text for key in keys]
    learners = len(set(re.findall(r'<option value="([^"]+)"', "".join(listed))))
    assert learners > 1
    assert lead[1] == f"Nothing waits for your signature. You can sign for {learners} learners."
    sign(named, LEAD, "4", MEMBER)
    assert "1 signature waits for you. You can sign" in ladder(named, AGENCY_LEAD).text


def test_the_form_opens_with_nobody_for_whom_the_reader_may_not_sign(named: PageClient) -> None:
    for learner in (account_of(LEAD), "nobody"):
        form = named.follow(AGENCY_LEAD, f"{PLACE}&objective=ab-design&learner={learner}").text
        assert re.findall(r'<option value="([^"]*)" selected>', form) == ["ab-design", "", ""]
        assert "Both signatures" not in form
    form = named.follow(AGENCY_LEAD, f"{PLACE}&objective=ab-design&learner={account_of(HELPED)}").text
    assert f"Both signatures for {HELPED}, independent, can reach the target; {LEAD} signs the other." in form


def test_who_signs_reads_nobodys_rung_however_small_the_group(named: PageClient) -> None:
    """What the leads read is made of the file and of signatures: the tickets of a learner move no word of it."""
    agree(named, with_people(named, 3, 0))
    page = ladder(named, AGENCY_LEAD)
    assert page.tables == []
    forms = {element.get("name") for element in page.all("select")}
    assert forms == {"objective", "learner", "rung"}
    rungs = [element["value"] for element in page.all("option") if (element["value"] or "").isdecimal()]
    assert rungs == ["1", "2", "3", "4", "5"]


def test_in_works_council_mode_nobody_is_named_and_nobody_signed_for(named: PageClient) -> None:
    page_client, now, who = named, named.story_site.clock.now(), account_of(LEAD)
    with page_client.story_site.container.reader.connect() as connection:
        stored = select_engagement(connection, page_client.story_site.tenant_id, ACME)
        assert stored is not None
        prepared = select_prepared(connection, page_client.story_site.tenant_id, stored)
        view = EngagementView(stored, roles_of(stored.engagement, who, now))
        look = LadderContext(connection, page_client.story_site.tenant_id, view, prepared, who, now)
        council = replace(prepared, ruleset=replace(prepared.ruleset, works_council=True))
        assert select_pairs(look)
        assert select_pairs(LadderContext(connection, page_client.story_site.tenant_id, view, council, who, now)) == ()


# -- who may not -------------------------------------------------------------------------------------------------------

OUTSIDE = (STRANGER, GATEKEEPER, OTHER_LEAD)
FORM = {"objective": "tracking", "kind": "named", "rung": "2"}
MAY: dict[str, tuple[str, ...]] = {
    "veto": (LEAD, LEARNER, MEMBER),
    "explain": (LEAD, LEARNER, MEMBER),
    "consent": (LEAD, LEARNER, MEMBER),
    "withdraw": (LEAD, LEARNER, MEMBER),
    "sign": (LEAD, AGENCY_LEAD, AGENCY_MEMBER),
    "revoke": (LEAD, AGENCY_LEAD, AGENCY_MEMBER),
    "accept": (LEAD, AGENCY_LEAD, AGENCY_MEMBER),
    "decline": (LEAD, AGENCY_LEAD, AGENCY_MEMBER),
}


@pytest.mark.parametrize("name", MAY)
def test_an_act_is_refused_for_every_other_role(apart: PageClient, name: str) -> None:
    issue = str(apart.story_site.ids["t0110"])
    before = len(acts(apart))
    for who in {LEAD, LEARNER, MEMBER, AGENCY_LEAD, AGENCY_MEMBER} - set(MAY[name]):
        answer = act(apart, who, name, issue=issue, pair=value_of(("tracking", account_of(MEMBER))), **FORM)
        assert answer.status_code == 403, (name, who, answer.text)
        assert answer.text.startswith("Only ")
    for who in OUTSIDE:
        answer = act(apart, who, name, issue=issue, pair=value_of(("tracking", account_of(MEMBER))), **FORM)
        assert answer.status_code == 404, (name, who, answer.text)
    assert (signed(apart), len(acts(apart))) == (0, before)


@pytest.mark.parametrize("who", OUTSIDE)
def test_outside_of_the_engagement_there_is_no_ladder(page_client: PageClient, who: str) -> None:
    assert page_client.follow(who, PLACE).status_code == 404


def test_nobody_signs_for_themselves_or_for_whom_the_file_does_not_name(named: PageClient) -> None:
    for learner, key in (
        (LEAD, "tracking"),
        (LEARNER, "ab-design"),
        (AGENCY_MEMBER, "tracking"),
        (STRANGER, "nothing"),
    ):
        assert (
            sign(named, LEAD, "1", learner, key).text
            == "You cannot sign for this person on this objective. Choose a learner from the list."
        )
    assert sign(named, LEAD, "6").text == "The rung is missing. Choose one."
    assert signed(named) == 0


@pytest.mark.parametrize("name", MAY)
def test_a_link_may_not_act(apart: PageClient, name: str) -> None:
    matrix_caller = visitor(apart.story_site, account=account_of(LEAD))
    assert matrix_caller.get(f"/pages/learning/{name}").status_code in {401, 405}


@pytest.mark.parametrize("who", [MEMBER, LEARNER, LEAD])
def test_a_ticket_that_counts_as_another_rung_than_the_next_says_why_it_leads_there(
    page_client: PageClient, who: str
) -> None:
    learning = page_client.follow(who, f"/pages/learning?engagement={ACME}").text
    ticket = r'<p>(?:(?!</p>).)*<span class="note">([^<]*)<'
    steps = re.findall(rf"(?s)<dd>(\w+), when [^<]*</dd></dl>\s*{ticket}", learning)
    other = 0
    for named, text in steps:
        counted = re.search(r"counts as (\w+)", text)
        assert counted, text
        # By what it counts for, or as one of the tickets that both rungs take.
        why = rf"and so towards {named.lower()}: |tickets that {named.lower()} takes, and of the \d that {counted[1]}"
        assert bool(re.search(why, text)) is (counted[1] != named.lower()), (named, text)
        other += counted[1] != named.lower()
    assert steps
    summary = page_client.follow(who, f"/pages/learning/summary?engagement={ACME}").text
    shown = re.findall(r'<span class="note">(open; [^<]*)</span>', summary)
    assert all(text in learning for text in shown)
    assert other or who != LEARNER


def test_a_ladder_and_the_panel_of_its_ticket_promise_the_same_way_to_drive(page_client: PageClient) -> None:
    learning = page_client.follow(LEARNER, f"/pages/learning?engagement={ACME}").text
    way = r"do half of the work, or 30 % of it when named under Drives \(at least ([^<)]+) more\), and it counts as ass"
    way = rf"open; (assign it to yourself[^<]*) and {way}([^<]*)"
    learning = learning.replace("\N{NO-BREAK SPACE}", " ")
    key = re.search(rf">(GROW-\d+)</a>(?:(?!</p>).)*{way}", learning)
    assert key, learning
    issue_id = page_client.story_site.site.issue(key[1]).id
    panel = page_client.follow(LEARNER, f"/pages/panel/content?issue={issue_id}").text.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    start = key[2][0].upper() + key[2][1:]
    way = rf"{start} and do half of the work \([\d.]+ h more\), or 30 % of it when named under Drives \({key[3]} more\)"
    taught = re.search(rf"{way}, and it would count as <b>taught[^<]*</b> \(for you: assisted\)\. ([^<]*)", panel)
    assert taught, panel
    # One of several that the rung takes is said to be that on both.
    several = "t is one of the 2 tickets that assisted takes; your rung stays shadowed until you have 2"
    assert f"isted; i{several}" in key[4]
    assert f"I{several}." in taught[1]


def test_a_ladder_and_the_panel_of_its_ticket_say_that_independent_takes_no_help(page_client: PageClient) -> None:
    learning = page_client.follow(LEARNER, PLACE).text
    key = re.search(r">(GROW-\d+)</a>(?:(?!</p>).)* without help of an agency, and it counts as independent", learning)
    assert key, learning
    issue_id = page_client.story_site.site.issue(key[1]).id
    panel = page_client.follow(LEARNER, f"/pages/panel/content?issue={issue_id}").text
    way = r"ssign it to yourself[^<]* and do half of it[^<]* without help of an agency"
    assert re.search(rf"{way}, and it would count as <b>.*independent", panel), panel
    assert re.search(way, learning)


def test_what_an_explanation_leaves_as_it_is_is_said_where_it_is_offered(page_client: PageClient) -> None:
    stays = "for you it counts as shadowed. Where you are above that, your rung stays."
    shown = text_of(page_client.follow(LEARNER, PLACE).text)
    assert shown.count(stays) == 1
    assert "I explained it back" in shown
    assert stays not in text_of(page_client.follow(LEAD, PLACE).text)


def test_an_objective_without_an_open_ticket_offers_no_list_of_them(page_client: PageClient) -> None:
    none_open = page_client.follow(LEAD, "/pages/learning?engagement=growth-bolt").text
    lacks = "No open ticket has this objective: tag one, or ask for one."
    # As on Objectives, those without an objective are offered, which could be tagged.
    assert f"{lacks} Open tickets without an objective of Growth and Bolt" in text_of(none_open)
    listed = re.findall(r"show=open&amp;objective=([^&\"]*)", none_open)
    assert set(listed) == {NO_OBJECTIVE}
    none_fits = text_of(page_client.follow(HELPED, PLACE).text)
    assert "None of the latest open tickets that you may browse leads on. Open tickets" in none_fits


def test_a_rung_that_takes_more_tickets_than_are_open_says_so_and_leads_to_those_to_tag(apart: PageClient) -> None:
    whole = read_engagement(engagement_file(apart.story_site.story, ACME))
    only = re.compile(
        r"Only (one|\d+) open tickets? that you may browse counts? towards it\. Tag one, or ask for one\. "
    )
    numbers = []
    for needed in (1, 2, 4):
        rungs = {"assisted": 1, "independent": needed}
        agree(apart, replace(whole, objectives=tuple(replace(item, tickets=rungs) for item in whole.objectives)))
        rows = apart.follow(HELPED, PLACE).text.split("<li><h3>")
        next_step = next(item for item in rows if item.startswith("Run an experiment"))
        line = only.search(text_of(next_step))
        numbers.append(line and line[1])
        # As where no open ticket has the objective.
        assert ("Open tickets without an objective of Growth and Acme" in next_step) is bool(line)
    assert numbers == [None, None, "one"]


def test_a_rung_counts_the_tickets_that_are_listed_and_not_their_entries() -> None:
    pieces = tuple(cast(own_evidence.Piece, SimpleNamespace(issue_id=number // 2)) for number in range(4))
    assert own_evidence.Group("a", "A", pieces, is_cut=True).state == "shown by your tickets, the latest 2 below"


def test_tickets_that_lift_the_reader_besides_those_named_are_counted_and_listed(page_client: PageClient) -> None:
    learning = page_client.follow(MEMBER, f"/pages/learning?engagement={ACME}").text
    counted = re.findall(r'hx-get="([^"]*)"[^>]*>and (\d+) more (?:lifts? you|that you could mentor)</a>', learning)
    assert counted
    for address, more in counted:
        listed = page_client.follow(MEMBER, unescape(address).replace("/pages/project/content", "/pages/tickets")).text
        keys = re.findall(r"<li><div>\s*<a [^>]*>\s*([A-Z]+-\d+)", listed)
        assert len([key for key in keys if f">{key}</a>" not in learning]) == int(more)
