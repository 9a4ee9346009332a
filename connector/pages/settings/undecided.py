"""Who worked on the tickets of an engagement and has no side in it: the queue that comes back with everybody new."""

from sqlalchemy import Connection

from connector.pages.settings.access import SettingsView
from connector.pages.visibility import fetch_display_names
from connector.web.gate import caller
from mappings.events.pseudonyms import is_erased
from mappings.records.facts.accounts import select_people_in
from mappings.translation import gettext

MOST_NAMED = 5


def select_undecided(connection: Connection, view: SettingsView) -> dict[str, object] | None:
    """Return how many people have no side and the first names, None for nobody; an agency is not told of others."""
    agreed = view.engagement
    if view.is_agency:
        return None
    sided = {person.account for person in agreed.people}
    seen = select_people_in(connection, caller().tenant_id, agreed.projects, without=sided)
    waiting = sorted(each for each in seen if not is_erased(each))
    if not waiting:
        return None
    known = fetch_display_names(waiting) if view.stored.rules.names else {}
    names = sorted(known.values(), key=str.casefold)[:MOST_NAMED]
    people, more = ", ".join(names), len(waiting) - len(names)
    if names and more:
        people = gettext("%(people)s and %(more)s more", people=people, more=more)
    return {"count": len(waiting), "people": people}
