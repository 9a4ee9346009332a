"""The list of open tickets: filtered before it is cut into pages, and named by what is in it."""

import html
import re
from urllib.parse import parse_qs

import pytest

from connector.figures import teaching
from connector.pages.panel import learner_steps
from connector.pages.tickets import finished, open_rows, open_tickets
from connector.pages.tickets.aim import NO_AIM, Aim
from mappings.formats.engagement_file.reader import read_engagement
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
from tests.pages.test_works_council import COUNCIL, rule

ANYBODYS = "counts as taught once somebody in-house shadows it"
SHADOWING = (
    "To shadow a ticket is to be named under Shadows in its panel and to write one comment of 40 characters or more; "
    "or to write such comments on 2 days, do 10 % of the work, or log 30 minutes of it, while the agency has half of "
    "it or more."
)
UNTOLD = (
    "Which of those who commented are enrolled is not told here; learners who show their name are marked in the panel "
    "under Shadows."
)
INHOUSE = (LEAD, MEMBER, LEARNER)
# Of Bolt by now.
OTHER_MEMBER = "Jamal Whitcombe"
ROW = re.compile(
    r'<li[^>]*>(?:<label.*?</label>)?<div>\s*<a[^>]*>(GROW-\d+).*?<span class="note">([^<]*)</span></div>'
    r"<div>.*?</svg>([^<]*?)</span></div><div class=\"then\">([^<]*)</div></li>",
    re.DOTALL,
)


def answered(page_client: PageClient, who: str, **query: str) -> str:
    query = {"engagement": ACME, "show": "open", **query}
    return page_client.story_site.ask(account_of(who), "/pages/tickets", **query).text.replace(
        "\N{NO-BREAK SPACE}", " "
    )


def rows(answer: str) -> list[tuple[str, str, str, str]]:
    return [tuple(map(html.unescape, row)) for row in ROW.findall(answer)]


def test_an_objective_is_filtered_by_before_the_list_is_cut(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rows(answered(page_client, LEAD))
    names = {key: note.split(" · ")[0] for key, note, _, _ in whole}
    wanted = "Personalise by segment"
    having = [key for key, name in names.items() if wanted in name]
    assert 1 < len(having) < len(whole)
    monkeypatch.setattr(open_tickets, "PAGE", len(having) - 1)
    first = answered(page_client, LEAD, objective="segments")
    sentence = f"{len(having)} of {len(whole)} open tickets with an objective have this one."
    assert f'<p class="lead">{sentence} <a' in first
    assert f"List all {len(whole)} tickets" in first
    assert f"{len(whole)} open tickets have an objective." not in first
    older = re.search(r'<a class="button" href="([^"]*)"[^>]*>More tickets', first)
    assert older
    second = page_client.follow(LEAD, html.unescape(older[1])).text
    assert [row[0] for answer in (first, second) for row in rows(answer)] == having
    assert "More tickets" not in second


def test_an_objective_without_open_tickets_is_not_said_of_all(page_client: PageClient) -> None:
    answer = answered(page_client, LEAD, objective="no-such-objective")
    assert "No open ticket has this objective." in answer
    assert "No open ticket has an objective" not in answer
    assert re.search(r'<a href="[^"]*show=open"[^>]*>Show all</a>', answer)


def test_the_list_says_whether_its_tickets_have_an_objective_once(page_client: PageClient) -> None:
    listed = answered(page_client, LEAD)
    # The order stands beside the heading, which is one line on a phone, too.
    assert ">Open with an objective</h2>" in listed
    assert '<p class="intro">The last changed first, and what they count as so far.</p>' in listed
    # The first sentence is that of the list, not that of what was finished.
    (lead,) = re.findall(r'(?s)<p class="lead">(.*?)</p>', listed)
    assert re.fullmatch(r"\d+ open tickets have an objective\.", lead)
    assert "were finished" not in listed
    without = answered(page_client, LEAD, objective="-")
    assert ">Open without an objective</h2>" in without
    assert "Without one of Growth and Acme: the last changed first, and whose work they are so far.</p>" in without
    assert re.findall(r'aria-current="true">([^<]*)', without) == [f"Open, without an objective {len(rows(without))}"]
    listed = rows(without)
    assert listed
    assert not any("objective" in part for row in listed for part in row)


def test_of_a_ticket_that_nobody_worked_on_it_is_said(page_client: PageClient) -> None:
    for who in (LEAD, AGENCY_LEAD):
        listed = [row for objective in ("", "-") for row in rows(answered(page_client, who, objective=objective))]
        idle = [row for row in listed if row[3].startswith("nobody has worked on it yet")]
        assert idle
        for key, _, name, because in idle[:3]:
            issue = page_client.story_site.site.issue(key)
            panel = html.unescape(page_client.follow(who, f"/pages/panel/content?issue={issue.id}").text)
            # Of nobody's work the panel has no swatch, and begins a sentence with it.
            assert f">{name}</span>" in panel, key
            assert because.partition("yet")[0].casefold() in panel.casefold(), key


@pytest.mark.parametrize(("who", "engagement"), [(AGENCY_LEAD, ACME), (OTHER_LEAD, BOLT)])
def test_an_agency_reads_the_same_of_a_ticket_in_the_list_and_in_its_panel(
    page_client: PageClient, who: str, engagement: str
) -> None:
    hidden = {"Unknown", "Other agency", "In conflict"}
    for objective in ("", "-"):
        for key, _, name, because in rows(answered(page_client, who, engagement=engagement, objective=objective)):
            issue = page_client.story_site.site.issue(key)
            panel = html.unescape(page_client.follow(who, f"/pages/panel/content?issue={issue.id}").text)
            assert name not in hidden
            if "has no part" in because:
                assert f"{because}." in panel
                continue
            # Of nobody's work there is no swatch, whoever has the ticket.
            swatch = "" if name == "Not started" else "</svg>"
            assert f"{swatch}{name}</span>" in panel, (key, name)
            assert not any(f"</svg>{other}</span>" in panel for other in hidden), key


@pytest.mark.parametrize(("who", "engagement", "agency"), [(AGENCY_LEAD, ACME, "Acme"), (OTHER_LEAD, BOLT, "Bolt")])
def test_an_agency_counts_and_lists_its_own_open_tickets_and_those_of_nobody(
    page_client: PageClient, who: str, engagement: str, agency: str
) -> None:
    answer = html.unescape(answered(page_client, who, engagement=engagement, objective="-"))
    listed = rows(answer)
    own = re.search(rf"(\d+|No) open tickets? of {agency} \w+ (?:has|have|is) ", answer)
    free = re.search(r"(\d+) (?:is|are) nobody’s so far\. Ask the in-house team before", answer)
    assert own
    assert int(own[1].replace("No", "0")) + int(free[1] if free else 0) == len(listed)
    whole_name = f"Growth and {agency}"
    # The same tickets may well have an objective of another engagement, which an agency is not told.
    assert f"Without one of {whole_name}: the last changed first" in answer
    assert re.search(rf"(?:has no|have no|is without an) objective of {whole_name}", own.string[own.start() :])
    # Whoever has boxes to tick reads what they are for.
    assert answer.count("Select those to set an objective on, or open one in Jira") == 1
    assert 'type="checkbox" name="issue"' in answer
    accounts = {account_of(name) for name in INHOUSE}
    for key, _, name, because in listed:
        issue = page_client.story_site.site.issue(key)
        assert issue.assignee not in accounts, key
        assert name != "Not started" or because == "nobody has worked on it yet", key
        panel = page_client.follow(who, f"/pages/panel/content?issue={issue.id}").text
        assert "Add an objective" in panel, key


def test_an_agency_reads_no_number_of_other_peoples_open_tickets(page_client: PageClient) -> None:
    everybodys = answered(page_client, LEAD, engagement=BOLT)
    number = re.search(r"(\d+) open tickets have no objective of Growth and Bolt", everybodys)
    assert number
    theirs = answered(page_client, OTHER_LEAD, engagement=BOLT)
    assert "have no objective of" not in theirs
    assert "List open tickets of Bolt Studio or of nobody that have no objective" in theirs


def test_whoever_may_set_none_reads_who_does(lively: PageClient) -> None:
    text = "A lead of Acme Experiments, or somebody in-house, sets one in the ticket’s panel."
    site, by, at = lively.story_site.site, account_of(AGENCY_MEMBER), go_on(lively)
    site.create_issue("GROW", "Task", "Without an objective", by=by, at=at, points=3, assignee=by)
    go_on(lively)
    for who, own, other in ((AGENCY_MEMBER, text, "Select those"), (AGENCY_LEAD, "Select those", text)):
        answer = answered(lively, who, objective="-")
        assert re.search(r"\d+ open tickets? of Acme Experiments (has|have) no objective", answer)
        assert own in answer
        assert other not in answer


def test_everybody_can_list_the_open_tickets_on_which_they_took_part(
    lively: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, noor = lively.story_site.site, account_of(AGENCY_MEMBER)
    agreed = read_engagement(engagement_file(lively.story_site.story, ACME))
    label = agreed.objectives[0].mapping.labels[0]
    given, other = (
        site.create_issue("GROW", "Task", name, by=account_of(LEAD), at=go_on(lively), labels=(label,))
        for name in ("Given to her", "Nobody’s")
    )
    site.edit(given.id, by=account_of(LEAD), at=go_on(lively), assignee=noor)
    go_on(lively)
    assert {given.key, other.key} <= {key for key, *_ in rows(answered(lively, AGENCY_MEMBER))}
    listed = rows(answered(lively, AGENCY_MEMBER, mine="1"))
    notes = {key: note for key, note, *_ in listed}
    assert notes[given.key].endswith(" · assigned to you")
    assert other.key not in notes
    assert all(site.issue(key).assignee == noor for key, note in notes.items() if "assigned to you" in note)
    monkeypatch.setattr(finished, "FEW_ROWS", 0)
    assert rows(answered(lively, AGENCY_MEMBER, mine="1")) == listed
    # The first sentence counts them, with the way to all.
    first = re.search(r'<p class="lead">(.*?)</p>', answered(lively, AGENCY_MEMBER, mine="1"), re.DOTALL)
    assert first
    counted = re.match(r"You took part in (\d+) of (\d+) open tickets with an objective\. <a href=", first[1])
    assert counted, first[1]
    assert int(counted[1]) == len(listed) < int(counted[2])
    assert f"List all {counted[2]} tickets</a>" in first[1]
    of_one = answered(lively, AGENCY_MEMBER, mine="1", objective=agreed.objectives[0].key)
    assert re.search(
        rf"You took part in {len(rows(of_one))} of \d+ open tickets with this objective\. <a href=", of_one
    )
    # Who has none reads so, with the way back to all.
    none = answered(lively, AGENCY_MEMBER, mine="1", objective="no-such-objective")
    assert "No open ticket on which you took part is listed." in none
    assert not re.search(r'href="[^"]*mine=1[^"]*"[^>]*>Show all', none)


def test_the_filters_of_finished_tickets_outlast_a_look_at_the_open_ones(page_client: PageClient) -> None:
    done = answered(page_client, LEAD, show="finished", kind="done_only", mine="1")
    to_open = re.search(r'<a href="([^"]*show=open[^"]*)"', done)
    assert to_open
    at_open = page_client.follow(LEAD, html.unescape(to_open[1])).text
    assert rows(at_open.replace("\N{NO-BREAK SPACE}", " ")) == rows(answered(page_client, LEAD, mine="1"))
    back = re.search(r'<a href="([^"]*show=finished[^"]*)"', at_open)
    assert back
    again = page_client.follow(LEAD, html.unescape(back[1])).text
    assert '<option value="done_only" selected>' in again
    assert '<option value="1" selected>' in again


def test_open_tickets_without_an_objective_are_tagged_in_their_list(apart: PageClient) -> None:
    def listed(answer: str) -> list[str]:
        return re.findall(r'name="issue" value="(\d+)"', answer)

    answer = answered(apart, LEAD, objective="-")
    before = listed(answer)
    assert before
    # A row is told from the next one by its id: else the tick of a ticket that leaves the list would go on to that.
    assert re.findall(r'<li id="open-(\d+)">', answer) == before
    query = f"engagement={ACME}&show=open&objective=-"
    bar = apart.follow(LEAD, f"/pages/tickets/selection?{query}&issue={before[0]}&tag=tracking").text
    assert "1 selected" in bar
    assert "1 ticket has it at once" in bar
    post = re.search(r'id="tag-selected"[^>]*hx-post="([^"]*)"', bar)
    assert post
    tagged = apart.press(LEAD, html.unescape(post[1]), issue=before[0], tag="tracking").text
    assert listed(tagged) == before[1:]
    # The row is gone: the notice names it.
    key = apart.story_site.site.issue(int(before[0])).key
    assert f"Keep the tracking plan is set on {key}." in tagged
    assert "1 selected" not in tagged
    again = apart.follow(LEAD, f"/pages/tickets/selection?{query}&issue={before[0]}&tag=tracking").text
    assert "It has it already." in again
    undo = re.search(r'data-undo hx-post="([^"]*)"', tagged)
    assert undo
    assert listed(apart.press(LEAD, html.unescape(undo[1])).text) == before
    # Who may set none, and the list of those with an objective, have no boxes.
    for who, objective in ((AGENCY_MEMBER, "-"), (LEAD, "")):
        assert not listed(answered(apart, who, objective=objective))


def test_the_list_says_to_an_agency_and_the_lead_whose_comment_makes_a_ticket_taught(lively_alone: PageClient) -> None:
    lively = lively_alone
    site, by = lively.story_site.site, account_of(AGENCY_MEMBER)
    issue = site.create_issue(
        "GROW",
        "Task",
        "One comment is missing",
        by=by,
        at=go_on(lively, 24),
        labels=("ab-design",),
        points=3,
        assignee=by,
    )
    site.transition(issue.id, "In Progress", by=by, at=go_on(lively, 1))
    at = go_on(lively, 80)
    text = f"What this ticket shows is how the events of a step hang together, at {at}."
    site.add_comment(issue.id, by=account_of(LEARNER), at=at, text=text)
    go_on(lively, 0)
    step = re.compile(
        r"was exposed to it; counts as taught once an in-house person who commented on \d+ \w+ is named under "
        r"Shadows, or writes one more comment of 40 characters or more on another day, or does 10.% of the work, or "
        r"logs 30 minutes of it$"
    )
    for who in (AGENCY_MEMBER, AGENCY_LEAD, LEAD):
        because = {key: row[2] for key, *row in rows(answered(lively, who))}[issue.key]
        assert step.search(because), because
        # Whether whoever commented is enrolled is asked by who reads what counts the enrolled alone.
        assert (UNTOLD in answered(lively, who)) is (who == AGENCY_LEAD)
    panel = f"/pages/panel/content?issue={issue.id}"
    ask = r"If an in-house person who commented on \d+ \w+ is named under Shadows"
    assert len(re.findall(ask, text_of(lively.follow(LEAD, panel).text))) == 1
    # Other in-house people read it of their own comment alone, and of others what anybody could do.
    because = {key: row[2] for key, *row in rows(answered(lively, MEMBER))}[issue.key]
    assert because.startswith(f"an in-house person was exposed to it; {ANYBODYS}")
    assert not re.search(ask, text_of(lively.follow(MEMBER, panel).text))
    # In works-council mode nobody is told by the day.
    rule(lively, COUNCIL)
    assert not any("commented on" in "".join(row) for row in rows(answered(lively, LEAD)))
    assert "commented on" not in text_of(lively.follow(LEAD, panel).text)


def test_logged_time_is_no_way_to_teach_on_what_nobody_has_worked_on(lively_alone: PageClient) -> None:
    """It would be all of the work, and in-house."""
    site, by, at = lively_alone.story_site.site, account_of(AGENCY_MEMBER), go_on(lively_alone, 24)
    issue = site.create_issue("GROW", "Task", "Not begun", by=by, at=at, labels=("ab-design",), points=3, assignee=by)
    text = f"What this ticket shows is how the events of a step hang together, at {at}."
    site.add_comment(issue.id, by=account_of(LEARNER), at=go_on(lively_alone, 1), text=text)
    go_on(lively_alone, 24)

    def because(who: str) -> str:
        return {key: row[2] for key, *row in rows(answered(lively_alone, who))}[issue.key]

    for who in (AGENCY_MEMBER, AGENCY_LEAD, LEAD, LEARNER):
        assert "named under Shadows, or write" in because(who), because(who)
        assert "minutes" not in because(who), because(who)
    site.add_worklog(issue.id, by=account_of(LEARNER), at=at, started=at, seconds=30 * 60)
    go_on(lively_alone, 1)
    kinds = {key: row[1] for key, *row in rows(answered(lively_alone, LEAD))}
    assert kinds[issue.key] != "Taught"


def test_the_listed_tickets_open_in_jira_which_names_their_assignees(page_client: PageClient) -> None:
    """The list itself names nobody but the reader (measurement (f))."""
    for who, engagement, query in (
        (AGENCY_LEAD, ACME, {}),
        (AGENCY_LEAD, ACME, {"objective": "-"}),
        (LEAD, BOLT, {"objective": "-"}),
    ):
        answer = answered(page_client, who, engagement=engagement, **query)
        keys = ", ".join(key for key, *_ in rows(answer))
        jql = f"key in ({keys}) ORDER BY updated DESC"
        [(address, search)] = re.findall(r'<a href="([^"]*)" target="_top" data-search="([^"]*)"', answer)
        assert search == jql
        site, _, query_text = html.unescape(address).partition("/issues/?")
        assert f'href="{site}/browse/' in answer
        assert parse_qs(query_text) == {"jql": [jql]}
    assert "data-search" not in answered(page_client, LEAD, objective="no-such-objective")


def test_a_ticket_that_nobody_changed_for_a_month_says_since_when(lively: PageClient) -> None:
    site, by = lively.story_site.site, account_of(AGENCY_MEMBER)
    issue = site.create_issue("GROW", "Task", "Left alone", by=by, at=go_on(lively), labels=("ab-design",), assignee=by)

    def note() -> str:
        go_on(lively)
        return {key: note for key, note, *_ in rows(answered(lively, AGENCY_LEAD, objective="ab-design"))}[issue.key]

    assert "last changed" not in note()
    lively.story_site.clock.at += open_rows.STALE
    assert re.search(r" · last changed \d+ [A-Z][a-z]+", note())


def test_each_list_of_open_tickets_says_its_order(lively: PageClient) -> None:
    site, by = lively.story_site.site, account_of(AGENCY_MEMBER)
    site.create_issue("GROW", "Task", "Hers", by=by, at=go_on(lively), labels=("ab-design",), assignee=by)
    go_on(lively)
    order = "Those assigned to you first, then the last changed, and what they count as so far."
    for filters in ({}, {"untaught": "all"}, {"objective": "ab-design"}, {"objective": "segments"}):
        listed = answered(lively, AGENCY_MEMBER, **filters)
        assert (order in listed) is any("assigned to you" in note for _, note, *_ in rows(listed))
    assert order in answered(lively, AGENCY_MEMBER)
    assert ">The last changed first, and what they count as so far.<" in answered(lively, AGENCY_LEAD)
    # Where nothing is listed there is no order.
    assert 'class="intro">The last changed' not in answered(lively, AGENCY_LEAD, objective="no-such")


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_the_reader_s_own_come_first_and_no_ticket_is_lost_between_pages(
    lively_alone: PageClient, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    site, by = lively_alone.story_site.site, account_of(AGENCY_MEMBER)
    own = [
        site.create_issue("GROW", "Task", name, by=by, at=go_on(lively_alone), labels=("ab-design",), assignee=by).key
        for name in ("Early", "Late")
    ]
    other = account_of(AGENCY_LEAD)
    last = site.create_issue(
        "GROW", "Task", "His", by=other, at=go_on(lively_alone), labels=("ab-design",), assignee=other
    )
    go_on(lively_alone)
    by_change = [row[0] for row in rows(answered(lively_alone, LEARNER))]
    assert by_change.index(last.key) < by_change.index(own[1]) < by_change.index(own[0])
    whole = rows(answered(lively_alone, AGENCY_MEMBER))
    held = [key for key, note, *_ in whole if "assigned to you" in note]
    assert {*own} <= {*held}
    assert [row[0] for row in whole] == held + [key for key in by_change if key not in held]
    assert held == [key for key in by_change if key in held]
    monkeypatch.setattr(open_tickets, "PAGE", size)
    answer, paged = answered(lively_alone, AGENCY_MEMBER), []
    while True:
        paged += [row[0] for row in rows(answer)]
        older = re.search(r'<a class="button" href="([^"]*)"[^>]*>More tickets', answer)
        if not older:
            break
        answer = lively_alone.follow(AGENCY_MEMBER, html.unescape(older[1])).text
    assert paged == held[:size] + [key for key in by_change if key not in held[:size]]


def test_whoever_is_led_to_those_without_an_objective_reads_what_the_objective_lacks(page_client: PageClient) -> None:
    plan = page_client.follow(OTHER_LEAD, f"/pages/agency?engagement={BOLT}").text
    address = next(each for each in re.findall(r'hx-get="([^"]*tab=tickets[^"]*)"', plan) if "aim=landing" in each)
    whole = page_client.follow(
        OTHER_LEAD, html.unescape(address).replace("/pages/project/content", "/pages/tickets")
    ).text
    whole = whole.replace("\N{NO-BREAK SPACE}", " ")
    lacks = (
        "Build a landing page concerns labels landing; components Landing pages. "
        "For Build a landing page the nearest learner still needs at least 2 tickets to drive alone, the first and "
        "the last 7 days apart. Select those to set an objective on"
    )
    assert lacks in whole
    # It stays in the address as the filters do, and leaves with the list.
    assert '<input type="hidden" form="choice" name="aim" value="landing">' in whole
    assert "aim=" not in re.findall(r'<a href="([^"]*)"[^>]*>List those with an objective', whole)[0]
    # Who reads no counts of people, or comes from no objective, reads none of it.
    for who, query in ((MEMBER, {"aim": "landing"}), (OTHER_LEAD, {}), (OTHER_LEAD, {"aim": "no-such"})):
        assert "nearest learner" not in answered(page_client, who, engagement=BOLT, objective="-", **query)


def test_what_an_objective_is_looked_for_begins_with_what_may_fit_it(lively_alone: PageClient) -> None:
    """The same rows came for each objective, and first one that the agency had worked on already."""
    lively = lively_alone
    site, learner, by = lively.story_site.site, account_of(LEARNER), account_of(AGENCY_MEMBER)
    best = site.create_issue("GROW", "Task", "Test the design for autumn", by=learner, at=go_on(lively))
    go_on(lively, 24)
    fitting = site.create_issue("GROW", "Task", "A design for spring", by=learner, at=go_on(lively))
    go_on(lively, 24)
    site.create_issue("GROW", "Task", "Another one", by=learner, at=go_on(lively))
    go_on(lively, 24)
    held = site.create_issue("GROW", "Task", "A page of theirs", by=by, at=go_on(lively), assignee=by)
    site.transition(held.id, "In Progress", by=by, at=go_on(lively))
    go_on(lively, 24)
    query = {"objective": "-", "aim": "ab-design"}
    shown = answered(lively, LEAD, **query)
    listed = rows(shown)
    keys = [row[0] for row in listed]
    # What has more of its words comes before what changed later.
    assert keys[0] == best.key
    assert keys[1] == fitting.key
    helped = [row[0] for row in listed if "nobody can drive it without" in row[3]]
    assert held.key in helped
    assert keys[-len(helped) :] == helped
    first = "those that can be driven without Acme Experiments first, then "
    assert (
        f"{first}those with two words of Design an A/B test, or a rare one, in their title, then the last changed"
        in shown
    )
    # A member reads the same order and words where Overview tells them that a ticket to drive alone is needed.
    nearest = text_of(lively.follow(MEMBER, f"/pages/next?engagement={ACME}&all=1").text)
    assert "No other open ticket of this objective can be driven without the agency." in nearest
    assert rows(answered(lively, MEMBER, **query)) == listed
    assert "nobody can drive it" not in answered(lively, MEMBER, objective="-", aim="tracking")
    # Nothing of titles where none has one.
    other = answered(lively, LEAD, objective="-", aim="interviews")
    assert "in their title" not in other
    is_aside = "nobody can drive it without" in other
    assert (f"{first}the last changed" in other) is is_aside
    assert ("the last changed first" in other) is not is_aside
    # Without an objective that leads here, their last change orders them.
    plain = [row[0] for row in rows(answered(lively, LEAD, objective="-"))]
    assert plain[0] == held.key
    assert sorted(plain) == sorted(keys)


def test_one_word_that_many_titles_have_does_not_fit_an_objective(page_client: PageClient) -> None:
    """The referral page stood among the tickets for a landing page."""
    places = {"engagement": BOLT, "objective": "-"}
    plain = [row[0] for row in rows(answered(page_client, LEAD, **places))]
    # By one word: *build* is rare, and of *Tune the checkout* no other word is in any title.
    first = {"landing": ["GROW-117", "GROW-4", "GROW-109"], "checkout": ["GROW-111", "GROW-113"]}
    for aim, fitting in first.items():
        listed = [row[0] for row in rows(answered(page_client, LEAD, aim=aim, **places))]
        assert listed == [*fitting, *(key for key in plain if key not in fitting)], aim


def test_words_fit_by_how_few_of_the_titles_have_them() -> None:
    aim = Aim(name="Build a landing page")
    pages = dict.fromkeys(range(10, 13), "Map the events on the referral page")
    others = {1: "Shorten the page we land on", 2: "Landing in spring", 3: "Build the landing page", 4: "The menu"}
    assert aim.words_in(others) == {1: 1, 2: 1, 3: 3}
    assert aim.words_in(others | pages) == {2: 1, 3: 3}
    # Where it is the only one that any title has, it is all there is to go by; and many titles may have a rare one.
    assert aim.words_in(pages) == dict.fromkeys(pages, 1)
    assert aim.words_in(others | pages | dict.fromkeys(range(20, 80), "The menu")) == {
        1: 1,
        2: 1,
        3: 3,
    } | dict.fromkeys(pages, 1)
    assert NO_AIM.words_in(others) == aim.words_in({}) == {}


def test_a_proposal_without_a_decision_says_so_and_comes_after_what_can_be_tagged(lively_alone: PageClient) -> None:
    """The agency's list for tagging began with its own proposal, without a word."""
    lively = lively_alone
    site, by = lively.story_site.site, account_of(AGENCY_MEMBER)
    title, labels = "Try the design with fewer steps", ("proposal",)
    site.create_issue("GROW", "Task", "What can be tagged", by=by, at=go_on(lively))
    go_on(lively, 24)
    open_one = site.create_issue("GROW", "Story", title, by=by, at=go_on(lively), labels=labels, assignee=by)
    go_on(lively, 24)
    badge = r'<span class="lozenge warn">proposal, waits for a decision before (\d+ \w+)</span>'
    order = "Without one of Growth and Acme: the last changed first,"
    # Whoever reads the list reads what waits in it: most of all who made the proposal.
    for who in (LEAD, MEMBER, AGENCY_LEAD, AGENCY_MEMBER):
        plain = answered(lively, who, objective="-")
        waits = re.search(rf">{open_one.key}</a> {title} {badge}", plain)
        assert waits
        # Its panel says the same day.
        lively.story_site.ids["proposal"] = open_one.id
        assert f"declined without a reason from {waits[1]}." in text_of(lively.panel(who, "proposal").text)
        number = len(re.findall(badge, plain))
        assert number < len(rows(plain))
        assert open_one.key in [row[0] for row in rows(plain)[-number:]]
        assert f"{order} proposals without a decision last, and whose" in plain
        # Also where its title has a word of what led here.
        aimed = answered(lively, who, objective="-", aim="ab-design")
        assert open_one.key in [row[0] for row in rows(aimed)[-number:]]
    # What is decided waits no more.
    site.transition(open_one.id, "Done", by=account_of(LEAD), at=go_on(lively))
    go_on(lively, 24)
    assert open_one.key not in answered(lively, AGENCY_LEAD, objective="-")


@pytest.mark.parametrize("who", [LEAD, MEMBER, AGENCY_LEAD, AGENCY_MEMBER])
def test_each_open_ticket_of_the_agency_says_what_makes_it_count_as_taught(page_client: PageClient, who: str) -> None:
    """In the words of its panel: most rows said only why it does not."""
    in_panels = dict[str, bool]()
    for key, _, name, because in rows(answered(page_client, who)):
        assert (name == "Done only") == ("counts as taught once" in because or "makes it taught" in because), because
        if because.endswith(ANYBODYS):
            issue_id = page_client.story_site.site.issue(key).id
            panel = text_of(page_client.follow(who, f"/pages/panel/content?issue={issue_id}").text)
            in_panels[key] = bool(re.search("named under Shadows and writes? one comment|when named under", panel))
    assert in_panels
    assert all(in_panels.values()), in_panels


def lifted(page_client: PageClient, who: str) -> dict[str, str]:
    """Return what is said of each open ticket that lifts somebody."""
    words = "would bring you to "
    return {key: because for key, _, _, because in rows(answered(page_client, who)) if words in because}


@pytest.mark.parametrize("who", [MEMBER, LEARNER])
def test_each_open_ticket_that_lifts_the_reader_says_so_and_is_listed_alone_on_request(
    page_client: PageClient, who: str
) -> None:
    lifting = lifted(page_client, who)
    whole = len(rows(answered(page_client, who)))
    alone = answered(page_client, who, mine="lifts")
    assert sorted(key for key, _, _, _ in rows(alone)) == sorted(lifting)
    if lifting:
        assert f"{len(lifting)} of {whole} open tickets with an objective are listed: each would bring you" in alone
    assert '<option value="lifts" selected>Lifts me</option>' in alone
    for key, because in lifting.items():
        issue = page_client.story_site.site.issue(key).id
        panel = page_client.follow(who, f"/pages/panel/content?issue={issue}").text
        for rung in re.findall(r"would bring you to (\w+)", because):
            assert f"It would bring you to {rung}." in panel, (key, because)
    # Whoever has no ladder has no such list.
    assert not rows(answered(page_client, AGENCY_MEMBER, mine="lifts"))
    assert "Lifts me" not in answered(page_client, AGENCY_MEMBER)


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD])
def test_what_shadowing_takes_is_said_once_above_a_list_and_not_in_its_rows(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    """Sixteen of eighteen rows had one long sentence, so that what differs was not seen."""
    plain = answered(page_client, who)
    assert text_of(plain).count(SHADOWING) == 1
    assert any(because.endswith(ANYBODYS) for *_, because in rows(plain))
    # Above those that lack a shadow stands that each counts as taught then.
    monkeypatch.setattr(teaching, "teaching_opportunities_of", lambda *_args, **_named: ())
    narrowed = answered(page_client, who, untaught="all")
    assert text_of(narrowed).count(SHADOWING) == 1
    assert "taught once somebody in-house shadows" in text_of(narrowed)
    assert rows(narrowed)
    assert not [because for *_, because in rows(narrowed) if ANYBODYS in because]


def test_what_overview_counts_as_lifting_the_reader_is_not_called_all_of_it(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence and one filter had two numbers: those beside which nobody is lifted, and all."""
    monkeypatch.setattr(teaching, "teaching_opportunities_of", lambda *_args, **_named: ())
    all_lifting = answered(page_client, MEMBER, mine="lifts")
    beside = answered(page_client, MEMBER, mine="lifts", untaught="all")
    number = len(rows(beside))
    assert 0 < number < len(rows(all_lifting))
    text = "of the open agency tickets that lift nobody enrolled for their objective would"
    assert re.search(rf"\b{number} {text}", text_of(beside))
    assert text not in text_of(all_lifting)
    link = re.search(r'hx-get="([^"]*)"[^>]*>List all that lift you', beside)
    assert link
    led_to = rows(page_client.follow(MEMBER, html.unescape(link[1])).text)
    assert [row[0] for row in led_to] == [row[0] for row in rows(all_lifting)]


@pytest.mark.parametrize(
    ("who", "step"),
    [
        (LEAD, "For a learner alone: assign it to the learner"),
        (AGENCY_LEAD, "Leave this one to a learner"),
        (AGENCY_MEMBER, "Leave this one to a learner"),
        (AGENCY_MEMBER, "May be left to the in-house team"),
    ],
)
def test_a_row_that_nobody_began_says_to_leave_it_to_a_learner_as_its_panel_does(
    page_client: PageClient, who: str, step: str
) -> None:
    idle = [row for row in rows(answered(page_client, who)) if row[2] == "Not started"]
    assert idle
    brief = step[:1].lower() + step[1:]
    for key, _, _, because in idle:
        issue = page_client.story_site.site.issue(key).id
        shown = text_of(page_client.follow(who, f"/pages/panel/content?engagement={ACME}&issue={issue}").text)
        assert because.endswith(f"; {brief}") == (step in shown), (key, because)
    assert any(brief in because for *_, because in idle)
    # Members in-house read their own step.
    assert brief not in answered(page_client, MEMBER)


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_member_of_an_agency_is_told_to_leave_to_a_learner_what_overview_names_so(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch, is_shown: bool
) -> None:
    """A row says it of each ticket that nobody began, while Overview named one of them."""
    if not is_shown:
        for module in (teaching, learner_steps):
            monkeypatch.setattr(module, "shows_group", lambda *_of: False)
    overview = text_of(page_client.follow(AGENCY_MEMBER, f"/pages/next?engagement={ACME}&all=1").text)
    # What there is no room for on Overview stands on Objectives.
    _, _, alone = overview.partition("To drive without Acme Experiments")
    named = set(re.findall(r"GROW-\d+", re.split(r"No other open ticket|\d+ open agency tickets", alone)[0]))
    assert bool(named) == is_shown
    idle = [row for row in rows(answered(page_client, AGENCY_MEMBER)) if row[2] == "Not started"]
    weak = "; may be left to the in-house team"
    for key, _, _, because in idle:
        assert because.endswith("; leave this one to a learner" if key in named else weak), (key, because)
    assert {key for key, *_ in idle} >= named
    assert len(idle) > len(named)


@pytest.mark.parametrize("who", [MEMBER, LEAD, AGENCY_MEMBER])
def test_in_german_too_a_row_says_its_step_within_one_sentence(page_client: PageClient, who: str) -> None:
    token = page_client.story_site.connected.context_token(account_of(who))
    headers = {"Authorization": f"JWT {token}", "Accept-Language": "de"}
    address = f"/pages/tickets?engagement={ACME}&show=open"
    because = [row[3] for row in rows(page_client.story_site.client.get(address, headers=headers).text)]
    assert any("; zählt als vermittelt, sobald" in text for text in because), because
    assert not [text for text in because if re.search("; (?!Sie )[A-ZÄÖÜ]", text)]


def test_an_agency_without_an_open_ticket_to_tag_reads_whom_to_ask_wherever_one_is_missing(
    page_client: PageClient, lively_alone: PageClient
) -> None:
    """It read to tag one, above a list that had only what is nobody's."""
    to_tag = f"/pages/tickets?engagement={BOLT}&show=open&objective=-"
    missing = {
        "open": f"/pages/tickets?engagement={BOLT}&show=open",
        "agency": f"/pages/agency?engagement={BOLT}",
        "objectives": f"/pages/next?engagement={BOLT}&objective=landing",
    }

    def shown(client: PageClient, who: str, address: str) -> str:
        return text_of(client.follow(who, address).text).casefold()

    free = re.search(r"(\d+) are nobody’s so far", shown(page_client, OTHER_LEAD, to_tag))
    assert free
    tickets = f"{free[1]} open tickets without an objective that are nobody’s, proposals aside,"
    ask = f"ask the in-house team on which of the {tickets} to set it"
    for address in missing.values():
        for who in (OTHER_LEAD, OTHER_MEMBER):
            text = shown(page_client, who, address)
            assert ask in text, (who, address)
            assert "tag one" not in text, (who, address)
            assert "ask your lead" not in text, (who, address)
        # In-house there is no such limit.
        assert ask not in shown(page_client, LEAD, address)
    # With one of its own it is to tag that.
    site, by = lively_alone.story_site.site, account_of(OTHER_LEAD)
    lively_alone.story_site.agree(BOLT)
    site.create_issue("GROW", "Task", "Of the agency", by=by, at=go_on(lively_alone), assignee=by)
    go_on(lively_alone)
    assert "1 open ticket of bolt" in shown(lively_alone, OTHER_LEAD, to_tag)
    plan = shown(lively_alone, OTHER_LEAD, missing["agency"])
    assert "tag one" in plan
    assert "ask the in-house team on which" not in plan


def test_a_proposal_without_a_decision_is_not_counted_among_what_the_in_house_team_is_asked_about(
    lively_alone: PageClient,
) -> None:
    """It was counted as nobody's where an objective lacks a ticket, beside a list that had it as waiting."""
    lively_alone.story_site.agree(BOLT)
    site, by = lively_alone.story_site.site, account_of(OTHER_LEAD)

    def plan(who: str) -> str:
        return text_of(lively_alone.follow(who, f"/pages/agency?engagement={BOLT}").text)

    def to_tag(who: str) -> str:
        return answered(lively_alone, who, engagement=BOLT, objective="-")

    others = [row[0] for row in rows(to_tag(OTHER_LEAD))]
    assert len(others) > 1
    ask = f"sk the in-house team on which of the {len(others)} open tickets without an objective that are nobody’s"
    assert ask in plan(OTHER_LEAD)
    idea = site.create_issue("GROW", "Story", "One page less", by=by, at=go_on(lively_alone), labels=("proposal",))
    go_on(lively_alone)
    for who in (OTHER_LEAD, OTHER_MEMBER):
        assert ask in plan(who), who
        # The list has it, and says which it is.
        listed = text_of(to_tag(who))
        assert f"{len(others) + 1} are nobody’s so far. 1 of them is a proposal without a decision." in listed
    # If it alone is left, there is none to ask about.
    for key in others:
        site.edit(site.issue(key).id, by=by, at=go_on(lively_alone), assignee=account_of(LEAD))
    go_on(lively_alone)
    assert [row[0] for row in rows(to_tag(OTHER_LEAD))] == [idea.key]
    for who in (OTHER_LEAD, OTHER_MEMBER):
        assert "1 is nobody’s so far. It is a proposal without a decision." in text_of(to_tag(who))
        assert "sk the in-house team to set it on one." in plan(who)
        assert "nobody’s, proposals aside" not in plan(who)
    # With a decision it would count again: of one that nobody made in time, too.
    go_on(lively_alone, 91 * 24)
    assert "whether to set it on the 1 open ticket without an objective that is nobody’s" in plan(OTHER_LEAD)


@pytest.mark.parametrize(
    ("lead", "member", "engagement"), [(AGENCY_LEAD, AGENCY_MEMBER, ACME), (OTHER_LEAD, OTHER_MEMBER, BOLT)]
)
def test_the_panel_of_what_is_nobodys_asks_for_the_in_house_team_as_the_list_does(
    page_client: PageClient, lead: str, member: str, engagement: str
) -> None:
    """The panel let an agency's lead set an objective at once."""
    ask = "Ask the in-house team before you set an objective on what is nobody’s."

    def asking(who: str) -> list[str]:
        return [
            key
            for key in keys
            if ask
            in text_of(
                page_client.follow(who, f"/pages/panel/content?issue={page_client.story_site.site.issue(key).id}").text
            )
        ]

    answer = answered(page_client, lead, engagement=engagement, objective="-")
    keys = [row[0] for row in rows(answer)]
    free = re.search(r"(\d+) (?:is|are) nobody’s so far\.", text_of(answer))
    assert free
    assert ask in text_of(answer)
    assert len(asking(lead)) == int(free[1])
    # Who may set none anyway reads nothing of it, and in-house it is theirs to say.
    assert asking(member) == asking(LEAD) == []
    tagged = [row[0] for row in rows(answered(page_client, lead, engagement=engagement))]
    keys = tagged[:5]
    assert asking(lead) == []
