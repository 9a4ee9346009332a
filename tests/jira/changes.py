"""How an edit of one field becomes items of a history: with the ids and texts that Jira writes for that field."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from tests.jira.catalog import Catalog
from tests.jira.model import POINTS_FIELD, RANK_FIELD, SPRINT_FIELD, Field, Issue, Item

Change: TypeAlias = Callable[[Catalog, Issue, Any], list[Item]]


def item(field: str, old: tuple[str | None, str | None], new: tuple[str | None, str | None]) -> Item:
    """An item of a field whose id is its name, as with most system fields."""
    return Item(field, field, "jira", *old, *new)


def change_assignee(site: Catalog, issue: Issue, value: str | None) -> list[Item]:
    old, new = issue.assignee, value
    if old == new:
        return []
    issue.assignee = new
    texts = [site.user(account).name if account else None for account in (old, new)]
    extra = {"tmpFromAccountId": old, "tmpToAccountId": new}
    return [Item("assignee", "assignee", "jira", old, texts[0], new, texts[1], extra)]


def change_reporter(site: Catalog, issue: Issue, value: str) -> list[Item]:
    old, new = issue.reporter, value
    if old == new:
        return []
    issue.reporter = new
    extra = {"tmpFromAccountId": old, "tmpToAccountId": new}
    return [Item("reporter", "reporter", "jira", old, site.user(old).name, new, site.user(new).name, extra)]


def change_labels(site: Catalog, issue: Issue, value: Iterable[str]) -> list[Item]:
    old, new = issue.labels, tuple(value)
    if old == new:
        return []
    issue.labels = new
    return [item("labels", (None, " ".join(old)), (None, " ".join(new)))]


def change_components(site: Catalog, issue: Issue, value: Iterable[str]) -> list[Item]:
    """One item for each component taken away or put on, never one for the list."""
    old, new = issue.components, tuple(value)
    issue.components = new
    gone = [site.component(name) for name in old if name not in new]
    come = [site.component(name) for name in new if name not in old]
    away = [Item("Component", "components", "jira", str(each.id), each.name, None, None) for each in gone]
    return away + [Item("Component", "components", "jira", None, None, str(each.id), each.name) for each in come]


def _change_text(name: str) -> Change:
    def change(site: Catalog, issue: Issue, value: str | None) -> list[Item]:
        old = getattr(issue, name)
        if old == value:
            return []
        setattr(issue, name, value)
        return [item(name, (None, old), (None, value))]

    return change


def change_parent(site: Catalog, issue: Issue, value: int | None) -> list[Item]:
    """Company- and team-managed alike: IssueParentAssociation, without a fieldId."""
    old, new = issue.parent, value
    if old == new:
        return []
    issue.parent = new
    if new:
        site.note_child(issue.id, new)
    ends = [(str(each), site.issue(each).key) if each else (None, None) for each in (old, new)]
    return [Item("IssueParentAssociation", None, "jira", *ends[0], *ends[1])]


def change_sprint(site: Catalog, issue: Issue, value: int | Iterable[int] | None) -> list[Item]:
    """Ids and names of all sprints the issue was in, joined by commas: empty texts where there is none."""
    old = issue.sprints
    new = (value,) if isinstance(value, int) else tuple(value or ())
    if old == new:
        return []
    issue.sprints = new
    ends = [_joined_sprints(site, each) for each in (old, new)]
    return [Item("Sprint", SPRINT_FIELD, "custom", *ends[0], *ends[1])]


def _joined_sprints(site: Catalog, numbers: tuple[int, ...]) -> tuple[str, str]:
    return ", ".join(map(str, numbers)), ", ".join(site.sprints[number].name for number in numbers)


def change_priority(site: Catalog, issue: Issue, value: str) -> list[Item]:
    old, new = site.priorities[issue.priority], site.priorities[value]
    if old == new:
        return []
    issue.priority = value
    return [item("priority", (str(old.id), old.name), (str(new.id), new.name))]


def change_type(site: Catalog, issue: Issue, value: str) -> list[Item]:
    old, new = site.issue_types[issue.type_id], site.issue_type_named(value)
    if old == new:
        return []
    issue.type_id = new.id
    return [item("issuetype", (str(old.id), old.name), (str(new.id), new.name))]


def change_security(site: Catalog, issue: Issue, value: str | None) -> list[Item]:
    old, new = issue.security, value
    if old == new:
        return []
    issue.security = new
    ends = [(str(site.levels[each].id), each) if each else (None, None) for each in (old, new)]
    return [item("security", ends[0], ends[1])]


def change_duedate(site: Catalog, issue: Issue, value: str | None) -> list[Item]:
    """`value` is a date as text, 2026-11-24; the texts of the item carry Jira's midnight."""
    old, new = issue.duedate, value
    if old == new:
        return []
    issue.duedate = new
    ends = [(each, f"{each} 00:00:00.0" if each else None) for each in (old, new)]
    return [item("duedate", ends[0], ends[1])]


def change_estimate(site: Catalog, issue: Issue, value: int | None) -> list[Item]:
    """Seconds. What remains follows, as when somebody types into Jira's one field."""
    old, new = issue.timeoriginalestimate, value
    if old == new:
        return []
    issue.timeoriginalestimate = new
    ends = [(str(each), str(each)) if each is not None else (None, None) for each in (old, new)]
    return [*change_remaining(site, issue, new), item("timeoriginalestimate", ends[0], ends[1])]


def change_remaining(site: Catalog, issue: Issue, value: int | None) -> list[Item]:
    old, new = issue.timeestimate, value
    if old == new:
        return []
    issue.timeestimate = new
    ends = [(str(each), str(each)) if each is not None else (None, None) for each in (old, new)]
    return [item("timeestimate", ends[0], ends[1])]


def change_resolution(site: Catalog, issue: Issue, value: str | None) -> list[Item]:
    old, new = issue.resolution, value
    if old == new:
        return []
    issue.resolution = new
    ends = [(str(site.resolutions[each].id), each) if each else (None, None) for each in (old, new)]
    return [item("resolution", ends[0], ends[1])]


def change_field(site: Catalog, issue: Issue, field: Field, value: Any) -> list[Item]:
    """A custom field: ids where its values have ids, an empty text where it is emptied."""
    old = issue.fields.get(field.id)
    if old == value:
        return []
    issue.fields[field.id] = value
    before, after = _ends(site, field, old), _ends(site, field, value)
    return [Item(field.name, field.id, "custom", *before, *after)]


def _ends(site: Catalog, field: Field, value: Any) -> tuple[str | None, str | None]:
    if value is None or value == ():
        return None, ("" if field.kind in ("number", "text", "labels") else None)
    return VALUE_ENDS[field.kind](site, value) if field.kind in VALUE_ENDS else (None, str(value))


def number_text(value: float) -> str:
    """As Jira writes a number into a changelog: 3, not 3.0."""
    return str(int(value)) if float(value).is_integer() else str(value)


def option_id(name: str) -> str:
    """A select list's option needs a lasting id: made from its name, so that it needs no table."""
    return str(FIRST_OPTION + sum(place * ord(letter) for place, letter in enumerate(name, 1)) % 9000)


FIRST_OPTION = 11000

VALUE_ENDS: dict[str, Callable[[Catalog, Any], tuple[str | None, str | None]]] = {
    "number": lambda site, value: (None, number_text(value)),
    "option": lambda site, value: (option_id(value), value),
    "options": lambda site, value: (f"[{', '.join(map(option_id, value))}]", ",".join(value)),
    "user": lambda site, value: (value, site.user(value).name),
    "users": lambda site, value: (f"[{', '.join(value)}]", f"[{', '.join(site.user(part).name for part in value)}]"),
    "labels": lambda site, value: (None, " ".join(value)),
    "date": lambda site, value: (value, value),
}


def change_rank(site: Catalog, issue: Issue, value: str) -> list[Item]:
    """Dragged on a board: a history with neither old nor new, `value` is Jira's "Ranked higher" or "Ranked lower"."""
    rank = site.fields[RANK_FIELD]
    return [Item(rank.name, rank.id, "custom", "", "", "", value)]


CHANGES: dict[str, Change] = {
    "rank": change_rank,
    "assignee": change_assignee,
    "reporter": change_reporter,
    "labels": change_labels,
    "components": change_components,
    "summary": _change_text("summary"),
    "description": _change_text("description"),
    "parent": change_parent,
    "sprint": change_sprint,
    "priority": change_priority,
    "type": change_type,
    "security": change_security,
    "duedate": change_duedate,
    "timeoriginalestimate": change_estimate,
    "timeestimate": change_remaining,
    "points": lambda site, issue, value: change_field(site, issue, site.fields[POINTS_FIELD], value),
}


def change(site: Catalog, issue: Issue, changes: dict[str, Any]) -> list[Item]:
    """Apply every change to the issue, in the order given; returns the items of one history, empty if nothing moved."""
    items: list[Item] = []
    for name, value in changes.items():
        if name == "fields":
            for field_id, each in value.items():
                items += change_field(site, issue, site.fields[field_id], each)
        else:
            items += CHANGES[name](site, issue, value)
    return items
