"""Where the next ticket could teach: a part of the project page that comes after it, since each open ticket is read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.scores import select_prepared
from connector.figures.teaching import select_openings
from connector.jira.client import JiraError
from connector.pages.visibility import browsable, fetch_names, find_view, refuse
from connector.text import count
from connector.web.gate import SHARED, Rule, caller, tenant
from mappings.measure.model.engagement import RUNGS
from mappings.measure.people.teaching_opportunities import TeachingOpportunity
from mappings.records.facts.issues import IssueLabel, select_labels

blueprint = Blueprint("next_tickets", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"next_tickets.show": SHARED}

SHOWN = 6
PARTS = {"shadow": "shadows", "driver": "drives a part"}


@dataclass(frozen=True)
class Next:
    """A ticket that could teach, as its viewer may see it."""

    key: str
    summary: str
    objective: str
    move: str


@blueprint.get("/pages/next")
def show() -> str:
    """List the open tickets of the agency on which a learner would go up a rung."""
    app, who = container(), caller()
    with app.reader.connect() as connection:
        view = read_seat(connection).as_shown
        found = openings(connection, view, viewer=who.account or "")
        labels = select_labels(connection, who.tenant_id, {one.issue_id for one in found})
    try:
        seen = browsable(app, labels.values())
    except JiraError:
        return render_template("project/next_tickets.html", away=True)
    hidden = len({one.issue_id for one in found} - seen)
    rows = rows_of(view, [one for one in found if one.issue_id in seen], labels)
    words = {"agency": view.engagement.agency_name, "hidden": count(hidden, "ticket") if hidden else ""}
    return render_template(
        "project/next_tickets.html", rows=rows[:SHOWN], more=len(rows) - SHOWN, site=tenant().display_url, **words
    )


def read_seat(connection: Connection) -> EngagementView:
    """Read which engagement is asked for; one whose tickets the caller may not open is not found."""
    view = find_view(connection)
    if view is None or "drilldown" not in view.sees:
        refuse(404, "No such engagement of yours.")
    return view


def openings(connection: Connection, view: EngagementView, *, viewer: str) -> tuple[TeachingOpportunity, ...]:
    """Return the open tickets that could teach; none until figures are whole."""
    if view.stored.generation is None:
        return ()
    tenant_id, now = caller().tenant_id, container().clock()
    prepared = select_prepared(connection, tenant_id, view.stored)
    return select_openings(connection, tenant_id, view.stored, prepared, now=now, viewer=viewer)


def rows_of(view: EngagementView, found: Sequence[TeachingOpportunity], labels: dict[int, IssueLabel]) -> list[Next]:
    """Return one row for each ticket and objective: its first way up."""
    names = {one.key: one.name for one in view.engagement.objectives}
    wanted = {account for one in found for account in one.learners if may_name(view, account)}
    people = fetch_names(container(), view, wanted)
    first: dict[tuple[int, str], TeachingOpportunity] = {}
    for one in found:
        first.setdefault((one.issue_id, one.objective), one)
    return [
        Next(labels[i].key, labels[i].summary, names.get(key, key), move_of(one, people))
        for (i, key), one in first.items()
    ]


def may_name(view: EngagementView, account: str) -> bool:
    """Tell whether the caller may read a name: the leads of those who agreed to it, everybody their own."""
    return "names" in view.sees or account == caller().account


def move_of(one: TeachingOpportunity, people: dict[str, str]) -> str:
    """Say who would do what, and what it would count as."""
    named = [people[account] for account in one.learners if people.get(account)]
    return f"{_joined(named) or 'a learner'} {PARTS[one.part]}: {RUNGS[one.kind - 1]}"


def _joined(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
