"""An agency member's own open tickets that lift no learner, and which of them a comment makes count as taught."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connector.figures.open_previews import OpenTicket
from connector.figures.own_steps import comment_step_of
from connector.pages.commented import commented_on
from connector.pages.step_text import rule_places
from mappings.events.types import Instant
from mappings.measure.ticket.next_steps import StepName
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext, mark, ngettext

# Of how many tickets the comment is named, the latest first.
NAMED = 3
ONCE: Mapping[StepName, str] = {
    "comment": mark("Counts as taught once %(who)s writes one more comment of %(letters)s characters or more."),
    "comment_on_another_day": mark(
        "Counts as taught once %(who)s writes a comment of %(letters)s characters or more on another day."
    ),
}


@dataclass(frozen=True)
class HeldRow:
    key: str
    summary: str
    note: str


@dataclass(frozen=True)
class Held:
    """How many of the open tickets are the reader's, and those that a comment makes taught."""

    text: str = ""
    rows: tuple[HeldRow, ...] = ()


def comment_notes(prepared: PreparedEngagement, held: Iterable[OpenTicket], now: Instant) -> Mapping[int, str]:
    """Return for each ticket whose comment makes it taught, named by its day as in a panel; "" for nobody's."""
    return {item.issue_id: _note_of(prepared, item, now) for item in held}


def held_of(labels: Mapping[int, IssueLabel], notes: Mapping[int, str]) -> Held:
    """Return what an agency's reader has: `notes` are of the tickets assigned to them that they may browse."""
    if not notes:
        return Held()
    text = ngettext("%(num)s of them is assigned to you.", "%(num)s of them are assigned to you.", len(notes))
    by_comment = [(labels[issue_id], note) for issue_id, note in notes.items() if note]
    return Held(text, tuple(HeldRow(label.key, label.summary, note) for label, note in by_comment[:NAMED]))


def _note_of(prepared: PreparedEngagement, item: OpenTicket, now: Instant) -> str:
    words = commented_on(prepared, item.ticket)
    step = comment_step_of(prepared, item, words, now)
    if step is None:
        return ""
    return gettext(ONCE[step.name], who=words[step.account], **rule_places(prepared.ruleset))
