"""What a list of open tickets without an objective is looked through for: what an objective's learner still needs."""

from connector.figures.teaching import select_ways
from connector.pages.prepared import prepared_of
from connector.pages.project.tickets_missing import way_text
from connector.pages.tickets.finished import ListContext
from connector.text import count
from connector.web.gate import caller
from mappings.translation import gettext


def aim_text(context: ListContext) -> str:
    """Return what the nearest learner lacks of the objective that led here; "" for none, or where it is not told."""
    view, key = context.view, context.filters.aim
    name = next((objective.name for objective in view.engagement.objectives if objective.key == key), "")
    # It takes counts of people to tell.
    if not name or "cells" not in view.sees:
        return ""
    prepared = prepared_of(context.connection, view)
    way = select_ways(context.connection, caller().tenant_id, view.stored, prepared, now=context.now).get(key)
    if way is None:
        return ""
    places = {"objective": name, "tickets": way_text(way)}
    if [*way.tickets] != ["independent"] or way.tickets["independent"] < 2:
        return gettext("For %(objective)s the nearest learner still needs %(tickets)s.", **places)
    apart = count(prepared.rules_of(key).span_days, "day")
    return gettext(
        "For %(objective)s the nearest learner still needs %(tickets)s, the first and the last %(days)s apart.",
        days=apart,
        **places,
    )
