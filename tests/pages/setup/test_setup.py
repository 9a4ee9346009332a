"""Setting up an engagement on pages: who may, what is refused where, conflicts, and what both leads agree to."""

import re
from datetime import date
from functools import partial
from html import unescape

import pytest
from msgspec.structs import replace
from werkzeug.test import TestResponse

from connector.actions.draft_agreements import draft_hash
from connector.jobs.registry import sweep
from connector.pages.objectives.confirmations import confirmations_of
from connector.pages.setup import agreement
from mappings.formats.engagement_file.difference import engagement_difference
from mappings.formats.engagement_file.reader import read_engagement
from mappings.formats.engagement_file.writer import write_engagement
from mappings.measure.model.ruleset import DEFAULT
from mappings.records.agreement.definitions import select_definition_edits
from mappings.records.agreement.drafts import delete_draft, insert_draft, select_drafts
from mappings.records.agreement.engagements import select_engagement, select_engagements
from mappings.records.operations.audit import select_acts_named
from mappings.records.sql.engine import upgrade
from mappings.records.sql.scope import AgreementScope
from mappings.records.tables import definition_edit, engagement
from tests.jira.story.people import account_of
from tests.pages.conftest import (
    AGENCY_LEAD,
    AGENCY_MEMBER,
    DAY,
    GATEKEEPER,
    LEAD,
    MEMBER,
    SHUT_OUT,
    STRANGER,
    PageClient,
)
from tests.pages.html_reader import text_of
from tests.pages.setup.conftest import OTHER_ADMIN
from tests.pages.setup.fields import address, draft_of, send, send_fields
from tests.pages.test_matrix import visitor
from tests.records.migration_steps import downgrade

ACTS = ("draft begun", "draft changed", "draft agreed", "objective added", "mapping added")
KEY = "growth-and-acme"


@pytest.fixture
def page_client(fresh: PageClient) -> PageClient:
    return fresh


def agree(page_client: PageClient, who: str) -> TestResponse:
    page = page_client.follow(who, address("draft"))
    found_hash = re.search(r'name="hash" value="([^"]*)"', page.text)
    return page_client.press(who, address("agree"), hash=found_hash[1] if found_hash else "")


IN_GROUP = "Ruben Adeyemi"
ROUTES: dict[str, tuple[str, dict[str, str]]] = {
    "draft": ("GET", {}),
    "fill": ("POST", {}),
    "change": ("POST", {"section": "basics"}),
    "people": ("POST", {}),
    "accept": ("POST", {}),
    "objectives/write": ("POST", {"text": "x"}),
    "preview": ("GET", {"key": "design-an-a-b-test"}),
    "discard": ("GET", {}),
    "agree": ("POST", {}),
    "decline": ("POST", {}),
    "force": ("POST", {}),
    "site": ("GET", {}),
    "site/revoke": ("POST", {}),
    "effect": ("GET", {}),
    "self-test": ("GET", {}),
    "begin": ("POST", {}),
    "stay": ("POST", {"account": "nobody"}),
    "groups/write": ("POST", {}),
    "sample/load": ("POST", {}),
    "sample/remove": ("POST", {}),
    "start": ("GET", {}),
}
# For whoever holds an administrator’s link, on a site without an app.
BY_LINK = ("site", "site/revoke")
SETS_UP = dict.fromkeys(ROUTES, 200) | {
    "people": 422, "force": 403, **dict.fromkeys(BY_LINK, 404), "agree": 422,
    "decline": 422, "stay": 422, "groups/write": 404,
}  # fmt: skip
LEADS_ONLY = (
    dict.fromkeys(ROUTES, 403)
    | dict.fromkeys(BY_LINK, 404)
    | {"draft": 200, "start": 200, "agree": 422, "decline": 422}
)
NOTHING = dict.fromkeys(ROUTES, 404) | {"begin": 403, "self-test": 403, "sample/load": 403, "sample/remove": 403}
ROLES: dict[str, tuple[str, dict[str, int]]] = {
    "project administrator": (OTHER_ADMIN, SETS_UP),
    "in-house lead who administers": (LEAD, SETS_UP),
    "site administrator": (STRANGER, SETS_UP),
    "member of the chosen group": (IN_GROUP, SETS_UP),
    "agency lead": (AGENCY_LEAD, LEADS_ONLY),
    "in-house member": (MEMBER, NOTHING),
    "agency member": (AGENCY_MEMBER, NOTHING),
    "gatekeeper": (GATEKEEPER, NOTHING),
    "who may not browse": (SHUT_OUT, NOTHING),
}


def test_each_route_is_in_the_table(page_client: PageClient) -> None:
    rules = {
        rule.rule for rule in page_client.story_site.app.url_map.iter_rules() if rule.rule.startswith("/pages/setup/")
    }
    assert {rule.removeprefix("/pages/setup/").replace("<act>", "write") for rule in rules} == set(ROUTES)


def test_who_may_not_set_up_discards_nothing(ready: PageClient) -> None:
    answers = {who: ready.press(who, address("discard")).status_code for who in (AGENCY_LEAD, MEMBER, AGENCY_MEMBER)}
    assert answers == {AGENCY_LEAD: 403, MEMBER: 404, AGENCY_MEMBER: 404}
    assert draft_of(ready).number == 1


@pytest.mark.parametrize("role", ROLES)
def test_each_route_answers_each_role_as_it_may(ready: PageClient, role: str) -> None:
    who, expected = ROLES[role]
    ready.story_site.site.admins.add(account_of(STRANGER))
    # Who is in the group and may not browse the project sets nothing up there.
    ready.story_site.site.add_group("teachback", [account_of(IN_GROUP), account_of(SHUT_OUT)])
    ready.press(STRANGER, "/pages/admin/setup/group", group="teachback")
    answers = {}
    for name, (method, query) in ROUTES.items():
        answers[name] = ready.story_site.ask(account_of(who), address(name, **query), method=method).status_code
    ready.story_site.site.admins.discard(account_of(STRANGER))
    del ready.story_site.site.groups["teachback"]
    assert answers == expected


def test_an_agency_lead_who_administers_the_project_sets_nothing_up(ready: PageClient) -> None:
    ready.story_site.site.grant(account_of(AGENCY_LEAD), "GROW", "ADMINISTER_PROJECTS")
    page = ready.follow(AGENCY_LEAD, address("draft"))
    ready.story_site.site.deny(account_of(AGENCY_LEAD), "GROW", "ADMINISTER_PROJECTS")
    assert "Priya Raman" not in page.text
    assert send(ready, "basics", who=AGENCY_LEAD, name=("Growth and Acme", "Mine")).status_code == 403


def test_an_agency_reads_about_its_own_people_alone(ready: PageClient) -> None:
    page = ready.read(ready.follow(AGENCY_LEAD, address("draft"))).text
    assert AGENCY_MEMBER in page
    assert MEMBER not in page
    assert "In-house, " not in page
    assert "Bolt" not in page


def test_a_lead_reads_each_section_of_what_they_agree_to(ready: PageClient) -> None:
    send(ready, "basics", model=("", "hybrid"))
    ready.press(LEAD, address("objectives/map"), key="design-an-a-b-test", kind="label", text="ab-design")
    page = text_of(ready.follow(AGENCY_LEAD, address("draft")).text)
    for words in (
        "Model Hybrid: ", "1 person to reach independent; ", "ab-design", "Business hours ", "Signals and checks ",
        f"In-house lead {LEAD}", f"Agency lead {AGENCY_LEAD}", AGENCY_MEMBER, "no counts under 5 people",
        "30 minutes logged or 10", "as the named driver 30",
    ):  # fmt: skip
        assert words in page, words
    assert MEMBER not in page
    # Who is there from the first day is read of before it, too.
    send(ready, "basics", starts=(draft_of(ready).bodies["basics"]["engagement"]["starts"], "2030-01-07"))
    page = text_of(ready.follow(AGENCY_LEAD, address("draft")).text)
    assert AGENCY_MEMBER in page
    assert "of the agency on the first day" in page
    assert MEMBER not in page


def test_a_link_opens_nothing_of_a_draft(ready: PageClient) -> None:
    matrix_caller = visitor(ready.story_site, account=account_of(LEAD))
    assert {matrix_caller.get(address(name)).status_code for name in ("draft", "start", "preview", "discard")} == {401}


def test_another_site_sees_no_draft(ready: PageClient) -> None:
    assert ready.follow(LEAD, address("draft", draft="2")).status_code == 404
    assert ready.follow(LEAD, address("draft", draft="9" * 30)).status_code == 404


def test_the_project_page_offers_it_to_who_may_and_names_no_command(page_client: PageClient) -> None:
    page = page_client.read(page_client.open(LEAD))
    assert "Get started" in page.text
    assert "teachback " not in page.text
    assert "Get started" not in page_client.read(page_client.open(MEMBER)).text


def test_get_started_counts_who_has_a_side_and_who_is_to_decide_as_the_draft_does(ready: PageClient) -> None:
    def step() -> str:
        match = re.search(r"People on their sides(.*?) It unlocks whose work is whose", text_of(ready.open(LEAD).text))
        assert match is not None
        return match[1]

    draft = text_of(ready.follow(LEAD, address("draft")).text)
    waiting = int(re.findall(r"To decide: (\d+)", draft)[0])
    for section, title in (("people", "People on their sides"), ("objectives", "Objectives and what they map to")):
        assert f'showTarget:#{section}">{title}</a>' in ready.open(LEAD).text
    before = re.fullmatch(rf" (\d+) people have a side; {waiting} to decide\.", step())
    assert before is not None
    # Neither a sponsor nor who is meant to be on no side waits for one, and neither has one.
    send(ready, "leads", sponsor=("", account_of(STRANGER)))
    undecided = {*draft_of(ready).bodies["people"]["proposed"]} - {
        person["account"] for person in draft_of(ready).bodies["people"]["people"]
    }
    assert len(undecided) == waiting
    for account in undecided - {account_of(STRANGER)}:
        send_fields(ready, "people", {f"side {account}": ("", "none")})
    send_fields(ready, "people", {f"side {account_of(MEMBER)}": ("inhouse", "none")})
    assert step() == f" , done {int(before[1]) - 1} people have a side."


def test_both_leads_agree_and_measuring_begins(ready: PageClient) -> None:
    assert "You agreed" in agree(ready, LEAD).text
    # Get started says to both whom it waits for.
    for who, words in ((AGENCY_LEAD, "Read and agree"), (LEAD, "Go on setting up")):
        shown = text_of(ready.open(who).text)
        assert f"{words} The in-house side agreed; it waits for the agency’s lead." in shown
    assert "Both sides agreed" in agree(ready, AGENCY_LEAD).text
    with ready.story_site.container.reader.connect() as connection:
        stored = select_engagement(connection, ready.story_site.tenant_id, KEY)
        assert select_drafts(connection, ready.story_site.tenant_id) == ()
    assert stored is not None
    assert stored.next_generation == 1
    again = read_engagement(write_engagement(stored.engagement))
    assert engagement_difference(stored.engagement, again) == ()


def test_who_agreed_reads_whom_it_waits_for_until_the_draft_changes(ready: PageClient) -> None:
    assert "What you agree to" in text_of(ready.follow(LEAD, address("draft")).text)
    for page in (agree(ready, LEAD).text, ready.follow(LEAD, address("draft")).text):
        text = text_of(page)
        assert f"You agreed. It waits for {AGENCY_LEAD}." in text
        assert re.search(r"Agreed yes, on \d+ \w+ 2026, \d\d:\d\d", text)
        assert "Agree for the in-house side" not in text
    other = text_of(ready.follow(AGENCY_LEAD, address("draft")).text)
    assert ("You agreed" in other, "Agree for the agency" in other) == (False, True)
    send(ready, "basics", ends=("", "2030-01-01"))
    text = text_of(ready.follow(LEAD, address("draft")).text)
    assert ("You agreed" in text, "Agree for the in-house side" in text) == (False, True)
    agree(ready, AGENCY_LEAD)
    assert f"You agreed. It waits for {LEAD}." in text_of(ready.follow(AGENCY_LEAD, address("draft")).text)


def test_what_must_be_set_names_the_objective_and_opens_it(ready: PageClient) -> None:
    ready.press(LEAD, address("objectives/write"), text="Tune the checkout alone")
    page = ready.follow(LEAD, address("draft")).text
    assert (
        "Must: Objectives : Tune the checkout alone has no label, component or type to know its tickets by; add one."
        in text_of(page)
    )
    link = re.search(r'<a href="#([^"]+)">Objectives</a>: Tune', page)
    assert link is not None
    # What is linked lies in the card, which a browser opens for it.
    card = page.split('id="objective-tune-the-checkout-alone"')[1].split("</details>")[0]
    assert f'id="{link[1]}"' in card
    assert "mapping" not in text_of(ready.follow(LEAD, address("draft")).text)
    for who in (LEAD, AGENCY_LEAD):
        buttons = text_of(ready.follow(who, address("draft")).text)
        assert ("Must:" in buttons, "Agree for the" in buttons) == (True, False)


def test_what_is_taught_says_by_what_it_is_known_and_how_many_learn_it(ready: PageClient) -> None:
    learners = "1 objective has no learner, so its tickets are offered to nobody."
    page = text_of(ready.follow(LEAD, address("draft")).text)
    assert re.search(r"1 person to reach independent; label [\w-]+; 0 learners", page)
    assert learners in page
    other = text_of(ready.follow(AGENCY_LEAD, address("draft")).text)
    assert re.search(r"1 person to reach independent; label [\w-]+", other)
    assert (learners in other, "0 learners" in other) == (False, False)


def test_how_many_are_enrolled_is_read_by_the_in_house_side_alone_until_both_agreed(ready: PageClient) -> None:
    enrolled = "1 learner enrolled"
    send_fields(ready, "objectives", {"learners design-an-a-b-test": ("", account_of(MEMBER))})
    send(ready, "leads", inhouse=(account_of(LEAD), account_of(MEMBER)))
    assert enrolled in text_of(ready.follow(MEMBER, address("draft")).text)
    draft = text_of(ready.follow(AGENCY_LEAD, address("draft")).text)
    assert "Section by section" in draft
    assert "learner" not in draft
    agree(ready, MEMBER)
    agree(ready, AGENCY_LEAD)
    settings = "/pages/settings?project.key=GROW&engagement=growth-and-acme"
    assert enrolled in text_of(ready.follow(AGENCY_LEAD, settings).text)


def test_the_smallest_group_is_that_of_the_rules_an_engagement_begins_with(
    ready: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Figures of a group under 5 people;" in text_of(ready.follow(LEAD, address("draft")).text)
    monkeypatch.setattr(agreement, "DEFAULT", replace(DEFAULT, people=8))
    assert "Figures of a group under 8 people;" in text_of(ready.follow(LEAD, address("draft")).text)


def test_a_small_team_reads_before_it_agrees_what_it_is_not_shown(ready: PageClient) -> None:
    few = "fewer than 5: objectives show coverage and no counts by rung, unless all of them agree."
    draft = draft_of(ready)
    people = draft.bodies["people"]["people"]
    inhouse = [each for each in people if each["side"] == "inhouse"]
    # The lead stays: a draft whose lead is nobody of it cannot be agreed to.
    inhouse.sort(key=lambda each: each["account"] != account_of(LEAD))
    for number in (5, 4):
        rest = [each for each in people if each["side"] != "inhouse"] + inhouse[:number]
        bodies = {**draft.bodies, "people": {**draft.bodies["people"], "people": rest}}
        with ready.story_site.container.engine.begin() as connection:
            delete_draft(connection, ready.story_site.tenant_id, draft_of(ready).number)
            insert_draft(connection, ready.story_site.tenant_id, bodies, now=1, by=account_of(LEAD))
        query = f"/pages/setup/draft?project.key=GROW&draft={draft_of(ready).number}"
        assert (f"In-house has {number} people, {few}" in text_of(ready.follow(LEAD, query).text)) == (number == 4)
        assert few not in text_of(ready.follow(AGENCY_LEAD, query).text)


def test_what_both_leads_agreed_to_in_a_draft_waits_for_no_confirmation(ready: PageClient) -> None:
    agree(ready, LEAD)
    agree(ready, AGENCY_LEAD)
    tenant_id, now = ready.story_site.tenant_id, ready.story_site.clock.now()
    with ready.story_site.container.reader.connect() as connection:
        stored = select_engagement(connection, tenant_id, KEY)
        edits = select_definition_edits(AgreementScope(connection, tenant_id, KEY), as_of=now)
    assert stored is not None
    assert not any(confirmations_of(stored.engagement, edits).values())
    # The in-house lead wrote the objective; nobody of the agency did.
    assert [(edit.side, edit.kind) for edit in edits] == [
        ("inhouse", "edit"),
        ("inhouse", "agree"),
        ("agency", "agree"),
    ]
    assert "confirmation" not in text_of(ready.follow(LEAD, f"/pages/settings?engagement={KEY}&project.key=GROW").text)


def forget_agreements(page_client: PageClient) -> str:
    """The engagement of a draft is as an earlier release began it: without its leads' agreements."""
    url = page_client.story_site.container.engine.url.render_as_string(hide_password=False)
    downgrade(url, "0047")
    with page_client.story_site.container.engine.begin() as connection:
        connection.execute(definition_edit.delete())
    return url


def agreements_of(page_client: PageClient) -> list[tuple[str, str, date, int]]:
    scope_of = partial(AgreementScope, tenant_id=page_client.story_site.tenant_id, engagement=KEY)
    with page_client.story_site.container.reader.connect() as connection:
        edits = select_definition_edits(scope_of(connection), as_of=page_client.story_site.clock.now())
    return [(edit.side, edit.objective, edit.day, edit.at) for edit in edits if edit.kind == "agree"]


def test_an_upgrade_counts_what_both_leads_agreed_to_in_a_draft(ready: PageClient) -> None:
    agree(ready, LEAD)
    agree(ready, AGENCY_LEAD)
    given = agreements_of(ready)
    assert [side for side, *_ in given] == ["inhouse", "agency"]
    url = forget_agreements(ready)
    assert agreements_of(ready) == []
    upgrade(url)
    assert agreements_of(ready) == given


def test_an_upgrade_counts_no_agreement_to_what_was_changed_since(ready: PageClient) -> None:
    agree(ready, LEAD)
    agree(ready, AGENCY_LEAD)
    url = forget_agreements(ready)
    with ready.story_site.container.engine.begin() as connection:
        connection.execute(engagement.update().where(engagement.c.key == KEY).values(hash="another"))
    upgrade(url)
    assert agreements_of(ready) == []


def test_how_far_the_history_is_stands_with_how_many_are_known_from_it(begun: PageClient) -> None:
    page = text_of(begun.follow(LEAD, address("draft")).text)
    assert re.search(r"GROW waits for its turn; \d+ people are known from tickets so far\. More appear here by", page)
    assert "GROW: waits for its turn" in text_of(begun.follow(LEAD, address("start")).text)


def test_nobody_agrees_before_each_side_has_a_lead(ready: PageClient) -> None:
    page = text_of(ready.follow(LEAD, address("draft")).text)
    assert ("can be agreed on" in page or "is ready. Read it and agree" in page, "Must:" in page) == (True, False)
    send(ready, "leads", agency=(account_of(AGENCY_LEAD), ""))
    page = text_of(ready.follow(LEAD, address("draft")).text)
    assert "Growth and Acme needs its agency lead before it can be agreed on." in page
    assert "Must: Leads and agreement : Choose the agency lead: both leads have to agree." in page
    assert "Agree for the in-house side" not in page
    read_hash = draft_hash(draft_of(ready))
    refused = ready.press(LEAD, address("agree"), hash=read_hash)
    assert (refused.status_code, "listed under “Before you agree”" in refused.text) == (422, True)
    send(ready, "leads", inhouse=(account_of(LEAD), ""))
    page = text_of(ready.follow(LEAD, address("draft")).text)
    assert "Growth and Acme needs its two leads before it can be agreed on." in page
    ready.story_site.site.admins.add(account_of(STRANGER))
    assert "no leads" in text_of(ready.follow(STRANGER, "/pages/admin/content").text)
    ready.story_site.site.admins.discard(account_of(STRANGER))


def test_the_first_sentence_counts_what_the_list_says_must_be_set(fresh: PageClient) -> None:
    fresh.press(LEAD, "/pages/setup/begin?project.key=GROW")
    source = fresh.follow(LEAD, address("draft")).text
    page = text_of(source)
    number = re.search(r"New engagement: (\d+) fields and the two leads must be set\.", page)
    assert number is not None
    assert page.count("Must:") == int(number[1]) + 2
    # Each is where it is set; the list of sections counts the same fields.
    assert re.search(r'<a href="#[\w.-]+">\d+ fields</a> and <a href="#leads">the two leads</a> must be set', source)
    listed = re.findall(r"(\d+) fields? to set", page)
    assert sum(map(int, listed)) == int(number[1])
    assert "Short key is required" not in page
    assert "Made from the name if empty" in page
    assert "Proposed: the first day of the quarter of the first traces" in page
    assert "May stay open: all checks of Embedding apply then." in page
    page = text_of(send(fresh, "basics", name=("", "Shop and Nova"), model=("", "hybrid")).text)
    assert "Will be shop-and-nova if empty." in page
    assert "May stay open" not in page
    assert "Proposed: the first day" not in text_of(send(fresh, "basics", starts=(starts_of(fresh), "2026-02-02")).text)


def starts_of(page_client: PageClient) -> str:
    return str(draft_of(page_client).bodies["basics"]["engagement"]["starts"])


def test_what_changed_since_it_was_read_is_not_agreed_to(ready: PageClient) -> None:
    page = ready.follow(AGENCY_LEAD, address("draft")).text
    read_hash = re.search(r'name="hash" value="([^"]+)"', page)
    assert read_hash is not None
    send(ready, "basics", ends=("", "2030-01-01"))
    answer = ready.press(AGENCY_LEAD, address("agree"), hash=read_hash[1])
    assert (answer.status_code, "changed since you read it" in answer.text) == (422, True)


def test_an_agreement_to_an_earlier_state_begins_nothing(ready: PageClient) -> None:
    agree(ready, LEAD)
    send(ready, "basics", ends=("", "2030-01-01"))
    agree(ready, AGENCY_LEAD)
    with ready.story_site.container.reader.connect() as connection:
        assert select_engagements(connection, ready.story_site.tenant_id) == ()
    assert "to an earlier state" in ready.follow(AGENCY_LEAD, address("draft")).text


def test_nobody_overwrites_what_they_did_not_see(begun: PageClient) -> None:
    send(begun, "basics", name=("", "Growth and Acme"))
    answer = send(begun, "basics", who=OTHER_ADMIN, name=("", "Acme at Growth"), agency=("", "Acme"))
    assert "Maren Vogt changed this" in answer.text
    basics = draft_of(begun).bodies["basics"]
    assert (basics["engagement"]["name"], basics["agency"]) == ("Growth and Acme", {"name": "Acme"})
    send(begun, "basics", who=OTHER_ADMIN, name=("Growth and Acme", "Acme at Growth"))
    assert draft_of(begun).bodies["basics"]["engagement"]["name"] == "Acme at Growth"


def test_a_person_set_by_two_at_once_is_a_conflict(begun: PageClient) -> None:
    person = account_of(GATEKEEPER)
    begun.press(LEAD, address("people"), pick=person, side="gatekeeper", **{f"was.side {person}": ""})
    answer = begun.press(OTHER_ADMIN, address("people"), pick=person, side="agency", **{f"was.side {person}": ""})
    assert "Maren Vogt changed this" in answer.text
    assert "<span><ins>Agency</ins></span><span>Gatekeeper</span>" in answer.text, "in words, as one chooses them"
    assert [row["side"] for row in draft_of(begun).bodies["people"]["people"]] == ["gatekeeper"]


REFUSED = [
    ("basics", {"ends": "2020-01-01"}, "Does not lie after starts"),
    ("basics", {"timezone": "Mars"}, "Must be a time zone"),
    ("basics", {"key": "Not A Key"}, "Must be lower case letters"),
    ("basics", {"projects": "GROW, NOPE"}, "NOPE is not a project that you administer"),
    ("basics", {"projects": ""}, "Must name a project"),
    ("basics", {"name": "n" * 1001}, "Is longer than 1000 characters"),
    ("workflow", {"to": "08:00"}, "Does not lie after from"),
    ("workflow", {"holidays": "christmas"}, "Must be a day"),
    ("units", {"attribution": "luck"}, "Must be one of"),
    ("leads", {"agency": account_of(MEMBER)}, "is not on that side in people"),
    ("leads", {"inhouse": "somebody-else"}, "Names somebody whom nobody saw"),
]


@pytest.mark.parametrize(("section", "fields", "words"), REFUSED)
def test_what_the_file_refuses_stands_at_its_field(
    ready: PageClient, section: str, fields: dict[str, str], words: str
) -> None:
    before = draft_of(ready).bodies[section]
    shown = {"starts": "", "timezone": "Europe/Berlin", "projects": "GROW", "name": "Growth and Acme", "to": "17:00"}
    shown |= {"attribution": "active_time"} | ({"inhouse": account_of(LEAD)} if section == "leads" else {})
    shown |= {"agency": account_of(AGENCY_LEAD)} if section == "leads" else {}
    answer = send_fields(ready, section, {name: (shown.get(name, ""), text) for name, text in fields.items()})
    assert answer.status_code == 200
    assert words in answer.text
    assert draft_of(ready).bodies[section] == before


def test_no_account_id_is_shown_in_a_refusal(ready: PageClient) -> None:
    text = ready.read(send(ready, "leads", agency=(account_of(AGENCY_LEAD), account_of(MEMBER)))).text
    assert MEMBER in text
    assert account_of(MEMBER) not in text


def test_objectives_come_from_csv_and_are_refused_by_line(ready: PageClient) -> None:
    good = ready.press(LEAD, address("objectives/csv"), text="name,people,rung,by\nKeep the plan,2,assisted,2027-03-31")
    assert "1 objective added" in good.text
    bad = ready.press(LEAD, address("objectives/csv"), text="name,people\nOther,none")
    assert (bad.status_code, "Line 2: people must be" in bad.text) == (422, True)
    head = ready.press(LEAD, address("objectives/csv"), text="title\nOther")
    assert "The first line names the columns" in head.text


def test_a_mapping_says_which_tickets_it_finds(ready: PageClient) -> None:
    answer = ready.read(ready.follow(LEAD, address("preview", key="design-an-a-b-test"))).text
    assert "Finds" in answer
    assert "GROW-" in answer
    ready.press(LEAD, address("objectives/unmap"), key="design-an-a-b-test", kind="label", text="ab-design")
    assert "names no ticket" in ready.follow(LEAD, address("preview", key="design-an-a-b-test")).text
    assert agree(ready, LEAD).status_code == 422


def test_each_change_is_in_the_audit_without_account_ids(ready: PageClient) -> None:
    with ready.story_site.container.reader.connect() as connection:
        acts = select_acts_named(connection, ready.story_site.tenant_id, ACTS, 200)
    named = [act for act in acts if act.act == "draft changed" and act.object.endswith("basics name")]
    assert [(act.account, act.before, act.after) for act in named] == [(account_of(LEAD), "", "Growth and Acme")]
    texts = " ".join(f"{act.object} {act.before} {act.after}" for act in acts if act.act.startswith("draft"))
    assert "712020:" not in texts


def test_another_engagement_of_the_site_shows_nowhere(page_client: PageClient) -> None:
    page_client.story_site.agree("growth-bolt")
    page_client.story_site.site.grant(account_of(OTHER_ADMIN), "SHOP", "ADMINISTER_PROJECTS")
    page = page_client.story_site.ask(
        account_of(OTHER_ADMIN), "/pages/setup/begin?project.key=SHOP", method="POST"
    ).text
    page_client.story_site.site.deny(account_of(OTHER_ADMIN), "SHOP", "ADMINISTER_PROJECTS")
    assert "To decide" in page
    assert "another engagement" not in page


def test_a_key_that_is_taken_is_refused(ready: PageClient) -> None:
    ready.story_site.agree("growth-bolt")
    answer = send(ready, "basics", key=("", "growth-bolt"))
    assert "The key growth-bolt belongs to an engagement already" in answer.text


def test_many_learners_are_a_list_and_no_long_text(ready: PageClient) -> None:
    field, learners = "learners design-an-a-b-test", " ".join([account_of(LEAD)] * 40)
    assert "Saved." in send_fields(ready, "objectives", {field: ("", learners)}).text


def test_a_draft_that_nobody_changes_goes_after_90_days(ready: PageClient) -> None:
    now = ready.story_site.clock.now()
    for days, count in ((89, 1), (91, 0)):
        sweep(ready.story_site.container, 0, now + days * DAY)
        with ready.story_site.container.reader.connect() as connection:
            assert len(select_drafts(connection, ready.story_site.tenant_id)) == count


def test_a_discarded_draft_is_gone(ready: PageClient) -> None:
    page = ready.press(LEAD, address("discard")).text
    back = re.search(r'hx-get="([^"]*)"', page)
    assert back
    page = ready.follow(LEAD, unescape(back[1])).text
    assert "The draft is discarded." in page
    assert "Begin an engagement" in page
    assert ready.follow(LEAD, address("draft")).status_code == 404
