"""Each next step that a panel promises is done in Jira, and the panel then says what it promised."""

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from msgspec import structs

from connector.figures.prepared import select_prepared
from connector.pages.learning.rung_names import WORDS, Needs
from connector.pages.learning.rungs import LadderContext, RungRow, rungs_of
from connector.pages.learning.sign_offs import value_of
from connector.pages.panel import learner_steps, needed_text, own_rungs
from connector.pages.panel.next_step_text import moves_of
from connector.pages.panel.step_viewer import StepViewer
from connector.pages.ticket_text import Naming
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.people.standing import PairView
from mappings.measure.people.teaching_opportunities import Reach, Reaches
from mappings.measure.ticket.next_steps import NextStep
from mappings.records.agreement.consents import insert_consent
from mappings.records.agreement.engagements import select_engagement
from mappings.records.sql.scope import AgreementScope
from tests.jira.story.people import account_of
from tests.measure.builders import agree, goal
from tests.pages.conftest import ACME, AGENCY_LEAD, AGENCY_MEMBER, GATEKEEPER, LEAD, LEARNER, MEMBER, PageClient, go_on
from tests.pages.html_reader import Reader, text_of
from tests.pages.panel.test_panel import press
from tests.pages.test_matrix import name_all
from tests.pages.test_works_council import COUNCIL, rule
from tests.pages.tickets.test_open_list import answered, rows

TAUGHT_BY = r"One of these makes it count as taught for the part of Acme Experiments:"
SCORED = f"{TAUGHT_BY[:-1]} (also for “Learners taught” if an enrolled learner does it):"
SAID = "What this ticket shows is how the events of a step hang together."
HOUR = 3_600_000_000


@dataclass
class Opened:
    """An open ticket of the agency with an objective, and whoever reads its panel."""

    page_client: PageClient
    issue_id: int

    def read(self, who: str = LEARNER) -> str:
        go_on(self.page_client, 0)
        project = str(self.page_client.story_site.site.project("GROW").id)
        context = {"issue.id": str(self.issue_id), "project.id": project}
        answer = self.page_client.story_site.page(account_of(who), "teachback-panel", context)
        return self.page_client.read(answer).text.replace("\N{NO-BREAK SPACE}", " ")

    def comment(self, who: str = LEARNER) -> None:
        at = go_on(self.page_client, 0.1)
        self.page_client.story_site.site.add_comment(self.issue_id, by=account_of(who), at=at, text=f"{SAID} At {at}.")

    def act(self, what: str, *, who: str = LEARNER, **form: str) -> str:
        address = f"/pages/panel/{what}"
        place = {"engagement": ACME, "issue": str(self.issue_id), **form}
        answer = self.page_client.story_site.ask(account_of(who), address, "POST", form, **place)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
def opened(lively_alone: PageClient) -> Opened:
    # What a step promises depends on where its reader stands, which the tests move.
    site, by = lively_alone.story_site.site, account_of(AGENCY_MEMBER)
    at = go_on(lively_alone, 24)
    issue = site.create_issue(
        "GROW", "Task", "Design the next test", by=by, at=at, labels=("ab-design",), points=3, assignee=by
    )
    site.transition(issue.id, "In Progress", by=by, at=go_on(lively_alone, 1))
    work_on(lively_alone, 8)
    return Opened(lively_alone, issue.id)


def calendar_of(page_client: PageClient) -> Calendar:
    with page_client.story_site.container.reader.connect() as connection:
        stored = select_engagement(connection, page_client.story_site.tenant_id, ACME)
        assert stored
        return select_prepared(connection, page_client.story_site.tenant_id, stored).calendar


def work_on(page_client: PageClient, hours: int) -> None:
    """Let so many business hours pass."""
    at = go_on(page_client, 0)
    page_client.story_site.clock.at = calendar_of(page_client).later(at, hours * HOUR)


def shadow_and_comment(opened: Opened) -> None:
    opened.act("role", role="shadow", account=account_of(LEARNER))
    opened.comment()


def comment(opened: Opened) -> None:
    opened.comment()


def comment_tomorrow(opened: Opened) -> None:
    go_on(opened.page_client, 24)
    opened.comment()


def nothing(_: Opened) -> None:
    """The promise is about a fresh ticket."""


def log(opened: Opened) -> None:
    at = go_on(opened.page_client, 0.1)
    opened.page_client.story_site.site.add_worklog(
        opened.issue_id, by=account_of(LEARNER), at=at, started=at, seconds=30 * 60
    )
    go_on(opened.page_client, 0.6)


def help_with(opened: Opened) -> None:
    """Work on it for as long as the panel says, and no longer."""
    promised = re.search(HELP, opened.read(), re.IGNORECASE)
    assert promised, opened.read()
    at, site = go_on(opened.page_client, 0), opened.page_client.story_site
    site.site.edit(opened.issue_id, by=account_of(LEARNER), at=at, assignee=account_of(LEARNER))
    calendar = calendar_of(opened.page_client)
    work = round(float(promised[1]) * HOUR)
    go_on(opened.page_client, 0)
    site.clock.at = calendar.later(at, work - HOUR // 5)
    assert "you shadowed it" not in opened.read()
    site.clock.at = calendar.later(at, work + HOUR // 100)


def be_named(opened: Opened) -> None:
    opened.act("role", role="shadow", account=account_of(LEARNER))


def commented_yesterday(opened: Opened) -> None:
    opened.comment()
    go_on(opened.page_client, 24)


def say_little(opened: Opened, who: str = LEARNER) -> None:
    at = go_on(opened.page_client, 0.1)
    opened.page_client.story_site.site.add_comment(opened.issue_id, by=account_of(who), at=at, text="Fine.")


def be_named_and_say_little(opened: Opened) -> None:
    be_named(opened)
    say_little(opened)


# The reader's own.
SHADOW = r"Be named under Shadows and write one comment of 40 characters or more"
HELP = r"assign it to yourself and do 10 % of the work \(([\d.]+) h more\)"
LOG = "log 30 minutes of it"
# What they work themselves counts as in-house work.
OF_AGENCY = "it would count as taught for the part of Acme Experiments"
BY_WORK = rf"{SHADOW}, or {HELP}, or {LOG}, and {OF_AGENCY}"
STEPS: dict[str, tuple[Callable[[Opened], None], str, Callable[[Opened], None]]] = {
    "named and comment": (nothing, BY_WORK, shadow_and_comment),
    "help": (nothing, BY_WORK, help_with),
    "log": (nothing, BY_WORK, log),
    "comment": (be_named, "you write one comment of 40 characters or more", comment),
    "comment on another day": (
        comment,
        "write one more comment of 40 characters or more on another day",
        comment_tomorrow,
    ),
    "named after a comment": (
        comment,
        "you are named under Shadows, or write one more comment of 40 characters or more on another day",
        be_named,
    ),
    # Who wrote on it already does by work what others do.
    "log after a comment": (comment, rf"{HELP[0].upper()}{HELP[1:]}, or {LOG}, and {OF_AGENCY}", log),
    "help after a comment": (comment, rf"{HELP[0].upper()}{HELP[1:]}, or {LOG}, and {OF_AGENCY}", help_with),
    "comment a day later": (
        commented_yesterday,
        "write one more comment of 40 characters or more on another day",
        comment,
    ),
    "a comment too short to count": (
        be_named_and_say_little,
        "you write one comment of 40 characters or more",
        comment,
    ),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_is_promised_gives_what_was_promised(opened: Opened, step: str) -> None:
    before, words, do = STEPS[step]
    before(opened)
    text = opened.read()
    then = "" if words.endswith(OF_AGENCY) else r"[^.]*, it would count as taught"
    assert re.search(rf"{words}{then} \(for you: shadowed\)", text), text
    assert "would count as done only" in text
    do(opened)
    text = opened.read()
    assert re.search(r"Finished now, this ticket would count as taught[^:.]*: you shadowed it\.", text), text


def text_at(opened: Opened, who: str, address: str) -> str:
    go_on(opened.page_client, 0)
    return opened.page_client.read(opened.page_client.follow(who, address)).text.replace("\N{NO-BREAK SPACE}", " ")


def test_what_is_next_on_the_ladder_follows_the_own_act(opened: Opened) -> None:
    address = f"/pages/learning?tab=learning&engagement={ACME}&period="
    be_named(opened)
    named = "open; you are named under Shadows: write one comment of 40 characters or more, and it counts as shadowed"
    assert named in text_at(opened, LEARNER, address)
    opened.comment()
    assert "open; it counts as shadowed once it is done" in text_at(opened, LEARNER, address)
    assert named not in text_at(opened, LEARNER, address)


def test_what_is_next_on_the_ladder_takes_no_role_from_a_colleague(opened: Opened) -> None:
    address = f"/pages/learning?tab=learning&engagement={ACME}&period="
    place = "be named under Shadows and write one comment of 40 characters or more"
    days = (
        "write one comment of 40 characters or more on each of 2 days, or assign it to yourself and do 10 % of the "
        "work, or log 30 minutes of it, and it counts as shadowed"
    )
    assert place in text_at(opened, LEARNER, address)
    opened.act("role", role="shadow", account=account_of(MEMBER))
    assert days in text_at(opened, LEARNER, address)
    opened.comment()
    another = "write one more comment of 40 characters or more on another day, and it counts as shadowed"
    assert f"open; {another}" in text_at(opened, LEARNER, address)
    opened.act("role", role="shadow", account="")
    assert f"open; be named under Shadows, or {another}" in text_at(opened, LEARNER, address)
    be_named(opened)
    assert "open; it counts as shadowed once it is done" in text_at(opened, LEARNER, address)


def test_rows_ask_a_named_shadow_for_the_first_comment(opened: Opened) -> None:
    address = f"/pages/tickets?engagement={ACME}&show=open"
    asked = "counts as taught once the person named under Shadows writes one comment of 40 characters or more"
    own = "one comment of yours of 40 characters or more makes it taught"
    assert asked not in text_at(opened, AGENCY_MEMBER, address)
    be_named(opened)
    assert asked in text_at(opened, AGENCY_MEMBER, address)
    assert own in text_at(opened, LEARNER, address)
    # What is too short to count is no first comment.
    say_little(opened)
    assert asked in text_at(opened, AGENCY_MEMBER, address)
    assert own in text_at(opened, LEARNER, address)
    assert "one more comment" not in text_at(opened, LEARNER, address)
    opened.comment()
    assert asked not in text_at(opened, AGENCY_MEMBER, address)
    assert own not in text_at(opened, LEARNER, address)


ALONE = "Assign it to yourself, move it to In Progress and do half of it without help of an agency"
NAMED_AND_DRIVE = (
    r"Assign it to yourself and do half of the work \(([\d.]+) h more\), "
    r"or 30 % of it when named under Drives \(([\d.]+) h more\)"
)


@pytest.mark.parametrize("named", [True, False])
def test_who_drives_gets_what_was_promised_to_the_hour(opened: Opened, named: bool) -> None:
    page_client, site = opened.page_client, opened.page_client.story_site.site
    promised = re.search(rf"{NAMED_AND_DRIVE}, and {OF_AGENCY} \(for you: (\w+)\)", opened.read())
    assert promised
    assert float(promised[2]) < float(promised[1])
    if named:
        opened.act("role", role="learner", account=account_of(LEARNER))
        left = r"Assign it to yourself and do 30 % of it, as you are named under Drives \([\d.]+ h more\), and it would"
        assert re.search(left, opened.read())
    else:
        assert "I drive it" in opened.read()
    at = go_on(page_client, 0)
    site.edit(opened.issue_id, by=account_of(LEARNER), at=at, assignee=account_of(LEARNER))
    calendar = calendar_of(page_client)
    go_on(page_client, 0)
    work = round(float(promised[2 if named else 1]) * HOUR)
    page_client.story_site.clock.at = calendar.later(at, work - HOUR)
    assert f"you drove it with help ({promised[3]})" not in opened.read()
    page_client.story_site.clock.at = calendar.later(at, work + HOUR // 10)
    assert f"you drove it with help ({promised[3]})" in opened.read()
    site.transition(opened.issue_id, "Done", by=account_of(LEARNER), at=go_on(page_client, 0))
    assert re.search(rf"Taught ?: you drove it with help \({promised[3]}\)\. It gave ", opened.read())


def test_alone_it_takes_to_be_assigned_and_to_work_and_no_role(lively_alone: PageClient) -> None:
    """What the panel promises for it is done to the letter; the role under Drives would do nothing."""
    site, by = lively_alone.story_site.site, account_of(LEARNER)
    issue = site.create_issue("GROW", "Task", "Nobody’s yet", by=by, at=go_on(lively_alone, 24), labels=("ab-design",))
    go_on(lively_alone, 1)
    nobodys = Opened(lively_alone, issue.id)
    text = nobodys.read()
    assert re.search(rf"{ALONE}, and it would count as own \(for you: independent\)", text), text
    assert "I drive it" not in text
    nobodys.act("role", role="learner", account=by)
    assert ALONE in nobodys.read()
    site.edit(issue.id, by=by, at=go_on(lively_alone, 1), assignee=by)
    text = nobodys.read()
    assert "Assign it to yourself" not in text
    site.transition(issue.id, "In Progress", by=by, at=go_on(lively_alone, 1))
    work_on(lively_alone, 8)
    assert "you drove it without help" in nobodys.read()


def learner_of(page_client: PageClient) -> str:
    """The name of somebody who is enrolled for the objective of the opened ticket."""
    with page_client.story_site.container.reader.connect() as connection:
        stored = select_engagement(connection, page_client.story_site.tenant_id, ACME)
    assert stored
    enrolled = next(item.learners for item in stored.engagement.objectives if item.key == "ab-design")
    return next(person.name for person in page_client.story_site.story.people if account_of(person.name) in enrolled)


def test_the_own_ladder_is_the_viewers_alone_and_a_teach_back_is_one_press(opened: Opened) -> None:
    learner = learner_of(opened.page_client)
    text = opened.read(learner)
    assert "Your rung on Design an A/B test; only you see it" in text
    assert "exposed shadowed assisted independent teaches" in text
    assert "What was recorded, newest first" in text
    for who in (AGENCY_LEAD, AGENCY_MEMBER):
        assert "only you see it" not in opened.read(who)
        assert "I explained it back" not in opened.read(who)
    # Nobody is asked who neither has a role on an open ticket nor left a trace on it.
    asked = "Did you explain to a lead or your mentor what it taught?"
    assert asked not in opened.read(learner)
    opened.act("role", who=learner, role="shadow", account=account_of(learner))
    assert asked in opened.read(learner)
    opened.act("role", who=learner, role="shadow", account="")
    assert asked not in opened.read(learner)
    opened.comment(learner)
    assert asked in opened.read(learner)
    answer = opened.act("explain", who=learner, objective="ab-design")
    assert "they see it once you show them your name" in answer
    assert "You explained it back. It counts when a lead or a mentor accepts it." in opened.read(learner)


def test_a_teach_back_is_undone_for_its_minute_on_opening_the_panel_again(opened: Opened) -> None:
    learner, panel = learner_of(opened.page_client), f"/pages/panel/content?issue={opened.issue_id}"
    opened.comment(learner)
    opened.read(learner)
    # Beside the answer it has one undo.
    assert opened.act("explain", who=learner, objective="ab-design").count("data-undo") == 1
    opened.page_client.story_site.clock.at += 40_000_000
    again = opened.page_client.follow(learner, panel).text
    assert again.count("data-undo") == again.count('data-rest="20"') == 1
    undo = re.search(r"It counts when a lead or a mentor accepts it\. <button[^>]* hx-post=\"([^\"]*)\"", again)
    assert undo
    assert "Undone." in opened.page_client.press(learner, html.unescape(undo[1])).text
    assert "I explained it back" in opened.read(learner)
    # After its minute nothing takes it back.
    opened.act("explain", who=learner, objective="ab-design")
    opened.page_client.story_site.clock.at += 61_000_000
    assert "data-undo" not in opened.page_client.follow(learner, panel).text


def test_a_teach_back_that_waits_is_named_wherever_its_open_ticket_is(opened: Opened) -> None:
    learner, page_client = learner_of(opened.page_client), opened.page_client
    pages = [f"/pages/next?engagement={ACME}", f"/pages/tickets?engagement={ACME}&show=open"]
    ladder = f"/pages/learning?engagement={ACME}"

    def shown(address: str) -> str:
        return text_of(page_client.follow(learner, address).text)

    waits, then = "explained back, waits to be accepted", "; then it counts as taught"
    assert not any(waits in shown(address) for address in (*pages, ladder))
    opened.act("explain", who=learner, objective="ab-design")
    go_on(page_client, 0)
    for address in pages:
        assert re.search(rf"Design the next test .*?{waits}{then}", shown(address)), address
    assert re.search(rf"Design the next test ?{waits}", shown(ladder).partition("Your tickets behind it")[0])
    name_all(page_client.story_site)
    accepted = {"issue": str(opened.issue_id), "pair": value_of(("ab-design", account_of(learner)))}
    assert page_client.press(LEAD, f"/pages/learning/accept?engagement={ACME}", **accepted).status_code == 200
    assert not any(waits in shown(address) for address in (*pages, ladder))
    assert "Finished now, this ticket would count as taught" in opened.read(learner)


def test_a_teach_back_that_could_move_nothing_is_not_offered(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a rung, nor what the ticket counts as."""
    learner, offered = learner_of(opened.page_client), []
    opened.comment(MEMBER)
    for taught in (frozenset[int](), frozenset(range(6))):
        monkeypatch.setattr(own_rungs, "TEACHING", taught)
        for least in (2, 5):

            def rows(*args: Any, least: int = least) -> list[RungRow]:
                return [replace(row, counts_from=least) for row in rungs_of(*args)]

            monkeypatch.setattr(own_rungs, "rungs_of", rows)
            offered.append("I explained it back" in opened.read(learner))
    assert offered == [True, True, True, False]


def test_at_the_top_the_panel_leaves_it_to_the_rungs_to_say_so(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the first rung's name the words for it read as belonging to that rung."""

    def at_top(context: LadderContext, views: Iterable[PairView]) -> list[RungRow]:
        rows = rungs_of(context, views)
        return [replace(row, rung=5, counts_from=0, onward="Top rung") for row in rows]

    learner = learner_of(opened.page_client)
    before = opened.read(learner)
    monkeypatch.setattr(own_rungs, "rungs_of", at_top)
    text = opened.read(learner)
    assert "Your rung on Design an A/B test" in before
    assert "Your rung on Design an A/B test" in text
    assert "Top rung" not in text


def test_while_ones_name_is_shown_the_panel_says_who_reads_of_the_rung_and_the_teach_back(opened: Opened) -> None:
    site, learner = opened.page_client.story_site, learner_of(opened.page_client)
    with site.container.engine.begin() as connection:
        scope, now = AgreementScope(connection, site.tenant_id, ACME), site.clock.now()
        insert_consent(scope, account_of(learner), kind="named", at=now)
    text = opened.read(learner)
    assert "Your rung on Design an A/B test; because your name is on, leads of both sides can work it out" in text
    assert "only you see it" not in text
    assert "they see it now" in opened.act("explain", who=learner, objective="ab-design")


def test_a_teach_back_is_offered_where_an_agency_worked_or_one_left_a_trace(lively: PageClient) -> None:
    site = lively.story_site.site
    issue = site.create_issue(
        "GROW",
        "Task",
        "Ours",
        by=account_of(LEAD),
        at=go_on(lively, 24),
        labels=("ab-design",),
        assignee=account_of(LEAD),
    )
    site.transition(issue.id, "In Progress", by=account_of(LEAD), at=go_on(lively, 1))
    go_on(lively, 80)
    ours, learner = Opened(lively, issue.id), learner_of(lively)
    assert "Your rung on Design an A/B test" in ours.read(learner)
    assert "I explained it back" not in ours.read(learner)
    ours.comment(learner)
    assert "I explained it back" in ours.read(learner)


def test_a_ticket_without_an_objective_that_nobody_began_says_what_one_would_make_of_it(lively: PageClient) -> None:
    """Lists lead there to set one, and the panel had no word of what that brings: it is done to see."""
    site, by = lively.story_site.site, account_of(LEAD)
    issue = site.create_issue("GROW", "Task", "Without an objective", by=by, at=go_on(lively, 24))
    go_on(lively)
    opened = Opened(lively, issue.id)
    step = (
        "If it has an objective, and somebody in-house does half of the work without help of an agency, it would "
        "count as independent (with help: assisted)."
    )
    for who in (LEAD, MEMBER, AGENCY_LEAD, AGENCY_MEMBER):
        assert step in opened.read(who), opened.read(who)
    site.edit(issue.id, by=by, at=go_on(lively, 1), labels=("ab-design",), assignee=by)
    site.transition(issue.id, "In Progress", by=by, at=go_on(lively, 1))
    work_on(lively, 8)
    text = opened.read(LEAD)
    assert "you drove it without help (independent)" in text, text
    assert step not in text


def test_what_nobody_worked_on_is_not_explained_back(page_client: PageClient) -> None:
    planted = page_client.story_site.story.planted.values()
    ref = next(ticket.ref for ticket in planted if ticket.scene == "never_begun")
    issue = page_client.story_site.ids[ref]
    team = (LEARNER, MEMBER, LEAD, "Aylin Kessler", "Ruben Adeyemi")
    panels = [page_client.read(page_client.follow(who, f"/pages/panel/content?issue={issue}")).text for who in team]
    assert all("Nobody has worked on it yet" in text for text in panels)
    assert any("only you see it" in text for text in panels)
    assert [text for text in panels if "I explained it back" in text] == []


def test_who_can_do_it_alone_is_asked_to_mentor_and_not_to_drive(
    apart: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Driving alone would lift them nowhere, and would take the ticket from a learner."""

    def stand_at_independent(*args: Any) -> list[RungRow]:
        return [replace(row, rung=4, counts_from=5) for row in rungs_of(*args)]

    planted = apart.story_site.story.planted.values()
    ref = next(ticket.ref for ticket in planted if ticket.scene == "never_begun")
    issue = apart.story_site.ids[ref]
    panel = f"/pages/panel/content?issue={issue}"
    before = apart.follow(MEMBER, panel).text
    assert ALONE in before
    assert "I mentor it" not in before
    monkeypatch.setattr(own_rungs, "rungs_of", stand_at_independent)
    page = apart.follow(MEMBER, panel)
    assert ALONE not in page.text
    assert re.search(
        r"named under Mentors while a colleague does half of the work, and no agency helps, it would count as "
        r"<b>own or handed over</b> \(for you: teaches\)\.[^<]* For your rung it counts only if they are at ",
        page.text,
    ), page.text
    buttons = Reader(page.text).all("button")
    (button,) = (element for element in buttons if "role=mentor" in (element.get("hx-post") or ""))
    assert (button["name"], button["value"]) == ("account", account_of(MEMBER))
    assert press(apart, MEMBER, "role", ref, role="mentor", account=account_of(MEMBER)).status_code == 200
    named = apart.follow(MEMBER, panel).text
    assert "I mentor it" not in named
    assert "If you are named under Mentors" not in named
    then = r"Once a colleague has done half of the work, and no agency helped, it counts as <b>own or handed over</b>"
    assert re.search(rf"{then} \(for you: teaches\)\.[^<]* For your rung it counts only if they are at assisted", named)


def test_a_step_that_several_objectives_share_is_told_once() -> None:
    naming = Naming(agree(objectives=(goal(), goal("tracking"), goal("pages"))), {}, as_agency=False)
    steps = [NextStep("drive", key, "ben", 4) for key in ("ab", "tracking", "pages")]
    viewer = StepViewer("ben", {"tracking": 3}, DEFAULT)
    keys = ["ab", "tracking", "pages"]
    (whole,) = moves_of(naming, steps, viewer, objectives=keys)
    assert ":" not in whole.text.removeprefix("Without help of an agency:")
    # Who stands above it on one is told of the others.
    (part,) = moves_of(naming, steps, StepViewer("ben", {"pages": 5}, DEFAULT), objectives=keys)
    names = [naming.objective(key) for key in ("ab", "tracking")]
    assert part.text.startswith(f"{names[0]} and {names[1]}: without help of an agency: if you do half")


def test_an_agency_reads_of_an_untouched_ticket_what_it_could_do_and_what_to_leave(lively: PageClient) -> None:
    site, by, at = lively.story_site.site, account_of(AGENCY_MEMBER), go_on(lively, 24)
    issue = site.create_issue("GROW", "Task", "Nobody began it", by=by, at=at, labels=("ab-design",), points=3)
    go_on(lively, 0)
    untouched = Opened(lively, issue.id)
    promised = (
        "If Acme Experiments does half of the work after all, and somebody in-house is named under Shadows and writes "
        "one comment of 40 characters or more, it would count as taught (shadowed)"
    )
    for who in (AGENCY_MEMBER, AGENCY_LEAD):
        text = untouched.read(who)
        left = re.search(
            r"Leave this one to a learner: if a learner enrolled for .* does half of the work and no agency helps, by "
            r"work, a review or a comment, it would count as independent \(with help: assisted\)\.",
            text,
        )
        assert left
        assert left.start() < text.index(promised)
        assert "ithout help of an agency" not in text
    own = untouched.read(LEARNER)
    assert "Leave this one" not in own
    assert re.search(r"would count as (own|handed over) \(for you: independent\)", own), own
    site.edit(issue.id, by=by, at=go_on(lively, 1), assignee=by)
    site.transition(issue.id, "In Progress", by=by, at=go_on(lively, 1))
    go_on(lively, 80)
    assert promised not in untouched.read(AGENCY_MEMBER)
    shadow_and_comment(untouched)
    assert "Finished now, this ticket would count as taught" in untouched.read(AGENCY_MEMBER)


def test_who_commented_comes_first_and_is_told_by_the_day_alone(opened: Opened) -> None:
    who = r"An in-house person who commented on \d+ \w+"
    more = r"writes one more comment of 40 characters or more on another day\."
    step = rf"{who} is named under Shadows, or {more}"
    text = opened.read(AGENCY_MEMBER)
    assert not re.search(step, text)
    # Where nobody commented, nothing is written already.
    assert "Somebody in-house writes one comment of 40 characters or more on each of 2 days; one is enough" in text
    assert "written already" not in text
    opened.comment(MEMBER)
    text = opened.read(AGENCY_MEMBER)
    assert re.search(rf"{TAUGHT_BY} {step}", text), text
    # A lead alone reads scores.
    assert SCORED in opened.read(AGENCY_LEAD)
    # What anybody in-house may do is asked of no learner alone (measurement (g) 9).
    assert "learner enrolled" not in text
    assert (
        "Somebody else in-house writes one comment of 40 characters or more on each of 2 days; one is enough when "
        "named under Shadows."
    ) in text
    assert MEMBER not in text
    # Each way is said once: who drives has as much to do, whether they commented or not.
    assert text.count("does half of the work") == text.count("Somebody in-house does half of the work") == 1
    assert "would count as" not in text.partition("One of these makes it count")[2]
    # Who commented reads it as their own step, and nobody else in-house reads it at all.
    own = "If you are named under Shadows, or write one more comment of 40 characters or more on another day"
    assert own in opened.read(MEMBER)
    assert not re.search(step, opened.read(LEARNER))
    # On the next day it is one more on another day, too, and so it is beside whoever is named as shadow.
    go_on(opened.page_client, 24)
    assert re.search(rf"{TAUGHT_BY} {step}", opened.read(AGENCY_MEMBER))
    assert own in opened.read(MEMBER)
    be_named(opened)
    assert "If you write one more comment of 40 characters or more on another day" in opened.read(MEMBER)
    text = opened.read(AGENCY_MEMBER)
    assert re.search(f"{who} {more}", text), text
    assert f"{LEARNER} writes one comment of 40 characters or more." in text
    opened.comment()
    assert not re.search(f"{who} {more}", opened.read(AGENCY_MEMBER))


def test_beside_a_named_shadow_their_comment_is_asked_for_and_nobody_takes_their_place(opened: Opened) -> None:
    """Whoever pressed "I shadow it" took the role from the colleague who was named."""
    place = "Be named under Shadows and write one comment"
    assert place in opened.read(MEMBER)
    assert "I shadow it" in opened.read(LEAD)
    be_named(opened)
    for who in (MEMBER, LEAD):
        text = opened.read(who)
        shadow = f"If {LEARNER} writes one comment of 40 characters or more, it would count as taught (shadowed)"
        own = (
            "Write one comment of 40 characters or more on each of 2 days, or assign it to yourself and do 10 % of the"
        )
        assert shadow in text, text
        assert text.index(shadow) < text.index(own)
        assert "I shadow it" not in text
        assert "named under Shadows" not in text
        assert text.count("You are not enrolled") == (who == LEAD)
    for who in (AGENCY_MEMBER, AGENCY_LEAD):
        text = opened.read(who)
        assert "Somebody else in-house writes one comment of 40 characters or more on each of 2 days." in text, text
    own = opened.read(LEARNER)
    assert "If you write one comment of 40 characters or more, it would count as taught" in own
    assert f"If {LEARNER} writes" not in own
    opened.comment()
    assert f"If {LEARNER} writes" not in opened.read(LEAD)


def test_the_record_says_of_a_named_shadow_that_one_comment_is_enough(opened: Opened) -> None:
    opened.comment(MEMBER)
    asked = "shadowed takes 2 days of comments: day 1"
    assert opened.read(LEAD).count(asked) == 1
    be_named(opened)
    opened.comment()
    text = opened.read(LEAD)
    assert text.count(asked) == 1
    assert re.search(r"in-house Comment, \d+ characters shadowed \d", text), text


def test_a_row_names_the_part_of_the_work_that_shadows_a_ticket_as_its_panel_does(opened: Opened) -> None:
    opened.comment()
    part, logged = r", or do(?:es)? 10.% of the work, or logs? 30 minutes of it", r", or logs? 30 minutes of work on it"
    assert "do 10 % of the work" in opened.read(LEARNER)
    for who in (LEARNER, LEAD, AGENCY_MEMBER):
        assert re.search(part, row_of(opened, who)), row_of(opened, who)
    # More than two working days of it nobody takes on.
    work_on(opened.page_client, 160)
    assert "10 % of the work" not in opened.read(LEARNER)
    for who in (LEARNER, LEAD, AGENCY_MEMBER):
        assert re.search(logged, row_of(opened, who)), row_of(opened, who)


def driven_in_house(page_client: PageClient) -> Opened:
    """Open a ticket that somebody in-house drives alone."""
    site, by = page_client.story_site.site, account_of(LEAD)
    at = go_on(page_client, 24)
    issue = site.create_issue("GROW", "Task", "Ours alone", by=by, at=at, labels=("ab-design",), points=3, assignee=by)
    site.transition(issue.id, "In Progress", by=by, at=go_on(page_client, 1))
    work_on(page_client, 8)
    return Opened(page_client, issue.id)


LEFT_ROW = re.compile(r"drove it without help \(independent\); leave it to whoever drives it")


def row_of(opened: Opened, who: str) -> str:
    """Return why the ticket counts as it does by its row in the list of open tickets."""
    key = opened.page_client.story_site.site.issue(opened.issue_id).key
    return next(row[-1] for row in rows(answered(opened.page_client, who)) if row[0] == key)


def test_an_agency_is_told_what_its_help_takes_from_a_ticket_that_is_driven_in_house(lively_alone: PageClient) -> None:
    ours = driven_in_house(lively_alone)
    left = (
        r"Leave it to whoever drives it: with any help of Acme Experiments, by work, a review or a comment, it would "
        r"count as assisted \(no longer (independent|handed over)\)\."
    )
    for who in (AGENCY_MEMBER, AGENCY_LEAD):
        text = ours.read(who)
        assert re.search(left, text), text
        assert "does half of the work, and somebody in-house is named" not in text
        assert LEFT_ROW.search(row_of(ours, who))
    assert "Leave it to whoever" not in ours.read(LEARNER)
    assert not LEFT_ROW.search(row_of(ours, LEARNER))
    # What is promised is what then happens.
    ours.comment(AGENCY_MEMBER)
    text = ours.read(AGENCY_MEMBER)
    assert "(assisted)" in text.partition("Why, and who did what when")[0]
    assert "Leave it to whoever" not in text
    assert not LEFT_ROW.search(row_of(ours, AGENCY_MEMBER))


def test_the_record_promises_nothing_of_a_comment_on_what_in_house_people_do(lively_alone: PageClient) -> None:
    ours = driven_in_house(lively_alone)
    be_named(ours)
    ours.comment()
    for who in (LEARNER, LEAD, AGENCY_MEMBER):
        text = ours.read(who)
        assert "by itself exposed at most: agencies have less than half of the work" in text, text
        assert "characters shadowed" not in text


def test_the_record_of_what_counts_by_logged_time_calls_it_work(lively_alone: PageClient) -> None:
    """Beside "an in-house person drove it without help" what made it so was "exposed at most"."""
    site, by, at = lively_alone.story_site.site, account_of(AGENCY_MEMBER), go_on(lively_alone, 24)
    issue = site.create_issue("GROW", "Task", "Logged alone", by=by, at=at, labels=("ab-design",), points=3)
    logged = Opened(lively_alone, issue.id)
    log(logged)
    logged.comment()
    for who in (LEARNER, LEAD, AGENCY_MEMBER):
        verdict, _, record = logged.read(who).partition("What was recorded, newest first")
        assert "drove it without help (independent)" in verdict, verdict
        assert re.search(r"Logged work, 0.5.h in-house: work", record), record
        # What a comment brings is not what its author has by their work.
        assert re.search(r"Comment, \d+ characters by itself exposed at most: agencies have less than half", record)


def test_a_ticket_without_an_objective_says_what_makes_it_count_as_taught(lively: PageClient) -> None:
    site, by = lively.story_site.site, account_of(AGENCY_MEMBER)
    issue = site.create_issue("GROW", "Task", "Of no objective", by=by, at=go_on(lively, 24), points=3)
    bare = Opened(lively, issue.id)
    taught = "shadows it or drives it with help of Acme Experiments, it would count as taught"
    assert taught not in bare.read(LEAD)
    site.edit(issue.id, by=by, at=go_on(lively, 1), assignee=by)
    site.transition(issue.id, "In Progress", by=by, at=go_on(lively, 1))
    work_on(lively, 8)
    for who in (LEAD, MEMBER, AGENCY_LEAD, AGENCY_MEMBER):
        text = bare.read(who)
        assert taught in text, text


def test_whoever_may_set_nothing_in_a_panel_reads_who_does(opened: Opened) -> None:
    text = "In-house people and leads of Acme Experiments set objectives and roles."
    assert text in opened.read(AGENCY_MEMBER)
    assert text not in opened.read(AGENCY_LEAD)
    assert text not in opened.read(LEARNER)


def test_once_a_colleague_is_named_under_drives_the_steps_are_theirs(apart: PageClient) -> None:
    planted = apart.story_site.story.planted.values()
    ref = next(ticket.ref for ticket in planted if ticket.scene == "never_begun")
    panel = f"/pages/panel/content?issue={apart.story_site.ids[ref]}"
    assert ALONE in apart.follow(MEMBER, panel).text
    press(apart, MEMBER, "role", ref, role="learner", account=account_of(LEARNER))
    text = apart.follow(MEMBER, panel).text
    assert f"if {LEARNER} does half of the work" in text
    assert ALONE not in text
    own = apart.follow(LEARNER, panel).text
    assert ALONE in own
    assert f"if {LEARNER} does" not in own


def test_leads_in_house_read_first_what_moves_the_plan(opened: Opened) -> None:
    opened.comment(MEMBER)
    learner = "If a learner enrolled for Design an A/B test does half of the work"
    # The plan is on no page of the agency's people.
    assert all("The plan" not in opened.read(who) for who in (AGENCY_LEAD, AGENCY_MEMBER))
    own = opened.read(LEAD)
    plan = "You are not enrolled; it counts for you all the same."
    assert re.search(rf"{BY_WORK}.*{re.escape(plan)}", own)
    assert own.count(SHADOW) == 1
    assert own.count("Assign it to yourself and do half of the work") == 1
    assert own.count(plan) == 1
    assert own.index(learner) < own.index("You are not enrolled")
    # Others in-house read their own steps alone.
    assert "a learner enrolled" not in opened.read(MEMBER)


def test_a_lead_reads_of_which_learner_a_ticket_is_as_overview_says_it(apart: PageClient) -> None:
    name_all(apart.story_site)
    nearest = text_of(apart.follow(LEAD, f"/pages/next?engagement={ACME}&all=1").text)
    row = re.search(
        r": (GROW-\d+) (?:(?!GROW).)*If (\w+ \w+) drives half of it without the agency: independent ?, "
        r"(ticket \d of the \d that this rung takes)",
        nearest,
    )
    assert row, nearest
    issue = apart.story_site.site.issue(row[1]).id

    def read(who: str) -> str:
        return apart.read(apart.follow(who, f"/pages/panel/content?issue={issue}")).text

    counts = f"would count as own or handed over (for them: independent, {row[3]})"
    assert re.search(rf"if {row[2]} does half of the work[^.]*, it {re.escape(counts)}\.", read(LEAD)), read(LEAD)
    theirs = f"it would count as independent (for them: independent, {row[3]}; with help: assisted)."
    assert re.search(rf"if {row[2]} does half of the work[^.]*, {re.escape(theirs)}", read(AGENCY_LEAD))
    # The others in-house and the agency's people read no name.
    for who in (MEMBER, AGENCY_MEMBER):
        assert f"{row[2]} does" not in read(who)
        assert row[3] not in read(who)


def test_who_can_drive_a_ticket_alone_already_leaves_it_to_the_learner(
    apart: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave = "An enrolled colleague needs it: leave the driving to them; your lead knows who that is."
    planted = apart.story_site.story.planted.values()
    ref = next(ticket.ref for ticket in planted if ticket.scene == "never_begun")
    panel = f"/pages/panel/content?issue={apart.story_site.ids[ref]}"

    def stand_at(rung: int) -> None:
        def rows(*args: Any) -> list[RungRow]:
            return [replace(row, rung=rung, counts_from=rung + 1) for row in rungs_of(*args)]

        monkeypatch.setattr(own_rungs, "rungs_of", rows)

    def read(who: str) -> str:
        return apart.read(apart.follow(who, panel)).text

    stand_at(4)
    assert re.search(rf"\(for you: teaches\)\. {leave}", read(MEMBER)), read(MEMBER)
    stand_at(3)
    assert leave not in read(MEMBER)
    assert "An enrolled learner may need it: ask your lead." in read(MEMBER)
    # A lead reads who that is, and that there is no other, as on Overview.
    assert "An enrolled learner may need it." in read(LEAD)
    name_all(apart.story_site)
    whom = re.search(r"(\w+ \w+) may need it\.", read(LEAD))
    assert whom, read(LEAD)
    assert f"if {whom[1]} does half of the work" in read(LEAD)
    select_alone = needed_text.select_alone

    def too_few(*args: Any) -> Any:
        return {place: structs.replace(item, further=(), takes_all=True) for place, item in select_alone(*args).items()}

    monkeypatch.setattr(needed_text, "select_alone", too_few)
    last = "needs it: no other open ticket of this objective can be driven without the agency."
    assert f"{whom[1]} {last}" in read(LEAD)
    assert last not in read(MEMBER)


def test_a_lead_reads_of_a_ticket_that_it_lifts_no_learner(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reaches, "reach", lambda *_of: Reach(1, 1, lifts=True))
    for who in (LEAD, AGENCY_LEAD):
        assert "lifts nobody enrolled" not in opened.read(who)
    monkeypatch.setattr(Reaches, "reach", lambda *_of: None)
    own = opened.read(LEAD)
    # Once, behind the last of what a learner would do.
    assert own.count("If a learner enrolled for Design an A/B test") == 2
    either_way = "Either way it lifts nobody enrolled for its objective: none gains a rung that they lack."
    assert own.count("lifts nobody enrolled") == own.count(either_way) == 1
    assert own.rindex("If a learner enrolled") < own.index(either_way) < own.index("Be named under Shadows and write")
    assert "lifts nobody enrolled" not in opened.read(MEMBER)
    # The agency's people read the ways as one, and it behind them, as Overview tells it of all such tickets.
    for who in (AGENCY_LEAD, AGENCY_MEMBER):
        theirs = opened.read(who)
        assert theirs.count("lifts nobody enrolled") == 1
        assert theirs.index("makes it count as taught") < theirs.index("It lifts nobody enrolled for its objective")
    # Of a group too small to be shown it is not told.
    monkeypatch.setattr(learner_steps, "shows_group", lambda *_of: False)
    for who in (LEAD, AGENCY_LEAD, AGENCY_MEMBER):
        assert "lifts nobody enrolled" not in opened.read(who)


def test_an_agency_is_not_told_to_leave_to_a_learner_what_brings_none_further(
    lively: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, by, at = lively.story_site.site, account_of(AGENCY_MEMBER), go_on(lively, 24)
    issue = site.create_issue("GROW", "Task", "Nobody began it", by=by, at=at, labels=("ab-design",), points=3)
    untouched = Opened(lively, issue.id)
    leave, may_leave = "Leave this one to a learner", "May be left to the in-house team"
    reached: dict[str, Reach | None] = {"ab-design": None, "tracking": None}
    monkeypatch.setattr(Reaches, "reach", lambda _self, pair, *_of: reached.get(pair[0]))

    def row(who: str) -> str:
        return text_of(lively.follow(who, f"/pages/tickets?engagement={ACME}&show=open&objective=ab-design").text)

    own = untouched.read(AGENCY_LEAD).replace(" .", ".")
    assert (
        f"{may_leave}: done without an agency’s help it would count as own or handed over. It lifts nobody "
        "enrolled for its objective: none gains a rung that they lack."
    ) in own
    assert leave not in own
    assert "; may be left to the in-house team; it lifts nobody enrolled" in row(AGENCY_LEAD)
    assert "leave this one to a learner" not in row(AGENCY_LEAD)
    # Nor is a lead in-house told to assign it to one.
    assert "For a learner alone" not in untouched.read(LEAD)
    assert "for a learner alone" not in row(LEAD)
    can = "Can be done without Acme Experiments"
    assert f"{can}: if a learner enrolled for Design an A/B test does half of the work" in untouched.read(LEAD)
    assert "; can be done without Acme Experiments; it lifts nobody enrolled" in row(LEAD)
    # Said of learners, it is for whoever reads where they stand.
    assert can.lower() not in untouched.read(MEMBER).lower() + row(MEMBER).lower()
    # A ticket of two objectives is a learner's where one of them brings a learner further.
    untouched.act("tag", who=LEAD, objective="Keep the tracking plan")
    assert untouched.read(AGENCY_LEAD).count(may_leave) == 1
    reached["tracking"] = Reach(1, 2, lifts=True)
    own = untouched.read(AGENCY_LEAD)
    assert leave in own
    assert may_leave not in own
    assert "; leave this one to a learner" in row(AGENCY_LEAD)
    assert "; for a learner alone: assign it to the learner" in row(LEAD)
    assert can not in row(LEAD)


def test_a_learner_with_a_role_has_the_steps_of_the_plan(opened: Opened) -> None:
    learner = learner_of(opened.page_client)
    opened.act("role", role="learner", account=account_of(learner))
    text = opened.read(AGENCY_LEAD)
    assert f"{learner} does 30 % of the work" in text
    assert "a learner enrolled" not in text


def test_learners_who_show_their_name_stand_first_in_the_lists_of_leads_alone(opened: Opened) -> None:
    site, learner = opened.page_client.story_site, learner_of(opened.page_client)

    def first_of(who: str, role: str) -> str:
        go_on(opened.page_client, 0)
        page = opened.page_client.follow(who, f"/pages/panel/content?issue={opened.issue_id}").text
        options = re.search(rf'<select [^>]*role={role}".*?</select>', page, re.DOTALL)
        assert options, page
        return re.findall(r"<option[^>]*>([^<]*)", options[0])[1]

    with site.container.engine.begin() as connection:
        scope, now = AgreementScope(connection, site.tenant_id, ACME), site.clock.now()
        insert_consent(scope, account_of(learner), kind="named", at=now)
    for who in (AGENCY_LEAD, LEAD):
        assert first_of(who, "learner") == first_of(who, "shadow") == f"{learner}, learner"
        assert "learner" not in first_of(who, "mentor")
    assert "learner" not in first_of(MEMBER, "learner")


def test_who_is_named_as_driver_keeps_how_far_the_ticket_brings_them(lively_alone: PageClient) -> None:
    """It was gone once the learner of whom it was said had the role."""
    story, by = lively_alone.story_site, account_of(LEAD)
    labels = ("ab-design",)
    issue = story.site.create_issue("GROW", "Task", "Nobody began it", by=by, at=go_on(lively_alone, 24), labels=labels)
    go_on(lively_alone, 0)
    with story.container.engine.begin() as connection:
        stored, scope = (
            select_engagement(connection, story.tenant_id, ACME),
            AgreementScope(connection, story.tenant_id, ACME),
        )
        assert stored
        for account in next(item.learners for item in stored.engagement.objectives if item.key == "ab-design"):
            insert_consent(scope, account, kind="named", at=story.clock.now())
    opened = Opened(lively_alone, issue.id)
    step = r"if ([^,;:]+) does half of the work, it would count as own or handed over (\(for them: [^()]*\))"
    before = re.search(step, opened.read(LEAD))
    assert before
    assert re.search(r"ticket \d of the \d that this rung takes", before[2])
    opened.act("role", who=LEAD, role="learner", account=account_of(before[1]))
    assert before[0] in opened.read(LEAD)
    # To nobody else is it told where a learner stands.
    assert all("ticket 1 of" not in opened.read(who) for who in (MEMBER, AGENCY_MEMBER))


def test_no_hours_are_missing_of_a_ticket_without_any_work(lively: PageClient) -> None:
    site, by, at = lively.story_site.site, account_of(LEAD), go_on(lively, 24)
    issue = site.create_issue("GROW", "Task", "Nobody began it", by=by, at=at, labels=("ab-design",), points=3)
    go_on(lively, 0)
    for who in (LEAD, MEMBER, AGENCY_LEAD):
        text = Opened(lively, issue.id).read(who)
        assert re.search("half of (the work|it)", text)
        assert "h more)" not in text
        # A lead reads how to leave it to a learner, as the list of tickets to learn on says it.
        assert ("For a learner alone: assign it to the learner" in text) == (who == LEAD)


def test_who_is_to_shadow_takes_it_on_in_one_press(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def stand_at(rung: int) -> None:
        def rows(*args: Any) -> list[RungRow]:
            return [replace(row, rung=rung, counts_from=rung + 1) for row in rungs_of(*args)]

        monkeypatch.setattr(own_rungs, "rungs_of", rows)

    stand_at(1)
    text = opened.read()
    assert re.search(r"\(for you: shadowed\)\. (It would bring you to \w+\. )?I shadow it", text), text
    opened.act("role", role="shadow", account=account_of(LEARNER))
    assert "I shadow it" not in opened.read()
    opened.act("role", role="shadow", account="")
    opened.comment(learner_of(opened.page_client))
    # The easiest that makes the ticket taught stands beside one that leads them on, and says that it does not.
    for rung in (2, 3):
        stand_at(rung)
        text = opened.read()
        stays = f"{OF_AGENCY} (for you: shadowed). Your rung stays {WORDS[rung]}. I shadow it"
        assert text.count(stays) == 1
        assert f"Once accepted the ticket counts as taught (for you: shadowed). Your rung stays {WORDS[rung]}." in (
            opened.read(learner_of(opened.page_client))
        )
        assert "I drive it" in text
    # Once it is taught, a step that leads them nowhere is left out.
    opened.act("role", role="shadow", account=account_of(MEMBER))
    opened.comment(MEMBER)
    stand_at(2)
    text = opened.read()
    assert "Finished now, this ticket would count as taught" in text
    assert "for you: shadowed" not in text
    assert "I drive it" in text


def test_who_stands_at_shadowed_reads_that_one_more_comment_makes_the_ticket_taught(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows(*args: Any) -> list[RungRow]:
        return [replace(row, rung=2, counts_from=3) for row in rungs_of(*args)]

    monkeypatch.setattr(own_rungs, "rungs_of", rows)
    opened.comment()
    text = opened.read()
    stays = (
        r"comment of 40 characters or more on another day, it would count as taught \(for you: shadowed\)\. Your rung"
    )
    comments, drives = re.search(stays, text), text.index("Assign it to yourself and do half of the work")
    assert comments, text
    assert comments.start() < drives
    comment_tomorrow(opened)
    assert "Finished now, this ticket would count as taught: you shadowed it." in opened.read()


def test_the_easiest_step_that_teaches_is_told_once_of_all_objectives() -> None:
    naming = Naming(agree(objectives=(goal(), goal("tracking"))), {}, as_agency=False)
    keys = ["ab", "tracking"]
    steps = [NextStep(name, key, "ben", kind) for name, kind in (("comment", 2), ("drive", 3)) for key in keys]
    viewer = StepViewer("ben", dict.fromkeys(keys, 3), DEFAULT, taught_by=("comment", "drive"), is_untaught=True)
    moves = moves_of(naming, steps, viewer, objectives=keys)
    assert [move.note for move in moves] == ["You stay without a rung.", ""]
    assert moves[0].text.startswith("If you write one comment")
    # Where it leads on for one objective, it is told of that alone.
    further = replace(viewer, least={"ab": 2, "tracking": 3})
    moves = moves_of(naming, steps, further, objectives=keys)
    assert [move.note for move in moves if "comment" in move.text] == [""]
    assert len(moves_of(naming, steps, replace(viewer, is_untaught=False), objectives=keys)) == 1


def test_a_role_that_a_step_takes_on_is_said_to_be_saved_beside_it_with_undo(opened: Opened) -> None:
    button = re.compile(r'hx-post="([^"]*)"[^>]*>I shadow it')
    page = opened.page_client.follow(LEARNER, f"/pages/panel/content?issue={opened.issue_id}").text
    address = html.unescape(button.findall(page)[0])
    answer = opened.page_client.press(LEARNER, address, account=account_of(LEARNER)).text
    beside = answer[answer.index('class="then-what"') :]
    undo = re.search(r'role="status" tabindex="-1">Saved\. <button[^>]*hx-post="([^"]*)"', beside)
    assert undo
    assert answer.count("Saved.") == 1
    undone = opened.page_client.press(LEARNER, html.unescape(undo[1])).text
    assert "Undone.</p>" in undone[undone.index('class="then-what"') :]
    assert button.search(undone)


def test_no_step_takes_more_than_two_days_of_work(opened: Opened) -> None:
    """Half of a ticket of many days is nothing that anybody could still do."""
    start = "Assign it to yourself"
    assert f"{start} and do half of the work" in opened.read()
    work_on(opened.page_client, 24)
    text = opened.read()
    assert "half of the work" not in text
    assert re.search(rf"{start}, be named under Drives and do 30 % of it \(1[0-5][.\d]* h more\), and it would", text)
    assert "Somebody in-house is named under Drives and does 30 % of the work" in opened.read(AGENCY_MEMBER)
    work_on(opened.page_client, 24)
    text = opened.read()
    assert "30 %" not in text
    assert "I drive it" not in text
    assert "I shadow it" in text
    # To help for some hours does.
    text = opened.read(AGENCY_MEMBER)
    assert text.count("of the work") == 1
    assert "Somebody in-house does 10 % of the work (6.3 h more), or logs 30 minutes of it." in text


def test_comments_on_two_days_teach_without_a_role(opened: Opened) -> None:
    """What the panel lists beside the role counts as it says."""
    for _ in range(2):
        assert "would count as done only" in opened.read()
        go_on(opened.page_client, 24)
        opened.comment("Ruben Adeyemi")
    assert "Finished now, this ticket would count as taught: an in-house person shadowed it." in opened.read()


def test_a_step_says_to_which_rung_it_would_bring_the_reader(opened: Opened) -> None:
    # One ticket short of assisted, they are told so of the step that counts as assisted.
    text = opened.read(MEMBER)
    assert re.search(rf"{OF_AGENCY} \(for you: assisted\)\. It would bring you to assisted\. I drive it", text), text
    # Whoever takes two such tickets is not there by one: by a first they have the first rung.
    first, both = "It is one of the 2 tickets that shadowed takes", ", and of the 2 that assisted takes"
    brought = re.findall(r"It would bring you to (\w+)\. ([^.]*)\.", opened.read(LEAD))
    assert brought == [("exposed", first), ("exposed", f"{first}{both}")]
    viewer = StepViewer("a", {"ab": 2}, DEFAULT, lifts={"ab": {4: 4}})
    notes = [viewer.note_of(NextStep("drive", "ab", account, kind)) for account, kind in (("a", 4), ("a", 3), ("b", 4))]
    assert notes == ["It would bring you to independent.", "", ""]
    # One that counts as more than the rung that it brings says why.
    viewer = StepViewer(
        "a", {"ab": 2}, DEFAULT, lifts={"ab": {3: 2}}, needs={"ab": Needs((1, 2, 2, 2, 1), (0, 1, 2, 2, 1))}
    )
    note = viewer.note_of(NextStep("drive", "ab", "a", 3))
    assert note == "It would bring you to shadowed. It is one of the 2 tickets that assisted takes."
    # The nearer rung is named before its own.
    viewer = StepViewer(
        "a", {"ab": 2}, DEFAULT, lifts={"ab": {4: 2}}, needs={"ab": Needs((1, 2, 2, 2, 1), (0, 1, 2, 2))}
    )
    assert viewer.note_of(NextStep("drive", "ab", "a", 4)) == (
        "It would bring you to shadowed. It is one of the 2 tickets that assisted takes, and of the 2 that "
        "independent takes."
    )
    # So does one that brings them to none yet.
    needs = Needs((1, 2, 2, 2, 1), (0, 0, 2, 2, 1), 7)
    viewer = StepViewer("a", {"ab": 3}, DEFAULT, needs={"ab": needs}, rungs={"ab": 2})
    notes = [viewer.note_of(NextStep("drive", "ab", "a", kind)) for kind in (3, 4)]
    assert notes == [
        "It is one of the 2 tickets that assisted takes; your rung stays shadowed until you have 2.",
        (
            "It is one of the 2 tickets that assisted takes, and of the 2 that independent takes; your rung stays "
            "shadowed until you have 2."
        ),
    ]


def test_who_has_no_rung_yet_reads_on_an_open_ticket_what_makes_the_first(opened: Opened) -> None:
    """Enrolled or not, as Learning says it; nobody of the agency has a rung."""
    first = re.compile(r"Your rung on Design an A/B test; only you see it .* Exposed, when you take part in a ticket")
    assert first.search(opened.read(LEAD)), opened.read(LEAD)
    for who in (AGENCY_LEAD, AGENCY_MEMBER):
        assert "Your rung on" not in opened.read(who)
    # To which a step would bring them stands with it, though no list has it as lifting them.
    assert re.search(r"\(for you: shadowed\)\. It would bring you to exposed\.", opened.read(LEAD)), opened.read(LEAD)
    # What is finished gives nobody a first trace any more.
    by, at = account_of(AGENCY_MEMBER), go_on(opened.page_client, 1)
    opened.page_client.story_site.site.transition(opened.issue_id, "Done", by=by, at=at, resolution="Done")
    assert "Your rung on" not in opened.read(LEAD)


def test_what_leaves_the_rung_as_it_is_says_nothing_of_the_plan() -> None:
    viewer = StepViewer("a", {"ab": 3}, DEFAULT, off_plan=("ab",))
    plans = [viewer.plan_of(NextStep("comment", "ab", "a", kind)) for kind in (2, 3)]
    assert plans == ["", "You are not enrolled; it counts for you all the same."]


@pytest.mark.parametrize(
    ("status", "waits", "then"),
    [
        ("Waiting for client", "A question of Acme Experiments waits", " Once it is answered, move the status on."),
        ("In Review", "A review for Acme Experiments waits", ""),
    ],
)
def test_what_waits_for_the_in_house_team_stands_at_the_top(opened: Opened, status: str, waits: str, then: str) -> None:
    site = opened.page_client.story_site.site
    assert waits not in opened.read()
    site.transition(opened.issue_id, status, by=account_of(AGENCY_MEMBER), at=go_on(opened.page_client, 1))
    for who in (LEARNER, LEAD, AGENCY_MEMBER):
        text = opened.read(who)
        assert re.search(rf"{waits} for the in-house team since \d+ \w+\.", text.partition("Shadows")[0]), text
    opened.comment()
    touched = rf"{waits} for the in-house team since \d+ \w+; first touched in-house on \d+ \w+ by [a-z ]+\."
    assert re.search(touched + then, opened.read())
    of_agency = opened.read(AGENCY_MEMBER)
    assert re.search(touched, of_agency)
    assert "move the status on" not in of_agency
    site.transition(opened.issue_id, "In Progress", by=account_of(LEARNER), at=go_on(opened.page_client, 1))
    assert waits not in opened.read()


def test_a_ticket_with_a_gatekeeper_says_so_and_no_step_moves_it_before_they_answered(opened: Opened) -> None:
    """Moved back to work by somebody else it counts as come back."""
    site, waits = opened.page_client.story_site.site, r"Waits for a gatekeeper since \d+ \w+, in Legal review\."
    moves = "move it to In Progress and do half"
    before = opened.read()
    assert not re.search(waits, before)
    by = account_of(AGENCY_MEMBER)
    comes_back = " Moved to In Progress or a to-do status before they have answered, it counts as come back."
    site.transition(opened.issue_id, "Legal review", by=by, at=go_on(opened.page_client, 1))
    for who in (LEARNER, LEAD, AGENCY_MEMBER, AGENCY_LEAD):
        assert re.search(waits + re.escape(comes_back), opened.read(who).partition("Shadows")[0]), who
    assert f"Let a gatekeeper answer first, assign it to yourself, {moves}" in opened.read()
    site.transition(opened.issue_id, "In Progress", by=account_of(GATEKEEPER), at=go_on(opened.page_client, 1))
    assert "gatekeeper" not in opened.read().partition("Shadows")[0]
    # Only the first answer is counted.
    site.transition(opened.issue_id, "Legal review", by=by, at=go_on(opened.page_client, 1))
    again = opened.read().partition("Shadows")[0]
    assert re.search(waits, again)
    assert "come back" not in again
    rule(opened.page_client, COUNCIL)
    assert not re.search(waits, opened.read(AGENCY_MEMBER))


def test_what_waits_for_the_agency_stands_at_the_top(opened: Opened) -> None:
    site, waits = opened.page_client.story_site.site, r"Waits for Acme Experiments since \d+ \w+\."
    assert not re.search(waits, opened.read())
    site.transition(
        opened.issue_id, "Waiting for agency", by=account_of(AGENCY_MEMBER), at=go_on(opened.page_client, 1)
    )
    texts = {who: opened.read(who).partition("Shadows")[0] for who in (LEARNER, LEAD, AGENCY_MEMBER, AGENCY_LEAD)}
    assert all(re.search(waits, text) for text in texts.values()), texts
    then = {who for who, text in texts.items() if "Move the status on once you go on." in text}
    assert then == {AGENCY_MEMBER, AGENCY_LEAD}
    rule(opened.page_client, COUNCIL)
    assert not re.search(waits, opened.read(AGENCY_MEMBER))
