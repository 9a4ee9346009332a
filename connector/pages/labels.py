"""Names of rungs, dimensions and components, the same on every page; those of the score are the titles of its rules."""

from collections.abc import Mapping

from mappings.formats.explain.rule_texts_score import COMPONENTS, DIMENSIONS
from mappings.translation import Texts, mark

# The rungs as a heading or a cell names them; inside a sentence stand those of terms.py.
RUNG_NAMES: Mapping[str, str] = Texts(
    {
        "exposed": mark("Exposed"),
        "shadowed": mark("Shadowed"),
        "assisted": mark("Assisted"),
        "independent": mark("Independent"),
        "teaches": mark("Teaches"),
    }
)
# What each rung means, in one line, for tooltips and legends.
RUNG_MEANINGS: Mapping[str, str] = Texts(
    {
        "exposed": mark("touched a ticket of it"),
        "shadowed": mark("left a trace of their own while the agency did at least half of the work"),
        "assisted": mark("drove at least half of a ticket, with help of an agency"),
        "independent": mark("drove tickets of it without help of an agency"),
        "teaches": mark("mentored a colleague who drove a ticket of it"),
    }
)
COMPONENT_NAMES: Mapping[str, str] = Texts({key: rule.title for key, rule in COMPONENTS.items()})
DIMENSION_NAMES: Mapping[str, str] = Texts({key: rule.title for key, rule in DIMENSIONS.items()})
