"""Disputing a ticket from the Agency tab: a question for the ticket, then what is wrong, and undo."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from connector.actions.actor import Actor
from connector.actions.disputes import file_dispute, undo_dispute
from connector.actions.policy import DISPUTE
from connector.container import container
from connector.pages.act import Notice, require_may, undoing
from connector.pages.agency.content import perform_action, read_measured
from connector.pages.agency.undoable import disputed_notice
from connector.pages.drawer.disputes import read_number
from connector.pages.drawer.evidence import require_browsable
from connector.pages.drawer.marks import select_ticket_disputes
from connector.pages.tabs import frame_address
from connector.pages.tickets.dispute import question, read_disputable, require_disputable
from connector.pages.tickets.disputed import dispute_texts
from connector.pages.tickets.filters import all_query
from connector.pages.tickets.ticket_search import search_tickets
from connector.pages.tickets.views import select_context
from connector.web.gate import CONTEXT, Rule, tenant
from mappings.records.figures.entries import select_entries

blueprint = Blueprint("agency_dispute", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "agency_dispute.choose": CONTEXT,
    "agency_dispute.search": CONTEXT,
    "agency_dispute.ask": CONTEXT,
    "agency_dispute.file": CONTEXT,
    "agency_dispute.undo": CONTEXT,
}


@blueprint.get("/pages/agency/dispute")
def choose() -> str:
    """Ask which ticket is to be disputed; the search answers with its list alone."""
    return render_template("agency/choose_ticket.html", **_search_values())


@blueprint.get("/pages/agency/dispute/search")
def search() -> str:
    return render_template("agency/found_tickets.html", **_search_values())


def _search_values() -> dict[str, Any]:
    with container().reader.connect() as connection:
        view = read_measured(connection)
        require_may(view, DISPUTE)
        tickets = search_tickets(select_context(connection), request.args.get("words", ""))
    chosen = {"engagement": view.engagement.key, "period": request.args.get("period", "")}
    listed = frame_address("tickets", view.engagement, chosen["period"], **all_query(by_agency=view.agency))
    return {"search": tickets, "chosen": chosen, "listed": listed, "site": tenant().display_url}


@blueprint.get("/pages/agency/dispute/ticket")
def ask() -> str:
    """Ask what is wrong with the ticket that was chosen, and why."""
    with container().reader.connect() as connection:
        read_measured(connection)
        view, label = read_disputable(connection)
        context = select_context(connection)
        entries = select_entries(context.scope, [label.issue_id]).get(label.issue_id, ())
        disputes = select_ticket_disputes(connection, view, label.issue_id, entries)
        texts = dispute_texts(context, entries, disputes)
    require_browsable(label)
    require_disputable(disputes)
    chosen: dict[str, Any] = {"engagement": view.engagement.key, "period": request.args.get("period", "")}
    address = url_for("agency_dispute.file", **chosen, issue=label.issue_id)
    return question(label, disputes, address, ("#agency", "innerMorph"), texts=texts)


@blueprint.post("/pages/agency/dispute/file")
def file() -> str:
    about, reason = request.form.get("objective", ""), request.form.get("reason", "")
    with container().reader.connect() as connection:
        _, label = read_disputable(connection)
    # Jira is asked before the database's one writer is taken.
    require_browsable(label)

    def act(actor: Actor) -> Notice:
        number = file_dispute(actor, label.issue_id, about, reason)
        return disputed_notice(actor.key, label.key, number)

    return perform_action(DISPUTE, act)


@blueprint.post("/pages/agency/dispute/undo")
def undo() -> str:
    return perform_action(DISPUTE, undoing(undo_dispute, read_number(), "disputes"))
