"""A change that is open: what it changes in each section, what waits for whom, and who agreed or declined."""

from collections.abc import Mapping, Sequence
from typing import Any

from connector.actions.draft_roles import LEAD_ROLES
from connector.actions.settings.parts import has_agreed_to_part, part_hash, waiting_parts
from connector.auth.access import is_agency_person
from connector.container import container
from connector.pages.settings.access import SEES_FIGURES
from connector.pages.settings.differences import ChangeLine, change_lines
from connector.pages.settings.words import CHANGE_TEXTS, FIELD_TEXTS, PART_TEXTS, SIDE_STATES
from connector.pages.setup.access import DraftView
from connector.pages.setup.agreement import declined_text
from connector.pages.setup.words import TITLES
from connector.text import ago
from mappings.events.times import SECOND
from mappings.formats.engagement_file.draft_sections import FieldProblem
from mappings.measure.model.statements import LeadSide
from mappings.records.agreement.drafts import SIDES
from mappings.translation import gettext

Values = dict[str, Any]


def change_values(view: DraftView, names: Mapping[str, str], problems: Sequence[FieldProblem]) -> Values:
    """Return what a change changes and how it stands with both sides; no hash while something must be set."""
    stored = view.stored
    assert stored is not None
    now = container().clock()
    lines = change_lines(view, names, now)
    waiting = [line for line in lines if not line.is_own]
    parts = {} if problems else waiting_parts(stored.engagement, view.draft, now)
    hashes = {section: part_hash(changes) for section, changes in parts.items()}
    shown = [
        _part(view, names, [line for line in waiting if line.section == section], hashes.get(section, ""))
        for section in dict.fromkeys([line.section for line in waiting])
    ]
    return {
        "parts": shown,
        "waiting": waiting,
        "own": [line for line in lines if line.is_own],
        "mine": [part for part in shown if part["hash"] and part["mine"]],
        "waits_for": _waits_for_all(shown),
        "part_texts": PART_TEXTS,
        "change_texts": CHANGE_TEXTS,
        "field_texts": FIELD_TEXTS,
        "sees_figures": bool(view.roles & SEES_FIGURES),
        "problems": [problem for problem in problems if view.side != "agency" or problem.section == "objectives"],
    }


def _part(view: DraftView, names: Mapping[str, str], lines: list[ChangeLine], current: str) -> Values:
    """Return a section of a change; `mine` are the caller’s sides that can still agree to it."""
    assert view.stored is not None
    draft, agreed, section = view.draft, view.stored.engagement, lines[0].section
    has_agreed = {side: bool(current) and has_agreed_to_part(agreed, draft, (section, side), current) for side in SIDES}
    declined = declined_text(draft, section, current)
    mine = [side for side in SIDES if LEAD_ROLES[side] in view.roles and not has_agreed[side]]
    if declined is not None and declined["is_current"]:
        # Who declined may think better of it; the other side changes the section first.
        mine = [side for side in mine if side == declined["side"]]
    changed = draft.sections[section]
    is_agency = is_agency_person(agreed, changed.changed_by, container().clock())
    return {
        "section": section,
        "title": TITLES.get(section, section),
        "lines": lines,
        "hash": current,
        "asked_by": "agency" if is_agency else "inhouse",
        "asked": ago((container().clock() - changed.changed_at) / SECOND),
        "sides": [_side(view, names, (section, side), is_agreed=has_agreed[side]) for side in SIDES],
        "mine": mine,
        "may_decline": bool(mine) and (declined is None or not declined["is_current"]),
        "may_withdraw": view.may_change(section),
        "declined": declined,
        "waits_for": "" if declined and declined["is_current"] else waits_for(has_agreed, mine),
    }


def waits_for(agreed: Mapping[LeadSide, bool], mine: Sequence[LeadSide]) -> str:
    """Return for whom a section waits: "you", "both", "inhouse" or "agency"."""
    open_sides = [side for side in SIDES if not agreed[side]]
    if any(side in mine for side in open_sides):
        return "you"
    # Agreed to by both, and in force with what it needs.
    return "both" if len(open_sides) == len(SIDES) else "".join(open_sides) or "the rest"


def _waits_for_all(parts: Sequence[Values]) -> dict[str, int]:
    """Return how many fields wait, by for whom: "you" first."""
    counted: dict[str, int] = {}
    for part in sorted(parts, key=lambda each: each["waits_for"] != "you"):
        who = part["waits_for"] or "declined"
        counted[who] = counted.get(who, 0) + len(part["lines"])
    return counted


def _side(view: DraftView, names: Mapping[str, str], place: tuple[str, LeadSide], *, is_agreed: bool) -> Values:
    assert view.stored is not None
    answer = view.draft.answers.get(place)
    is_earlier = answer is not None and answer.is_agreement
    return {
        "side": place[1],
        "leads": [(names.get(lead) or gettext("Somebody")) for lead in view.stored.engagement.leads.get(place[1], ())],
        "text": SIDE_STATES[place[1], "agreed" if is_agreed else "earlier" if is_earlier else "open"],
    }
