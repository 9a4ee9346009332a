"""People who worked on an engagement's tickets and are on no side: those to decide, and sponsors, who need none."""

from msgspec import Struct
from sqlalchemy import Connection

from connector.pages.settings.access import SettingsView
from connector.pages.settings.undecided import MOST_NAMED, Undecided, select_undecided
from connector.pages.setup.sponsors import known_sponsors
from connector.pages.sides_today import meant_so, select_without_side, sponsors_of
from connector.pages.visibility import fetch_display_names
from connector.web.gate import caller
from mappings.records.agreement.engagements import select_engagements
from mappings.translation import list_text, mark_plural, ngettext

Forms = tuple[str, str]
NAMED_SPONSORS = mark_plural(
    "%(who)s is a sponsor and on no side: what they did counts as unknown.",
    "%(who)s are sponsors and on no side: what they did counts as unknown.",
)
SPONSORS = mark_plural(
    "%(num)s sponsor worked on the tickets and is on no side: what they did counts as unknown.",
    "%(num)s sponsors worked on the tickets and are on no side: what they did counts as unknown.",
)
# Whoever is a sponsor of an engagement that the reader may not know of.
NAMED_OTHERS = mark_plural(
    "%(who)s is on no side and needs none: what they did counts as unknown.",
    "%(who)s are on no side and need none: what they did counts as unknown.",
)
OTHERS = mark_plural(
    "%(num)s person worked on the tickets, is on no side and needs none: what they did counts as unknown.",
    "%(num)s people worked on the tickets, are on no side and need none: what they did counts as unknown.",
)


class NoSide(Struct, frozen=True):
    """Who has to be given a side, None for nobody, and what is said of those who need none."""

    undecided: Undecided | None = None
    sponsors: tuple[str, ...] = ()


def select_no_side(connection: Connection, view: SettingsView) -> NoSide:
    """Return who is on no side; an agency is not told of others."""
    if view.is_agency:
        return NoSide()
    stored = select_engagements(connection, caller().tenant_id)
    people = select_without_side(connection, caller().tenant_id, view.engagement, sponsors_of(stored))
    undecided = select_undecided(connection, view, people.undecided)
    known = people.sponsors & known_sponsors(stored, view.engagement).keys()
    others = (people.sponsors - known) | meant_so(view.engagement)
    texts = (_text(view, known, NAMED_SPONSORS, SPONSORS), _text(view, others, NAMED_OTHERS, OTHERS))
    return NoSide(undecided, tuple(text for text in texts if text))


def _text(view: SettingsView, accounts: frozenset[str], named: Forms, counted: Forms) -> str:
    """Return that what these people did counts as unknown; by name where anybody is named, and they are few."""
    if not accounts:
        return ""
    names = fetch_display_names(accounts) if view.stored.rules.names and len(accounts) <= MOST_NAMED else {}
    if len(names) < len(accounts):
        return ngettext(*counted, len(accounts))
    return ngettext(*named, len(accounts), who=list_text(sorted(names.values(), key=str.casefold)))
