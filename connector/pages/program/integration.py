"""The drawer of the integration score on the program page: what it is, how it changed, and whose parts make it."""

from collections.abc import Mapping

from connector.figures.program.engagement import ProgramEngagement
from connector.pages.program.engagement_row import score_cell
from connector.pages.program.quarter_names import local_day, quarter_before, window_text
from connector.pages.program.source import Program
from connector.pages.program.texts import Cell, moved_text
from connector.pages.project.score_text import OWNER_NAMES
from connector.text import day, full_day, whole
from mappings.events.times import DAY
from mappings.measure.model.opportunity import Window
from mappings.translation import Texts, gettext, list_text, mark

FIGURE = "integration"
# What each dimension is of, in a sentence.
DIMENSION_WORDS: Mapping[str, str] = Texts(
    {
        "teaching": mark("teaching and what is learned"),
        "embedding": mark("work by the agreed process"),
        "challenge": mark("proposals"),
        "reciprocity": mark("answers in time"),
        "gatekeepers": mark("gatekeepers brought in early"),
        "crisis": mark("incidents"),
        "cocreation": mark("objectives written together"),
    }
)
# What stands where there is no figure.
NONE = "–"


def integration_values(program: Program) -> dict[str, object]:
    """Return the drawer's values: of one engagement its score with the parts, of several each score, and no sum."""
    own, words = program.engagements, list_text(list(DIMENSION_WORDS.values()))
    if len(own) > 1:
        return {"words": words, "scores": [(item.engagement.name, score_cell(item)) for item in own]}
    (item,), cell = own, score_cell(own[0], quarter_before(program.period))
    return {
        "cell": cell,
        "changed": moved_text,
        "words": words,
        "covered": _covered_text(item, cell),
        "missing": _missing_text(item),
        "days": _days_text(program, item),
        # Whose parts they are is told to administrators, and to the leads of the engagement (docs/permissions.md).
        "owners": _owners(item) if "admin" in program.view.roles else (),
    }


def _days_text(program: Program, item: ProgramEngagement) -> str:
    """Return the days of the score's window; while its quarter runs, of how many days these are those so far."""
    if item.scores is None or not program.period.runs:
        return window_text([item])
    return _running_days(item.scores.window, item.engagement.zone)


def _running_days(window: Window, zone: str) -> str:
    last, today = (local_day(zone, moment) for moment in (window.end - 1, window.as_of))
    number = round((window.end - window.start) / DAY)
    places = {"last": full_day(last), "today": day(min(today, last))}
    return gettext("The %(number)s days to %(last)s, so far to %(today)s", number=number, **places)


def _covered_text(item: ProgramEngagement, cell: Cell) -> str:
    # Where there is no score its reason says the same.
    if item.scores is None or cell.reason:
        return ""
    return gettext(
        "Parts with %(covered)s of 100 weights have enough evidence; a score needs %(needed)s.",
        covered=item.scores.now.score.weight_covered,
        needed=item.stored.rules.covered,
    )


def _missing_text(item: ProgramEngagement) -> str:
    """Return of which dimensions there is too little evidence; "" for none."""
    dimensions = item.scores.now.dimensions if item.scores is not None else ()
    names = [DIMENSION_WORDS[part.key] for part in dimensions if not part.published]
    return gettext("Too little evidence yet: %(parts)s.", parts=list_text(names)) if names else ""


def _owners(item: ProgramEngagement) -> list[tuple[str, str]]:
    if item.scores is None:
        return []
    owners = item.scores.now.owners
    values = [(name, owners.get(key)) for key, name in OWNER_NAMES.items()]
    return [(name, NONE if value is None else whole(value)) for name, value in values]
