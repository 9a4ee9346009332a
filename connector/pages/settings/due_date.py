"""How the due date of an objective is moved in an engagement file: the field, and the lines to send with another."""

from datetime import date

from flask import request
from msgspec import Struct

from connector.pages.settings.access import SettingsView
from connector.text import full_day
from mappings.formats.engagement_file.account_list import in_flow
from mappings.formats.engagement_file.proposed_side import TODO
from mappings.measure.model.engagement import Objective
from mappings.translation import gettext


class DueDate(Struct, frozen=True):
    """An objective's due date as its file has it; `message` asks whoever runs Teachback for another.

    `is_asked`: the reader came from this objective.
    """

    name: str
    day: str
    message: str
    is_asked: bool


def due_date_of(view: SettingsView) -> DueDate | None:
    """Return the date of the objective that the reader came from, else the earliest; None where pages change it."""
    if not view.is_file:
        return None
    asked = request.args.get("objective", "")
    dated = {item.key: (item.by, item) for item in view.engagement.objectives if item.by}
    if not dated:
        return None
    by, objective = dated[asked] if asked in dated else min(dated.values(), key=lambda each: each[0])
    return DueDate(objective.name, full_day(by), _message(view, objective, by), objective.key == asked)


def _message(view: SettingsView, objective: Objective, by: date) -> str:
    asked = gettext(
        "Please change in %(file)s, under objectives: at the key that stands here:", file=f"{view.engagement.key}.yaml"
    )
    target = in_flow({"people": objective.people, "rung": objective.rung, "by": TODO})
    agreed = in_flow({"inhouse": TODO, "agency": TODO})
    lines = (f"- key: {objective.key}", f"  target: {target}  # now {by}", f"  agreed: {agreed}")
    return "\n".join((asked, *lines, gettext("Then run:"), view.apply_command))
