"""Quarters and weeks of an engagement: as they were frozen, and as they are known now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

from connector.figures.recorded import Recorded, RecordedScore, RecordedShare
from connector.pages.history.known_now import KnownNow
from connector.pages.history.restated import Restated, restated_of
from connector.pages.periods import Period
from connector.pages.program.texts import share_moved
from connector.pages.review.source import quarter_key
from connector.pages.terms import NO_QUARTER, NOT_RECORDED, TOO_LITTLE
from connector.text import day, days, full_day, percent, whole
from mappings.formats.explain.publish_gap import gap_reason
from mappings.formats.review.changes import share_verdict
from mappings.measure.model.quarters import quarter_name
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import BILLION
from mappings.measure.period.figures import Figures, Row, figures
from mappings.measure.score.composite import Score
from mappings.translation import gettext, mark

NONE = "–"
State: TypeAlias = Literal["frozen", "runs", "waits", "missed"]
# Of a quarter that is not frozen.
RESTATED: Mapping[State, str] = {
    "runs": mark("not frozen yet"),
    "waits": mark("not frozen yet"),
    "missed": mark("not recorded"),
}


@dataclass(frozen=True)
class Dot:
    """A figure on its track: `now` in percent with its interval, and what it is restated, None where the same."""

    text: str
    note: str
    title: str
    now: float | None = None
    low: float = 0
    high: float = 0
    restated: float | None = None
    restated_text: str = ""


@dataclass(frozen=True)
class QuarterRow:
    """A quarter as recorded, or as it is known now, with the reason in `known_why` ("" where it is as recorded).

    `state` is "frozen", "runs", "waits" of one that is over and will be frozen, or "missed" of one that never will.
    `verdict` is the change test against the quarter before, or why there is none. The engagement `begins` on a day.
    """

    period: Period
    share: Dot
    score: Dot | None
    exit: str
    exit_one: str
    state: State
    restated: Sequence[Restated]
    changed: bool
    verdict: str
    known_why: str = ""
    begins: date = date.min

    @property
    def frozen(self) -> bool:
        return self.state == "frozen"

    @property
    def key(self) -> str:
        return quarter_key(self.first)

    @property
    def name(self) -> str:
        return quarter_name(self.first)

    @property
    def days(self) -> str:
        """Its days, from the one on which the engagement began."""
        if self.begins <= self.first:
            return days(self.first, self.last)
        return gettext("from its start on %(first)s to %(last)s", first=day(self.begins), last=full_day(self.last))

    @property
    def first(self) -> date:
        return self.period.first

    @property
    def last(self) -> date:
        return self.period.last


def quarter_rows(
    periods: Sequence[Period],
    recorded: Mapping[date, Recorded],
    rows: Sequence[Row],
    rules: Ruleset,
    *,
    known: Mapping[date, KnownNow],
    coming: Collection[date],
    today: date,
    begins: date,
) -> list[QuarterRow]:
    """Return the quarters of an engagement, newest first; `rows` are its sums by day, the others are by first day.

    `coming` are those that are frozen by themselves once they are over.
    """
    now = [figures(rows, period.first, period.last, rules) for period in periods]
    before: list[Figures | None] = [*now[1:], None]
    words = [
        _known_verdict(own, then, rules) if period.first not in recorded else _verdict(period, recorded, rules)
        for period, own, then in zip(periods, now, before, strict=True)
    ]
    # Before the engagement's first quarter there is none; any other one may not have been recorded.
    words = [*words[:-1], *(NO_QUARTER for _ in words[-1:])]
    quarters = [
        _recorded_row(period, recorded[period.first], known.get(period.first), own, verdict=word)
        if period.first in recorded
        else _known_row(period, known.get(period.first), own, (_state(period, coming, today), word))
        for period, own, word in zip(periods, now, words, strict=True)
    ]
    return [replace(row, begins=begins) for row in quarters]


def _recorded_row(
    period: Period, frozen: Recorded, known: KnownNow | None, now: Figures, *, verdict: str
) -> QuarterRow:
    moved, holders = _moved(frozen, now), frozen.exit_coverage
    return QuarterRow(
        period,
        _recorded_dot(frozen.taught_share, now, moved=moved),
        None if frozen.score is None else _score_dot(frozen.score),
        NONE if holders is None or holders.two_holders is None else percent(holders.two_holders),
        "" if holders is None or holders.one_holder is None else percent(holders.one_holder),
        "frozen",
        restated=restated_of(frozen, now, known, moved=moved),
        changed=moved,
        verdict=verdict,
    )


def _state(period: Period, coming: Collection[date], today: date) -> State:
    if period.last >= today:
        return "runs"
    return "waits" if period.first in coming else "missed"


def _known_row(period: Period, known: KnownNow | None, now: Figures, word: tuple[State, str]) -> QuarterRow:
    state, verdict = word
    score = known.scores.now.score if known and known.scores else None
    people = known.people if known else None
    return QuarterRow(
        period,
        _share_dot(now),
        None if score is None else _known_score_dot(score),
        NONE if people is None or people.exit_two is None else percent(people.exit_two),
        "" if people is None or people.exit_one is None else percent(people.exit_one),
        state,
        restated=[Restated(gettext(RESTATED[state]))],
        changed=False,
        verdict=verdict,
        known_why=gettext("so far") if state == "runs" else gettext(RESTATED[state]),
    )


def _moved(frozen: Recorded, now: Figures) -> bool:
    return (round(frozen.units.agency * BILLION), round(frozen.units.taught * BILLION)) != (
        now.sums.agency,
        now.sums.taught,
    )


def _share_dot(now: Figures) -> Dot:
    share = now.taught_share
    if share.missing is not None or share.value is None or share.low is None or share.high is None:
        return Dot(
            NONE, gap_reason(share.missing) if share.missing else "", gettext("Taught share: not enough evidence")
        )
    text = gettext(
        "Taught share %(share)s as known now, likely %(low)s to %(high)s",
        share=percent(share.value),
        low=percent(share.low),
        high=percent(share.high),
    )
    return replace(_dot(share.value, share.low, share.high, restated=None), title=text)


def _recorded_dot(share: RecordedShare, now: Figures, *, moved: bool) -> Dot:
    if share.value is None or share.low is None or share.high is None:
        return Dot(
            NONE, gettext("not enough evidence"), gettext("Taught share: not enough evidence when it was frozen")
        )
    restated = now.taught_share
    return _dot(share.value, share.low, share.high, restated=restated.value if moved and restated.published else None)


def _dot(value: float, low: float, high: float, *, restated: float | None) -> Dot:
    span = f"{percent(low)[:-2]}–{percent(high)}"
    places = {"share": percent(value), "low": percent(low), "high": percent(high)}
    now, start, end = (round(100 * part, 2) for part in (value, low, high))
    if restated is None:
        title = gettext("Taught share %(share)s as recorded, likely %(low)s to %(high)s", **places)
        return Dot(percent(value), span, title, now, start, end)
    again = percent(restated)
    title = gettext(
        "Taught share %(share)s as recorded, likely %(low)s to %(high)s, restated %(restated)s",
        **places,
        restated=again,
    )
    note = gettext("now %(share)s", share=again)
    return Dot(percent(value), note, title, now, start, end, round(100 * restated, 2), again)


def _score_dot(score: RecordedScore) -> Dot:
    if score.value is None or score.low is None or score.high is None:
        return Dot(NONE, gettext("not enough evidence"), gettext("Integration: not enough evidence"))
    low, high = whole(score.low), whole(score.high)
    title = gettext("Integration %(score)s, likely %(low)s to %(high)s", score=whole(score.value), low=low, high=high)
    now, start, end = (round(part, 2) for part in (score.value, score.low, score.high))
    return Dot(whole(score.value), f"{low}–{high}", title, now, start, end)


def _known_score_dot(score: Score) -> Dot:
    dot = _score_dot(RecordedScore(score.published, score.value, score.low, score.high))
    if dot.now is None:
        return dot
    low, high = whole(score.low), whole(score.high)
    places = {"score": dot.text, "low": low, "high": high}
    return replace(dot, title=gettext("Integration %(score)s as known now, likely %(low)s to %(high)s", **places))


def _verdict(period: Period, recorded: Mapping[date, Recorded], rules: Ruleset) -> str:
    frozen, before = recorded[period.first], _before(period.first, recorded)
    if before is None:
        return NOT_RECORDED
    now, then = (_keys(item.taught_share) for item in (frozen, before))
    return share_verdict(then, now, rules) or TOO_LITTLE


def _known_verdict(now: Figures, before: Figures | None, rules: Ruleset) -> str:
    # As the program page has it: both quarters as they are known now.
    return share_moved(now.taught_share, before.taught_share if before else None, rules).word


def _before(first: date, recorded: Mapping[date, Recorded]) -> Recorded | None:
    return next((item for item in recorded.values() if item.end == first), None)


def _keys(share: RecordedShare) -> dict[str, float | bool | None]:
    return {"published": share.published, "value": share.value, "low": share.low, "high": share.high}
