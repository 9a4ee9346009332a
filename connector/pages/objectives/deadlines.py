"""Objectives that are due soon or overdue: said on each tab with who is missing and a link, not on Objectives alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from connector.auth.access import EngagementView
from connector.pages.objectives.due import SOON_DAYS, Due
from connector.pages.tabs import frame_address
from mappings.translation import ngettext

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
    """What a line says of the objectives that are due soon or overdue, the first due first."""

    objectives: tuple[Deadline, ...]
    address: str

    def __bool__(self) -> bool:
        return bool(self.objectives)

    @property
    def heading(self) -> str:
        whole = len(self.objectives)
        if any(item.is_overdue for item in self.objectives):
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

    @property
    def named(self) -> tuple[Deadline, ...]:
        # One more by name is no longer than "1 more".
        return self.objectives if len(self.objectives) <= NAMED + 1 else self.objectives[:NAMED]

    @property
    def more(self) -> str:
        rest = len(self.objectives) - len(self.named)
        return ngettext("%(num)s more on Objectives", "%(num)s more on Objectives", rest) if rest else ""


def deadlines_of(view: EngagementView, dues: Iterable[Due], period: str) -> Deadlines:
    """Return the objectives that are due soon or overdue, with how many people are missing or who carries them.

    Of whose it is not told whether they are reached, those are among them whose date is near.
    """
    near = sorted((due for due in dues if due.is_near or due.is_near_untold), key=lambda due: due.until or 0)
    return Deadlines(
        tuple(
            Deadline(
                due.name,
                objective_address(view, period, due.key),
                f"{due.left or due.date_left}, {due.missing}",
                due.is_overdue,
            )
            for due in near
        ),
        frame_address("objectives", view.engagement, period),
    )


def objective_address(view: EngagementView, period: str, key: str) -> str:
    return f"{frame_address('objectives', view.engagement, period)}&objective={key}"
