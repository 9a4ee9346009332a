"""Requests about the sample data: a call with `sample` in its address is answered from the sample's own site."""

from typing import Any

from flask import Flask, g, request
from msgspec.structs import replace
from werkzeug.datastructures import ImmutableMultiDict

from connector.actions.policy import SET_UP, may
from connector.auth.tenant_cache import CachedTenant
from connector.container import container
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.setup.access import find_administered
from connector.pages.visibility import refuse
from connector.sample.people import LEAD
from connector.sample.ticket_log import PROJECT
from connector.web.gate import SampleView, link, sample
from mappings.records.operations.tenants import sample_site, select_sample_id
from mappings.translation import gettext, mark

NOT_LOADED = mark("There is no sample data here, or you may not see it.")
READ_ONLY = mark("The sample data can be read, not changed.")


def add_sample(app: Flask) -> None:
    """Answer calls about the sample data from its site, and keep them there from page to page."""
    app.before_request(_enter_sample)
    app.url_defaults(_name_sample)


def _enter_sample() -> None:
    """Let the caller read the sample as its in-house lead, where they may set an engagement up on the page's project.

    From here on the call is one of the sample's site: nothing of the real site is read, and Jira is not asked.
    """
    if "sample" not in request.args or "caller" not in g or request.endpoint is None:
        return
    project = request.args.get("project.key", "")
    if link() is not None or g.caller.account is None:
        refuse(404, gettext(NOT_LOADED))
    sample_id = _find_sample(project)
    if request.method not in {"GET", "HEAD"}:
        refuse(403, gettext(READ_ONLY))
    g.sample = SampleView(project)
    g.caller = replace(g.caller, tenant_id=sample_id, account=LEAD)
    g.tenant = _cached_tenant(sample_id)
    shown = {name: values for name, values in request.args.lists() if name not in {"sample", "project.id"}}
    request.args = ImmutableMultiDict(shown | {"project.key": [PROJECT]})


def _find_sample(project: str) -> int:
    try:
        with container().reader.connect() as connection:
            sample_id = select_sample_id(connection, g.caller.tenant_id)
            may_read = sample_id is not None and may(SET_UP, find_administered(connection, [project]))
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)
    if sample_id is None or not may_read:
        refuse(404, gettext(NOT_LOADED))
    return sample_id


def _cached_tenant(sample_id: int) -> CachedTenant:
    return CachedTenant(
        tenant_id=sample_id,
        client_key="",
        site=sample_site(g.tenant.tenant_id),
        base_url="",
        display_url="",
        state="installed",
        secret="",
        key=b"",
        key_before=None,
        before_until=0,
        installed_iat=0,
    )


def _name_sample(endpoint: str, values: dict[str, Any]) -> None:
    """Keep the addresses on a page of the sample within it; a platform knows the real project alone."""
    reading = sample()
    if reading is None or endpoint == "static":
        return
    values["project.key"] = reading.project
    if not endpoint.startswith(("setup.", "sample.")):
        values["sample"] = "1"
