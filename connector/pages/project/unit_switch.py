"""The switches of the delivered picture: points, tickets or hours, what the unit lacks, and all work or a part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from connector.pages.project.frame import Frame
from connector.pages.project.scorecard import Selection
from connector.pages.unit_choice import UNIT_KEYS, UNIT_TITLES, units_of
from connector.text import KIND_WORDS, unit_name
from connector.web.gate import link
from mappings.measure.model.engagement import UnitsBy
from mappings.measure.model.ticket import DaySums
from mappings.measure.period.figures import Row, figures
from mappings.translation import gettext, list_text, mark, mark_plural, ngettext

# How an address asks for bars of all work.
ALL = "all"
# Why a unit cannot be chosen.
NOT_OFFERED: Mapping[UnitsBy, str] = {
    "story_points": mark("Points cannot be chosen: the agreement names no field of story points."),
    "hours": mark("Hours cannot be chosen: works-council mode shows none."),
}
UNSIZED: Mapping[UnitsBy, tuple[str, str]] = {
    "story_points": mark_plural(
        "%(num)s finished ticket has no estimate and counts 0.",
        "%(num)s finished tickets have no estimate and count 0.",
    ),
    "hours": mark_plural(
        "%(num)s finished ticket has no logged time and counts 0.",
        "%(num)s finished tickets have no logged time and count 0.",
    ),
}


@dataclass(frozen=True)
class UnitLink:
    """A unit, or a part, to choose: its content, and the page that the address bar shows, where there is one."""

    name: str
    address: str
    page: str
    is_current: bool


def unit_links(frame: Frame) -> list[UnitLink]:
    own = frame.view.engagement.units.by
    keys = {by: None if by == own else UNIT_KEYS[by] for by in units_of(frame.view)}
    return [
        UnitLink(
            UNIT_TITLES[by],
            frame.address(unit=key),
            frame.address("project.linked", unit=key) if link() else "",
            by == frame.unit,
        )
        for by, key in keys.items()
    ]


def part_values(frame: Frame, card: Mapping[str, Any]) -> dict[str, Any]:
    """Return the switch of an agency whose bars would hardly be seen beside all others, and what is not drawn."""
    if not card["is_small_part"]:
        return {"part_links": (), "not_drawn": ""}
    agency = frame.view.engagement.agency_name
    names = {"": gettext("Part of %(agency)s", agency=agency), ALL: gettext("All work")}
    links = [
        UnitLink(
            name,
            frame.address(bars=bars or None),
            frame.address("project.linked", bars=bars or None) if link() else "",
            draws_all() == bool(bars),
        )
        for bars, name in names.items()
    ]
    left = [KIND_WORDS[kind] for kind, _ in card["legend"] if kind not in card["drawn_kinds"]]
    not_drawn = gettext("Not drawn, as it would hide that part: %(kinds)s.", kinds=list_text(left))
    return {"part_links": links, "not_drawn": not_drawn if left else ""}


def draws_all() -> bool:
    return request.args.get("bars") == ALL


def unit_values(frame: Frame, selection: Selection, rows: Sequence[Row], shown: Sequence[Row]) -> dict[str, Any]:
    """Return the switch, which unit the agreement has, and of the period what the unit of the bars lacks."""
    days = selection.period.first, selection.period.last, selection.rules
    agreed, counted = (figures(sums, *days).sums for sums in (rows, shown))
    is_other = selection.shown_unit != selection.engagement.units.by
    return {
        "unit_links": unit_links(frame),
        "unit_notes": [_agreed_note(selection), *_absent_notes(frame)],
        "unsized": _unsized_text(selection.shown_unit, counted) if is_other else "",
        "uncounted": _uncounted_text(selection.shown_unit, agreed.tickets - counted.tickets) if is_other else "",
    }


def _agreed_note(selection: Selection) -> str:
    agreed, shown = (unit_name(by, 0) for by in (selection.engagement.units.by, selection.shown_unit))
    if agreed == shown:
        return gettext("Amounts on this page are in %(units)s, as agreed.", units=agreed)
    return gettext(
        "These bars and their amounts count %(shown)s. The taught share, its line and all other amounts are in "
        "%(units)s, as agreed.",
        shown=shown,
        units=agreed,
    )


def _absent_notes(frame: Frame) -> list[str]:
    offered = units_of(frame.view)
    return [gettext(text) for by, text in NOT_OFFERED.items() if by not in offered]


def _unsized_text(by: UnitsBy, sums: DaySums) -> str:
    return ngettext(*UNSIZED[by], sums.unsized) if sums.unsized else ""


def _uncounted_text(by: UnitsBy, tickets: int) -> str:
    # What retention deleted is not measured again, and nobody kept its other sizes.
    if not tickets:
        return ""
    return ngettext(
        "%(num)s finished ticket is missing here: it was last measured before its %(units)s were kept.",
        "%(num)s finished tickets are missing here: they were last measured before their %(units)s were kept.",
        tickets,
        units=unit_name(by, 0),
    )
