"""What a change changes, section by section: what one side decides alone, and what both sides have to agree to."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from connector.auth.access import roles_of
from mappings.events.types import Instant
from mappings.formats.engagement_file.difference import Changed, engagement_difference
from mappings.formats.engagement_file.draft_sections import SECTIONS, bodies_of, read_draft
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.statements import LeadSide
from mappings.records.agreement.drafts import SIDES, Draft, DraftAnswer

Body = Mapping[str, Any]
Parts = Mapping[str, tuple[Changed, ...]]

OWN_SECTIONS: Final = ("people", "leads")
"""The sections in which the in-house side decides alone, but about the agency’s people and lead."""
_ALONE: Final = ("person", "groups", "leads")
"""How the names of these sections’ differences begin."""


def agency_can_answer(agreed: Engagement, now: Instant) -> bool:
    """Tell whether somebody leads the agency’s side; without a lead nobody could ever agree for it."""
    return any("agency_lead" in roles_of(agreed, lead, now) for lead in agreed.leads.get("agency", ()))


def agency_accounts(agreed: Engagement, draft: Draft, now: Instant) -> frozenset[str]:
    """Return the people whose time on the agency’s side differs: they are the other side’s to decide about."""
    if not agency_can_answer(agreed, now):
        return frozenset()
    before, after = (
        _agency_stays(body, agreed.agency) for body in (bodies_of(agreed)["people"], draft.bodies["people"])
    )
    return frozenset(each for each in before | after if before.get(each) != after.get(each))


def _agency_stays(body: Body, agency: str) -> dict[str, list[tuple[str, str]]]:
    stays: dict[str, list[tuple[str, str]]] = {}
    for person in body.get("people", ()):
        # The file says another agency’s people by that agency’s key.
        if person["side"] == "agency" and person.get("agency", agency) == agency:
            stays.setdefault(person["account"], []).append((str(person.get("from", "")), str(person.get("to", ""))))
    return {account: sorted(spans) for account, spans in stays.items()}


def waiting_parts(agreed: Engagement, draft: Draft, now: Instant) -> Parts:
    """Return what both sides have to agree to, by section. Raises EngagementError."""
    changed, both = read_draft(draft.bodies), agency_accounts(agreed, draft, now)
    leads = "leads.agency" if agency_can_answer(agreed, now) else None
    parts: dict[str, list[Changed]] = {}
    for change in engagement_difference(agreed, changed):
        alone = change.name.startswith(_ALONE) and change.name != leads and account_of(change) not in both
        if not alone:
            parts.setdefault(section_of(change), []).append(change)
    return {section: tuple(parts[section]) for section in SECTIONS if section in parts}


def section_of(change: Changed) -> str:
    """Return the section of the form in which a difference is made."""
    kind = change.name.partition(" ")[0]
    if kind in {"person", "objective"}:
        return "people" if kind == "person" else "objectives"
    top = change.name.partition(".")[0]
    return next(section for section, owned in SECTIONS.items() if top in owned)


def account_of(change: Changed) -> str:
    """Return the account that a difference is about, "" for none."""
    name = change.name.removeprefix("person ")
    return "" if name == change.name else name.rpartition(" from ")[0]


def part_hash(changes: Iterable[Changed]) -> str:
    """Return the hash of what both sides have to agree to in a section: before and after."""
    return f"sha256:{hashlib.sha256(msgspec.json.encode(tuple(changes))).hexdigest()}"


def declined_by(draft: Draft, section: str, current: str) -> tuple[LeadSide, DraftAnswer] | None:
    """Return who declined a section, or a new engagement, as it is now; an edit of it lets the answer lapse."""
    answers = ((side, draft.answers.get((section, side))) for side in SIDES)
    return next(
        ((side, each) for side, each in answers if each and not each.is_agreement and each.hash == current), None
    )


def has_agreed_to_part(agreed: Engagement, draft: Draft, place: tuple[str, LeadSide], current: str) -> bool:
    """Tell whether a lead of a side, who leads it still, agreed to a section of a change as it is."""
    answer, side = draft.answers.get(place), place[1]
    leads = agreed.leads.get(side, ())
    return answer is not None and answer.is_agreement and answer.hash == current and answer.account in leads


def bodies_with(agreed: Engagement, draft: Draft, sections: Iterable[str], now: Instant) -> dict[str, Body]:
    """Return what is agreed with what both sides agreed to in these sections."""
    current, both = bodies_of(agreed), agency_accounts(agreed, draft, now)
    bodies: dict[str, Body] = dict(current)
    for section in sections:
        bodies[section] = _merged(section, current[section], draft.bodies[section], both)
    return bodies


def own_bodies(agreed: Engagement, draft: Draft, now: Instant) -> dict[str, Body]:
    """Return what is agreed with what the in-house side decides alone."""
    current, drafted = bodies_of(agreed), draft.bodies
    people = _with_people_of(drafted["people"], current["people"], agency_accounts(agreed, draft, now))
    leads = drafted["leads"]
    if agency_can_answer(agreed, now):
        leads = _with_agency_lead(leads, current["leads"])
    return {**current, "people": people, "leads": leads}


def _merged(section: str, current: Body, drafted: Body, both: frozenset[str]) -> Body:
    if section == "people":
        return _with_people_of(current, drafted, both)
    return _with_agency_lead(current, drafted) if section == "leads" else drafted


def _with_people_of(body: Body, other: Body, accounts: frozenset[str]) -> Body:
    """Return a section of people in which these accounts are as in another one."""
    people = [person for person in body.get("people", ()) if person["account"] not in accounts]
    people += [person for person in other.get("people", ()) if person["account"] in accounts]
    order = {account: place for place, account in enumerate(_accounts(body) + _accounts(other))}
    return {**body, "people": sorted(people, key=lambda person: order[person["account"]])}


def _accounts(body: Body) -> list[str]:
    return [person["account"] for person in body.get("people", ())]


def _with_agency_lead(body: Body, other: Body) -> Body:
    leads = {side: named for side, named in body.get("leads", {}).items() if side != "agency"}
    agency = other.get("leads", {}).get("agency")
    return {**body, "leads": {**leads, "agency": agency} if agency else leads}
