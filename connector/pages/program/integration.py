"""The drawer of the integration score on the program page: what it is, how it changed, and whose parts make it."""

from connector.figures.program import ProgramEngagement
from connector.pages.program import totals
from connector.pages.program.engagement_row import score_cell
from connector.pages.program.source import Program
from connector.pages.program.texts import Cell, moved_text
from connector.pages.project.score_text import OWNER_NAMES
from connector.text import whole
from mappings.events.times import DAY
from mappings.translation import gettext

FIGURE = "integration"
# What stands where there is no figure.
NONE = "–"


def integration_values(program: Program) -> dict[str, object]:
    """Return the drawer's values: of one engagement its score with the parts, of several each score, and no sum."""
    own = program.engagements
    if len(own) > 1:
        return {"scores": [(item.engagement.name, score_cell(item)) for item in own]}
    (item,), cell = own, score_cell(own[0], totals.quarter_before(program.period))
    return {
        "cell": cell,
        "changed": moved_text,
        "covered": _covered_text(item, cell),
        "days": _days_text(program, item) if not program.recorded else "",
        # Whose parts they are is told to administrators, and to the leads of the engagement (docs/permissions.md).
        "owners": _owners(item) if "admin" in program.view.roles else (),
    }


def _days_text(program: Program, item: ProgramEngagement) -> str:
    """Return the days of the score's window; while its quarter runs, of how many days these are those so far."""
    days = totals.window_text([item])
    if not days or item.scores is None or not program.period.runs:
        return days
    window = item.scores.window
    whole_window = round((window.end - window.start) / DAY)
    return gettext("%(days)s: so far of the %(number)s days to the end of the quarter", days=days, number=whole_window)


def _covered_text(item: ProgramEngagement, cell: Cell) -> str:
    # Where there is no score its reason says the same.
    if item.scores is None or cell.reason:
        return ""
    return gettext(
        "Parts with %(covered)s of 100 weights have enough evidence; a score needs %(needed)s.",
        covered=item.scores.now.score.weight_covered,
        needed=item.stored.rules.covered,
    )


def _owners(item: ProgramEngagement) -> list[tuple[str, str]]:
    if item.scores is None:
        return []
    owners = item.scores.now.owners
    values = [(name, owners.get(key)) for key, name in OWNER_NAMES.items()]
    return [(name, NONE if value is None else whole(value)) for name, value in values]
