"""The reader's own open tickets: what each would count as, or what makes it count as taught without work."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from connector.figures.open_previews import OpenTicket
from connector.pages.commented import comment_text, own_steps_text, own_ways
from connector.pages.project.own_moves import OwnLadder
from connector.pages.step_text import ALONE
from connector.pages.ticket_reason import AGENCY
from connector.text import EVIDENCE_NAMES
from mappings.events.types import Instant
from mappings.measure.model.ticket import TEACHING, Kind
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext, ngettext

# How many tickets are named with what each takes, the latest first, and how many of the others by their keys alone.
NAMED, LISTED = 3, 5


@dataclass(frozen=True)
class HeldRow:
    key: str
    summary: str
    note: str


@dataclass(frozen=True)
class Held:
    """What is said of the open tickets that are the reader's, those that are named, and what the others take.

    `keys` are the latest of the others, and `more` says how many follow them.
    """

    text: str = ""
    rows: tuple[HeldRow, ...] = ()
    rest: str = ""
    keys: tuple[str, ...] = ()
    more: str = ""


@dataclass(frozen=True)
class OwnNote:
    """What somebody can do on a ticket of theirs; `to` is the higher rung to which it brings them, 0 for none."""

    text: str
    to: int = 0


def comment_notes(prepared: PreparedEngagement, held: Iterable[OpenTicket], now: Instant) -> Mapping[int, str]:
    """Return for each ticket whose comment makes it taught, named by its day as in a panel; "" for nobody's."""
    return {item.issue_id: comment_text(prepared, item, now) for item in held}


def held_of(labels: Mapping[int, IssueLabel], notes: Mapping[int, str]) -> Held:
    """Return what an agency's reader has: `notes` are of the tickets assigned to them that they may browse."""
    if not notes:
        return Held()
    rows = _rows(labels, notes)
    named = {row.key for row in rows}
    others = [labels[issue_id].key for issue_id in notes if labels[issue_id].key not in named]
    held = Held(keys=tuple(others[:LISTED]), more=_more_text(len(others) - LISTED))
    if not rows:
        # What they take is said above of all tickets of the agency.
        these = ngettext(
            "Of the open agency tickets one is assigned to you:",
            "Of the open agency tickets these are assigned to you:",
            len(others),
        )
        return replace(held, rest=these)
    text = ngettext(
        "Of the open agency tickets %(num)s is assigned to you.",
        "Of the open agency tickets %(num)s are assigned to you.",
        len(notes),
    )
    rest = ngettext(
        "%(num)s more takes somebody in-house who shadows it:",
        "%(num)s more take somebody in-house who shadows them:",
        len(others),
    )
    return replace(held, text=text, rows=rows, rest=rest if others else "")


def _more_text(number: int) -> str:
    return ngettext("and %(num)s more", "and %(num)s more", number) if number > 0 else ""


def own_notes(ladder: OwnLadder, mine: Sequence[OpenTicket]) -> Mapping[int, str]:
    """Return for each of somebody's tickets what they can do on it.

    First come those that lift them, the highest first, then those that a comment or a role of theirs makes taught; none
    on which they only left a trace.
    """
    comments = {item.issue_id: _comment_note(ladder, item) for item in mine}
    first = {issue_id: note for issue_id, note in comments.items() if note.text}
    others = {item.issue_id: _held_note(ladder, item) for item in mine if item.issue_id not in first}
    notes = first | {issue_id: note for issue_id, note in others.items() if note.text}
    return {issue_id: note.text for issue_id, note in sorted(notes.items(), key=lambda each: -each[1].to)}


def _comment_note(ladder: OwnLadder, item: OpenTicket) -> OwnNote:
    steps = own_ways(ladder.prepared, item, ladder.account, ladder.now)
    if not steps:
        return OwnNote("")
    kinds = {steps[0].objective: steps[0].kind}
    return _with_lift(ladder, item, own_steps_text(ladder.prepared, steps), kinds)


def _held_note(ladder: OwnLadder, item: OpenTicket) -> OwnNote:
    text = _held_text(item, ladder.account)
    kinds = {row.objective: row.kind for row in item.preview.evidence if row.account == ladder.account}
    return _with_lift(ladder, item, text, kinds if text else {})


def _with_lift(ladder: OwnLadder, item: OpenTicket, text: str, kinds: Mapping[str, Kind]) -> OwnNote:
    """Return a note with the highest rung to which the ticket brings somebody, as which it counts by objective."""
    moves = {key: ladder.move(key, item.issue_id, kind) for key, kind in kinds.items() if kind <= ALONE}
    names = {objective.key: objective.name for objective in ladder.prepared.engagement.objectives}
    to, key = max(((move.to, key) for key, move in moves.items() if move.to > move.at), default=(0, ""))
    if not to:
        return OwnNote(text)
    places = {"note": text, "rung": EVIDENCE_NAMES[to], "objective": names[key]}
    return OwnNote(gettext("%(note)s; it brings you to %(rung)s on %(objective)s", **places), to)


def own_of(labels: Mapping[int, IssueLabel], notes: Mapping[int, str]) -> Held:
    """Return what somebody in-house has themselves, of what they may browse."""
    rows = _rows(labels, notes)
    more = len(notes) - len(rows)
    rest = ngettext("%(num)s more of yours", "%(num)s more of yours", more) if more else ""
    return Held(gettext("Yours"), rows, rest) if rows else Held()


def _rows(labels: Mapping[int, IssueLabel], notes: Mapping[int, str]) -> tuple[HeldRow, ...]:
    named = [(labels[issue_id], note) for issue_id, note in notes.items() if note]
    return tuple(HeldRow(label.key, label.summary, note) for label, note in named[:NAMED])


def _held_text(item: OpenTicket, account: str) -> str:
    if item.ticket.issue.assignee != account:
        return ""
    kinds = [row.kind for row in item.preview.evidence if row.account == account]
    if not kinds:
        return gettext("assigned to you")
    kind = max(kinds)
    # Help of an agency later on makes less of it.
    if kind >= ALONE:
        return gettext(
            "assigned to you; it counts as %(rung)s for you once it is done, if no agency helps",
            rung=EVIDENCE_NAMES[kind],
        )
    # What the ticket itself counts as comes first, as in its panel.
    if kind in TEACHING and item.preview.entry.weights[AGENCY]:
        return gettext(
            "assigned to you; it counts as taught (for you: %(rung)s) once it is done", rung=EVIDENCE_NAMES[kind]
        )
    return gettext("assigned to you; it counts as %(rung)s for you once it is done", rung=EVIDENCE_NAMES[kind])
