"""How the due date of an objective is moved in an engagement file: the field, and the lines to send with another."""

from collections.abc import Sequence
from datetime import date

from flask import request
from msgspec import Struct
from sqlalchemy import Connection

from connector.actions.policy import ActingRole
from connector.container import container
from connector.figures.people import load_weekly_people
from connector.figures.prepared import select_prepared
from connector.pages.objectives.due import NAMED, due_rows
from connector.pages.settings.access import SettingsView
from connector.text import count, full_day
from connector.web.gate import caller
from mappings.formats.engagement_file.account_list import in_flow
from mappings.formats.engagement_file.proposed_side import TODO
from mappings.measure.model.engagement import Objective
from mappings.translation import gettext, list_text, ngettext

# Who reads how many people reached an objective.
LEADS: frozenset[ActingRole] = frozenset({"inhouse_lead", "agency_lead"})


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
        if len(self.dates) > NAMED:
            return gettext("To move the due dates of %(objectives)s", objectives=count(len(self.dates), "objective"))
        names = [gettext("“%(name)s” (%(day)s)", name=name, day=by) for name, by in self.dates]
        return gettext("To move the due dates of %(objectives)s", objectives=list_text(names))


def due_date_of(connection: Connection, view: SettingsView, today: date) -> DueDate | None:
    """Return the dates of the objectives that the reader came from; None where pages change them.

    Else of those not reached that are due or overdue, else of all of the earliest date.
    """
    if not view.is_file:
        return None
    asked = request.args.get("objective", "").split(",")
    dated = [(item, item.by) for item in view.engagement.objectives if item.by]
    if not dated:
        return None
    chosen = [each for each in dated if each[0].key in asked]
    shown = chosen or _not_in_time(connection, view, dated, today)
    dates = tuple((objective.name, full_day(by)) for objective, by in shown)
    return DueDate(dates, _message(view, shown), bool(chosen))


def _not_in_time(
    connection: Connection, view: SettingsView, dated: Sequence[tuple[Objective, date]], today: date
) -> list[tuple[Objective, date]]:
    due = [each for each in dated if each[1] <= today]
    reached = _reached(connection, view, today) if due else frozenset()
    first = min(by for _, by in dated)
    return [each for each in due if each[0].key not in reached] or [each for each in dated if each[1] == first]


def _reached(connection: Connection, view: SettingsView, today: date) -> frozenset[str]:
    """Return the objectives that are reached, as far as the reader may know."""
    stored = view.stored.as_shown
    if not view.roles & LEADS or stored.generation is None:
        return frozenset()
    app, tenant_id = container(), caller().tenant_id
    prepared = select_prepared(connection, tenant_id, stored)
    people = load_weekly_people(app.engine, tenant_id, stored, prepared, now=app.clock(), reader=app.reader)
    dues = due_rows(view.engagement.objectives, people, today, counts=True)
    return frozenset(due.key for due in dues if due.is_reached)


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
