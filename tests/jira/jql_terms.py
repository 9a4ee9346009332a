"""What the fields of JQL mean on a site: which issues a query finds, and in what order."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from tests.jira.jql import AndNode, Clause, JqlError, NotNode, OrNode, Query, Tree, read_jql
from tests.jira.model import Field, Instant, Issue
from tests.jira.site import NotHere, Site

Test: TypeAlias = Callable[[Issue], bool]
Values: TypeAlias = Callable[[Site, Issue], Iterable[str | None]]

UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
RELATIVE = re.compile(r"([+-]?)(\d+)([mhdw])")
DATES = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d")
PROPERTY = re.compile(r"issue\.property\[([^\]]+)\]\.?(.*)")
EMPTY = ("empty", "null")

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}
CATEGORY_NAMES = {"new": "To Do", "indeterminate": "In Progress", "done": "Done"}
ALIASES = {"issuekey": "key", "issue": "key", "type": "issuetype", "component": "components", "label": "labels"}


def _project_names(site: Site, issue: Issue) -> tuple[str, ...]:
    project = site.projects[issue.project_id]
    return (str(project.id), project.key, project.name, *project.old_keys)


def _category_names(site: Site, issue: Issue) -> tuple[str, ...]:
    category = site.statuses[issue.status_id].category
    return category, CATEGORY_NAMES[category]


NAMED: dict[str, Values] = {
    "project": _project_names,
    "key": lambda site, issue: (str(issue.id), issue.key, *issue.old_keys),
    "id": lambda site, issue: (str(issue.id), issue.key, *issue.old_keys),
    "issuetype": lambda site, issue: (str(issue.type_id), site.issue_types[issue.type_id].name),
    "status": lambda site, issue: (issue.status_id, site.statuses[issue.status_id].name),
    "statuscategory": _category_names,
    "labels": lambda site, issue: issue.labels,
    "components": lambda site, issue: issue.components,
    "assignee": lambda site, issue: (issue.assignee,),
    "reporter": lambda site, issue: (issue.reporter,),
    "creator": lambda site, issue: (issue.creator,),
    "parent": lambda site, issue: (str(issue.parent), site.issue(issue.parent).key) if issue.parent else (),
    "priority": lambda site, issue: (str(site.priorities[issue.priority].id), issue.priority),
    "resolution": lambda site, issue: (issue.resolution,),
    "level": lambda site, issue: (issue.security,),
    "summary": lambda site, issue: (issue.summary,),
}
"""Fields compared by name or id: all the texts by which JQL may call what the issue has."""

MOMENTS: dict[str, Callable[[Issue], Instant | None]] = {
    "updated": lambda issue: issue.updated,
    "created": lambda issue: issue.created,
    "resolved": lambda issue: issue.resolved,
    "resolutiondate": lambda issue: issue.resolved,
    "statuscategorychangeddate": lambda issue: issue.status_since,
}


def find_issues(site: Site, jql: str, caller: str, *, bounded: bool = False) -> list[Issue]:
    """What `caller` sees of what the query finds, in its order; newest first where it gives none. Raises JqlError."""
    query = read_jql(jql)
    if bounded and query.where is None:
        raise JqlError("Unbounded JQL queries are not allowed here. Please add a search restriction to your query.")
    test = Terms(site, caller).test(query.where) if query.where else lambda issue: True
    rows = [issue for issue in site.issues.values() if test(issue) and site.sees(caller, issue)]
    return in_order(site, rows, query)


def in_order(site: Site, issues: list[Issue], query: Query) -> list[Issue]:
    issues.sort(key=lambda issue: (issue.created, issue.id), reverse=True)
    for name, descends in reversed(query.orders):
        key = ORDERS.get(ALIASES.get(name.lower(), name.lower()))
        if key is None:
            raise JqlError(f"Not able to sort using field '{name}'.")
        issues.sort(key=lambda issue: key(site, issue), reverse=descends)
    return issues


ORDERS: dict[str, Callable[[Site, Issue], Any]] = {
    "key": lambda site, issue: (issue.key.rpartition("-")[0], int(issue.key.rpartition("-")[2])),
    "id": lambda site, issue: issue.id,
    "created": lambda site, issue: issue.created,
    "updated": lambda site, issue: issue.updated,
    "project": lambda site, issue: site.projects[issue.project_id].key,
    "issuetype": lambda site, issue: issue.type_id,
    "status": lambda site, issue: int(issue.status_id),
    "priority": lambda site, issue: -site.priorities[issue.priority].id,
    "assignee": lambda site, issue: site.user(issue.assignee).name if issue.assignee else "\uffff",
    "summary": lambda site, issue: issue.summary,
    "rank": lambda site, issue: issue.id,
}


class Terms:
    """Turns a tree of clauses into a test of one issue, for one caller at the site's present instant."""

    def __init__(self, site: Site, caller: str) -> None:
        self.site, self.caller = site, caller
        self.zone = site.users[caller].zone if caller in site.users else site.zone

    def test(self, tree: Tree) -> Test:
        if isinstance(tree, NotNode):
            inner = self.test(tree.part)
            return lambda issue: not inner(issue)
        if isinstance(tree, (AndNode, OrNode)):
            tests = [self.test(part) for part in tree.parts]
            join = all if isinstance(tree, AndNode) else any
            return lambda issue: join(test(issue) for test in tests)
        return self._clause(tree)

    def _clause(self, clause: Clause) -> Test:
        name = ALIASES.get(clause.name.lower(), clause.name.lower())
        if name in MOMENTS:
            return self._moment(clause, MOMENTS[name])
        if name in NAMED:
            self._check_values(name, clause)
            return self._named(clause, lambda issue: NAMED[name](self.site, issue))
        if read := self._property(clause.name):
            return self._compared(clause, read)
        return self._compared(clause, self._custom(clause.name))

    def _named(self, clause: Clause, read: Callable[[Issue], Iterable[str | None]]) -> Test:
        wanted = {self._called(value, clause).lower() for value in clause.values}
        positive = clause.operator in ("=", "in", "is", "~")

        def test(issue: Issue) -> bool:
            held = {value.lower() for value in read(issue) if value}
            if clause.operator.endswith("~"):
                return any(each in value for each in wanted for value in held) is positive
            if not held:  # Jira: an empty field answers only IS EMPTY, never !=
                return bool(wanted & set(EMPTY)) is positive if wanted & set(EMPTY) else False
            return bool(held & wanted) is positive

        return test

    def _called(self, value: str, clause: Clause) -> str:
        if value not in clause.calls:
            return value
        if value.lower() != "currentuser":
            raise JqlError(f"Unable to find JQL function '{value}()'.")
        return self.caller

    def _moment(self, clause: Clause, read: Callable[[Issue], Instant | None]) -> Test:
        if clause.operator not in COMPARE:
            raise JqlError(f"The operator '{clause.operator}' is not supported by the '{clause.name}' field.")
        bound, compare = self._instant(clause), COMPARE[clause.operator]
        return lambda issue: (moment := read(issue)) is not None and compare(moment, bound)

    def _instant(self, clause: Clause) -> Instant:
        text = clause.values[0]
        if text in clause.calls and text.lower() == "now":
            return self.site.now()
        if match := RELATIVE.fullmatch(text):
            seconds = int(match[2]) * UNITS[match[3]]
            return self.site.now() + (-seconds if match[1] == "-" else seconds) * 1_000_000
        if text.isdecimal():
            return int(text) * 1000
        for form in DATES:
            try:
                moment = datetime.strptime(text, form).replace(tzinfo=ZoneInfo(self.zone))
            except ValueError:
                continue
            return int(moment.timestamp()) * 1_000_000
        raise JqlError(f"Date value '{text}' for field '{clause.name}' is invalid.")

    def _compared(self, clause: Clause, read: Callable[[Issue], list[Any]]) -> Test:
        if clause.operator in ("is", "is not"):
            return lambda issue: bool(read(issue)) is (clause.operator == "is not")
        if clause.operator in ("=", "in", "!=", "not in", "~"):
            return self._named(clause, lambda issue: map(_text, read(issue)))
        compare, bound = COMPARE[clause.operator], _number(clause)
        return lambda issue: any(isinstance(each, int | float) and compare(each, bound) for each in read(issue))

    def _property(self, name: str) -> Callable[[Issue], list[Any]] | None:
        if match := PROPERTY.fullmatch(name):
            return lambda issue: reach(issue.properties.get(match[1]), match[2])
        for key, path, alias in indexed_properties(self.site):
            if alias and alias.lower() == name.lower():
                return lambda issue: reach(issue.properties.get(key), path)
        return None

    def _custom(self, name: str) -> Callable[[Issue], list[Any]]:
        field = custom_field(self.site, name)
        if field is None:
            raise JqlError(f"Field '{name}' does not exist or you do not have permission to view it.")
        return lambda issue: _listed(issue.fields.get(field.id))

    def _check_values(self, name: str, clause: Clause) -> None:
        """Jira refuses the whole query for one project, type, status or issue that is not there."""
        for value in clause.values:
            if value.lower() in EMPTY or value in clause.calls or name not in KNOWN:
                continue
            if not KNOWN[name](self.site, value):
                raise JqlError(f"The value '{value}' does not exist for the field '{clause.name}'.")


def custom_field(site: Site, name: str) -> Field | None:
    wanted = name.lower()
    number = f"customfield_{wanted[3:-1]}" if wanted.startswith("cf[") else wanted
    return next((field for field in site.fields.values() if number in (field.id, field.name.lower())), None)


def indexed_properties(site: Site) -> list[tuple[str, str, str | None]]:
    """Property key, path and alias of what the installed apps' descriptors have Jira index."""
    modules = [
        module
        for app in site.apps.values()
        if app.enabled
        for module in app.descriptor.get("modules", {}).get("jiraEntityProperties", [])
    ]
    return [
        (keyed["propertyKey"], extraction["objectName"], extraction.get("alias"))
        for module in modules
        for keyed in module["keyConfigurations"]
        for extraction in keyed["extractions"]
    ]


def reach(value: Any, path: str) -> list[Any]:
    """What lies at a dotted path; of an array, each element."""
    rows = [value]
    for step in path.split(".") if path else []:
        flat = [each for part in rows for each in _listed(part)]
        rows = [part[step] for part in flat if isinstance(part, dict) and step in part]
    return [each for part in rows for each in _listed(part)]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(clause: Clause) -> float:
    try:
        return float(clause.values[0])
    except ValueError as error:
        raise JqlError(f"'{clause.values[0]}' is not a valid number for field '{clause.name}'.") from error


def _holds_issue(site: Site, value: str) -> bool:
    try:
        site.issue(value)
    except NotHere:
        return False
    return True


def _any_name(things: Iterable[tuple[Any, str]], value: str) -> bool:
    return any(value.lower() in (str(number), name.lower()) for number, name in things)


KNOWN: dict[str, Callable[[Site, str], bool]] = {
    "key": _holds_issue,
    "id": _holds_issue,
    "parent": _holds_issue,
    "status": lambda site, value: _any_name(
        ((this_status.id, this_status.name) for this_status in site.statuses.values()), value
    ),
    "issuetype": lambda site, value: _any_name(
        ((issue_type.id, issue_type.name) for issue_type in site.issue_types.values()), value
    ),
    "project": lambda site, value: any(
        value.lower()
        in (
            str(this_project.id),
            this_project.key.lower(),
            this_project.name.lower(),
            *(key.lower() for key in this_project.old_keys),
        )
        for this_project in site.projects.values()
    ),
}
