"""The pulses of the Together tab: the quarters on which one may be given, and what both sides gave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from connector.actions.feedback import last_open_day, open_quarters
from connector.pages.together.viewer import OTHER_SIDE, Viewer
from connector.text import full_day
from mappings.measure.model.quarters import next_quarter, quarter_name
from mappings.measure.model.statements import LeadSide, Pulse
from mappings.measure.score.feedback import ended_quarters
from mappings.records.agreement.pulses import select_pulses
from mappings.translation import Texts, gettext, mark

# Quarters of which the pulses are listed.
QUARTERS_LISTED = 6
# Before the end of a quarter: then its pulse waits for the leads.
LAST_WEEKS = timedelta(weeks=4)
# Each side's answer by quarter.
Answers: TypeAlias = Mapping[tuple[date, LeadSide], int]
ANSWERS: Mapping[int, str] = Texts(
    {1: mark("hardly"), 2: mark("a little"), 3: mark("fairly"), 4: mark("well"), 5: mark("very well")}
)
HAS_GIVEN: Mapping[LeadSide, str] = {
    "agency": mark("The agency has given its pulse: with yours both can be read, and neither can be changed."),
    "inhouse": mark("The in-house team has given its pulse: with yours both can be read, and neither can be changed."),
}
HAS_NOT_GIVEN: Mapping[LeadSide, str] = {
    "agency": mark("The agency has not given its pulse yet. You can undo yours for a minute."),
    "inhouse": mark("The in-house team has not given its pulse yet. You can undo yours for a minute."),
}


@dataclass(frozen=True)
class PulseQuarter:
    """A quarter on which the viewer's side may still give its pulse.

    `question` is what is asked, `until` tells until when, `note` what the other side did. `is_due`: it waits for the
    leads; that of a quarter that runs may be given, and waits only in the quarter's last weeks.
    """

    quarter: str
    name: str
    question: str
    until: str
    note: str
    is_due: bool


@dataclass(frozen=True)
class PulseRow:
    """A quarter, and of each side what is known of its pulse; `note` tells when it counts, "" where it does."""

    name: str
    note: str
    inhouse: str
    agency: str


def pulses_of(viewer: Viewer, answers: Answers) -> list[PulseQuarter]:
    """Return the quarters that wait for a pulse of the viewer's side, first what closes first (measurement (h), D4)."""
    quarters = sorted(_open_quarters(viewer))
    return [_pulse_quarter(viewer, quarter, answers) for quarter in quarters if (quarter, viewer.side) not in answers]


def _open_quarters(viewer: Viewer) -> set[date]:
    return open_quarters(viewer.view.engagement, viewer.prepared.calendar.day(viewer.now))


def _ended_quarters(viewer: Viewer) -> tuple[date, ...]:
    agreed = viewer.view.engagement
    return ended_quarters(agreed.starts, agreed.ends, viewer.prepared.calendar.day(viewer.now))


def select_answers(viewer: Viewer) -> Answers:
    pulses: tuple[Pulse, ...] = select_pulses(viewer.scope, as_of=viewer.now)
    return {(pulse.quarter, pulse.side): pulse.answer for pulse in pulses}


def _pulse_quarter(viewer: Viewer, quarter: date, answers: Answers) -> PulseQuarter:
    other = OTHER_SIDE[viewer.side]
    note = HAS_GIVEN[other] if (quarter, other) in answers else HAS_NOT_GIVEN[other]
    today, over, name = viewer.prepared.calendar.day(viewer.now), next_quarter(quarter), quarter_name(quarter)
    text, is_due = _until_text(quarter, runs=over > today), over - today <= LAST_WEEKS
    return PulseQuarter(
        quarter.isoformat(), name, _question(name, runs=over > today), text, gettext(note), is_due=is_due
    )


def _question(name: str, *, runs: bool) -> str:
    if runs:
        return gettext("%(name)s so far: how well do the two sides work together?", name=name)
    return gettext("%(name)s: how well did the two sides work together?", name=name)


def _until_text(quarter: date, *, runs: bool) -> str:
    # It can be given on a quarter and throughout the next one.
    over, last = next_quarter(quarter), full_day(last_open_day(quarter))
    if not runs:
        return gettext("Until %(day)s.", day=last)
    return gettext(
        "Until %(day)s; it counts from %(over)s on, when the quarter is over.", day=last, over=full_day(over)
    )


def pulse_rows_of(viewer: Viewer, answers: Answers) -> list[PulseRow]:
    """Return the pulses of both sides by quarter, newest first; one alone is read by its own side only."""
    over = _ended_quarters(viewer)
    quarters = sorted({*_open_quarters(viewer), *over, *(quarter for quarter, _ in answers)}, reverse=True)
    today = viewer.prepared.calendar.day(viewer.now)
    return [
        PulseRow(
            quarter_name(quarter),
            gettext("counts once the quarter is over") if next_quarter(quarter) > today else "",
            _answer_text(viewer, quarter, "inhouse", answers),
            _answer_text(viewer, quarter, "agency", answers),
        )
        for quarter in quarters[:QUARTERS_LISTED]
    ]


def _answer_text(viewer: Viewer, quarter: date, side: LeadSide, answers: Answers) -> str:
    # The other side's number is hidden until both gave theirs, so that neither answer follows the other.
    answer = answers.get((quarter, side))
    if answer is None:
        return gettext("not yet") if quarter in _open_quarters(viewer) else gettext("not given, closed")
    readable = side == viewer.side or (quarter, viewer.side) in answers
    return f"{answer} {ANSWERS[answer]}" if readable else gettext("in, hidden")
