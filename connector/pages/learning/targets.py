"""What was agreed that a learner is to reach on an objective, and until when, for the learner's own eyes."""

from dataclasses import dataclass
from datetime import date

from connector.auth.access import EngagementView
from connector.pages.learning.rung_names import WORDS
from connector.pages.learning.rungs import LadderContext, RungRow
from connector.pages.objectives.deadlines import Deadline, Deadlines, objective_address
from connector.pages.objectives.due import SOON_DAYS, days_text, is_near
from connector.pages.tabs import frame_address
from connector.text import day_beside
from mappings.measure.model.engagement import RUNGS, Objective
from mappings.translation import gettext, mark, ngettext

AT = mark("%(left)s, %(rung)s is agreed and you are at %(own)s")
WITHOUT_RUNG = mark("%(left)s, %(rung)s is agreed and you have no rung yet")


@dataclass(frozen=True)
class OwnTarget:
    """The rung that was agreed on, and how it stands; `days` until it is due, None where nothing is to reach by a day.

    `warns`: it is overdue or due soon. `is_reached`: the person stands there.
    """

    key: str
    text: str
    days: int | None
    is_reached: bool = False

    @property
    def warns(self) -> bool:
        return is_near(self.days)


def targets_of(context: LadderContext, rows: list[RungRow]) -> dict[str, OwnTarget]:
    """Return the target of each objective for which the viewer is enrolled."""
    rungs, today = {row.key: row.rung for row in rows}, context.prepared.calendar.day(context.now)
    objectives = [item for item in context.view.engagement.objectives if item.key in rungs]
    mine = [item for item in objectives if context.account in item.learners]
    return {item.key: _target(item, rungs[item.key], today) for item in mine}


def _target(objective: Objective, rung: int, today: date) -> OwnTarget:
    wanted = RUNGS.index(objective.rung) + 1
    places = {"rung": WORDS[wanted]}
    if rung >= wanted:
        return OwnTarget(objective.key, gettext("Agreed: %(rung)s; you are there", **places), None, is_reached=True)
    if objective.by is None:
        return OwnTarget(objective.key, gettext("Agreed: %(rung)s, without a due date", **places), None)
    days = (objective.by - today).days
    by = day_beside(objective.by, today)
    text = gettext("Agreed: %(rung)s by %(day)s, %(left)s", **places, day=by, left=days_text(days))
    return OwnTarget(objective.key, text, days)


def own_deadlines(view: EngagementView, rows: list[RungRow], targets: dict[str, OwnTarget]) -> Deadlines:
    """Return the viewer's own objectives that are due soon or overdue, with where they are and are to be.

    They lead to the quarter that runs, as both are of today.
    """
    wanted = {item.key: WORDS[RUNGS.index(item.rung) + 1] for item in view.engagement.objectives}
    near = [(targets[row.key].days or 0, row) for row in rows if row.key in targets and targets[row.key].warns]
    near.sort(key=lambda each: each[0])
    objectives = tuple(
        Deadline(row.name, objective_address(view, "", row.key), _stands(days, row, wanted[row.key]), days < 0)
        for days, row in near
    )
    return Deadlines(_heading(objectives), objectives, frame_address("objectives", view.engagement, ""))


def _heading(objectives: tuple[Deadline, ...]) -> str:
    whole = len(objectives)
    if any(item.is_overdue for item in objectives):
        return ngettext(
            "%(num)s objective is overdue or due within %(days)s days:",
            "%(num)s objectives are overdue or due within %(days)s days:",
            whole,
            days=SOON_DAYS,
        )
    return ngettext(
        "%(num)s objective is due within %(days)s days:",
        "%(num)s objectives are due within %(days)s days:",
        whole,
        days=SOON_DAYS,
    )


def _stands(days: int, row: RungRow, wanted: str) -> str:
    text = AT if row.rung else WITHOUT_RUNG
    return gettext(text, left=days_text(days), rung=wanted, own=WORDS[row.rung])
