"""Who opens the administrators' page: whoever administers the site, as Jira says at this moment."""

from connector.container import container, request_jira
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.visibility import account, refuse
from connector.web.gate import caller


def require_admin() -> None:
    """Refuse whoever does not administer the site, as Jira says at this moment; asked anew after a minute."""
    # Jira's answer is cached for a minute at most, so a permission that was taken away ends soon.
    refusal = refusal_of_caller()
    if refusal is not None:
        refuse(503 if refusal is empty_states.JIRA_AWAY else 403, refusal.text)


def refusal_of_caller() -> empty_states.State | None:
    """Return why the caller reads nothing here; None where they administer the site."""
    app, tenant_id = container(), caller().tenant_id
    try:
        may = app.browse.may_administer(tenant_id, request_jira(tenant_id), account())
    except JiraError:
        return empty_states.JIRA_AWAY
    return None if may else empty_states.NO_ADMIN
