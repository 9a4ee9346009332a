"""What fields of an engagement are called where a change is read, and their values in words."""

from collections.abc import Mapping

from connector.pages.setup.words import MODELS, SIDE_NAMES, STATUS_ROLES

FIELD_NAMES: Mapping[tuple[str, str], str] = {
    ("basics", "key"): "Short key",
    ("basics", "name"): "Name",
    ("basics", "timezone"): "Time zone",
    ("basics", "starts"): "Start",
    ("basics", "ends"): "End",
    ("basics", "model"): "How the two work together",
    ("basics", "projects"): "Jira projects",
    ("basics", "agency"): "Agency",
    ("people", "side"): "side",
    ("people", "team"): "team or agency",
    ("people", "from"): "first day",
    ("people", "to"): "last day",
    ("workflow", "days"): "Working days",
    ("workflow", "from"): "Business hours from",
    ("workflow", "to"): "Business hours to",
    ("workflow", "holidays"): "Holidays",
    ("units", "by"): "Each finished ticket counts",
    ("units", "field"): "Field of the story points",
    ("units", "attribution"): "Who gets the credit",
    ("objectives", "name"): "name",
    ("objectives", "people"): "target people",
    ("objectives", "rung"): "target rung",
    ("objectives", "by"): "due date",
    ("objectives", "learners"): "learners",
    ("leads", "inhouse"): "In-house lead",
    ("leads", "agency"): "Agency lead",
    ("leads", "sponsor"): "Sponsor",
}
MORE_NAMES: Mapping[str, str] = {"signals": "Signals", "checks": "Checks", "on_call": "On call", "ruleset": "Ruleset"}
NOTHING = "not set"
_VALUES: Mapping[str, Mapping[str, str]] = {
    "side": {**SIDE_NAMES, "": "no side"},
    "status": STATUS_ROLES,
    "model": {key: name for key, (name, _) in MODELS.items()},
    "by": {"count": "1, whatever its size", "story_points": "its story points", "hours": "its hours"},
    "attribution": {"active_time": "whoever held it while active", "worklog": "whoever logged the work"},
}


def value_text(section: str, field: str, text: str, names: Mapping[str, str]) -> str:
    """Return a field's value in words; people by name, never by account id."""
    name = field.partition(" ")[0]
    words = _VALUES.get(name, {}).get(text) if section != "objectives" else None
    if words is not None:
        return words
    # Account ids with spaces between them.
    if text and (section == "leads" or name == "learners"):
        return ", ".join(names.get(account, "somebody") for account in text.split())
    return text or NOTHING
