"""An engagement prepared for measuring, loaded once for a request."""

from flask import g
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.figures.prepared import select_prepared
from connector.web.gate import caller
from mappings.measure.ticket.prepared import PreparedEngagement


def prepared_of(connection: Connection, view: EngagementView) -> PreparedEngagement:
    """Return the engagement as it measures; `view` is the caller's of this request."""
    loaded: dict[object, PreparedEngagement] = g.setdefault("prepared", {})
    key = (caller().tenant_id, view.stored.hash, view.engagement.key, view.stored.generation)
    if key not in loaded:
        loaded[key] = select_prepared(connection, caller().tenant_id, view.stored)
    return loaded[key]
