"""What is proposed about people in a draft by what the site knows of them, and by the agency's name."""

import re

from msgspec.structs import replace

from mappings.formats.engagement_file.draft_sections import read_draft
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.formats.engagement_file.writer import write_engagement
from mappings.measure.model.affiliation import spans_of
from mappings.records.agreement.engagements import save_engagement
from tests.jira.story.people import ACME as ACME_PEOPLE
from tests.jira.story.people import BOLT as BOLT_LEAD
from tests.jira.story.people import CONVERT, account_of
from tests.jira.story.story import engagement_file
from tests.pages.conftest import ACME, AGENCY_LEAD, BOLT, LEAD, MEMBER, STRANGER, PageClient
from tests.pages.html_reader import text_of
from tests.pages.setup.fields import address, draft_of, send, send_fields
from tests.pages.setup.settings_pages import PROJECT_ADMIN
from tests.pages.setup.test_setup import agree


def begin(page_client: PageClient, agency: str = "", who: str = LEAD) -> None:
    page_client.press(who, "/pages/setup/begin?project.key=GROW")
    if agency:
        send(page_client, "basics", who=who, agency=("", agency))


def proposed(page_client: PageClient, name: str, who: str = LEAD) -> str:
    """What stands beside somebody's name in the draft."""
    page = page_client.follow(who, address("draft")).text
    row = re.search(rf'(?s)<tr id="person-{account_of(name)}">(.*?)<td class="w-side">', page)
    assert row is not None, name
    return text_of(row[1].partition('class="w-why"')[2].partition(">")[2])


def sides(page_client: PageClient, name: str) -> list[dict[str, str]]:
    people = draft_of(page_client).bodies["people"]["people"]
    return [
        {key: text for key, text in each.items() if key != "account"}
        for each in people
        if each["account"] == account_of(name)
    ]


def test_a_sponsor_is_chosen_by_name_and_from_no_agency(apart: PageClient) -> None:
    def offered() -> list[str]:
        page = apart.follow(LEAD, address("draft")).text
        select = page.split('name="f.sponsor"')[1].split("</select>")[0]
        return re.findall(r'<option value="[^"]+"[^>]*>([^<]+)<', select)

    begin(apart, "Bolt Studio")
    before = offered()
    apart.press(LEAD, address("accept"))
    after = offered()
    for names in (before, after):
        assert MEMBER in names
        assert not {AGENCY_LEAD, BOLT_LEAD} & {*names}
        assert names == sorted(names, key=str.casefold)
    # What was proposed of somebody who has a side is no guess any more.
    assert proposed(apart, BOLT_LEAD).startswith("Proposed: agency of Bolt Studio, in Growth and ")


def test_the_side_in_a_running_engagement_is_the_first_reason_with_its_dates(apart: PageClient) -> None:
    begin(apart, "Bolt Studio")
    assert proposed(apart, AGENCY_LEAD) == "Perhaps other agency Accept of Acme Experiments, in Growth and Acme"
    assert proposed(apart, BOLT_LEAD).startswith("Perhaps agency Accept of Bolt Studio, in Growth and ")
    convert = proposed(apart, CONVERT)
    assert re.search(
        r"^Perhaps in-house Accept of Acme Experiments until \d+ \w+ 2026, in-house from \d+ \w+ 2026, in Gr", convert
    )
    apart.press(LEAD, address("accept"))
    assert sides(apart, AGENCY_LEAD) == [{"side": "agency", "agency": "acme"}]
    assert sides(apart, BOLT_LEAD) == [{"side": "agency"}]
    first, second = sides(apart, CONVERT)
    assert (first["side"], first["agency"], second["side"]) == ("agency", "acme", "inhouse")
    assert first["to"] == second["from"]
    options = re.findall(r'<option value="([^"]+)"', apart.follow(LEAD, address("draft")).text)
    assert options.count(account_of(AGENCY_LEAD)) == 0


def test_in_a_copy_the_earlier_agencys_people_are_of_another_one(setup_client: PageClient) -> None:
    shown = setup_client.press(LEAD, f"/pages/settings/copy?engagement={ACME}&project.key=GROW").text
    assert "Copied." in shown
    for name in ACME_PEOPLE:
        if f'id="person-{account_of(name)}"' in shown:
            assert proposed(setup_client, name).startswith("Perhaps other agency")
    setup_client.press(LEAD, address("accept"))
    assert not [
        each
        for each in draft_of(setup_client).bodies["people"]["people"]
        if each["side"] == "agency" and not each.get("agency")
    ]


def test_without_a_word_of_the_site_the_agencys_name_is_matched_to_addresses_and_again_when_it_changes(
    begun: PageClient,
) -> None:
    assert proposed(begun, AGENCY_LEAD) == "Perhaps agency Accept address at acme.example"
    send(begun, "basics", agency=("", "Bolt Studio"))
    assert proposed(begun, AGENCY_LEAD) == "Perhaps other agency Accept address at acme.example"
    assert proposed(begun, BOLT_LEAD) == "Perhaps agency Accept address at bolt.example"
    send(begun, "basics", agency=("Bolt Studio", "Nordlicht"))
    for name in (AGENCY_LEAD, BOLT_LEAD):
        assert proposed(begun, name) == "Nothing speaks for a side."
    # Once one of them is on the agency's side, so are the others at that address.
    send(begun, "people", **{f"side {account_of(AGENCY_LEAD)}": ("", "agency")})
    begun.press(LEAD, address("fill"))
    assert proposed(begun, "Noor Haddad") == "Perhaps agency Accept address at acme.example"


def test_who_may_not_read_an_engagement_is_told_nothing_of_it(apart: PageClient) -> None:
    """The lead of one engagement sets up a project on which another one runs that they have no part in."""
    story_site = apart.story_site
    agreed = read_engagement(engagement_file(story_site.story, BOLT))
    people = tuple(each for each in agreed.people if each.account != account_of(LEAD))
    leads = {**agreed.leads, "inhouse": (account_of(MEMBER),)}
    away = replace(agreed, projects=(*agreed.projects, "SHOP"), people=people, leads=leads)
    with story_site.container.engine.begin() as connection:
        save_engagement(
            connection, story_site.tenant_id, away, engagement_hash(away), now=story_site.clock.now(), by=None
        )
    begin(apart, "Bolt Studio")
    assert proposed(apart, BOLT_LEAD) == "Perhaps agency Accept of bolt, in Growth and Acme"
    assert "Growth and Bolt" not in apart.follow(LEAD, address("draft")).text.partition('id="people"')[2]


def test_who_is_meant_to_be_on_no_side_waits_no_more(ready: PageClient) -> None:
    page = send_fields(ready, "people", {f"side {account_of(STRANGER)}": ("", "none")}).text
    assert f'id="person-{account_of(STRANGER)}"' in page[page.index('id="on-no-side"') :]
    assert sides(ready, STRANGER) == [{"side": "none"}]
    engagement = read_draft(draft_of(ready).bodies)
    assert read_engagement(write_engagement(engagement)) == engagement
    assert "side: none" in write_engagement(engagement)
    # Measured to the digit as whoever is not named.
    without = replace(engagement, people=tuple(each for each in engagement.people if each.side != "unknown"))
    assert spans_of(engagement.people, engagement.agency) == spans_of(without.people, without.agency)
    agree(ready, LEAD)
    agree(ready, AGENCY_LEAD)
    settings = "/pages/settings?project.key=GROW&engagement=growth-and-acme"
    shown = text_of(ready.follow(LEAD, settings).text)
    assert f"{STRANGER} is on no side and needs none: what they did counts as unknown." in shown
    assert not re.search(rf"To decide:[^.]*{STRANGER}", shown)
    assert STRANGER not in ready.follow(AGENCY_LEAD, settings).text
    ready.press(LEAD, "/pages/settings/begin?project.key=GROW&engagement=growth-and-acme")
    changed = send_fields(ready, "people", {f"side {account_of(STRANGER)}": ("none", "inhouse")}).text
    assert "No side, meant so" in text_of(changed)


def test_who_administers_its_projects_reads_whose_people_they_are(setup_client: PageClient) -> None:
    begin(setup_client, "Bolt Studio", who=PROJECT_ADMIN)
    assert proposed(setup_client, AGENCY_LEAD, PROJECT_ADMIN).endswith("in Growth and Acme")
