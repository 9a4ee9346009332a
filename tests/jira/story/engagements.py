"""The two engagements of the story as files, in the form of product.md, "Engagement as code"."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import yaml

from tests.jira.story.objectives import AGENCIES, GOALS, POINTS_FIELD, PROJECTS, Goal, mapping_of
from tests.jira.story.people import BOLT, Directory, Person, account_of

if TYPE_CHECKING:
    from tests.jira.story.story import Plan

LEADS = {"growth-acme": "Callum Rhodes", "growth-bolt": BOLT}
TEAMS = {"growth": "Growth", "legal": "Legal"}


class PlainDumper(yaml.SafeDumper):
    """Writes a date that occurs twice twice, as people do, not as an anchor and its alias."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def people_of(person: Person, agency: str) -> list[dict[str, Any]]:
    """The lines of one person in the file of `agency`, one for each stay."""
    lines = []
    for stay in person.stays:
        line: dict[str, Any] = {"account": person.account, "side": "agency", "from": stay.since}
        if stay.group in TEAMS:
            line |= {"side": "inhouse" if stay.group == "growth" else "gatekeeper", "team": TEAMS[stay.group]}
        elif stay.group != agency:
            line["agency"] = stay.group
        if stay.until is not None:
            line["to"] = stay.until
        lines.append(line | {"name": person.name})
    return lines


def objective_of(goal: Goal, plan: "Plan") -> dict[str, Any]:
    """One objective with its mapping, due at the story's end."""
    begins = plan.dates.first if goal.engagement == "growth-acme" else plan.dates.bolt_starts
    return {
        "key": goal.key,
        "name": goal.name,
        "target": {"people": len(goal.learners), "rung": "independent", "by": plan.clock.day(plan.end)},
        "learners": list(Directory(plan.people, plan.clock).accounts(goal.learners)),
        "agreed": {"inhouse": begins - timedelta(days=4), "agency": begins - timedelta(days=3)},
        "mapping": mapping_of(goal, lambda ref: plan.planted[ref].key),
    }


def workflow_of(holidays: list[date]) -> dict[str, Any]:
    """Pairing, Won't do and Closed are left to their category on purpose (measurement (g) 4)."""
    return {
        "active": ["In Progress"],
        "review": ["In Review"],
        "paused_on_client": ["Waiting for client"],
        "paused_on_agency": ["Waiting for agency"],
        "gatekeeper": ["Legal review"],
        "done": ["Done"],
        "business_hours": {
            "days": ["mon", "tue", "wed", "thu", "fri"],
            "from": "09:00",
            "to": "17:00",
            "holidays": holidays,
        },
    }


def signals() -> dict[str, Any]:
    """How the tickets of the dimensions are known."""
    return {
        "proposals": {"labels": ["proposal"], "declined": ["Won't do", "Declined"]},
        "incidents": {"types": ["Incident"], "review": {"labels": ["postmortem"], "links": ["reviewed by"]}},
        "gatekeeper": {"labels": ["needs-legal"]},
        "experiments": {"types": ["Experiment"], "won": ["Won"], "lost": ["Lost"], "inconclusive": ["Inconclusive"]},
    }


def engagement_file(plan: "Plan", key: str) -> str:
    """The YAML of `growth-acme` or `growth-bolt`, ready for `teachback engagement apply`."""
    agency, agency_name = AGENCIES[key]
    body = {
        "engagement": {
            "key": key,
            "name": f"Growth and {agency_name.split()[0]}",
            "timezone": str(plan.clock.zone),
            "starts": plan.dates.first if key == "growth-acme" else plan.dates.bolt_starts,
            "ends": None,
            "projects": list(PROJECTS[key]),
            "model": "embedded" if key == "growth-acme" else "hybrid",
        },
        "agency": {"key": agency, "name": agency_name},
        "people": [line for person in plan.people for line in people_of(person, agency)],
        "leads": {"inhouse": [account_of("Maren Vogt")], "agency": [account_of(LEADS[key])]},
        "workflow": workflow_of(sorted(plan.clock.holidays)),
        "units": {"by": "story_points", "field": POINTS_FIELD},
        "attribution": "active_time",
        "objectives": [objective_of(goal, plan) for goal in GOALS[key]],
        "signals": signals(),
        "checks": {"required_fields": ["description"], "links": ["implements"], "sprint": True},
        "on_call": {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "00:00", "to": "24:00"},
        "ruleset": "default",
    }
    return yaml.dump(body, Dumper=PlainDumper, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)
