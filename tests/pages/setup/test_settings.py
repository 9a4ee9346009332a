"""Settings of an engagement: read where it is a file, changed by one side, agreed to by both, ended and copied."""

import re
from datetime import date, timedelta
from html import unescape
from pathlib import Path

from msgspec.structs import replace
from werkzeug.test import Client

from mappings.formats.engagement_file.difference import engagement_difference
from mappings.formats.engagement_file.reader import read_engagement
from mappings.records.agreement.consents import insert_consent
from mappings.records.agreement.definitions import select_definition_edits
from mappings.records.agreement.drafts import select_drafts
from mappings.records.operations.audit import select_acts_named
from mappings.records.sql.scope import AgreementScope
from tests.jira.story.people import account_of
from tests.jira.story_site import APP_URL
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    BOLT,
    GATEKEEPER,
    LEAD,
    MEMBER,
    OTHER_LEAD,
    STRANGER,
    PageClient,
)
from tests.pages.html_reader import text_of
from tests.pages.setup.settings_pages import (
    OBJECTIVE,
    PROJECT_ADMIN,
    address,
    agree,
    agreed_of,
    begin,
    change_of,
    command,
    hashes,
    send,
    set_people,
    site_of,
    stored_of,
)
from tests.pages.test_small_groups import agree as put_in_force
from tests.pages.test_works_council import COUNCIL, names_of, rule
from webhooks.generations import measure_pending


def test_a_change_waits_for_both_leads_and_is_in_force_once_they_agreed(setup_client: PageClient) -> None:
    number, before = begin(setup_client), stored_of(setup_client)
    # What can be chosen is read anew without changing what is agreed.
    assert (
        "Nothing is changed yet" in setup_client.press(LEAD, f"/pages/setup/fill?project.key=GROW&draft={number}").text
    )
    assert "Saved." in set_people(setup_client, number, "7").text
    page = setup_client.follow(AGENCY_LEAD, address()).text
    assert "1 change waits for you" in setup_client.read(setup_client.follow(AGENCY_LEAD, address())).text
    assert "target people</b>" in page
    assert "<ins>7</ins>" in page
    agreed = agree(setup_client, LEAD).text
    assert "You agreed" in agreed
    # Until the other side agrees, too, one's own agreement is taken back for a minute, once.
    undo = re.search(r'data-undo hx-post="([^"]*)"', agreed)
    assert undo
    assert "Undone." in setup_client.press(LEAD, unescape(undo[1])).text
    assert setup_client.press(LEAD, unescape(undo[1])).status_code == 422
    assert "You agreed" in agree(setup_client, LEAD).text
    assert stored_of(setup_client) == before
    assert "Both sides agreed" in agree(setup_client, AGENCY_LEAD).text
    after = stored_of(setup_client)
    assert next(each for each in after.engagement.objectives if each.key == OBJECTIVE).people == 7
    assert after.next_generation == (before.generation or 0) + 1
    assert (after.kept_in, change_of(setup_client)) == ("pages", None)
    assert [change.name for change in engagement_difference(before.engagement, after.engagement)] == [
        f"objective {OBJECTIVE}"
    ]
    with setup_client.story_site.container.reader.connect() as connection:
        acts = select_acts_named(
            connection, setup_client.story_site.tenant_id, {"agreement changed", "engagement changed"}, 9
        )
    assert next((act.account, act.after) for act in acts if act.act == "agreement changed") == (
        account_of(AGENCY_LEAD),
        "objectives and their mapping",
    )
    assert any((act.before, act.after) == (before.hash, after.hash) for act in acts)
    with setup_client.story_site.container.reader.connect() as connection:
        scope = AgreementScope(connection, setup_client.story_site.tenant_id, ACME)
        edits = select_definition_edits(scope, as_of=setup_client.story_site.clock.now())
    assert [(edit.side, edit.kind) for edit in edits if edit.objective == OBJECTIVE][-3:] == [
        ("inhouse", "edit"),
        ("inhouse", "agree"),
        ("agency", "agree"),
    ]


def test_one_side_decides_people_alone_while_the_rest_waits(setup_client: PageClient) -> None:
    number = begin(setup_client)
    send(setup_client, number, "basics", {"ends": ("", "2030-01-01")})
    send(setup_client, number, "people", {f"side {account_of(STRANGER)}": ("", "inhouse")})
    assert STRANGER in setup_client.follow(LEAD, address()).text
    assert STRANGER not in setup_client.follow(AGENCY_LEAD, address()).text
    agree(setup_client, LEAD)
    assert "In force" in setup_client.press(LEAD, address("apply", draft=number)).text
    agreed = agreed_of(setup_client)
    assert any(person.account == account_of(STRANGER) for person in agreed.people)
    assert agreed.ends is None
    page = setup_client.read(setup_client.follow(LEAD, address())).text
    # What the in-house lead agreed to is what still waits: their agreement holds.
    assert "In-house: agreed" in page
    # Days are written as on every page; a field alone has them as its browser wants them.
    assert re.findall(r"(?<!value=\")\b20\d\d-\d\d-\d\d\b", page) == []
    assert "1 Jan 2030" in page
    agree(setup_client, AGENCY_LEAD)
    assert str(agreed_of(setup_client).ends) == "2030-01-01"


def test_a_change_of_the_model_is_a_line_of_the_chart_and_words_of_its_table(setup_client: PageClient) -> None:
    number = begin(setup_client)
    send(setup_client, number, "basics", {"model": ("embedded", "insourced")})
    agree(setup_client, LEAD)
    agree(setup_client, AGENCY_LEAD)
    assert agreed_of(setup_client).model == "insourced"
    for who in (LEAD, AGENCY_LEAD):
        text = setup_client.content(who, engagement=ACME, tab="overview").text
        for shown in (r'<g><title>([^<]*)</title><line class="phase"', r'<span class="note">([^<]+)</span>'):
            assert any("the model changed from embedded to insourced" in words for words in re.findall(shown, text))


def test_what_changed_since_it_was_read_is_not_agreed_to(setup_client: PageClient) -> None:
    number = begin(setup_client)
    send(setup_client, number, "units", {"attribution": ("active_time", "worklog")})
    read = hashes(setup_client, AGENCY_LEAD)
    assert set(read) == {"hash.units"}
    send(setup_client, number, "units", {"by": ("story_points", "count")})
    answer = setup_client.press(AGENCY_LEAD, address("agree", draft=number), **read)
    assert (answer.status_code, "not what you read" in answer.text) == (422, True)
    setup_client.press(AGENCY_LEAD, f"/pages/setup/agree?project.key=GROW&draft={number}", hash=read["hash.units"])
    assert agreed_of(setup_client).attribution == "active_time"


def test_nobody_becomes_a_lead_by_a_change_that_is_not_in_force(setup_client: PageClient) -> None:
    number = begin(setup_client, PROJECT_ADMIN)
    leads = {"inhouse": (account_of(LEAD), account_of(PROJECT_ADMIN))}
    send(setup_client, number, "leads", leads, PROJECT_ADMIN)
    send(setup_client, number, "basics", {"ends": ("", "2030-01-01")}, PROJECT_ADMIN)
    assert hashes(setup_client, PROJECT_ADMIN) == {}
    answer = setup_client.press(PROJECT_ADMIN, address("agree", draft=number), **{"hash.basics": "sha256:x"})
    assert (answer.status_code, "Only a lead" in answer.text) == (422, True)


def test_an_agency_lead_proposes_objectives_and_nothing_else(setup_client: PageClient) -> None:
    page = setup_client.press(AGENCY_LEAD, address("begin")).text
    number = begin(setup_client, AGENCY_LEAD)
    assert 'id="objectives"' in page
    assert 'id="people"' not in page
    # People of the in-house side are the other side's business here, learners included.
    assert MEMBER not in page
    assert "Saved." in set_people(setup_client, number, "4", AGENCY_LEAD).text
    refused = {
        section: send(setup_client, number, section, {"name": ("x", "y")}, AGENCY_LEAD).status_code
        for section in ("basics", "people", "workflow", "units", "leads")
    }
    assert set(refused.values()) == {403}
    assert agree(setup_client, LEAD).status_code == 200
    agree(setup_client, AGENCY_LEAD)
    assert next(each for each in agreed_of(setup_client).objectives if each.key == OBJECTIVE).people == 4


def test_nobody_overwrites_a_change_that_they_did_not_see(setup_client: PageClient) -> None:
    number = begin(setup_client)
    assert begin(setup_client, PROJECT_ADMIN) == number
    name = agreed_of(setup_client).name
    send(setup_client, number, "basics", {"name": (name, "Growth with Acme")})
    answer = send(setup_client, number, "basics", {"name": (name, "Acme at Growth")}, PROJECT_ADMIN)
    assert "Maren Vogt changed this" in answer.text


REFUSED = [
    ("basics", {"key": (ACME, "another")}, "Stays for good"),
    ("basics", {"ends": ("", "2020-01-01")}, "Does not lie after starts"),
    ("workflow", {"to": ("17:00", "08:00")}, "Does not lie after from"),
    ("leads", {"agency": (account_of(AGENCY_LEAD), account_of(MEMBER))}, "is not on that side in people"),
]


def test_what_the_file_refuses_is_refused_at_its_field(setup_client: PageClient) -> None:
    number = begin(setup_client)
    for section, fields, words in REFUSED:
        assert words in send(setup_client, number, section, fields).text, section
    assert (
        "Nothing differs"
        in setup_client.read(setup_client.follow(LEAD, f"/pages/setup/draft?project.key=GROW&draft={number}")).text
    )


def messages_of(page_client: PageClient) -> list[str]:
    """The messages to whoever runs Teachback, of which one is sent."""
    page = page_client.follow(LEAD, address()).text
    return re.findall(r'(?s)<textarea[^>]*id="operator-\d"[^>]*data-whole>(.*?)</textarea>', page)


def test_a_lead_reads_which_field_of_the_file_moves_the_date_of_the_objective_they_came_from(
    page_client: PageClient,
) -> None:
    objectives = page_client.objectives(LEAD, objective=OBJECTIVE).text
    (link,) = re.findall(r'hx-get="([^"]*tab=settings[^"]*)"[^>]*>How to change it in Settings<', objectives)
    frame = page_client.follow(LEAD, unescape(link)).text
    (content,) = re.findall(r'hx-get="(/pages/settings\?[^"]*)"', frame)
    page = page_client.follow(LEAD, unescape(content)).text
    (objective,) = (item for item in agreed_of(page_client).objectives if item.key == OBJECTIVE)
    assert f"<summary>To move the due date of “{objective.name}”, 20 Nov 2026</summary>" in page
    assert '<details class="data" id="due-date" open>' in page
    (message,) = re.findall(r'(?s)<textarea[^>]*id="due-date-text"[^>]*>(.*?)</textarea>', page)
    first, *lines = unescape(message).splitlines()
    assert first == f"Please change in {ACME}.yaml, under objectives: at the key that stands here:"
    rung = f"people: {objective.people}, rung: {objective.rung}"
    assert lines[:2] == [f"- key: {OBJECTIVE}", f"  target: {{{rung}, by: TODO}}  # now {objective.by}"]
    assert lines[2:4] == ["  agreed: {inhouse: TODO, agency: TODO}", "Then run:"]
    how = "replace the first TODO by that day and the other two by the days on which each side agreed"
    assert how in text_of(page)
    assert "a lead of each side confirms it under Objectives" in text_of(page)
    # Who came from no objective finds all that are due, folded; an agency asks the in-house lead.
    assert (
        '<details class="data" id="due-date"><summary>To move the due dates of 5 objectives'
        in page_client.follow(LEAD, address()).text
    )
    agency = page_client.follow(AGENCY_LEAD, address(objective=OBJECTIVE)).text
    assert f"Agree on another day with {LEAD}, who has it changed" in text_of(agency)
    assert "The date stands in the engagement file. Agree" in text_of(agency)
    assert "due-date-text" not in agency


def test_each_objective_that_is_due_and_not_reached_is_named(apart: PageClient) -> None:
    """It named the first of the earliest date alone, whatever else was due that day."""
    agreed = agreed_of(apart)
    first, second, third, *_ = agreed.objectives
    today, later = date(2026, 11, 20), date(2026, 12, 1)

    def named() -> tuple[list[str], str]:
        page = apart.follow(LEAD, address()).text
        return re.findall(r"- key: ([\w-]+)", page), text_of(re.findall(r'id="due-date"><summary>(.*?)<', page)[0])

    def date_them(*dates: date, people: int = 9) -> None:
        objectives = (
            replace(item, by=by, people=people) for item, by in zip((first, second, third), dates, strict=True)
        )
        put_in_force(apart, replace(agreed, objectives=tuple(objectives)))

    date_them(today, today, later)
    keys, title = named()
    assert keys == [first.key, second.key]
    assert title.startswith("To move the due dates of ")
    date_them(later, today, today - timedelta(days=3))
    assert named()[0] == [second.key, third.key]
    # Of those that are not due yet, all of the earliest date.
    date_them(later, later, later + timedelta(days=1))
    assert named()[0] == [first.key, second.key]
    # What is reached needs no other date.
    put_in_force(
        apart,
        replace(
            agreed, objectives=(replace(first, by=today, people=1, rung="exposed"), replace(second, by=today, people=9))
        ),
    )
    assert named()[0] == [second.key]


def test_the_workflow_names_the_statuses_and_counts_them_where_they_are_many(apart: PageClient) -> None:
    def value() -> str:
        page = apart.follow(LEAD, address()).text
        return text_of(re.findall(r'(?s)id="fold-workflow">\s*<summary>.*?class="value">(.*?)</span>', page)[0])

    agreed = agreed_of(apart)
    workflow = agreed.workflow
    assert value().startswith(f"work: {', '.join(workflow.active)}; review: {', '.join(workflow.review)}; waits for in")
    put_in_force(apart, replace(agreed, workflow=replace(workflow, active=(*workflow.active, "A", "B", "C"))))
    assert value().startswith(f"work: {len(workflow.active) + 3} statuses; review: ")


def test_a_check_that_the_model_leaves_out_says_so(page_client: PageClient) -> None:
    """In Hybrid fields and a sprint stood as if they counted."""
    pages = [page_client.follow(LEAD, address(engagement=key)).text for key in (ACME, BOLT)]
    folds = [re.findall(r'(?s)id="fold-signals">(.*?)</details>', page)[0] for page in pages]
    own, left_out = (text_of(fold) for fold in folds)
    assert "not checked" not in own
    assert "required fields, links, sprint" in own
    assert "required fields" not in left_out
    assert (
        "Required fields description; not checked in Hybrid Links implements Sprint not checked in Hybrid" in left_out
    )


def test_an_engagement_of_pages_says_nothing_of_a_file(setup_client: PageClient) -> None:
    assert "due-date" not in setup_client.follow(LEAD, address(objective=OBJECTIVE)).text


def test_a_file_is_read_only_on_pages_and_taken_over_by_a_command(apart: PageClient, tmp_path: Path) -> None:
    page = apart.read(apart.follow(LEAD, address())).text
    assert "kept as a file" in page
    assert "What is agreed and the end are changed in the file: whoever runs Teachback puts a changed one in" in page
    assert "Privacy and links are changed here." in page
    messages = messages_of(apart)
    # Each is selected alone: one excludes the other.
    lines = [line for message in messages for line in re.findall(r"(?m)^teachback (.*)$", message)]
    assert len(messages) == 2
    assert messages[0].startswith(f"Please put the changed file {ACME}.yaml in force:")
    site = f"--site {site_of(apart)}"
    assert lines == [f"engagement apply {ACME}.yaml {site}", f"engagement keep {ACME} --in pages {site}"]
    agency = apart.follow(AGENCY_LEAD, address()).text
    assert "operator-lines" not in agency
    # The in-house side alone changes or ends it.
    shown = text_of(agency)
    assert f"kept as a file. Read it here; to have it changed, ask {LEAD}." in shown
    assert f"An in-house lead or an administrator ends it: ask {LEAD}." in shown
    assert "whoever runs" not in shown
    before = agreed_of(apart)
    put_in_force(apart, replace(before, leads={**before.leads, "sponsor": (account_of(STRANGER),)}))
    assert "Sponsor 1 person, not named to the agency" in text_of(apart.follow(AGENCY_LEAD, address()).text)
    put_in_force(apart, before)
    answers = [apart.press(LEAD, address(name), day="2030-01-01") for name in ("begin", "end", "reopen")]
    assert [(answer.status_code, "kept as a file" in answer.text) for answer in answers] == [(422, True)] * 3
    before = agreed_of(apart)
    command(apart, tmp_path, *lines[1].removesuffix(site).split())
    begin(apart)
    exported = command(apart, tmp_path, "engagement", "export", ACME)
    assert apart.follow(LEAD, address("file")).text == exported
    file = tmp_path / "file.yaml"
    file.write_text(exported)
    assert "nothing changed" in command(apart, tmp_path, "engagement", "apply", str(file), "--yes")
    assert (stored_of(apart).kept_in, agreed_of(apart)) == ("pages", before)
    file.write_text(exported.replace("attribution: active_time", "attribution: worklog", 1))
    assert read_engagement(file.read_text()) != before
    command(apart, tmp_path, "engagement", "apply", str(file), "--yes")
    assert stored_of(apart).kept_in == "file"
    # The change that was begun on pages is kept and waits; nobody can put it in force over the file.
    draft = change_of(apart)
    assert draft is not None
    assert send(apart, str(draft.number), "basics", {"ends": ("", "2030-01-01")}).status_code == 422


def test_it_ends_with_its_links_and_is_opened_again_for_30_days(setup_client: PageClient, tmp_path: Path) -> None:
    command(setup_client, tmp_path, "link", "create", ACME, "--role", "inhouse_lead")
    asked = setup_client.read(setup_client.follow(LEAD, address("end"))).text
    assert "left today" in asked
    assert "Revoke its link" in asked
    assert setup_client.press(LEAD, address("end"), day="soon").status_code == 422
    ended = setup_client.press(LEAD, address("end"), day="2026-07-31", links="yes")
    assert "Growth and Acme ended" in ended.text
    assert "No link is open" in ended.text
    assert str(agreed_of(setup_client).ends) == "2026-08-01"
    late = setup_client.press(LEAD, address("reopen"))
    assert (late.status_code, "more than 30 days ago" in late.text) == (422, True)
    assert setup_client.press(LEAD, address("end"), day="2030-01-31").status_code == 200
    assert "It runs on, without an end" in setup_client.press(LEAD, address("reopen")).text
    assert agreed_of(setup_client).ends is None


def test_a_link_is_made_on_the_page_shown_once_and_revoked(setup_client: PageClient) -> None:
    for sent, words in (
        ({"role": "learner", "days": "7"}, "Choose whose view"),
        ({"role": "sponsor", "days": "0"}, "from 1 to 366"),
        ({"role": "sponsor", "days": "367"}, "from 1 to 366"),
        ({"role": "sponsor", "days": "00031000"}, "from 1 to 366"),
    ):
        refused = setup_client.press(PROJECT_ADMIN, address("link"), **sent)
        assert (refused.status_code, words in refused.text) == (422, True)
    page = setup_client.press(PROJECT_ADMIN, address("link"), role="agency_member", days="7").text
    made = re.search(r'value="https?://[^"]+(/direct/[^"]+)"', page)
    assert made is not None
    again = setup_client.follow(LEAD, address()).text
    assert made[1] not in again
    assert "An agency member’s view" in again
    browser = Client(setup_client.story_site.app)
    assert browser.post(made[1], base_url=APP_URL).status_code == 303
    content = f"/pages/project/content?project.key=GROW&engagement={ACME}&tab=overview"
    assert "Growth and Acme" in browser.get(content, base_url=APP_URL).text
    asks = re.search(r'hx-get="(/pages/settings/revoke[^"]*)" hx-target="#drawer"', again)
    assert asks is not None
    asked = setup_client.follow(LEAD, unescape(asks[1])).text
    assert "An agency member’s view, made on " in asked
    assert browser.get(content, base_url=APP_URL).status_code == 200
    (pressed,) = re.findall(r'hx-post="([^"]*)"', asked)
    assert "Revoked" in setup_client.press(LEAD, unescape(pressed)).text
    # Of one that is gone nothing is asked.
    assert setup_client.story_site.ask(account_of(LEAD), unescape(asks[1])).status_code == 422
    assert browser.get(content, base_url=APP_URL).status_code == 401
    with setup_client.story_site.container.reader.connect() as connection:
        acts = select_acts_named(connection, setup_client.story_site.tenant_id, {"link made", "link revoked"}, 9)
    assert [(act.act, act.account) for act in acts] == [
        ("link revoked", account_of(LEAD)),
        ("link made", account_of(PROJECT_ADMIN)),
    ]


def test_a_copy_takes_nobody_of_an_agency_along(setup_client: PageClient) -> None:
    page = setup_client.press(LEAD, address("copy"))
    assert "Copied" in page.text
    with setup_client.story_site.container.reader.connect() as connection:
        copy = next(
            each for each in select_drafts(connection, setup_client.story_site.tenant_id) if each.engagement is None
        )
    people = copy.bodies["people"]["people"]
    assert {person["side"] for person in people} <= {"inhouse", "gatekeeper"}
    assert copy.bodies["leads"]["leads"]["inhouse"] == [account_of(LEAD)]
    assert "agency" not in copy.bodies["leads"]["leads"]
    assert [each["key"] for each in copy.bodies["objectives"]["objectives"]] == [
        each.key for each in agreed_of(setup_client).objectives
    ]
    assert copy.bodies["workflow"]["workflow"]["active"] == list(agreed_of(setup_client).workflow.active)


def test_a_copy_becomes_an_engagement_with_another_agency(setup_client: PageClient) -> None:
    setup_client.press(LEAD, address("copy"))
    with setup_client.story_site.container.reader.connect() as connection:
        copied = next(
            each for each in select_drafts(connection, setup_client.story_site.tenant_id) if each.engagement is None
        )
    number, lead = str(copied.number), account_of(OTHER_LEAD)
    send(setup_client, number, "basics", {"name": ("", "Growth and Zest"), "agency": ("", "Zest")})
    assert "Saved." in send(setup_client, number, "people", {f"side {lead}": ("", "agency")}).text
    send(setup_client, number, "leads", {"agency": ("", lead)})
    for who in (LEAD, OTHER_LEAD):
        page = setup_client.follow(who, f"/pages/setup/draft?project.key=GROW&draft={number}").text
        read_hash = re.search(r'name="hash" value="([^"]+)"', page)
        assert read_hash is not None, page
        answer = setup_client.press(who, f"/pages/setup/agree?project.key=GROW&draft={number}", hash=read_hash[1])
    assert "Both sides agreed" in answer.text
    measure_pending(
        setup_client.story_site.container.engine, setup_client.story_site.tenant_id, setup_client.story_site.clock.now()
    )
    page = setup_client.read(setup_client.content(OTHER_LEAD, engagement="growth-and-zest")).text
    assert "Growth and Zest" in page
    assert "Acme" not in page


def test_privacy_is_proposed_to_both_leads(setup_client: PageClient) -> None:
    refused = setup_client.press(LEAD, address("privacy"), people="4")
    assert (refused.status_code, "whole number from 5 to 50" in refused.text) == (422, True)
    assert "Proposed as version 1" in setup_client.press(LEAD, address("privacy"), people="8").text
    assert (
        "Version 1 of its rules waits for approval"
        in setup_client.read(setup_client.follow(AGENCY_LEAD, address())).text
    )


def test_works_council_mode_says_what_it_does_and_a_change_names_nobody(setup_client: PageClient) -> None:
    page = setup_client.read(setup_client.follow(LEAD, address())).text
    mode = "Nobody is named, groups are 10 or more, no row has hours or clock times, and nothing is signed off"
    assert f"{mode} on the pages" in page
    rule(setup_client, COUNCIL)
    begin(setup_client)
    for answer in (setup_client.press(LEAD, address("begin")), setup_client.follow(LEAD, address())):
        text = text_of(answer.text)
        assert names_of(setup_client).search(text) is None
        assert "Person 1" in text


def test_a_change_shortens_the_days_of_the_week_as_the_settings_do(setup_client: PageClient) -> None:
    assert "Mon, Tue, Wed, Thu, Fri, 09:00 to 17:00" in setup_client.read(setup_client.follow(LEAD, address())).text
    begin(setup_client)
    assert "Business hours: Mon, Tue, Wed, Thu, Fri, 09:00" in text_of(setup_client.press(LEAD, address("begin")).text)


def test_the_settings_say_what_is_deleted_of_a_ticket_and_what_stays(setup_client: PageClient) -> None:
    page = setup_client.read(setup_client.follow(LEAD, address())).text
    assert "After that a ticket’s title, changes, comments, worklogs and people are deleted; what was counted" in page


def test_the_units_unfold_to_more_than_their_line(setup_client: PageClient) -> None:
    page = setup_client.read(setup_client.follow(LEAD, address())).text
    (units,) = re.findall(r"Units (?:Each|Story|Hours).{0,300}", page)
    assert re.search(r"What counts (?:Each|Story|Hours)", units)
    assert "Who gets the credit Whoever" in units


def test_an_agency_reads_the_names_of_its_own_people_alone(setup_client: PageClient) -> None:
    page = setup_client.read(setup_client.follow(AGENCY_LEAD, address())).text
    assert AGENCY_MEMBER in page
    assert MEMBER not in page
    assert OTHER_LEAD not in page
    assert "Links for people" not in page


IN_GROUP = "Ruben Adeyemi"
ROUTES: dict[str, tuple[str, dict[str, str]]] = {
    "": ("GET", {}),
    "page": ("GET", {}),
    "file": ("GET", {}),
    "begin": ("POST", {}),
    "agree": ("POST", {}),
    "undo-agree": ("POST", {}),
    "decline": ("POST", {}),
    "force": ("POST", {}),
    "apply": ("POST", {}),
    "withdraw": ("GET", {}),
    "trial": ("GET", {}),
    "copy": ("POST", {}),
    "privacy": ("POST", {}),
    "link": ("POST", {}),
    "revoke": ("POST", {}),
    "end": ("GET", {}),
    "reopen": ("POST", {}),
}
SHOWN = ("", "page", "file", "begin", "withdraw", "trial", "copy", "end")
CHANGES = dict.fromkeys(ROUTES, 422) | dict.fromkeys(SHOWN, 200) | {"force": 403}
READS = dict.fromkeys(ROUTES, 403) | {"": 200, "page": 200, "begin": 200, "trial": 200, "agree": 422, "decline": 422}
READS |= {"undo-agree": 422}
NOTHING = dict.fromkeys(ROUTES, 404)
ROLES: dict[str, tuple[str, dict[str, int]]] = {
    # Maren administers the projects, too; a lead who does not makes no links.
    "in-house lead": (LEAD, CHANGES),
    "project administrator": (PROJECT_ADMIN, CHANGES),
    "site administrator": (STRANGER, CHANGES),
    "member of the chosen group": (IN_GROUP, CHANGES),
    "agency lead": (AGENCY_LEAD, READS),
    "in-house member": (MEMBER, NOTHING),
    "agency member": (AGENCY_MEMBER, NOTHING),
    "gatekeeper": (GATEKEEPER, NOTHING),
    "lead of another agency": (OTHER_LEAD, NOTHING),
}


def test_each_route_answers_each_role_as_it_may(setup_client: PageClient) -> None:
    rules = {
        rule.rule
        for rule in setup_client.story_site.app.url_map.iter_rules()
        if rule.rule.startswith("/pages/settings")
    }
    assert {rule.removeprefix("/pages/settings").strip("/") for rule in rules} == set(ROUTES)
    setup_client.story_site.site.admins.add(account_of(STRANGER))
    setup_client.story_site.site.add_group("teachback", [account_of(IN_GROUP), account_of(AGENCY_MEMBER)])
    setup_client.press(STRANGER, "/pages/admin/setup/group", group="teachback")
    number = begin(setup_client)
    answers = {
        role: {
            name: setup_client.story_site.ask(account_of(who), address(name, draft=number), method=method).status_code
            for name, (method, _) in ROUTES.items()
        }
        for role, (who, _) in ROLES.items()
    }
    setup_client.story_site.site.admins.discard(account_of(STRANGER))
    del setup_client.story_site.site.groups["teachback"]
    assert answers == {role: expected for role, (_, expected) in ROLES.items()}


def test_settings_say_who_is_enrolled_and_name_who_agreed_to_an_in_house_lead(apart: PageClient) -> None:
    learner = "Priya Raman"
    story_site = apart.story_site
    objective = next(each for each in agreed_of(apart).objectives if account_of(learner) in each.learners)

    def line(who: str) -> str:
        page = apart.follow(who, address()).text
        return text_of(re.search(rf"<dt>{re.escape(objective.name)}</dt><dd>(.*?)</dd>", page)[1])

    anonymous = re.compile(r"; \d learners? enrolled(; 1 more has left)?$")
    assert anonymous.search(line(LEAD))
    with story_site.container.engine.begin() as connection:
        scope, now = AgreementScope(connection, story_site.tenant_id, ACME), story_site.clock.now()
        insert_consent(scope, account_of(learner), kind="named", at=now)
    assert learner in line(LEAD)
    assert anonymous.search(line(AGENCY_LEAD))
    assert "left" not in line(AGENCY_LEAD)
