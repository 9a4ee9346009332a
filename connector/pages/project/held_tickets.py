"""The reader's own open tickets: what each would count as, or what makes it count as taught without work."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connector.auth.access import EngagementView
from connector.figures.open_previews import OpenTicket
from connector.pages.commented import comment_step, explained_by, explained_text, own_steps_text, own_ways
from connector.pages.learning.listed_steps import NextStep
from connector.pages.learning.next_steps import NextSteps
from connector.pages.panel.roles import named_text, roles_of
from connector.pages.project.own_moves import OwnLadder
from connector.pages.step_text import ALONE, action_of
from connector.pages.ticket_reason import AGENCY
from connector.text import EVIDENCE_NAMES
from mappings.events.types import Instant
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import TEACHING, Kind
from mappings.measure.people.teaching_opportunities import is_taught
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext, list_text, mark, ngettext

# What whoever is named for a role has left to do.
NAMED_DO = mark("%(named)s: %(do)s")
NAMED_ALONE = mark("%(named)s: %(do)s without help of an agency")

# As what it counts that somebody explained a ticket back (measurement (c)).
SHADOWED: Kind = 2

# How many tickets are named, the latest first: of those with what each takes, and of those that take the same.
NAMED = 3


@dataclass(frozen=True)
class HeldRow:
    """A ticket, and of which objective it is; `note` is what it takes, "" where that is said above several."""

    key: str
    summary: str
    objective: str
    note: str = ""


@dataclass(frozen=True)
class Held:
    """What is said of the open tickets that are the reader's, those that are named, and what the others take.

    `others` are the latest of these, and `more` says how many follow them.
    """

    text: str = ""
    rows: tuple[HeldRow, ...] = ()
    rest: str = ""
    others: tuple[HeldRow, ...] = ()
    more: str = ""


@dataclass(frozen=True)
class Note:
    """What somebody can do on a ticket, and for which objective; `to` is the higher rung that it brings, 0 for none.

    `by_name`: it is enough that somebody is named under Shadows; `is_by_commenter`: whoever commented does it.
    """

    text: str
    objective: str = ""
    to: int = 0
    by_name: bool = False
    is_by_commenter: bool = False


def comment_notes(prepared: PreparedEngagement, held: Iterable[OpenTicket], now: Instant) -> Mapping[int, Note]:
    """Return for each ticket whose comment makes it taught, named by its day as in a panel; "" for nobody's."""
    return {item.issue_id: _comment_by(prepared, item, now) for item in held}


def _comment_by(prepared: PreparedEngagement, item: OpenTicket, now: Instant) -> Note:
    step = comment_step(prepared, item, now)
    objectives = _objectives_text(prepared, item)
    return Note(step.text, objectives, by_name=step.by_name, is_by_commenter=step.is_by_commenter)


def _objectives_text(prepared: PreparedEngagement, item: OpenTicket) -> str:
    carried = item.preview.entry.objectives
    return list_text([each.name for each in prepared.engagement.objectives if each.key in carried])


def held_of(
    labels: Mapping[int, IssueLabel], notes: Mapping[int, Note], rules: Ruleset, *, names_shadows: bool
) -> Held:
    """Return what an agency's reader has: `notes` are of the tickets assigned to them that they may browse.

    `names_shadows`: the reader may name who shadows a ticket.
    """
    rows = _rows(labels, notes)
    named = {row.key for row in rows}
    others = [(labels[issue_id], note) for issue_id, note in notes.items() if labels[issue_id].key not in named]
    rest = tuple(HeldRow(label.key, label.summary, note.objective) for label, note in others[:NAMED])
    return Held(
        _held_lead(rows, notes, labels, names_shadows=names_shadows) if rows else "",
        rows,
        _shadows_text(len(others), rules, names_shadows=names_shadows, is_first=not rows) if others else "",
        rest,
        _more_text(len(others) - len(rest)),
    )


def _held_lead(
    rows: Sequence[HeldRow], notes: Mapping[int, Note], labels: Mapping[int, IssueLabel], *, names_shadows: bool
) -> str:
    """Return what the reader does about these tickets: they name who shadows, or ask for what only others do."""
    by_name = {labels[issue_id].key for issue_id, note in notes.items() if note.by_name}
    if names_shadows and all(row.key in by_name for row in rows):
        return gettext("Assigned to you; name the person under Shadows in the ticket’s panel:")
    return gettext("Assigned to you; ask on the ticket for what is missing:")


def _shadows_text(number: int, rules: Ruleset, *, names_shadows: bool, is_first: bool) -> str:
    """Return that tickets take somebody who shadows them, and how the reader gets one."""
    if is_first:
        needs = ngettext(
            "%(num)s assigned to you needs somebody in-house to shadow it",
            "%(num)s assigned to you need somebody in-house to shadow them",
            number,
        )
    else:
        needs = ngettext(
            "%(num)s more assigned to you needs somebody in-house to shadow it",
            "%(num)s more assigned to you need somebody in-house to shadow them",
            number,
        )
    ask = gettext("name one in the ticket’s panel")
    if not names_shadows:
        ask = gettext("ask your lead or the in-house team to name one")
    return gettext(
        "%(needs)s: %(ask)s, who then writes one comment of %(letters)s characters or more.",
        needs=needs,
        ask=ask,
        letters=rules.letters,
    )


def _more_text(number: int) -> str:
    return ngettext("and %(num)s more", "and %(num)s more", number) if number > 0 else ""


def own_notes(ladder: OwnLadder, mine: Sequence[OpenTicket], steps: NextSteps) -> Mapping[int, Note]:
    """Return for each of somebody's tickets what they can do on it; `steps` are what leads them on.

    First come those that lift them, the highest first, then those assigned to them, as in the list of tickets, and then
    those that a comment or a role of theirs makes taught; none on which they only left a trace.
    """
    comments = {item.issue_id: _comment_note(ladder, item) for item in mine}
    others = {
        item.issue_id: _held_note(ladder, item) if _is_assigned(ladder, item) else _named_note(ladder, item, steps)
        for item in mine
    }
    first = {each: note for each, note in comments.items() if note.text and note.to >= others[each].to}
    others = {each: note for each, note in others.items() if each not in first}
    notes = first | {issue_id: note for issue_id, note in others.items() if note.text}
    assigned = {item.issue_id for item in mine if _is_assigned(ladder, item)}
    return dict(sorted(notes.items(), key=lambda each: (-each[1].to, each[0] not in assigned)))


def _comment_note(ladder: OwnLadder, item: OpenTicket) -> Note:
    if explained := explained_by(item, ladder.account):
        return _with_lift(ladder, item, explained_text(item), dict.fromkeys(explained, SHADOWED))
    steps = own_ways(ladder.prepared, item, ladder.account, ladder.now)
    if not steps:
        return Note("")
    kinds = {steps[0].objective: steps[0].kind}
    return _with_lift(ladder, item, own_steps_text(ladder.prepared, item, steps), kinds)


def _held_note(ladder: OwnLadder, item: OpenTicket) -> Note:
    kinds = {row.objective: row.kind for row in item.preview.evidence if row.account == ladder.account}
    return _with_lift(ladder, item, _held_text(item, ladder.account), kinds)


def _is_assigned(ladder: OwnLadder, item: OpenTicket) -> bool:
    return item.ticket.issue.assignee == ladder.account


def _named_note(ladder: OwnLadder, item: OpenTicket, steps: NextSteps) -> Note:
    """Return what is left to do of a ticket that is another's, or nobody's, for whoever is named for a role on it."""
    roles = roles_of(item.ticket, ladder.account)
    if not roles:
        return Note("")
    named = named_text(item.ticket, ladder.account)
    # A mentor leaves the work to whoever drives it.
    step = None if "mentor" in roles else steps.on_ticket(item.issue_id)
    done = named
    if "shadow" in roles and _teaches_so_far(item, ladder.account):
        done = gettext("%(named)s; finished now, it counts as taught: nothing more to do", named=named)
    if step is None:
        return Note(done, _objectives_text(ladder.prepared, item))
    # That one is named is said before it.
    part = "comment" if step.part == "shadow_named" else step.part
    do = action_of(part, ladder.prepared.ruleset, step.start)
    text = gettext(NAMED_ALONE if step.kind >= ALONE else NAMED_DO, named=named, do=do)
    # The words of this step say for what one is named.
    text = do if step.part == "learner_drives" else text
    return _with_lift(ladder, item, text if do else done, {step.objective: step.kind})


def _teaches_so_far(item: OpenTicket, account: str) -> bool:
    """Tell whether a ticket counts as taught by what somebody did on it so far."""
    kinds = {row.kind for row in item.preview.evidence if row.account == account}
    return is_taught(item.preview.entry) and bool(kinds & TEACHING)


def _with_lift(ladder: OwnLadder, item: OpenTicket, text: str, kinds: Mapping[str, Kind]) -> Note:
    """Return a note with the objective on which a ticket brings somebody highest, as which it counts by objective."""
    names = {objective.key: objective.name for objective in ladder.prepared.engagement.objectives}
    carried = list(kinds) or sorted(item.preview.entry.objectives)
    moves = {key: ladder.move(key, item.issue_id, kind) for key, kind in kinds.items() if kind <= ALONE}
    key = max(moves, key=lambda key: (moves[key].to > moves[key].at, moves[key].to), default=carried[0])
    move = moves.get(key)
    if not text or move is None:
        return Note(text, names[key])
    if move.to > move.at:
        places = {"note": text, "rung": EVIDENCE_NAMES[move.to]}
        return Note(gettext("%(note)s; it brings you to %(rung)s", **places), names[key], move.to)
    if not move.at:
        return Note(text, names[key])
    if one_of := ladder.one_of(key, item.issue_id, move):
        return Note(f"{text}; {one_of}", names[key])
    places = {"note": text, "rung": EVIDENCE_NAMES[move.at]}
    return Note(gettext("%(note)s; your rung stays %(rung)s", **places), names[key])


def lift_of(
    view: EngagementView,
    lifting: Sequence[tuple[str, NextStep]],
    mine: Mapping[int, Note],
) -> HeldRow | None:
    """Return the first ticket of those that lift the reader; None where one of their own lifts them as high."""
    if not lifting or any(note.to >= lifting[0][1].to for note in mine.values()):
        return None
    key, step = lifting[0]
    name = next(objective.name for objective in view.engagement.objectives if objective.key == key)
    return HeldRow(step.key, step.summary, name, step.text)


def own_of(labels: Mapping[int, IssueLabel], notes: Mapping[int, Note]) -> Held:
    """Return what somebody in-house has themselves, of what they may browse."""
    rows = _rows(labels, notes)
    more = len(notes) - len(rows)
    rest = ngettext("%(num)s more of yours", "%(num)s more of yours", more) if more else ""
    return Held(gettext("Yours"), rows, rest) if rows else Held()


def _rows(labels: Mapping[int, IssueLabel], notes: Mapping[int, Note]) -> tuple[HeldRow, ...]:
    named = [(labels[issue_id], note) for issue_id, note in notes.items() if note.text]
    return tuple(HeldRow(label.key, label.summary, note.objective, note.text) for label, note in named[:NAMED])


def _held_text(item: OpenTicket, account: str) -> str:
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
