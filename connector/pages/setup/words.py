"""What the parts of a draft are called on the pages."""

from collections.abc import Iterable, Mapping
from typing import Any

from mappings.translation import Texts, gettext, mark

TITLES: Mapping[str, str] = Texts(
    {
        "basics": mark("Basics"),
        "people": mark("People"),
        "workflow": mark("Workflow"),
        "units": mark("Units"),
        "objectives": mark("Objectives"),
        "more": mark("Signals and checks"),
        "leads": mark("Leads and agreement"),
    }
)
# The leads that are still to be chosen, within a sentence.
LEAD_WORDS: Mapping[tuple[str, ...], str] = Texts(
    {
        ("inhouse", "agency"): mark("the two leads"),
        ("inhouse",): mark("the in-house lead"),
        ("agency",): mark("the agency lead"),
    }
)
SIDE_NAMES: Texts[str] = Texts(
    {
        "inhouse": mark("In-house"),
        "agency": mark("Agency"),
        "gatekeeper": mark("Gatekeeper"),
        "other": mark("Other agency"),
    }
)
SIDE_CHOICES: Texts[str] = SIDE_NAMES | {"none": mark("No side, meant so")}
STATUS_ROLES: Mapping[str, str] = Texts(
    {
        "": mark("By Jira’s category"),
        "active": mark("Work"),
        "review": mark("Review"),
        "paused_on_client": mark("Waits for in-house"),
        "paused_on_agency": mark("Waits for the agency"),
        "gatekeeper": mark("With a gatekeeper"),
        "done": mark("Done"),
    }
)
DAY_NAMES: Mapping[str, str] = Texts(
    {
        "mon": mark("Mon"),
        "tue": mark("Tue"),
        "wed": mark("Wed"),
        "thu": mark("Thu"),
        "fri": mark("Fri"),
        "sat": mark("Sat"),
        "sun": mark("Sun"),
    }
)
CATEGORIES: Mapping[str, str] = Texts(
    {"new": mark("To do"), "indeterminate": mark("In progress"), "done": mark("Done")}
)
MODELS: Mapping[str, tuple[str, str]] = {
    "full_service": (mark("Full service"), mark("The agency plans and delivers; you review.")),
    "hybrid": (mark("Hybrid"), mark("Both deliver, each its own tickets.")),
    "embedded": (mark("Embedded"), mark("Agency people sit in the team and follow its process.")),
    "insourced": (mark("Insourced"), mark("The team delivers; the agency coaches.")),
}
# Kinds of rules, as forms send them; they are shown in the reader's language.
RULE_NAMES: Mapping[str, str] = {
    "labels": mark("label"),
    "components": mark("component"),
    "types": mark("type"),
    "epics": mark("epic"),
}
FIELD = mark("field")
SIGNALS: Mapping[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "proposals": (
        mark("Proposals"),
        mark("What the agency proposes, for Challenge."),
        (
            ("labels", mark("Labels")),
            ("types", mark("Issue types")),
            ("components", mark("Components")),
            ("declined", mark("Declined by")),
        ),
    ),
    "incidents": (
        mark("Incidents"),
        mark("What has to be solved at once, for Crisis."),
        (("types", mark("Issue types")), ("labels", mark("Labels")), ("components", mark("Components"))),
    ),
    "review": (
        mark("Reviews of incidents"),
        mark("The tickets that look back on an incident, for Crisis."),
        (("labels", mark("Labels")), ("types", mark("Issue types")), ("links", mark("Names of links"))),
    ),
    "gatekeeper": (
        mark("Needs a gatekeeper"),
        mark("What legal, brand or security have to see, for Gatekeepers."),
        (("labels", mark("Labels")), ("types", mark("Issue types")), ("components", mark("Components"))),
    ),
    "experiments": (
        mark("Experiments"),
        mark("Tests, and the resolutions that say how they ended."),
        (
            ("types", mark("Issue types")),
            ("labels", mark("Labels")),
            ("won", mark("Won")),
            ("lost", mark("Lost")),
            ("inconclusive", mark("Inconclusive")),
        ),
    ),
}
"""Each signal: its name, what it looks for and feeds, and its lists."""
NOTHING_LOOKED_FOR: Mapping[str, str] = Texts(
    {
        "proposals": mark("Nothing is looked for: Challenge has no figure."),
        "incidents": mark("Nothing is looked for: Crisis has no figure."),
        "review": mark("Nothing is looked for: no incident counts as reviewed, so each reaches 80 of 100 at most."),
        "gatekeeper": mark("Nothing is looked for: only tickets that a gatekeeper touched or held count."),
        "experiments": mark("Nothing is looked for: no experiment is counted. None enters the score."),
    }
)
"""What follows for the figures where a signal has no words (measurement (h))."""
KINDS_OF_WORDS: Mapping[str, str] = {"labels": "label", "types": "type", "components": "component"}


def day_names(days: Iterable[str]) -> str:
    """Return days of the week, by the keys of the engagement file, as the reader's language shortens them."""
    return ", ".join(DAY_NAMES.get(day, day) for day in days)


def rules_of(mapping: Mapping[str, Any], fields: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    """Yield the kind of each rule, as a form sends it, and as it is read: with the name of a field in place of its id.

    `fields` are names of fields by id.
    """
    for key, kind in RULE_NAMES.items():
        yield from ((kind, text, text) for text in mapping.get(key, ()))
    for field, texts in mapping.get("fields", {}).items():
        yield from (("field", f"{field}: {text}", f"{fields.get(field, field)}: {text}") for text in texts)


def rules_text(mapping: Mapping[str, Any], fields: Mapping[str, str]) -> str:
    """Return in words by what an objective's tickets are known; `fields` are names of fields by id."""
    rules = ", ".join(f"{gettext(kind)} {text}" for kind, _, text in rules_of(mapping, fields))
    return rules or gettext("names no ticket")
