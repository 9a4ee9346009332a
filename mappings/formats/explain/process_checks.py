"""What the process checks of an engagement take, in words: only those that its model has and its file can make."""

from collections.abc import Mapping

from mappings.formats.explain.rule_texts import fill_placeholders
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.score.embedding import applicable_in
from mappings.translation import gettext, list_text, mark

CHECKS = "workflow_checks"
# How a ticket is finished that passes a check, by its number in docs/measurement.md (h).
PASSING: Mapping[int, str] = {
    1: mark("through review"),
    2: mark("with the required fields at the start"),
    3: mark("with an update every {rules.touch_days} business days"),
    4: mark("with a parent or link"),
    5: mark("in a sprint from the start"),
    6: mark("with changes of scope seen in-house"),
}


def check_moves(agreed: Engagement, rules: Ruleset) -> tuple[str, ...]:
    """Return what would move the process checks; () where none applies."""
    ways = [fill_placeholders(PASSING[number], agreed.agency_name, rules) for number in applicable_in(agreed)]
    return (gettext("Finish tickets %(ways)s.", ways=list_text(ways)),) if ways else ()
