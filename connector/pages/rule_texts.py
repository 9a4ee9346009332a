"""Mappings in words, as the viewer may read them: epics are tickets, and named to whom Jira lets browse them."""

from msgspec.structs import replace
from sqlalchemy import Connection

from connector.container import container
from connector.jira.client import JiraError
from connector.pages.visibility import browsable
from connector.text import count
from connector.web.gate import caller
from mappings.formats.engagement_file.writer import rule_text
from mappings.measure.model.engagement import TicketRule
from mappings.records.facts.issues import select_issue_id, select_labels


def shown_rule_text(connection: Connection, rule: TicketRule) -> str:
    """Return a mapping in one line; epics that the viewer may not browse are counted, not named."""
    if not rule.epics:
        return rule_text(rule)
    epics = _select_browsable(connection, rule.epics)
    hidden = len(rule.epics) - len(epics)
    more = f"{count(hidden, 'epic')} that you may not browse" if hidden else ""
    return "; ".join(filter(None, (rule_text(replace(rule, epics=epics)), more)))


def _select_browsable(connection: Connection, keys: tuple[str, ...]) -> tuple[str, ...]:
    tenant_id = caller().tenant_id
    ids = {key: select_issue_id(connection, tenant_id, key) for key in keys}
    labels = select_labels(connection, tenant_id, [issue_id for issue_id in ids.values() if issue_id is not None])
    try:
        allowed = browsable(container(), labels.values())
    except JiraError:
        return ()
    return tuple(key for key in keys if ids[key] in allowed)
