"""How far the histories of a draft's projects are, and how many people are known from them so far."""

from typing import Any

from connector.container import container
from connector.text import left
from connector.web.gate import caller
from mappings.events.pseudonyms import is_erased
from mappings.events.times import SECOND
from mappings.records.agreement.drafts import Draft
from mappings.records.operations.sync_listings import Listing, select_listings
from mappings.translation import gettext, integer_text, ngettext


def reading_of(draft: Draft) -> dict[str, Any]:
    """Return how far the histories are, and after which time the page looks again, "" where there is nothing more."""
    with container().reader.connect() as connection:
        listings = {each.project: each for each in select_listings(connection, caller().tenant_id, "history")}
    unread = {key: listings.get(key) for key in draft.projects if key not in listings or listings[key].state != "done"}
    number = sum(not is_erased(each) for each in draft.bodies["people"].get("proposed", {}))
    texts = [*(_state_text(key, listing) for key, listing in unread.items()), _known_text(number)]
    # Seldom where somebody is there: each look asks Jira for people's groups.
    look_again = "5s" if not number else "60s" if unread else ""
    return {"look_again": look_again, "reading": "; ".join(texts)}


def _known_text(number: int) -> str:
    if not number:
        return gettext("nobody is known from tickets yet")
    return ngettext(
        "%(num)s person is known from tickets so far", "%(num)s people are known from tickets so far", number
    )


def _state_text(key: str, listing: Listing | None) -> str:
    if listing is None:
        return gettext("%(project)s waits for its turn", project=key)
    return f"{key}: {history_of(key, listing)['text']}"


def history_of(project: str, listing: Listing | None) -> dict[str, Any]:
    """Return how far a project's history is, in words and in per cent."""
    if listing is None:
        return {"project": project, "text": gettext("waits for its turn"), "share": 0}
    if listing.state == "done":
        return {
            "project": project,
            "text": ngettext("%(num)s ticket read", "%(num)s tickets read", listing.done),
            "share": 100,
        }
    share = 100 * listing.done // listing.total if listing.total else 0
    rest = left(listing.done, listing.total or 0, (container().clock() - listing.started) / SECOND)
    done = {"done": integer_text(listing.done), "total": integer_text(listing.total or 0)}
    text = gettext("%(done)s of %(total)s tickets read", **done)
    text = f"{text}, {rest}" if rest else text
    return {"project": project, "text": text, "share": share}
