"""What an ended quarter was when it was frozen, where the page shows it as known now and the two differ."""

from collections.abc import Iterator

from sqlalchemy import Connection

from connector.figures.program.engagement import ProgramEngagement
from connector.pages.program.engagement_row import score_cell
from connector.pages.program.source import Program, select_engagements
from connector.pages.program.texts import NAMED, holders_note, share_text
from connector.pages.project.coverage import exit_number
from mappings.translation import Texts, gettext, mark, ngettext

FIGURES = Texts({"share": mark("taught share"), "score": mark("integration"), "exit": mark("exit coverage")})


def select_restated_text(connection: Connection, program: Program) -> str:
    """Return which figures of the quarter were recorded with another value; "" where none was."""
    if program.recorded or program.period.runs:
        return ""
    known = [item.stored for item in program.engagements]
    recorded = select_engagements(connection, known, program.quarters[-1:], recorded=True)
    frozen = {item.engagement.key: item for item in recorded}
    pairs = [(item, frozen[item.engagement.key]) for item in program.engagements]
    changed = [texts for item, then in pairs if (texts := list(_changed(item, then)))]
    if len(changed) > NAMED:
        number = len(changed)
        return ngettext("%(num)s engagement had other figures", "%(num)s engagements had other figures", number)
    return "; ".join(text for texts in changed for text in texts)


def _changed(item: ProgramEngagement, then: ProgramEngagement) -> Iterator[str]:
    if then.now is None:
        return
    for key, (value, note) in _figures(then).items():
        now, _ = _figures(item).get(key, ("", ""))
        if value and value != now:
            yield gettext(
                "%(figure)s of %(engagement)s was %(value)s (%(note)s)",
                figure=FIGURES[key],
                engagement=item.engagement.name,
                value=value,
                note=note,
            )


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
