"""A ticket with names replaced by ids, wherever its site has ids (measurement (g) 15)."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from mappings.events.names import fold_name
from mappings.events.types import Change, Comment, Issue
from mappings.measure.model.site_names import EPIC_LINKS, EPIC_NAME, NAMED_FIELDS, ONE_KIND, SiteNames, as_id
from mappings.measure.model.ticket import Ticket

# What Jira calls the type in the languages in which it is installed.
_EPIC = frozenset(
    fold_name(name)
    for name in (
        "Epic", "Эпик", "Épico", "Épica", "Épopée", "Epik", "Eepos", "エピック", "에픽", "큰틀", "史诗", "長篇故事"
    )
)  # fmt: skip


def _as_text(names: SiteNames, kind: str, number: str | None, text: str | None) -> str | None:
    if number:
        return as_id(number)
    if not text:
        return text
    ids = names.ids_of(kind, text)
    return as_id(next(iter(ids))) if len(ids) == 1 else fold_name(text)


def rewrite_ticket(ticket: Ticket, names: SiteNames) -> Ticket:
    """Return a ticket and its sub-tasks with names replaced by ids."""
    keys = _moved_keys(ticket.changes, names)
    return replace(
        ticket,
        issue=_rewrite_issue(ticket.issue, names),
        changes=tuple(_rewrite_change(change, names, keys) for change in ticket.changes),
        comments=tuple(_rewrite_comment(comment, names) for comment in ticket.comments)
        if names.users
        else ticket.comments,
        subtasks=tuple(rewrite_ticket(subtask, names) for subtask in ticket.subtasks),
    )


def _rewrite_issue(issue: Issue, names: SiteNames) -> Issue:
    parent = issue.parent_key or _parent_in_field(issue, names)
    is_epic = issue.level is None and not issue.subtask and _is_epic(issue, names)
    return replace(
        issue,
        key=names.current_key(issue.key, issue.project_id),
        type_name=_as_text(names, "issuetype", issue.type_id, issue.type_name),
        components=_as_texts(names, "components", issue.ids.get("components", ()), issue.components),
        resolution=_as_text(names, "resolution", next(iter(issue.ids.get("resolution", ())), None), issue.resolution),
        fields={
            field: _as_texts(names, ONE_KIND.get(field, field), issue.ids[field], texts)
            if field in issue.ids
            else texts
            for field, texts in issue.fields.items()
        },
        parent_key=parent,
        level=1 if is_epic else issue.level,
    )


def _as_texts(names: SiteNames, kind: str, ids: tuple[str, ...], texts: tuple[str, ...]) -> tuple[str, ...]:
    numbers: Iterable[str | None] = ids if len(ids) == len(texts) else (None,) * len(texts)
    return tuple(_as_text(names, kind, number, text) or "" for number, text in zip(numbers, texts, strict=True))


def _parent_in_field(issue: Issue, names: SiteNames) -> str | None:
    """Return the parent that Data Center keeps in a custom field alone: Epic Link, or Parent Link."""
    for name in EPIC_LINKS:
        for field in names.fields.get(name, ()):
            if texts := issue.fields.get(field):
                return texts[0]
    return None


def _is_epic(issue: Issue, names: SiteNames) -> bool:
    if fold_name(issue.type_name or "") in _EPIC or (issue.type_id or "") in names.epics:
        return True
    return any(issue.fields.get(field) for field in names.fields.get(EPIC_NAME, ()))


def _moved_keys(changes: Iterable[Change], names: SiteNames) -> Mapping[int, tuple[str | None, str | None]]:
    """Return by history the ids of the projects between which it moved a ticket."""
    if not names.project_keys:
        return {}
    return {change.history_id: (change.old, change.new) for change in changes if change.field.casefold() == "project"}


def _rewrite_change(change: Change, names: SiteNames, projects: Mapping[int, tuple[str | None, str | None]]) -> Change:
    folded = change.field.casefold()
    if folded == "key":
        old, new = projects.get(change.history_id, (None, None))
        return replace(change, old_text=_key(names, change.old_text, old), new_text=_key(names, change.new_text, new))
    field_id, kind = NAMED_FIELDS.get(folded, (None, None))
    if kind is None:
        field = _field_id(change, names)
        if field is None or folded in EPIC_LINKS or field not in names.values:
            return change if field == change.field_id else replace(change, field_id=field)
        field_id, kind = field, field
    return replace(
        change,
        field_id=change.field_id or field_id,
        old_text=_ends(names, kind, change.old, change.old_text),
        new_text=_ends(names, kind, change.new, change.new_text),
    )


def _key(names: SiteNames, key: str | None, project_id: str | None) -> str | None:
    return names.current_key(key, project_id) if key else key


def _field_id(change: Change, names: SiteNames) -> str | None:
    if change.field_id is not None or not names.fields:
        return change.field_id
    ids = names.fields.get(fold_name(change.field), frozenset())
    return next(iter(ids)) if len(ids) == 1 else None


def _ends(names: SiteNames, kind: str, numbers: str | None, text: str | None) -> str | None:
    """Return one end of a change; several ids, as in "[5, 6]", become a list as several texts do."""
    parts = [part.strip() for part in (numbers or "").strip("[]").split(",")]
    if not all(part.isdecimal() for part in parts):
        return _as_text(names, kind, None, text)
    return ",".join(map(as_id, parts))


def _rewrite_comment(comment: Comment, names: SiteNames) -> Comment:
    if not comment.mentions:
        return comment
    return replace(comment, mentions=tuple(names.users.get(name, name) for name in comment.mentions))
