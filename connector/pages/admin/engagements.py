"""Engagements of a site for its administrators: that they exist, their state and what waits, and no figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection

from connector.actions.draft_agreements import agreed_sides, draft_hash
from connector.actions.draft_roles import missing_leads
from connector.actions.engagement_setup import DRAFT_DAYS
from connector.actions.settings.end import is_over, today_of
from connector.auth.access import is_on_agency_side
from connector.pages.objectives.confirmations import Confirmation, confirmations_of
from connector.pages.setup.access import draft_name
from connector.pages.setup.agreement import undecided
from connector.pages.sides_today import sponsors_of
from connector.pages.visibility import account, standing_views
from connector.text import ago
from connector.web.gate import caller, tenant
from mappings.events.times import DAY, SECOND
from mappings.events.types import Instant
from mappings.formats.engagement_file.draft_sections import problems_of
from mappings.measure.model.statements import DefinitionEdit, LeadSide
from mappings.records.agreement.definitions import select_site_definition_edits
from mappings.records.agreement.drafts import Draft
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.facts.projects import select_project_keys
from mappings.records.operations.tenants import select_setup_by, select_setup_group
from mappings.records.sql.scope import SiteScope
from mappings.translation import gettext, list_text, mark, ngettext

Wait = tuple[str, str]
"""The part of the settings or of the draft where somebody acts, `OWN` for the caller's own, and what waits in words."""
OWN = "own"

LACKING = (("inhouse", mark("no in-house lead")), ("agency", mark("no lead of the agency")))

# By the side that agreed: whose agreement is missing.
AGREEMENT: Mapping[LeadSide, str] = {
    "inhouse": mark("the agency lead’s agreement"),
    "agency": mark("the in-house lead’s agreement"),
}
TO_CONFIRM: Mapping[LeadSide, str] = {
    "inhouse": mark("%(number)s in-house"),
    "agency": mark("%(number)s by the agency"),
}


@dataclass(frozen=True)
class EngagementRow:
    """An engagement of these `projects`, with what somebody has to do.

    `needs` is of `waits` what an administrator can do something about, beside people without a side.
    """

    key: str
    name: str
    state: str
    projects: tuple[str, ...]
    waits: tuple[Wait, ...]
    needs: str
    is_over: bool
    is_running: bool


@dataclass(frozen=True)
class DraftRow:
    """A draft of a new engagement; `missing` are its projects that the site does not have, or that were not read."""

    number: int
    name: str
    projects: tuple[str, ...]
    waits: tuple[Wait, ...]
    missing: tuple[str, ...]
    changed: str
    days_left: int

    @property
    def waits_text(self) -> str:
        return "; ".join(words for _, words in self.waits)

    @property
    def told_apart(self) -> str:
        """Its name with what tells it from others that have none yet."""
        places = {"name": self.name, "projects": ", ".join(self.projects), "when": self.changed}
        return gettext("%(name)s on %(projects)s, changed %(when)s", **places)


class Site(Struct, frozen=True):
    """What is known of a site's engagements by key: those with a change, and what waits to be confirmed or decided."""

    changed: frozenset[str]
    edits: Mapping[str, Sequence[DefinitionEdit]]
    without_side: Mapping[str, int]


def select_engagement_rows(
    connection: Connection,
    stored: Sequence[StoredEngagement],
    drafts: Sequence[Draft],
    now: Instant,
    *,
    without_side: Mapping[str, int],
) -> dict[str, Any]:
    """Return the engagements and `drafts` of a site, and who may begin one.

    An administrator on an agency's side reads nothing about another agency's engagement here either.
    """
    tenant_id = caller().tenant_id
    visible = {view.engagement.key for view in standing_views(stored)}
    changed = frozenset(draft.engagement for draft in drafts if draft.engagement)
    known = select_project_keys(connection, tenant_id)
    scope = SiteScope(connection, tenant_id, dict.fromkeys(visible, 0))
    site = Site(changed, select_site_definition_edits(scope, as_of=now) if visible else {}, without_side)
    rows = [_row(each, site, now) for each in stored if each.engagement.key in visible]
    rows.sort(key=lambda row: row.name.casefold())
    is_agency = is_on_agency_side(stored, account(), now)
    new = () if is_agency else (draft for draft in drafts if draft.engagement is None)
    draft_rows = [_draft_row(draft, known, now, sponsors_of(stored)) for draft in new]
    return {
        "engagements": rows,
        "drafts": draft_rows,
        "engagements_sentence": _sentence(rows, draft_rows),
        "setup_by": select_setup_by(connection, tenant_id),
        "setup_group": select_setup_group(connection, tenant_id),
        "draft_days": DRAFT_DAYS,
        # Who stands on an agency's side administers no engagement, and changes nothing that all have.
        "is_agency": is_agency,
    }


def _sentence(rows: Sequence[EngagementRow], drafts: Sequence[DraftRow]) -> str:
    ended = sum(row.is_over for row in rows)
    parts = [ngettext("%(num)s engagement is running", "%(num)s engagements are running", len(rows) - ended)]
    parts += [ngettext("%(num)s is a draft", "%(num)s are drafts", len(drafts))] if drafts else []
    parts += [gettext("%(number)s ended", number=ended)] if ended else []
    return gettext("%(parts)s.", parts=list_text(parts))


def _row(stored: StoredEngagement, site: Site, now: Instant) -> EngagementRow:
    agreed = stored.engagement
    needs = [("set", gettext(text)) for side, text in LACKING if not agreed.leads.get(side)]
    needs += [("waits", gettext("a change that is not in force"))] if agreed.key in site.changed else []
    today = today_of(agreed, now)
    ended = is_over(agreed, today)
    others = [("waits", words) for words in _people_text(site.without_side.get(agreed.key, 0))]
    # Of one that ended nothing is confirmed any more.
    others += [] if ended else _confirmations(stored, site)
    return EngagementRow(
        agreed.key,
        agreed.name,
        _state(stored, today),
        agreed.projects,
        (*needs, *others),
        "; ".join(words for _, words in needs),
        is_over=ended,
        is_running=not ended and stored.generation is not None,
    )


def _leads_text(missing: Sequence[LeadSide]) -> list[str]:
    if len(missing) == len(LACKING):
        return [gettext("no leads")]
    return [gettext(text) for side, text in LACKING if side in missing]


def _people_text(number: int) -> list[str]:
    return [ngettext("%(num)s person needs a side", "%(num)s people need a side", number)] if number else []


def _confirmations(stored: StoredEngagement, site: Site) -> list[Wait]:
    """Return what waits to be confirmed; a lead for whom some of it waits confirms it on the project's Objectives."""
    agreed = stored.engagement
    waiting = confirmations_of(agreed, site.edits.get(agreed.key, ()))
    is_own = any(waiting[side] and account() in agreed.leads.get(side, ()) for side in TO_CONFIRM)
    # Before the first figures there is no such tab.
    has_tab = stored.generation is not None and tenant().display_url
    return [(OWN if is_own and has_tab else "waits", words) for words in _confirmation_texts(waiting)]


def _confirmation_texts(waiting: Mapping[LeadSide, Sequence[Confirmation]]) -> list[str]:
    numbers = {side: len(waiting[side]) for side in TO_CONFIRM if waiting[side]}
    if not numbers:
        return []
    sides = ", ".join(gettext(TO_CONFIRM[side], number=number) for side, number in numbers.items())
    # Each side confirms for itself: an objective may wait for both.
    return [
        ngettext(
            "%(num)s confirmation of an objective: %(sides)s",
            "%(num)s confirmations of objectives: %(sides)s",
            sum(numbers.values()),
            sides=sides,
        )
    ]


def _state(stored: StoredEngagement, today: date) -> str:
    ends = stored.engagement.ends
    if is_over(stored.engagement, today):
        return gettext("Ended")
    state = gettext("Running, ends on %(day)s", day=ends) if ends else gettext("Running")
    if stored.generation is None:
        state = gettext("Not measured yet")
    return gettext("%(state)s, kept as a file", state=state) if stored.kept_in == "file" else state


def _agreement_text(draft: Draft, current: str) -> str:
    """Return whose agreement a draft lacks: both leads', until one of them agreed to it as it is."""
    agreed = agreed_sides(draft, current)
    return gettext(AGREEMENT[agreed[0]] if len(agreed) == 1 else mark("both leads’ agreement"))


def _draft_row(draft: Draft, known: frozenset[str], now: Instant, sponsors: frozenset[str]) -> DraftRow:
    problems, people = problems_of(draft.bodies), len(undecided(draft, sponsors))
    wrong = len(problems)
    waits = [(problems[0].section, ngettext("%(num)s field to set", "%(num)s fields to set", wrong))] if wrong else []
    waits += [("people", words) for words in _people_text(people)]
    waits += [("leads", words) for words in _leads_text(missing_leads(draft))]
    waits.append(("agreement", _agreement_text(draft, "" if wrong else draft_hash(draft))))
    return DraftRow(
        draft.number,
        draft_name(draft),
        tuple(draft.projects),
        tuple(waits),
        tuple(key for key in draft.projects if key not in known),
        ago((now - draft.changed_at) / SECOND),
        max(0, DRAFT_DAYS - (now - draft.changed_at) // DAY),
    )
