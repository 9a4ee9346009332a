"""Checks between values of an engagement file."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from mappings.formats.engagement_file.document import Document
from mappings.formats.engagement_file.errors import Problem
from mappings.measure.model.engagement import Engagement
from mappings.translation import gettext, mark

STATUS_LISTS = ("active", "review", "paused_on_client", "paused_on_agency", "gatekeeper", "done")
CORRECT_A_DAY = mark("correct one of the two days")
NOT_AFTER_FROM = mark("does not lie after from")
TWICE = mark("%(name)s stands twice")
NOT_AGENCY = mark("is for the agency side, not %(side)s")
NAME_A_TEAM = mark("take it out, or name a team")

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
                    gettext("%(account)s is on a side already on %(day)s", account=account, day=start),
                    gettext("end the earlier line first"),
                )


def empty_spans(loaded: Loaded, document: Document) -> Iterable[Problem]:
    head = loaded["engagement"]
    if head.get("ends") and head["ends"] <= head["starts"]:
        yield _at(document, ("engagement", "ends"), gettext("does not lie after starts"), gettext(CORRECT_A_DAY))
    for place, person in enumerate(loaded["people"]):
        if person.get("end") and person["end"] <= (person.get("start") or head["starts"]):
            yield _at(document, ("people", place, "to"), gettext(NOT_AFTER_FROM), gettext(CORRECT_A_DAY))


def doubled_statuses(loaded: Loaded, document: Document) -> Iterable[Problem]:
    """Yield statuses in two lists; names are compared without case (docs/measurement.md (g) 4)."""
    first: dict[str, str] = {}
    for name in STATUS_LISTS:
        for place, status in enumerate(loaded["workflow"].get(name, ())):
            if status.casefold() in first:
                where = first[status.casefold()]
                what = gettext("%(status)s stands in %(list)s too", status=repr(status), list=where)
                yield _at(document, ("workflow", name, place), what, gettext("leave it in one list"))
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
            yield _at(document, (*path, "to"), gettext(NOT_AFTER_FROM), gettext("a window over midnight is refused"))


def doubled_objectives(loaded: Loaded, document: Document) -> Iterable[Problem]:
    seen: set[str] = set()
    for place, objective in enumerate(loaded.get("objectives", ())):
        if objective["key"] in seen:
            what = gettext(TWICE, name=objective["key"])
            yield _at(document, ("objectives", place, "key"), what, gettext("give it a key of its own"))
        seen.add(objective["key"])
        if not any(objective["mapping"].values()):
            hint = gettext("name labels, components, types, epics or fields")
            yield _at(document, ("objectives", place, "mapping"), gettext("names no ticket"), hint)


def learners_and_leads_elsewhere(loaded: Loaded, document: Document) -> Iterable[Problem]:
    """Yield learners and leads who are not on the right side in the file's people."""
    sides: dict[str, set[str]] = {}
    for person in loaded["people"]:
        sides.setdefault(person["account"], set()).add(person["side"])
    for place, objective in enumerate(loaded.get("objectives", ())):
        for at, account in enumerate(objective.get("learners", ())):
            if "inhouse" not in sides.get(account, ()):
                path = ("objectives", place, "learners", at)
                what = gettext("%(account)s is not in-house in people", account=account)
                yield _at(document, path, what, gettext("put them on the in-house side"))
    for side in ("inhouse", "agency"):
        for at, account in enumerate(loaded.get("leads", {}).get(side, ())):
            if side not in sides.get(account, ()):
                what = gettext("%(account)s is not on that side in people", account=account)
                yield _at(document, ("leads", side, at), what, gettext("put them on it"))


def points_without_field(loaded: Loaded, document: Document) -> Iterable[Problem]:
    units = loaded.get("units")
    if units and units["by"] == "story_points" and not units.get("field"):
        hint = gettext("name the field, such as %(field)s", field="customfield_10016")
        yield _at(document, ("units",), gettext("story_points needs field"), hint)


def agencies_of_others(loaded: Loaded, document: Document) -> Iterable[Problem]:
    for place, person in enumerate(loaded["people"]):
        if person.get("agency") and person["side"] != "agency":
            path = ("people", place, "agency")
            yield _at(document, path, gettext(NOT_AGENCY, side=person["side"]), gettext(NAME_A_TEAM))


def groups_of_others(loaded: Loaded, document: Document) -> Iterable[Problem]:
    """Yield groups that stand twice, and the key of another agency at another side."""
    groups: set[str] = set()
    for place, rule in enumerate(loaded.get("groups", ())):
        if rule["group"].casefold() in groups:
            what = gettext(TWICE, name=rule["group"])
            yield _at(document, ("groups", place, "group"), what, gettext("leave one of the two"))
        groups.add(rule["group"].casefold())
        if rule.get("agency") and rule["side"] != "agency":
            what = gettext(NOT_AGENCY, side=rule["side"])
            yield _at(document, ("groups", place, "agency"), what, gettext(NAME_A_TEAM))


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
