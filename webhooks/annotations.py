"""A ticket with what people said of it by hand: its roles, its tags and its teach-backs."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from mappings.measure.model.ticket import Role, Tag, TeachBack, Ticket
from mappings.records.agreement.roles import select_roles
from mappings.records.agreement.tags import select_tags
from mappings.records.agreement.teach_backs import select_teach_backs
from mappings.records.sql.scope import AgreementScope


class _Words(Struct, frozen=True):
    roles: Mapping[int, tuple[Role, ...]]
    tags: Mapping[int, tuple[Tag, ...]]
    teach_backs: Mapping[int, tuple[TeachBack, ...]]


def with_annotations(scope: AgreementScope, tickets: Mapping[int, Ticket]) -> dict[int, Ticket]:
    """Return the tickets, and their sub-tasks, with what was said of them in an engagement."""
    ids = [part.issue.issue_id for ticket in tickets.values() for part in (ticket, *ticket.subtasks)]
    words = _Words(select_roles(scope, ids), select_tags(scope, ids), select_teach_backs(scope, ids))
    if not words.roles and not words.tags and not words.teach_backs:
        return dict(tickets)
    return {issue_id: _dressed(ticket, words) for issue_id, ticket in tickets.items()}


def _dressed(ticket: Ticket, words: _Words) -> Ticket:
    issue_id = ticket.issue.issue_id
    return msgspec.structs.replace(
        ticket,
        roles=words.roles.get(issue_id, ()),
        tags=words.tags.get(issue_id, ()),
        teach_backs=words.teach_backs.get(issue_id, ()),
        subtasks=tuple(_dressed(subtask, words) for subtask in ticket.subtasks),
    )
