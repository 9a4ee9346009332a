"""What is agreed in an engagement, section by section: each with its value in one line and what stands behind it."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection

from connector.pages.rule_texts import select_named_epics, shown_rule_text
from connector.pages.settings.access import SettingsView, shown_people
from connector.pages.setup.agreement import HOURS, UNITS
from connector.pages.setup.words import MODELS, STATUS_ROLES, TITLES
from connector.text import count
from mappings.formats.engagement_file.schema import DAYS
from mappings.measure.model.engagement import Engagement, Hours, Objective
from mappings.measure.model.statements import LeadSide

Names = Mapping[str, str]
# By side: its words after one person and after several, and its title.
SIDE_TEXTS: tuple[tuple[str, tuple[str, str], str], ...] = (
    ("inhouse", ("in-house", "in-house"), "In-house"),
    ("agency", ("of the agency", "of the agency"), "Agency"),
    ("gatekeeper", ("gatekeeper", "gatekeepers"), "Gatekeepers"),
    ("other", ("of other agencies", "of other agencies"), "Other agencies"),
)
LEADS: tuple[tuple[str, str], ...] = (("inhouse", "In-house lead"), ("agency", "Agency lead"), ("sponsor", "Sponsor"))
STATUS_KINDS = ("active", "review", "paused_on_client", "paused_on_agency", "gatekeeper", "done")


class Fold(Struct, frozen=True):
    """A section as it is agreed: its value in one line, and lines of a name and a text."""

    section: str
    title: str
    value: str
    lines: tuple[tuple[str, str], ...] = ()


def folds_of(connection: Connection, view: SettingsView, names: Names) -> list[Fold]:
    """Return the sections of an engagement, for an agency without the people of others."""
    agreed = view.engagement
    return [
        _basics(agreed),
        _people(view, names),
        _workflow(agreed),
        _units(agreed),
        _objectives(connection, agreed),
        *_signals(agreed),
        _leads(agreed, names),
    ]


def _basics(agreed: Engagement) -> Fold:
    model = MODELS[agreed.model] if agreed.model else ("not said", "")
    dates = f"from {agreed.starts}" + (f", ends on {agreed.ends}" if agreed.ends else ", open")
    lines = (
        ("Name", agreed.name),
        ("Agency", agreed.agency_name),
        ("Projects", ", ".join(agreed.projects)),
        ("Dates", dates),
        ("Time zone", agreed.zone),
        ("Model", f"{model[0]}: {model[1]}" if model[1] else model[0]),
    )
    value = f"{agreed.agency_name} on {', '.join(agreed.projects)}, {agreed.zone}"
    return Fold("basics", TITLES["basics"], value, lines)


def _people(view: SettingsView, names: Names) -> Fold:
    # The people of other agencies are no business of an agency, be it only their number.
    sides = [row for row in SIDE_TEXTS if not (view.is_agency and row[0] != "agency")]
    by_side = {
        side: dict.fromkeys(person.account for person in shown_people(view) if person.side == side)
        for side, _, _ in sides
    }
    value = ", ".join(count(len(by_side[side]), *words) for side, words, _ in sides if by_side[side])
    lines = tuple(
        (title, ", ".join(sorted(names.get(each, "Somebody") for each in by_side[side])))
        for side, _, title in sides
        if by_side[side]
    )
    return Fold("people", TITLES["people"], value or "nobody", lines)


def _workflow(agreed: Engagement) -> Fold:
    lists = {kind: getattr(agreed.workflow, kind) for kind in STATUS_KINDS}
    hours = _hours(agreed.workflow.hours)
    counts = ", ".join(f"{len(names)} {STATUS_ROLES[kind].lower()}" for kind, names in lists.items() if names)
    lines = tuple((STATUS_ROLES[kind], ", ".join(names)) for kind, names in lists.items() if names)
    return Fold("workflow", TITLES["workflow"], f"Statuses: {counts}; {hours}", (*lines, ("Business hours", hours)))


def _hours(hours: Hours) -> str:
    days = ", ".join(DAYS[day - 1].capitalize() for day in hours.days)
    return f"{days}, {hours.start // 60:02}:{hours.start % 60:02} to {hours.end // 60:02}:{hours.end % 60:02}"


def _units(agreed: Engagement) -> Fold:
    counted = UNITS.get(agreed.units.by, HOURS)
    held = "who held them while active" if agreed.attribution == "active_time" else "who logged the work"
    return Fold("units", TITLES["units"], f"{counted}, by {held}")


def _objectives(connection: Connection, agreed: Engagement) -> Fold:
    named = select_named_epics(connection, [each.mapping for each in agreed.objectives])
    lines = tuple((each.name, _objective(each, named)) for each in agreed.objectives)
    return Fold("objectives", TITLES["objectives"], count(len(agreed.objectives), "objective"), lines)


def _objective(objective: Objective, named: AbstractSet[str]) -> str:
    by = f" by {objective.by}" if objective.by else ""
    reach = f"{count(objective.people, 'person', 'people')} to reach {objective.rung}{by}"
    return f"{reach}; {shown_rule_text(objective.mapping, named)}"


def _signals(agreed: Engagement) -> Iterable[Fold]:
    signals: Mapping[str, Any] = {
        "Proposals": agreed.signals.proposals,
        "Incidents": agreed.signals.incidents,
        "Reviews of incidents": agreed.signals.incident_review,
        "Gatekeeper": agreed.signals.gatekeeper,
        "Experiments": agreed.signals.experiments,
    }
    lines = [(name, _rule(rule)) for name, rule in signals.items() if rule]
    checks = agreed.checks
    lines += [("Required fields", ", ".join(checks.required_fields))] if checks.required_fields else []
    lines += [("Links", ", ".join(checks.links))] if checks.links else []
    lines += [("Sprint", "tickets are checked for one")] if checks.sprint else []
    value = ", ".join(name.lower() for name, _ in lines) or "none: the parts of the score that need them have no figure"
    yield Fold("signals", "Signals and checks", value, tuple(lines))


def _rule(rule: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{name} {', '.join(texts)}" for name, texts in rule.items())


def _leads(agreed: Engagement, names: Names) -> Fold:
    lines = tuple(
        (title, ", ".join(names.get(each, "Somebody") for each in agreed.leads[side]))
        for side, title in LEADS
        if agreed.leads.get(side)
    )
    both: tuple[LeadSide, ...] = ("inhouse", "agency")
    value = " and ".join(text for title, text in lines if title != "Sponsor") or "nobody"
    missing = [side for side in both if not agreed.leads.get(side)]
    return Fold("leads", "Leads", f"{value}{'; one side has none' if missing else ''}", lines)
