"""Our own pages in Jira: what a link to one says, for the browser and for the script of the frame around it."""

from urllib.parse import quote, urlencode

from markupsafe import Markup

from connector.container import container
from connector.web.gate import caller, tenant

PROJECT_MODULE = "teachback-project"
# Where Jira has a project's page of a Connect app (docs/decisions.md has the source).
SELECTED = "com.atlassian.plugins.atlassian-connect-plugin"


def project_page(key: str, **chosen: str) -> Markup:
    """Return the attributes of a link to our page of a project, and to what it opens there: tab, engagement."""
    state = urlencode(chosen)
    address = _on_connect(key, state) if _is_on_connect() else f"/browse/{quote(key)}"
    choice = Markup(' data-choice="{}"').format(state) if state else ""
    return Markup('href="{}{}" target="_top"{} data-project="{}"').format(tenant().display_url, address, choice, key)


def _on_connect(key: str, state: str) -> str:
    module = f"{SELECTED}:{container().settings.app_key}__{PROJECT_MODULE}"
    return f"/projects/{quote(key)}?selectedItem={module}{f'#!{state}' if state else ''}"


def _is_on_connect() -> bool:
    # A link shows a Connect installation without its frame. Only Jira knows the address of a Forge app's page.
    return caller().platform != "forge" and bool(tenant().client_key)
