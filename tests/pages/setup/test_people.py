"""People of a draft over time: several stays of one person, rules by Jira group, and who is new."""

import re

import pytest

from connector.pages.setup import people_rows
from mappings.formats.engagement_file.draft_sections import bodies_of, read_draft
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.formats.engagement_file.writer import write_engagement
from mappings.measure.model.engagement import GroupRule
from mappings.records.operations.audit import select_acts_named
from tests.jira.story.people import LEGAL_GROUP, account_of
from tests.pages.conftest import AGENCY_LEAD, GATEKEEPER, LEAD, MEMBER, STRANGER, PageClient
from tests.pages.html_reader import text_of
from tests.pages.setup.fields import address, draft_of, send, send_fields
from tests.pages.setup.test_setup import agree

MOVER, GROUP = "Elif Sandoval", "night-shift"


def change_sides(page_client: PageClient, who: str, side: str, first_day: str, team: str = "") -> str:
    account = account_of(who)
    form = {f"stay-side {account}": side, f"stay-from {account}": first_day, f"stay-team {account}": team}
    return page_client.press(LEAD, address("stay", account=account), **form).text


def stays_of(page_client: PageClient, who: str) -> list[dict[str, str]]:
    people = draft_of(page_client).bodies["people"]["people"]
    return [{k: v for k, v in each.items() if k != "account"} for each in people if each["account"] == account_of(who)]


def test_somebody_changes_sides_and_back(ready: PageClient) -> None:
    assert "Saved." in change_sides(ready, MOVER, "agency", "2030-03-01")
    assert "Saved." in change_sides(ready, MOVER, "inhouse", "2030-06-01", "Growth")
    assert stays_of(ready, MOVER) == [
        {"side": "inhouse", "to": "2030-03-01"},
        {"side": "agency", "from": "2030-03-01", "to": "2030-06-01"},
        {"side": "inhouse", "from": "2030-06-01", "team": "Growth"},
    ]
    engagement = read_draft(draft_of(ready).bodies)
    again = read_engagement(write_engagement(engagement))
    assert engagement_hash(again) == engagement_hash(engagement)
    assert read_draft(bodies_of(engagement)) == engagement


def test_every_stay_of_a_person_stands_with_its_side_and_dates(ready: PageClient) -> None:
    change_sides(ready, MOVER, "agency", "2030-03-01")
    change_sides(ready, MOVER, "inhouse", "2030-06-01", "Growth")
    page = text_of(ready.follow(LEAD, address("draft")).text)
    stays = "In-house From the start to 1 Mar 2030 Agency 1 Mar 2030 to 1 Jun 2030 In-house 1 Jun 2030"
    assert f"Dates of {MOVER} {stays}" in page
    # Of whoever has one stay the side stands beside it, in its own field.
    assert f"Dates of {MEMBER} From the start" in page


def test_who_comes_after_a_time_on_no_side_is_still_to_come(ready: PageClient) -> None:
    send_fields(ready, "people", {f"side {account_of(MOVER)}": ("inhouse", "none")})
    assert "Saved." in change_sides(ready, MOVER, "inhouse", "2030-03-01")
    # Who sets up reads the fields; a lead who does not, what they agree to.
    send(ready, "leads", inhouse=(account_of(LEAD), account_of(MEMBER)))
    assert f"Still to come {MOVER} (In-house from 1 " in text_of(ready.follow(MEMBER, address("draft")).text)


def test_a_second_stay_is_changed_refused_and_taken_out_at_its_own_field(ready: PageClient) -> None:
    change_sides(ready, MOVER, "agency", "2030-03-01")
    second = f"{account_of(MOVER)} 2"
    refused = ready.read(send_fields(ready, "people", {f"to {second}": ("", "2030-01-01")})).text
    assert "Does not lie after from" in refused
    overlapping = ready.read(send_fields(ready, "people", {f"from {second}": ("2030-03-01", "2029-01-01")})).text
    assert "on a side already" in overlapping
    assert account_of(MOVER) not in overlapping
    send_fields(ready, "people", {f"side {second}": ("agency", "")})
    assert stays_of(ready, MOVER) == [{"side": "inhouse", "to": "2030-03-01"}]
    wrong = change_sides(ready, MEMBER, "agency", "2030-13-01")
    assert "Must be a day" in wrong
    assert stays_of(ready, MEMBER) == [{"side": "inhouse"}]
    assert ready.press(LEAD, address("stay", account="nobody")).status_code == 422


def test_the_audit_has_accounts_in_their_column_alone(ready: PageClient) -> None:
    change_sides(ready, MOVER, "agency", "2030-03-01")
    with ready.story_site.container.reader.connect() as connection:
        acts = select_acts_named(connection, ready.story_site.tenant_id, ("draft changed",), 5)
    assert {act.subject_account for act in acts[:3]} == {account_of(MOVER)}
    assert not any(account_of(MOVER) in f"{act.object} {act.before} {act.after}" for act in acts)


def set_rule(page_client: PageClient, side: str, team: str = "") -> str:
    return page_client.press(LEAD, address("groups/set"), group=GROUP.upper(), side=side, team=team).text


def test_a_rule_by_group_proposes_a_side_now_and_to_who_joins_later(ready: PageClient) -> None:
    site = ready.story_site.site
    site.add_group(GROUP, {account_of(STRANGER)})
    try:
        assert "rule for the Jira group" in set_rule(ready, "other", "Bolt Ads")
        assert draft_of(ready).bodies["people"]["proposed"][account_of(STRANGER)]["agency"] == "bolt-ads"
        assert stays_of(ready, STRANGER) == []
        set_rule(ready, "gatekeeper", "Night")
        site.add_group(GROUP, {account_of(STRANGER), account_of("Dana Quist")})
        ready.press(LEAD, address("fill"))
        assert "2 people set." in ready.press(LEAD, address("accept")).text
        assert stays_of(ready, "Dana Quist") == [{"side": "gatekeeper", "team": "Night"}]
        engagement = read_draft(draft_of(ready).bodies)
        assert engagement.groups == (GroupRule(GROUP.upper(), "gatekeeper", "", "Night"),)
        assert read_engagement(write_engagement(engagement)) == engagement
        ready.press(LEAD, address("groups/remove"), group=GROUP.upper())
        assert read_draft(draft_of(ready).bodies).groups == ()
    finally:
        site.groups.pop(GROUP, None)


def test_who_is_in_two_groups_of_different_sides_is_decided_one_by_one(ready: PageClient) -> None:
    site = ready.story_site.site
    site.add_group(GROUP, {account_of(STRANGER)})
    site.add_group("day-shift", {account_of(STRANGER)})
    try:
        set_rule(ready, "agency")
        ready.press(LEAD, address("groups/set"), group="day-shift", side="inhouse", team="Day")
        page = ready.read(ready.follow(LEAD, address("draft"))).text
        assert "In conflict" in page
        assert f"rule for the Jira group {GROUP.upper()}; but rule for the Jira group day-shift says in-house" in page
        ready.press(LEAD, address("accept"))
        assert stays_of(ready, STRANGER) == []
        ready.press(LEAD, address("accept"), account=account_of(STRANGER))
        assert stays_of(ready, STRANGER) == [{"side": "agency"}]
    finally:
        for group in (GROUP, "day-shift"):
            site.groups.pop(group, None)


def test_a_rule_says_more_than_the_words_of_a_group(ready: PageClient) -> None:
    ready.press(LEAD, address("groups/set"), group=LEGAL_GROUP, side="inhouse", team="")
    proposal = draft_of(ready).bodies["people"]["proposed"][account_of(GATEKEEPER)]
    assert proposal["side"] == "inhouse"
    assert ready.press(LEAD, address("groups/set"), group=" ", side="inhouse").status_code == 422


def test_agreements_without_such_rules_keep_their_hash() -> None:
    engagement = read_engagement(
        "engagement: {key: a, name: A, timezone: UTC, starts: 2026-01-05, projects: [A]}\n"
        "agency: {key: b}\npeople: []\nworkflow: {active: [x], done: [y]}\n"
    )
    assert engagement_hash(engagement) == "sha256:1288332d29d6bb7c6387b8fda9ef29daedafdaed8d4d51dd31923b9fab3c03f6"


def test_who_is_new_waits_on_the_settings_of_a_running_engagement(ready: PageClient) -> None:
    agree(ready, LEAD)
    agree(ready, AGENCY_LEAD)
    query = "project.key=GROW&engagement=growth-and-acme"
    page = ready.read(ready.follow(LEAD, f"/pages/settings?{query}")).text
    decided = page.partition("To decide: ")[2]
    assert re.search(rf"{STRANGER}: [0-9,]+ tickets?, first \d+ \w+ \d+", decided), decided[:600]
    assert "To decide" not in ready.follow(AGENCY_LEAD, f"/pages/settings?{query}").text
    assert "People without a side" in ready.press(LEAD, f"/pages/settings/begin?{query}").text


def test_tickets_of_a_person_are_counted_as_far_as_on_the_settings(
    ready: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person has one number wherever it stands."""
    rows = r'<td class="w-tickets num">([^<]*)<'
    exact = re.findall(rows, ready.follow(LEAD, address("draft")).text)
    monkeypatch.setattr(people_rows, "MOST_TICKETS", 1)
    bounded = re.findall(rows, ready.follow(LEAD, address("draft")).text)
    assert max(map(int, exact)) > 1
    assert bounded == [number if int(number) <= 1 else "more than 1" for number in exact]
