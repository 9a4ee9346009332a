"""Which parts of a frozen quarter's score have another value today."""

from collections.abc import Collection

from connector.figures.recorded import Recorded, RecordedPart
from connector.pages.labels import COMPONENT_NAMES
from connector.text import whole
from mappings.measure.score.dimensions import PARTS, Component, Owner
from mappings.measure.score.window import Scored, find_component
from mappings.translation import gettext

# Both values stay on one line.
ARROW = "\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}"


def parts_text(frozen: Recorded, now: Scored, owners: Collection[Owner]) -> str:
    """Return which parts of some owners have another value now, or why none is named."""
    if not frozen.dimensions:
        return gettext("its parts were not recorded")
    return changed_parts(frozen, now, owners) or gettext("no part by a whole point")


def changed_parts(frozen: Recorded, now: Scored, owners: Collection[Owner]) -> str:
    """Return the parts of some owners that have another value now, as the pages print it; "" for none."""
    then = {part.key: part for dimension in frozen.dimensions for part in dimension.components}
    recorded = [key for key, part in PARTS.items() if part.owner in owners and key in then]
    return ", ".join(filter(None, (_change(then[key], find_component(now, key)) for key in recorded)))


def _change(then: RecordedPart, now: Component) -> str:
    before, after = whole(then.points), whole(100 * now.value if now.published else None)
    return "" if before == after else f"{COMPONENT_NAMES[now.key]} {before}{ARROW}{after}"
