"""Signals: which tickets are proposals, incidents, experiments, or need a gatekeeper."""

from collections.abc import Callable, Iterable, Mapping

from mappings.measure.model.ticket import Ticket

Rule = Mapping[str, tuple[str, ...]]


def matches(rule: Rule, ticket: Ticket) -> bool:
    # Whether a ticket of today matches a signal: any label, component, type, epic or link that it names.
    if not rule:
        return False
    return any(value in values for kind, values in rule.items() if kind in _VALUES for value in _VALUES[kind](ticket))


def matched(rule: Rule, ticket: Ticket) -> tuple[tuple[str, str], ...]:
    """Return by what a ticket of today matches a signal: the kind of its list, such as "labels", and the value."""
    own = ((kind, value) for kind in rule if kind in _VALUES for value in _VALUES[kind](ticket))
    return tuple((kind, value) for kind, value in own if value is not None and value in rule[kind])


_VALUES: Mapping[str, Callable[[Ticket], Iterable[str | None]]] = {
    "labels": lambda ticket: ticket.issue.labels,
    "components": lambda ticket: ticket.issue.components,
    "types": lambda ticket: (ticket.issue.type_name,),
    "epics": lambda ticket: (ticket.issue.parent_key,),
    "links": lambda ticket: (name for link in ticket.links for name in (link.type_name, link.name)),
}
