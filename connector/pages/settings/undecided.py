"""Who worked on the tickets of an engagement and has no side in it: the queue that comes back with everybody new."""

from collections.abc import Mapping

from msgspec import Struct
from sqlalchemy import Connection

from connector.pages.settings.access import SettingsView
from connector.pages.sides_today import select_without_side, sponsors_of
from connector.pages.visibility import fetch_display_names
from connector.web.gate import caller
from mappings.formats.engagement_file.account_list import undecided_line
from mappings.records.agreement.engagements import select_engagements
from mappings.translation import gettext

MOST_NAMED = 5
# Lines for the file: the others come once these have a side.
MOST_LINES = 50


class Undecided(Struct, frozen=True):
    """How many people have no side, the first of them by name, and their lines for the engagement's file."""

    count: int
    people: str
    lines: tuple[str, ...] = ()


def select_undecided(connection: Connection, view: SettingsView) -> Undecided | None:
    """Return who has no side, None for nobody; an agency is not told of others."""
    if view.is_agency:
        return None
    tenant_id = caller().tenant_id
    sponsors = sponsors_of(select_engagements(connection, tenant_id))
    waiting = select_without_side(connection, tenant_id, view.engagement, sponsors)
    if not waiting:
        return None
    names = fetch_display_names(waiting) if view.stored.rules.names else {}
    ordered = sorted(waiting, key=lambda each: (names.get(each, "").casefold(), each))
    # Account ids stand where the file is written, and nowhere while nobody is named.
    lines = ordered[:MOST_LINES] if view.is_file and view.stored.rules.names else ()
    return Undecided(
        len(waiting),
        _people(names, len(waiting)),
        tuple(undecided_line(each, names.get(each, "")) for each in lines),
    )


def _people(names: Mapping[str, str], whole: int) -> str:
    shown = sorted(names.values(), key=str.casefold)[:MOST_NAMED]
    people, more = ", ".join(shown), whole - len(shown)
    return gettext("%(people)s and %(more)s more", people=people, more=more) if shown and more else people
