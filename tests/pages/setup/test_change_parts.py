"""Sections of a change: each agreed to, declined or withdrawn by itself, and the other side’s people wait for it."""

import re
from collections import Counter
from datetime import timedelta

from connector.figures.review import select_review
from connector.text import amount, percent
from mappings.formats.report.json_report import report
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Engagement, Hours
from mappings.measure.model.quarters import quarter_start
from tests.jira.story.people import account_of
from tests.pages.conftest import AGENCY_LEAD, AGENCY_MEMBER, LEAD, MEMBER, STRANGER, PageClient
from tests.pages.overview.test_waiting import settle
from tests.pages.setup.fields import address as draft_address
from tests.pages.setup.settings_pages import (
    OBJECTIVE,
    PROJECT_ADMIN,
    address,
    agree,
    agreed_of,
    begin,
    change_of,
    hashes,
    send,
    set_people,
    stored_of,
)
from webhooks.generations import measure_pending

BUCKETS = {"Taught": "taught", "Done only": "done_only", "Handed over": "handed_over", "Own": "inhouse_own"}
REASON = "Three people are more than we can teach by then."


def decline(
    page_client: PageClient, who: str, section: str, reason: str = REASON, read_hash: str = ""
) -> tuple[int, str]:
    draft = change_of(page_client)
    assert draft is not None
    sent = {
        "section": section,
        "reason": reason,
        "hash": read_hash or hashes(page_client, who).get(f"hash.{section}", ""),
    }
    answer = page_client.press(who, address("decline", draft=str(draft.number)), **sent)
    return answer.status_code, answer.text


def target_of(page_client: PageClient) -> int:
    return next(each.people for each in agreed_of(page_client).objectives if each.key == OBJECTIVE)


def test_what_a_lead_declines_is_a_draft_again_with_the_reason(setup_client: PageClient) -> None:
    number, before = begin(setup_client), target_of(setup_client)
    set_people(setup_client, number, "7")
    agree(setup_client, LEAD)
    read_hash = hashes(setup_client, AGENCY_LEAD)["hash.objectives"]
    status, text = decline(setup_client, AGENCY_LEAD, "objectives", " ")
    assert (status, "The reason is missing" in text) == (422, True)
    assert decline(setup_client, MEMBER, "objectives", read_hash=read_hash)[0] == 404
    assert decline(setup_client, PROJECT_ADMIN, "objectives", read_hash=read_hash)[0] == 422
    assert decline(setup_client, AGENCY_LEAD, "objectives", read_hash="sha256:x")[0] == 422
    assert decline(setup_client, AGENCY_LEAD, "objectives")[0] == 200
    page = setup_client.read(setup_client.follow(LEAD, address())).text
    assert f"The agency declined this, just now: “{REASON}”" in page
    assert "In-house: not agreed yet" in page
    assert hashes(setup_client, LEAD) == {}
    refused = setup_client.press(LEAD, address("agree", draft=number), **{"hash.objectives": read_hash})
    assert (refused.status_code, "declined this" in refused.text) == (422, True)
    waiting = setup_client.read(setup_client.content(LEAD, engagement="growth-acme")).text
    assert "declined it on" in waiting, waiting[:3000]
    # It is changed, and both are asked anew: the second where it is listed that it waits.
    send(setup_client, number, "objectives", {f"people {OBJECTIVE}": ("7", str(before + 1))})
    agree(setup_client, LEAD)
    page = setup_client.content(AGENCY_LEAD, engagement="growth-acme").text
    asked, page = settle(setup_client, page, "Compare: A change of the agreement", AGENCY_LEAD)
    assert f"<ins>{before + 1}</ins>" in asked
    assert "Both sides agreed. Figures are measured by the change from now on." in page
    assert "A change of the agreement" not in page
    assert target_of(setup_client) == before + 1


def test_several_sections_are_open_at_once_and_each_is_answered_by_itself(setup_client: PageClient) -> None:
    number, before = begin(setup_client), agreed_of(setup_client)
    send(setup_client, number, "units", {"attribution": ("active_time", "worklog")}, PROJECT_ADMIN)
    assert begin(setup_client, AGENCY_LEAD) == number
    set_people(setup_client, number, "6", AGENCY_LEAD)
    assert set(hashes(setup_client, LEAD)) == {"hash.units", "hash.objectives"}
    sent = {"hash.objectives": hashes(setup_client, LEAD)["hash.objectives"]}
    setup_client.press(LEAD, address("agree", draft=number), **sent)
    setup_client.press(AGENCY_LEAD, address("agree", draft=number), **sent)
    assert (target_of(setup_client), agreed_of(setup_client).attribution) == (6, "active_time")
    assert set(hashes(setup_client, AGENCY_LEAD)) == {"hash.units"}
    # The agency takes no section back that is not its to change.
    assert setup_client.press(AGENCY_LEAD, address("withdraw", draft=number, section="units")).status_code == 403
    assert setup_client.press(LEAD, address("withdraw", draft=number, section="units")).status_code == 200
    assert (change_of(setup_client), agreed_of(setup_client).attribution) == (None, before.attribution)


def test_the_other_sides_people_and_lead_wait_for_that_side(setup_client: PageClient) -> None:
    number, before = begin(setup_client, PROJECT_ADMIN), agreed_of(setup_client)
    leaver = account_of(AGENCY_MEMBER)
    people = {f"side {leaver}": ("agency", "other"), f"team {leaver}": ("", "Bolt")}
    people |= {f"side {account_of(STRANGER)}": ("", "inhouse")}
    assert "Saved." in send(setup_client, number, "people", people, PROJECT_ADMIN).text
    leads = {"agency": (account_of(AGENCY_LEAD), "")}
    assert "Saved." in send(setup_client, number, "leads", leads, PROJECT_ADMIN).text
    assert "In force" in setup_client.press(PROJECT_ADMIN, address("apply", draft=number)).text
    agreed = agreed_of(setup_client)
    assert any(person.account == account_of(STRANGER) for person in agreed.people)
    assert _of_agency(agreed) == _of_agency(before)
    assert agreed.leads == before.leads
    refused = setup_client.press(PROJECT_ADMIN, address("apply", draft=number))
    assert (refused.status_code, "about the other side" in refused.text) == (422, True)
    page = setup_client.read(setup_client.follow(AGENCY_LEAD, address())).text
    assert re.search(rf"{AGENCY_MEMBER}: side ?: from Agency to no side", page), page
    assert "Bolt" not in page
    agree(setup_client, LEAD)
    assert _of_agency(agreed_of(setup_client)) == _of_agency(before)
    agree(setup_client, AGENCY_LEAD)
    after = agreed_of(setup_client)
    assert account_of(AGENCY_MEMBER) not in _of_agency(after)
    assert "agency" not in after.leads
    # Nobody leads the agency any more, so nobody could agree for it: the in-house side names a lead alone.
    number = begin(setup_client)
    send(setup_client, number, "leads", {"agency": ("", account_of(AGENCY_LEAD))})
    assert "In force" in setup_client.press(LEAD, address("apply", draft=number)).text
    assert agreed_of(setup_client).leads["agency"] == (account_of(AGENCY_LEAD),)


def _of_agency(agreed: Engagement) -> set[str]:
    return {person.account for person in agreed.people if person.side == "agency"}


def test_a_first_agreement_is_declined_with_a_reason(ready: PageClient) -> None:
    page = ready.follow(AGENCY_LEAD, draft_address("draft")).text
    read_hash = page.split('name="hash" value="')[1].split('"')[0]
    assert ready.press(LEAD, draft_address("agree"), hash=read_hash).status_code == 200
    assert ready.press(MEMBER, draft_address("decline"), hash=read_hash, reason=REASON).status_code == 404
    assert "a draft again" in ready.press(AGENCY_LEAD, draft_address("decline"), hash=read_hash, reason=REASON).text
    read = ready.read(ready.follow(LEAD, draft_address("draft"))).text
    assert f"The agency declined this, just now: “{REASON}”" in read
    refused = ready.press(LEAD, draft_address("agree"), hash=read_hash)
    assert (refused.status_code, "declined this draft" in refused.text) == (422, True)


ROW = re.compile(r'<th scope="row">([^<]+)</th><td class="num"[^>]*>([^<]*)</td><td class="num"[^>]*>(?:<b>)?([^<]*)')


def trial_of(page_client: PageClient, number: str, who: str = LEAD) -> dict[str, tuple[str, str]]:
    answer = page_client.follow(who, address("trial", draft=number))
    assert answer.status_code == 200, answer.text
    return {name: (before, after) for name, before, after in ROW.findall(answer.text)}


def figures_now(page_client: PageClient) -> dict[str, str]:
    """What the report of the quarter that runs says of the figures of a trial."""
    story_site, stored = page_client.story_site, stored_of(page_client)
    now = story_site.clock.now()
    today = Calendar(stored.engagement.zone, Hours()).day(now)
    with story_site.container.reader.connect() as connection:
        first, end = quarter_start(today), today + timedelta(days=1)
        whole = report(select_review(connection, story_site.tenant_id, stored, first=first, end=end, as_of=now))
    covered = Counter(each["coverage"] for each in whole["objectives"])
    share, by = whole["taught_share"]["value"], stored.engagement.units.by
    units = {name: amount(round(whole["units"][key] * 1e9), by) for name, key in BUCKETS.items()}
    shares = {"Taught share": "not published yet" if share is None else percent(share)}
    return shares | units | {"Objectives covered": str(covered["covered"])}


def test_a_trial_says_what_the_figures_become_and_saves_nothing(setup_client: PageClient) -> None:
    number = begin(setup_client)
    send(setup_client, number, "units", {"by": ("story_points", "count")})
    objective = {f"people {OBJECTIVE}": (str(target_of(setup_client)), "1")}
    send(setup_client, number, "objectives", objective)
    send(setup_client, number, "people", {f"side {account_of(STRANGER)}": ("", "inhouse")})
    before = figures_now(setup_client)
    rows = trial_of(setup_client, number)
    assert {name: _amount(rows[name][0]) for name in before} == before
    assert trial_of(setup_client, number, AGENCY_LEAD) == rows
    # Who administers the projects alone sees no figures, and none of what would become of them.
    setup_client.story_site.site.grant(account_of(STRANGER), "GROW", "ADMINISTER_PROJECTS")
    assert setup_client.follow(STRANGER, address("trial", draft=number)).text == ""
    setup_client.story_site.site.deny(account_of(STRANGER), "GROW", "ADMINISTER_PROJECTS")
    assert figures_now(setup_client) == before
    agree(setup_client, LEAD)
    agree(setup_client, AGENCY_LEAD)
    story_site = setup_client.story_site
    measure_pending(story_site.container.engine, story_site.tenant_id, story_site.clock.now())
    after = figures_now(setup_client)
    assert {name: _amount(rows[name][1]) for name in after} == after
    assert after != before
    # What is left is about people: it is not tried, or one person's part would be the difference.
    assert "not tried" in setup_client.follow(LEAD, address("trial", draft=number)).text


def _amount(text: str) -> str:
    return text.partition(", ")[2] or text
