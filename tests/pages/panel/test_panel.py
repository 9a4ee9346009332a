"""The panel of a ticket: tag, untag, roles, and confirming what the other side set late."""

import re

import pytest
from werkzeug.test import TestResponse

from mappings.records.agreement.tags import select_tags
from mappings.records.operations.audit import Act
from mappings.records.sql.scope import AgreementScope
from tests.audit_log import select_acts
from tests.jira.story.people import account_of
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
    NASTY,
    OTHER_LEAD,
    STRANGER,
    PageClient,
)
from tests.pages.html_reader import Reader

OBJECTIVE, KEY = "Design an A/B test", "ab-design"


def open_ticket(page_client: PageClient) -> str:
    """A ticket of GROW that is not done yet; whoever never began it set no objective either."""
    return next(
        planted_ticket.ref
        for planted_ticket in page_client.story_site.story.planted.values()
        if planted_ticket.scene == "never_begun"
    )


def done_ticket(page_client: PageClient) -> str:
    """A ticket that both sides worked on, done once, without an objective."""
    return next(
        planted_ticket.ref
        for planted_ticket in page_client.story_site.story.planted.values()
        if len(planted_ticket.ledger(ACME)) == 1
        and planted_ticket.key.startswith("GROW")
        and planted_ticket.scene != "secured"
        and not (planted_ticket.ledger(ACME)[0].objectives or planted_ticket.ledger(ACME)[0].late)
        and planted_ticket.ledger(ACME)[0].shares["agency"] > 0
    )


def press(page_client: PageClient, who: str, act: str, ref: str, **more: str) -> TestResponse:
    form = {name: more.pop(name) for name in ("objective", "account") if name in more and act != "untag"}
    there = {"engagement": more.pop("engagement", ACME), "issue": str(page_client.story_site.ids[ref])} | more
    if act == "confirm":
        there |= form
    return page_client.story_site.ask(account_of(who), f"/pages/panel/{act}", "POST", form, **there)


def acts(page_client: PageClient) -> list[Act]:
    with page_client.story_site.container.reader.connect() as connection:
        return select_acts(connection, page_client.story_site.tenant_id, 5)


@pytest.mark.parametrize("named", [OBJECTIVE, KEY, OBJECTIVE.upper(), f"  {OBJECTIVE} "])
def test_an_objective_is_set_by_its_name_or_its_key(apart: PageClient, named: str):
    answer = apart.read(press(apart, MEMBER, "tag", open_ticket(apart), objective=named))
    assert f"{OBJECTIVE} is set." in answer.text
    assert f"Remove {OBJECTIVE}" in [element.get("aria-label") for element in answer.all("button")]


def test_what_was_set_can_be_undone(apart: PageClient):
    ref = open_ticket(apart)
    answer = press(apart, MEMBER, "tag", ref, objective=KEY)
    again = apart.read(apart.press(MEMBER, undo_of(answer.text)))
    assert "Undone." in again.text
    assert f"Remove {OBJECTIVE}" not in [element.get("aria-label") for element in again.all("button")]
    # What somebody set before is theirs: to set it once more changes nothing, and there is nothing to undo.
    press(apart, LEAD, "tag", ref, objective=KEY)
    apart.story_site.clock.at += DAY
    again = press(apart, MEMBER, "tag", ref, objective=KEY)
    assert f"{OBJECTIVE} was set already." in Reader(again.text).text
    assert "data-undo" not in again.text
    refused = apart.press(MEMBER, undo_of(answer.text))
    assert (refused.status_code, "It is too late to undo this" in refused.text) == (422, True)
    assert f" you Set {OBJECTIVE} objective" in " ".join(record_of(apart.follow(LEAD, panel_of(apart, ref)).text))


def undo_of(markup: str) -> str:
    """The address of the undo that an answer offers."""
    (address,) = (item["hx-post"] for item in Reader(markup).all("button") if "data-undo" in item)
    return address or ""


def test_a_name_that_no_objective_has_is_refused_in_words(apart: PageClient):
    answer = press(apart, MEMBER, "tag", open_ticket(apart), objective="Design a house")
    assert answer.status_code == 422
    assert answer.text == "No objective of Growth and Acme has that name. Choose one from the list."


def test_the_beginning_of_a_name_is_enough_where_one_objective_begins_so(apart: PageClient):
    ref = open_ticket(apart)
    assert "Personalise by segment is set." in apart.read(press(apart, MEMBER, "tag", ref, objective="pers")).text
    assert press(apart, MEMBER, "tag", ref, objective=" ").status_code == 422


def test_a_part_of_a_name_is_enough_where_one_objective_has_it(apart: PageClient):
    ref = open_ticket(apart)
    assert f"{OBJECTIVE} is set." in apart.read(press(apart, MEMBER, "tag", ref, objective="a/b")).text
    several = press(apart, MEMBER, "tag", ref, objective="t")
    assert several.status_code == 422
    assert re.search(r"Several objectives match: .*Design an A/B test.* Write more of the name\.", several.text)


def test_what_the_tickets_fields_say_is_not_taken_off_here(apart: PageClient):
    answer = press(apart, MEMBER, "untag", open_ticket(apart), objective="tracking")
    assert answer.status_code == 422
    assert "was not set by hand" in answer.text


def test_an_act_is_kept_with_who_what_and_when(apart: PageClient):
    ref = open_ticket(apart)
    press(apart, MEMBER, "tag", ref, objective=KEY)
    press(apart, MEMBER, "role", ref, role="shadow", account=account_of(LEAD))
    role, tag = acts(apart)[:2]
    what = f"{ACME} issue {apart.story_site.ids[ref]}"
    now, who = apart.story_site.clock.now(), account_of(MEMBER)
    assert tag == Act(now, who, "panel tag", what, None, KEY)
    assert role == Act(now, who, "panel role", what, None, "shadow", account_of(LEAD))


@pytest.mark.parametrize(
    ("role", "account", "status"),
    [
        ("shadow", MEMBER, 200),
        ("learner", LEAD, 200),
        ("mentor", MEMBER, 200),
        ("mentor", AGENCY_LEAD, 200),
        ("shadow", AGENCY_LEAD, 422),
        ("learner", GATEKEEPER, 422),
        ("mentor", STRANGER, 422),
        ("boss", MEMBER, 422),
    ],
)
def test_roles_are_for_the_people_of_the_two_sides(apart: PageClient, role: str, account: str, status: int):
    answer = press(apart, LEAD, "role", open_ticket(apart), role=role, account=account_of(account))
    assert answer.status_code == status
    assert named_in(Reader(answer.text)) == ([account_of(account)] if status == 200 else [])


def test_who_may_mentor_is_listed_by_side(apart: PageClient):
    """People of both sides stood in one list, by name alone."""
    markup = apart.panel(LEAD, open_ticket(apart)).text
    selects = re.findall(r'(?s)<label><span>(\w+)</span>.*?<select name="account"[^>]*>(.*?)</select>', markup)
    sides = {role: re.findall(r'<optgroup label="([^"]*)">(.*?)</optgroup>', options) for role, options in selects}
    assert {role: [label for label, _ in groups] for role, groups in sides.items()} == {
        "Shadows": [],
        "Drives": [],
        "Mentors": ["In-house team", "Acme Experiments"],
    }
    (_, inhouse), (_, agency) = sides["Mentors"]
    assert account_of(LEAD) in inhouse
    assert account_of(AGENCY_LEAD) in agency
    assert {account_of(LEAD), account_of(AGENCY_LEAD)} & {*re.findall(r'value="([^"]*)"', agency)} == {
        account_of(AGENCY_LEAD)
    }


def test_a_role_can_be_given_back(apart: PageClient):
    ref = open_ticket(apart)
    press(apart, LEAD, "role", ref, role="shadow", account=account_of(MEMBER))
    page = apart.read(press(apart, LEAD, "role", ref, role="shadow", account=""))
    assert named_in(page) == []


def named_in(page: Reader) -> list[str | None]:
    """Return who is chosen in the selects of a panel, without those in which nobody is."""
    return [element["value"] for element in page.all("option") if "selected" in element and element["value"]]


def would(page: Reader) -> str:
    match = re.search(r"(Finished now, this ticket would count as|Nobody has worked on it yet)[^.]*\.", page.text)
    assert match is not None, page.text
    return match[0]


def test_what_an_open_ticket_would_count_as_follows_what_is_set(apart: PageClient):
    ref = next(
        planted_ticket.ref
        for planted_ticket in apart.story_site.story.planted.values()
        if planted_ticket.scene == "proposal_undecided"
    )
    before = would(apart.read(apart.panel(MEMBER, ref)))
    tagged = would(apart.read(press(apart, MEMBER, "tag", ref, objective=KEY)))
    driven = press(apart, MEMBER, "role", ref, role="learner", account=account_of(LEAD)).text
    assert "no objective of Growth and Acme" in before
    assert "no objective of" not in tagged
    assert before.startswith("Nobody has worked on it yet")
    # A role alone is no work: it is said with the reasons.
    assert would(apart.read(apart.panel(MEMBER, ref))) == tagged
    assert "has a role on it or was assigned to it, without work or a comment: that counts as exposed" in driven


EACH_QUARTER = (
    {"from": "2026-04-01", "to": "2026-06-30"},
    {"from": "2026-07-01", "to": "2026-09-30"},
    {"from": "2026-10-01", "to": "2026-12-31"},
)


def sums(page_client: PageClient, figure: str) -> str:
    """What the figure is in each quarter of the story."""
    answers = [page_client.story_site.ask(account_of(LEAD), "/pages/figure", figure=figure, engagement=ACME, **days)
               for days in EACH_QUARTER]  # fmt: skip
    return ", ".join(page_client.read(answer).tables[0].rows[-1][-1] for answer in answers)


def test_what_is_set_after_done_waits_for_the_other_side(apart: PageClient):
    ref = done_ticket(apart)
    before = sums(apart, "taught")
    own = apart.read(press(apart, LEAD, "tag", ref, objective=KEY))
    assert "waits for the other side" in own.text
    assert not [element for element in own.all("button") if "confirm" in (element.get("hx-post") or "")]
    assert sums(apart, "taught") == before
    assert [
        element for element in Reader(apart.panel(AGENCY_LEAD, ref).text).all("button") if "confirm" in str(element)
    ]


@pytest.mark.parametrize("who", [LEAD, MEMBER])
def test_nobody_confirms_what_the_own_side_set(apart: PageClient, who: str):
    ref = done_ticket(apart)
    press(apart, LEAD, "tag", ref, objective=KEY)
    answer = press(apart, who, "confirm", ref, objective=KEY)
    assert answer.status_code == 422
    assert "Only the other side can confirm" in answer.text


def test_what_the_other_side_confirms_counts(apart: PageClient):
    ref = done_ticket(apart)
    press(apart, LEAD, "tag", ref, objective=KEY)
    page = apart.read(press(apart, AGENCY_LEAD, "confirm", ref, objective=KEY))
    assert "waits for the other side" not in page.text
    assert "no objective of Growth and Acme" not in page.text
    with apart.story_site.container.reader.connect() as connection:
        issue = apart.story_site.ids[ref]
        (tag,) = select_tags(AgreementScope(connection, apart.story_site.tenant_id, ACME), [issue])[issue]
    assert tag.confirmed == apart.story_site.clock.now()


def test_who_may_only_look_gets_no_buttons(apart: PageClient):
    ref = done_ticket(apart)
    press(apart, LEAD, "tag", ref, objective=KEY)
    page = apart.read(apart.panel(AGENCY_MEMBER, ref))
    assert "waits for the other side" in page.text
    assert [button for button in page.all("button") if "data-live-show" not in button] == []
    assert page.all("select") == page.all("input") == []


@pytest.mark.parametrize("act", ["tag", "untag", "confirm", "role"])
def test_who_stands_on_neither_side_changes_nothing(apart: PageClient, act: str):
    ref = open_ticket(apart)
    rows = [
        press(apart, who, act, ref, engagement=engagement, objective=KEY, role="shadow")
        for who in (STRANGER, GATEKEEPER)
        for engagement in (ACME, "no-such-engagement")
    ]
    assert {(row.status_code, row.text) for row in rows} == {(403, "You have no part in this engagement.")}
    assert acts(apart)[:1] != [f"panel {act}"]
    assert not [
        this_act for this_act in acts(apart) if this_act.account in {account_of(STRANGER), account_of(GATEKEEPER)}
    ]


def test_an_agency_cannot_reach_into_the_others_engagement(apart: PageClient):
    answer = press(apart, AGENCY_LEAD, "tag", open_ticket(apart), engagement=BOLT, objective="landing")
    assert answer.status_code == 403


def test_names_are_text_wherever_they_come_from(apart: PageClient):
    apart.story_site.site.rename_user(account_of(LEAD), NASTY, at=apart.story_site.clock.now())
    page = apart.panel(MEMBER, open_ticket(apart)).text
    apart.story_site.site.rename_user(account_of(LEAD), LEAD, at=apart.story_site.clock.now())
    assert "&lt;script&gt;alert(" in page
    assert "<script>alert" not in page
    assert [tag for tag in Reader(page).tags if "onload" in tag[1]] == []


def test_an_engagement_that_the_ticket_does_not_concern_is_left_out(apart: PageClient):
    ref = open_ticket(apart)
    press(apart, MEMBER, "tag", ref, objective=KEY)
    concerned = [element.get("aria-label") for element in apart.read(apart.panel(MEMBER, ref)).all("section")]
    assert "Growth and Acme" in concerned
    assert "Growth and Bolt" not in concerned
    # Whoever belongs to both is told whose count it is; the agency has no other.
    assert "<h2>Growth and Acme</h2>" in apart.panel(MEMBER, ref).text
    assert "<h2>Growth and Acme</h2>" not in apart.panel(AGENCY_LEAD, ref).text
    narrow = panel_of(apart, ref).replace("/panel/", "/context/")
    assert "<h2>Growth and Acme</h2>" in apart.follow(MEMBER, narrow).text


def labelled_late(page_client: PageClient) -> tuple[str, str, str]:
    """A day after somebody of an agency labelled a finished ticket: it, its engagement and that agency's lead."""
    planted = page_client.story_site.story.planted.values()
    ref, entry = next(
        (planted_ticket.ref, entry) for planted_ticket in planted for entry in planted_ticket.entries if entry.late
    )
    page_client.story_site.clock.at = entry.late[0][1] + DAY
    return ref, entry.engagement, {ACME: AGENCY_LEAD, BOLT: OTHER_LEAD}[entry.engagement]


def confirmations(page: Reader, engagement: str) -> list[str]:
    addresses = [element.get("hx-post") or "" for element in page.all("button")]
    return [address for address in addresses if "/confirm?" in address and f"engagement={engagement}" in address]


def test_what_a_label_set_late_is_confirmed_by_the_other_side(apart: PageClient):
    ref, engagement, its_lead = labelled_late(apart)
    before = apart.read(apart.panel(LEAD, ref))
    assert confirmations(apart.read(apart.panel(its_lead, ref)), engagement) == []
    (address,) = confirmations(before, engagement)
    narrow = apart.read(apart.follow(LEAD, panel_of(apart, ref).replace("/panel/", "/context/"))).text
    after = apart.read(apart.press(LEAD, address))
    agency = {ACME: "Acme Experiments", BOLT: "Bolt"}[engagement]
    late = rf"label \S+: set on \d+ \w+ \({agency}[^)]*\), after it was done; waits for the other side until \d+ \w+"
    assert re.search(f"{late}: anybody in-house can confirm it", before.text), before.text
    # Beside the ticket the same, without anything to press.
    assert re.search(f"{late}: anybody in-house can confirm it", narrow), narrow
    assert "counts from today" in after.text
    assert confirmations(after, engagement) == []
    # What it would count as is what it counts as, and how it came there stays.
    would = re.search(r"Once confirmed, it would count as ([^:]+): ([^.]+)\.", before.text)
    assert would, before.text
    assert would[0] in narrow
    assert "Once confirmed" not in after.text
    for who in (LEAD, its_lead):
        again = apart.read(apart.panel(who, ref)).text
        assert re.search(rf"{would[1].capitalize()} .*It gave {would[2]}\.", again), again
        confirmed = r"set on \d+ \w+ \([^)]+\), after it was done; confirmed by the other side on \d+ \w+"
        assert re.search(confirmed, again), again


def test_what_was_not_confirmed_in_time_is_said_and_has_no_button(apart: PageClient):
    ref = done_ticket(apart)
    set_now = apart.read(press(apart, LEAD, "tag", ref, objective=KEY))
    apart.story_site.clock.at += 31 * DAY
    page = apart.read(apart.panel(AGENCY_LEAD, ref))
    late = r"by hand: set on \d+ \w+ \({who}\), after it was done; {state}"
    waits = r"waits for the other side until \d+ \w+: a lead of Acme Experiments can confirm it"
    dropped = r"not confirmed in time \(until \d+ \w+\): it does not count"
    assert re.search(late.format(who="you", state=waits), set_now.text), set_now.text
    # Nobody was taught on it: what it would count as is what it counts as, in the same words.
    same = r"(Done only[^:]*?) ?: its objective was set [^.]*\. It gave (.*?)\. Once confirmed, it would count as "
    same += r"(.*?): (.*?)\. "
    verdict = re.search(same, set_now.text)
    assert verdict, set_now.text
    assert verdict[3] == verdict[1].replace("Done", "done")
    assert verdict[2] == verdict[4]
    assert re.search(late.format(who="in-house", state=dropped), page.text), page.text
    assert not [element for element in page.all("button") if "confirm" in str(element)]
    answer = press(apart, AGENCY_LEAD, "confirm", ref, objective=KEY)
    assert (answer.status_code, "30 days are over" in answer.text) == (422, True)
    # Its time runs from the first setting: it was said to be set, and stayed as it was.
    again = press(apart, AGENCY_LEAD, "tag", ref, objective=KEY)
    assert (again.status_code, "setting it again changes nothing" in again.text) == (422, True)


def record_of(markup: str) -> list[str]:
    """The rows of a ticket's record, as text."""
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', markup)
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]


def test_a_role_that_is_undone_leaves_neither_evidence_nor_row(apart: PageClient):
    ref = open_ticket(apart)
    before = apart.read(press(apart, MEMBER, "tag", ref, objective=KEY))
    set_role = press(apart, MEMBER, "role", ref, role="mentor", account=account_of(MEMBER))
    assert "you have a role on it or were assigned to it, without work or a comment" in set_role.text
    undo = next(
        element for element in Reader(set_role.text).all("button") if "undo-role" in (element.get("hx-post") or "")
    )
    after = apart.press(MEMBER, undo["hx-post"] or "")
    assert would(apart.read(after)) == would(before)
    assert "you touched it" not in after.text
    assert not [row for row in record_of(after.text) if "mentors" in row]


def test_a_role_given_to_nobody_is_recorded_with_its_end_and_counts_nothing(apart: PageClient):
    ref = open_ticket(apart)
    before = apart.read(press(apart, MEMBER, "tag", ref, objective=KEY))
    press(apart, MEMBER, "role", ref, role="mentor", account=account_of(MEMBER))
    after = press(apart, MEMBER, "role", ref, role="mentor", account="")
    assert would(apart.read(after)) == would(before)
    assert "you touched it" not in after.text
    (row,) = (row for row in record_of(after.text) if "mentors" in row)
    assert re.search(r"Named you: mentors, until .+ nothing: ended before it was done$", row)


def test_an_objective_set_by_hand_is_recorded_with_its_end_unless_it_was_undone_at_once(apart: PageClient):
    ref = open_ticket(apart)
    for _ in range(2):
        tagged = press(apart, MEMBER, "tag", ref, objective=KEY)
        undone = apart.press(MEMBER, undo_of(tagged.text)).text
    assert not [row for row in record_of(undone) if "Set " in row]
    (row,) = (row for row in record_of(press(apart, MEMBER, "tag", ref, objective=KEY).text) if "Set " in row)
    assert re.search(r"Set [^,]+ objective$", row)
    apart.story_site.clock.at += 2 * DAY
    removed = press(apart, MEMBER, "untag", ref, objective=KEY).text
    (row,) = (row for row in record_of(removed) if "Set " in row)
    assert re.search(r"Set [^,]+, until \d+ \w+ nothing: ended before it was done$", row)


def test_a_role_that_somebody_has_is_not_given_to_them_again(apart: PageClient):
    """Its undo took the role off that somebody else had given a moment before, and gave back one that they ended."""
    ref, given = open_ticket(apart), {"role": "shadow", "account": account_of(LEARNER)}
    press(apart, LEAD, "role", ref, **given)
    again = press(apart, MEMBER, "role", ref, **given)
    assert f"Shadows: {LEARNER}." in Reader(again.text).text
    assert "data-undo" not in again.text
    (row,) = (row for row in record_of(apart.follow(LEAD, panel_of(apart, ref)).text) if "shadows" in row)
    assert f" you Named {LEARNER}: shadows" in row
    press(apart, LEAD, "role", ref, role="shadow", account="")
    assert "data-undo" not in press(apart, MEMBER, "role", ref, role="shadow", account="").text


def test_the_record_says_who_named_whom(apart: PageClient):
    ref = open_ticket(apart)
    press(apart, MEMBER, "tag", ref, objective=KEY)
    own = press(apart, AGENCY_LEAD, "role", ref, role="learner", account=account_of(LEARNER)).text
    (row,) = (row for row in record_of(own) if "drives" in row)
    assert f" you Named {LEARNER}: drives" in row
    (row,) = (row for row in record_of(apart.follow(LEARNER, panel_of(apart, ref)).text) if "drives" in row)
    assert " Acme Experiments Named you: drives" in row
    press(apart, AGENCY_LEAD, "role", ref, role="learner", account="")
    (row,) = (row for row in record_of(apart.follow(MEMBER, panel_of(apart, ref)).text) if "drives" in row)
    # Who has the role no longer is named by side alone.
    assert " Acme Experiments Named somebody in-house: drives, until" in row


def panel_of(apart: PageClient, ref: str) -> str:
    return f"/pages/panel/content?issue={apart.story_site.ids[ref]}"


def test_a_role_on_a_done_ticket_is_said_to_count_nothing(apart: PageClient):
    ref = done_ticket(apart)
    text = "This ticket is done: a role set now counts only if it is opened and finished again."
    answer = press(apart, MEMBER, "role", ref, role="learner", account=account_of(MEMBER))
    assert text in answer.text
    (row,) = (row for row in record_of(answer.text) if "Named you: drives" in row)
    assert row.endswith("nothing: set after it was done")
    open_page = press(apart, MEMBER, "tag", open_ticket(apart), objective=KEY)
    assert "This ticket is done" not in open_page.text


@pytest.mark.parametrize("who", [MEMBER, AGENCY_LEAD])
def test_a_ticket_that_nobody_worked_on_has_no_side_and_no_shares(apart: PageClient, who: str):
    markup = press(apart, who, "tag", open_ticket(apart), objective=KEY).text
    assert ">Not started</span> Nobody has worked on it yet." in markup
    assert "<dt>Attribution</dt><dd>nobody yet</dd>" in markup
    assert "<dt>Shares</dt>" not in markup
    assert 'class="split"' not in markup


def test_the_panel_has_the_patterns_of_its_swatches(page_client: PageClient):
    issue = page_client.story_site.ids[done_ticket(page_client)]
    context = {"issue.id": str(issue), "project.id": str(page_client.story_site.site.project("GROW").id)}
    for module in ("teachback-panel", "teachback-context"):
        answer = page_client.story_site.page(account_of(MEMBER), module, context)
        assert '<pattern id="unknown"' in answer.text


def test_hours_of_the_record_add_up_to_the_active_time_of_each_side(page_client: PageClient):
    added = 0
    for issue in page_client.story_site.ids.values():
        answer = page_client.follow(MEMBER, f"/pages/panel/content?issue={issue}")
        if answer.status_code != 200 or "Active time" not in answer.text:
            continue
        markup = answer.text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
        # One of each engagement.
        for part in re.split(r'id="why-', markup)[1:]:
            worked = re.findall(r"Worked on it, ([\d.]+)\W?h[^<]*</td><td[^>]*>in-house: work", part)
            whole = re.search(r"<dt>Active time</dt><dd>[^<]*in-house ([\d.]+)\W?h", part)
            if len(worked) > 1 and whole:
                added += 1
                assert f"{sum(map(float, worked)):.1f}" == f"{float(whole[1]):.1f}", issue
    assert added


def test_a_role_without_anybody_named_says_only_that(apart: PageClient):
    markup = press(apart, MEMBER, "tag", open_ticket(apart), objective=KEY).text
    assert '<option value="" selected>Nobody named</option>' in markup
    assert ">Nobody<" not in markup


def test_a_ticket_that_one_may_still_explain_back_is_not_said_to_be_settled(page_client: PageClient):
    address = f"/pages/panel/content?issue={page_client.story_site.site.issue('GROW-98').id}"
    open_to, closed_to = (page_client.follow(who, address).text for who in (LEARNER, MEMBER))
    assert "Did you explain to a lead or your mentor what it taught?" in open_to
    settled = "What it shows of people is settled; opened again it takes back what it gave."
    assert settled not in open_to
    assert settled in closed_to
