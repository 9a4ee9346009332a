"""People without a side, whom a process keeps: whoever does something is among them at once."""

import pytest

from connector.pages.sides_today import select_without_side, sponsors_of
from mappings.records.agreement.engagements import select_engagements
from mappings.records.facts import accounts
from tests.pages.conftest import ACME, PageClient, go_on


def without_side(page_client: PageClient) -> frozenset[str]:
    story_site = page_client.story_site
    with story_site.container.reader.connect() as connection:
        stored = select_engagements(connection, story_site.tenant_id)
        engagement = next(item.engagement for item in stored if item.engagement.key == ACME)
        return select_without_side(connection, story_site.tenant_id, engagement, sponsors_of(stored)).undecided


# By accounts, and by the histories of a project's tickets as on a site of many accounts.
@pytest.mark.parametrize("tickets_of_account", [0, 1_000_000])
@pytest.mark.parametrize("kind", ["Task", "Epic"])
def test_who_does_something_on_a_ticket_of_any_level_is_seen_at_once(
    lively: PageClient, kind: str, monkeypatch: pytest.MonkeyPatch, tickets_of_account: int
) -> None:
    monkeypatch.setattr(accounts, "TICKETS_OF_ACCOUNT", tickets_of_account)
    site, at = lively.story_site.site, lively.story_site.clock.now()
    before = without_side(lively)
    assert without_side(lively) == before
    newcomer = f"712020:newcomer-{kind.lower()}-{tickets_of_account}"
    site.add_user(newcomer, "Nia")
    issue = site.create_issue("GROW", kind, "One more", by=newcomer, at=at)
    site.edit(issue.id, by=newcomer, at=at, summary="Another")
    go_on(lively, 0.1)
    assert without_side(lively) - before == {newcomer}
