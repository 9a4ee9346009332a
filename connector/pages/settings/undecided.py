"""Who worked on the tickets of an engagement and has no side in it: the queue that comes back with everybody new."""

from collections.abc import Collection, Mapping

from msgspec import Struct
from sqlalchemy import Connection

from connector.pages.settings.access import SettingsView
from connector.pages.sides_today import select_without_side
from connector.pages.visibility import fetch_display_names, standing_views
from connector.web.gate import caller
from mappings.formats.engagement_file.account_list import undecided_line
from mappings.measure.model.engagement import Engagement
from mappings.records.agreement.engagements import select_engagements
from mappings.translation import gettext, list_text

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
    waiting = select_without_side(connection, caller().tenant_id, view.engagement)
    if not waiting:
        return None
    names = fetch_display_names(waiting) if view.stored.rules.names else {}
    ordered = sorted(waiting, key=lambda each: (names.get(each, "").casefold(), each))
    # Account ids stand where the file is written, and nowhere while nobody is named.
    lines = ordered[:MOST_LINES] if view.is_file and view.stored.rules.names else ()
    return Undecided(
        len(waiting),
        _people(names, len(waiting), _select_sponsors(connection, view, names)),
        tuple(undecided_line(each, names.get(each, "")) for each in lines),
    )


def _people(names: Mapping[str, str], whole: int, sponsors: Mapping[str, str]) -> str:
    shown = sorted(names, key=lambda each: names[each].casefold())[:MOST_NAMED]
    people = ", ".join(names[each] + sponsors.get(each, "") for each in shown)
    more = whole - len(shown)
    return gettext("%(people)s and %(more)s more", people=people, more=more) if shown and more else people


def _select_sponsors(connection: Connection, view: SettingsView, named: Collection[str]) -> dict[str, str]:
    """Return who among the people is a sponsor, with a remark of what: of engagements whose leads the caller reads."""
    views = standing_views(select_engagements(connection, caller().tenant_id))
    read = [each.engagement for each in views if each.roles & {"inhouse_lead", "admin"} and each.stored.rules.names]
    known = {each.key: each for each in [view.engagement, *read]}
    remarks = {account: _sponsored(account, known.values()) for account in named}
    return {account: text for account, text in remarks.items() if text}


def _sponsored(account: str, engagements: Collection[Engagement]) -> str:
    of = [each.name for each in engagements if account in each.leads.get("sponsor", ())]
    if not of:
        return ""
    remark = gettext("sponsor of %(engagements)s", engagements=list_text(of))
    return f" ({remark})"
