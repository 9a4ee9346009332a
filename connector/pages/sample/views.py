"""Loading and removing the sample data from Get started."""

from flask import Blueprint, render_template

from connector.actions.policy import SET_UP, ActingRole, may
from connector.container import container
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.act import perform_setup
from connector.pages.setup.access import find_administered, page_project
from connector.pages.setup.start import find_start
from connector.pages.visibility import refuse
from connector.sample import site as sample_site
from connector.web.gate import CONTEXT, Rule
from mappings.translation import gettext

blueprint = Blueprint("sample", __name__)
ROUTES: dict[str, Rule] = {"sample.load": CONTEXT, "sample.remove": CONTEXT}


@blueprint.post("/pages/setup/sample/load")
def load() -> str:
    """Load the sample data; it is measured in the background."""
    vault = container().vault
    perform_setup(_administers(), lambda actor: sample_site.load_sample(actor, vault))
    return _start(gettext("The sample data is loaded."))


@blueprint.post("/pages/setup/sample/remove")
def remove() -> str:
    """Remove the sample data, to the row."""
    perform_setup(_administers(), sample_site.remove_sample)
    return _start(gettext("The sample data is removed."))


def _administers() -> frozenset[ActingRole]:
    try:
        with container().reader.connect() as connection:
            administers = find_administered(connection, [page_project()])
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)
    if not may(SET_UP, administers):
        refuse(403, gettext(SET_UP.refusal))
    return administers


def _start(notice: str) -> str:
    with container().reader.connect() as connection:
        values = find_start(connection, page_project())
    if values is None:
        return render_template("line.html", line=notice, heading=gettext("Get started"))
    return render_template("setup/start.html", start=values, notice=notice)
