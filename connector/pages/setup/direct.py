"""Setting up by an administrator’s link, on a site without an app: what there is, where to begin, and these links."""

from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import Connection

from connector.actions.settings.links import revoke_admin_link
from connector.container import container
from connector.pages.act import perform_setup
from connector.pages.setup.access import find_administered, said_text
from connector.pages.visibility import refuse
from connector.text import ago
from connector.web.gate import SETUP, Rule, caller, link, tenant
from mappings.events.times import DAY, SECOND
from mappings.records.agreement.drafts import select_drafts
from mappings.records.agreement.engagements import select_engagements
from mappings.records.facts.projects import select_project_keys
from mappings.records.operations.access_links import select_access_links
from mappings.translation import gettext

blueprint = Blueprint("setup_direct", __name__)
ROUTES: dict[str, Rule] = {
    "setup_direct.linked": SETUP,
    "setup_direct.content": SETUP,
    "setup_direct.ask_revoke": SETUP,
    "setup_direct.revoke": SETUP,
}


@blueprint.get("/direct/setup")
def linked() -> str:
    """Show what can be set up on the site, on our own address."""
    return render_template("setup/direct_page.html", linked=True, **_values())


@blueprint.get("/pages/setup/site")
def content() -> str:
    """Show the same in its page."""
    return render_template("setup/direct.html", **_values(said_text()))


@blueprint.get("/pages/setup/site/revoke")
def ask_revoke() -> str:
    """Ask before an administrator’s link is revoked."""
    _require_link()
    own, number = link(), request.args.get("link", "")
    is_own = own is not None and str(own.link_id) == number
    return render_template("settings/revoke.html", number=number, is_own=is_own)


@blueprint.post("/pages/setup/site/revoke")
def revoke() -> str:
    """Revoke an administrator’s link of the site, be it the own one."""
    _require_link()
    with container().reader.connect() as connection:
        administers = find_administered(connection, ())
    number = request.args.get("link", "")
    words = perform_setup(administers, lambda actor: revoke_admin_link(actor, number))
    return render_template("setup/direct.html", **_values(words))


def _require_link() -> None:
    if link() is None:
        refuse(404, gettext("This page is for administrators’ links. In Jira, open Knowledge transfer in a project."))


def _values(notice: str = "") -> dict[str, Any]:
    _require_link()
    with container().reader.connect() as connection:
        # Nobody on an agency's side sets anything up, whatever link they hold.
        may_set_up = bool(find_administered(connection, ()))
        return {"notice": notice, "site": tenant().site} | (_site_values(connection) if may_set_up else {})


def _site_values(connection: Connection) -> dict[str, Any]:
    tenant_id, now = caller().tenant_id, container().clock()
    drafts = [draft for draft in select_drafts(connection, tenant_id) if draft.engagement is None]
    links = [
        each
        for each in select_access_links(connection, tenant_id)
        if each.is_admin and each.revoked_at is None and each.expires_at > now
    ]
    own = link()
    return {
        "engagements": [
            (each.engagement.key, each.engagement.name, each.engagement.projects[0], each.kept_in == "file")
            for each in select_engagements(connection, tenant_id)
        ],
        "drafts": [
            (draft.number, str(draft.bodies["basics"].get("engagement", {}).get("name") or ""), draft.projects[:1])
            for draft in drafts
        ],
        "projects": sorted(select_project_keys(connection, tenant_id)),
        "links": [
            {
                "number": each.link_id,
                "is_own": own is not None and each.link_id == own.link_id,
                "used": ago((now - each.used_at) / SECOND) if each.used_at else "",
                "days": max(1, (each.expires_at - now) // DAY),
            }
            for each in links
        ],
    }
