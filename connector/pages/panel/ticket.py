"""One ticket as the issue panel shows it: its objectives and roles, what it counts as, what would change that."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from sqlalchemy import Connection

from connector.auth.access import TAGGERS, EngagementView
from connector.container import Container
from connector.pages import ticket_text
from connector.pages.panel.roles import Person, RoleRow, named_row, unnamed_row
from connector.pages.ticket_text import Words
from connector.pages.visibility import fetch_names
from connector.text import day
from mappings.events.types import Instant
from mappings.measure.model.engagement import SIDES
from mappings.measure.model.ticket import Entry, Evidence, RoleName, Tag, Ticket
from mappings.measure.ticket.late_objectives import Waiting, may_confirm, pending_objectives
from mappings.measure.ticket.measure import measure_if_done
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.what_if import what_ifs_of
from mappings.records.figures.entries import select_entries
from mappings.records.figures.evidence import select_evidence
from mappings.records.sql.scope import Scope

NOT_COUNTED = (
    "This ticket does not count here: it was finished outside the engagement’s dates or projects, or it is an epic, "
    "or a sub-task, which counts for its parent."
)
ROLES: tuple[tuple[RoleName, str], ...] = (("shadow", "Shadows"), ("learner", "Drives"), ("mentor", "Mentors"))


@dataclass(frozen=True)
class TagRow:
    """An objective on the ticket; only one that was set by hand can be taken off here."""

    name: str
    why: str
    removable: bool
    remove_address: str
    confirm_address: str


@dataclass
class Part:
    """The ticket in one engagement."""

    name: str
    hash: str
    may_tag: bool
    tag_address: str
    tags: list[TagRow]
    addable: list[Person]
    roles: list[RoleRow]
    sentence: str
    moves: list[str] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    split: ticket_text.Split = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    settled: str = ""
    counts: bool = True
    concerns: bool = True
    said: str = ""
    undo: str = ""


@dataclass(frozen=True)
class Seen:
    """A ticket seen through one engagement by one viewer at one instant."""

    view: EngagementView
    prepared: PreparedEngagement
    ticket: Ticket
    names: dict[str, str]
    viewer: str
    now: Instant

    def address(self, act: str, **more: str) -> str:
        """Return where an act on the ticket goes."""
        query = {"engagement": self.view.engagement.key, "issue": str(self.ticket.issue.issue_id)}
        return f"/pages/panel/{act}?{urlencode(query | more)}"

    @property
    def standing_tags(self) -> dict[str, Tag]:
        """The objectives set by hand that stand."""
        return {tag.objective: tag for tag in self.ticket.tags if tag.until is None}


def build_part(connection: Connection, tenant_id: int, seen: Seen) -> Part:
    """Return the ticket in one engagement, for the panel."""
    engagement = seen.view.engagement
    entry, rows, handed = _counted(connection, tenant_id, seen)
    preview = None if entry else measure_if_done(seen.prepared, seen.ticket, seen.now)
    shown = entry or (preview.entry if preview else None)
    part = _frame(seen, shown)
    words = Words(engagement, _sayable(seen), seen.view.agency, untimed=seen.prepared.ruleset.works_council)
    if entry:
        given = ticket_text.buckets(words, entry, handed)
        part.sentence = f"This ticket counts as {ticket_text.verdict(words, entry, rows)}. It gave {given}."
        part.settled = ticket_text.settled(seen.prepared.calendar, entry, seen.now)
    elif preview:
        rows = list(preview.evidence)
        part.sentence = f"Finished now, this ticket would count as {ticket_text.verdict(words, preview.entry, rows)}."
        part.moves = ticket_text.moves(words, what_ifs_of(seen.prepared, preview, _learners(seen)))
        part.settled = "It counts when it is done."
    else:
        part.sentence, part.counts = NOT_COUNTED, False
    if shown:
        part.concerns = bool(part.tags or seen.ticket.roles or shown.weights[SIDES.index("agency")])
        part.facts, part.split = ticket_text.facts(words, shown), ticket_text.split(words, shown)
        part.reasons = ticket_text.reasons(words, rows)
    return part


def _counted(connection: Connection, tenant_id: int, seen: Seen) -> tuple[Entry | None, list[Evidence], int]:
    """Return the done entry that stands, its evidence, and what of it is handed over."""
    generation, issue_id = seen.view.stored.generation, seen.ticket.issue.issue_id
    if generation is None:
        return None, [], 0
    scope = Scope(connection, tenant_id, seen.view.engagement.key, generation)
    entries = select_entries(scope, [issue_id]).get(issue_id, ())
    if not entries or entries[-1].entry.sign < 0:
        return None, [], 0
    rows = select_evidence(scope, [issue_id]).get(issue_id, ())
    last = entries[-1]
    return last.entry, [row for row in rows if row.entry == last.entry.done], last.handed_over


def _frame(seen: Seen, entry: Entry | None) -> Part:
    engagement = seen.view.engagement
    may_tag = bool(TAGGERS & seen.view.roles)
    carried = entry.objectives if entry else ()
    waiting = {one.objective: one for one in pending_objectives(seen.prepared, seen.ticket, seen.now)}
    by_hand = seen.standing_tags
    keys = [one.key for one in engagement.objectives if one.key in {*carried, *waiting, *by_hand}]
    names = {one.key: one.name for one in engagement.objectives}
    return Part(
        name=engagement.name,
        hash=seen.view.stored.hash,
        may_tag=may_tag,
        tag_address=seen.address("tag"),
        tags=[_tag_row(seen, key, names[key], waiting.get(key), counts=key in carried or not entry) for key in keys],
        addable=[Person(one.key, one.name) for one in engagement.objectives if one.key not in keys],
        roles=[_role_row(seen, role, name) for role, name in ROLES],
        sentence="",
    )


def _tag_row(seen: Seen, key: str, name: str, waiting: Waiting | None, *, counts: bool) -> TagRow:
    tag, may = seen.standing_tags.get(key), bool(TAGGERS & seen.view.roles)
    why = _why(seen, waiting, counts=counts, by_hand=tag is not None)
    mine = waiting is not None and may_confirm(seen.prepared, waiting, seen.viewer, seen.now)
    confirm = seen.address("confirm", objective=key) if may and mine else ""
    return TagRow(name, why, may and tag is not None, seen.address("untag", objective=key), confirm)


def _why(seen: Seen, waiting: Waiting | None, *, counts: bool, by_hand: bool) -> str:
    if waiting:
        return f"set after it was done: waits for the other side until {day(seen.prepared.calendar.day(waiting.until))}"
    if not counts:
        return "set after it was done, and not confirmed in time"
    return "" if by_hand else "by the ticket’s fields"


def _role_row(seen: Seen, role: RoleName, name: str) -> RoleRow:
    holding = [one.account for one in seen.ticket.roles if one.role == role and one.until is None]
    account = holding[-1] if holding else ""
    place = (name, seen.address("role", role=role), account)
    able = candidates(seen, role)
    if seen.prepared.ruleset.names:
        return named_row(*place, able=able, names=seen.names)
    return unnamed_row(*place, able=able, viewer=seen.viewer, word=_side_word(seen, account))


def _side_word(seen: Seen, account: str) -> str:
    standing = seen.prepared.affiliations.at(account, seen.now) if account else None
    words = {"agency": f"Somebody of {seen.view.engagement.agency_name}", "inhouse": "Somebody in-house"}
    return words.get(standing.side if standing else "", "Somebody")


def candidates(seen: Seen, role: RoleName) -> list[str]:
    """Return who may have a role today: learners are in-house, mentors of either side."""
    sides = {"inhouse", "agency"} if role == "mentor" else {"inhouse"}
    accounts = {person.account for person in seen.view.engagement.people}
    standing = {account: seen.prepared.affiliations.at(account, seen.now) for account in accounts}
    return sorted(account for account, one in standing.items() if one is not None and one.side in sides)


def _sayable(seen: Seen) -> dict[str, str]:
    """Return the names that may be said: the viewer's, and of those named on the ticket (measurement (f))."""
    named = {role.account for role in seen.ticket.roles if role.until is None} | {seen.viewer}
    return {account: name for account, name in seen.names.items() if account in named}


def _learners(seen: Seen) -> Sequence[str]:
    holding = [role.account for role in seen.ticket.roles if role.until is None]
    enrolled = [account for one in seen.view.engagement.objectives for account in one.learners]
    return holding or enrolled


def names_of(app: Container, view: EngagementView) -> dict[str, str]:
    """Return the names of an engagement's people as Jira has them now."""
    return fetch_names(app, view, {person.account for person in view.engagement.people})
