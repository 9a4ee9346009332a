"""What set an objective on a ticket: the label, component, type, epic or field of the engagement file."""

from collections.abc import Iterator

from mappings.events.types import Issue
from mappings.measure.model.engagement import TicketRule
from mappings.measure.model.site_names import ONE_KIND, SiteNames
from mappings.measure.model.ticket import Ticket
from mappings.translation import gettext


def source_of(rule: TicketRule, ticket: Ticket, site: SiteNames) -> str:
    """Name the field that sets the objective: "label ab-design"; of a value that is gone only that it was one.

    `rule` has the names as they were agreed, `ticket` has ids in their place: they are compared as measuring does.
    """
    return next(_sources(rule, ticket, site), gettext("set by a field that has changed since"))


def _sources(rule: TicketRule, ticket: Ticket, site: SiteNames) -> Iterator[str]:
    issue = ticket.issue
    yield from (gettext("label %(name)s", name=label) for label in rule.labels if label in issue.labels)
    for name in rule.components:
        if not {*issue.components}.isdisjoint(site.texts_of("components", name)):
            yield gettext("component %(name)s", name=name)
    for name in rule.types:
        if issue.type_name in site.texts_of("issuetype", name):
            yield gettext("type %(name)s", name=name)
    yield from (gettext("epic %(name)s", name=key) for key in rule.epics if issue.parent_key in {key, key.upper()})
    for field, values in rule.fields.items():
        for value in _values_on(issue, field, values, site):
            yield gettext("%(field)s %(name)s", field=_field_name(field, ticket), name=value)


def _values_on(issue: Issue, field: str, values: tuple[str, ...], site: SiteNames) -> Iterator[str]:
    field_id = site.field_of(field)
    kind, texts = ONE_KIND.get(field_id, field_id), {*issue.fields.get(field_id, ())}
    yield from (value for value in values if not texts.isdisjoint(site.texts_of(kind, value)))


def _field_name(field: str, ticket: Ticket) -> str:
    """Return the name of a field: where the file has its id alone, by the ticket's own changes, if it has any."""
    if not field.startswith("customfield_"):
        return field
    return next((change.field for change in ticket.changes if change.field_id == field), gettext("field value"))
