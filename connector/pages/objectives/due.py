"""How far each objective is from what was agreed, and how long until it is due."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from connector.pages.objectives.target_text import target_text
from connector.pages.project.coverage import HOLDERS, numeral
from connector.pages.terms import COVERAGE_WORDS
from connector.text import count, day, full_stop
from mappings.measure.model.engagement import RUNGS, Objective, Rung
from mappings.measure.people.standing import ObjectiveFigures, PeopleFigures
from mappings.translation import gettext, list_text, mark_plural, ngettext

# From so many days before its due date on an objective is said on every tab.
SOON_DAYS = 14
# How many objectives a sentence names.
NAMED = 2
TOO_FEW = mark_plural(
    "Whether %(objectives)s is reached is not shown: too few people are in the group.",
    "Whether %(objectives)s are reached is not shown: too few people are in the group.",
)
LEADS_ALONE = mark_plural(
    "Whether %(objectives)s is reached, only leads see.", "Whether %(objectives)s are reached, only leads see."
)


@dataclass(frozen=True)
class Due:
    """An objective against its target. `reached` is how many people stand there, None where nobody may know.

    `is_reached` is None where only counts of people would tell. `days` are left until it is due, negative once it is
    overdue; None without a due date, and unless it is known that it is not reached. `coverage` is a word. `until` are
    the days until its date, whatever is reached. `is_past`: days are counted from one that is over, not from today.
    `earliest` is the first day on which it could be reached by tickets, where that is later than it is due.
    """

    key: str
    name: str
    target: str
    wanted: int
    reached: int | None
    is_reached: bool | None
    by: date | None
    days: int | None
    coverage: str
    until: int | None = None
    is_past: bool = False
    earliest: date | None = None

    @property
    def is_overdue(self) -> bool:
        return self.days is not None and self.days < 0

    @property
    def is_near(self) -> bool:
        """Whether it is overdue or due so soon that every tab says it."""
        return is_near(self.days)

    @property
    def left(self) -> str:
        """How long, in words: "24 days overdue", "160 days left"."""
        if self.days is None:
            return gettext("reached") if self.is_reached else ""
        return days_text(self.days, is_past=self.is_past)

    @property
    def date_left(self) -> str:
        """How long until its date, where it is not told whether it is reached: the date is everybody's."""
        # Once it is over, "overdue" would tell that it is not reached.
        is_told = self.is_reached is None and self.is_soon
        return days_text(self.until or 0, is_past=self.is_past) if is_told else ""

    @property
    def is_soon(self) -> bool:
        """Whether its date is near and not over, whatever is reached."""
        return self.until is not None and 0 <= self.until <= SOON_DAYS

    @property
    def people(self) -> str:
        """How many of the agreed people stand where they were to."""
        if self.reached is None:
            return ""
        if self.reached > self.wanted:
            return gettext(
                "%(people)s, %(wanted)s", people=count(self.reached, "person", "people"), wanted=self._needed
            )
        return ngettext("%(part)s of %(num)s person", "%(part)s of %(num)s people", self.wanted, part=self.reached)

    @property
    def late_text(self) -> str:
        """From when on it could be reached by tickets, where that is too late."""
        return gettext("by tickets not before %(day)s", day=day(self.earliest)) if self.earliest else ""

    @property
    def _needed(self) -> str:
        return ngettext("%(num)s was needed", "%(num)s were needed", self.wanted)

    @property
    def missing(self) -> str:
        """How many people are missing; where the reader may not count them, who carries it."""
        if self.reached is None:
            return self.coverage
        return ngettext("%(num)s person missing", "%(num)s people missing", max(0, self.wanted - self.reached))

    @property
    def urgency(self) -> tuple[int, bool]:
        """What it is ordered by: its date; of one day, those that are out of reach come first."""
        return self.until or 0, self.earliest is None

    @property
    def needs_time(self) -> str:
        """That it needs more time, and how much at least, as a sentence; "" where it may be reached in time."""
        if self.earliest is None:
            return ""
        return gettext("It needs more time: by tickets %(day)s at the earliest.", day=day(self.earliest))

    @property
    def stands(self) -> str:
        """How it stands, as the rest of a sentence that its name begins."""
        if self.is_past:
            return _stood_text(self.days or 0)
        if self.days == 0:
            return gettext("is due today")
        if self.days is None or self.days > 0:
            return ngettext("has %(num)s day left", "has %(num)s days left", self.days or 0)
        return ngettext("is %(num)s day overdue", "is %(num)s days overdue", -self.days)


def is_near(days: int | None) -> bool:
    """Tell whether a due date is so near, in days, or over, that it is said; None where there is nothing to reach."""
    return days is not None and days <= SOON_DAYS


def _stood_text(days: int) -> str:
    if days == 0:
        return gettext("was due that day")
    if days < 0:
        return ngettext("was %(num)s day overdue", "was %(num)s days overdue", -days)
    return ngettext("was %(num)s day before its date", "was %(num)s days before its date", days)


def days_text(days: int, *, is_past: bool = False) -> str:
    """Return how long it is until a due date, or since, in words; `is_past`: it was, on a day that is over."""
    if days == 0:
        return gettext("due that day") if is_past else gettext("due today")
    if days < 0:
        return ngettext("%(num)s day overdue", "%(num)s days overdue", -days)
    if is_past:
        return ngettext("%(num)s day before its date", "%(num)s days before its date", days)
    return ngettext("%(num)s day left", "%(num)s days left", days)


def due_rows(
    objectives: Iterable[Objective], people: PeopleFigures | None, at: date, *, counts: bool, is_past: bool = False
) -> list[Due]:
    """Return the objectives in their order, as they stand on a day; `counts`: the viewer may see counts of people."""
    known: Mapping[str, ObjectiveFigures] = {item.key: item for item in people.objectives} if people else {}
    dues = [_due(item, known[item.key], at, counts=counts) for item in objectives if item.key in known]
    return [replace(due, is_past=is_past) for due in dues]


def _due(objective: Objective, figures: ObjectiveFigures, at: date, *, counts: bool) -> Due:
    reached = reached_people(objective, figures) if counts else None
    is_reached = is_target_reached(objective, figures, reached)
    until = (objective.by - at).days if objective.by else None
    return Due(
        objective.key,
        objective.name,
        target_text(objective),
        objective.people,
        reached,
        is_reached,
        objective.by,
        until if is_reached is False else None,
        COVERAGE_WORDS[figures.coverage],
        until,
    )


def is_target_reached(objective: Objective, figures: ObjectiveFigures, reached: int | None) -> bool | None:
    """Tell whether the target is reached; None where counts of people would tell, and the viewer may see none.

    `reached` is how many people stand there, as far as the viewer may know.
    """
    if reached is not None:
        return reached >= objective.people
    # Who may see no counts is told what coverage says: of two people or more, of one, or of none at this rung or above.
    holders, rung, alone = HOLDERS[figures.coverage], RUNGS.index(objective.rung), RUNGS.index("independent")
    if rung <= alone and holders >= objective.people:
        return True
    return False if rung >= alone and holders < min(objective.people, 2) else None


def reached_people(objective: Objective, figures: ObjectiveFigures) -> int | None:
    """Return how many people stand where the objective wants them, and are not stale; None where it is suppressed."""
    if figures.people_at_rung is None:
        return None
    return sum(fresh_at(figures, rung) for rung in RUNGS[RUNGS.index(objective.rung) :])


def fresh_at(figures: ObjectiveFigures, rung: Rung) -> int:
    """Return how many people stand at a rung and are not stale; 0 where it is suppressed."""
    return (figures.people_at_rung or {}).get(rung, 0) - (figures.stale_at_rung or {}).get(rung, 0)


def due_sentence(rows: list[Due], *, counts: bool) -> list[tuple[str, str]]:
    """Return the first line as (text, key of the objective that it names or ""); `counts` as in `due_rows`."""
    if not rows:
        return [(gettext("No objective is agreed yet."), "")]
    parts = [(sentence, "") for sentence in _reached_sentences(rows, counts=counts)]
    late = sorted((row for row in rows if row.is_overdue), key=lambda row: row.days or 0)
    waits = sorted((row for row in rows if row.days is not None and row.days >= 0), key=lambda row: row.urgency)
    for row in [*late[:2], *waits[: max(0, 2 - len(late))]]:
        parts.append((row.name, row.key))
        people = "; ".join(part for part in (row.people or _missed_text(row), row.late_text) if part)
        parts.append((full_stop(f"{row.stands}: {people}" if people else row.stands), ""))
    if len(late) > 2:
        more = len(late) - 2
        words = numeral(more).capitalize()
        parts.append((ngettext("%(count)s more is overdue.", "%(count)s more are overdue.", more, count=words), ""))
    return parts


def _missed_text(row: Due) -> str:
    """Return that it is not reached, for who may not count people, by who carries it."""
    return gettext("not reached, %(coverage)s", coverage=row.coverage)


def _reached_sentences(rows: Sequence[Due], *, counts: bool) -> list[str]:
    states = [row.is_reached for row in rows]
    done, missed, untold = states.count(True), states.count(False), untold_sentence(rows, counts=counts)
    if not untold:
        return [_reached_sentence(done, len(rows))]
    return [_told_sentence(done, missed), untold] if done else [untold]


def _told_sentence(done: int, missed: int) -> str:
    """Return how many objectives are reached where of some that is not told.

    Of all together it would tell of those, too: four of five says that the fifth is not.
    """
    reached = numeral(done).capitalize()
    if not missed:
        return ngettext(
            "%(reached)s objective is reached.", "%(reached)s objectives are reached.", done, reached=reached
        )
    others = ngettext("%(missed)s is not", "%(missed)s are not", missed, missed=numeral(missed))
    return ngettext(
        "%(reached)s objective is reached, %(others)s.",
        "%(reached)s objectives are reached, %(others)s.",
        done,
        reached=reached,
        others=others,
    )


def reached_text(rows: Sequence[Due], *, counts: bool) -> str:
    """Return how many objectives are reached, and of which that is not told, in sentences."""
    return " ".join(_reached_sentences(rows, counts=counts))


def untold_sentence(rows: Sequence[Due], *, counts: bool) -> str:
    """Return of which objectives it is not told whether they are reached, and why; "" where of each it is.

    Their names, targets and due dates are everybody's. `counts`: the reader may see counts of people, of a group large
    enough.
    """
    untold = [_dated(row) for row in rows if row.is_reached is None]
    if not untold:
        return ""
    names = list_text(untold) if len(untold) <= NAMED else count(len(untold), "objective")
    return ngettext(*untold_forms(counts=counts), len(untold), objectives=names)


def untold_forms(*, counts: bool) -> tuple[str, str]:
    """Return in which words it is that of some objectives it is not told; `counts` as in `untold_sentence`."""
    return TOO_FEW if counts else LEADS_ALONE


def _dated(row: Due) -> str:
    places = {"objective": row.name, "target": row.target}
    if row.by is None:
        return gettext("%(objective)s (target: %(target)s)", **places)
    is_today = row.until == 0 and not row.is_past
    due = days_text(0) if is_today else gettext("due %(day)s", day=day(row.by))
    return gettext("%(objective)s (target: %(target)s, %(due)s)", **places, due=due)


def _reached_sentence(done: int, whole: int) -> str:
    if not done:
        return gettext("No objective is reached yet.")
    places = {"done": numeral(done).capitalize(), "whole": numeral(whole)}
    if whole == 1:
        return gettext("%(done)s of %(whole)s objective is reached.", **places)
    return ngettext(
        "%(done)s of %(whole)s objectives is reached.", "%(done)s of %(whole)s objectives are reached.", done, **places
    )
