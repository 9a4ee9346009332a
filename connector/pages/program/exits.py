"""Exit readiness by engagement: its objectives by coverage, what each wants, and what the agreed targets still miss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from connector.figures.program.engagement import ProgramEngagement
from connector.pages.objectives.deadlines import due_heading
from connector.pages.objectives.due import NAMED, Due, due_rows, is_near
from connector.pages.objectives.target_text import dated_target
from connector.pages.program.quarter_names import ends_text
from connector.pages.project.coverage import HOLDERS, numeral
from connector.pages.terms import COVERAGE_NAMES
from connector.text import count
from connector.text import day as day_text
from connector.web.gate import link
from mappings.measure.model.engagement import Objective
from mappings.translation import gettext, list_text, ngettext

# Of an engagement without figures of its objectives.
NONE = "–"
# So many objectives that are due are named before the figures.
MOST_DUE = 3


@dataclass(frozen=True)
class ExitObjective:
    """An objective, and what was agreed of it: how many people, until when, and whether that is reached.

    `is_near`: it is not reached, and its day is near or over.
    """

    name: str
    target: str = ""
    state: str = ""
    is_near: bool = False

    @property
    def agreed(self) -> str:
        return " · ".join(filter(None, [self.target, self.state]))

    @property
    def line(self) -> str:
        return f"{self.name} ({self.agreed})" if self.agreed else self.name


@dataclass(frozen=True)
class ExitRow:
    """The objectives of an engagement by coverage.

    `missing` are the people until two can do each, `short` what the agreed targets miss, and `is_untold` that this is
    not told of each. `opens`: there are objectives behind both.
    """

    key: str
    name: str
    covered: tuple[ExitObjective, ...]
    single: tuple[ExitObjective, ...]
    uncovered: tuple[ExitObjective, ...]
    missing: str
    short: str
    ends: str
    is_untold: bool

    @property
    def opens(self) -> bool:
        return bool(self.covered or self.single or self.uncovered)


@dataclass(frozen=True)
class MissedTarget:
    """By how many people an agreed target is missed as far as coverage tells; `people` None where it does not.

    `is_least`: more may be missing, as coverage tells nothing of those who do it alone and of teachers.
    """

    people: int | None
    is_least: bool = False

    @property
    def text(self) -> str:
        if self.people is None:
            return gettext("not told")
        return gettext("at least %(people)s", people=self.people) if self.is_least else str(self.people)


def missed_target(objective: Objective, due: Due, holders: int) -> MissedTarget:
    if due.is_reached is None:
        return MissedTarget(None)
    if due.is_reached:
        return MissedTarget(0)
    return MissedTarget(max(1, objective.people - holders), is_least=objective.rung != "independent")


def exit_rows(engagements: Sequence[ProgramEngagement], day: date, *, is_running: bool) -> list[ExitRow]:
    """Return a row for each engagement, as of today or of the last day of an earlier quarter."""
    return [_exit_row(item, day, is_running=is_running) for item in engagements]


def _exit_row(item: ProgramEngagement, day: date, *, is_running: bool) -> ExitRow:
    people, agreed = item.now.people if item.now is not None else None, item.engagement
    dues = dues_of(item, day)
    rows = people.objectives if people is not None else ()
    covered, single, uncovered = (
        tuple(_objective(row.key, dues, day, is_running=is_running) for row in rows if row.coverage == coverage)
        for coverage in ("covered", "single holder", "not covered")
    )
    holders = {row.key: HOLDERS[row.coverage] for row in rows}
    missing, short = _missing(item, len(single) + 2 * len(uncovered)), _short(agreed.objectives, dues, holders)
    is_untold = any(due.is_reached is None for due in dues.values())
    return ExitRow(
        agreed.key, agreed.name, covered, single, uncovered, missing, short, ends_text(agreed.ends), is_untold
    )


def dues_of(item: ProgramEngagement, day: date) -> dict[str, Due]:
    """Return the objectives of an engagement against their targets, by key."""
    return {due.key: due for due in _dues(item, day)}


def _dues(item: ProgramEngagement, today: date) -> list[Due]:
    # No counts of people: the program is told in words, and coverage bears out what is said of a target.
    people = item.now.people if item.now is not None else None
    return due_rows(item.engagement.objectives, people, today, counts=False)


@dataclass(frozen=True)
class DueLine:
    """What is due soon or overdue in the program, in words, and the objectives of it that are not reached.

    `untold` names those of which it is not told, as a sentence: they are among what is due. `asks` tells, as another
    one, whom a sponsor asks about all of these, and `projects` has a project of each, whose page names the in-house
    lead.
    """

    heading: str
    names: str
    untold: str = ""
    asks: str = ""
    projects: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.untold, self.asks)))


def due_line(engagements: Sequence[ProgramEngagement], today: date, counted: str, *, asks: bool) -> DueLine | None:
    """Return what is said before the figures of objectives that are due soon or overdue; None where none is.

    `counted` is the day as of which people were counted. `asks`: also whom to ask.
    """
    dues = [(item.engagement.name, due) for item in engagements for due in _dues(item, today)]
    late = [(name, due) for name, due in dues if due.is_near]
    soon = [due for _, due in dues if due.is_soon]
    if not late and not soon:
        return None
    untold = [(name, due) for name, due in dues if due.is_soon and due.is_reached is None]
    named, unnamed = (
        [due.name if len(engagements) == 1 else f"{due.name} ({name})" for name, due in part] for part in (late, untold)
    )
    # What is not told to who asks is told by the leads, too.
    asked = list(dict.fromkeys(name for name, _ in (*late, *untold))) if asks else []
    heading = due_heading([due for _, due in late], soon, counted)
    return DueLine(
        heading, _first_names(named), _untold_text(unnamed), _asks_text(asked), _projects(engagements, asked)
    )


def _projects(engagements: Sequence[ProgramEngagement], names: Sequence[str]) -> tuple[str, ...]:
    """Return a project of each engagement of these names, the first of many; none by a link, which opens no project."""
    if link() is not None:
        return ()
    named = [item for item in engagements if item.engagement.name in names and item.stored.rules.names]
    return tuple(sorted({min(item.engagement.projects) for item in named})[:MOST_DUE])


def _untold_text(names: Sequence[str]) -> str:
    if not names:
        return ""
    return ngettext(
        "Of %(count)s it is not told: %(objectives)s.",
        "Of %(count)s it is not told: %(objectives)s.",
        len(names),
        count=numeral(len(names)),
        objectives=_first_names(names),
    )


def _asks_text(names: Sequence[str]) -> str:
    return gettext("Ask the leads of %(engagements)s.", engagements=_first_names(names)) if names else ""


def _first_names(names: Sequence[str]) -> str:
    more = len(names) - MOST_DUE
    # One more by name is no longer than "1 more".
    if more <= 1:
        return ", ".join(names)
    return ", ".join([*names[:MOST_DUE], ngettext("%(num)s more", "%(num)s more", more)])


def _objective(key: str, dues: Mapping[str, Due], day: date, *, is_running: bool) -> ExitObjective:
    # An objective that was given up since it was recorded has its key alone.
    due = dues.get(key)
    if due is None:
        return ExitObjective(key)
    target, state = dated_target(due.target, due.by), _state(due, day, is_running=is_running)
    return ExitObjective(due.name, target, state, is_near=is_running and is_near(due.days))


def _state(due: Due, day: date, *, is_running: bool) -> str:
    """Return whether a target is reached, and how near its day is; "" where coverage does not tell."""
    if due.is_reached is None:
        return due.date_left if is_running else ""
    if due.is_reached:
        return gettext("reached")
    if is_running and is_near(due.days):
        return due.left
    if due.by is None or due.by <= day or is_running:
        return gettext("not reached")
    return gettext("not yet on %(day)s", day=day_text(day))


def _missing(item: ProgramEngagement, people: int) -> str:
    if people:
        return _people_text(people, is_least=False)
    if item.now is not None and item.now.people.objectives:
        return gettext("nothing")
    return gettext("not in this quarter") if item.freezes is None else gettext("not recorded")


def _short(objectives: Sequence[Objective], dues: Mapping[str, Due], holders: Mapping[str, int]) -> str:
    """Return how many people the agreed targets miss, as far as coverage tells, and of which objectives it does not."""
    if not dues:
        return NONE
    known = [objective for objective in objectives if objective.key in dues]
    targets = [missed_target(objective, dues[objective.key], holders.get(objective.key, 0)) for objective in known]
    people = sum(target.people or 0 for target in targets)
    untold = [objective.name for objective in known if dues[objective.key].is_reached is None]
    is_least = bool(untold) or any(target.is_least for target in targets)
    parts = [_people_text(people, is_least=is_least)] if people else []
    if untold:
        names = list_text(untold) if len(untold) <= NAMED else count(len(untold), "objective")
        parts.append(gettext("not told of %(objectives)s", objectives=names))
    return "; ".join(parts) or gettext("nothing")


def _people_text(people: int, *, is_least: bool) -> str:
    if is_least:
        return ngettext("at least %(num)s more person", "at least %(num)s more people", people)
    return ngettext("%(num)s more person in all", "%(num)s more people in all", people)


def names_by_coverage(item: ProgramEngagement) -> str:
    """Return the objectives of an engagement in the order of its columns, as the page names them further down."""
    names = {objective.key: objective.name for objective in item.engagement.objectives}
    rows = item.now.people.objectives if item.now is not None else ()
    by_coverage = {
        coverage: [names.get(row.key, row.key) for row in rows if row.coverage == coverage]
        for coverage in COVERAGE_NAMES
    }
    return " · ".join(f"{COVERAGE_NAMES[key]}: {', '.join(own)}" for key, own in by_coverage.items() if own)


def meaning(rows: Sequence[ExitRow]) -> str:
    """Return what the two columns of missing people count, once below the table; "" without any objective."""
    if all(row.short == NONE for row in rows):
        return ""
    text = gettext("People are missing objective by objective: one person can close several gaps.")
    if not any(row.is_untold for row in rows):
        return text
    untold = gettext(
        "Not told: this page knows whether nobody, one or two can do an objective alone, nothing of a third or of "
        "those who still learn."
    )
    return f"{text} {untold}"
