"""The open ticket on which a learner could take the next step of an objective, for the learner's own eyes."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from connector.figures.teaching import select_openings
from connector.pages.learning.rungs import WORDS, LadderContext
from mappings.measure.people.teaching_opportunities import TeachingOpportunity
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.translation import gettext, mark

# What one would do on the ticket.
PARTS: Mapping[str, str] = {
    "shadow": mark("open; shadow it, and it counts as %(rung)s"),
    "driver": mark("open; drive a part of it, and it counts as %(rung)s"),
}


@dataclass(frozen=True)
class NextStep:
    key: str
    summary: str
    text: str


@dataclass(frozen=True)
class NextSteps:
    """The openings for one person by objective, in their order, and what their tickets are called."""

    openings: Mapping[str, list[TeachingOpportunity]]
    labels: Mapping[int, IssueLabel]

    def shown(self, seen: AbstractSet[int]) -> dict[str, NextStep]:
        """Return the first ticket of each objective that the person may browse."""
        steps = {}
        for objective, openings in self.openings.items():
            opening = next((item for item in openings if item.issue_id in seen), None)
            if opening is not None:
                label = self.labels[opening.issue_id]
                text = gettext(PARTS[opening.part], rung=WORDS[opening.kind])
                steps[objective] = NextStep(label.key, label.summary, text)
        return steps


def select_steps(context: LadderContext) -> NextSteps:
    """Return what would move the viewer up a rung, or else nearer to one. Nobody else is named in it."""
    stored, account = context.view.stored, context.account
    source = (context.connection, context.tenant_id, stored, context.prepared)
    openings: dict[str, list[TeachingOpportunity]] = {}
    for opening in select_openings(*source, now=context.now, viewer=account, nearer=True):
        if account in opening.learners:
            openings.setdefault(opening.objective, []).append(opening)
    issues = {opening.issue_id for items in openings.values() for opening in items}
    return NextSteps(openings, select_labels(context.connection, context.tenant_id, issues) if issues else {})
