"""What is done to selected tickets: an objective is set, removed or confirmed, and each can be undone."""

from collections.abc import Callable, Collection, Sequence

from flask import Blueprint, render_template, request

from connector.actions import selected_tickets
from connector.actions.actor import Actor
from connector.actions.errors import ActionRefused
from connector.actions.policy import TAG, may
from connector.actions.selected_tickets import Tagged
from connector.container import container
from connector.pages.act import Notice, may_act, perform
from connector.pages.tickets.content import list_url, tickets_values
from connector.pages.tickets.done_text import confirmed_text, removed_text, set_text
from connector.pages.tickets.finished import ListContext
from connector.pages.tickets.selection import Selection, read_selected, require_all_browsable
from connector.pages.tickets.views import select_context
from connector.pages.visibility import refuse
from connector.web.gate import CONTEXT, Rule
from mappings.translation import gettext

blueprint = Blueprint("selected", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "selected.bar": CONTEXT,
    "selected.tag": CONTEXT,
    "selected.untag": CONTEXT,
    "selected.confirm": CONTEXT,
    "selected.undo": CONTEXT,
}


@blueprint.get("/pages/tickets/selection")
def bar() -> str:
    """Show what could be done to the selected tickets, and what each would do to the taught share."""
    issue_ids = read_selected()
    with container().reader.connect() as connection:
        context = select_context(connection)
        if not issue_ids or not may_act(context.view, TAG):
            return ""
        require_all_browsable(context, issue_ids)
        return render_template("tickets/selection.html", **bar_values(context, issue_ids))


def bar_values(context: ListContext, issue_ids: tuple[int, ...]) -> dict[str, object]:
    urls = {name: list_url(context, context.filters, f"selected.{name}") for name in ("tag", "untag", "confirm")}
    return {"bar": Selection(context, issue_ids).bar(request.values.get("tag", "")), "urls": urls}


@blueprint.post("/pages/tickets/tag")
def tag() -> str:
    key = request.form.get("tag", "")

    def act(actor: Actor, issue_ids: Collection[int]) -> tuple[str, dict[str, object]]:
        number, tagged = selected_tickets.tag_tickets(actor, issue_ids, key)
        return set_text(actor, key, tagged), {"what": "tag", "number": number}

    return _perform(act)


@blueprint.post("/pages/tickets/untag")
def untag() -> str:
    def act(actor: Actor, issue_ids: Collection[int]) -> tuple[str, dict[str, object]]:
        removed = selected_tickets.untag_tickets(actor, issue_ids)
        return removed_text(actor, removed), {"what": "untag", "pair": _pairs(removed)}

    return _perform(act)


@blueprint.post("/pages/tickets/confirm")
def confirm() -> str:
    def act(actor: Actor, issue_ids: Collection[int]) -> tuple[str, dict[str, object]]:
        confirmed = selected_tickets.confirm_tickets(actor, issue_ids)
        return confirmed_text(actor, confirmed), {"what": "confirm", "pair": _pairs(confirmed)}

    return _perform(act)


@blueprint.post("/pages/tickets/undo")
def undo() -> str:
    what, number = request.args.get("what", ""), request.args.get("number", "")
    pairs = _read_pairs()

    def act(actor: Actor, _: Collection[int]) -> tuple[str, dict[str, object]]:
        if what == "tag" and number.isdecimal() and len(number) < 19:
            selected_tickets.undo_tagging(actor, int(number))
        elif what == "untag":
            selected_tickets.restore_tags(actor, pairs)
        elif what == "confirm":
            selected_tickets.undo_confirming(actor, pairs)
        else:
            raise ActionRefused(gettext("There is nothing to undo."))
        return gettext("Undone."), {}

    return _perform(act)


Act = Callable[[Actor, Collection[int]], tuple[str, dict[str, object]]]


def _perform(act: Act) -> str:
    issue_ids = read_selected()
    named = {*issue_ids, *(issue_id for issue_id, _ in _read_pairs())}
    # Jira is asked before the database's one writer is taken.
    with container().reader.connect() as connection:
        context = select_context(connection)
        view = context.view
        # Who may not act at all reads so, whatever they selected.
        if not may(TAG, view.roles):
            refuse(403, gettext(TAG.refusal))
        require_all_browsable(context, tuple(sorted(named)))
    text, undo_query = perform(view, lambda actor: act(actor, issue_ids))
    with container().reader.connect() as connection:
        context = select_context(connection)
        address = list_url(context, context.filters, "selected.undo", **undo_query) if undo_query else ""
        values = tickets_values(context, Notice(text, address), issue_ids)
        # An open ticket leaves the list of those without an objective, and nothing of it stays selected.
        chosen = bar_values(context, issue_ids) if issue_ids and context.filters.show != "open" else {}
        return render_template("tickets/list.html", **values, **chosen)


def _pairs(tagged: Sequence[Tagged]) -> list[str]:
    return [f"{issue_id}.{key}" for issue_id, key in tagged]


def _read_pairs() -> list[Tagged]:
    """Read what an undo names; what is no pair of a ticket and an objective is none."""
    pairs = [text.partition(".") for text in request.args.getlist("pair")[: selected_tickets.MOST * 8]]
    return [(int(number), key) for number, _, key in pairs if number.isdecimal() and len(number) < 19]
