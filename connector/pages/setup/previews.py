"""The tickets that an objective of a draft finds, of those created last: how many are done and open, the first keys."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from connector.container import container
from connector.jira.client import JiraError
from connector.pages.visibility import browsable
from connector.web.gate import caller
from mappings.formats.engagement_file.draft_sections import read_draft
from mappings.formats.engagement_file.errors import EngagementError
from mappings.measure.model.engagement import Engagement
from mappings.measure.ticket.mapping_preview import State, match_mapping
from mappings.measure.ticket.prepared import prepare
from mappings.records.agreement.drafts import Draft
from mappings.records.facts.accounts import select_bots
from mappings.records.facts.issues import IssueLabel, select_labels, select_newest_ids, select_tickets
from mappings.records.facts.statuses import select_status_book

MOST_TICKETS = 1000
MOST_KEYS = 5
# Labels of more tickets than are shown: some of them the caller may not browse.
MOST_LABELS = 4 * MOST_KEYS
BEFORE_ALL = date(1970, 1, 2)


class Preview(Struct, frozen=True):
    """How many tickets match by state, and the keys of the first that the caller may browse; `looked_at` of all."""

    counts: Mapping[State, int]
    keys: Mapping[State, list[str]]
    looked_at: int


def select_preview(draft: Draft, key: str) -> Preview | None:
    """Return the preview of an objective, None for one that names no ticket."""
    objectives = draft.bodies["objectives"].get("objectives", ())
    mapping = next((each.get("mapping") for each in objectives if each["key"] == key), None)
    if not mapping:
        return None
    try:
        engagement = read_with(draft, {"objectives": [{"key": key, "name": key, "mapping": mapping}]})
    except EngagementError:
        return None
    with container().reader.connect() as connection:
        matches, looked_at = _select_matches(connection, replace(engagement, starts=BEFORE_ALL), key)
        newest = {state: sorted(ids, reverse=True)[:MOST_LABELS] for state, ids in matches.items()}
        labels = select_labels(connection, caller().tenant_id, [each for ids in newest.values() for each in ids])
    allowed = _browsable(labels)
    keys = {state: [labels[each].key for each in ids if each in allowed][:MOST_KEYS] for state, ids in newest.items()}
    return Preview({state: len(ids) for state, ids in matches.items()}, keys, looked_at)


def _select_matches(connection: Connection, engagement: Engagement, key: str) -> tuple[dict[State, list[int]], int]:
    tenant_id = caller().tenant_id
    book, bots = select_status_book(connection, tenant_id), select_bots(connection, tenant_id)
    prepared = prepare(engagement, book, bots)
    matches: dict[State, list[int]] = {"done": [], "open": []}
    tickets = select_tickets(
        connection, tenant_id, select_newest_ids(connection, tenant_id, engagement.projects, MOST_TICKETS)
    )
    for issue_id, ticket in tickets.items():
        match = match_mapping(prepared, ticket)
        if match is not None and key in match.objectives:
            matches[match.state].append(issue_id)
    return matches, len(tickets)


def _browsable(labels: Mapping[int, IssueLabel]) -> frozenset[int]:
    try:
        return browsable(container(), labels.values())
    except JiraError:
        return frozenset()


def read_with(draft: Draft, parts: Mapping[str, Any]) -> Engagement:
    """Return the engagement with the draft's workflow and these parts alone. Raises EngagementError.

    What a draft may still lack is substituted.
    """
    workflow = {"active": ["\u2025"], "done": ["\u2026"], **draft.bodies["workflow"].get("workflow", {})}
    head = {"name": "-", "timezone": "UTC", "starts": BEFORE_ALL.isoformat(), "projects": list(draft.projects)}
    bodies = {
        "basics": {"engagement": head, "agency": {"name": "-"}},
        "people": {"people": parts.get("people", [])},
        "workflow": {"workflow": workflow},
        "objectives": {"objectives": parts.get("objectives", [])},
    }
    return read_draft(bodies)
