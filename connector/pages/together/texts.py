"""The texts of the page for both leads: rules that wait, feedback and its action, pulses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from connector.actions.feedback import About, open_quarters
from connector.actions.rulesets import RulesetVersion, select_versions
from connector.text import SIDE_NAMES, count, day
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.formats.engagement_file.difference import Changed, ruleset_difference
from mappings.formats.engagement_file.ruleset_labels import RULE_NAMES
from mappings.measure.model.quarters import quarter_name
from mappings.measure.model.ruleset import hash_of
from mappings.measure.model.statements import Feedback, LeadSide, Pulse
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.agreement.feedback import select_feedback
from mappings.records.agreement.pulses import select_pulses
from mappings.records.operations.audit import AGREEMENT_CHANGED, select_acts_on
from mappings.records.sql.scope import AgreementScope

ABOUT_NAMES: Mapping[About, str] = {
    "reviews": "Reviews",
    "questions": "Answers to questions",
    "brief": "The brief",
    "learners": "Learners",
    "gatekeepers": "Gatekeepers",
    "other": "Something else",
}
# How far back feedback is listed; what is older does not count any more.
LISTED: Instant = 366 * DAY


@dataclass(frozen=True)
class Item:
    """An item of feedback; `waits`: no action is tied to it yet."""

    number: int
    head: str
    text: str
    state: str
    waits: bool


@dataclass(frozen=True)
class PulseQuarter:
    """A quarter on which pulses may be given; `is_open`: the viewer's side has not given its own."""

    quarter: str
    name: str
    text: str
    is_open: bool


@dataclass(frozen=True)
class Change:
    """One number of the rules that would change."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Rules:
    """The rules in force, and the newest version where it is not: what it changes and whose approval it waits for."""

    name: str
    hash: str
    version: int
    changes: tuple[Change, ...]
    waits: str
    may_approve: bool


def rules_of(connection: Connection, tenant_id: int, stored: StoredEngagement, side: LeadSide) -> Rules:
    """Return the rules in force and what is proposed, as a lead of `side` reads them (measurement (e))."""
    in_force = stored.rules.name, hash_of(stored.rules)
    versions = select_versions(connection, tenant_id, stored)
    proposed = versions[-1] if versions and versions[-1].state in {"proposed", "agreed"} else None
    if proposed is None:
        return Rules(*in_force, 0, (), "", may_approve=False)
    changes = tuple(_change(changed) for changed in ruleset_difference(stored.rules, proposed.proposal.rules))
    version = proposed.proposal.version
    return Rules(*in_force, version, changes, _waits(proposed), may_approve=_lacks_side(proposed, side))


def _change(changed: Changed) -> Change:
    name = changed.name
    return Change(name, RULE_NAMES.get(name, name), changed.before or "", changed.after or "")


def _waits(version: RulesetVersion) -> str:
    proposal = version.proposal
    if proposal.applies_from is not None:
        begins = proposal.applies_from
        return f"Both sides agreed. They apply from {day(begins)} {begins.year}, with all figures built anew by them."
    missing = [SIDE_NAMES[side] for side in SIDE_NAMES if getattr(proposal, side) is None]
    return f"Waits for a lead of {' and one of '.join(missing)}; then they apply from the next quarter on."


def _lacks_side(version: RulesetVersion, side: LeadSide) -> bool:
    return version.state == "proposed" and getattr(version.proposal, side) is None


def pulses_of(
    connection: Connection,
    tenant_id: int,
    stored: StoredEngagement,
    prepared: PreparedEngagement,
    *,
    now: Instant,
    side: LeadSide,
) -> list[PulseQuarter]:
    """Return the quarters on which a pulse may be given now, newest first (measurement (h), D4)."""
    pulses = select_pulses(AgreementScope(connection, tenant_id, stored.engagement.key), as_of=now)
    quarters = sorted(open_quarters(stored.engagement, prepared.calendar.day(now)), reverse=True)
    return [_pulse_quarter(quarter, [item for item in pulses if item.quarter == quarter], side) for quarter in quarters]


def _pulse_quarter(quarter: date, pulses: Sequence[Pulse], side: LeadSide) -> PulseQuarter:
    answers = {pulse.side: pulse.answer for pulse in pulses}
    return PulseQuarter(quarter.isoformat(), quarter_name(quarter), _answers_text(answers, side), side not in answers)


def _answers_text(answers: Mapping[LeadSide, int], side: LeadSide) -> str:
    # The other side's number is hidden until both gave theirs, so that neither answer follows the other.
    other: LeadSide = "inhouse" if side == "agency" else "agency"
    if side in answers and other in answers:
        return f"your side {answers[side]}, {SIDE_NAMES[other]} {answers[other]} of 5"
    theirs = f"{SIDE_NAMES[other]} has {'given its pulse' if other in answers else 'not given its pulse yet'}"
    return f"your side {answers[side]} of 5; {theirs}" if side in answers else theirs


def items_of(
    connection: Connection, tenant_id: int, stored: StoredEngagement, prepared: PreparedEngagement, *, now: Instant
) -> list[Item]:
    """Return the agency's feedback of the last year, newest first, each with what became of it."""
    items = select_feedback(
        AgreementScope(connection, tenant_id, stored.engagement.key), start=now - LISTED, end=now + 1
    )
    return [_item(item, prepared, now) for item in reversed(items)]


def _item(item: Feedback, prepared: PreparedEngagement, now: Instant) -> Item:
    about = next((name for key, name in ABOUT_NAMES.items() if key == item.about), item.about)
    head = f"{about}, filed {_dated(prepared, item.at)}"
    return Item(item.number, head, item.words, _state(item, prepared, now), item.action_at is None)


def _state(item: Feedback, prepared: PreparedEngagement, now: Instant) -> str:
    limit = item.at + prepared.ruleset.acted_days * DAY
    within = f"within {prepared.ruleset.acted_days} days"
    if item.action_at is not None:
        late = "" if item.action_at <= limit else f" It came too late to count as acted on {within}."
        return f"Acted on {_dated(prepared, item.action_at)}: {item.action}{late}"
    if now >= limit:
        return f"No action {within}: it counts as not acted on. One still helps."
    days = max(1, (limit - now) // DAY)
    return f"Waits for an action of the in-house team: {count(days, 'day')} left until it counts as not acted on."


def _dated(prepared: PreparedEngagement, at: Instant) -> str:
    return f"{day(prepared.calendar.day(at))} {prepared.calendar.day(at).year}"


def changes_of(
    connection: Connection, tenant_id: int, stored: StoredEngagement, prepared: PreparedEngagement, *, now: Instant
) -> list[str]:
    """Return when which parts of the agreement changed within a year, newest first (product, "Engagement as code")."""
    since, key = now - LISTED, stored.engagement.key
    acts = select_acts_on(connection, tenant_id, AGREEMENT_CHANGED, key, since=since)
    return [f"{_dated(prepared, act.at)}: {act.after}" for act in acts]
