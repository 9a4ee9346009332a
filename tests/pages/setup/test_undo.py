"""Undo of the last change in a section: a change of its own, offered beside what was saved."""

import re
from html import unescape

from mappings.records.operations.audit import select_acts_named
from tests.jira.story.people import account_of
from tests.pages.conftest import LEAD, PageClient
from tests.pages.setup.fields import address, draft_of, send, send_fields


def undo(page_client: PageClient, page: str, section: str) -> str:
    """Press Undo with what its form sends."""
    form = re.search(r'<form[^>]*><input type="hidden" name="undo".*?</form>', page, re.DOTALL)
    assert form is not None, page
    sent = {name: unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form[0])}
    return page_client.press(LEAD, address("change", section=section), **sent).text


def test_the_last_change_of_a_section_is_taken_back(ready: PageClient) -> None:
    before = draft_of(ready).bodies["basics"]
    page = send(ready, "basics", name=("Growth and Acme", "Acme here"), ends=("", "2030-01-01")).text
    assert "Undone." in undo(ready, page, "basics")
    assert draft_of(ready).bodies["basics"] == before
    with ready.story_site.container.reader.connect() as connection:
        acts = select_acts_named(connection, ready.story_site.tenant_id, ("draft changed",), 2)
    assert {(act.before, act.after) for act in acts} == {("Acme here", "Growth and Acme"), ("2030-01-01", "")}


def test_all_accepted_sides_are_taken_back_at_once(begun: PageClient) -> None:
    page = begun.press(LEAD, address("accept")).text
    assert len(draft_of(begun).bodies["people"]["people"]) > 10
    assert "Undone." in undo(begun, page, "people")
    assert draft_of(begun).bodies["people"]["people"] == []


def test_undo_overwrites_nothing_that_somebody_changed_since(ready: PageClient) -> None:
    page = send(ready, "basics", name=("Growth and Acme", "Mine")).text
    send(ready, "basics", name=("Mine", "Theirs"))
    assert "changed this" in undo(ready, page, "basics")
    assert draft_of(ready).bodies["basics"]["engagement"]["name"] == "Theirs"
    assert "data-undo" not in send_fields(ready, "basics", {"ends": ("", "2020-01-01")}).text


def undo_objectives(page_client: PageClient, page: str) -> str:
    """Press Undo of objectives that were added or removed, with what its form sends."""
    form = re.search(r'<form hx-post="([^"]*objectives/(?:takeback|putback)[^"]*)".*?</form>', page, re.DOTALL)
    assert form is not None, page
    sent = [(name, unescape(value)) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form[0])]
    fields = {name: [value for key, value in sent if key == name] for name, _ in sent}
    return page_client.story_site.ask(account_of(LEAD), unescape(form[1]), method="POST", form=fields).text


def test_objectives_that_were_added_or_removed_are_taken_back(ready: PageClient) -> None:
    before = draft_of(ready).bodies["objectives"]["objectives"]
    csv = "name,people,labels\nKeep the plan,2,plan\nLead interviews,1,\n"
    page = ready.press(LEAD, address("objectives/csv"), text=csv).text
    assert "2 objectives added." in page
    assert "Undone: 2 objectives removed." in undo_objectives(ready, page)
    assert draft_of(ready).bodies["objectives"]["objectives"] == before
    send_fields(ready, "objectives", {"people design-an-a-b-test": ("", "3")})
    whole = draft_of(ready).bodies["objectives"]["objectives"]
    page = ready.press(LEAD, address("objectives/remove"), key="design-an-a-b-test").text
    assert draft_of(ready).bodies["objectives"]["objectives"] == []
    assert "is there again" in undo_objectives(ready, page)
    assert draft_of(ready).bodies["objectives"]["objectives"] == whole
    wrong = ready.press(LEAD, address("objectives/putback"), objective='{"name": "X", "key": "x", "learners": ["zoe"]}')
    assert (wrong.status_code, "cannot be put back" in wrong.text) == (422, True)
