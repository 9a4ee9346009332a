"""A change that is open: what it changes, what waits for whom, and who agreed to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from connector.actions.draft_roles import LEAD_ROLES
from connector.actions.settings.change import change_hash, has_agreed_to_change
from connector.pages.settings.differences import ChangeLine, change_lines
from connector.pages.setup.access import DraftView
from mappings.formats.engagement_file.draft_sections import FieldProblem
from mappings.measure.model.statements import LeadSide
from mappings.records.agreement.drafts import SIDES

Values = dict[str, Any]


def change_values(view: DraftView, names: Mapping[str, str], problems: Sequence[FieldProblem]) -> Values:
    """Return what a change changes and how it stands with both sides; no hash while something must be set."""
    stored = view.stored
    assert stored is not None
    lines = change_lines(view, names)
    waiting = [line for line in lines if not line.is_own]
    current = "" if problems or not waiting else change_hash(stored.engagement, view.draft)
    agreed = {side: bool(current) and has_agreed_to_change(stored, view.draft, side, current) for side in SIDES}
    mine = [side for side in SIDES if LEAD_ROLES[side] in view.roles]
    return {
        "waiting": waiting,
        "own": [line for line in lines if line.is_own],
        "hash": current,
        "sides": [_side(view, names, side, is_agreed=agreed[side]) for side in SIDES],
        "mine": [side for side in mine if not agreed[side]],
        "waits_for": waits_for(agreed, mine, waiting),
        "problems": [problem for problem in problems if view.side != "agency" or problem.section == "objectives"],
    }


def waits_for(agreed: Mapping[LeadSide, bool], mine: Sequence[LeadSide], waiting: Sequence[ChangeLine]) -> str:
    """Return for whom a change waits: "you", "both", "inhouse" or "agency", "" for nobody."""
    if not waiting:
        return ""
    open_sides = [side for side in SIDES if not agreed[side]]
    if any(side in mine for side in open_sides):
        return "you"
    return "both" if len(open_sides) == len(SIDES) else "".join(open_sides)


def _side(view: DraftView, names: Mapping[str, str], side: LeadSide, *, is_agreed: bool) -> Values:
    assert view.stored is not None
    leads = view.stored.engagement.leads.get(side, ())
    return {
        "side": side,
        "leads": [names.get(lead, "Somebody") for lead in leads],
        "is_agreed": is_agreed,
        "is_earlier": side in view.draft.agreements,
    }
