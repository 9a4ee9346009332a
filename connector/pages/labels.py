"""Names of rungs, dimensions and components, the same on every page; those of the score are the titles of its rules."""

from collections.abc import Mapping

from mappings.formats.explain.rule_texts_score import COMPONENTS, DIMENSIONS
from mappings.measure.model.engagement import RUNGS

# The rungs as a heading or a cell names them; inside a sentence the key itself stands.
RUNG_NAMES: Mapping[str, str] = {rung: rung.capitalize() for rung in RUNGS}
# What each rung means, in one line, for tooltips and legends.
RUNG_MEANINGS: Mapping[str, str] = {
    "exposed": "touched a ticket of it",
    "shadowed": "left a trace of their own while the agency did at least half of the work",
    "assisted": "drove at least half of a ticket, with help of an agency",
    "independent": "drove tickets of it without help of an agency",
    "teaches": "mentored a colleague who drove a ticket of it",
}
COMPONENT_NAMES: Mapping[str, str] = {key: rule.title for key, rule in COMPONENTS.items()}
DIMENSION_NAMES: Mapping[str, str] = {key: rule.title for key, rule in DIMENSIONS.items()}
