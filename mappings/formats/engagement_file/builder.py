"""The builder of an engagement from the checked values of its file."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from mappings.formats.engagement_file.schema import DAYS
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import (
    Affiliation,
    Checks,
    Engagement,
    GroupRule,
    Hours,
    Objective,
    Signals,
    TicketRule,
    Units,
    Workflow,
)

Loaded = Mapping[str, Any]


def build(loaded: Loaded) -> Engagement:
    """Return the engagement of checked values; days begin at midnight in its zone."""
    head, agency = loaded["engagement"], loaded["agency"]
    return Engagement(
        key=head["key"],
        name=head["name"],
        zone=head["timezone"],
        starts=head["starts"],
        ends=head.get("ends"),
        projects=tuple(key.upper() for key in head["projects"]),
        model=head.get("model"),
        agency=agency["key"],
        agency_name=agency.get("name", agency["key"]),
        people=_people(loaded),
        leads={side: tuple(accounts) for side, accounts in loaded.get("leads", {}).items()},
        workflow=_workflow(loaded["workflow"]),
        units=Units(**loaded.get("units", {})),
        attribution=loaded.get("attribution", "active_time"),
        objectives=tuple(_objective(objective) for objective in loaded.get("objectives", ())),
        signals=_signals(loaded.get("signals", {})),
        checks=_checks(loaded.get("checks", {})),
        on_call=_hours(loaded["on_call"]) if "on_call" in loaded else None,
        ruleset=loaded.get("ruleset", "default"),
        groups=tuple(GroupRule(**rule) for rule in loaded.get("groups", ())),
    )


def _people(loaded: Loaded) -> tuple[Affiliation, ...]:
    calendar = Calendar(loaded["engagement"]["timezone"], Hours())
    starts, agency = loaded["engagement"]["starts"], loaded["agency"]["key"]
    return tuple(_person(person, calendar, starts, agency) for person in loaded["people"])


def _person(person: Loaded, calendar: Calendar, starts: date, agency: str) -> Affiliation:
    side, org = person["side"], person.get("team") or person["side"]
    if side == "none":
        side, org = "unknown", ""
    elif side == "agency":
        org = person.get("agency", agency)
        side = "agency" if org == agency else "other"
    return Affiliation(
        account=person["account"],
        side=side,
        org=org,
        start=calendar.midnight(person.get("start") or starts),
        end=calendar.midnight(person["end"]) if person.get("end") else None,
        name=person.get("name", ""),
    )


def _hours(hours: Loaded) -> Hours:
    days = tuple(sorted(DAYS.index(day) + 1 for day in hours.get("days", DAYS[:5])))
    return Hours(days, hours.get("start", 540), hours.get("end", 1020), tuple(hours.get("holidays", ())))


def _workflow(workflow: Loaded) -> Workflow:
    lists = {name: tuple(statuses) for name, statuses in workflow.items() if name != "business_hours"}
    return Workflow(**lists, hours=_hours(workflow.get("business_hours", {})))


def _objective(loaded: Loaded) -> Objective:
    target = loaded.get("target", {})
    rule = {name: value for name, value in loaded["mapping"].items() if name != "fields"}
    fields = {name: tuple(values) for name, values in loaded["mapping"].get("fields", {}).items()}
    return Objective(
        key=loaded["key"],
        name=loaded["name"],
        mapping=TicketRule(**{name: tuple(values) for name, values in rule.items()}, fields=fields),
        people=target.get("people", 1),
        rung=target.get("rung", "independent"),
        by=target.get("by"),
        learners=tuple(loaded.get("learners", ())),
        agreed=dict(loaded.get("agreed", {})),
        min_size=loaded.get("min_size"),
        tickets=dict(loaded.get("tickets", {})),
    )


def _signals(signals: Loaded) -> Signals:
    incidents = dict(signals.get("incidents", {}))
    review = incidents.pop("review", {})
    named = {name: signals.get(name, {}) for name in ("proposals", "gatekeeper", "experiments")}
    named |= {"incidents": incidents, "incident_review": review}
    return Signals(**{name: {k: tuple(v) for k, v in value.items()} for name, value in named.items()})


def _checks(checks: Loaded) -> Checks:
    return Checks(tuple(checks.get("required_fields", ())), tuple(checks.get("links", ())), checks.get("sprint", False))
