"""People who worked on an engagement's tickets and are on no side: those to decide, and sponsors, who need none."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from sqlalchemy import Connection

from connector.pages.settings.access import SettingsView
from connector.pages.settings.undecided import MOST_NAMED, Undecided, select_undecided
from connector.pages.setup.sponsors import sponsored_by
from connector.pages.sides_today import meant_so, select_without_side, sponsors_of
from connector.pages.visibility import fetch_display_names
from connector.web.gate import caller
from mappings.records.agreement.engagements import select_engagements
from mappings.translation import list_text, mark_plural, ngettext

NAMED_SPONSORS = mark_plural(
    "%(who)s is a sponsor of %(engagements)s and needs no side: what they did counts as unknown.",
    "%(who)s are sponsors of %(engagements)s and need no side: what they did counts as unknown.",
)
SPONSORS = mark_plural(
    "%(num)s sponsor worked on the tickets and needs no side: what they did counts as unknown.",
    "%(num)s sponsors worked on the tickets and need no side: what they did counts as unknown.",
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
    sponsored = sponsored_by(stored, view.engagement)
    known = people.sponsors & sponsored.keys()
    others = (people.sponsors - known) | meant_so(view.engagement)
    return NoSide(undecided, (*_sponsors_texts(view, known, sponsored), *_others_texts(view, others)))


def _sponsors_texts(
    view: SettingsView, accounts: frozenset[str], sponsored: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Return that what these sponsors did counts as unknown, of those of the same engagements together."""
    names = _names(view, accounts)
    if len(names) < len(accounts):
        return (ngettext(*SPONSORS, len(accounts)),)
    alike: dict[str, list[str]] = {}
    for account, name in names.items():
        alike.setdefault(list_text(sponsored[account]), []).append(name)
    return tuple(
        ngettext(*NAMED_SPONSORS, len(who), who=_listed(who), engagements=of) for of, who in sorted(alike.items())
    )


def _others_texts(view: SettingsView, accounts: frozenset[str]) -> tuple[str, ...]:
    if not accounts:
        return ()
    names = _names(view, accounts)
    if len(names) < len(accounts):
        return (ngettext(*OTHERS, len(accounts)),)
    return (ngettext(*NAMED_OTHERS, len(accounts), who=_listed(names.values())),)


def _names(view: SettingsView, accounts: frozenset[str]) -> Mapping[str, str]:
    """Return the names of these people where anybody is named, and they are few."""
    is_named = accounts and view.stored.rules.names and len(accounts) <= MOST_NAMED
    return fetch_display_names(accounts) if is_named else {}


def _listed(names: Iterable[str]) -> str:
    return list_text(sorted(names, key=str.casefold))
