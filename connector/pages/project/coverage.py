"""Who can work without the agency: exit coverage and the objectives by rung, as the page shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.text import count, day, percent
from mappings.measure.model.engagement import RUNGS, Objective
from mappings.measure.people.standing import ObjectiveFigures, PeopleFigures

HOLDERS: Mapping[str, int] = {"covered": 2, "single holder": 1, "not covered": 0}
NUMERALS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class RungCell:
    """How many people stand on a rung: its text, how full the tint is, "" for nobody, and its whole words."""

    text: str
    tint: str
    label: str


@dataclass(frozen=True)
class CoverageRow:
    """A row of the objectives; `cells` are None where the viewer may see none."""

    key: str
    name: str
    note: str
    cells: tuple[RungCell, ...] | None
    holders: int
    coverage: str
    due: str


def coverage_rows(objectives: Sequence[Objective], people: PeopleFigures, *, counts: bool) -> list[CoverageRow]:
    """Return the objectives by rung: coverage always, counts where the viewer may see them and the group is large."""
    by_key = {figures.key: figures for figures in people.objectives}
    known = [objective for objective in objectives if objective.key in by_key]
    return [_coverage_row(objective, by_key[objective.key], counts=counts) for objective in known]


def _coverage_row(objective: Objective, figures: ObjectiveFigures, *, counts: bool) -> CoverageRow:
    learners = objective.learners
    note = count(len(learners), "learner") + " enrolled" if learners else "no learner enrolled"
    due = day(objective.by) if objective.by else "–"
    coverage = figures.coverage
    cells = _cells(figures) if counts else None
    return CoverageRow(objective.key, objective.name, note, cells, HOLDERS[coverage], coverage.capitalize(), due)


def _cells(figures: ObjectiveFigures) -> tuple[RungCell, ...] | None:
    # None where the group is too small to be shown (measurement (f)).
    if figures.people_at_rung is None:
        return None
    stale = figures.stale_at_rung or {}
    return tuple(_cell(rung, figures.people_at_rung.get(rung, 0), stale.get(rung, 0)) for rung in RUNGS)


def _cell(rung: str, people: int, stale: int) -> RungCell:
    if not people:
        return RungCell("–", "", f"nobody {rung}")
    if not stale:
        return RungCell(str(people), "t2" if people > 1 else "t1", f"{people} {rung}")
    text = f"{people} stale" if stale == people else f"{people}, {stale} stale"
    return RungCell(text, "stale", f"{people} {rung}, {stale} of them stale")


def exit_sentence(people: PeopleFigures, agency: str) -> str:
    return carried_sentence([objective.coverage for objective in people.objectives], f"If {agency} left today")


def carried_sentence(states: Sequence[str], when: str) -> str:
    """Return what would be left without the agency; `when` begins it, such as "If Acme left today"."""
    nobody, single, whole = states.count("not covered"), states.count("single holder"), len(states)
    if not whole:
        return ""
    if not nobody and not single:
        return f"{when}, at least two people could carry {_all_of(whole)} alone."
    if nobody == whole:
        return f"{when}, nobody could carry {_any_of(whole)} alone."
    if single == whole:
        return f"{when}, {_all_of(whole)} could be carried by one person only."
    of = f"of {numeral(whole)} objectives"
    by_one = f"{numeral(single)} {of} could be carried by one person only"
    if not nobody:
        return f"{when}, {by_one}."
    others = "another" if single == 1 else f"{numeral(single)} others"
    rest = f", and {others} by one person only" if single else ""
    return f"{when}, {numeral(nobody)} {of} could be carried by nobody{rest}."


def _all_of(objectives: int) -> str:
    return "the one objective" if objectives == 1 else f"all {numeral(objectives)} objectives"


def _any_of(objectives: int) -> str:
    return "the one objective" if objectives == 1 else f"any of the {numeral(objectives)} objectives"


def numeral(n: int) -> str:
    return NUMERALS[n] if n < len(NUMERALS) else str(n)


def exit_number(people: PeopleFigures | None) -> dict[str, object]:
    """Return exit coverage for the page, or why there is none (measurement (d))."""
    if people is None:
        return {"published": False, "reason": "Not measured yet."}
    # Demand of 90 days is the base: without it there is no share.
    if people.exit_two is None or people.exit_one is None:
        return {"published": False, "reason": "No ticket with an objective was finished in the 90 days before."}
    one_holder, two_holders = percent(people.exit_one), percent(people.exit_two)
    return {
        "published": True,
        "value": two_holders,
        "full": round(100 * people.exit_two, 2),
        "half": round(100 * people.exit_one, 2),
        "title": f"{two_holders} of the work has two holders, {one_holder} has at least one",
        "one": one_holder,
    }
