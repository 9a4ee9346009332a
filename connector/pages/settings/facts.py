"""What is agreed in an engagement, section by section: each with its value in one line and what stands behind it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection

from connector.pages.rule_texts import RuleNames, select_names_of, select_rule_names, shown_rule_text
from connector.pages.settings.access import SettingsView
from connector.pages.settings.enrolled import select_enrolled_texts
from connector.pages.settings.people import people_lines, people_value
from connector.pages.setup.agreement import HOURS, UNITS
from connector.pages.setup.words import MODELS, STATUS_ROLES, TITLES, day_names
from connector.pages.terms import RUNG_WORDS
from connector.text import count, full_day
from mappings.events.pseudonyms import is_erased
from mappings.formats.engagement_file.schema import DAYS
from mappings.measure.model.engagement import Engagement, Hours, Objective
from mappings.measure.model.statements import LeadSide
from mappings.measure.score.embedding import APPLYING
from mappings.translation import ENGLISH, current_locale, gettext, list_text, mark, ngettext

Names = Mapping[str, str]
LEADS: tuple[tuple[str, str], ...] = (
    ("inhouse", mark("In-house lead")),
    ("agency", mark("Agency lead")),
    ("sponsor", mark("Sponsor")),
)
# So many statuses of a kind are named in one line; more are counted, and stand in the section's lines.
MOST_STATUSES = 3
# What statuses count as, inside a list.
STATUS_WORDS: Mapping[str, str] = {
    "active": mark("work"),
    "review": mark("review"),
    "paused_on_client": mark("waits for in-house"),
    "paused_on_agency": mark("waits for the agency"),
    "gatekeeper": mark("with a gatekeeper"),
    "done": mark("done"),
}
# The lists of a signal, each with its names.
LIST_TEXTS: Mapping[str, str] = {
    "labels": mark("labels %(names)s"),
    "components": mark("components %(names)s"),
    "types": mark("types %(names)s"),
    "epics": mark("epics %(names)s"),
    "links": mark("links %(names)s"),
    "declined": mark("declined %(names)s"),
    "won": mark("won %(names)s"),
    "lost": mark("lost %(names)s"),
    "inconclusive": mark("inconclusive %(names)s"),
}
# The process check whose only text is that it is made (docs/measurement.md (h)).
SPRINT = 5
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
        Fold("people", TITLES["people"], people_value(view), people_lines(view, names)),
        _workflow(agreed),
        _units(agreed, select_names_of(connection, [agreed.units.field] if agreed.units.field else [])),
        _objectives(connection, agreed, select_enrolled_texts(connection, view, names)),
        *_signals(agreed, select_names_of(connection, agreed.checks.required_fields)),
        _leads(agreed, names),
    ]


def _basics(agreed: Engagement) -> Fold:
    model = gettext("not said")
    if agreed.model:
        model = f"{gettext(MODELS[agreed.model][0])}: {gettext(MODELS[agreed.model][1])}"
    dates = gettext("from %(starts)s, open", starts=full_day(agreed.starts))
    if agreed.ends:
        dates = gettext("from %(starts)s, ends on %(ends)s", starts=full_day(agreed.starts), ends=full_day(agreed.ends))
    lines = (
        (gettext("Name"), agreed.name),
        (gettext("Agency"), agreed.agency_name),
        (gettext("Projects"), ", ".join(agreed.projects)),
        (gettext("Dates"), dates),
        (gettext("Time zone"), agreed.zone),
        (gettext("Model"), model),
    )
    value = gettext(
        "%(agency)s on %(projects)s, %(zone)s",
        agency=agreed.agency_name,
        projects=", ".join(agreed.projects),
        zone=agreed.zone,
    )
    return Fold("basics", TITLES["basics"], value, lines)


def _workflow(agreed: Engagement) -> Fold:
    lists = {kind: getattr(agreed.workflow, kind) for kind in STATUS_KINDS}
    hours = _hours(agreed.workflow.hours)
    statuses = "; ".join(_statuses_text(kind, names) for kind, names in lists.items() if names)
    lines = tuple((STATUS_ROLES[kind], ", ".join(names)) for kind, names in lists.items() if names)
    return Fold(
        "workflow",
        TITLES["workflow"],
        gettext("%(statuses)s; %(hours)s", statuses=statuses, hours=hours),
        (*lines, (gettext("Business hours"), hours)),
    )


def _statuses_text(kind: str, names: Sequence[str]) -> str:
    """Return what these statuses count as, by name where they are few."""
    shown = ", ".join(names) if len(names) <= MOST_STATUSES else count(len(names), "status", "statuses")
    return gettext("%(kind)s: %(statuses)s", kind=gettext(STATUS_WORDS[kind]), statuses=shown)


def _hours(hours: Hours) -> str:
    days = day_names(DAYS[day - 1] for day in hours.days)
    start, end = (f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (hours.start, hours.end))
    return gettext("%(days)s, %(start)s to %(end)s", days=days, start=start, end=end)


def _units(agreed: Engagement, fields: Names) -> Fold:
    counted, points = UNITS.get(agreed.units.by, gettext(HOURS)), agreed.units.field
    text = gettext("%(units)s, by who logged the work", units=counted)
    credit = gettext("Whoever logged the work")
    if agreed.attribution == "active_time":
        text = gettext("%(units)s, by who held them while active", units=counted)
        credit = gettext("Whoever held it while it was active")
    field = [(gettext("Field of the story points"), fields.get(points, points))] if points else []
    lines = ((gettext("What counts"), counted), *field, (gettext("Who gets the credit"), credit))
    return Fold("units", TITLES["units"], text, lines)


def _objectives(connection: Connection, agreed: Engagement, enrolled: Mapping[str, str]) -> Fold:
    names = select_rule_names(connection, [each.mapping for each in agreed.objectives])
    lines = [(each.name, [_objective(each, names), enrolled.get(each.key, "")]) for each in agreed.objectives]
    texts = tuple((name, "; ".join(filter(None, parts))) for name, parts in lines)
    return Fold("objectives", TITLES["objectives"], count(len(agreed.objectives), "objective"), texts)


def _reach(objective: Objective) -> str:
    rung = RUNG_WORDS[objective.rung]
    if objective.by:
        return ngettext(
            "%(num)s person to reach %(rung)s by %(day)s",
            "%(num)s people to reach %(rung)s by %(day)s",
            objective.people,
            rung=rung,
            day=full_day(objective.by),
        )
    return ngettext("%(num)s person to reach %(rung)s", "%(num)s people to reach %(rung)s", objective.people, rung=rung)


def _objective(objective: Objective, names: RuleNames) -> str:
    return f"{_reach(objective)}; {shown_rule_text(objective.mapping, names)}"


def _signals(agreed: Engagement, fields: Names) -> Iterable[Fold]:
    signals: Mapping[str, Any] = {
        gettext("Proposals"): agreed.signals.proposals,
        gettext("Incidents"): agreed.signals.incidents,
        gettext("Reviews of incidents"): agreed.signals.incident_review,
        gettext("Gatekeeper"): agreed.signals.gatekeeper,
        gettext("Experiments"): agreed.signals.experiments,
    }
    lines = [(name, _rule(rule)) for name, rule in signals.items() if rule]
    checks = _checks(agreed, fields)
    names = [name for name, _ in lines] + [name for number, name, _ in checks if number in APPLYING[agreed.model]]
    value = ", ".join(name.lower() if current_locale() == ENGLISH else name for name in names)
    value = value or gettext("none: the parts of the score that need them have no figure")
    rows = [(name, _check_text(agreed, number, text)) for number, name, text in checks]
    yield Fold("signals", gettext("Signals and checks"), value, (*lines, *rows))


def _checks(agreed: Engagement, fields: Names) -> list[tuple[int, str, str]]:
    """Return the process checks that the file says how to make: number, name and what is looked for."""
    checks = agreed.checks
    required = ", ".join(fields.get(each, each) for each in checks.required_fields)
    sprint = gettext("tickets are checked for one") if checks.sprint else ""
    rows = [
        (2, gettext("Required fields"), required),
        (4, gettext("Links"), ", ".join(checks.links)),
        (SPRINT, gettext("Sprint"), sprint),
    ]
    return [row for row in rows if row[2]]


def _check_text(agreed: Engagement, number: int, text: str) -> str:
    """Return what a check looks for, or that the engagement's model leaves it out."""
    if agreed.model is None or number in APPLYING[agreed.model]:
        return text
    model = gettext(MODELS[agreed.model][0])
    left_out = gettext("not checked in %(model)s", model=model)
    # What a sprint is checked for is the check itself.
    return left_out if number == SPRINT else f"{text}; {left_out}"


def _rule(rule: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(gettext(LIST_TEXTS[name], names=", ".join(texts)) for name, texts in rule.items())


def _people_text(accounts: Collection[str], names: Names) -> str:
    """Return the names; of those whom the page may not name their number, which is for an agency alone."""
    texts = [
        names.get(each) or gettext("Somebody who was erased") for each in accounts if each in names or is_erased(each)
    ]
    unnamed = [each for each in accounts if each not in names and not is_erased(each)]
    if unnamed:
        texts.append(
            ngettext("%(num)s person, not named to the agency", "%(num)s people, not named to the agency", len(unnamed))
        )
    return ", ".join(texts)


def _leads(agreed: Engagement, names: Names) -> Fold:
    leads = {side: _people_text(agreed.leads[side], names) for side, _ in LEADS if agreed.leads.get(side)}
    lines = tuple((gettext(title), leads[side]) for side, title in LEADS if side in leads)
    both: tuple[LeadSide, ...] = ("inhouse", "agency")
    value = (
        list_text([leads[side] for side in both if side in leads]) if leads.keys() & set(both) else gettext("nobody")
    )
    if any(side not in leads for side in both):
        value = gettext("%(leads)s; one side has none", leads=value)
    return Fold("leads", gettext("Leads"), value, lines)
