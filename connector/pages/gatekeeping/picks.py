"""The numbers of the first sentence: which of the tickets each counts, for the drawer and the files of these."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.figures.gatekeepers.dimension import Gatekeeping
from connector.figures.gatekeepers.ticket import Asked
from connector.pages.gatekeeping.asked_rows import asked_row, was_met, was_met_before, was_met_in_half, was_met_later
from connector.pages.gatekeeping.viewer import Viewer
from connector.text import capital, count
from mappings.formats.explain.gatekeepers import EARLY_COLUMNS, FINISHED_ON
from mappings.formats.explain.model import OF_HUNDRED, Explained, Line, day_of
from mappings.formats.explain.score import scores_in, window_inputs
from mappings.formats.explain.units import TICKETS
from mappings.formats.export.figure import Value
from mappings.formats.report.source import ReportSource
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext, mark, ngettext


@dataclass(frozen=True)
class Pick:
    """Which tickets a number counts; marked texts of its drawer: title, rule, and what would move it.

    The title and what would move it have a place for the team.
    """

    holds: Callable[[Asked], bool]
    title: str
    rule: str
    move: str


# The whole that the other numbers are parts of.
EACH = "each"
PICKS: Mapping[str, Pick] = {
    "met": Pick(
        was_met,
        mark("%(team)s was there"),
        mark(
            "Finished tickets of this window on which a gatekeeper was before they were finished: by a comment, a move "
            "or another change, or as the assignee."
        ),
        mark("A ticket on which %(team)s is before it is finished."),
    ),
    "before": Pick(
        was_met_before,
        mark("%(team)s was there before work started"),
        mark("Finished tickets of this window on which a gatekeeper was before work on them started."),
        mark("A ticket on which %(team)s is before work starts."),
    ),
    "half": Pick(
        was_met_in_half,
        mark("%(team)s was there in the first half of the work"),
        mark(
            "Finished tickets of this window on which a gatekeeper first was in the first half of the time from the "
            "start of the work to its end."
        ),
        mark("A ticket on which %(team)s first is in the first half of the work."),
    ),
    "later": Pick(
        was_met_later,
        mark("%(team)s was there later"),
        mark(
            "Finished tickets of this window on which a gatekeeper first was in the second half of the time from the "
            "start of the work to its end."
        ),
        mark("A ticket on which %(team)s first is in the second half of the work."),
    ),
    "never": Pick(
        lambda item: not was_met(item),
        mark("Never reached %(team)s"),
        mark("Finished tickets of this window that asked for a gatekeeper and on which none was."),
        mark("A ticket that asks for %(team)s and on which %(team)s is before it is finished."),
    ),
    EACH: Pick(
        lambda _: True,
        mark("Tickets that asked for %(team)s or that it touched"),
        mark("Finished tickets of this window that asked for a gatekeeper, or on which one was."),
        mark("A ticket that is finished and asked for %(team)s, or on which it was."),
    ),
}


def explain_pick(
    viewer: Viewer, source: ReportSource, data: Gatekeeping, labels: Mapping[int, IssueLabel], *, path: str
) -> Explained:
    """Return the explanation of a number: each ticket that it counts is a line."""
    name = path.rpartition(".")[2]
    pick = PICKS[name]
    picked = [item for item in data.asked if pick.holds(item)]
    return Explained(
        path=path,
        title=_title(viewer, pick),
        value=Value(count(len(picked), "ticket"), len(picked), unit=TICKETS),
        small="" if name == EACH else _whole_text(len(data.asked)),
        rule=gettext(pick.rule),
        rule_id="gatekeeper_there@1",
        formula="",
        inputs=tuple(window_inputs(source, scores_in(source).window)),
        unit=TICKETS,
        number=float(len(picked)),
        # The newest is the last: lines are listed from their end.
        lines=tuple(_line(viewer, source, item, labels[item.issue_id]) for item in reversed(picked)),
        moves=(gettext(pick.move, team=viewer.team_within),),
        columns=EARLY_COLUMNS,
        day_words=FINISHED_ON,
    )


def _title(viewer: Viewer, pick: Pick) -> str:
    title = gettext(pick.title, team=viewer.team_within)
    return title if viewer.team else capital(title)


def _whole_text(tickets: int) -> str:
    return ngettext(
        "of %(num)s ticket that asked for it or that it touched",
        "of %(num)s tickets that asked for it or that it touched",
        tickets,
    )


def _line(viewer: Viewer, source: ReportSource, item: Asked, label: IssueLabel) -> Line:
    row = asked_row(viewer, item, label, ())
    why = "; ".join(filter(None, [row.words, row.why]))
    early, finished = 100 * item.early, day_of(item.done, source)
    return Line(item.issue_id, label.key, label.key, 1.0, early, OF_HUNDRED, why, finished)
