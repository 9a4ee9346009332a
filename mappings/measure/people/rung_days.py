"""Since when somebody stands on the rung where they are, as far as their own evidence and what was signed tell it."""

from mappings.events.types import Instant
from mappings.measure.model.affiliation import AffiliationSpan
from mappings.measure.model.engagement import RUNGS
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.people.standing import PairView, cells_of, inhouse_since


def rung_begun(view: PairView, span: AffiliationSpan, as_of: Instant, rules: Ruleset) -> Instant | None:
    """Return since when the rung at `as_of` holds; None without one.

    None, too, of the top rung where tickets give it: that may come of what a colleague did, on a day of theirs.
    """
    marks = {row.at for _, row in (*view.rows, *view.hired)} | {record.at for record in view.records} | {view.since}
    instants = sorted(instant for instant in marks if 0 < instant <= as_of)
    stays = [(instant, inhouse_since(span, instant)) for instant in instants]
    *cells, last = cells_of(view, [*stays, (as_of, view.since)], rules)
    if last.auto == len(RUNGS) or not (last.effective or last.state == "vetoed"):
        return None
    begun: Instant | None = None
    for instant, cell in zip(reversed(instants), reversed(cells), strict=True):
        if cell.effective != last.effective:
            break
        begun = instant
    return begun
