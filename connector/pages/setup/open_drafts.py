"""Drafts of new engagements that are there already: to go on with, and the caller's own like one that is begun."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from msgspec import Struct
from sqlalchemy import Connection

from connector.actions.draft_proposals import Bodies
from connector.container import container
from connector.jira.client import JiraError
from connector.pages.setup.access import DraftView, origin, select_draft_views
from connector.pages.visibility import account
from connector.text import ago
from connector.web.gate import caller
from mappings.events.times import SECOND
from mappings.records.agreement.drafts import Draft, select_drafts
from mappings.records.agreement.engagements import select_engagements
from mappings.translation import gettext

# The newest of a project's drafts, which its settings lead to.
SHOWN = 3


class OpenDraft(Struct, frozen=True):
    """A draft to go on with: in words, and what names it in addresses."""

    text: str
    query: Mapping[str, object]


def select_open_drafts(connection: Connection, project: str) -> tuple[list[OpenDraft], int]:
    """Return the newest drafts for a project that the caller may change, and how many more there are."""
    engagements = select_engagements(connection, caller().tenant_id)
    try:
        views = select_draft_views(connection, project, engagements)
    except JiraError:
        # The settings are there all the same: the button asks again.
        return [], 0
    newest = sorted((view for view in views if view.may_set_up), key=lambda view: -view.draft.changed_at)
    return [_open_draft(view) for view in newest[:SHOWN]], len(newest[SHOWN:])


def _open_draft(view: DraftView) -> OpenDraft:
    when = changed_text(view.draft)
    return OpenDraft(gettext("Go on with %(name)s, changed %(when)s", name=view.name, when=when), view.query | origin())


def changed_text(draft: Draft) -> str:
    return ago((container().clock() - draft.changed_at) / SECOND)


def begun_text(draft: Draft) -> str:
    when = ago((container().clock() - draft.created_at) / SECOND)
    return gettext("You began this draft %(when)s: go on with it.", when=when)


def own_address() -> str:
    """Return the address of this call."""
    places: dict[str, Any] = request.args.to_dict()
    return url_for(request.endpoint or "", **places)


def find_twin(bodies: Bodies) -> Draft | None:
    """Return the caller's newest draft in which the same is chosen as in these sections, or None."""
    with container().reader.connect() as connection:
        drafts = select_drafts(connection, caller().tenant_id)
    own = [each for each in drafts if each.engagement is None and each.created_by == account() and not each.answers]
    return next((each for each in reversed(own) if _chosen(each.bodies) == _chosen(bodies)), None)


def _chosen(bodies: Bodies) -> Mapping[str, Any]:
    """Return what people choose in a draft, without what is filled in from what was read."""
    head = bodies["basics"].get("engagement", {})
    return {
        "head": {name: head.get(name) for name in ("name", "key", "projects", "ends", "model")},
        "agency": bodies["basics"].get("agency", {}),
        "people": bodies["people"].get("people", []),
        "objectives": bodies["objectives"].get("objectives", []),
        "leads": bodies["leads"].get("leads", {}),
    }
