"""The closed room as one of the two leads reads it: threads, joint statements, and what waits there."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from connector.actions.feedback import open_quarters
from connector.figures.recorded import select_reviewed
from connector.pages.together.texts import Waiting
from connector.pages.together.viewer import OTHER_SIDE, Viewer
from connector.text import ago
from mappings.events.times import SECOND
from mappings.measure.model.quarters import quarter_name
from mappings.measure.model.statements import LeadSide
from mappings.records.agreement.closed_room import Note, RoomKeyLost, Thread, select_room_vault, select_threads
from mappings.records.agreement.joint_statements import JointStatement, select_published_statement, select_statement
from mappings.records.sql.secrets import Vault
from mappings.translation import gettext, ngettext

SIDES: tuple[LeadSide, ...] = ("inhouse", "agency")


@dataclass(frozen=True)
class Room:
    """What is stored of a room; `lost`: its notes cannot be read. `statements` are by the open quarters, in order."""

    threads: tuple[Thread, ...]
    statements: tuple[tuple[str, str, JointStatement | None], ...]
    lost: bool


@dataclass(frozen=True)
class NoteText:
    text: str
    by: str
    mine: bool


@dataclass(frozen=True)
class ThreadText:
    """A thread; `state` tells who holds it for resolved, `may_resolve` is for the viewer's side."""

    number: int
    subject: str
    resolved: bool
    state: str
    may_resolve: bool
    notes: tuple[NoteText, ...]


@dataclass(frozen=True)
class StatementSide:
    name: str
    text: str
    given: bool


@dataclass(frozen=True)
class StatementText:
    """A quarter's wording, version 0 for none yet, without text for none any more; `mine`: the viewer's side signed it.

    `unsigned`: nobody signed it, so that it can be removed.
    """

    quarter: str
    name: str
    text: str
    version: int
    sides: tuple[StatementSide, ...]
    mine: bool
    unsigned: bool
    published: bool


@dataclass(frozen=True)
class RoomText:
    lost: bool
    admin: str
    threads: tuple[ThreadText, ...]
    statements: tuple[StatementText, ...]


def select_room(viewer: Viewer, vault: Vault) -> Room:
    """Return what a lead may read of the room; of one whose key is lost, the signed statements alone."""
    calendar = viewer.prepared.calendar
    quarters = sorted(open_quarters(viewer.view.engagement, calendar.day(viewer.now)))
    reviewed = select_reviewed(viewer.scope, viewer.view.stored, calendar, quarters)
    try:
        room = select_room_vault(viewer.scope, vault)
        threads = select_threads(viewer.scope, room) if room else ()
        statements = [select_statement(viewer.scope, room, quarter) for quarter in quarters]
    except RoomKeyLost:
        signed = [select_published_statement(viewer.scope, quarter) for quarter in quarters]
        return Room((), _with_names(quarters, signed, reviewed), lost=True)
    return Room(threads, _with_names(quarters, statements, reviewed), lost=False)


def _with_names(
    quarters: Iterable[date], statements: Iterable[JointStatement | None], reviewed: Collection[date]
) -> tuple[tuple[str, str, JointStatement | None], ...]:
    # For a quarter that gets no review nothing is worded; what was worded is still read.
    pairs = zip(quarters, statements, strict=True)
    return tuple(
        (quarter.isoformat(), quarter_name(quarter), statement)
        for quarter, statement in pairs
        if statement is not None or quarter in reviewed
    )


def accounts_of(room: Room) -> set[str]:
    notes = {note.by for thread in room.threads for note in thread.notes}
    signed = {sign.by for _, _, item in room.statements if item for sign in item.signed.values()}
    return notes | signed | {sign.by for thread in room.threads for sign in thread.signed.values()}


def waiting_of(viewer: Viewer, room: Room) -> list[Waiting]:
    """Return what the room's other side waits for: an answer, a resolution or a signature."""
    other = OTHER_SIDE[viewer.side]
    open_threads = [thread for thread in room.threads if not thread.resolved and viewer.side not in thread.signed]
    unanswered = [thread for thread in open_threads if thread.notes and thread.notes[-1].side == other]
    notes = ngettext("%(num)s note of the closed room", "%(num)s notes of the closed room", len(unanswered))
    lines = [Waiting("room", notes, len(unanswered))] if unanswered else []
    unsigned = [name for _, name, item in room.statements if item and set(item.signed) == {other}]
    return lines + [Waiting("room", gettext("the joint statement for %(quarter)s", quarter=name)) for name in unsigned]


def room_of(viewer: Viewer, room: Room, names: Mapping[str, str]) -> RoomText:
    threads = tuple(_thread_text(viewer, thread, names) for thread in room.threads)
    statements = tuple(_statement_text(viewer, row, names) for row in room.statements)
    return RoomText(room.lost, _admin_text(viewer, room), threads, statements)


def _admin_text(viewer: Viewer, room: Room) -> str:
    waiting = [thread.notes[0].at for thread in room.threads if thread.notes and not thread.resolved]
    if not waiting:
        return gettext("An administrator sees that no note is open.")
    return ngettext(
        "An administrator sees that %(num)s note is open, the oldest from %(ago)s.",
        "An administrator sees that %(num)s notes are open, the oldest from %(ago)s.",
        len(waiting),
        ago=ago((viewer.now - min(waiting)) / SECOND),
    )


def _thread_text(viewer: Viewer, thread: Thread, names: Mapping[str, str]) -> ThreadText:
    notes = tuple(_note_text(viewer, note, names) for note in thread.notes)
    return ThreadText(
        thread.number,
        thread.subject,
        thread.resolved,
        _state(viewer, thread),
        viewer.side not in thread.signed,
        notes,
    )


def _state(viewer: Viewer, thread: Thread) -> str:
    if thread.resolved:
        latest = max(sign.at for sign in thread.signed.values())
        return ngettext(
            "%(num)s note, resolved by both on %(day)s.",
            "%(num)s notes, resolved by both on %(day)s.",
            len(thread.notes),
            day=viewer.date_text(latest),
        )
    for side, sign in thread.signed.items():
        return gettext(
            "Resolved for %(side)s on %(day)s, waits for %(other)s.",
            side=viewer.side_name(side),
            day=viewer.date_text(sign.at),
            other=viewer.side_name(OTHER_SIDE[side]),
        )
    return ""


def _note_text(viewer: Viewer, note: Note, names: Mapping[str, str]) -> NoteText:
    mine = note.by == viewer.account
    by = f"{_person(viewer, note.by, note.side, names)} · {viewer.date_text(note.at)}"
    return NoteText(note.text, by, mine)


def _person(viewer: Viewer, account: str, side: LeadSide, names: Mapping[str, str]) -> str:
    if account == viewer.account:
        return gettext("you")
    name, side_name = names.get(account) or gettext("a lead"), viewer.side_name(side)
    return f"{name}, {side_name}" if side == "inhouse" else gettext("%(name)s of %(side)s", name=name, side=side_name)


def _statement_text(
    viewer: Viewer, row: tuple[str, str, JointStatement | None], names: Mapping[str, str]
) -> StatementText:
    quarter, name, statement = row
    if statement is None:
        return StatementText(quarter, name, "", 0, (), mine=False, unsigned=True, published=False)
    return StatementText(
        quarter,
        name,
        statement.text,
        statement.version,
        tuple(_statement_side(viewer, statement, side, names) for side in SIDES),
        mine=viewer.side in statement.signed,
        unsigned=not statement.signed,
        published=statement.published,
    )


def _statement_side(
    viewer: Viewer, statement: JointStatement, side: LeadSide, names: Mapping[str, str]
) -> StatementSide:
    sign = statement.signed.get(side)
    if sign is None:
        return StatementSide(viewer.side_name(side), gettext("not signed yet"), given=False)
    signed_on = viewer.date_text(sign.at)
    if sign.by == viewer.account:
        text = gettext("you signed on %(day)s", day=signed_on)
    else:
        text = gettext("%(name)s signed on %(day)s", name=names.get(sign.by) or gettext("a lead"), day=signed_on)
    return StatementSide(viewer.side_name(side), text, given=True)
