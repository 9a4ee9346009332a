"""Disputing a ticket where it is listed: a question over the list, the list with what became of it, and undo."""

from flask import Blueprint, render_template, request
from sqlalchemy import Connection

from connector.actions.disputes import file_dispute, undo_dispute
from connector.actions.policy import DISPUTE
from connector.auth.access import EngagementView
from connector.container import container
from connector.pages.act import Notice, perform, require_may
from connector.pages.drawer.disputes import read_number
from connector.pages.drawer.evidence import read_question, require_browsable
from connector.pages.drawer.marks import TicketDisputes, select_ticket_disputes
from connector.pages.tickets.content import list_url, tickets_values
from connector.pages.tickets.disputed import DisputeTexts, dispute_texts
from connector.pages.tickets.views import select_context
from connector.pages.visibility import refuse
from connector.web.gate import CONTEXT, Rule, tenant
from mappings.records.facts.issues import IssueLabel
from mappings.records.figures.entries import select_entries
from mappings.translation import gettext

blueprint = Blueprint("listed_disputes", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "listed_disputes.ask": CONTEXT,
    "listed_disputes.file": CONTEXT,
    "listed_disputes.undo": CONTEXT,
}


@blueprint.get("/pages/tickets/dispute")
def ask() -> str:
    """Ask what is wrong with a ticket of the list, and why."""
    with container().reader.connect() as connection:
        _, label = read_disputable(connection)
        context = select_context(connection)
        entries = select_entries(context.scope, [label.issue_id]).get(label.issue_id, ())
        disputes = select_ticket_disputes(connection, context.view, label.issue_id, entries)
        address = list_url(context, context.filters, "listed_disputes.file", issue=label.issue_id)
        texts = dispute_texts(context, entries, disputes)
    require_browsable(label)
    require_disputable(disputes)
    return question(label, disputes, address, ("#tickets", "outerMorph"), texts=texts)


def require_disputable(disputes: TicketDisputes) -> None:
    """Refuse a ticket of which the viewer's side may dispute nothing, and say why."""
    if not disputes.file:
        only = gettext(
            "Only a ticket that is done, and counts in this engagement, can be disputed, by each side once for "
            "each time that it is done."
        )
        refuse(422, disputes.over or only)


def question(
    label: IssueLabel, disputes: TicketDisputes, address: str, place: tuple[str, str], *, texts: DisputeTexts
) -> str:
    """Return the question before a dispute; `place` is the target of its answer and how it is swapped."""
    values = {"disputes": disputes, "texts": texts, "address": address, "target": place[0], "swap": place[1]}
    return render_template("tickets/dispute.html", label=label, site=tenant().display_url, **values)


@blueprint.post("/pages/tickets/dispute/file")
def file() -> str:
    about, reason = request.form.get("objective", ""), request.form.get("reason", "")
    with container().reader.connect() as connection:
        view, label = read_disputable(connection)
    # Jira is asked before the database's one writer is taken.
    require_browsable(label)
    number = perform(view, lambda actor: file_dispute(actor, label.issue_id, about, reason))
    return _listed(disputed_text(label.key), number)


def disputed_text(ticket: str) -> str:
    return gettext(
        "%(ticket)s is disputed for 30 days. No figure changes; beside each stands what it is without it.",
        ticket=ticket,
    )


@blueprint.post("/pages/tickets/dispute/undo")
def undo() -> str:
    number = read_number()
    with container().reader.connect() as connection:
        view = select_context(connection).view
    perform(view, lambda actor: undo_dispute(actor, number))
    return _listed(gettext("Undone."), None)


def read_disputable(connection: Connection) -> tuple[EngagementView, IssueLabel]:
    view, label = read_question(connection)
    require_may(view, DISPUTE)
    return view, label


def _listed(text: str, number: int | None) -> str:
    """Return the list with what was done, and its undo where a dispute was filed."""
    with container().reader.connect() as connection:
        context = select_context(connection)
        undo_address = list_url(context, context.filters, "listed_disputes.undo", dispute=number) if number else ""
        return render_template("tickets/list.html", **tickets_values(context, Notice(text, undo_address)))
