"""Which tickets a rule of the engagement file means, as the ticket was at an instant (measurement (g) 11)."""

from typing import Any

from tests.derivation.engagement import Agreed, Track, track_texts
from tests.derivation.jira_json import Change, Issue

LATEST = 1 << 62


def labels_at(issue: Issue, at: int) -> set[str]:
    track = track_texts(issue, "labels", " ".join(issue.fields.get("labels") or ()))
    return set((track.at(at) or "").split())


def components_at(issue: Issue, at: int) -> set[str]:
    """Each change of components names one that went or one that came."""
    held = {field["name"] for field in issue.fields.get("components") or ()}
    for change in reversed([change for change in issue.changes if change.field_id == "components"]):
        if change.at > at:
            held.discard(change.new_text or "")
            held |= {change.old_text} if change.old_text else set()
    return held


def type_at(issue: Issue, at: int) -> str:
    return str(track_texts(issue, "issuetype", issue.type_name).at(at))


def epic_at(issue: Issue, at: int) -> str | None:
    track = track_texts(issue, "IssueParentAssociation", issue.parent_key)
    return str(track.at(at)) if track.at(at) else None


def field_at(issue: Issue, field_id: str, at: int) -> str:
    """The option of a field, as the changelog writes it."""
    now = issue.fields.get(field_id)
    current = now.get("value") if isinstance(now, dict) else now
    return str(track_texts(issue, field_id, current).at(at) or "")


def matches(issue: Issue, rule: dict[str, Any] | None, at: int) -> bool:
    """Any one match is enough."""
    if not rule:
        return False
    return bool(
        labels_at(issue, at) & set(rule.get("labels", ()))
        or components_at(issue, at) & set(rule.get("components", ()))
        or type_at(issue, at) in rule.get("types", ())
        or epic_at(issue, at) in rule.get("epics", ())
        or any(field_at(issue, name, at) in values for name, values in rule.get("fields", {}).items())
    )


def objectives_at(agreed: Agreed, issue: Issue, at: int) -> list[str]:
    """In the order of the file, with those tagged by hand by then."""
    by_hand = {objective for objective, since in agreed.panel.tags.get(issue.number, ()) if since <= at}
    return [
        goal["key"] for goal in agreed.objectives if goal["key"] in by_hand or matches(issue, goal.get("mapping"), at)
    ]


def set_afterwards(agreed: Agreed, issue: Issue, at: int, end: int) -> dict[str, int]:
    """Objectives that the ticket did not have at `at` and was given before `end` to keep, with the instant of that."""
    before = objectives_at(agreed, issue, at)
    by_key: dict[str, int] = {}
    moments = {change.at for change in issue.changes} | {since for _, since in agreed.panel.tags.get(issue.number, ())}
    for moment in sorted(moment for moment in moments if at < moment < end):
        for objective in objectives_at(agreed, issue, moment):
            if objective not in before:
                by_key.setdefault(objective, moment)
    objectives = objectives_at(agreed, issue, end - 1)
    return {objective: since for objective, since in by_key.items() if objective in objectives}


def points_at(agreed: Agreed, issue: Issue, at: int) -> str:
    field_id = agreed.file["units"]["field"]
    now = issue.fields.get(field_id)
    return str(track_texts(issue, field_id, None if now is None else str(now)).at(at) or "")


def changes_of(issue: Issue, field_id: str) -> list[Change]:
    return [change for change in issue.changes if change.field_id == field_id]


__all__ = ["Track", "changes_of", "matches", "objectives_at", "points_at", "set_afterwards"]
