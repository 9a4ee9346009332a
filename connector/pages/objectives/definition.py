"""One objective opened: its definition, who agreed to it, and how the definition changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.pages.rule_texts import select_named_epics, shown_rule_text
from connector.pages.visibility import fetch_names
from connector.text import SIDE_NAMES, count, day
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.measure.model.engagement import Objective
from mappings.measure.model.statements import DefinitionEdit, LeadSide
from mappings.measure.score.definitions import claims_of
from mappings.records.agreement.definitions import Agreement, select_agreements, select_definition_edits
from mappings.records.sql.scope import AgreementScope

SIDES: tuple[LeadSide, ...] = ("inhouse", "agency")


@dataclass(frozen=True)
class AgreedSide:
    """A side, and how it stands with the definition."""

    name: str
    text: str
    given: bool


@dataclass(frozen=True)
class DefinitionChange:
    when: str
    text: str
    by: str


@dataclass(frozen=True)
class Statements:
    """What both sides stated about an objective: edits oldest first, agreements newest first."""

    edits: tuple[DefinitionEdit, ...]
    agreements: tuple[Agreement, ...]
    names: Mapping[str, str]


@dataclass(frozen=True)
class Definition:
    """What is agreed of an objective, in lines of a name and a text."""

    key: str
    name: str
    lines: tuple[tuple[str, str], ...]
    sides: tuple[AgreedSide, ...]
    history: tuple[DefinitionChange, ...]


def select_definition(connection: Connection, view: EngagementView, objective: Objective, now: Instant) -> Definition:
    scope = AgreementScope(connection, caller().tenant_id, view.engagement.key)
    edits = tuple(edit for edit in select_definition_edits(scope, as_of=now) if edit.objective == objective.key)
    agreements = tuple(item for item in select_agreements(scope, as_of=now) if item.objective == objective.key)
    # Names are for those who may read names.
    named = {item.by for item in agreements} if "names" in view.sees else set()
    statements = Statements(edits, agreements, fetch_names(container(), view, named))
    return Definition(
        objective.key,
        objective.name,
        _lines(connection, objective),
        tuple(_side(_side_name(view, side), side, objective, statements) for side in SIDES),
        tuple(_change(edit, statements) for edit in reversed(edits)),
    )


def _lines(connection: Connection, objective: Objective) -> tuple[tuple[str, str], ...]:
    named = select_named_epics(connection, [objective.mapping])
    learners = count(len(objective.learners), "learner") if objective.learners else "nobody yet"
    by = f"{day(objective.by)} {objective.by.year}" if objective.by else "no date"
    return (
        ("Target", f"{count(objective.people, 'person', 'people')} {objective.rung}"),
        ("Due", by),
        ("Enrolled", learners),
        (
            "Tickets it concerns",
            shown_rule_text(objective.mapping, named) or "those that are tagged by hand",
        ),
    )


def _side_name(view: EngagementView, side: LeadSide) -> str:
    return view.engagement.agency_name if side == "agency" else "In-house"


def _side(name: str, side: LeadSide, objective: Objective, stated: Statements) -> AgreedSide:
    latest = next((item for item in stated.agreements if item.side == side), None)
    if latest is not None:
        by = f"{stated.names[latest.by]} confirmed" if latest.by in stated.names else "confirmed"
        return AgreedSide(name, f"{by}, agreed on {day(latest.day)} {latest.day.year}", given=True)
    claimed = claims_of(objective, stated.edits).get(side)
    if claimed is not None:
        return AgreedSide(name, f"the file says {day(claimed)} {claimed.year}; no lead confirmed it", given=False)
    return AgreedSide(name, "not agreed yet", given=False)


def _change(edit: DefinitionEdit, stated: Statements) -> DefinitionChange:
    recorded = next((item for item in stated.agreements if (item.side, item.at) == (edit.side, edit.at)), None)
    who = stated.names.get(recorded.by, "") if recorded and edit.kind == "agree" else ""
    side = SIDE_NAMES[edit.side]
    verb = "Changed" if edit.kind == "edit" else "Agreed to"
    return DefinitionChange(f"{day(edit.day)} {edit.day.year}", f"{verb} by {side}", f"by {who}" if who else "")
