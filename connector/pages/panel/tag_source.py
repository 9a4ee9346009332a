"""What set an objective on a ticket: the label, component, type, epic or field of the engagement file."""

from collections.abc import Iterator

from mappings.events.types import Issue
from mappings.measure.model.engagement import TicketRule
from mappings.measure.model.site_names import ONE_KIND, SiteNames
from mappings.translation import gettext


def source_of(rule: TicketRule, issue: Issue, site: SiteNames) -> str:
    """Name the field that sets the objective: "label ab-design"; of a value that is gone only that it was one.

    `rule` has the names as they were agreed, `issue` has ids in their place: they are compared as measuring does.
    """
    return next(_sources(rule, issue, site), gettext("set by a field that has changed since"))


def _sources(rule: TicketRule, issue: Issue, site: SiteNames) -> Iterator[str]:
    yield from (gettext("label %(name)s", name=label) for label in rule.labels if label in issue.labels)
    for name in rule.components:
        if not {*issue.components}.isdisjoint(site.texts_of("components", name)):
            yield gettext("component %(name)s", name=name)
    for name in rule.types:
        if issue.type_name in site.texts_of("issuetype", name):
            yield gettext("type %(name)s", name=name)
    yield from (gettext("epic %(name)s", name=key) for key in rule.epics if issue.parent_key in {key, key.upper()})
    for field, values in rule.fields.items():
        yield from (f"{_field_name(field, site)} {value}" for value in _values_on(issue, field, values, site))


def _values_on(issue: Issue, field: str, values: tuple[str, ...], site: SiteNames) -> Iterator[str]:
    field_id = site.field_of(field)
    kind, texts = ONE_KIND.get(field_id, field_id), {*issue.fields.get(field_id, ())}
    yield from (value for value in values if not texts.isdisjoint(site.texts_of(kind, value)))


def _field_name(field: str, site: SiteNames) -> str:
    # A field that the file names by its id alone is named as the site names it.
    named = (name for name, ids in sorted(site.fields.items()) if field in ids)
    return next(named, field) if field.startswith("customfield_") else field
