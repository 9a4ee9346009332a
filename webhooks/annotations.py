"""Annotations of tickets by hand: roles, tags and teach-backs."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from mappings.measure.model.ticket import Role, Tag, TeachBack, Ticket
from mappings.records.agreement.roles import select_roles
from mappings.records.agreement.tags import select_tags
from mappings.records.agreement.teach_backs import select_teach_backs
from mappings.records.sql.scope import AgreementScope


class _Annotations(Struct, frozen=True):
    roles: Mapping[int, tuple[Role, ...]]
    tags: Mapping[int, tuple[Tag, ...]]
    teach_backs: Mapping[int, tuple[TeachBack, ...]]


def with_annotations(scope: AgreementScope, tickets: Mapping[int, Ticket]) -> dict[int, Ticket]:
    """Return the tickets and their sub-tasks with the roles, tags and teach-backs of an engagement."""
    ids = [part.issue.issue_id for ticket in tickets.values() for part in (ticket, *ticket.subtasks)]
    annotations = _Annotations(select_roles(scope, ids), select_tags(scope, ids), select_teach_backs(scope, ids))
    if not annotations.roles and not annotations.tags and not annotations.teach_backs:
        return dict(tickets)
    return {issue_id: _annotated(ticket, annotations) for issue_id, ticket in tickets.items()}


def _annotated(ticket: Ticket, annotations: _Annotations) -> Ticket:
    issue_id = ticket.issue.issue_id
    return msgspec.structs.replace(
        ticket,
        roles=annotations.roles.get(issue_id, ()),
        tags=annotations.tags.get(issue_id, ()),
        teach_backs=annotations.teach_backs.get(issue_id, ()),
        subtasks=tuple(_annotated(subtask, annotations) for subtask in ticket.subtasks),
    )
