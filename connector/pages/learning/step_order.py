"""In which order the steps of a person are named, and which of them take a ticket from others."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from connector.figures.own_steps import MENTORS, OwnStep, is_driven_part
from connector.pages.step_text import MENTORING
from mappings.measure.people.next_ticket import HELPED


def moving_first(
    steps: Sequence[OwnStep], stopped: AbstractSet[int], needed: AbstractSet[tuple[int, str]] = frozenset()
) -> list[OwnStep]:
    """Return the steps with those on tickets that wait for somebody else after others that lead as far.

    After these come those that only others are to drive: `needed` has each with its objective.
    """
    by_lead: dict[tuple[str, int, str], list[OwnStep]] = {}
    for step in sorted(steps, key=lambda step: (is_of(step, needed), step.issue_id in stopped)):
        by_lead.setdefault(_lead_of(step), []).append(step)
    ordered = {lead: iter(alike) for lead, alike in by_lead.items()}
    return [next(ordered[_lead_of(step)]) for step in steps]


def _lead_of(step: OwnStep) -> tuple[str, int, str]:
    return step.objective, step.kind, step.part


def is_of(step: OwnStep, needed: AbstractSet[tuple[int, str]]) -> bool:
    """Tell whether the step takes one of the tickets that only others are to drive."""
    return takes(step) and (step.issue_id, step.objective) in needed


def leaves(step: OwnStep) -> bool:
    """Tell whether the step leaves the driving to a colleague, who has not begun yet."""
    return step.kind == MENTORS and not is_driven_part(step.part)


def takes(step: OwnStep) -> bool:
    """Tell whether the step takes the ticket from whoever else would drive it."""
    return step.kind >= HELPED and step.part not in MENTORING
