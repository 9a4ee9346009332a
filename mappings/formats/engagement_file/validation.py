"""Checks between values of an engagement file."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from mappings.formats.engagement_file.errors import Problem
from mappings.formats.engagement_file.yaml_lines import Document
from mappings.measure.model.engagement import Engagement

STATUS_LISTS = ("active", "review", "paused_on_client", "paused_on_agency", "gatekeeper", "done")

Loaded = Mapping[str, Any]


def cross_problems(loaded: Loaded, document: Document) -> list[Problem]:
    """Return every problem between values, with the line of the value to change."""
    return [problem for check in _CHECKS for problem in check(loaded, document)]


def overlapping_people(loaded: Loaded, document: Document) -> Iterable[Problem]:
    """Yield people whose lines overlap in time; a line's end is exclusive."""
    spans: dict[str, list[tuple[date, date, int]]] = {}
    for place, person in enumerate(loaded["people"]):
        start = person.get("start") or loaded["engagement"]["starts"]
        spans.setdefault(person["account"], []).append((start, person.get("end") or date.max, place))
    for account, dated in spans.items():
        for (_, end, _), (start, _, place) in pairwise(sorted(dated)):
            if start < end:
                yield _at(
                    document,
                    ("people", place),
                    f"{account} is on a side already on {start}",
                    "end the earlier line first",
                )


def empty_spans(loaded: Loaded, document: Document) -> Iterable[Problem]:
    head = loaded["engagement"]
    if head.get("ends") and head["ends"] <= head["starts"]:
        yield _at(document, ("engagement", "ends"), "does not lie after starts", "correct one of the two days")
    for place, person in enumerate(loaded["people"]):
        if person.get("end") and person["end"] <= (person.get("start") or head["starts"]):
            yield _at(document, ("people", place, "to"), "does not lie after from", "correct one of the two days")


def doubled_statuses(loaded: Loaded, document: Document) -> Iterable[Problem]:
    """Yield statuses in two lists; names are compared without case (docs/measurement.md (g) 4)."""
    first: dict[str, str] = {}
    for name in STATUS_LISTS:
        for place, status in enumerate(loaded["workflow"].get(name, ())):
            if status.casefold() in first:
                where = first[status.casefold()]
                yield _at(
                    document, ("workflow", name, place), f"{status!r} stands in {where} too", "leave it in one list"
                )
            else:
                first[status.casefold()] = name


def windows_over_midnight(loaded: Loaded, document: Document) -> Iterable[Problem]:
    """Yield working windows that do not end on the day they begin (docs/measurement.md (g) 6)."""
    places = (
        (("workflow", "business_hours"), loaded["workflow"].get("business_hours")),
        (("on_call",), loaded.get("on_call")),
    )
    for path, hours in places:
        if hours and hours.get("end", 1020) <= hours.get("start", 540):
            yield _at(document, (*path, "to"), "does not lie after from", "a window over midnight is refused")


def doubled_objectives(loaded: Loaded, document: Document) -> Iterable[Problem]:
    seen: set[str] = set()
    for place, objective in enumerate(loaded.get("objectives", ())):
        if objective["key"] in seen:
            yield _at(
                document, ("objectives", place, "key"), f"{objective['key']} stands twice", "give it a key of its own"
            )
        seen.add(objective["key"])
        if not any(objective["mapping"].values()):
            hint = "name labels, components, types, epics or fields"
            yield _at(document, ("objectives", place, "mapping"), "names no ticket", hint)


def learners_and_leads_elsewhere(loaded: Loaded, document: Document) -> Iterable[Problem]:
    """Yield learners and leads who are not on the right side in the file's people."""
    sides: dict[str, set[str]] = {}
    for person in loaded["people"]:
        sides.setdefault(person["account"], set()).add(person["side"])
    for place, objective in enumerate(loaded.get("objectives", ())):
        for at, account in enumerate(objective.get("learners", ())):
            if "inhouse" not in sides.get(account, ()):
                path = ("objectives", place, "learners", at)
                yield _at(document, path, f"{account} is not in-house in people", "put them on the in-house side")
    for side in ("inhouse", "agency"):
        for at, account in enumerate(loaded.get("leads", {}).get(side, ())):
            if side not in sides.get(account, ()):
                yield _at(document, ("leads", side, at), f"{account} is not on that side in people", "put them on it")


def points_without_field(loaded: Loaded, document: Document) -> Iterable[Problem]:
    units = loaded.get("units")
    if units and units["by"] == "story_points" and not units.get("field"):
        yield _at(document, ("units",), "story_points needs field", "name the field, such as customfield_10016")


def agencies_of_others(loaded: Loaded, document: Document) -> Iterable[Problem]:
    for place, person in enumerate(loaded["people"]):
        if person.get("agency") and person["side"] != "agency":
            path = ("people", place, "agency")
            yield _at(document, path, f"is for the agency side, not {person['side']}", "take it out, or name a team")


def groups_of_others(loaded: Loaded, document: Document) -> Iterable[Problem]:
    """Yield groups that stand twice, and the key of another agency at another side."""
    groups: set[str] = set()
    for place, rule in enumerate(loaded.get("groups", ())):
        if rule["group"].casefold() in groups:
            yield _at(document, ("groups", place, "group"), f"{rule['group']} stands twice", "leave one of the two")
        groups.add(rule["group"].casefold())
        if rule.get("agency") and rule["side"] != "agency":
            what = f"is for the agency side, not {rule['side']}"
            yield _at(document, ("groups", place, "agency"), what, "take it out, or name a team")


def warnings_of(engagement: Engagement) -> list[str]:
    """Return what a correct file lacks before its figures say anything."""
    sides = {person.side for person in engagement.people}
    return [
        warning
        for is_lacking, warning in (
            ("agency" not in sides, "nobody is on the agency's side, so nothing can be taught"),
            ("inhouse" not in sides, "nobody is on the in-house side, so nobody can learn"),
            (not engagement.objectives, "there are no objectives, so nothing can count as taught"),
        )
        if is_lacking
    ]


_CHECKS: tuple[Callable[[Loaded, Document], Iterable[Problem]], ...] = (
    overlapping_people,
    empty_spans,
    doubled_statuses,
    windows_over_midnight,
    doubled_objectives,
    learners_and_leads_elsewhere,
    points_without_field,
    agencies_of_others,
    groups_of_others,
)


def _at(document: Document, path: tuple[str | int, ...], what: str, hint: str) -> Problem:
    return Problem(document.line(path), ".".join(map(str, path)), what, hint)
