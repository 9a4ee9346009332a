"""How an objective's definition was made: who edited it, who agreed when, and what is only claimed."""

from collections.abc import Iterable, Mapping
from datetime import date

from mappings.measure.model.engagement import Objective
from mappings.measure.model.statements import DefinitionEdit, LeadSide
from mappings.measure.score.cocreation import Definition

SIDES: tuple[LeadSide, ...] = ("agency", "inhouse")


def definitions_of(edits: Iterable[DefinitionEdit]) -> dict[str, Definition]:
    """Return each objective's making from what its sides recorded (measurement (h), D7).

    An agreement that a lead confirmed counts from the day it names; one that only the file claims does not.
    """
    by_objective: dict[str, list[DefinitionEdit]] = {}
    for edit in edits:
        by_objective.setdefault(edit.objective, []).append(edit)
    return {key: _definition(own) for key, own in by_objective.items()}


def _definition(edits: Iterable[DefinitionEdit]) -> Definition:
    all_edits = list(edits)
    first = {side: min((edit.day for edit in all_edits if edit.side == side), default=None) for side in SIDES}
    written = [edit for edit in all_edits if edit.kind == "edit"]
    by_agency = sum(edit.side == "agency" for edit in written)
    return Definition(first["agency"], first["inhouse"], len(written), by_agency)


def claims_of(objective: Objective, edits: Iterable[DefinitionEdit]) -> Mapping[LeadSide, date]:
    # The days on which a side agreed by the file, unconfirmed by a lead of that side.
    confirmed = {(edit.side, edit.day) for edit in edits if edit.objective == objective.key and edit.kind == "agree"}
    claimed = {side: objective.agreed[side] for side in SIDES if side in objective.agreed}
    return {side: day for side, day in claimed.items() if (side, day) not in confirmed}
