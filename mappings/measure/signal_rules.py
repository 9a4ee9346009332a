"""Which tickets are a signal: proposals, incidents, what needs a gatekeeper, experiments."""

from collections.abc import Mapping

from mappings.measure.ticket import Ticket

Rule = Mapping[str, tuple[str, ...]]


def matches(rule: Rule, ticket: Ticket) -> bool:
    """Say whether a ticket of today matches a signal: any label, component, type, epic or link that it names."""
    if not rule:
        return False
    issue = ticket.issue
    held: dict[str, tuple[str | None, ...]] = {
        "labels": issue.labels,
        "components": issue.components,
        "types": (issue.type_name,),
        "epics": (issue.parent_key,),
        "links": tuple(name for link in ticket.links for name in (link.type_name, link.name)),
    }
    return any(value in held[kind] for kind, values in rule.items() if kind in held for value in values)
