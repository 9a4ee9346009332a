"""The nearest tickets to teach: to whom they belong, and, where there are none, which condition is missing."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from html import unescape
from types import SimpleNamespace
from typing import Any, cast

import pytest
from msgspec.structs import replace

from connector.auth.access import EngagementView
from connector.figures import teaching
from connector.figures.own_steps import OwnPart, OwnStep
from connector.pages.learning.next_steps import NextSteps
from connector.pages.project import held_tickets, next_tickets, opening_gap
from connector.pages.project.held_tickets import Held, Note, held_of, lift_of
from connector.pages.project.next_rows import Next, browsed_of, with_instead
from connector.pages.project.own_moves import OwnLadder, OwnMove
from connector.pages.tickets import untaught
from mappings.formats.engagement_file.reader import read_engagement
from mappings.measure.model.engagement import Engagement, Objective, TicketRule
from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.people.teaching_opportunities import Reach, Reaches, TeachingOpportunity
from mappings.measure.ticket import next_steps
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import IssueLabel, select_labels
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    BOLT,
    LEAD,
    LEARNER,
    MEMBER,
    OTHER_LEAD,
    PageClient,
    go_on,
)
from tests.pages.html_reader import text_of
from tests.pages.panel.test_panel import press as press_panel
from tests.pages.test_matrix import name_all, team_of
from tests.pages.test_small_groups import agree
from tests.pages.test_visibility import check_unnamed
from tests.pages.tickets.test_open_list import answered
from tests.pages.tickets.test_open_list import rows as rows_in

PLACE = f"/pages/next?engagement={ACME}"
OPEN = f"/pages/tickets?engagement={ACME}&show=open"
UNTOLD = (
    "Which of those who commented are enrolled is not told here; learners who show their name are marked in the panel "
    "under Shadows."
)
FIRST_OF_TWO = "ticket 1 of the 2 that this rung takes"
GOES_TO = re.compile(r'<p class="foot-row"><a class="button" [^>]*data-goes-to="([^"]*)"')
DRIVES = r"drives 30\s% of it \([\d.]+\sh more\), named under Drives"
ASSISTED = "Aylin Kessler"
# Of no objective a learner, and further on one than those.
FURTHER = "Ruben Adeyemi"
NOWHERE = TicketRule(labels=("no-ticket-has-this-label",))
# Of a ticket to be driven alone, to a lead whose agency worked on each of its own.
ASK_TO_DRIVE = (
    "Ask the in-house team (?:to set it on one|on which of the [0-9]+ open tickets without an objective that are "
    "nobody’s, proposals aside, to set it|whether to set it on the 1 open ticket without an objective that is "
    "nobody’s, proposals aside)\\."
)


def agreed(page_client: PageClient) -> Engagement:
    return read_engagement(engagement_file(page_client.story_site.story, ACME))


def enrolled(engagement: Engagement, learners: dict[str, tuple[str, ...]]) -> Engagement:
    """The engagement with these learners of its objectives alone."""
    objectives = [replace(item, learners=learners.get(item.key, ())) for item in engagement.objectives]
    return replace(engagement, objectives=tuple(objectives))


def without_learners(engagement: Engagement) -> Engagement:
    return enrolled(engagement, {})


def without_open_ticket(engagement: Engagement) -> Engagement:
    learners = engagement.objectives[0].learners
    return replace(engagement, objectives=(Objective("other", "Something else", NOWHERE, learners=learners),))


def with_learners_elsewhere(engagement: Engagement) -> Engagement:
    other = without_open_ticket(engagement).objectives
    return replace(engagement, objectives=(*without_learners(engagement).objectives, *other))


def without_agency(engagement: Engagement) -> Engagement:
    return replace(engagement, people=tuple(item for item in engagement.people if item.side != "agency"))


def with_one_who_learned_it(engagement: Engagement) -> Engagement:
    return enrolled(engagement, {"ab-design": (account_of(ASSISTED),)})


Change = Callable[[Engagement], Engagement]
GAPS: dict[Change, tuple[str, str]] = {
    without_learners: (r"Nobody in-house is enrolled for an objective yet\.", "objectives"),
    without_open_ticket: (r"No open ticket has an objective yet\.", "tickets"),
    with_learners_elsewhere: (r"Open tickets have an objective, but nobody is enrolled", "objectives"),
    without_agency: (r"Other open tickets with learners: \d+ ?; Acme Experiments has less than half", "tickets"),
    with_one_who_learned_it: (
        r"\d+ ?open agency tickets?: (it|each) counts as taught once .*, but lifts nobody enrolled for its objective",
        "tickets",
    ),
}


@pytest.mark.parametrize("change", GAPS)
def test_without_a_ticket_that_could_teach_the_missing_condition_is_named(apart: PageClient, change: Change) -> None:
    agree(apart, change(agreed(apart)))
    text, tab = GAPS[change]
    answer = apart.follow(LEAD, PLACE).text
    assert re.search(text, text_of(answer)), text_of(answer)
    *_, address = re.findall(r'hx-get="([^"]*)"', answer)
    there = apart.follow(LEAD, unescape(address)).text
    assert re.search(rf'id="tab-{tab}"[^>]*aria-current="page"', there), address


def test_where_the_agency_s_tickets_teach_nobody_it_says_what_is_lacking_and_what_to_drive_alone(
    apart: PageClient,
) -> None:
    """The same on the Overview, on Objectives and in the plan; counts of people are for those who may see them."""
    agree(apart, with_one_who_learned_it(agreed(apart)))
    nearest = text_of(apart.follow(LEAD, PLACE).text)
    lacking = re.search(
        r"Design an A/B test ?: the nearest learner still needs (\d+ tickets? to drive alone)\.", nearest
    )
    assert lacking, nearest
    assert lacking[0] in text_of(apart.follow(LEAD, f"{PLACE}&all=1").text)
    for who in (LEAD, AGENCY_LEAD):
        agency = apart.follow(who, f"/pages/agency?engagement={ACME}").text
        (step,) = re.findall(r"(?s)<li class=.step.[^>]*><a [^>]*>Design an A/B test</a>, to .*?</ul>", agency)
        # What is left takes no agency.
        assert f"The nearest learner still needs {lacking[1]}" in text_of(step)
        assert "Choose a ticket" not in agency
        assert ("without the agency" in text_of(step)) is ("data-issue" in step)
        assert ("without the agency" in nearest) is ("data-issue" in step)
    for who in (MEMBER, AGENCY_MEMBER):
        assert "nearest learner still needs" not in text_of(apart.follow(who, PLACE).text)


def listed_open(page_client: PageClient, who: str, address: str) -> list[str]:
    """The tickets that the open list of a tab's address has on all its pages."""
    answers = [page_client.follow(who, address.replace("/pages/project/content", "/pages/tickets")).text]
    while more := re.search(r'<a class="button" href="([^"]*)"[^>]*>More tickets', answers[-1]):
        answers.append(page_client.follow(who, unescape(more[1])).text)
    # The large sentence counts what is listed and says what it takes, once; all are one press away.
    assert re.search(r'<p class="lead">\d+ open tickets? (has an|have an|of) [^<]*\.</p>', answers[0])
    assert "with an objective are listed" not in answers[0]
    assert re.search(r'<p class="intro"><a [^>]*>List all with an objective</a>( · <a |</p>)', answers[0])
    return re.findall(r"<li><div>\s*<a [^>]*>\s*([A-Z]+-\d+)", "".join(answers))


def opened_number(page: str) -> tuple[str, int]:
    """The address that the number of lacking tickets opens, and the number."""
    link = r'<a class="fig"[^>]*aria-label="([^"]*)" hx-get="([^"]*)"[^>]*>(\d+)<'
    ((label, address, number),) = re.findall(link, page)
    assert label == f"Open tickets: {number}"
    return address, int(number)


def test_what_lifts_nobody_enrolled_may_lift_the_reader_who_is_told_of_how_many(apart: PageClient) -> None:
    """What lifts them is listed behind the number, also to a lead; nobody else reads of it."""
    agree(apart, enrolled(agreed(apart), {"tracking": (account_of(ASSISTED),)}))
    for who in (MEMBER, LEAD):
        own = re.search(
            r'hx-get="([^"]*)"[^>]*>(\d+) of them lifts? you all the same</a>\.', apart.follow(who, PLACE).text
        )
        assert own, who
        address = unescape(own[1]).replace("/pages/project/content", "/pages/tickets")
        listed = re.findall(r'<div class="then">([^<]*)', apart.follow(who, address).text)
        assert len(listed) == int(own[2])
        assert all("it would bring you to " in text for text in listed)
    for who in (AGENCY_LEAD, AGENCY_MEMBER):
        assert not re.search(r"\d+ of them lifts? you", apart.follow(who, PLACE).text)


def test_a_ticket_that_helps_stands_before_those_that_do_not(apart: PageClient) -> None:
    own, alone = {"run-experiment": (account_of("Maren Vogt"),)}, "To drive without Acme Experiments"
    lacks = {
        "ab-design": r"\d+ ?open agency tickets?: (it|each) counts as taught .*, but lifts nobody enrolled for its",
        "tracking": r"Other open tickets with learners: \d+ ?; Acme Experiments has less than half of (its|the) work",
    }
    for objective, text in lacks.items():
        agree(apart, enrolled(agreed(apart), own | {objective: (account_of(ASSISTED),)}))
        for who in (LEAD, MEMBER, AGENCY_LEAD):
            # Above both a member reads what lifts them.
            *_, first, rest = map(text_of, apart.follow(who, PLACE).text.split("</ul>"))
            first = first[first.index(alone) :]
            assert "without the agency" in first
            # It is no ticket to teach on: a heading parts it from what stands above, and each side reads what to do.
            assert re.findall(r"<h3[^>]*>([^<]*)</h3>", apart.follow(who, PLACE).text)[-1] == alone
            leave = "Leave to a learner: if you take it instead, or help, it counts as assisted at most."
            assign = "For a learner alone: assign it to the learner; with any help of Acme Experiments it counts as"
            # Names are hidden from a member, who assigns it to nobody.
            other = "For an enrolled learner: your lead knows who that is. With any help of Acme Experiments"
            of_reader = {AGENCY_LEAD: leave, LEAD: assign, MEMBER: other}[who]
            assert first.startswith(f"{alone} {of_reader}"), first
            lacking = re.search(text, rest)
            assert lacking, rest
            number = int(re.findall(r"\d+", lacking[0])[0])
            # The link lists exactly those that are counted.
            link = re.search(r'hx-get="([^"]*)"[^>]*>Open tickets<', apart.follow(who, PLACE).text)
            assert link
            assert "untaught=others" in link[1]
            assert len(set(listed_open(apart, who, unescape(link[1])))) == number
            # What lifts who is not enrolled opens by its number, which their list has, too.
            nearest = apart.follow(who, PLACE).text
            lifts = re.search(r'hx-get="([^"]*)"[^>]*>(\d+) (other|ticket)s? lifts? you<', nearest)
            assert bool(lifts) is (who == MEMBER)
            if lifts:
                address = unescape(lifts[1]).replace("/pages/project/content", "/pages/tickets")
                listed = rows_in(apart.follow(who, address).text)
                assert len(listed) == int(lifts[2]) + ("Lifts you most" in nearest)
                assert (lifts[3] == "other") is ("Lifts you most" in nearest)
            # So does the number itself.
            assert opened_number(apart.follow(who, PLACE).text) == (link[1], number)
            assert not re.search(r"My ladder|bring nobody enrolled|Run an experiment[^:]*: the nearest", first + rest)


def test_what_open_tickets_lack_names_a_part_of_the_score_to_its_readers_alone(apart: PageClient) -> None:
    agree(apart, enrolled(agreed(apart), {"ab-design": (account_of(ASSISTED),)}))
    taught = "counts? as taught once somebody in-house shadows (it|them)"
    for place in (PLACE, f"{OPEN}&untaught=all"):
        assert re.search(rf"{taught} \(also for “Learners taught”", text_of(apart.follow(AGENCY_LEAD, place).text))
        answer = apart.follow(AGENCY_MEMBER, place)
        assert re.search(f"{taught}, but", text_of(answer.text))
        check_unnamed([answer])
    # Nor where tickets lack something else.
    tables = (opening_gap.LACKING, opening_gap.OTHERS_LACKING, untaught.LISTED)
    assert not [text for table in tables for text in table.values() if "Learners taught" in "".join(text)]


def test_the_circles_of_a_rung_stand_behind_the_words_that_say_what_they_are(page_client: PageClient) -> None:
    shown = page_client.follow(LEAD, f"{PLACE}&all=1").text
    assert shown.count('<svg class="pips"') > 0
    assert len(re.findall(r'that this rung takes <svg class="pips"', shown)) == shown.count('<svg class="pips"')


def test_what_is_assigned_to_oneself_comes_first(page_client: PageClient) -> None:
    assignees = {issue.key: issue.assignee for issue in page_client.story_site.site.issues.values()}
    agency = {item.account for item in agreed(page_client).people if item.side == "agency" and item.end is None}
    marked = 0
    for account in sorted(agency):
        answer = page_client.story_site.ask(account, "/pages/next", engagement=ACME, all="1").text
        items = [(key, "assigned to you" in item) for key, item in items_of(answer)]
        assert [is_own for _, is_own in items] == sorted((is_own for _, is_own in items), reverse=True)
        assert [is_own for _, is_own in items] == [assignees[key] == account for key, _ in items]
        marked += any(is_own for _, is_own in items)
    assert marked


def test_a_ticket_says_to_its_reader_what_it_does_for_them(apart: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is further than the one enrolled reads their own rung, as in its panel; nobody else does."""
    engagement = enrolled(agreed(apart), {"tracking": (account_of(ASSISTED), account_of(LEAD))})
    # Of two open tickets an enrolled learner needs one.
    objectives = [replace(item, tickets={"independent": 1}) for item in engagement.objectives]
    agree(apart, replace(engagement, objectives=tuple(objectives)))
    general = r"If an enrolled learner drives half of it without the agency: independent(?!,)"
    own = r"If you drive half of it without the agency: independent (?!,)"
    # What lifts them comes first, in the words of their Learning, and stands once.
    further, lead = (text_of(apart.follow(who, PLACE).text) for who in (FURTHER, LEAD))
    work = "assign it to yourself, move it to In Progress and do half of it without help of an agency"
    lifting = f"open; {work}, and it counts as independent; it would bring you to"
    lift = re.search(rf"^Lifts you most (Keep the tracking plan: [A-Z]+-\d+) .*? ?{lifting} independent\b", further)
    assert lift, further
    # Who is not enrolled takes first what nobody else needs, on their Learning, too.
    asked = "it would bring you to independent; an enrolled learner may need it: ask your lead"
    needed_by = {
        key: asked in because
        for key, _, _, because in rows_in(answered(apart, FURTHER, mine="lifts"))
        if "ndep" in because
    }
    assert set(needed_by.values()) == {False, True}
    assert not needed_by[lift[1].split(": ")[1]]
    assert "an enrolled learner" not in text_of(apart.follow(FURTHER, f"/pages/learning?engagement={ACME}").text)
    # Of the other its panel says it, too.
    issue_id = apart.story_site.site.issue(next(key for key, is_needed in needed_by.items() if is_needed)).id
    panels = {
        who: text_of(apart.follow(who, f"/pages/panel/content?issue={issue_id}").text) for who in (FURTHER, ASSISTED)
    }
    needed = "It would bring you to independent. An enrolled learner may need it: ask your lead."
    assert needed in panels[FURTHER], panels[FURTHER]
    assert "An enrolled learner" not in panels[ASSISTED]
    # A lead asks nobody.
    leads = text_of(apart.follow(LEAD, f"/pages/learning?engagement={ACME}").text)
    assert "ask your lead" not in leads
    assert (further.count(lift[1]), "Lifts you" in lead) == (1, False)
    monkeypatch.setattr(next_tickets, "lift_of", lambda *_args: None)
    for who, whose, text in (
        (FURTHER, "Ask your lead first: an enrolled learner may need it. With any help of Acme Experiments", own),
        (MEMBER, "For an enrolled learner: your lead knows who that is.", general),
    ):
        for address in (PLACE, f"{PLACE}&all=1"):
            shown = text_of(apart.follow(who, address).text)
            assert f"To drive without Acme Experiments {whose} " in shown, shown
            assert re.search(text, shown), shown
            # The objective of a row is named first.
            assert re.search(r"Keep the tracking plan: [A-Z]+-\d+ ", shown)
    assert not re.search(own, text_of(apart.follow(LEAD, PLACE).text))
    for at, then in ((4, "You can mentor it (for you: teaches)."), (5, "You are independent already.")):
        move = OwnMove(at, at, 4)
        monkeypatch.setattr(next_tickets, "moves_of", lambda _, openings, move=move: dict.fromkeys(openings, move))
        shown = text_of(apart.follow(MEMBER, PLACE).text)
        whose = f"For an enrolled colleague: your lead knows who that is. {then}"
        assert f"To drive without Acme Experiments {whose}" in shown, shown


def test_a_lead_reads_first_to_which_rung_a_ticket_brings_a_learner_at_once(lively_alone: PageClient) -> None:
    engagement, site, learner = agreed(lively_alone), lively_alone.story_site.site, account_of(MEMBER)
    bare = replace(
        engagement.objectives[0],
        key="bare",
        name="Bare",
        mapping=TicketRule(labels=("bare",)),
        learners=(learner,),
        rung="independent",
    )
    agree(lively_alone, replace(engagement, objectives=(bare,)))
    name_all(lively_alone.story_site)

    def add() -> int:
        at = go_on(lively_alone, 24)
        issue = site.create_issue("GROW", "Task", "Nobody began it", by=learner, at=at, labels=("bare",), points=3)
        go_on(lively_alone, 0)
        return issue.id

    def read(who: str, address: str) -> str:
        return text_of(lively_alone.follow(who, address).text).replace(" ,", ",")

    for rung, nth in (("exposed", 1), ("assisted", 2)):
        issue_id = add()
        panel = f"/pages/panel/content?issue={issue_id}"
        words = f"{rung}, and ticket {nth} of the 2 that independent takes"
        for who, address in ((LEAD, PLACE), (LEAD, f"/pages/agency?engagement={ACME}"), (AGENCY_LEAD, PLACE)):
            shown = read(who, address)
            assert f"If {MEMBER} drives half of it without the agency: {words}" in shown, shown
        assert f"(for them: {words})" in read(LEAD, panel), read(LEAD, panel)
        # Others read nothing of where the learner stands.
        assert words not in read(AGENCY_MEMBER, PLACE)
        assert f"independent, ticket {nth} of the 2 that this rung takes" in read(AGENCY_MEMBER, PLACE)
        # So it is for who reads their own, and so it comes.
        assert f"It would bring you to {rung}." in read(MEMBER, panel), read(MEMBER, panel)
        site.edit(issue_id, by=learner, at=go_on(lively_alone, 1), assignee=learner)
        site.transition(issue_id, "In Progress", by=learner, at=go_on(lively_alone, 1))
        site.transition(issue_id, "Done", by=learner, at=go_on(lively_alone, 8))
        go_on(lively_alone, 0)
        ladder = lively_alone.follow(MEMBER, f"/pages/learning?engagement={ACME}").text
        assert re.search(rf'aria-current="step">{rung}<', ladder, re.IGNORECASE), text_of(ladder)


def test_a_lead_who_is_enrolled_for_nothing_reads_the_tickets_of_the_team_before_their_ladder(
    apart: PageClient,
) -> None:
    for learners, is_last in (((ASSISTED,), True), ((ASSISTED, LEAD), False)):
        engagement = enrolled(agreed(apart), {"tracking": tuple(account_of(name) for name in learners)})
        agree(apart, engagement)
        page = apart.content(LEAD, engagement=ACME).text
        assert (0 < page.find('id="next"') < page.find('id="my-ladder"')) is is_last


def test_what_nobody_else_needs_comes_first_however_high_the_others_lift(page_client: PageClient) -> None:
    engagement = agreed(page_client)
    first, second, *_ = (each.key for each in engagement.objectives)
    view = cast(EngagementView, SimpleNamespace(engagement=engagement))
    labels = {number: IssueLabel(number, f"A-{number}", "", None, secured=False) for number in (1, 2, 3)}
    own = (OwnStep(1, first, "shadow", 2), OwnStep(2, first, "driver", 3), OwnStep(3, second, "drive", 4))
    brings: Mapping[str, Mapping[int, int]] = {first: {2: 2, 3: 3, 4: 4}, second: {4: 4}}
    for needed, key in ((set[int](), "A-3"), ({3}, "A-2"), ({2, 3}, "A-1")):
        places = {(number, {3: second}.get(number, first)) for number in needed}
        steps = NextSteps(own, labels, brings=brings, helped={first}, needed=places)
        row = lift_of(view, steps.lifting({1, 2, 3}), {})
        assert row
        assert row.key == key
        others = [step.text for _, step in steps.lifting({1, 2, 3}) if step.is_needed]
        assert all(text.endswith("; an enrolled learner may need it: ask your lead") for text in others)
        assert len(others) == len(needed)


def test_who_may_set_no_objective_reads_whom_to_ask(apart: PageClient) -> None:
    """A member of the agency reads it in the plan, on the Overview and where an objective has no ticket."""
    engagement = agreed(apart)
    (tracking,) = (item for item in engagement.objectives if item.key == "tracking")
    learned = replace(tracking, learners=(account_of(ASSISTED),), tickets={"independent": 5})
    bare = replace(tracking, key="bare", name="Bare", mapping=NOWHERE)
    agree(apart, replace(engagement, objectives=(bare, learned)))
    # The link leads to what could get the objective of its row.
    listed = re.findall(rf'{ASK_TO_DRIVE} <a [^>]*hx-get="([^"]*)"', apart.follow(AGENCY_LEAD, PLACE).text)
    assert [re.findall("aim=(.*)", address) for address in listed] == [["tracking"]]
    for who, may_tag in ((AGENCY_LEAD, True), (AGENCY_MEMBER, False)):
        for address in (f"{PLACE}&objective=bare", f"/pages/agency?engagement={ACME}"):
            shown = text_of(apart.follow(who, address).text)
            # The agency worked on each of its own tickets: none could be driven alone, whoever sets the objective.
            assert re.search(ASK_TO_DRIVE, shown), shown
            assert "Tag one, or ask for one." not in shown
            assert "Ask your lead or the in-house team to set this objective on another ticket." not in shown
            assert ("this objective: tag one, or ask for one" in shown) is may_tag
            assert ("this objective: ask your lead or the in-house team to set it on one" in shown) is not may_tag


def test_a_ticket_on_which_one_is_named_is_ones_own(lively_alone: PageClient) -> None:
    site, by = lively_alone.story_site.site, account_of(LEAD)
    issue = site.create_issue("GROW", "Task", "Nobody’s yet", by=by, at=go_on(lively_alone, 1), labels=("ab-design",))
    go_on(lively_alone, 1)
    assert not re.search(rf"Yours .*?{issue.key}", text_of(lively_alone.follow(MEMBER, PLACE).text))
    place, form = {"engagement": ACME, "issue": str(issue.id), "role": "learner"}, {"account": account_of(MEMBER)}
    lively_alone.story_site.ask(account_of(MEMBER), "/pages/panel/role", "POST", form, **place)
    shown = text_of(lively_alone.follow(MEMBER, PLACE).text)
    # What is left to do stands beside it, and once.
    work = "assign it to yourself, move it to In Progress and do half of it without help of an agency"
    assert re.search(
        rf"Yours .*?{issue.key} Nobody’s yet ?you are named under Drives: {work}; it brings you to", shown
    ), shown
    assert shown.count(issue.key) == 1


def test_what_is_left_for_who_is_named_under_drives_says_so_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a ticket of the agency, less of which is enough for whoever is named."""
    holders_of = {"learner": ("me",)}.get
    ticket: Any = SimpleNamespace(issue_id=1, ticket=SimpleNamespace(holders_of=lambda role: holders_of(role, ())))
    ladder: Any = SimpleNamespace(account="me", prepared=SimpleNamespace(ruleset=DEFAULT))
    monkeypatch.setattr(held_tickets, "_with_lift", lambda *of: held_tickets.Note(of[2]))
    for part, words in (
        ("learner_drives", "do 30 % of it, as you are named under Drives"),
        ("drive", "you are named under Drives: do half of it"),
    ):
        step = OwnStep(1, "ab-design", cast(OwnPart, part), 3)
        steps: Any = SimpleNamespace(on_ticket=lambda _, step=step: step)
        text = held_tickets._named_note(ladder, ticket, steps).text
        assert text.replace("\N{NO-BREAK SPACE}", " ") == words


def test_a_member_reads_which_open_tickets_are_theirs(lively_alone: PageClient) -> None:
    site, tomasz = lively_alone.story_site.site, account_of(MEMBER)
    # On both objectives they lift him, on one of them to a higher rung.
    (tracking,) = (item for item in agreed(lively_alone).objectives if item.key == "tracking")
    for number, labels in enumerate((("ab-design",), *[tracking.mapping.labels] * 4)):
        issue = site.create_issue(
            "GROW", "Task", f"His {number}", by=tomasz, at=go_on(lively_alone, 1), labels=labels, assignee=tomasz
        )
        site.transition(issue.id, "In Progress", by=tomasz, at=go_on(lively_alone, 1))
    go_on(lively_alone, 30)
    his = lively_alone.follow(MEMBER, PLACE).text.partition('<ul class="teach">')[0]
    counted = r"assigned to you; it counts as independent for you once it is done, if no agency helps"
    assert re.search(rf"Yours (Design an A/B test: GROW-\d+ .*?{counted} ?)+", text_of(his))
    # What lifts him highest comes first, though it is the oldest.
    lifts = rf"Yours Design an A/B test: GROW-\d+ His 0 ?{counted}; it brings you to independent Keep the tracking"
    assert re.search(lifts, text_of(his)), text_of(his)
    assert text_of(his).count("it brings you to exposed") == 2
    assert len(re.findall(r'data-issue="', his)) == 3
    more = re.search(r'hx-get="([^"]*)"[^>]*>\d+ more of yours<', his)
    assert more
    assert (
        "His 1"
        in lively_alone.follow(MEMBER, unescape(more[1]).replace("/pages/project/content", "/pages/tickets")).text
    )
    for who in (LEARNER, LEAD, AGENCY_LEAD):
        assert not re.search(r"Yours|of yours", lively_alone.follow(who, PLACE).text)


def test_a_ticket_of_ones_own_that_teaches_is_said_to_count_as_taught(lively_alone: PageClient) -> None:
    site, noor, tomasz = lively_alone.story_site.site, account_of(AGENCY_MEMBER), account_of(MEMBER)
    issue = site.create_issue(
        "GROW", "Task", "Handed on", by=noor, at=go_on(lively_alone, 24), labels=("ab-design",), assignee=noor
    )
    site.transition(issue.id, "In Progress", by=noor, at=go_on(lively_alone, 1))
    site.edit(issue.id, by=noor, at=go_on(lively_alone, 48), assignee=tomasz)
    go_on(lively_alone, 24 * 7)
    his = text_of(lively_alone.follow(MEMBER, PLACE).text).replace("\N{NO-BREAK SPACE}", " ")
    counted = r"assigned to you; it counts as taught ?\(for you: assisted ?\) once it is done"
    assert re.search(rf"{issue.key} Handed on ?{counted}", his), his
    panel = text_of(lively_alone.follow(MEMBER, f"/pages/panel/content?issue={issue.id}").text)
    assert re.search(r"this ticket would count as taught: you drove it with help \( ?assisted ?\)", panel), panel


def items_of(answer: str) -> list[tuple[str, str]]:
    """The tickets of a list, each with the source of its item."""
    items = re.findall(r"(?s)<li><div>.*?</li>", answer)
    return [(re.findall(r'data-issue="([^"]*)"', item)[0], item) for item in items]


def test_an_agency_reads_below_its_nearest_tickets_what_the_others_take(page_client: PageClient) -> None:
    """Not only where none of its tickets brings a learner nearer: its panels say the same of each."""
    text = (
        "Each open ticket of Acme Experiments with an objective counts as taught once somebody in-house shadows it%s."
    )
    scored = " (also for “Learners taught” if an enrolled learner does)"
    for who, also in ((AGENCY_LEAD, scored), (AGENCY_MEMBER, "")):
        nearest = page_client.follow(who, PLACE).text
        assert nearest.count(text % also) == 1
        assert nearest.index("</ul>") < nearest.index(text % also)
        link = re.search(r'hx-get="([^"]*)"[^>]*>Open tickets<', nearest)
        assert link
        assert page_client.follow(who, unescape(link[1])).status_code == 200
    for who in (LEAD, MEMBER):
        assert text.removesuffix("%s.") not in page_client.follow(who, PLACE).text


def test_a_part_to_drive_says_how_much_it_is(page_client: PageClient) -> None:
    assert re.search(rf"If a learner {DRIVES}: assisted", text_of(page_client.follow(LEAD, f"{PLACE}&all=1").text))


def ref_of(page_client: PageClient, key: str) -> str:
    """The reference of a ticket of the story by its key."""
    with page_client.story_site.container.reader.connect() as connection:
        labels = select_labels(connection, page_client.story_site.tenant_id, page_client.story_site.ids.values())
    (issue_id,) = (label.issue_id for label in labels.values() if label.key == key)
    return next(ref for ref, issue in page_client.story_site.ids.items() if issue == issue_id)


def test_who_is_named_under_drives_already_is_not_asked_to_be(apart: PageClient) -> None:
    name_all(apart.story_site)
    rows = items_of(apart.follow(AGENCY_LEAD, f"{PLACE}&all=1").text)
    key, source = next((key, source) for key, source in rows if re.search(rf"If \w+ \w+ {DRIVES}", text_of(source)))
    (learner,) = re.findall(r"If (\w+ \w+) drives", text_of(source))
    ref = ref_of(apart, key)
    press_panel(apart, LEAD, "role", ref, role="learner", account=account_of(learner))
    named = dict(items_of(apart.follow(AGENCY_LEAD, f"{PLACE}&all=1").text))[key]
    assert re.search(rf"If {learner} {DRIVES.replace('named', 'already named')}", text_of(named))
    plan = text_of(apart.follow(AGENCY_LEAD, f"/pages/agency?engagement={ACME}").text)
    assert ("already named under Drives" in plan) is (key in plan)
    # Who reads no names is not told that somebody is named.
    assert "already named" not in apart.follow(AGENCY_MEMBER, f"{PLACE}&all=1").text


def test_a_named_shadow_is_asked_for_a_comment_and_nobody_else_is_told_so(apart: PageClient) -> None:
    """The row asked them to shadow, as if they were not named for it."""
    team = tuple(account_of(name) for name in team_of(apart.story_site))
    agree(apart, enrolled(agreed(apart), {item.key: team for item in agreed(apart).objectives}))
    name_all(apart.story_site)
    rows = items_of(apart.follow(AGENCY_LEAD, f"{PLACE}&all=1").text)
    asked_of = ((key, re.findall(r"If (?:\w+ \w+, )*(\w+ \w+)[^:]* shadows", text_of(source))) for key, source in rows)
    key, (learner,) = next((key, names) for key, names in asked_of if names)
    press_panel(apart, LEAD, "role", ref_of(apart, key), role="shadow", account=account_of(learner))
    asked = "writes one comment of 40 characters or more, already named under Shadows"
    assert f"If {learner} {asked}" in text_of(dict(items_of(apart.follow(AGENCY_LEAD, f"{PLACE}&all=1").text))[key])
    # It is theirs, and stands once.
    own = text_of(apart.follow(learner, f"{PLACE}&all=1").text)
    assert re.search(rf"Yours .*?{key} .*?one comment of yours of 40 characters or more makes it taught", own), own
    assert own.count(f"{key} ") == 1
    # Nobody else reads that they are named for it.
    for other in set(team_of(apart.story_site)) - {learner}:
        assert "If you write one comment" not in apart.follow(other, f"{PLACE}&all=1").text
    # Who reads no names is not told whether the shadow is a learner.
    assert "already named" not in apart.follow(AGENCY_MEMBER, f"{PLACE}&all=1").text


def test_a_ticket_of_the_readers_ladder_stands_there_alone(apart: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stood twice on one screen: to be mentored, and as one for a colleague and not for the reader."""
    agree(apart, enrolled(agreed(apart), {"tracking": (account_of(ASSISTED), account_of(LEAD))}))
    row = re.search(r"Keep the tracking plan: ([A-Z]+-\d+) ", shown_to(apart, MEMBER))
    assert row
    steps = (OwnStep(apart.story_site.site.issue(row[1]).id, "tracking", "mentor", 5),)
    read = next_tickets.select_own_steps
    monkeypatch.setattr(next_tickets, "select_own_steps", lambda *of: dataclasses.replace(read(*of), steps=steps))
    assert row[1] not in shown_to(apart, MEMBER)
    # The other list stands below no ladder.
    assert row[1] in shown_to(apart, MEMBER, "&all=1")


def shown_to(page_client: PageClient, who: str, more: str = "") -> str:
    return text_of(page_client.follow(who, f"{PLACE}{more}").text)


def test_several_learners_are_alternatives(apart: PageClient) -> None:
    team = tuple(account_of(name) for name in team_of(apart.story_site))
    agree(apart, enrolled(agreed(apart), {item.key: team for item in agreed(apart).objectives}))
    name_all(apart.story_site)
    answer = text_of(apart.follow(LEAD, f"{PLACE}&all=1").text)
    named = re.findall(rf"If (\w+ \w+(?:, \w+ \w+)*) or (\w+ \w+) (?:shadows|{DRIVES}): ", answer)
    assert named, answer
    plan = text_of(apart.follow(LEAD, f"/pages/agency?engagement={ACME}").text)
    assert f"{named[0][0]} or {named[0][1]} " in plan
    assert not re.search(r"If \w+ \w+, \w+ \w+ (shadows|drives)", answer)


def test_the_objective_that_is_opened_says_that_no_open_ticket_has_it(apart: PageClient) -> None:
    engagement = agreed(apart)
    first, *others = engagement.objectives
    bare = replace(first, key="bare", name="Bare", mapping=NOWHERE)
    agree(apart, replace(engagement, objectives=(bare, first, *others)))
    own = "Bare: no open ticket has this objective: tag one, or ask for one."
    for opened, text in (("bare", own), (first.key, "")):
        page = apart.objectives(LEAD, objective=opened).text
        assert "Nearest tickets to learn on, of all objectives" in page
        (address,) = re.findall(r'hx-get="(/pages/next[^"]*)"', page)
        nearest = apart.follow(LEAD, unescape(address)).text
        assert (own in text_of(nearest)) is bool(text)
        link = re.search(r'hx-get="([^"]*)"[^>]*>Open tickets without an objective of Growth and Acme<', nearest)
        assert bool(link) is bool(text)
        assert not link or apart.follow(LEAD, unescape(link[1])).status_code == 200
    # Who is of the agency asks for one by feedback; nobody else is led there.
    for who in (LEAD, AGENCY_LEAD):
        nearest = apart.follow(who, f"{PLACE}&objective=bare").text
        asked = re.search(r'data-goes-to="filed" hx-get="([^"]*)"', nearest)
        assert bool(asked) is (who == AGENCY_LEAD)
        assert not asked or 'id="tab-agency"' in apart.follow(who, unescape(asked[1])).text
    agency = apart.follow(AGENCY_LEAD, f"/pages/agency?engagement={ACME}").text
    (step,) = re.findall(r"(?s)<li class=.step.[^>]*><a [^>]*>Bare</a>.*?</ul>", agency)
    tickets = re.search(r'hx-get="([^"]*)"[^>]*>Open tickets without an objective of Growth and Acme<', step)
    assert tickets
    assert apart.follow(AGENCY_LEAD, unescape(tickets[1])).status_code == 200
    assert '<a href="#filed">' in step
    assert '<h2 id="filed"' in agency


def test_a_rung_that_takes_more_tickets_than_are_open_says_so(apart: PageClient) -> None:
    """The same on the Overview and in the plan; nothing where the open tickets are enough."""
    enough = enrolled(agreed(apart), {"tracking": (account_of(ASSISTED),)})
    asks_more = [replace(item, tickets={"independent": 5}) for item in enough.objectives]
    for engagement, missing in ((enough, False), (replace(enough, objectives=tuple(asks_more)), True)):
        agree(apart, engagement)
        for address in (PLACE, f"/pages/agency?engagement={ACME}"):
            shown = text_of(apart.follow(LEAD, address).text)
            assert re.search("without the agency: exposed ?, and ticket 1 of the", shown.replace(" : ", ": "))
            assert (
                bool(re.search(r"\d more tickets are missing: too few open ones of this objective", shown)) is missing
            )


def test_the_other_open_tickets_that_a_rung_takes_are_named_beside_the_next_one(apart: PageClient) -> None:
    """Whoever tagged the second of two found it nowhere; the same on all three pages, as many as the rung takes."""
    engagement = enrolled(agreed(apart), {"tracking": (account_of(ASSISTED),)})
    objectives = [replace(item, tickets={"independent": 2}) for item in engagement.objectives]
    agree(apart, replace(engagement, objectives=tuple(objectives)))
    named = set()
    for who in (LEAD, AGENCY_LEAD):
        for address in (PLACE, f"{PLACE}&all=1", f"/pages/agency?engagement={ACME}"):
            shown = text_of(apart.follow(who, address).text)
            further = re.findall(r"(\d+) more can be driven without Acme Experiments: ([A-Z]+-\d+)", shown)
            assert [number for number, _ in further] == ["1"], (who, address)
            named |= {key for _, key in further}
    (key,) = named
    secured = apart.story_site.site.issue(key)
    # Its panel says of it, too, that it is a learner's: also to a lead, who reads no name here.
    for who, needed in ((LEAD, "."), (FURTHER, ": ask your lead.")):
        panel = text_of(apart.follow(who, f"/pages/panel/content?issue={secured.id}").text)
        assert f"An enrolled learner may need it{needed}" in panel, panel
    # Of a ticket that the reader may not browse nothing is told.
    opportunity = TeachingOpportunity(1, "tracking", "alone", 4, (), further=(secured.id,))
    assert [item.further for item in browsed_of([opportunity], {1, secured.id})] == [(secured.id,)]
    assert [item.further for item in browsed_of([opportunity], {1})] == [()]


def test_a_learner_needs_each_ticket_until_more_are_open_than_are_lacking(apart: PageClient) -> None:
    """A second ticket that was tagged for a learner made both read as if others were there."""
    engagement = enrolled(agreed(apart), {"tracking": (account_of(ASSISTED),)})
    name_all(apart.story_site)

    def read(needed: int) -> tuple[list[str], str]:
        """The other tickets named beside the next one, and the panel of the first of them."""
        own = [replace(item, tickets={"independent": needed}) for item in engagement.objectives]
        agree(apart, replace(engagement, objectives=tuple(own)))
        shown = text_of(apart.follow(LEAD, PLACE).text)
        others = re.findall(r"more can be driven without Acme Experiments: ((?:[A-Z]+-\d+(?:, | and )?)+)", shown)
        keys = re.findall(r"[A-Z]+-\d+", others[0]) if others else []
        issue = apart.story_site.site.issue((keys or named)[0]).id
        return keys, text_of(apart.follow(LEAD, f"/pages/panel/content?issue={issue}").text)

    named: list[str] = []
    named, panel = read(9)
    assert 0 < len(named) < 8, named
    needed = f"{ASSISTED} needs it, as every open ticket of this objective that can be driven without the agency."
    assert needed in panel, panel
    assert needed in read(len(named) + 1)[1]
    fewer = read(len(named))[1]
    assert needed not in fewer
    if len(named) > 1:
        assert f"{ASSISTED} may need it." in fewer


def test_a_ticket_to_leave_is_told_beside_those_to_teach_on_where_too_few_are_left(apart: PageClient) -> None:
    """An agency that takes it takes the rung; what is missing leads to where a ticket is tagged, or asked for."""
    engagement = agreed(apart)
    by_key = {item.key: item for item in engagement.objectives}
    design, tracking = by_key["ab-design"].mapping, by_key["tracking"].mapping
    both = TicketRule(labels=design.labels + tracking.labels, components=design.components + tracking.components)
    # Of these learners one would go up by shadowing.
    wide = replace(by_key["interviews"], mapping=both)
    for needed, is_short in ((1, False), (9, True)):
        agree(apart, replace(engagement, objectives=(replace(wide, tickets={"independent": needed}),)))
        plan = apart.follow(AGENCY_LEAD, f"/pages/agency?engagement={ACME}").text
        left = [
            item for item in re.findall(r"(?s)<li class=.step.[^>]*>.*?</ul>", plan) if "Leave to a learner." in item
        ]
        assert bool(left) is is_short
        for step in left:
            assert "shadows" in step
            listed = re.sub(r'(?s)<span class="note">\d+ more can be driven .*?</span>', "", step)
            assert len(set(re.findall(r'data-issue="([^"]*)"', listed))) == 2
            assert "Open tickets without an objective" in step
            # What brings the target nearer comes first: helped on, a ticket does not count for driving alone.
            first, teaches = step.index("Leave to a learner."), step.index("This teaches, but does not count")
            assert first < teaches
            assert "shadows" in step[first:teaches]
        assert bool(left) is ('<a href="#filed">' in plan)
        # Below the plan neither they nor what is missing are said again: each ticket stands once.
        (address,) = re.findall(r'hx-get="(/pages/next[^"]*)"', plan)
        below = apart.follow(AGENCY_LEAD, f"{unescape(address)}&all=1").text
        steps = re.findall(r"(?s)<li class=.step.[^>]*>.*?</ul>", plan)
        named = {key for step in steps for key in re.findall(r'data-issue="([^"]*)"', step)}
        assert named
        assert not named & {key for key, _ in items_of(below)}
        assert re.search(rf'<a href="#plan">{len(named)} tickets? (is|are) named in the plan above\.</a>', below)
        assert "Tag one, or ask for one." not in below
        assert "nearest learner still needs" not in below
        for who in (LEAD, AGENCY_LEAD, AGENCY_MEMBER):
            nearest = apart.follow(who, f"{PLACE}&all=1").text
            assert ("Tag one, or ask for one." in nearest) is (is_short and who == LEAD)
            assert bool(re.search(ASK_TO_DRIVE, nearest)) is (is_short and who != LEAD)
            assert ("Open tickets without an objective" in nearest) is is_short
            assert ('data-goes-to="filed"' in nearest) is (is_short and who != LEAD)


def test_of_two_tickets_that_give_somebody_the_same_rung_it_says_that_one_is_enough(apart: PageClient) -> None:
    assert "is enough" not in text_of(apart.follow(LEAD, f"{PLACE}&all=1").text)
    name_all(apart.story_site)
    items = [text_of(item) for item in re.findall(r"(?s)<li><div>.*?</li>", apart.follow(LEAD, f"{PLACE}&all=1").text)]
    of_two = r"drives .*: (\w+) , ticket 2 of the 2 that this rung takes(.*)"
    last = [re.search(rf"^(.*?): (\S+) .*?If (.*?) {of_two}", item) for item in items]
    first: dict[tuple[str, str, str], tuple[str, float]] = {}
    for item, match in zip(items, last, strict=True):
        if match:
            objective, key, who, rung, rest = match.groups()
            hours = next(iter(offered_hours(item)), 0.0)
            above, other = first.setdefault((who, rung, objective), (key, hours))
            # Which of the two is less work is said by the hours of both rows.
            than = (
                "" if hours == other or not hours * other else f", which is {'less' if other < hours else 'more'} work"
            )
            assert (f"or {above}{than}: one of the two is enough" in rest) is (above != key)
            assert ("is enough" in rest) is (above != key)
    assert len(first) < len(list(filter(None, last)))


def test_which_of_two_tickets_is_less_work_is_said_only_where_it_is_known() -> None:
    hour = 3_600_000_000
    row = Next("A-1", "", "Objective", "you", "driver", True, "assisted", None, False, DEFAULT, 2 * hour)
    for work, than in ((3, ", which is less work"), (1, ", which is more work"), (2, ""), (0, "")):
        rows = with_instead([row, dataclasses.replace(row, key="A-2", work=work * hour)])
        assert [each.alternative for each in rows] == ["", f"or A-1{than}: one of the two is enough"]


def gap_text(page_client: PageClient, who: str) -> str:
    return plain_text(page_client.follow(who, PLACE).text)


def plain_text(page: str) -> str:
    return text_of(page).replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ")


def test_a_ticket_that_takes_more_work_than_anybody_takes_on_is_no_nearest_one(
    apart: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where none is left, it says so on the Overview, in the plan and above the list of those tickets."""
    engagement = agreed(apart)
    (design,) = (item for item in engagement.objectives if item.key == "ab-design")
    # The only ticket of the agency with it takes weeks of work.
    agree(apart, enrolled(engagement, {"ab-design": design.learners}))
    asked = list[int]()
    in_one_pass = teaching.teaching_opportunities_of

    def counted(prepared: PreparedEngagement, issue_id: int, *of: Any, **named: Any) -> Any:
        asked.append(issue_id)
        return in_one_pass(prepared, issue_id, *of, **named)

    monkeypatch.setattr(teaching, "teaching_opportunities_of", counted)
    shown = gap_text(apart, LEAD)
    # Why there is none is known from looking at each ticket once.
    assert asked
    assert len(asked) == len(set(asked))
    assert not re.search(r"30 % of it", shown)
    more = r"but to rise a rung, a learner would have to do more than 16.h of it \(two working days\)"
    lacks = rf"1 ?open agency ticket: .*, {more}"
    assert re.search(lacks, shown), shown
    # The same beside one to drive alone.
    agree(apart, enrolled(engagement, {"ab-design": design.learners, "tracking": (account_of(ASSISTED),)}))
    assert re.search(lacks, gap_text(apart, LEAD))
    (address,) = re.findall(r'hx-get="([^"]*)"[^>]*>Open tickets<', apart.follow(LEAD, PLACE).text)
    listed = text_of(apart.follow(LEAD, unescape(address).replace("/pages/project/content", "/pages/tickets")).text)
    assert re.search(more, listed), listed


LONG, NOBODY = (
    "o rise a rung, a learner would have to do more than 16 h of",
    "ifts nobody enrolled for its objective",
)


@pytest.mark.parametrize("all_lift", [True, False, None])
def test_a_list_and_the_panels_of_its_tickets_agree_on_whether_more_work_would_lift_somebody(
    apart: PageClient, monkeypatch: pytest.MonkeyPatch, all_lift: bool | None
) -> None:
    """A panel concluded from the steps that are short enough to be offered that nobody could rise a rung."""
    # Nobody takes on any work; by it all tickets would lift somebody, none, or every other.
    monkeypatch.setattr(next_steps, "MOST_WORK", 1)

    def lifts(issue_id: int) -> bool:
        return issue_id % 2 == 0 if all_lift is None else all_lift

    def reach(_reaches: Reaches, _pair: object, kind: int, issue_id: int, _at: object) -> Reach | None:
        return Reach(1, 1, lifts=True) if kind == 3 and lifts(issue_id) else None

    monkeypatch.setattr(Reaches, "reach", reach)
    for who in (AGENCY_LEAD, LEAD):
        listed = plain_text(apart.follow(who, f"{OPEN}&untaught=all").text)
        by_issue = {}
        for key in listed_open(apart, who, f"{OPEN}&untaught=all"):
            issue_id = apart.story_site.site.issue(key).id
            panel = plain_text(apart.follow(who, f"/pages/panel/content?issue={issue_id}").text)
            assert (LONG in panel, NOBODY in panel) in {(True, False), (False, True)}, panel
            by_issue[issue_id] = LONG in panel
        assert len(by_issue) > 1
        assert by_issue == {issue_id: lifts(issue_id) for issue_id in by_issue}
        for text in (listed, gap_text(apart, who)):
            assert (LONG in text) is (all_lift is True), text
            assert bool(re.search(r"ifts? nobody enrolled for (its|their) objective:", text)) is (all_lift is False)
            some = r"ifts? nobody enrolled for (its|their) objective with 16 h of work or less"
            assert bool(re.search(some, text)) is (all_lift is None), text


def offered_hours(text: str) -> list[float]:
    text = text.replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ")
    return [float(hours) for hours in re.findall(r"\((?:at least )?([\d.]+).h more\)", text)]


@pytest.mark.parametrize("engagement", [ACME, "growth-bolt"])
@pytest.mark.parametrize("who", [LEAD, MEMBER, LEARNER, ASSISTED, FURTHER, AGENCY_LEAD, AGENCY_MEMBER])
def test_a_row_and_the_panel_of_its_ticket_offer_the_same_work(
    page_client: PageClient, who: str, engagement: str
) -> None:
    """On the Overview, in the plan and on Learning: no page names a step that the panel leaves out as too long."""
    for page in ("next", "learning", "agency"):
        answer = page_client.story_site.ask(account_of(who), f"/pages/{page}", engagement=engagement, all="1")
        if answer.status_code != 200:
            continue
        for key, row in re.findall(r'(?s)data-issue="([A-Z]+-\d+)"((?:(?!data-issue=).)*)', answer.text):
            hours = offered_hours(text_of(row))
            assert not hours or max(hours) <= 16, row
            if hours:
                issue_id = page_client.story_site.site.issue(key).id
                panel = text_of(page_client.follow(who, f"/pages/panel/content?issue={issue_id}").text)
                assert {*hours} <= {*offered_hours(panel)}, (key, row, panel)


def with_a_comment(page_client: PageClient, issue_id: int) -> None:
    at = go_on(page_client, 24)
    text = f"What this ticket shows is how the events of a step hang together. At {at}."
    page_client.story_site.site.add_comment(issue_id, by=account_of(MEMBER), at=at, text=text)


def test_an_agency_member_reads_which_of_their_own_tickets_a_comment_makes_taught(
    lively: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, noor, rhodes = lively.story_site.site, account_of(AGENCY_MEMBER), account_of(AGENCY_LEAD)
    # Nobody is moved by a ticket of the agency.
    monkeypatch.setattr(teaching, "teaching_opportunities_of", lambda *_args, **_named: ())
    issue = site.create_issue(
        "GROW", "Task", "Hers", by=noor, at=go_on(lively, 24), labels=("ab-design",), points=3, assignee=noor
    )
    untouched = site.create_issue(
        "GROW", "Task", "Not seen", by=noor, at=go_on(lively, 1), labels=("ab-design",), points=3, assignee=noor
    )
    led = site.create_issue(
        "GROW", "Task", "Of the lead", by=noor, at=go_on(lively, 1), labels=("ab-design",), points=3, assignee=rhodes
    )
    for own, holder in ((issue, noor), (untouched, noor), (led, rhodes)):
        site.transition(own.id, "In Progress", by=holder, at=go_on(lively, 1))
    go_on(lively, 80)
    note = (
        r"Counts as taught once an in-house person who commented on \d+ \w+ is named under Shadows, or writes one more "
        r"comment of 40 characters"
    )
    before = text_of(lively.follow(AGENCY_MEMBER, PLACE).text)
    assert re.search(
        r"Assigned to you; (?:ask on the ticket|name the person)|\d assigned to you needs? some", before
    ), before
    assert not re.search(rf"{issue.key} Hers ?{note}", before)
    for own in (issue, led):
        with_a_comment(lively, own.id)
    go_on(lively, 0)
    hers = text_of(lively.follow(AGENCY_MEMBER, PLACE).text).replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(rf"{issue.key} Hers ?{note}", hers), hers
    # Who reads what counts the enrolled alone reads why no row tells of it.
    assert UNTOLD not in hers
    lead_s = text_of(lively.follow(AGENCY_LEAD, PLACE).text).replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(rf"{led.key} Of the lead ?{note}[^.]*\. {UNTOLD}", lead_s), lead_s
    assert MEMBER not in hers
    # The others of hers are not left out without a word.
    shadows = r"(\d) more assigned to you needs? somebody in-house to shadow (it|them): "
    rest = re.search(rf"{shadows}ask your lead or [^.]*\. (.*)", hers)
    assert rest, hers
    others = re.findall(r"[A-Z]+-\d+", rest[3].partition(" Open tickets")[0])
    assert untouched.key in others
    assert len(others) == int(rest[1])
    # Whoever commented reads it in their row of the list; nobody else in-house does.
    own = "it counts as taught once you are named under Shadows, or write one more comment of 40 characters or more"
    row = f"{issue.key} Hers .*? {own}"
    listed = {who: text_of(lively.follow(who, OPEN).text) for who in (MEMBER, LEAD)}
    assert re.search(row, listed[MEMBER]), listed[MEMBER]
    assert "once you are named" not in listed[LEAD].partition(f"{issue.key} Hers")[2][:300]
    # It stands under the nearest tickets of whoever commented, too, and of nobody else.
    nearest = {who: text_of(lively.follow(who, PLACE).text) for who in (MEMBER, LEARNER, LEAD)}
    note = rf"Yours .*?{issue.key} Hers ?{own}"
    assert re.search(note, nearest[MEMBER].replace("\N{NO-BREAK SPACE}", " ")), nearest[MEMBER]
    assert not any(re.search(rf"{issue.key} Hers ?one more", nearest[who]) for who in (LEARNER, LEAD))
    # Where it brings them no further, it says so.
    assert re.search(r"another day[^;.]*; it brings you to shadowed", nearest[MEMBER])
    with monkeypatch.context() as patch:
        patch.setattr(OwnLadder, "move", lambda *_args: OwnMove(4, 4, 2))
        stays = text_of(lively.follow(MEMBER, PLACE).text)
    assert re.search(r"another day[^;.]*; your rung stays independent", stays), stays
    # The list that the button opens begins with what is hers.
    link = re.search(r'hx-get="([^"]*)"[^>]*>Open tickets<', lively.follow(AGENCY_MEMBER, PLACE).text)
    assert link
    tickets = lively.follow(AGENCY_MEMBER, unescape(link[1]).replace("/pages/project/content", "/pages/tickets")).text
    own = ["assigned to you" in item for item in re.findall(r"(?s)<li><div>.*?</li>", tickets)]
    assert own[0]
    assert own == sorted(own, reverse=True)
    with_a_comment(lively, issue.id)
    go_on(lively, 0)
    assert not re.search(rf"{issue.key} Hers ?one more", text_of(lively.follow(MEMBER, PLACE).text))
    assert not re.search(rf"{issue.key} Hers ?{note}", text_of(lively.follow(AGENCY_MEMBER, PLACE).text))


def test_leads_read_beside_a_nearest_ticket_whose_comment_makes_it_taught(lively_alone: PageClient) -> None:
    """Lists and panels said it; here they looked for a learner alone, where one word to somebody is enough."""
    site, noor = lively_alone.story_site.site, account_of(AGENCY_MEMBER)
    team = tuple(account_of(name) for name in team_of(lively_alone.story_site))
    agree(lively_alone, enrolled(agreed(lively_alone), {"ab-design": team}))
    issue = site.create_issue(
        "GROW", "Task", "Ask ten", by=noor, at=go_on(lively_alone, 24), labels=("ab-design",), points=3, assignee=noor
    )
    site.transition(issue.id, "In Progress", by=noor, at=go_on(lively_alone, 1))
    go_on(lively_alone, 80)
    note = (
        r" ?Counts as taught once an in-house person who commented on \d+ \w+ is named under Shadows, or writes one "
        r"more comment of 40 characters or more on another day, or does 10 % of the work, or logs 30 minutes of it\."
    )

    def nearest(who: str) -> str:
        return text_of(lively_alone.follow(who, PLACE).text).replace("\N{NO-BREAK SPACE}", " ")

    row = rf"{issue.key} Ask ten (?:(?!GROW-).)*"
    assert re.search(f"{row}If ", nearest(LEAD))
    assert not re.search(f"{row}{note}", nearest(LEAD))
    with_a_comment(lively_alone, issue.id)
    go_on(lively_alone, 0)
    for who in (LEAD, AGENCY_LEAD, AGENCY_MEMBER):
        assert re.search(f"{row}If (?:(?!GROW-).)*{note}", nearest(who)), nearest(who)
        assert nearest(who).count(UNTOLD) == (who == AGENCY_LEAD)
    # Others in-house read it of themselves alone.
    assert not any(re.search(f"{row}{note}", nearest(who)) for who in (MEMBER, LEARNER))


def test_what_brings_the_reader_highest_on_a_ticket_of_theirs_is_said_and_that_nothing_is_left(
    lively_alone: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, noor = lively_alone.story_site.site, account_of(AGENCY_MEMBER)
    issue = site.create_issue(
        "GROW", "Task", "Hers", by=noor, at=go_on(lively_alone, 24), labels=("ab-design",), points=3, assignee=noor
    )
    site.transition(issue.id, "In Progress", by=noor, at=go_on(lively_alone, 1))
    go_on(lively_alone, 80)
    place = {"engagement": ACME, "issue": str(issue.id)}

    def yours(role: str, account: str) -> str:
        at = place | {"role": role}
        lively_alone.story_site.ask(account_of(MEMBER), "/pages/panel/role", "POST", {"account": account}, **at)
        go_on(lively_alone, 0)
        return text_of(lively_alone.follow(MEMBER, PLACE).text)

    # A comment brings them to shadowed, to drive it to assisted.
    with monkeypatch.context() as patch:
        patch.setattr(OwnLadder, "move", lambda *of: OwnMove(1, of[-1], of[-1]))
        patch.setattr(NextSteps, "_to", lambda _, step: step.kind)
        drives = yours("learner", account_of(MEMBER))
    note = "assign it to yourself and do 30 % of it, as you are named under Drives"
    assert re.search(rf"Yours .*?{issue.key} Hers ?{note}; it brings you to assisted", drives), drives
    with_a_comment(lively_alone, issue.id)
    yours("learner", "")
    done = "you are named under Shadows; finished now, it counts as taught: nothing more to do"
    # As of whoever drives such tickets alone already.
    monkeypatch.setattr(NextSteps, "on_ticket", lambda *_: None)
    shadows = yours("shadow", account_of(MEMBER))
    assert re.search(rf"Yours .*?{issue.key} Hers ?{done}", shadows), shadows


def test_a_ticket_that_counts_as_taught_is_nowhere_among_those_that_still_need_somebody(
    lively_alone: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, noor = lively_alone.story_site.site, account_of(AGENCY_MEMBER)
    monkeypatch.setattr(teaching, "teaching_opportunities_of", lambda *_args, **_named: ())
    issues = [
        site.create_issue(
            "GROW", "Task", name, by=noor, at=go_on(lively_alone), labels=("ab-design",), points=3, assignee=noor
        )
        for name in ("To be taught", "Left")
    ]
    for issue in issues:
        site.transition(issue.id, "In Progress", by=noor, at=go_on(lively_alone))
    go_on(lively_alone, 80)

    def listing(who: str) -> tuple[int, list[str]]:
        page = lively_alone.follow(who, PLACE).text
        address, number = opened_number(page)
        listed = listed_open(lively_alone, who, unescape(address))
        assert len(listed) == number
        return number, listed

    plan = f"/pages/agency?engagement={ACME}"
    readers, (taught, left) = (LEAD, MEMBER, AGENCY_LEAD, AGENCY_MEMBER), (issue.key for issue in issues)
    before = {who: listing(who)[0] for who in readers}
    assert taught in text_of(lively_alone.follow(AGENCY_LEAD, plan).text)
    for _ in range(2):
        with_a_comment(lively_alone, issues[0].id)
    go_on(lively_alone, 0)
    for who in readers:
        number, listed = listing(who)
        assert number == before[who] - 1
        assert left in listed
        assert taught not in listed
    hers = text_of(lively_alone.follow(AGENCY_MEMBER, PLACE).text)
    assert left in hers
    assert taught not in hers
    assert taught not in text_of(lively_alone.follow(AGENCY_LEAD, plan).text)
    monkeypatch.setattr(teaching, "is_taught", lambda _entry: True)
    address, number = opened_number(lively_alone.follow(LEAD, PLACE).text)
    assert re.search(rf"{number} ?open agency tickets: each counts as taught already", gap_text(lively_alone, LEAD))
    assert f"{number} open tickets of Acme Experiments count as taught already." in text_of(
        lively_alone.follow(LEAD, unescape(address).replace("/pages/project/content", "/pages/tickets")).text
    )


def test_a_ticket_that_waits_for_the_in_house_team_says_so_among_the_reader_s(
    lively_alone: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, callum = lively_alone.story_site.site, account_of(AGENCY_LEAD)
    monkeypatch.setattr(teaching, "teaching_opportunities_of", lambda *_args, **_named: ())
    issue = site.create_issue(
        "GROW", "Task", "His", by=callum, at=go_on(lively_alone, 24), labels=("ab-design",), assignee=callum
    )
    site.transition(issue.id, "In Progress", by=callum, at=go_on(lively_alone, 1))
    waits = rf"Design an A/B test: {issue.key} His waits for the in-house team"
    go_on(lively_alone, 48)
    assert not re.search(waits, text_of(lively_alone.follow(AGENCY_LEAD, PLACE).text))
    site.transition(issue.id, "Waiting for client", by=callum, at=go_on(lively_alone, 1))
    go_on(lively_alone)
    assert re.search(waits, text_of(lively_alone.follow(AGENCY_LEAD, PLACE).text))


def test_of_many_tickets_of_an_agency_s_reader_the_latest_are_named_with_what_to_do() -> None:
    labels = {number: IssueLabel(number, f"A-{number}", "", None, secured=False) for number in range(8)}
    held = held_of(labels, dict.fromkeys(labels, Note("", "Design")), DEFAULT, names_shadows=True)
    assert (held.text, held.rows) == ("", ())
    then = ", who then writes one comment of 40 characters or more."
    shadows = f"8 assigned to you need somebody in-house to shadow them: name one in the ticket’s panel{then}"
    assert held.rest == shadows
    assert [(row.key, row.objective) for row in held.others] == [(f"A-{number}", "Design") for number in range(3)]
    assert held.more == "and 5 more"
    # Beside those that say what they take, none is left out either.
    notes = dict.fromkeys(range(4), Note("Counts as taught once …")) | {4: Note("")}
    held = held_of(labels, notes, DEFAULT, names_shadows=False)
    assert [row.key for row in held.rows] == ["A-0", "A-1", "A-2"]
    assert held.text == "Assigned to you; ask on the ticket for what is missing:"
    # Who may name nobody reads whom to ask.
    shadows = "2 more assigned to you need somebody in-house to shadow them: "
    shadows += f"ask your lead or the in-house team to name one{then}"
    assert (held.rest, [row.key for row in held.others], held.more) == (shadows, ["A-3", "A-4"], "")
    assert held_of(labels, {}, DEFAULT, names_shadows=True) == Held()
    # Who may name somebody does so where that is enough for each that is listed.
    enough = dict.fromkeys(range(4), Note("Counts as taught once …", by_name=True))
    named = "Assigned to you; name the person under Shadows in the ticket’s panel:"
    assert held_of(labels, enough, DEFAULT, names_shadows=True).text == named
    for others, names_shadows in ((enough, False), (enough | {0: notes[0]}, True)):
        assert held_of(labels, others, DEFAULT, names_shadows=names_shadows).text == held.text


def test_an_agency_reads_which_tickets_would_help_on_its_page_and_objectives_leads_there(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same part stood word for word on three pages."""
    monkeypatch.setattr(next_tickets, "NEAREST", 1)
    for who, is_agency in ((AGENCY_LEAD, True), (AGENCY_MEMBER, True), (LEAD, False), (MEMBER, False)):
        objectives = page_client.objectives(who).text
        assert ("/pages/next?" in objectives) is not is_agency
        leads = r'data-goes-to="[^"]*" hx-get="([^"]*)"[^>]*>[^<]*(?:plan of the agency|of all objectives)<'
        link = re.search(leads, objectives)
        assert bool(link) is is_agency
        # Those for which the Overview has no room stand where all are.
        more = re.search(r'hx-get="([^"]*)"[^>]*>\d+ more opportunit', page_client.follow(who, PLACE).text)
        assert more
        tab = 'id="tab-agency"' if is_agency else 'id="tab-objectives"'
        for address in filter(None, (more, link)):
            there = page_client.follow(who, unescape(address[1])).text
            assert re.search(rf'{tab}[^>]*aria-current="page"', there)
        agency = page_client.follow(who, f"/pages/agency?engagement={ACME}").text
        assert bool(re.search(r'hx-get="/pages/next[^"]*all=1', agency)) is is_agency


NEAREST_OF_ALL = "Nearest tickets to learn on, of all objectives"


def test_objectives_leads_to_the_plan_of_the_one_that_is_not_reached(page_client: PageClient) -> None:
    """It led to what waits for a signature, above everything that would help."""
    goals = set()
    for engagement, who in ((ACME, AGENCY_LEAD), (BOLT, OTHER_LEAD)):
        agency = page_client.follow(who, f"/pages/agency?engagement={engagement}").text
        planned = re.findall(r'<li class="step" id="(step-[^"]+)" tabindex="-1">', agency)
        assert '<h3 class="sub" id="nearest" tabindex="-1">Nearest tickets to learn on</h3>' in agency
        for objective in read_engagement(engagement_file(page_client.story_site.story, engagement)).objectives:
            page = page_client.objectives(who, engagement, objective=objective.key).text
            (goal,) = set(GOES_TO.findall(page))
            place = f"step-{objective.key}"
            assert goal == (place if place in planned else "nearest")
            # The button says where it leads.
            named = f"{objective.name} in the plan of the agency" if goal == place else NEAREST_OF_ALL
            assert re.search(rf'data-goes-to="{goal}"[^>]*>{re.escape(named)}</a>', page)
            goals.add(goal == place)
            # What was not reached then may have left the plan of today.
            past = page_client.objectives(who, engagement, objective=objective.key, period="2026Q3").text
            assert set(GOES_TO.findall(past)) <= {"nearest"}
    assert goals == {True, False}


def test_what_a_nearest_learner_lacks_leads_to_the_tickets_that_could_get_the_objective(apart: PageClient) -> None:
    """Where no open ticket has the objective, nothing said what to do about it."""
    engagement = with_one_who_learned_it(agreed(apart))
    bare = replace(engagement.objectives[0], key="bare", name="Bare", mapping=NOWHERE, learners=(account_of(ASSISTED),))
    other = replace(bare, key="other", name="Other")
    agree(apart, replace(engagement, objectives=(*engagement.objectives, bare, other)))
    for who in (LEAD, AGENCY_LEAD):
        shown = apart.follow(who, PLACE).text
        # A row of its own, under the heading of what is driven without the agency.
        alone = shown.partition(">To drive without Acme Experiments</h3>")[2]
        ways = dict(re.findall(r"(?s)<li><div><a [^>]*>([^<]*)</a>: (.*?)</div></li>", alone))
        bare_way = text_of(ways["Bare"])
        # Of the agency none is without an objective: what is nobody's is for the in-house team to say.
        free = "whether to set it on the 1 open ticket without an objective that is nobody’s, proposals aside"
        add = "tag one, or ask for one" if who == LEAD else f"ask the in-house team {free}"
        lacks = f"No open ticket has this objective: {add}. Open tickets without an objective of "
        assert re.match(rf"the nearest learner still needs [^.]*\. {lacks}", bare_way), bare_way
        (address,) = re.findall(r'hx-get="([^"]*show=open[^"]*)"', ways["Bare"])
        listed = apart.follow(who, unescape(address).replace("/pages/project/content", "/pages/tickets")).text
        assert "For Bare the nearest learner still needs" in listed
        assert 'aria-label="Open tickets without an objective of Growth and Acme: Bare"' in ways["Bare"]
        # An agency asks for one there, too.
        assert [way.count(">Feedback to the in-house team</a>") for way in ways.values()] == [who == AGENCY_LEAD] * 2
        # Of an objective with open tickets it is not said.
        assert ways.keys() == {"Bare", "Other"}
        assert shown.count("No open ticket has this objective") == 2
        assert "No open ticket has this objective" in ways["Other"]
