"""Exit readiness by engagement: its objectives by coverage, what each wants, and what the agreed targets still miss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from connector.figures.program import ProgramEngagement
from connector.pages.objectives.due import Due, due_rows, is_near
from connector.pages.program.totals import ends_text
from connector.pages.project.coverage import HOLDERS
from connector.text import full_day
from mappings.measure.model.engagement import Objective
from mappings.translation import gettext, ngettext

# Of an engagement without figures of its objectives.
NONE = "–"


@dataclass(frozen=True)
class ExitObjective:
    """An objective, and what was agreed of it: how many people, until when, and whether that is reached."""

    name: str
    agreed: str

    @property
    def line(self) -> str:
        return f"{self.name} ({self.agreed})" if self.agreed else self.name


@dataclass(frozen=True)
class ExitRow:
    """The objectives of an engagement by coverage.

    `missing` are the holders until two can do each, `short` what the agreed targets miss.
    """

    name: str
    covered: tuple[ExitObjective, ...]
    single: tuple[ExitObjective, ...]
    uncovered: tuple[ExitObjective, ...]
    missing: str
    short: str
    ends: str


def exit_rows(engagements: Sequence[ProgramEngagement], today: date | None) -> list[ExitRow]:
    """Return a row for each engagement; `today` is None where people were counted at the end of an earlier quarter."""
    return [_exit_row(item, today) for item in engagements]


def _exit_row(item: ProgramEngagement, today: date | None) -> ExitRow:
    people, agreed = item.now.people if item.now is not None else None, item.engagement
    # No counts of people: the program is told in words, and coverage bears out what is said of a target.
    dues = {due.key: due for due in due_rows(agreed.objectives, people, today or date.min, counts=False)}
    rows = people.objectives if people is not None else ()
    covered, single, uncovered = (
        tuple(_objective(row.key, dues, is_running=today is not None) for row in rows if row.coverage == coverage)
        for coverage in ("covered", "single holder", "not covered")
    )
    holders = {row.key: HOLDERS[row.coverage] for row in rows}
    missing, short = _missing(item, len(single) + 2 * len(uncovered)), _short(agreed.objectives, dues, holders)
    return ExitRow(agreed.name, covered, single, uncovered, missing, short, ends_text(agreed.ends))


def _objective(key: str, dues: Mapping[str, Due], *, is_running: bool) -> ExitObjective:
    # An objective that was given up since it was recorded has its key alone.
    due = dues.get(key)
    return ExitObjective(key, "") if due is None else ExitObjective(due.name, _agreed(due, is_running=is_running))


def _agreed(due: Due, *, is_running: bool) -> str:
    text = due.target
    if due.by is not None:
        text = gettext("%(target)s by %(day)s", target=due.target, day=full_day(due.by))
    state = _state(due, is_running=is_running)
    return f"{text} · {state}" if state else text


def _state(due: Due, *, is_running: bool) -> str:
    """Return whether a target is reached, and how near its day is; "" where coverage does not tell."""
    if due.is_reached is None:
        return due.date_left if is_running else ""
    if due.is_reached:
        return gettext("reached")
    return due.left if is_running and is_near(due.days) else gettext("not reached")


def _missing(item: ProgramEngagement, holders: int) -> str:
    if holders:
        return ngettext("%(num)s more holder in all", "%(num)s more holders in all", holders)
    if item.now is not None and item.now.people.objectives:
        return gettext("nothing")
    return gettext("not in this quarter") if item.freezes is None else gettext("not recorded")


def _short(objectives: Sequence[Objective], dues: Mapping[str, Due], holders: Mapping[str, int]) -> str:
    """Return how many people the agreed targets miss, as far as coverage tells, and of how many it does not."""
    if not dues:
        return NONE
    known = [objective for objective in objectives if objective.key in dues]
    missed = [objective for objective in known if dues[objective.key].is_reached is False]
    people = sum(max(1, objective.people - holders[objective.key]) for objective in missed)
    untold = sum(dues[objective.key].is_reached is None for objective in known)
    is_least = untold or any(objective.rung != "independent" for objective in missed)
    parts = [_people_text(people, is_least=bool(is_least))] if missed else []
    if untold:
        parts.append(ngettext("not told of %(num)s objective", "not told of %(num)s objectives", untold))
    return "; ".join(parts) or gettext("nothing")


def _people_text(people: int, *, is_least: bool) -> str:
    if is_least:
        return ngettext("at least %(num)s more person", "at least %(num)s more people", people)
    return ngettext("%(num)s more person in all", "%(num)s more people in all", people)


def meaning(rows: Sequence[ExitRow]) -> str:
    """Return what the two columns of needs say, once below the table; "" without any objective."""
    if all(row.short == NONE for row in rows):
        return ""
    return gettext(
        "Still needed: how many more people have to be able to do an objective alone until two are, whatever number "
        "the agreed target has. As agreed: how many the targets miss, as far as coverage tells of it."
    )
