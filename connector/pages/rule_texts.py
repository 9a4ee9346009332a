"""Mappings in words, as the viewer may read them: epics are tickets, and named to whom Jira lets browse them."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from msgspec.structs import replace
from sqlalchemy import Connection

from connector.container import container
from connector.jira.client import JiraError
from connector.pages.visibility import browsable
from connector.web.gate import caller
from mappings.formats.engagement_file.writer import rule_text
from mappings.measure.model.engagement import TicketRule
from mappings.records.facts.issues import select_labels_of_keys
from mappings.translation import ngettext


def shown_rule_text(rule: TicketRule, named: AbstractSet[str]) -> str:
    """Return a mapping in one line; of its epics those that are `named`, and how many others there are."""
    epics = tuple(key for key in rule.epics if key in named)
    hidden = len(rule.epics) - len(epics)
    more = (
        ngettext("%(num)s epic that you may not browse", "%(num)s epics that you may not browse", hidden)
        if hidden
        else ""
    )
    return "; ".join(filter(None, (rule_text(replace(rule, epics=epics)), more)))


def select_named_epics(connection: Connection, rules: Iterable[TicketRule]) -> frozenset[str]:
    """Return the epics of mappings that the viewer may browse."""
    labels = select_labels_of_keys(connection, caller().tenant_id, {key for rule in rules for key in rule.epics})
    try:
        allowed = browsable(container(), labels)
    except JiraError:
        return frozenset()
    return frozenset(label.key for label in labels if label.issue_id in allowed)
