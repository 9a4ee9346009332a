"""Engagements of a site for its administrators: that they exist, their state and what waits, and no figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from connector.actions.engagement_setup import DRAFT_DAYS
from connector.actions.settings.end import today_of
from connector.auth.access import is_agency_person
from connector.pages.setup.agreement import undecided
from connector.pages.visibility import account, visible_views
from connector.text import ago, count
from connector.web.gate import caller
from mappings.events.times import DAY, SECOND
from mappings.events.types import Instant
from mappings.formats.engagement_file.draft_sections import problems_of
from mappings.records.agreement.drafts import Draft, select_drafts
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.facts.projects import select_project_keys
from mappings.records.operations.tenants import select_setup_by, select_setup_group

LEADS = (("inhouse", "an in-house lead"), ("agency", "a lead of the agency"))


@dataclass(frozen=True)
class EngagementRow:
    """An engagement; `project` is the key by which its settings are opened, `waits` what somebody has to do."""

    key: str
    name: str
    state: str
    projects: str
    project: str
    waits: str


@dataclass(frozen=True)
class DraftRow:
    """A draft of a new engagement; `missing` are its projects that the site does not have, or that were not read."""

    number: int
    name: str
    projects: str
    project: str
    waits: str
    missing: str
    changed: str
    days_left: int


def select_engagement_rows(connection: Connection, stored: Sequence[StoredEngagement], now: Instant) -> dict[str, Any]:
    """Return the engagements and drafts of a site, and who may begin one.

    An administrator on an agency's side reads nothing about another agency's engagement here either.
    """
    tenant_id = caller().tenant_id
    visible = {view.engagement.key for view in visible_views(stored)}
    drafts = select_drafts(connection, tenant_id)
    changed = {draft.engagement for draft in drafts if draft.engagement}
    known = select_project_keys(connection, tenant_id)
    rows = [_row(each, each.engagement.key in changed, now) for each in stored if each.engagement.key in visible]
    is_agency = any(is_agency_person(each.engagement, account(), now) for each in stored)
    new = () if is_agency else (draft for draft in drafts if draft.engagement is None)
    draft_rows = [_draft_row(draft, known, now) for draft in new]
    return {
        "engagements": rows,
        "drafts": draft_rows,
        "engagements_sentence": _sentence(rows, draft_rows),
        "setup_by": select_setup_by(connection, tenant_id),
        "setup_group": select_setup_group(connection, tenant_id),
        "draft_days": DRAFT_DAYS,
    }


def _sentence(rows: Sequence[EngagementRow], drafts: Sequence[DraftRow]) -> str:
    ended = sum(row.state == "Ended" for row in rows)
    running = count(len(rows) - ended, "engagement is", "engagements are")
    parts = [f"{running} running"]
    parts += [count(len(drafts), "is a draft", "are drafts")] if drafts else []
    parts += [f"{ended} ended"] if ended else []
    return f"{' and '.join(filter(None, (', '.join(parts[:-1]), parts[-1])))}."


def _row(stored: StoredEngagement, has_change: bool, now: Instant) -> EngagementRow:  # noqa: FBT001 a fact of the row
    agreed = stored.engagement
    lacking = [f"no {words.partition(' ')[2]}" for side, words in LEADS if not agreed.leads.get(side)]
    waits = [*lacking, *(["a change that is not in force"] if has_change else [])]
    state = _state(stored, today_of(agreed, now))
    return EngagementRow(
        agreed.key, agreed.name, state, ", ".join(agreed.projects), agreed.projects[0], "; ".join(waits) or "nothing"
    )


def _state(stored: StoredEngagement, today: date) -> str:
    ends = stored.engagement.ends
    if ends is not None and ends <= today:
        return "Ended"
    state = f"Running, ends on {ends}" if ends else "Running"
    if stored.generation is None:
        state = "Not measured yet"
    return f"{state}, kept as a file" if stored.kept_in == "file" else state


def _draft_row(draft: Draft, known: frozenset[str], now: Instant) -> DraftRow:
    wrong, people = len(problems_of(draft.bodies)), len(undecided(draft))
    waits = [f"{count(wrong, 'field')} to set"] if wrong else []
    waits += [f"{count(people, 'person', 'people')} without a side"] if people else []
    return DraftRow(
        draft.number,
        str(draft.bodies["basics"].get("engagement", {}).get("name") or "New engagement"),
        ", ".join(draft.projects),
        draft.projects[0] if draft.projects else "",
        "; ".join(waits) or "both leads’ agreement",
        ", ".join(key for key in draft.projects if key not in known),
        ago((now - draft.changed_at) / SECOND),
        max(0, DRAFT_DAYS - (now - draft.changed_at) // DAY),
    )
