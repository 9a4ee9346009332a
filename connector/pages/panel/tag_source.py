"""What set an objective on a ticket: the label, component, type, epic or field of the engagement file."""

from collections.abc import Iterator

from mappings.events.types import Issue
from mappings.measure.model.engagement import TicketRule
from mappings.translation import gettext


def source_of(rule: TicketRule, issue: Issue) -> str:
    """Name the field that sets the objective: "label ab-design"; of a value that is gone only that it was one."""
    return next(_sources(rule, issue), gettext("set by a field that has changed since"))


def _sources(rule: TicketRule, issue: Issue) -> Iterator[str]:
    yield from (gettext("label %(name)s", name=label) for label in rule.labels if label in issue.labels)
    yield from (
        gettext("component %(name)s", name=component) for component in rule.components if component in issue.components
    )
    yield from (gettext("type %(name)s", name=name) for name in rule.types if name == issue.type_name)
    yield from (gettext("epic %(name)s", name=key) for key in rule.epics if key == issue.parent_key)
    for field, values in rule.fields.items():
        yield from (f"{field} {value}" for value in values if value in issue.fields.get(field, ()))
