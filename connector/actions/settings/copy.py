"""A copy of an engagement as the draft of a new one: what is measured and learned, and nobody of an agency."""

from datetime import date
from typing import Any

from mappings.formats.engagement_file.draft_sections import bodies_of
from mappings.measure.model.engagement import Engagement

Body = dict[str, Any]
KEPT_SIDES = frozenset({"inhouse", "gatekeeper", "none"})


def copied_bodies(agreed: Engagement, *, starts: date) -> dict[str, Body]:
    """Return the sections of a new engagement on the same projects, from `starts`, with another agency."""
    bodies = bodies_of(agreed)
    head = bodies["basics"]["engagement"]
    carried = {name: head[name] for name in ("timezone", "projects", "model") if head.get(name)}
    people = [
        _person(person) for person in bodies["people"]["people"] if person["side"] in KEPT_SIDES and _is_open(person)
    ]
    inhouse = {person["account"] for person in people if person["side"] == "inhouse"}
    leads = bodies["leads"].get("leads", {})
    return {
        **bodies,
        "basics": {"engagement": {**carried, "starts": starts.isoformat()}, "agency": {}},
        "people": {"people": people},
        "objectives": {
            "objectives": [_objective(each, inhouse) for each in bodies["objectives"].get("objectives", ())]
        },
        "leads": {"leads": {side: leads[side] for side in ("inhouse", "sponsor") if leads.get(side)}},
    }


def _is_open(person: Body) -> bool:
    return not person.get("to")


def _person(person: Body) -> Body:
    # They are on their side from the start of the new engagement.
    return {name: value for name, value in person.items() if name not in {"from", "to"}}


def _objective(objective: Body, inhouse: set[str]) -> Body:
    # What was agreed with one agency is agreed anew with another, by a day that still comes.
    carried = {name: value for name, value in objective.items() if name not in {"agreed", "learners"}}
    target = {name: value for name, value in carried.get("target", {}).items() if name != "by"}
    learners = [account for account in objective.get("learners", ()) if account in inhouse]
    return {**carried, "target": target} | ({"learners": learners} if learners else {})
