"""The figures of the program page as texts: cells of an engagement, changes by the change test, sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from connector.figures.program.engagement import ProgramEngagement
from connector.pages.project.coverage import HOLDERS, exit_number
from connector.pages.terms import (
    CHANGE_WORDS,
    NO_QUARTER,
    NOT_COMPARABLE,
    NOT_RECORDED,
    TOO_LITTLE,
    coverage_word,
    first_holder_text,
    part_text,
)
from connector.text import THIN, percent
from mappings.formats.review.changes import coverage_verdict, interval_estimate, rate_verdict
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.ticket import DaySums
from mappings.measure.people.standing import PeopleFigures
from mappings.measure.period.figures import Share
from mappings.measure.score.composite import compare
from mappings.measure.score.window import verdict_of
from mappings.translation import Texts, gettext, mark

MODEL_NAMES: Mapping[str | None, str] = Texts(
    {
        "full_service": mark("full service"),
        "hybrid": mark("hybrid"),
        "embedded": mark("embedded"),
        "insourced": mark("insourced"),
        None: mark("no model named"),
    }
)
# So many names stand in a sentence or a cell. More are counted there, and listed where somebody opens the list.
NAMED = 6


@dataclass(frozen=True)
class Moved:
    """How a figure changed: `word` is a key of CHANGE_WORDS, `before` what it was, "" where there was nothing.

    `why` says why it is not compared. In a narrow cell `brief` stands for `before`, with `span`, its days, below.
    `of_first`: of exit coverage it is the change of those with at least one holder.
    """

    word: str
    before: str = ""
    why: str = ""
    brief: str = ""
    span: str = ""
    of_first: bool = False

    @property
    def is_clear(self) -> bool:
        return self.word in {"up", "down"}


@dataclass(frozen=True)
class Cell:
    """A figure in its cell, of 0 to 100; `reason` stands where there is none. `high` is one holder for coverage.

    `single` is the same in words, "" where it is no more than with two, and for other figures.
    """

    value: str = ""
    note: str = ""
    moved: Moved = Moved(NO_QUARTER)
    now: float = 0
    low: float = 0
    high: float = 0
    then: float | None = None
    reason: str = ""
    full: float = 0
    single: str = ""


def no_figures(item: ProgramEngagement) -> str:
    if item.is_unmeasured:
        return gettext("Not measured yet")
    return gettext("Not recorded") if item.is_missing(-1) else gettext("Not in this quarter")


def share_cell(item: ProgramEngagement) -> Cell:
    """Return an engagement's taught share, with its amounts as on its own page."""
    now, then = item.now, item.before
    if now is None:
        return Cell(reason=no_figures(item))
    # A share of another unit is not compared.
    before = then.figures.taught_share if then and then.by == now.by else None
    cell = share_text(now.figures.taught_share, now.figures.sums, before, now.by, item.stored.rules)
    if then is None:
        return replace(cell, moved=Moved(no_quarter(item)))
    return cell if before else replace(cell, moved=Moved(NOT_COMPARABLE))


def no_quarter(item: ProgramEngagement) -> str:
    """Return why an engagement has no quarter before: not recorded though it ran, or none at all."""
    return NOT_RECORDED if item.is_missing(-2) else NO_QUARTER


def share_text(share: Share, sums: DaySums, before: Share | None, by: str, rules: Ruleset = DEFAULT) -> Cell:  # noqa: PLR0917
    """Return a taught share, or what it still needs (measurement (d), publish rule)."""
    if not share.published or share.value is None or share.low is None or share.high is None:
        assert share.missing is not None
        needed = share.missing.needed
        text = gettext("Not enough evidence yet")
        if share.n < needed:
            text = gettext("%(tickets)s of the %(needed)s tickets needed so far", tickets=share.n, needed=needed)
        full = max(0, min(100, round(100 * share.n / needed)))
        return Cell(reason=text, full=full, moved=share_moved(share, before, rules))
    return Cell(
        value=percent(share.value),
        note=_share_note(part_text(sums.taught, sums.agency, by), share),
        moved=share_moved(share, before, rules),
        now=_hundred(share.value),
        low=_hundred(share.low),
        high=_hundred(share.high),
        then=_hundred(before.value) if before and before.published and before.value is not None else None,
    )


def _share_note(part: str, share: Share) -> str:
    assert share.low is not None
    assert share.high is not None
    return f"{part} · {percent(share.low).split(THIN)[0]}–{percent(share.high)}"


def share_moved(now: Share, before: Share | None, rules: Ruleset = DEFAULT) -> Moved:
    """Return how a taught share changed from one quarter to the next, which share no ticket (measurement (e), F6)."""
    if before is None or not before.n:
        return Moved(NO_QUARTER)
    if not before.published or before.value is None:
        return Moved(TOO_LITTLE)
    if not now.published or now.value is None:
        return Moved(TOO_LITTLE, percent(before.value))
    change = compare(_estimate(before, rules), _estimate(now, rules), rules)
    return Moved(verdict_of(change), percent(before.value))


def _estimate(share: Share, rules: Ruleset) -> tuple[float, float]:
    assert share.value is not None
    return interval_estimate(share.value, share.low or 0.0, share.high or 0.0, rules)


def rate_moved(now: tuple[int, int], before: tuple[int, int] | None, none: str = NO_QUARTER) -> str:
    """Return how a rate of (x, n) changed, in words; `before` is None where there was no quarter before: `none`."""
    return none if before is None else rate_verdict(before, now) or TOO_LITTLE


def moved_text(moved: Moved) -> str:
    """Return how a figure changed, or why it is not compared, in the words of a sentence."""
    # A difference of what is counted is a text already.
    word = CHANGE_WORDS.get(moved.word, moved.word)
    if moved.why:
        return f"{word}: {moved.why}"
    return f"{word}, {moved.before}" if moved.before else word


@dataclass(frozen=True)
class Exit:
    """Exit coverage of a quarter: with two holders and with at least one, and how many hold each objective."""

    double: float | None = None
    single: float | None = None
    holders: Mapping[str, int] = field(default_factory=dict)


def exit_cell(item: ProgramEngagement) -> Cell:
    now, then = item.now, item.before
    if now is None:
        return Cell(reason=no_figures(item))
    shown = exit_number(now.people)
    if not shown["published"]:
        return Cell(reason=str(shown["reason"]))
    before = exit_number(then.people) if then else {"published": False}
    return Cell(
        value=str(shown["value"]),
        note=holders_note(str(shown["one"])),
        moved=exit_moved(Exit() if then is None else exit_of(then.people), exit_of(now.people), no_quarter(item)),
        now=float(str(shown["full"])),
        high=float(str(shown["half"])),
        single=""
        if shown["one"] == shown["value"]
        else gettext("%(single)s with at least one", single=str(shown["one"])),
        then=float(str(before["full"])) if before["published"] else None,
    )


def holders_note(single: str) -> str:
    """Return what exit coverage is of; `single` is the share with at least one holder."""
    return gettext("with two holders, %(single)s with at least one, of what was finished in 90 days", single=single)


def exit_moved(before: Exit, now: Exit, none: str = NO_QUARTER) -> Moved:
    """Return how exit coverage changed, of which two holders are the headline; `none`: why there is no quarter before.

    Coverage is counted: it changed where an objective gained or lost a holder, and not by demand alone. Where those
    with two stayed as they were, that of objectives with a first holder is its change.
    """
    moved, first = exit_part_moved("double", before, now, none), exit_part_moved("single", before, now, none)
    if moved.is_clear or not first.is_clear or now.single is None:
        return moved
    return Moved(first.word, first_holder_text(percent(now.single), first.before), of_first=True)


def exit_part_moved(least: str, before: Exit, now: Exit, none: str = NO_QUARTER) -> Moved:
    """Return the same of one of the two shares alone; `least` is its name in `Exit`."""
    then, today = getattr(before, least), getattr(now, least)
    if then is None:
        return Moved(TOO_LITTLE if before.holders else none)
    verdict = coverage_verdict(then, today, before.holders, now.holders)
    return Moved(coverage_word(verdict, then, today), percent(then))


def exit_of(people: PeopleFigures) -> Exit:
    holders = {objective.key: HOLDERS[objective.coverage] for objective in people.objectives}
    return Exit(people.exit_two, people.exit_one, holders)


def dated(cell: Cell, quarter: str) -> Cell:
    """Return a cell whose change names the quarter that it is compared with."""
    if not cell.moved.before:
        return cell
    before = gettext("%(before)s in %(quarter)s", before=cell.moved.before, quarter=quarter)
    return replace(cell, moved=replace(cell.moved, before=before))


def _hundred(share: float) -> float:
    return round(100 * share, 2)
