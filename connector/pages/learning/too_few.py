"""Where fewer tickets are open than one's next rung still takes, and where another could get its objective."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from connector.actions.policy import TAG
from connector.auth.access import EngagementView
from connector.figures.open_previews import MAX_TICKETS
from connector.figures.teaching import Teaching
from connector.pages.act import may_act
from connector.pages.learning.next_steps import NextSteps
from connector.pages.project.opening_gap import Gap, add_text, untagged_gap
from mappings.translation import mark_plural, ngettext

ONLY = mark_plural(
    "Only one open ticket that you may browse counts towards it. %(add)s",
    "Only %(num)s open tickets that you may browse count towards it. %(add)s",
)


def too_few_gaps(view: EngagementView, steps: NextSteps, seen: AbstractSet[int]) -> Mapping[str, Gap]:
    """Return by objective that the open tickets which the reader may browse are too few for what is next on it.

    Nothing where none counts, where one lifts at once, or where not all open ones were read.
    """
    numbers = {key: _number(steps, key, seen) for key in steps.next_rungs}
    return {key: _gap(view, key, number) for key, number in numbers.items() if number}


def _number(steps: NextSteps, key: str, seen: AbstractSet[int]) -> int:
    """Return how many tickets count where these are too few, else 0."""
    kind = steps.next_rungs[key]
    short = steps.needs[key].short[kind - 1]
    if steps.open_objectives.get(key, 0) >= MAX_TICKETS or steps.lifting_ids(key) & seen:
        return 0
    # What the reader may not browse is not told of.
    counting = {step.issue_id for step in steps.steps if step.objective == key and step.kind >= kind}
    return len(counting & seen) if len(counting) < short else 0


def _gap(view: EngagementView, key: str, number: int) -> Gap:
    # Whoever has a ladder is in-house, and may set an objective on any ticket.
    text = ngettext(*ONLY, number, add=add_text(view, Teaching()))
    return untagged_gap(text, view, "", key) if may_act(view, TAG) else Gap(text)
