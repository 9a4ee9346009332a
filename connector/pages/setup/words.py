"""What the parts of a draft are called on the pages."""

from collections.abc import Mapping

TITLES: Mapping[str, str] = {
    "basics": "Basics",
    "people": "People",
    "workflow": "Workflow",
    "units": "Units",
    "objectives": "Objectives",
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
