"""Mappings in words, as the viewer may read them: epics are tickets, and named to whom Jira lets browse them.

Fields stand by their names, where an agreement has their ids.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection

from connector.container import container
from connector.jira.client import JiraError
from connector.pages.visibility import browsable
from connector.web.gate import caller
from mappings.formats.engagement_file.writer import rule_text
from mappings.measure.model.engagement import TicketRule
from mappings.records.facts.field_names import select_field_names
from mappings.records.facts.issues import select_labels_of_keys
from mappings.translation import ngettext


@dataclass(frozen=True)
class RuleNames:
    """The epics that the viewer may browse, and the names of fields by their ids, as far as they are known."""

    epics: AbstractSet[str] = frozenset()
    fields: Mapping[str, str] = field(default_factory=dict)


def shown_rule_text(rule: TicketRule, names: RuleNames) -> str:
    """Return a mapping in one line; of its epics those that are named, and how many others there are."""
    epics = tuple(key for key in rule.epics if key in names.epics)
    fields = {names.fields.get(key, key): texts for key, texts in rule.fields.items()}
    hidden = len(rule.epics) - len(epics)
    more = (
        ngettext("%(num)s epic that you may not browse", "%(num)s epics that you may not browse", hidden)
        if hidden
        else ""
    )
    return "; ".join(filter(None, (rule_text(replace(rule, epics=epics, fields=fields)), more)))


def select_rule_names(connection: Connection, rules: Sequence[TicketRule]) -> RuleNames:
    """Return the names of what mappings have by key or id, for the viewer."""
    fields = {key for rule in rules for key in rule.fields}
    return RuleNames(_select_named_epics(connection, rules), select_names_of(connection, fields))


def select_names_of(connection: Connection, fields: Iterable[str]) -> dict[str, str]:
    """Return the names of those fields that an agreement has by id."""
    return select_field_names(connection, caller().tenant_id, [key for key in fields if key.startswith("customfield_")])


def read_field_names(mappings: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the names of the fields that mappings of a draft have by id."""
    fields = {key for mapping in mappings for key in mapping.get("fields", {}) if key.startswith("customfield_")}
    if not fields:
        return {}
    with container().reader.connect() as connection:
        return select_names_of(connection, fields)


def _select_named_epics(connection: Connection, rules: Iterable[TicketRule]) -> frozenset[str]:
    labels = select_labels_of_keys(connection, caller().tenant_id, {key for rule in rules for key in rule.epics})
    try:
        allowed = browsable(container(), labels)
    except JiraError:
        return frozenset()
    return frozenset(label.key for label in labels if label.issue_id in allowed)
