"""One objective opened: its definition, who agreed to it, and how the definition changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.pages.enrolled import Enrolled, with_left
from connector.pages.objectives.target_text import target_text
from connector.pages.rule_texts import select_rule_names, shown_rule_text
from connector.pages.visibility import fetch_names
from connector.text import count, full_day
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.measure.model.engagement import Objective
from mappings.measure.model.statements import DefinitionEdit, LeadSide
from mappings.measure.score.definitions import claims_of
from mappings.records.agreement.definitions import Agreement, select_agreements, select_definition_edits
from mappings.records.sql.scope import AgreementScope
from mappings.translation import gettext, mark

SIDES: tuple[LeadSide, ...] = ("inhouse", "agency")
# By whether the definition was changed, and by which side.
CHANGES: Mapping[tuple[bool, LeadSide], str] = {
    (True, "agency"): mark("Changed by the agency"),
    (True, "inhouse"): mark("Changed by the in-house team"),
    (False, "agency"): mark("Agreed to by the agency"),
    (False, "inhouse"): mark("Agreed to by the in-house team"),
}


@dataclass(frozen=True)
class AgreedSide:
    """A side, and how it stands with the definition."""

    side: LeadSide
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


def select_definition(
    connection: Connection, view: EngagementView, objective: Objective, enrolled: Enrolled, *, now: Instant
) -> Definition:
    scope = AgreementScope(connection, caller().tenant_id, view.engagement.key)
    edits = tuple(edit for edit in select_definition_edits(scope, as_of=now) if edit.objective == objective.key)
    agreements = tuple(item for item in select_agreements(scope, as_of=now) if item.objective == objective.key)
    # Names are for those who may read names.
    named = {item.by for item in agreements} if "names" in view.sees else set()
    statements = Statements(edits, agreements, fetch_names(container(), view, named))
    return Definition(
        objective.key,
        objective.name,
        _lines(connection, objective, enrolled),
        tuple(_side(_side_name(view, side), side, objective, statements) for side in SIDES),
        tuple(_change(edit, statements) for edit in reversed(edits)),
    )


def _lines(connection: Connection, objective: Objective, enrolled: Enrolled) -> tuple[tuple[str, str], ...]:
    names = select_rule_names(connection, [objective.mapping])
    nobody = gettext("nobody") if enrolled.left else gettext("nobody yet")
    learners = count(len(enrolled.accounts), "learner") if enrolled.accounts else nobody
    by = full_day(objective.by) if objective.by else gettext("no date")
    return (
        (gettext("Target"), target_text(objective)),
        (gettext("Due"), by),
        (gettext("Enrolled"), with_left(learners, enrolled)),
        (
            gettext("Tickets it concerns"),
            shown_rule_text(objective.mapping, names) or gettext("those that are tagged by hand"),
        ),
    )


def _side_name(view: EngagementView, side: LeadSide) -> str:
    return view.engagement.agency_name if side == "agency" else gettext("In-house")


def _side(name: str, side: LeadSide, objective: Objective, stated: Statements) -> AgreedSide:
    latest = next((item for item in stated.agreements if item.side == side), None)
    if latest is not None:
        when = full_day(latest.day)
        text = gettext("confirmed, agreed on %(day)s", day=when)
        if latest.by in stated.names:
            text = gettext("%(name)s confirmed, agreed on %(day)s", name=stated.names[latest.by], day=when)
        return AgreedSide(side, name, text, given=True)
    claimed = claims_of(objective, stated.edits).get(side)
    if claimed is not None:
        text = gettext("the file says %(day)s; no lead confirmed it", day=full_day(claimed))
        return AgreedSide(side, name, text, given=False)
    return AgreedSide(side, name, gettext("not agreed yet"), given=False)


def _change(edit: DefinitionEdit, stated: Statements) -> DefinitionChange:
    recorded = next((item for item in stated.agreements if (item.side, item.at) == (edit.side, edit.at)), None)
    who = stated.names.get(recorded.by, "") if recorded and edit.kind == "agree" else ""
    made = CHANGES[edit.kind == "edit", edit.side]
    return DefinitionChange(full_day(edit.day), gettext(made), gettext("by %(name)s", name=who) if who else "")
