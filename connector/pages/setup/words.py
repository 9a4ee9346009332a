"""What the parts of a draft are called on the pages."""

from collections.abc import Mapping

TITLES: Mapping[str, str] = {
    "basics": "Basics",
    "people": "People",
    "workflow": "Workflow",
    "units": "Units",
    "objectives": "Objectives",
    "more": "Signals and checks",
    "leads": "Leads and agreement",
}
SIDE_NAMES: Mapping[str, str] = {
    "inhouse": "In-house",
    "agency": "Agency",
    "gatekeeper": "Gatekeeper",
    "other": "Other agency",
}
STATUS_ROLES: Mapping[str, str] = {
    "": "By Jira’s category",
    "active": "Work",
    "review": "Review",
    "paused_on_client": "Waits for in-house",
    "paused_on_agency": "Waits for the agency",
    "gatekeeper": "With a gatekeeper",
    "done": "Done",
}
CATEGORIES: Mapping[str, str] = {"new": "To do", "indeterminate": "In progress", "done": "Done"}
MODELS: Mapping[str, tuple[str, str]] = {
    "full_service": ("Full service", "The agency plans and delivers; you review."),
    "hybrid": ("Hybrid", "Both deliver, each its own tickets."),
    "embedded": ("Embedded", "Agency people sit in the team and follow its process."),
    "insourced": ("Insourced", "The team delivers; the agency coaches."),
}
RULE_NAMES: Mapping[str, str] = {"labels": "label", "components": "component", "types": "type", "epics": "epic"}
SIGNALS: Mapping[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "proposals": (
        "Proposals",
        "What the agency proposes, for Challenge.",
        (("labels", "Labels"), ("types", "Issue types"), ("components", "Components"), ("declined", "Declined by")),
    ),
    "incidents": (
        "Incidents",
        "What has to be solved at once, for Crisis.",
        (("types", "Issue types"), ("labels", "Labels"), ("components", "Components")),
    ),
    "review": (
        "Reviews of incidents",
        "The tickets that look back on an incident, for Crisis.",
        (("labels", "Labels"), ("types", "Issue types"), ("links", "Names of links")),
    ),
    "gatekeeper": (
        "Needs a gatekeeper",
        "What legal, brand or security have to see, for Gatekeepers.",
        (("labels", "Labels"), ("types", "Issue types"), ("components", "Components")),
    ),
    "experiments": (
        "Experiments",
        "Tests, and the resolutions that say how they ended.",
        (
            ("types", "Issue types"),
            ("labels", "Labels"),
            ("won", "Won"),
            ("lost", "Lost"),
            ("inconclusive", "Inconclusive"),
        ),
    ),
}
"""Each signal: its name, what it looks for and feeds, and its lists."""
KINDS_OF_WORDS: Mapping[str, str] = {"labels": "label", "types": "type", "components": "component"}
