"""How the due date of an objective is moved in an engagement file: the field, and the lines to send with another."""

from collections.abc import Sequence
from datetime import date

from flask import request
from msgspec import Struct

from connector.pages.settings.access import SettingsView
from connector.text import full_day
from mappings.formats.engagement_file.account_list import in_flow
from mappings.formats.engagement_file.proposed_side import TODO
from mappings.measure.model.engagement import Objective
from mappings.translation import gettext, list_text, ngettext


class DueDate(Struct, frozen=True):
    """Objectives, by name and due date as their file has it; `message` asks whoever runs Teachback for other dates.

    `is_asked`: the reader came from these objectives.
    """

    dates: tuple[tuple[str, str], ...]
    message: str
    is_asked: bool

    @property
    def title(self) -> str:
        if len(self.dates) == 1:
            ((name, by),) = self.dates
            return gettext("To move the due date of “%(name)s”, %(day)s", name=name, day=by)
        names = [gettext("“%(name)s” (%(day)s)", name=name, day=by) for name, by in self.dates]
        return gettext("To move the due dates of %(objectives)s", objectives=list_text(names))


def due_date_of(view: SettingsView) -> DueDate | None:
    """Return the dates of the objectives that the reader came from, else the earliest; None where pages change them."""
    if not view.is_file:
        return None
    asked = request.args.get("objective", "").split(",")
    dated = [(item, item.by) for item in view.engagement.objectives if item.by]
    if not dated:
        return None
    chosen = [each for each in dated if each[0].key in asked]
    shown = chosen or [min(dated, key=lambda each: each[1])]
    dates = tuple((objective.name, full_day(by)) for objective, by in shown)
    return DueDate(dates, _message(view, shown), bool(chosen))


def _message(view: SettingsView, dated: Sequence[tuple[Objective, date]]) -> str:
    file = f"{view.engagement.key}.yaml"
    asked = ngettext(
        "Please change in %(file)s, under objectives: at the key that stands here:",
        "Please change in %(file)s, under objectives: at the keys that stand here:",
        len(dated),
        file=file,
    )
    lines = [line for objective, by in dated for line in _lines(objective, by)]
    return "\n".join((asked, *lines, gettext("Then run:"), view.apply_command))


def _lines(objective: Objective, by: date) -> tuple[str, str, str]:
    target = in_flow({"people": objective.people, "rung": objective.rung, "by": TODO})
    agreed = in_flow({"inhouse": TODO, "agency": TODO})
    return f"- key: {objective.key}", f"  target: {target}  # now {by}", f"  agreed: {agreed}"
