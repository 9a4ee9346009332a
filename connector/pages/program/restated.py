"""What an ended quarter was when it was frozen, or is as known now, where the page shows the other and they differ."""

from collections.abc import Iterator

from sqlalchemy import Connection

from connector.figures.program.engagement import ProgramEngagement
from connector.pages.program.engagement_row import score_cell
from connector.pages.program.source import Program, select_engagements
from connector.pages.program.texts import NAMED, holders_note, share_text
from connector.pages.project.coverage import exit_number
from mappings.translation import Texts, gettext, mark, mark_plural, ngettext

FIGURES = Texts({"share": mark("taught share"), "score": mark("integration"), "exit": mark("exit coverage")})
# Each figure beside what the page prints, known now or as recorded, and of how many engagements some are others.
THEN = mark("%(figure)s of %(engagement)s was %(value)s (%(note)s)")
NOW = mark("%(figure)s of %(engagement)s is %(value)s (%(note)s)")
MANY_THEN = mark_plural("%(num)s engagement had other figures", "%(num)s engagements had other figures")
MANY_NOW = mark_plural("%(num)s engagement has other figures", "%(num)s engagements have other figures")


def select_restated_text(connection: Connection, program: Program) -> str:
    """Return which figures of the quarter are others than as recorded, as the page does not print them; "" for none."""
    if program.period.runs:
        return ""
    stored = [item.stored for item in program.engagements]
    others = select_engagements(connection, stored, program.quarters[-1:], recorded=not program.recorded)
    beside = {item.engagement.key: item for item in others}
    pairs = [(item, beside[item.engagement.key]) for item in program.engagements]
    # Beside what is known now another interval is not worth a line; beside what was recorded it tells that it moved.
    changes = _moved if program.recorded else _changed
    changed = [texts for item, other in pairs if (texts := list(changes(item, other)))]
    if len(changed) > NAMED:
        return ngettext(*(MANY_NOW if program.recorded else MANY_THEN), len(changed))
    return "; ".join(text for texts in changed for text in texts)


def _changed(item: ProgramEngagement, then: ProgramEngagement) -> Iterator[str]:
    """Return what figures with another value were when they were recorded."""
    for key, (value, note) in _others(item, then).items():
        if value != _figures(item).get(key, ("", ""))[0]:
            yield _text(THEN, item, key, (value, note))


def _moved(item: ProgramEngagement, known: ProgramEngagement) -> Iterator[str]:
    """Return what figures that were recorded with another value or interval are as known now."""
    for key, printed in _others(item, known).items():
        if printed != _figures(item).get(key):
            yield _text(NOW, item, key, printed)


def _others(item: ProgramEngagement, other: ProgramEngagement) -> dict[str, tuple[str, str]]:
    """Return the headlines that the page does not print; {} where one of both is missing."""
    if item.now is None or other.now is None:
        return {}
    return {key: printed for key, printed in _figures(other).items() if printed[0]}


def _text(text: str, item: ProgramEngagement, key: str, printed: tuple[str, str]) -> str:
    value, note = printed
    return gettext(text, figure=FIGURES[key], engagement=item.engagement.name, value=value, note=note)


def _figures(item: ProgramEngagement) -> dict[str, tuple[str, str]]:
    """Return the headlines as the page prints them, each with what stands below it."""
    quarter = item.now
    if quarter is None:
        return {}
    share = share_text(quarter.figures.taught_share, quarter.figures.sums, None, quarter.by, item.stored.rules)
    score, held = score_cell(item), exit_number(quarter.people)
    return {
        "share": (share.value, share.note),
        "score": (score.value, score.note),
        "exit": (str(held.get("value", "")), holders_note(str(held.get("one", "")))),
    }
