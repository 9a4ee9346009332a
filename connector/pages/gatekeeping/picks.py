"""The numbers of the first sentence: which of the tickets each counts, for the drawer that lists these."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connector.figures.gatekeepers import Asked, Gatekeeping
from connector.pages.gatekeeping.asked_rows import asked_row, was_met, was_met_before, was_met_in_half
from connector.pages.gatekeeping.viewer import Viewer
from connector.text import count
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext, mark


@dataclass(frozen=True)
class Pick:
    """Which tickets a number counts, and the marked title of its drawer, with a place for the team."""

    holds: Callable[[Asked], bool]
    title: str


PICKS: Mapping[str, Pick] = {
    "met": Pick(was_met, mark("%(team)s was there")),
    "before": Pick(was_met_before, mark("%(team)s was there before work started")),
    "half": Pick(was_met_in_half, mark("%(team)s was there in the first half of the work")),
}


def pick_values(viewer: Viewer, pick: Pick, data: Gatekeeping, labels: Mapping[int, IssueLabel]) -> dict[str, Any]:
    """Return the values of a number's drawer; `labels` are of what may be browsed."""
    picked = [item for item in data.asked if pick.holds(item)]
    seen = [item for item in picked if item.issue_id in labels]
    hidden = len(picked) - len(seen)
    return {
        "title": gettext(pick.title, team=viewer.team or gettext("A gatekeeper")),
        "number": len(picked),
        "all": len(data.asked),
        "rows": [asked_row(viewer, item, labels[item.issue_id], data.answers) for item in seen],
        "hidden": count(hidden, "ticket") if hidden else "",
    }
