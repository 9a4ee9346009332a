"""The teaching plan: each objective that the agency has still to teach, with the next ticket and the due date."""

from dataclasses import dataclass
from datetime import date
from math import inf

from connector.pages.agency.led_tickets import NONE_LED, Led, StepTicket
from connector.pages.objectives.due import is_near
from connector.pages.project.coverage import numeral
from connector.pages.project.opening_gap import Gap
from connector.text import day
from mappings.translation import gettext, ngettext

NOTHING = Gap()


@dataclass(frozen=True)
class Step:
    """An objective that is not taught yet. `reached` tells how far it is, in counts only where they may be seen.

    `needs` is what the nearest learner still has to do, "" where that may not be told or nothing is missing; `earliest`
    the first day on which it can be there by that, where that is later than it is due. `tickets` are the next one and,
    where too few are left to drive without the agency, one of those. `lacks` says why there is no ticket, `missing`
    that there are too few to drive without the agency. `is_taught`: by what may be told, what is left is for the
    in-house team alone. `is_alone`: the shortest way is a learner's without the agency, none of whose tickets helps.
    `led` are these tickets.
    """

    objective_key: str
    objective: str
    rung: str
    reached: str
    tickets: tuple[StepTicket, ...]
    due: str
    days: int | None
    address: str
    needs: str
    earliest: date | None
    lacks: Gap
    is_taught: bool = False
    is_alone: bool = False
    missing: Gap = NOTHING
    led: Led = NONE_LED

    @property
    def listed(self) -> tuple[StepTicket, ...]:
        return (*self.tickets, *self.led.rows)

    @property
    def overdue(self) -> bool:
        return self.days is not None and self.days < 0


@dataclass(frozen=True)
class Plan:
    """The steps, how many of them are overdue or due soon, and how many have a next ticket.

    `untold` says of which objectives it is not told whether they are taught; "" where of each it is. `reached` says of
    how many it is known that they are, with that; "" where there is a step. `tells_taught`: the viewer may read which
    of the steps are taught.
    """

    steps: tuple[Step, ...]
    untold: str
    reached: str
    tells_taught: bool

    @property
    def late(self) -> int:
        return sum(step.overdue for step in self.steps)

    @property
    def soon(self) -> int:
        return len(self._soon)

    @property
    def _soon(self) -> list[Step]:
        return [step for step in self.steps if is_near(step.days) and not step.overdue]

    @property
    def soon_text(self) -> str:
        """Return when those are due that are due soon: their day where it is the same, else with the nearest."""
        nearest = min(self._soon, key=lambda step: step.days or 0)
        if all(step.days == nearest.days for step in self._soon):
            return nearest.due
        return gettext("due soon, the nearest %(due)s", due=nearest.due)

    @property
    def _behind(self) -> list[Step]:
        return [step for step in self.steps if step.earliest and not step.overdue]

    @property
    def behind_keys(self) -> tuple[str, ...]:
        """Return the keys of the objectives of which the nearest learner comes too late."""
        return tuple(step.objective_key for step in self._behind)

    @property
    def behind(self) -> str:
        """Return of how many that are not overdue the nearest learner comes too late by tickets, as a sentence."""
        late = [step.earliest for step in self._behind if step.earliest]
        if not late:
            return ""
        if len(late) == len(self.steps):
            return _none_before(len(late), min(late))
        return ngettext(
            "By tickets %(count)s of the objectives cannot be reached in time.",
            "By tickets %(count)s of the objectives cannot be reached in time.",
            len(late),
            count=numeral(len(late)),
        )

    @property
    def due_text(self) -> str:
        """Return when the steps are due: their day where it is the same, else that of the first."""
        first = min(self.steps, key=lambda step: step.days if step.days is not None else inf)
        if all(step.due == first.due for step in self.steps):
            return first.due
        return gettext("the first %(due)s", due=first.due)

    @property
    def owed(self) -> tuple[Step, ...]:
        """Return the steps that are not known to be taught."""
        return tuple(step for step in self.steps if not step.is_taught)

    @property
    def leaves(self) -> bool:
        """Whether something owed is for a learner to drive without the agency."""
        return any(step.is_alone or any(ticket.is_alone for ticket in step.tickets) for step in self.owed)

    @property
    def left_to_team(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.is_taught)

    @property
    def taught(self) -> int:
        return sum(step.is_taught for step in self.steps)

    @property
    def left(self) -> str:
        """Return how many objectives the agency has to teach, and of how many a learner who drives alone is nearer.

        Who may not read which those are reads how many are not reached.
        """
        count, alone = len(self.owed), sum(step.is_alone for step in self.owed)
        not_reached = gettext("%(count)s not reached", count=count)
        if not self.tells_taught:
            return not_reached
        if alone and alone == count:
            return gettext("%(count)s not reached · nearest way: a learner drives alone", count=count)
        to_teach = gettext("%(count)s left to teach", count=count - alone)
        return f"{to_teach} · {not_reached}" if alone else to_teach

    @property
    def taught_text(self) -> str:
        """Return how many of the steps are taught, as a sentence; "" where none is, or each."""
        if not self.taught or self.taught == len(self.steps):
            return ""
        return ngettext(
            "%(count)s of the objectives is taught: what is left is for the in-house team.",
            "%(count)s of the objectives are taught: what is left is for the in-house team.",
            self.taught,
            count=numeral(self.taught).capitalize(),
        )

    @property
    def ticketed(self) -> int:
        return sum(bool(step.tickets) for step in self.steps)


def _none_before(steps: int, first: date) -> str:
    if steps == 1:
        return gettext("By tickets it cannot be reached before %(day)s.", day=day(first))
    if steps == 2:
        return gettext("By tickets neither can be reached before %(day)s.", day=day(first))
    return gettext("By tickets none of them can be reached before %(day)s.", day=day(first))
