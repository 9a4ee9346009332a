"""The texts of the Together tab: its sentence, feedback and its action, pulses, and rules that wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.actions.feedback import About
from connector.actions.rulesets import RulesetVersion, select_versions
from connector.pages.together.pulses import PulseQuarter
from connector.pages.together.viewer import Viewer
from connector.text import capital, full_day
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.formats.engagement_file.difference import Changed, ruleset_difference
from mappings.formats.engagement_file.ruleset_labels import RULE_NAMES
from mappings.measure.model.ruleset import hash_of
from mappings.measure.model.statements import Feedback, LeadSide
from mappings.records.agreement.feedback import select_feedback
from mappings.translation import Texts, gettext, list_text, mark, ngettext

ABOUT_NAMES: Mapping[About, str] = Texts(
    {
        "reviews": mark("Reviews"),
        "questions": mark("Answers to questions"),
        "brief": mark("The brief"),
        "learners": mark("Learners"),
        "gatekeepers": mark("Gatekeepers"),
        "other": mark("Something else"),
    }
)
# How far back feedback is listed; what is older does not count any more.
LISTED: Instant = 366 * DAY


@dataclass(frozen=True)
class Waiting:
    """What waits for the viewer, as a part of a list, the section of the page where it does, and how many it is.

    `sends` names it where an answer could be to one of several. `question` and `until` stand alone in a list of what
    waits, where they say more than `text`.
    """

    section: str
    text: str
    number: int = 1
    sends: tuple[tuple[str, str], ...] = ()
    question: str = ""
    until: str = ""


@dataclass(frozen=True)
class Item:
    """An item of feedback; `waits`: no action is tied to it yet. `in_time`: one was, before it counted as none.

    `until`: when it counts as not acted on, while there is time for an action. `own_filed` and `own_action` are when
    the viewer filed it, and tied its action, 0 for others'.
    """

    number: int
    about: str
    text: str
    filed: str
    action: str
    state: str
    note: str
    waits: bool
    in_time: bool
    until: Instant | None
    own_filed: Instant = 0
    own_action: Instant = 0


@dataclass(frozen=True)
class Change:
    """One number of the rules that would change."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Approval:
    name: str
    text: str
    given: bool


@dataclass(frozen=True)
class Rules:
    """The rules in force, and the newest version where it is not: what it changes and whose approval it waits for.

    `own_approval` is when the viewer approved what only waits for the other side, 0 else.
    """

    name: str
    hash: str
    version: int
    changes: tuple[Change, ...]
    waits: str
    approvals: tuple[Approval, ...]
    may_approve: bool
    own_approval: Instant = 0


def sentence_of(viewer: Viewer, items: Sequence[Item], waiting: Sequence[Waiting]) -> tuple[str, str]:
    """Return the first line in two parts: what was filed and acted on, and what waits for the viewer."""
    filed = filed_text(viewer, items)
    if not waiting:
        return filed, gettext("Nothing waits for you.")
    listed = list_text([item.text for item in waiting])
    waits = ngettext(
        "%(items)s waits for you.", "%(items)s wait for you.", sum(item.number for item in waiting), items=listed
    )
    return filed, capital(waits)


def filed_text(viewer: Viewer, items: Sequence[Item]) -> str:
    """Return how much feedback was filed within a year, and on how much the in-house team acted in time."""
    agency = viewer.view.engagement.agency_name
    if not items:
        return gettext("%(agency)s filed no feedback within a year.", agency=agency)
    filed = ngettext(
        "%(agency)s filed %(num)s piece of feedback within a year.",
        "%(agency)s filed %(num)s pieces of feedback within a year.",
        len(items),
        agency=agency,
    )
    return " ".join(part for part in (filed, _acted_text(items), _open_text(viewer, items)) if part)


def _acted_text(items: Sequence[Item]) -> str:
    """Return on how much the in-house team acted in time; nothing is said of what still has time."""
    ended = sum(item.until is None for item in items)
    if not ended:
        return ""
    acted = sum(item.in_time for item in items)
    return gettext("The in-house team acted on %(acted)s of %(ended)s in time.", acted=acted, ended=ended)


def _open_text(viewer: Viewer, items: Sequence[Item]) -> str:
    ends = [item.until for item in items if item.until is not None]
    if not ends:
        return ""
    return ngettext(
        "%(num)s waits for an action, until %(day)s.",
        "%(num)s wait for an action, the first until %(day)s.",
        len(ends),
        day=viewer.date_text(min(ends)),
    )


def waiting_of(viewer: Viewer, items: Sequence[Item], pulses: Sequence[PulseQuarter], rules: Rules) -> list[Waiting]:
    unanswered = sum(item.waits for item in items) if viewer.side == "inhouse" else 0
    feedback = ngettext("%(num)s piece of feedback", "%(num)s pieces of feedback", unanswered)
    lines = [Waiting("feedback", feedback, unanswered)] if unanswered else []
    lines += [
        Waiting(
            "pulse",
            gettext("the pulse for %(quarter)s", quarter=pulse.name),
            sends=(("quarter", pulse.quarter),),
            question=pulse.question,
            until=pulse.until,
        )
        for pulse in pulses
        if pulse.is_due
    ]
    return lines + ([Waiting("rules", gettext("a change of rules"))] if rules.may_approve else [])


def rules_of(viewer: Viewer) -> Rules:
    """Return the rules in force and what is proposed, as a lead of `side` reads them (measurement (e))."""
    stored = viewer.stored
    in_force = stored.rules.name, hash_of(stored.rules)
    versions = select_versions(viewer.connection, viewer.tenant_id, stored)
    proposed = versions[-1] if versions and versions[-1].state in {"proposed", "agreed"} else None
    if proposed is None:
        return Rules(*in_force, 0, (), "", (), may_approve=False)
    changes = tuple(_change(changed) for changed in ruleset_difference(stored.rules, proposed.proposal.rules))
    sides: tuple[LeadSide, ...] = ("agency", "inhouse")
    approvals = tuple(_approval(viewer, proposed, side) for side in sides)
    version, may = proposed.proposal.version, _lacks_side(proposed, viewer.side)
    own = _own_approval(viewer, proposed)
    return Rules(*in_force, version, changes, _waits(proposed), approvals, may_approve=may, own_approval=own)


def _own_approval(viewer: Viewer, version: RulesetVersion) -> Instant:
    approval = getattr(version.proposal, viewer.side)
    is_own = approval is not None and approval.account == viewer.account and version.state == "proposed"
    return approval.at if is_own else 0


def _change(changed: Changed) -> Change:
    name = changed.name
    return Change(name, RULE_NAMES.get(name, name), changed.before or "", changed.after or "")


def _waits(version: RulesetVersion) -> str:
    proposal = version.proposal
    if proposal.applies_from is not None:
        begins = full_day(proposal.applies_from)
        return gettext("Both sides agreed. They apply from %(day)s, with all figures built anew by them.", day=begins)
    if proposal.agency is None and proposal.inhouse is None:
        return gettext(
            "Waits for a lead of the agency and one of the in-house team; then they apply from the next quarter on."
        )
    if proposal.agency is None:
        return gettext("Waits for a lead of the agency; then they apply from the next quarter on.")
    return gettext("Waits for a lead of the in-house team; then they apply from the next quarter on.")


def _approval(viewer: Viewer, version: RulesetVersion, side: LeadSide) -> Approval:
    approval = getattr(version.proposal, side)
    if approval is not None:
        return Approval(
            viewer.side_name(side), gettext("approved on %(day)s", day=viewer.date_text(approval.at)), given=True
        )
    waits = gettext("waits for you") if side == viewer.side else gettext("not approved yet")
    return Approval(viewer.side_name(side), waits, given=False)


def _lacks_side(version: RulesetVersion, side: LeadSide) -> bool:
    return version.state == "proposed" and getattr(version.proposal, side) is None


def items_of(viewer: Viewer) -> list[Item]:
    """Return the agency's feedback of the last year, newest first, each with what became of it."""
    items = select_feedback(viewer.scope, start=viewer.now - LISTED, end=viewer.now + 1)
    return [_item(viewer, item) for item in reversed(items)]


def _item(viewer: Viewer, item: Feedback) -> Item:
    about = next((name for key, name in ABOUT_NAMES.items() if key == item.about), item.about)
    state, note, in_time = _state(viewer, item)
    filed, action = viewer.date_text(item.at), item.action or ""
    waits, limit = item.action_at is None, item.at + viewer.prepared.ruleset.acted_days * DAY
    until = limit if waits and viewer.now < limit else None
    own_filed = item.at if waits and item.filed_by == viewer.account else 0
    own_action = item.action_at if item.action_at and item.action_by == viewer.account else 0
    return Item(
        item.number,
        about,
        item.words,
        filed,
        action,
        state,
        note,
        waits=waits,
        in_time=in_time,
        until=until,
        own_filed=own_filed,
        own_action=own_action,
    )


def _state(viewer: Viewer, item: Feedback) -> tuple[str, str, bool]:
    acted_days = viewer.prepared.ruleset.acted_days
    limit = item.at + acted_days * DAY
    if item.action_at is not None:
        days = (item.action_at - item.at) // DAY
        if item.action_at <= limit:
            return gettext("Acted on"), ngettext("after %(num)s day", "after %(num)s days", days), True
        late = ngettext(
            "after %(num)s day: too late to count as acted on within %(limit)s days",
            "after %(num)s days: too late to count as acted on within %(limit)s days",
            days,
            limit=acted_days,
        )
        return gettext("Acted on"), late, False
    if viewer.now >= limit:
        note = gettext("no action within %(days)s days: it counts as not acted on. One still helps.", days=acted_days)
        return gettext("Open"), note, False
    note = ngettext(
        "%(num)s day left until it counts as not acted on",
        "%(num)s days left until it counts as not acted on",
        # As of a dispute: a day that has begun is a whole one.
        max(1, -(-(limit - viewer.now) // DAY)),
    )
    return gettext("Open"), note, False
