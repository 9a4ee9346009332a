"""The objectives of an engagement that a lead has still to confirm, as its settings say it: how many, and by whom."""

from collections.abc import Mapping, Sequence

from flask import request
from msgspec import Struct
from sqlalchemy import Connection

from connector.container import container
from connector.pages.objectives.confirmations import Confirmation, select_confirmations
from connector.pages.settings.access import SettingsView
from connector.pages.setup.access import origin
from connector.pages.tabs import frame_address
from connector.pages.visibility import account
from connector.web.gate import caller
from mappings.measure.model.statements import LeadSide
from mappings.records.sql.scope import AgreementScope
from mappings.translation import gettext, list_text, mark, mark_plural, ngettext

Names = Mapping[str, str]
SIDES: tuple[LeadSide, ...] = ("inhouse", "agency")
# Whom a side's objectives wait for where nobody is named, or nobody leads it.
UNNAMED: Mapping[LeadSide, str] = {"inhouse": mark("an in-house lead"), "agency": mark("a lead of the agency")}
LEADERLESS: Mapping[LeadSide, tuple[str, str]] = {
    "inhouse": mark_plural(
        "%(num)s objective waits for confirmation by an in-house lead, and nobody is one",
        "%(num)s objectives wait for confirmation by an in-house lead, and nobody is one",
    ),
    "agency": mark_plural(
        "%(num)s objective waits for confirmation by a lead of the agency, and nobody is one",
        "%(num)s objectives wait for confirmation by a lead of the agency, and nobody is one",
    ),
}


class Unconfirmed(Struct, frozen=True):
    """What one side has to confirm; `address` is the tab on which the caller does, "" where they wait for others.

    `objectives` are their names, "" where it is all of them; `is_own`: they wait for the caller.
    """

    text: str
    objectives: str
    address: str
    number: int
    is_own: bool


def select_unconfirmed(connection: Connection, view: SettingsView, names: Names) -> list[Unconfirmed]:
    scope = AgreementScope(connection, caller().tenant_id, view.engagement.key)
    waiting = select_confirmations(scope, view.engagement, container().clock())
    # Before the first figures there is no such tab, and none on the administrators' page.
    is_open = view.has_tab and view.stored.generation is not None and not origin()
    address = frame_address("objectives", view.engagement, request.args.get("period", "")) if is_open else ""
    own = {side for side in SIDES if account() in view.engagement.leads.get(side, ())}
    return [
        Unconfirmed(
            _text(view, names, side, waiting[side]),
            _named(view, waiting[side]),
            # The list there has what waits for the caller alone.
            address if side in own else "",
            len(waiting[side]),
            side in own,
        )
        for side in SIDES
        if waiting[side]
    ]


def counted_text(unconfirmed: Sequence[Unconfirmed]) -> str:
    """Return how many confirmations wait, and how many of them for the caller; "" for none."""
    whole = sum(item.number for item in unconfirmed)
    own = sum(item.number for item in unconfirmed if item.is_own)
    if not whole:
        return ""
    if not own:
        return ngettext("%(num)s confirmation waits", "%(num)s confirmations wait", whole)
    if own == whole:
        return ngettext("%(num)s confirmation waits for you", "%(num)s confirmations wait for you", whole)
    return ngettext(
        "%(num)s confirmation waits, %(own)s of them yours",
        "%(num)s confirmations wait, %(own)s of them yours",
        whole,
        own=own,
    )


def _named(view: SettingsView, waiting: Sequence[Confirmation]) -> str:
    is_all = len(waiting) == len(view.engagement.objectives)
    return "" if is_all else ", ".join(item.name for item in waiting)


def _text(view: SettingsView, names: Names, side: LeadSide, waiting: Sequence[Confirmation]) -> str:
    leads, number = view.engagement.leads.get(side, ()), len(waiting)
    if not leads:
        return ngettext(*LEADERLESS[side], number)
    if account() in leads:
        return ngettext(
            "%(num)s objective waits for your confirmation", "%(num)s objectives wait for your confirmation", number
        )
    return ngettext(
        "%(num)s objective waits for confirmation by %(names)s",
        "%(num)s objectives wait for confirmation by %(names)s",
        number,
        names=_who(view, names, side),
    )


def _who(view: SettingsView, names: Names, side: LeadSide) -> str:
    leads = view.engagement.leads[side] if view.stored.rules.names else ()
    named = [names[lead] for lead in leads if lead in names]
    return list_text(named, "or") if named else gettext(UNNAMED[side])
