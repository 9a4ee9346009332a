"""What fields of an engagement are called where a change is read, and their values in words."""

from collections.abc import Mapping

from connector.pages.setup.words import MODELS, SIDE_CHOICES, STATUS_ROLES, day_names
from connector.text import written_day
from mappings.translation import Texts, gettext, mark, mark_plural

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
# By for whom a part of a change waits for: its lozenge, its changes in a sentence, and its fields in a list.
PART_TEXTS: Mapping[str, str] = {
    "you": mark("Waits for you"),
    "both": mark("Waits for both leads"),
    "inhouse": mark("Waits for in-house"),
    "agency": mark("Waits for %(agency)s"),
    "the rest": mark("Waits for what it needs"),
    "": mark("Declined"),
}
CHANGE_TEXTS: Mapping[str, tuple[str, str]] = {
    "you": mark_plural(
        '<a class="fig" href="#waits">%(num)s change</a> waits for you',
        '<a class="fig" href="#waits">%(num)s changes</a> wait for you',
    ),
    "both": mark_plural(
        '<a class="fig" href="#waits">%(num)s change</a> waits for both leads',
        '<a class="fig" href="#waits">%(num)s changes</a> wait for both leads',
    ),
    "inhouse": mark_plural(
        '<a class="fig" href="#waits">%(num)s change</a> waits for the in-house lead',
        '<a class="fig" href="#waits">%(num)s changes</a> wait for the in-house lead',
    ),
    "agency": mark_plural(
        '<a class="fig" href="#waits">%(num)s change</a> waits for %(agency)s',
        '<a class="fig" href="#waits">%(num)s changes</a> wait for %(agency)s',
    ),
    "the rest": mark_plural(
        '<a class="fig" href="#waits">%(num)s change</a> waits for what it needs',
        '<a class="fig" href="#waits">%(num)s changes</a> wait for what it needs',
    ),
    "declined": mark_plural(
        '<a class="fig" href="#waits">%(num)s change</a> was declined',
        '<a class="fig" href="#waits">%(num)s changes</a> were declined',
    ),
}
FIELD_TEXTS: Mapping[str, tuple[str, str]] = {
    "you": mark_plural("%(num)s waits for you", "%(num)s wait for you"),
    "both": mark_plural("%(num)s waits for both leads", "%(num)s wait for both leads"),
    "inhouse": mark_plural("%(num)s waits for the in-house lead", "%(num)s wait for the in-house lead"),
    "agency": mark_plural("%(num)s waits for the agency’s lead", "%(num)s wait for the agency’s lead"),
    "the rest": mark_plural("%(num)s waits for what it needs", "%(num)s wait for what it needs"),
    "declined": mark_plural("%(num)s was declined", "%(num)s were declined"),
}
SIDE_STATES: Mapping[tuple[str, str], str] = Texts(
    {
        ("inhouse", "agreed"): mark("In-house: agreed"),
        ("inhouse", "earlier"): mark("In-house: agreed to an earlier state"),
        ("inhouse", "open"): mark("In-house: not agreed yet"),
        ("agency", "agreed"): mark("Agency: agreed"),
        ("agency", "earlier"): mark("Agency: agreed to an earlier state"),
        ("agency", "open"): mark("Agency: not agreed yet"),
    }
)
_VALUES: Mapping[str, Mapping[str, str]] = {
    "side": SIDE_CHOICES | {"": mark("no side")},
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


def field_name(section: str, field: str) -> str:
    """Return what a field of a form is called, without the person or the objective that it is about."""
    name = field.partition(" ")[0]
    return FIELD_NAMES.get((section, name), name)


# The fields of the forms that hold a day.
DAYS_OF_FORM = frozenset({"starts", "ends", "from", "to", "by"})


def value_text(section: str, field: str, text: str, names: Mapping[str, str]) -> str:
    """Return a field's value in words; people by name, never by account id."""
    name = field.partition(" ")[0]
    words = _VALUES.get(name, {}).get(text) if section != "objectives" else None
    if words is not None:
        return words
    # Account ids with spaces between them.
    if text and (section == "leads" or name == "learners"):
        return ", ".join(names.get(account) or gettext("somebody") for account in text.split())
    if section == "workflow" and name == "days":
        text = day_names(text.split())
    return (written_day(text) if name in DAYS_OF_FORM else text) or gettext(NOTHING)
