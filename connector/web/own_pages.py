"""Our own pages in Jira: what a link to one says, for the browser and for the script of the frame around it."""

from urllib.parse import quote, urlencode

from markupsafe import Markup

from connector.container import container
from connector.web.gate import caller, tenant

PROJECT_MODULE, PROGRAM_MODULE = "teachback-project", "teachback-program"
# Where Jira has a project's page of a Connect app (docs/decisions.md has the source).
SELECTED = "com.atlassian.plugins.atlassian-connect-plugin"


def project_page(key: str, **chosen: str) -> Markup:
    """Return the attributes of a link to our page of a project, and to what it opens there: tab, engagement, period."""
    module = f"{SELECTED}:{container().settings.app_key}__{PROJECT_MODULE}"
    address = f"/projects/{quote(key)}?selectedItem={module}" if _is_on_connect() else f"/browse/{quote(key)}"
    return _attributes(address, "project", key, urlencode(chosen))


def program_page(**chosen: str) -> Markup:
    """Return the attributes of a link to Program, and to what it opens there: engagement, quarter, review."""
    address = f"/plugins/servlet/ac/{container().settings.app_key}/{PROGRAM_MODULE}" if _is_on_connect() else ""
    return _attributes(address, "program", "", urlencode(chosen))


def _attributes(address: str, kind: str, key: str, state: str) -> Markup:
    fragment = f"#!{state}" if state and _is_on_connect() else ""
    choice = Markup(' data-choice="{}"').format(state) if state else ""
    there = Markup('href="{}{}{}" target="_top"{}').format(tenant().display_url, address, fragment, choice)
    return there + Markup(' data-{}="{}"').format(kind, key)


def _is_on_connect() -> bool:
    # A link shows a Connect installation without its frame. Only Jira knows the address of a Forge app's page.
    return caller().platform != "forge" and bool(tenant().client_key)
