"""What fields of an engagement are called where a change is read, and their values in words."""

from collections.abc import Mapping

from connector.pages.setup.words import MODELS, STATUS_ROLES
from mappings.translation import Texts, gettext, mark

FIELD_NAMES: Mapping[tuple[str, str], str] = Texts(
    {
        ("basics", "key"): mark("Short key"),
        ("basics", "name"): mark("Name"),
        ("basics", "timezone"): mark("Time zone"),
        ("basics", "starts"): mark("Start"),
        ("basics", "ends"): mark("End"),
        ("basics", "model"): mark("How the two work together"),
        ("basics", "projects"): mark("Jira projects"),
        ("basics", "agency"): mark("Agency"),
        ("people", "side"): mark("side"),
        ("people", "team"): mark("team or agency"),
        ("people", "from"): mark("first day"),
        ("people", "to"): mark("last day"),
        ("workflow", "days"): mark("Working days"),
        ("workflow", "from"): mark("Business hours from"),
        ("workflow", "to"): mark("Business hours to"),
        ("workflow", "holidays"): mark("Holidays"),
        ("units", "by"): mark("Each finished ticket counts"),
        ("units", "field"): mark("Field of the story points"),
        ("units", "attribution"): mark("Who gets the credit"),
        ("objectives", "name"): mark("name"),
        ("objectives", "people"): mark("target people"),
        ("objectives", "rung"): mark("target rung"),
        ("objectives", "by"): mark("due date"),
        ("objectives", "learners"): mark("learners"),
        ("leads", "inhouse"): mark("In-house lead"),
        ("leads", "agency"): mark("Agency lead"),
        ("leads", "sponsor"): mark("Sponsor"),
    }
)
MORE_NAMES: Mapping[str, str] = Texts(
    {"signals": mark("Signals"), "checks": mark("Checks"), "on_call": mark("On call"), "ruleset": mark("Ruleset")}
)
NOTHING = mark("not set")
_SIDES: Mapping[str, str] = Texts(
    {
        "inhouse": mark("In-house"),
        "agency": mark("Agency"),
        "gatekeeper": mark("Gatekeeper"),
        "other": mark("Other agency"),
        "": mark("no side"),
    }
)
_VALUES: Mapping[str, Mapping[str, str]] = {
    "side": _SIDES,
    "status": STATUS_ROLES,
    "model": Texts({key: name for key, (name, _) in MODELS.items()}),
    "by": Texts(
        {
            "count": mark("1, whatever its size"),
            "story_points": mark("its story points"),
            "hours": mark("its hours"),
        }
    ),
    "attribution": Texts(
        {"active_time": mark("whoever held it while active"), "worklog": mark("whoever logged the work")}
    ),
}


def value_text(section: str, field: str, text: str, names: Mapping[str, str]) -> str:
    """Return a field's value in words; people by name, never by account id."""
    name = field.partition(" ")[0]
    words = _VALUES.get(name, {}).get(text) if section != "objectives" else None
    if words is not None:
        return words
    # Account ids with spaces between them.
    if text and (section == "leads" or name == "learners"):
        return ", ".join(names.get(account) or gettext("somebody") for account in text.split())
    return text or gettext(NOTHING)
