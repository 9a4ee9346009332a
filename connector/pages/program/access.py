"""Who may see the program: sponsors their engagements, administrators all, and whom the funnel is for."""

from msgspec import Struct
from sqlalchemy import Connection

from connector.auth.access import Role, linked_views, views_of
from connector.container import container
from connector.pages.visibility import account, administers
from connector.web.gate import caller, link
from mappings.records.agreement.engagements import StoredEngagement, select_engagements


class ProgramView(Struct, frozen=True):
    """The engagements that the caller may see sums of; the funnel is for administrators alone (measurement (f))."""

    stored: tuple[StoredEngagement, ...]
    shows_funnel: bool = False
    roles: frozenset[Role] = frozenset()


def select_program_view(connection: Connection) -> ProgramView:
    """Return what the caller sees of the program: nothing where they are neither sponsor nor administrator."""
    access_link, now = link(), container().clock()
    if access_link is not None:
        views = linked_views(connection, access_link, now)
        return ProgramView(tuple(view.stored for view in views if "program" in view.sees))
    stored = select_engagements(connection, caller().tenant_id)
    # Who stands on an agency's side administers nothing here: they would see another agency's figures.
    as_admin = [view for view in views_of(stored, account(), now, admin=True) if "admin" in view.roles]
    if as_admin and administers(container()):
        return ProgramView(tuple(view.stored for view in as_admin), shows_funnel=True, roles=frozenset({"admin"}))
    sponsored = [view for view in views_of(stored, account(), now) if "program" in view.sees]
    return ProgramView(tuple(view.stored for view in sponsored), roles=frozenset({"sponsor"}))
