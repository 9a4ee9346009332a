"""Objectives that are due soon or overdue: said on each tab with who is missing and a link, not on Objectives alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connector.auth.access import EngagementView
from connector.pages.objectives.due import SOON_DAYS, Due, untold_forms
from connector.pages.project.coverage import numeral
from connector.pages.tabs import frame_address
from connector.text import capital, full_stop
from mappings.translation import gettext, ngettext

# How many are named; the others are on Objectives.
NAMED = 3


@dataclass(frozen=True)
class Deadline:
    """An objective that is due soon or overdue: its name, where it is opened, and how it stands in words."""

    name: str
    address: str
    text: str
    is_overdue: bool


@dataclass(frozen=True)
class Deadlines:
    """What a line says of the objectives that are due soon or overdue, the first due first.

    `objectives` are those that are not reached; of `untold` the reader may not know whether they are, and
    `untold_forms` say why.
    """

    heading: str
    objectives: tuple[Deadline, ...]
    address: str
    untold: tuple[Deadline, ...] = ()
    untold_forms: tuple[str, str] = ("", "")

    def __bool__(self) -> bool:
        return bool(self.objectives or self.untold)

    @property
    def named(self) -> tuple[Deadline, ...]:
        # One more by name is no longer than "1 more".
        return self.objectives if len(self.objectives) <= NAMED + 1 else self.objectives[:NAMED]

    @property
    def more(self) -> str:
        rest = len(self.objectives) - len(self.named)
        return ngettext("%(num)s more on Objectives", "%(num)s more on Objectives", rest) if rest else ""


def deadlines_of(view: EngagementView, dues: Iterable[Due], period: str, *, counts: bool) -> Deadlines:
    """Return the objectives that are due soon or overdue, with how many people are missing or who carries them.

    Those of which it is not told whether they are reached have their target, where their date is near. `counts` as in
    `due_rows`.
    """
    rows = sorted(dues, key=lambda due: due.urgency)
    late, soon = [due for due in rows if due.is_near], [due for due in rows if due.is_soon]
    is_dated = any(due.until for due in [*late, *soon])

    def deadline(due: Due, text: str) -> Deadline:
        return Deadline(due.name, objective_address(view, period, due.key), text, due.is_overdue)

    return Deadlines(
        due_heading(late, soon),
        tuple(deadline(due, f"{due.left}, {_missing_text(due)}" if is_dated else _missing_text(due)) for due in late),
        frame_address("objectives", view.engagement, period),
        tuple(
            deadline(due, gettext("target: %(target)s", target=due.target)) for due in soon if due.is_reached is None
        ),
        untold_forms(counts=counts),
    )


def _missing_text(due: Due) -> str:
    """Return how many people are missing, and from when on that could be reached where it is too late."""
    return "; ".join(part for part in (due.missing, due.late_text) if part)


def due_heading(late: Sequence[Due], soon: Sequence[Due], counted: str = "") -> str:
    """Return what is due, whatever is reached, as all objectives are often due on one day; and how much is missing.

    `counted` is the day as of which it is known what is reached, "" where that is today.
    """
    overdue = _overdue_text(late)
    if overdue:
        return capital(_as_of(overdue, counted))
    due = _due_text(soon)
    if not late:
        # Those of which it is not told are a sentence of their own: they are not all that is due.
        return _reached_text(due, sum(row.is_reached is True for row in soon), counted)
    if len(late) == len(soon):
        return f"{due}:"
    missed = ngettext("%(count)s is not reached", "%(count)s are not reached", len(late), count=numeral(len(late)))
    return gettext("%(due)s; %(missed)s:", due=due, missed=_as_of(missed, counted))


def _overdue_text(late: Sequence[Due]) -> str:
    """Return how many are overdue, with those that are due soon beside them; "" where none is."""
    if late and all(due.is_overdue for due in late):
        return ngettext(
            "%(count)s objective is overdue and not reached:",
            "%(count)s objectives are overdue and not reached:",
            len(late),
            count=numeral(len(late)),
        )
    if any(due.is_overdue for due in late):
        return ngettext(
            "%(count)s objective is overdue, or due within %(days)s days, and not reached:",
            "%(count)s objectives are overdue, or due within %(days)s days, and not reached:",
            len(late),
            count=numeral(len(late)),
            days=SOON_DAYS,
        )
    return ""


def _as_of(text: str, counted: str) -> str:
    return gettext("as of %(day)s, %(text)s", day=counted, text=text) if counted else text


def _reached_text(due: str, done: int, counted: str) -> str:
    if not done:
        return full_stop(due)
    reached = ngettext("%(count)s is reached", "%(count)s are reached", done, count=numeral(done))
    return gettext("%(due)s; %(reached)s.", due=due, reached=_as_of(reached, counted))


def _due_text(soon: Sequence[Due]) -> str:
    whole = len(soon)
    if not any(due.until for due in soon):
        return ngettext(
            "%(count)s objective is due today",
            "%(count)s objectives are due today",
            whole,
            count=capital(numeral(whole)),
        )
    return ngettext(
        "%(count)s objective is due within %(days)s days",
        "%(count)s objectives are due within %(days)s days",
        whole,
        count=capital(numeral(whole)),
        days=SOON_DAYS,
    )


def objective_address(view: EngagementView, period: str, key: str) -> str:
    return frame_address("objectives", view.engagement, period, objective=key)
