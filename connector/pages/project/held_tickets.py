"""The reader's own open tickets: what each would count as, or which of them a comment makes count as taught."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connector.figures.open_previews import OpenTicket
from connector.pages.commented import comment_text, own_comment_text
from connector.pages.step_text import ALONE
from connector.pages.ticket_reason import AGENCY
from connector.text import EVIDENCE_NAMES
from mappings.events.types import Instant
from mappings.measure.model.ticket import TEACHING
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext, ngettext

# How many tickets are named, the latest first.
NAMED = 3


@dataclass(frozen=True)
class HeldRow:
    key: str
    summary: str
    note: str


@dataclass(frozen=True)
class Held:
    """What is said of the open tickets that are the reader's, those that are named, and what the others take."""

    text: str = ""
    rows: tuple[HeldRow, ...] = ()
    rest: str = ""


def comment_notes(prepared: PreparedEngagement, held: Iterable[OpenTicket], now: Instant) -> Mapping[int, str]:
    """Return for each ticket whose comment makes it taught, named by its day as in a panel; "" for nobody's."""
    return {item.issue_id: comment_text(prepared, item, now) for item in held}


def held_of(labels: Mapping[int, IssueLabel], notes: Mapping[int, str]) -> Held:
    """Return what an agency's reader has: `notes` are of the tickets assigned to them that they may browse."""
    if not notes:
        return Held()
    text = ngettext("%(num)s of them is assigned to you.", "%(num)s of them are assigned to you.", len(notes))
    rows = _rows(labels, notes)
    others = sum(not note for note in notes.values())
    rest = ngettext(
        "%(num)s more takes somebody in-house who shadows it.",
        "%(num)s more take somebody in-house who shadows them.",
        others,
    )
    return Held(text, rows, rest if rows and others else "")


def own_notes(
    prepared: PreparedEngagement, mine: Sequence[OpenTicket], account: str, now: Instant
) -> Mapping[int, str]:
    """Return for each of somebody's tickets what they can do on it; first those that a comment of theirs makes taught.

    None on which they only left a trace.
    """
    comments = {item.issue_id: own_comment_text(prepared, item, account, now) for item in mine}
    first = {issue_id: note for issue_id, note in comments.items() if note}
    others = {item.issue_id: _held_text(item, account) for item in mine if item.issue_id not in first}
    return first | {issue_id: note for issue_id, note in others.items() if note}


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
