"""What was read of the projects of a draft, filled in where nothing is chosen yet."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from mappings.events.pseudonyms import is_erased
from mappings.formats.engagement_file.account_list import BOT, SeenPerson
from mappings.formats.engagement_file.first_file import FirstFile, PointsField, StatusUse, propose_role, propose_signals
from mappings.formats.engagement_file.validation import STATUS_LISTS

Body = dict[str, Any]
Bodies = Mapping[str, Mapping[str, Any]]

MOST_WORDS = 150
"""Words of a kind that are offered."""


def first_bodies(project: str, *, zone: str, starts: date) -> dict[str, Body]:
    """Return the sections of a new draft for a project, before anything of it was read."""
    head = {"timezone": zone, "starts": starts.isoformat(), "projects": [project]}
    return {
        "basics": {"engagement": head, "agency": {}, "proposed_starts": starts.isoformat()},
        "people": {"people": [], "proposed": {}},
        "workflow": {"workflow": {}, "statuses": []},
        "units": {"units": {"by": "count"}},
        "objectives": {"objectives": [], "words": {}},
        "more": {},
        "leads": {"leads": {}},
    }


def filled_bodies(bodies: Bodies, read: FirstFile) -> dict[str, Body]:
    """Return the sections with what was read: what is chosen stays."""
    return {
        "basics": _basics(bodies["basics"], read.starts),
        "people": {**bodies["people"], "proposed": _proposed(read)},
        "workflow": _workflow(bodies["workflow"], read.statuses),
        "units": _units(bodies["units"], read.points),
        "objectives": {**bodies["objectives"], "words": _words(read)},
        "more": _more(bodies.get("more", {}), read),
    }


def offered_bodies(bodies: Bodies, read: FirstFile) -> dict[str, Body]:
    """Return the sections with what can be chosen, as it was read; nothing is chosen."""
    shown = {"points": _points(read.points)} if read.points else {}
    statuses = [[each.name, each.category, each.issues] for each in read.statuses]
    return {
        "people": {**bodies["people"], "proposed": _proposed(read)},
        "workflow": {**bodies["workflow"], "statuses": statuses},
        "units": {**bodies["units"], **shown},
        "objectives": {**bodies["objectives"], "words": _words(read)},
    }


def _more(body: Mapping[str, Any], read: FirstFile) -> Body:
    """Return signals as the words that were read speak for them: once, what is taken out stays out."""
    proposed = propose_signals(read)
    if not proposed or body.get("signals") or body.get("is_proposed"):
        return dict(body)
    return {**body, "signals": proposed, "is_proposed": True}


def _basics(body: Mapping[str, Any], starts: date) -> Body:
    """Return the basics with the start that the people read speak for, unless somebody chose one."""
    head, proposed = body.get("engagement", {}), body.get("proposed_starts")
    if not proposed or head.get("starts") != proposed:
        return dict(body)
    day = starts.isoformat()
    return {**body, "engagement": {**head, "starts": day}, "proposed_starts": day}


def _proposed(read: FirstFile) -> Body:
    seen = (person for person in read.people if person.kind != BOT and not is_erased(person.account))
    return {person.account: _proposal(person) for person in seen}


def _proposal(person: SeenPerson) -> Body:
    values: Body = {"tickets": person.tickets, "first": _day(person.first), "last": _day(person.last)}
    # Where somebody stands in another engagement speaks for nothing here: who sets this one up may not see that one.
    if person.proposed is None:
        return values
    proposed = person.proposed
    sides = {"side": proposed.side, "team": proposed.team, "agency": proposed.agency, "reason": proposed.reason}
    values |= {name: text for name, text in sides.items() if text}
    return values | {"is_contradicted": True} if proposed.is_contradicted else values


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _workflow(body: Mapping[str, Any], statuses: tuple[StatusUse, ...]) -> Body:
    workflow = {name: list(value) if isinstance(value, list) else value for name, value in body["workflow"].items()}
    chosen = {status.casefold() for name in STATUS_LISTS for status in workflow.get(name, ())}
    offered = {row[0].casefold() for row in body.get("statuses", ())}
    for status in statuses:
        # A status that was offered before and stands in no list was left out by choice.
        role = propose_role(status)
        if role and status.name.casefold() not in chosen | offered:
            workflow.setdefault(role, []).append(status.name)
    return {**body, "workflow": workflow, "statuses": [[each.name, each.category, each.issues] for each in statuses]}


def _units(body: Mapping[str, Any], points: PointsField | None) -> Body:
    if points is None:
        return dict(body)
    shown = _points(points)
    is_first = "points" not in body and body.get("units") == {"by": "count"}
    units = {"by": "story_points", "field": points.field} if is_first else body["units"]
    return {**body, "units": units, "points": shown}


def _points(points: PointsField) -> Body:
    return {"field": points.field, "name": points.name, "share": points.share}


def _words(read: FirstFile) -> Body:
    kinds = {"label": read.labels, "component": read.components, "type": read.types}
    return {kind: dict(list(words.items())[:MOST_WORDS]) for kind, words in kinds.items()}
