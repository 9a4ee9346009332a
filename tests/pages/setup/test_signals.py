"""Signals and checks of a draft: proposed by the words that were read, set and refused as the file has them."""

import re

import pytest

from mappings.formats.engagement_file import draft_sections
from mappings.formats.engagement_file.draft_sections import bodies_of, read_draft
from mappings.records.agreement.drafts import delete_draft, insert_draft, select_drafts
from tests.pages.conftest import AGENCY_LEAD, LEAD, PageClient
from tests.pages.setup.fields import address, draft_of, send_fields
from tests.pages.setup.test_setup import agree


def test_signals_are_proposed_and_say_what_they_look_for(ready: PageClient) -> None:
    page = ready.read(ready.follow(LEAD, address("draft"))).text
    assert "Incidents: Incident on " in page
    assert "Reviews of incidents: Nothing is looked for: no incident counts as reviewed" in page
    page = ready.read(send_fields(ready, "more", {"incidents types": ("Incident", "")})).text
    assert "Incidents: Nothing is looked for: Crisis has no figure." in page
    ready.press(LEAD, address("fill"))
    assert not read_draft(draft_of(ready).bodies).signals.incidents


def test_what_no_ticket_has_had_better_be_changed_before_anybody_agrees(ready: PageClient) -> None:
    page = ready.read(ready.follow(LEAD, address("draft"))).text
    assert "No ticket has" not in page
    page = ready.press(LEAD, address("objectives/library"), pick="write-a-testable-hypothesis").text
    lacking_rule = "No ticket has what this is known by: Write a testable hypothesis. Put it on tickets, or change it."
    assert lacking_rule in page
    assert re.search(r'<li class="open"><a href="#objectives">', page)
    assert lacking_rule in ready.read(ready.follow(AGENCY_LEAD, address("draft"))).text
    lacking = "No ticket has what is set for Reviews of incidents. Put it on tickets, or change it."
    assert lacking in send_fields(ready, "more", {"review labels": ("", "nobody-knows")}).text
    # On how many tickets a link stands was not read.
    assert lacking not in send_fields(ready, "more", {"review links": ("", "reviewed by")}).text
    preview = ready.follow(LEAD, address("preview", key="write-a-testable-hypothesis")).text
    assert re.search(r"Finds 0 of the last \d+ tickets, sub-tasks left out", preview)


def test_a_word_of_another_case_is_counted_as_measuring_counts_it(ready: PageClient) -> None:
    """Types are compared without case and labels with it, by what had better be changed and by what is looked for."""
    page = ready.read(send_fields(ready, "more", {"incidents types": ("Incident", "INCIDENT")})).text
    on = re.search(r"Incidents: INCIDENT on (\d+) tickets", page)
    assert on is not None
    assert int(on[1]) > 0
    assert "what is set for Incidents" not in page


def test_a_draft_is_read_once_for_its_page(ready: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    monkeypatch.setattr(draft_sections, "read_draft", lambda bodies: calls.append(1) or read_draft(bodies))
    for who in (LEAD, AGENCY_LEAD):
        assert ready.follow(who, address("draft")).status_code == 200
    assert len(calls) == 2


def test_lists_are_written_with_commas_and_come_back_as_the_file_has_them(ready: PageClient) -> None:
    fields = {"review links": ("", "reviewed by, looked back by"), "proposals declined": ("", "Won't do")}
    fields |= {"required_fields": ("", "description"), "sprint": ("", "yes")}
    page = ready.read(send_fields(ready, "more", fields)).text
    assert "Saved." in page
    assert "Reviews of incidents: reviewed by, looked back by" in page
    engagement = read_draft(draft_of(ready).bodies)
    assert engagement.signals.incident_review == {"links": ("reviewed by", "looked back by")}
    assert engagement.signals.proposals["declined"] == ("Won't do",)
    assert (engagement.checks.required_fields, engagement.checks.sprint) == (("description",), True)
    assert read_draft(bodies_of(engagement)) == engagement
    send_fields(ready, "more", {name: (text, "") for name, (_, text) in fields.items()})
    bare = read_draft(draft_of(ready).bodies)
    assert (bare.checks.required_fields, bare.checks.sprint, bare.signals.incident_review) == ((), False, {})
    assert send_fields(ready, "more", {"proposals colour": ("", "red")}).status_code == 422


def test_a_draft_of_an_earlier_release_gets_the_section_with_its_first_change(ready: PageClient) -> None:
    draft = draft_of(ready)
    with ready.story_site.container.engine.begin() as connection:
        delete_draft(connection, ready.story_site.tenant_id, draft.number)
        earlier = {name: body for name, body in draft.bodies.items() if name != "more"}
        insert_draft(connection, ready.story_site.tenant_id, earlier, now=1, by="somebody")
        assert len(select_drafts(connection, ready.story_site.tenant_id)) == 1
    send_fields(ready, "more", {"gatekeeper labels": ("", "needs-legal")})
    send_fields(ready, "more", {"gatekeeper types": ("", "Review")})
    assert read_draft(draft_of(ready).bodies).signals.gatekeeper == {"labels": ("needs-legal",), "types": ("Review",)}


def test_a_change_of_signals_waits_for_the_other_side_in_words(ready: PageClient) -> None:
    agree(ready, LEAD)
    agree(ready, AGENCY_LEAD)
    ready.press(LEAD, "/pages/settings/begin?project.key=GROW&engagement=growth-and-acme")
    page = ready.read(send_fields(ready, "more", {"gatekeeper types": ("", "Review")})).text
    assert "Needs a gatekeeper: types" in page
