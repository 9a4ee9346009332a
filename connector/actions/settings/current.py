"""The draft of a change over the agreement that holds: sections that nobody changed follow the agreement."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection

from mappings.formats.engagement_file.draft_sections import SECTIONS, bodies_of
from mappings.measure.model.engagement import Engagement
from mappings.records.agreement.drafts import UNCHANGED, Draft, DraftSection, select_draft
from mappings.records.agreement.engagements import StoredEngagement, select_engagement


def follow_agreement(draft: Draft, agreed: Engagement) -> Draft:
    """Return the draft of a change with its unchanged sections as they are agreed now."""
    current = bodies_of(agreed)
    sections = {
        name: _follow(section, SECTIONS.get(name, ()), current.get(name, {}))
        for name, section in draft.sections.items()
    }
    return replace(draft, sections=sections)


def _follow(section: DraftSection, owned: tuple[str, ...], current: Mapping[str, Any]) -> DraftSection:
    if section.version != UNCHANGED:
        return section
    own = {key: value for key, value in section.body.items() if key not in owned}
    return replace(section, body={**own, **current})


def select_standing(connection: Connection, tenant_id: int, draft: Draft) -> StoredEngagement | None:
    """Return the engagement that a draft changes, None for a draft of a new one."""
    return select_engagement(connection, tenant_id, draft.engagement) if draft.engagement else None


def select_current_draft(connection: Connection, tenant_id: int, number: int) -> Draft | None:
    """Return a draft, that of a change over the agreement that holds now; None where there is none."""
    draft = select_draft(connection, tenant_id, number)
    if draft is None or draft.engagement is None:
        return draft
    stored = select_standing(connection, tenant_id, draft)
    return follow_agreement(draft, stored.engagement) if stored else None
