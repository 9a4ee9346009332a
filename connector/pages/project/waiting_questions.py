"""What an act of Waiting for you would do, and the fields that it needs: shown in the list before it is done."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from connector.actions.selected_tickets import MOST
from connector.auth.access import EngagementView
from connector.container import container
from connector.pages.labels import objective_name
from connector.pages.learning.acceptances import with_moves
from connector.pages.learning.inputs import read_issue, read_pair, read_value
from connector.pages.learning.rungs import select_context as select_context_of_ladder
from connector.pages.learning.sign_offs import select_signing, value_of
from connector.pages.objectives.confirmations import select_confirmations
from connector.pages.project.waiting_acts import WAITS_NO_MORE
from connector.pages.settings.access import find_settings_view
from connector.pages.settings.content import select_change_values
from connector.pages.tickets.disputed import dispute_rows
from connector.pages.tickets.selection import Selection
from connector.pages.tickets.views import select_context
from connector.pages.together import pulses, texts
from connector.pages.together.content import select_viewer
from connector.pages.visibility import refuse
from connector.pages.waiting.model import WaitingContext
from connector.pages.waiting.tickets import select_late_tickets
from mappings.translation import gettext

Question = Callable[[Connection, EngagementView], Mapping[str, Any] | None]


def ask_acceptance(connection: Connection, view: EngagementView) -> Mapping[str, Any] | None:
    issue_id, pair = read_issue(), read_pair()
    context = select_context_of_ladder(connection, view.as_shown)
    signing = with_moves(context, select_signing(context).of(issue_id, pair))
    if not signing.teach_backs:
        return None
    objective = objective_name(view.engagement, pair[0])
    moves = signing.moves.get((issue_id, *pair), "")
    return {"objective": objective, "moves": moves, "sends": {"issue": issue_id, "pair": value_of(pair)}}


def ask_agreements(connection: Connection, view: EngagementView) -> Mapping[str, Any] | None:
    context = WaitingContext(connection, view, container().clock())
    waits = select_confirmations(context.agreement, view.engagement, context.now)[context.side]
    return {"confirmations": waits} if waits else None


def ask_confirmation(connection: Connection, view: EngagementView) -> Mapping[str, Any] | None:
    labels = select_late_tickets(WaitingContext(connection, view, container().clock()))
    labels = sorted(labels, key=lambda label: label.key)[:MOST]
    bar = Selection(select_context(connection), tuple(label.issue_id for label in labels)).bar("")
    return {"tickets": labels, "confirm": bar.confirm, "lines": bar.lines[:1]} if bar and bar.confirm else None


def ask_answer(connection: Connection, _: EngagementView) -> Mapping[str, Any] | None:
    number = read_value("dispute")
    row = next((row for row in dispute_rows(select_context(connection)).rows if str(row.number) == number), None)
    return {"row": row} if row and row.is_open and not row.answered else None


def ask_actions(connection: Connection, view: EngagementView) -> Mapping[str, Any] | None:
    items = [item for item in texts.items_of(select_viewer(connection, view)) if item.waits]
    return {"items": items} if items else None


def ask_pulse(connection: Connection, view: EngagementView) -> Mapping[str, Any] | None:
    viewer, quarter = select_viewer(connection, view), read_value("quarter")
    waiting_pulses = pulses.pulses_of(viewer, pulses.select_answers(viewer))
    pulse = next((pulse for pulse in waiting_pulses if pulse.quarter == quarter), None)
    return {"pulse": pulse, "answers": pulses.ANSWERS} if pulse else None


def ask_approval(connection: Connection, view: EngagementView) -> Mapping[str, Any] | None:
    rules = texts.rules_of(select_viewer(connection, view))
    return {"rules": rules} if rules.may_approve else None


def ask_change(connection: Connection, view: EngagementView) -> Mapping[str, Any] | None:
    settings = find_settings_view(connection, view.engagement.key)
    change = select_change_values(connection, settings) if settings else None
    return {"change": change, "agency": view.engagement.agency_name} if change and change["mine"] else None


QUESTIONS: Mapping[str, Question] = {
    "accept": ask_acceptance,
    "agree-all": ask_agreements,
    "confirm": ask_confirmation,
    "answer": ask_answer,
    "tie": ask_actions,
    "pulse": ask_pulse,
    "approve": ask_approval,
    "change": ask_change,
}


def question_values(act: str, connection: Connection, view: EngagementView) -> Mapping[str, Any]:
    """Return the template's values; what was settled meanwhile waits no more."""
    values = QUESTIONS[act](connection, view)
    return values or refuse(404, gettext(WAITS_NO_MORE))
