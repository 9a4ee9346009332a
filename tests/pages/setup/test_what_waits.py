"""What waits in an engagement beside a change: its settings, the Overview and the administrators say the same."""

import re
from html import unescape
from typing import Any

import pytest
from msgspec.structs import replace

from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.measure.model.business_calendar import calendar_of
from mappings.measure.model.engagement import GroupRule
from mappings.records.agreement.engagements import save_engagement
from mappings.records.facts import accounts
from mappings.records.facts.people_memory import PeopleMemory
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.pages.conftest import ACME, AGENCY_LEAD, BOLT, LEAD, MEMBER, PageClient, administering
from tests.pages.cost.test_statements import statements
from tests.pages.html_reader import squeeze, text_of
from tests.pages.overview.test_overview import counts, entries, overview
from tests.pages.test_works_council import COUNCIL, rule

WITHOUT_SIDE = "Viktor Amsel"
ABOUT = "Teachback shows what in-house teams learn from agencies."


def waits(page_client: PageClient, who: str, engagement: str = ACME) -> str:
    """The part of somebody's settings that says what waits."""
    text = page_client.follow(who, f"/pages/settings?engagement={engagement}&project.key=GROW").text
    return text[text.index('<p class="lead">') : text.index('id="set"')]


def test_settings_say_whose_confirmation_objectives_wait_for_and_lead_there(apart: PageClient) -> None:
    mine, theirs = "5 objectives wait for your confirmation", "5 objectives wait for confirmation by "
    for who, other in ((LEAD, AGENCY_LEAD), (AGENCY_LEAD, LEAD)):
        source = waits(apart, who)
        lead, _, section = source.partition('id="waits"')
        assert mine in section
        assert theirs + other in section
        # The sentence counts what the list below names.
        assert mine not in lead
        people = "; 1 person needs a side" if who == LEAD else ""
        assert f'<a class="fig" href="#waits">10 confirmations wait, 5 of them yours{people}</a>' in lead
        [address] = {unescape(link) for link in re.findall(r'hx-get="([^"]*tab=objectives[^"]*)"', source)}
        assert "Objectives" in apart.follow(who, address).text
        # What waits for the other side is in no list there: its line leads nowhere.
        assert re.search(rf"<a [^>]*>{mine}</a>", section)
        assert f"<b>{theirs}{other}</b>" in section
    for key in ("ab-design", "readout", "tracking", "interviews", "personalise"):
        apart.press(LEAD, f"/pages/objectives/confirm?engagement={ACME}&confirm={key}")
    assert mine not in waits(apart, LEAD)
    assert theirs + AGENCY_LEAD in waits(apart, LEAD)


def test_people_without_a_side_wait_for_the_in_house_lead_on_every_page(page_client: PageClient) -> None:
    page = overview(page_client, LEAD)
    [source] = [source for name, source in entries(page) if name == "See: 1 person needs a side"]
    # Who they are stands on the settings alone.
    assert "Their work counts for no side and is shown as unknown" in source
    assert WITHOUT_SIDE not in page
    assert counts(page)["settings"] == 1
    address = unescape(re.findall(r'hx-get="([^"]*)"', source)[0])
    assert "tab=settings" in address
    shown = text_of(waits(page_client, LEAD))
    assert re.search(rf"{WITHOUT_SIDE}: \d+ tickets?, first \d+ \w+ 2026, last \d+ \w+ 2026", shown)
    # Kept as a file it is seen there and decided in the file.
    assert ">Decide<" not in waits(page_client, LEAD)
    for who in (AGENCY_LEAD, MEMBER):
        assert "without a side" not in overview(page_client, who)


def test_who_has_no_side_reads_who_can_change_it_and_what_their_work_counts_for(
    page_client: PageClient, setup_client: PageClient
) -> None:
    lost = (
        "Until you are, your work in GROW is shown as unknown. In-house leads and administrators can read your name, "
        "the number of your tickets, and the days of the first and the last."
    )
    sides = "neither in-house, nor an agency’s, nor a gatekeeper’s"
    asked = f"{ABOUT} You are on no side in GROW: {sides}. Ask {LEAD}, who leads the in-house side, to have "
    asked += "you put on a side."
    unneeded = "If you work for neither the in-house team, an agency nor a gatekeeper, you need do nothing."
    assert f"{asked} {lost} {unneeded}" in page_client.read(page_client.open(WITHOUT_SIDE)).text
    # Every ticket has the panel: it says the side and who can change it.
    beside = f"You are on no side in GROW. {LEAD} can have you put on one"
    panel = page_client.read(page_client.panel(WITHOUT_SIDE, "t0110")).text
    assert squeeze(panel) == f"{beside}; until then your work counts as unknown."
    assert squeeze(page_client.read(page_client.panel("Dana Quist", "t0110")).text) == f"{beside}."
    assert f'<p class="intro">{ABOUT}' in page_client.open(WITHOUT_SIDE).text
    # Who worked on no ticket is not told of work.
    page = page_client.read(page_client.open("Dana Quist")).text
    assert (f"{asked} {unneeded}" in page, "your work" in page) == (True, False)
    # Where an engagement is changed on its pages a lead adds people.
    assert f"{LEAD} can put you on a side. {lost}" in setup_client.read(setup_client.open(WITHOUT_SIDE)).text


def test_where_nobody_is_named_nobody_is_told_that_their_name_is_read(apart: PageClient) -> None:
    assert "read your name" in apart.read(apart.open(WITHOUT_SIDE)).text
    rule(apart, COUNCIL)
    page = apart.read(apart.open(WITHOUT_SIDE)).text
    assert ("Until you are, your work in GROW is shown as unknown. If" in page, "your name" in page) == (True, False)


def test_a_side_that_something_speaks_for_is_proposed_and_not_written(apart: PageClient) -> None:
    site = apart.story_site.site
    assert "proposed" not in text_of(waits(apart, LEAD))
    site.add_group("contractors", [account_of(WITHOUT_SIDE)])
    source = waits(apart, LEAD)
    del site.groups["contractors"]
    assert "; proposed: Agency (Jira group contractors)" in text_of(source)
    [line] = [part for part in lines(source).splitlines() if part.startswith("- ")]
    assert "side: TODO" in line
    assert line.endswith("# agency (Jira group contractors)")
    # Where Jira says nothing, what is known here stays.
    site.faults.fail("user/groups", status=403, times=9)
    site.faults.fail("user/bulk", status=503, times=9)
    assert "first " in text_of(waits(apart, LEAD))


def test_a_side_in_another_engagement_that_the_reader_reads_is_proposed(apart: PageClient) -> None:
    story_site = apart.story_site
    agreed = read_engagement(engagement_file(story_site.story, BOLT))
    lead = next(stay for stay in agreed.people if stay.side == "agency")
    named = replace(agreed, people=(*agreed.people, replace(lead, account=account_of(WITHOUT_SIDE), end=None)))
    with story_site.container.engine.begin() as connection:
        save_engagement(
            connection, story_site.tenant_id, named, engagement_hash(named), now=story_site.clock.now(), by=None
        )
    source = waits(apart, LEAD)
    assert "; proposed: Other agency (of Bolt Studio, in Growth and Bolt)" in text_of(source)
    [line] = [part for part in lines(source).splitlines() if part.startswith("- ")]
    assert line.endswith("# agency, agency: bolt (of Bolt Studio, in Growth and Bolt)")
    # A rule of the engagement says more, as in a draft.
    agreed = read_engagement(engagement_file(story_site.story, ACME))
    ruled = replace(agreed, groups=(GroupRule("night-shift", "gatekeeper", "", "Night"),))
    with story_site.container.engine.begin() as connection:
        save_engagement(
            connection, story_site.tenant_id, ruled, engagement_hash(ruled), now=story_site.clock.now(), by=None
        )
    story_site.site.add_group("night-shift", [account_of(WITHOUT_SIDE)])
    source = waits(apart, LEAD)
    del story_site.site.groups["night-shift"]
    assert "; proposed: Gatekeeper (rule for the Jira group night-shift)" in text_of(source)


def lines(source: str) -> str:
    match = re.search(r'(?s)<textarea[^>]*id="undecided-text"[^>]*>(.*?)</textarea>', source)
    return unescape(match[1]) if match else ""


def test_lines_for_the_file_are_taken_by_the_file_once_a_side_is_written(page_client: PageClient) -> None:
    text = engagement_file(page_client.story_site.story, ACME)
    message = lines(waits(page_client, LEAD))
    assert message.startswith("Please add to growth-acme.yaml, under people:")
    assert "\nThen run:\nteachback engagement apply growth-acme.yaml --site " in message
    [line] = [part for part in message.splitlines() if part.startswith("- ")]
    added = text.replace("people:\n", f"people:\n{line.replace('TODO', 'gatekeeper')}\n")
    [stay] = [stay for stay in read_engagement(added).people if stay.account == account_of(WITHOUT_SIDE)]
    assert (stay.side, stay.name) == ("gatekeeper", WITHOUT_SIDE)
    for written, side in (("none", "unknown"), ("agency, agency: bolt", "other")):
        added = text.replace("people:\n", f"people:\n{line.replace('TODO', written)}\n")
        assert [each.side for each in read_engagement(added).people if each.account == account_of(WITHOUT_SIDE)] == [
            side
        ]
    # They came after the engagement's start.
    assert "from: 2026-" in line
    assert lines(waits(page_client, AGENCY_LEAD)) == ""


def test_of_whoever_has_more_tickets_than_are_counted_no_day_is_told(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "MOST_TICKETS", 1)
    monkeypatch.setattr(accounts, "_ACTS", PeopleMemory[Any](1, lambda _: 1))
    source = waits(page_client, LEAD)
    assert f"{WITHOUT_SIDE}: more than 1,000 tickets" in text_of(source)
    [line] = [part for part in lines(source).splitlines() if part.startswith("- ")]
    assert "from:" not in line
    assert line.endswith("  # first day not known: add from, where they came after the start")
    # Without a first day they are there from the start: nothing that they did is left out.
    text = engagement_file(page_client.story_site.story, ACME)
    agreed = read_engagement(text.replace("people:\n", f"people:\n{line.replace('TODO', 'gatekeeper')}\n"))
    [stay] = [stay for stay in agreed.people if stay.account == account_of(WITHOUT_SIDE)]
    assert stay.start == calendar_of(agreed.zone, agreed.workflow.hours).midnight(agreed.starts)


def test_no_account_stands_on_the_settings_while_nobody_is_named(apart: PageClient) -> None:
    rule(apart, COUNCIL)
    source = waits(apart, LEAD)
    assert "1 person worked on the tickets and has no side. Their work" in text_of(source)
    assert (WITHOUT_SIDE in source, "tickets, first" in source) == (False, False)
    assert "5 objectives wait for confirmation by a lead of the agency" in source
    assert "712020:" not in source


def test_a_sponsor_of_any_engagement_of_the_site_needs_no_side(apart: PageClient) -> None:
    story_site = apart.story_site
    agreed = read_engagement(engagement_file(story_site.story, BOLT))
    led = replace(agreed, leads={**agreed.leads, "sponsor": (account_of(WITHOUT_SIDE),)})
    with story_site.container.engine.begin() as connection:
        save_engagement(
            connection, story_site.tenant_id, led, engagement_hash(led), now=story_site.clock.now(), by=None
        )
    shown = text_of(waits(apart, LEAD))
    assert "has no side" not in shown
    # Their work counts as unknown all the same.
    assert (
        f"{WITHOUT_SIDE} is a sponsor of Growth and Bolt and needs no side: what they did counts as unknown." in shown
    )
    assert "sponsor" not in text_of(waits(apart, AGENCY_LEAD))
    assert "needs a side" not in overview(apart, LEAD)
    with administering(apart, MEMBER):
        people = apart.follow(MEMBER, "/pages/admin/people").text
    assert 'name="undecided" value="0"' in people
    # The column of those who need a side leaves them out, and the page says so.
    counted = "1 sponsor also worked on tickets; they need no side and are not counted here."
    assert f"Everybody else who worked in these projects is on a side. {counted}" in text_of(people)
    apart.press(LEAD, "/pages/setup/begin?project.key=GROW")
    draft = text_of(apart.follow(LEAD, "/pages/setup/draft?project.key=GROW&draft=1").text)
    assert re.search(rf"On no side, and need none: 1 .*{WITHOUT_SIDE} [^.]*? Sponsor of Growth and Bolt ", draft)
    waiting = int(re.findall(r"To decide: (\d+)", draft)[0])
    assert f"Decide {waiting} people; else" in draft
    # Whoever waits is in the table of those to decide; who needs no side gets none with all the others.
    apart.press(LEAD, "/pages/setup/accept?project.key=GROW&draft=1")
    source = apart.follow(LEAD, "/pages/setup/draft?project.key=GROW&draft=1").text
    assert "To decide: 0" in source
    assert "Decide 1 person" not in source
    sponsors = source[source.index('id="leads-sponsor"') :].partition("</select>")[0]
    assert f'<option value="{account_of(WITHOUT_SIDE)}"' in sponsors
    rule(apart, COUNCIL)
    shown = text_of(waits(apart, LEAD))
    assert "1 person worked on the tickets, is on no side and needs none: what they did counts as unknown." in shown
    assert WITHOUT_SIDE not in shown


def test_whose_sponsor_somebody_is_is_not_told_to_who_may_not_know_it(apart: PageClient) -> None:
    """The in-house lead of one engagement, where a sponsor of another one worked on the tickets."""
    story_site = apart.story_site
    agreed = read_engagement(engagement_file(story_site.story, BOLT))
    other = {"inhouse": (account_of(MEMBER),), "sponsor": (account_of(WITHOUT_SIDE),)}
    led = replace(agreed, leads={**agreed.leads, **other})
    away = replace(led, people=tuple(each for each in led.people if each.account != account_of(LEAD)))
    with story_site.container.engine.begin() as connection:
        save_engagement(
            connection, story_site.tenant_id, away, engagement_hash(away), now=story_site.clock.now(), by=None
        )
    shown = text_of(waits(apart, LEAD))
    assert f"{WITHOUT_SIDE} is on no side and needs none: what they did counts as unknown." in shown
    assert "sponsor" not in shown


def test_what_people_without_a_side_did_is_read_once_until_something_happens(page_client: PageClient) -> None:
    before = waits(page_client, LEAD)
    with statements(page_client.story_site.container.reader) as tables:
        assert waits(page_client, LEAD) == before
    assert WITHOUT_SIDE in before
    assert {"change", "comment", "worklog"} & tables.keys() == set()


@pytest.mark.parametrize(("engagement", "other"), [(ACME, "bolt"), (BOLT, "acme"), (BOLT, "KEY")])
def test_the_hint_for_another_agency_never_names_the_engagements_own(
    apart: PageClient, engagement: str, other: str
) -> None:
    story_site = apart.story_site
    agreed = read_engagement(engagement_file(story_site.story, engagement))
    if other == "KEY":
        agreed = replace(agreed, people=tuple(stay for stay in agreed.people if stay.side != "other"))
    with story_site.container.engine.begin() as connection:
        save_engagement(
            connection, story_site.tenant_id, agreed, engagement_hash(agreed), now=story_site.clock.now(), by=None
        )
    page = waits(apart, LEAD, engagement=engagement)
    assert f"<code>side: agency, agency: {other}</code> with its key" in page
