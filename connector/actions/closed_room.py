"""The closed room: the leads of both sides write notes, resolve them, and agree on a joint statement."""

from datetime import date

from connector.actions.actor import UNDO_TIME, Actor, audit, begin, require_text, require_undone
from connector.actions.errors import ActionRefused
from connector.actions.feedback import open_quarters
from connector.actions.policy import CLOSED_ROOM
from mappings.records.agreement import closed_room as records
from mappings.records.agreement.closed_room import Note, RoomKeyLost, Signature
from mappings.records.agreement.joint_statements import (
    JointStatement,
    save_signature,
    save_statement,
    select_statement,
)
from mappings.records.sql.secrets import Vault
from mappings.translation import gettext, mark

# Characters of a thread's subject, and of a statement, which stands on the review's first page.
LONGEST_SUBJECT = 120
LONGEST_STATEMENT = 600

# No audit entry of these holds a word, or a quarter's wording: it says who did what, and when.


def start_thread(actor: Actor, vault: Vault, subject: str, text: str) -> int:
    """Start a thread with its first note; return the note's number. Raises ActionRefused."""
    begin(actor, CLOSED_ROOM)
    subject, text = require_text(subject, mark("The subject")), require_text(text, mark("The note"))
    _require_length(subject, mark("The subject"), LONGEST_SUBJECT)
    room = _open(actor, vault)
    thread = records.insert_thread(actor.scope, room, subject, at=actor.now, by=actor.account)
    return _write(actor, room, thread, text)


def add_note(actor: Actor, vault: Vault, thread: int, text: str) -> int:
    """Add a note to a thread, which opens it again; return the note's number. Raises ActionRefused."""
    begin(actor, CLOSED_ROOM)
    text = require_text(text, mark("The note"))
    _require_thread(actor, thread)
    return _write(actor, _open(actor, vault), thread, text)


def _write(actor: Actor, room: Vault, thread: int, text: str) -> int:
    note = Note(0, text, actor.side, actor.now, actor.account)
    number = records.insert_note(actor.scope, room, thread, note)
    audit(actor, "closed room: note written", f"note {number}", "")
    return number


def undo_note(actor: Actor, number: int) -> None:
    begin(actor, CLOSED_ROOM)
    if not records.delete_note(actor.scope, number, by=actor.account, since=actor.now - UNDO_TIME):
        raise ActionRefused(gettext("It is too late to take this note back. It can be taken back for one minute."))
    audit(actor, "closed room: note taken back", f"note {number}", "")


def resolve_thread(actor: Actor, thread: int) -> bool:
    """Say for one's side that a thread is resolved; it is once both sides said so. Raises ActionRefused.

    False where another lead of the side said so before.
    """
    begin(actor, CLOSED_ROOM)
    _require_thread(actor, thread)
    if actor.side in records.select_resolved(actor.scope, thread):
        return False
    records.save_resolved(actor.scope, thread, actor.side, Signature(actor.account, actor.now))
    audit(actor, "closed room: resolved", f"thread {thread}", actor.side)
    return True


def undo_resolving(actor: Actor, thread: int) -> None:
    """Take back that one held a thread for resolved in the last minute; what the other side says stays."""
    begin(actor, CLOSED_ROOM)
    _require_thread(actor, thread)
    own = records.select_resolved(actor.scope, thread).get(actor.side)
    require_undone(is_undone=own is not None and own.by == actor.account and own.at >= actor.now - UNDO_TIME)
    records.save_resolved(actor.scope, thread, actor.side, None)
    audit(actor, "closed room: resolved, undone", f"thread {thread}", actor.side)


def reopen_thread(actor: Actor, thread: int) -> None:
    begin(actor, CLOSED_ROOM)
    _require_thread(actor, thread)
    records.save_resolved(actor.scope, thread, "inhouse", None)
    records.save_resolved(actor.scope, thread, "agency", None)
    audit(actor, "closed room: opened again", f"thread {thread}", "")


def _require_thread(actor: Actor, thread: int) -> None:
    if not records.has_thread(actor.scope, thread):
        raise ActionRefused(gettext("There is no such note any more."))


def word_statement(actor: Actor, vault: Vault, quarter: date, text: str, *, version: int) -> None:
    """Change the wording of a quarter's joint statement, which takes both signatures off. Raises ActionRefused.

    `version` is the wording that the writer read, 0 for none.
    """
    begin(actor, CLOSED_ROOM)
    text = require_text(text, mark("The statement"))
    _require_length(text, mark("The statement"), LONGEST_STATEMENT)
    room, known = _open(actor, vault), _select_open_statement(actor, vault, quarter)
    if (known.version if known else 0) != version:
        raise ActionRefused(gettext("The wording was changed meanwhile. Copy yours, and load the page again."))
    save_statement(actor.scope, room, quarter, text, at=actor.now, by=actor.account)
    audit(actor, "joint statement worded", quarter.isoformat(), "")


def remove_wording(actor: Actor, vault: Vault, quarter: date, *, version: int) -> None:
    """Take a wording away that nobody has signed, and that the lead read. Raises ActionRefused."""
    begin(actor, CLOSED_ROOM)
    known = _require_statement(actor, vault, quarter)
    if known.version != version:
        raise ActionRefused(
            gettext("The wording was changed meanwhile. Load the page again, and read it before you remove it.")
        )
    if known.signed:
        raise ActionRefused(gettext("A side has signed this wording. Change it, or ask that side to withdraw."))
    # An empty one in its place: a form of before that names its version signs none that comes later.
    save_statement(actor.scope, _open(actor, vault), quarter, "", at=actor.now, by=actor.account)
    audit(actor, "joint statement removed", quarter.isoformat(), "")


def sign_statement(actor: Actor, vault: Vault, quarter: date, *, version: int) -> tuple[bool, bool]:
    """Sign the wording that the lead read; return whether both sides did, and whether this side had not before.

    Raises ActionRefused.
    """
    begin(actor, CLOSED_ROOM)
    known = _require_statement(actor, vault, quarter)
    if known.version != version:
        raise ActionRefused(
            gettext("The wording was changed meanwhile. Load the page again, and read it before you sign.")
        )
    is_new = actor.side not in known.signed
    if is_new:
        signature = Signature(actor.account, actor.now)
        save_signature(actor.scope, _open(actor, vault), known, side=actor.side, signature=signature)
        audit(actor, "joint statement signed", quarter.isoformat(), actor.side)
    return bool(known.signed.keys() - {actor.side}), is_new


def withdraw_signature(actor: Actor, vault: Vault, quarter: date) -> None:
    begin(actor, CLOSED_ROOM)
    known = _require_statement(actor, vault, quarter)
    if actor.side not in known.signed:
        raise ActionRefused(gettext("Your side has not signed this wording."))
    save_signature(actor.scope, _open(actor, vault), known, side=actor.side, signature=None)
    audit(actor, "joint statement signature withdrawn", quarter.isoformat(), actor.side)


def _require_statement(actor: Actor, vault: Vault, quarter: date) -> JointStatement:
    known = _select_open_statement(actor, vault, quarter)
    if known is None or not known.text:
        raise ActionRefused(gettext("There is no wording for that quarter yet."))
    return known


def _select_open_statement(actor: Actor, vault: Vault, quarter: date) -> JointStatement | None:
    if quarter not in open_quarters(actor.stored.engagement, actor.prepared.calendar.day(actor.now)):
        raise ActionRefused(gettext("A joint statement is for the review of this quarter or of the last."))
    return select_statement(actor.scope, _open(actor, vault), quarter)


def _require_length(text: str, field: str, longest: int) -> None:
    if len(text) > longest:
        raise ActionRefused(
            gettext(
                "%(field)s is too long: write at most %(longest)s characters.", field=gettext(field), longest=longest
            )
        )


def _open(actor: Actor, vault: Vault) -> Vault:
    try:
        return records.open_room(actor.scope, vault, actor.now)
    except RoomKeyLost:
        raise ActionRefused(
            gettext("The notes cannot be read: their key is lost. Start the room again first.")
        ) from None


def restart_room(actor: Actor, vault: Vault) -> None:
    """Delete what nobody can read any more, so that the room can be used again. Raises ActionRefused."""
    begin(actor, CLOSED_ROOM)
    try:
        records.select_room_vault(actor.scope, vault)
    except RoomKeyLost:
        records.delete_room(actor.scope)
        audit(actor, "closed room: started again", "", "")
    else:
        raise ActionRefused(gettext("The notes can be read: nothing is deleted."))
