"""The Together tab for a lead: who may see it, what it holds, and what an action leaves on it."""

from collections.abc import Callable
from typing import Any, TypeAlias

from flask import render_template
from sqlalchemy import Connection

from connector.actions.actor import Actor
from connector.actions.policy import ACT_ON_FEEDBACK, AGENCY, Permission
from connector.auth.access import EngagementView
from connector.container import container
from connector.pages.act import Notice, has_leads_page, may_act, perform, require_may
from connector.pages.prepared import prepared_of
from connector.pages.together import agreement, pulses, room_texts, texts
from connector.pages.together.undoable import own_notice
from connector.pages.together.viewer import Viewer
from connector.pages.visibility import account, fetch_names, refuse, require_view
from connector.web.gate import caller
from mappings.measure.model.statements import LeadSide
from mappings.translation import gettext

Action: TypeAlias = Callable[[Actor], Notice]


def perform_action(permission: Permission, act: Action) -> str:
    return render_content(perform(view_for(permission), act))


def view_for(permission: Permission) -> EngagementView:
    with container().reader.connect() as connection:
        view = _read_measured(connection)
    require_may(view, permission)
    return view


def _read_measured(connection: Connection) -> EngagementView:
    view = require_view(connection)
    if view.stored.generation is None or not has_leads_page(view):
        refuse(404, gettext("Only the leads of the two sides see this part."))
    return view


def render_content(notice: Notice | None = None) -> str:
    """Return the tab with the notice about an act; without one, with what can still be undone."""
    with container().reader.connect() as connection:
        view = _read_measured(connection)
        values = _select_values(connection, view)
    values |= {"acting": may_act(view, ACT_ON_FEEDBACK), "key": view.engagement.key}
    own: Notice = values.pop("own_notice")
    return render_template("together/page.html", notice=own if notice is None else notice, **values)


def _select_values(connection: Connection, view: EngagementView) -> dict[str, Any]:
    viewer = select_viewer(connection, view)
    items = texts.items_of(viewer)
    rules, answers = texts.rules_of(viewer), pulses.select_answers(viewer)
    waiting_pulses = pulses.pulses_of(viewer, answers)
    room = room_texts.select_room(viewer, container().vault)
    names = fetch_names(container(), view, {*room_texts.accounts_of(room), *agreement.leads_of(viewer)})
    waiting = texts.waiting_of(viewer, items, waiting_pulses, rules) + room_texts.waiting_of(viewer, room)
    return {
        "items": items,
        "acted_days": viewer.prepared.ruleset.acted_days,
        "agency": view.engagement.agency_name,
        "answers": pulses.ANSWERS,
        "lead": texts.sentence_of(viewer, items, waiting),
        "waiting": waiting,
        "rules": rules,
        "pulses": waiting_pulses,
        "pulse_rows": pulses.pulse_rows_of(viewer, answers),
        "room": room_texts.room_of(viewer, room, names),
        "own_notice": own_notice(viewer, items, rules, room),
        "leads": agreement.lead_names_of(viewer, names),
        "changes": agreement.changes_of(viewer, names),
    }


def select_viewer(connection: Connection, view: EngagementView) -> Viewer:
    tenant_id = caller().tenant_id
    prepared = prepared_of(connection, view)
    return Viewer(connection, tenant_id, view, prepared, account(), side_of(view), container().clock())


def side_of(view: EngagementView) -> LeadSide:
    return "agency" if AGENCY & view.roles else "inhouse"
