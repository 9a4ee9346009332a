"""One ticket as the issue panel shows it: its objectives and roles, what it counts as, what would change that."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal

from flask import url_for
from sqlalchemy import Connection

from connector.actions.ticket_tags import candidates
from connector.auth.access import EngagementView
from connector.container import Container
from connector.figures.open_previews import select_taught_before, stand_of
from connector.pages import ticket_text
from connector.pages.act import Notice
from connector.pages.agency_part import ask_first_text, concerns, is_free, is_of_others, no_part_text
from connector.pages.drawer.dispute_states import DisputeMark, select_dispute_marks
from connector.pages.panel.context import TicketContext
from connector.pages.panel.counted import Counted, confirmed_text, scope_of, select_counted, select_counted_entries
from connector.pages.panel.learner_steps import named_learners, with_named, with_reaches
from connector.pages.panel.needed_text import needed_of
from connector.pages.panel.next_step_text import Move
from connector.pages.panel.open_moves import open_moves
from connector.pages.panel.opened_again import opened_again_text
from connector.pages.panel.own_rungs import OwnRung, own_rungs
from connector.pages.panel.proposal import select_proposal_text
from connector.pages.panel.roles import ROLES, Person, RoleRow, named_row, unnamed_row
from connector.pages.panel.tags import TagRow, tags_of
from connector.pages.panel.told_openings import with_told
from connector.pages.panel.uncounted import uncounted_text
from connector.pages.panel.waiting_request import waiting_text
from connector.pages.record.rows import RecordRow, record_of
from connector.pages.record.view import RecordView
from connector.pages.ticket_reason import bucket_name, open_sentence, part_words, reason_of, shown_bucket
from connector.pages.ticket_text import Naming
from connector.pages.visibility import fetch_names
from connector.text import capital
from mappings.measure.model.ticket import Entry, RoleName
from mappings.measure.ticket.handover import handed_parts, handed_places
from mappings.measure.ticket.measure import Preview, measure_if_done
from mappings.records.figures.entries import StoredEntry
from mappings.translation import gettext, mark

# Where the notice of a role stands that is taken on by a step.
STEPS = "steps"
ROLE_TOO_LATE = mark("This ticket is done: a role set now counts only if it is opened and finished again.")


@dataclass
class Part:
    """The ticket in one engagement. `no_part`: the viewer's agency has nothing to do with it; nothing else is shown."""

    key: str
    name: str
    hash: str
    may_tag: bool
    tag_address: str
    tags: list[TagRow]
    addable: list[Person]
    roles: list[RoleRow]
    sentence: str
    moves: list[Move] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    split: ticket_text.Split = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    settled: str = ""
    waits: str = ""
    opened_again: str = ""
    ask_first: str = ""
    disputes: list[DisputeMark] = field(default_factory=list)
    counts: bool = True
    concerns: bool = True
    no_part: str = ""
    role_note: str = ""
    kind: str = ""
    kind_name: str = ""
    is_open: bool = False
    record: list[RecordRow] = field(default_factory=list)
    own: list[OwnRung] = field(default_factory=list)
    role_addresses: dict[RoleName | Literal[""], str] = field(default_factory=dict)
    viewer: str = ""
    evidence_address: str = ""
    notice: Notice = field(default_factory=Notice)


def build_part(connection: Connection, tenant_id: int, context: TicketContext) -> Part:
    context = with_named(connection, context)
    entries = select_counted_entries(connection, tenant_id, context)
    part = _measured_part(connection, tenant_id, context, entries)
    if entries:
        agreement = scope_of(connection, tenant_id, context).agreement
        part.disputes = select_dispute_marks(agreement, context.view, context.ticket.issue.issue_id, context.now)
    return part


def _measured_part(
    connection: Connection, tenant_id: int, context: TicketContext, entries: Sequence[StoredEntry]
) -> Part:
    # The newest entry stands, unless the ticket was reopened since.
    if entries and entries[-1].entry.sign > 0:
        return _done_part(connection, context, select_counted(connection, tenant_id, context, entries[-1]))
    if preview := measure_if_done(context.prepared, context.ticket, context.now):
        return _open_part(connection, tenant_id, context, preview, entries=entries)
    part, cause = _frame(context, None), uncounted_text(context)
    part.sentence, part.counts = cause or gettext("What it counts as is being measured."), not cause
    return part


def _done_part(connection: Connection, context: TicketContext, counted: Counted) -> Part:
    part, naming = _frame(context, counted.entry), _naming(context)
    entry, rows, handed, places = counted
    _tell(part, context, naming, counted)
    given = ticket_text.buckets(naming, entry, handed, beside=part.kind)
    # The bucket itself is named before it.
    reason = reason_of(naming, entry, rows, handed_over=handed)
    part.own = own_rungs(connection, context, entry, rows, is_open=False)
    part.role_note = gettext(ROLE_TOO_LATE) if part.may_tag else part.role_note
    gave = gettext("%(reason)s. It gave %(amounts)s.", reason=reason, amounts=given)
    handed_texts = ticket_text.handed_texts(naming, entry, places)
    part.sentence = " ".join(filter(None, [gave, *handed_texts, confirmed_text(connection, context, naming)]))
    explainable = any(own.is_explainable for own in part.own)
    calendar, rules = context.prepared.calendar, context.prepared.ruleset
    part.settled = ticket_text.settled(calendar, rules, entry, context.now, is_explainable=explainable)
    if words := part_words(naming, entry, part.kind):
        part.kind_name = capital(words)
    return part


def _open_part(
    connection: Connection,
    tenant_id: int,
    context: TicketContext,
    preview: Preview,
    *,
    entries: Sequence[StoredEntry],
) -> Part:
    part, naming = _frame(context, preview.entry), _naming(context)
    context = with_told(connection, with_reaches(connection, context, preview.entry.objectives))
    rows = list(preview.evidence)
    first = select_taught_before(scope_of(connection, tenant_id, context), [preview.entry], context.viewer)
    handed, places = sum(handed_parts(preview.entry, first)), handed_places(preview.entry, first)
    part.is_open = True
    proposal = select_proposal_text(scope_of(connection, tenant_id, context), context)
    stand = stand_of(context.prepared, context.ticket)
    part.waits = " ".join(filter(None, [proposal, waiting_text(context, preview.entry, stand.wait)]))
    part.opened_again = opened_again_text(context, naming, entries, stand.opened_again)
    asks = context.view.agency and part.may_tag and is_free(context.ticket, preview.entry)
    part.ask_first = ask_first_text() if asks else ""
    _tell(part, context, naming, Counted(preview.entry, rows, handed))
    sentence = open_sentence(naming, preview.entry, rows, handed_over=handed)
    part.sentence = " ".join([sentence, *ticket_text.handed_texts(naming, preview.entry, places)])
    part.own = own_rungs(connection, context, preview.entry, rows, is_open=True)
    taught = [key for key, account in first if account == context.viewer]
    needed = needed_of(connection, context, preview.entry, part.own)
    part.moves = open_moves(context, naming, preview, part.own, taught=taught, bucket=part.kind, needed=needed)
    part.settled = gettext("This ticket counts when it is done.")
    return part


def _tell(part: Part, context: TicketContext, naming: Naming, counted: Counted) -> None:
    """Tell what a part shows of a ticket whether it is done or open: what it counts as, the facts, and the record."""
    entry, rows, handed, _ = counted
    part.concerns = concerns(context.ticket, entry) or bool(part.tags)
    part.no_part = _no_part_line(context, part, entry, done=not part.is_open)
    part.kind = shown_bucket(naming, entry, handed_over=handed, is_open=part.is_open)
    part.kind_name = bucket_name(part.kind)
    record = RecordView(context.prepared, naming, context.viewer, context.now, entry)
    part.record = record_of(record, context.ticket)
    is_idle = part.is_open and not part.kind
    part.facts = ticket_text.facts(naming, entry, is_idle=is_idle)
    part.split = [] if is_idle else ticket_text.split(naming, entry)
    part.reasons = ticket_text.reasons(naming, entry, rows)


def _naming(context: TicketContext) -> Naming:
    names, viewer, rules = _visible_names(context), context.viewer, context.prepared.ruleset
    agency, untimed = context.view.agency, rules.works_council
    return Naming(context.view.engagement, names, agency, untimed=untimed, viewer=viewer, rules=rules, now=context.now)


def _no_part_line(context: TicketContext, part: Part, shown: Entry, *, done: bool) -> str:
    """Return the line for an agency on a ticket of others: one that others worked on, or that ended without it."""
    if part.concerns or not is_of_others(context.view, context.ticket, shown, done=done):
        return ""
    return f"{no_part_text(context.view.engagement.agency_name)}."


def _frame(context: TicketContext, entry: Entry | None) -> Part:
    engagement = context.view.engagement
    counted = entry.objectives if entry else ()
    tags = tags_of(context, RecordView(context.prepared, _naming(context), context.viewer, context.now, entry))
    on_ticket = {tag.key for tag in tags}
    return Part(
        key=engagement.key,
        name=engagement.name,
        hash=context.view.stored.hash,
        may_tag=context.may_tag,
        tag_address=context.url("tag"),
        tags=tags,
        addable=[Person(item.key, item.name) for item in engagement.objectives if item.key not in on_ticket],
        roles=[_role_row(context, role, gettext(name), counted) for role, name in ROLES],
        sentence="",
        role_note="" if context.may_tag else _set_by(context),
        role_addresses=_role_addresses(context),
        viewer=context.viewer,
        evidence_address=url_for("evidence.show", engagement=engagement.key, issue=str(context.ticket.issue.issue_id)),
    )


def _role_addresses(context: TicketContext) -> dict[RoleName | Literal[""], str]:
    """Return where the viewer can take on each role by a step: one that nobody has, as a press would take it away."""
    if not context.may_tag:
        return {}
    taken = {item.role for item in context.ticket.roles if item.is_named}
    return {role: context.url("role", role=role, near=STEPS) for role, _ in ROLES if role not in taken}


def _set_by(context: TicketContext) -> str:
    agency = context.view.engagement.agency_name
    return gettext("In-house people and leads of %(agency)s set objectives and roles.", agency=agency)


def _role_row(context: TicketContext, role: RoleName, name: str, objectives: Collection[str]) -> RoleRow:
    holders = context.ticket.holders_of(role)
    # The latest assignment holds.
    account = holders[-1] if holders else ""
    row = (name, context.url("role", role=role), account)
    able = candidates(context.prepared, context.view.engagement, role, context.now)
    if context.prepared.ruleset.names:
        learners = [] if role == "mentor" else named_learners(context, objectives)
        return named_row(*row, able=_by_side(context, able), names=context.names, learners=learners)
    return unnamed_row(*row, able=able, viewer=context.viewer, side_name=_side_name(context, account))


def _by_side(context: TicketContext, able: Collection[str]) -> dict[str, list[str]]:
    """Return those who may have a role by the name of their side, the in-house team first."""
    sides = {"inhouse": gettext("In-house team"), "agency": context.view.engagement.agency_name}
    own = {account: context.prepared.affiliations.at(account, context.now) for account in able}
    return {
        name: [account for account, affiliation in own.items() if affiliation and affiliation.side == side]
        for side, name in sides.items()
    }


def _side_name(context: TicketContext, account: str) -> str:
    affiliation = context.prepared.affiliations.at(account, context.now) if account else None
    sides = {
        "agency": gettext("Somebody of %(agency)s", agency=context.view.engagement.agency_name),
        "inhouse": gettext("Somebody in-house"),
    }
    return sides.get(affiliation.side if affiliation else "", gettext("Somebody"))


def _visible_names(context: TicketContext) -> dict[str, str]:
    """Return the names that may be shown: the viewer's, and of those named on the ticket (measurement (f))."""
    # Named may be the viewer, and whoever has a role on the ticket (measurement (f)).
    named = {role.account for role in context.ticket.roles if role.is_named} | {context.viewer}
    return {account: name for account, name in context.names.items() if account in named}


def names_of(app: Container, view: EngagementView) -> dict[str, str]:
    return fetch_names(app, view, {person.account for person in view.engagement.people})
