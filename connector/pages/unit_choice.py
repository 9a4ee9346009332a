"""The unit in which a reader sees what was delivered: points, tickets or hours; the agreement's own by default."""

from collections.abc import Mapping
from typing import Any

from flask import request

from connector.auth.access import EngagementView
from mappings.measure.model.engagement import UnitsBy
from mappings.measure.period.other_units import offered_units
from mappings.translation import Texts, mark

# How addresses and files name each unit.
UNIT_KEYS: Mapping[str, str] = {"story_points": "points", "count": "tickets", "hours": "hours"}
UNIT_TITLES: Mapping[str, str] = Texts(
    {"story_points": mark("Points"), "count": mark("Tickets"), "hours": mark("Hours")}
)


def units_of(view: EngagementView) -> tuple[UnitsBy, ...]:
    """Return the units that can be chosen, by the agreement and the rules of the figures shown."""
    stored = view.stored.as_shown
    return offered_units(stored.engagement.units, stored.rules)


def chosen_unit(view: EngagementView) -> UnitsBy | None:
    """Return the unit that the address asks for, or else the agreement's own; None for one that cannot be chosen."""
    key = request.args.get("unit")
    if key is None:
        return view.stored.as_shown.engagement.units.by
    return next((by for by in units_of(view) if UNIT_KEYS[by] == key), None)


def unit_query(own: UnitsBy, by: UnitsBy) -> dict[str, Any]:
    """Return what an address says of a unit: nothing for the agreement's own."""
    return {} if by == own else {"unit": UNIT_KEYS[by]}
