"""Who can carry what: exit coverage and the objectives by rung, as the page says them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.text import count, day, percent
from mappings.measure.model.engagement import RUNGS, Objective
from mappings.measure.people.standing import ObjectiveFigures, PeopleFigures

HOLDERS: Mapping[str, int] = {"covered": 2, "single holder": 1, "not covered": 0}
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Carried:
    """A row of the objectives; `cells` are (people, how full the tint is), None where the viewer may see none."""

    key: str
    name: str
    note: str
    cells: tuple[tuple[str, str], ...] | None
    holders: int
    coverage: str
    due: str


def carried_of(objectives: Sequence[Objective], found: PeopleFigures, *, counts: bool) -> list[Carried]:
    """Return the objectives by rung: coverage always; `counts` where the viewer may see them and the group is large."""
    known = {one.key: one for one in found.objectives}
    return [_carried(one, known[one.key], counts=counts) for one in objectives if one.key in known]


def _carried(objective: Objective, figures: ObjectiveFigures, *, counts: bool) -> Carried:
    learners = objective.learners
    note = count(len(learners), "learner") + " enrolled" if learners else "no learner enrolled"
    due = day(objective.by) if objective.by else "–"
    coverage = figures.coverage
    cells = _cells(figures) if counts else None
    return Carried(objective.key, objective.name, note, cells, HOLDERS[coverage], coverage.capitalize(), due)


def _cells(figures: ObjectiveFigures) -> tuple[tuple[str, str], ...] | None:
    if figures.people_at_rung is None:
        return None
    people = [figures.people_at_rung.get(rung, 0) for rung in RUNGS]
    return tuple((str(n), "t2" if n > 1 else "t1") if n else ("–", "") for n in people)


def exit_sentence(people: PeopleFigures, agency: str) -> str:
    """Say what would be left without the agency: how many objectives nobody, or one person alone, could carry."""
    states = [objective.coverage for objective in people.objectives]
    nobody, single, whole = states.count("not covered"), states.count("single holder"), len(states)
    if not whole:
        return ""
    if not nobody and not single:
        return f"If {agency} left today, at least two people could carry {_all_of(whole)} alone."
    if nobody == whole:
        return f"If {agency} left today, nobody could carry {_any_of(whole)} alone."
    if single == whole:
        return f"If {agency} left today, {_all_of(whole)} could be carried by one person only."
    of = f"of {_word(whole)} objectives"
    by_one = f"{_word(single)} {of} could be carried by one person only"
    if not nobody:
        return f"If {agency} left today, {by_one}."
    rest = "" if not single else f", and {'another' if single == 1 else _word(single) + ' others'} by one person only"
    return f"If {agency} left today, {_word(nobody)} {of} could be carried by nobody{rest}."


def _all_of(objectives: int) -> str:
    return "the one objective" if objectives == 1 else f"all {_word(objectives)} objectives"


def _any_of(objectives: int) -> str:
    return "the one objective" if objectives == 1 else f"any of the {_word(objectives)} objectives"


def _word(n: int) -> str:
    return WORDS[n] if n < len(WORDS) else str(n)


def exit_number(found: PeopleFigures | None) -> dict[str, object]:
    """Return how exit coverage is said, or that no work of an objective was finished of late (measurement (d))."""
    if found is None:
        return {"published": False, "reason": "Not measured yet."}
    if found.exit_two is None or found.exit_one is None:
        return {"published": False, "reason": "No ticket with an objective was finished in the 90 days before."}
    one, two = percent(found.exit_one), percent(found.exit_two)
    return {
        "published": True,
        "value": two,
        "full": round(100 * found.exit_two, 2),
        "half": round(100 * found.exit_one, 2),
        "title": f"{two} of the work has two holders, {one} has at least one",
        "one": one,
    }
