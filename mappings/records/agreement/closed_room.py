"""The closed room: notes of both sides' leads, encrypted under a key of their engagement."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, delete, false, func, insert, select, update

from mappings.events.types import Instant
from mappings.measure.model.statements import LeadSide
from mappings.records.sql.engine import StoreError
from mappings.records.sql.scope import AgreementScope, rows_of_agreement
from mappings.records.sql.secrets import Vault
from mappings.records.tables import joint_statement, room_key, room_note, room_thread

SIGNED = ("inhouse_by", "inhouse_at", "agency_by", "agency_at")


class RoomKeyLost(Exception):
    """What is encrypted in a room cannot be read: its key is gone, or no key of the installation decrypts it."""


class Signature(Struct, frozen=True):
    by: str
    at: Instant


class Note(Struct, frozen=True):
    number: int
    text: str
    side: LeadSide
    at: Instant
    by: str


class Thread(Struct, frozen=True):
    """Notes about one subject, oldest first; `signed` are the sides that held it for resolved since the last note."""

    number: int
    subject: str
    signed: Mapping[LeadSide, Signature]
    notes: tuple[Note, ...]

    @property
    def resolved(self) -> bool:
        return len(self.signed) == 2


class RoomSize(Struct, frozen=True):
    """What an administrator may know of a room: how many threads are open, and since when the oldest is."""

    engagement: str
    open: int
    since: Instant


def select_room_vault(scope: AgreementScope, vault: Vault) -> Vault | None:
    """Return what encrypts and decrypts an engagement's notes, None before the first. Raises RoomKeyLost."""
    secret = scope.connection.execute(select(room_key.c.secret).where(rows_of_agreement(room_key, scope))).scalar()
    if secret is not None:
        try:
            return Vault([vault.decrypt(secret, tenant_id=scope.tenant_id, column=_key_column(scope))])
        except StoreError as cause:
            raise RoomKeyLost from cause
    if _holds_encrypted(scope):
        raise RoomKeyLost
    return None


def _key_column(scope: AgreementScope) -> str:
    # A key is of no use in another engagement's row.
    return f"room_key {scope.engagement}"


def _holds_encrypted(scope: AgreementScope) -> bool:
    threads = select(room_thread.c.at).where(rows_of_agreement(room_thread, scope))
    drafts = select(joint_statement.c.version).where(rows_of_agreement(joint_statement, scope))
    queries = (threads, drafts.where(joint_statement.c.draft.is_not(None)))
    return any(scope.connection.execute(query.limit(1)).first() for query in queries)


def open_room(scope: AgreementScope, vault: Vault, now: Instant) -> Vault:
    """Return what encrypts an engagement's notes, with a new key for the first of them. Raises RoomKeyLost."""
    known = select_room_vault(scope, vault)
    if known is not None:
        return known
    key = Fernet.generate_key()
    secret = vault.encrypt(key, tenant_id=scope.tenant_id, column=_key_column(scope))
    values = {"tenant_id": scope.tenant_id, "engagement": scope.engagement, "secret": secret, "made_at": now}
    scope.connection.execute(insert(room_key).values(**values))
    return Vault([key])


def insert_thread(scope: AgreementScope, room: Vault, subject: str, *, at: Instant, by: str) -> int:
    encrypted = room.encrypt(subject.encode(), tenant_id=scope.tenant_id, column="subject")
    values = {"tenant_id": scope.tenant_id, "engagement": scope.engagement, "subject": encrypted}
    made = scope.connection.execute(insert(room_thread).values(**values, at=at, recorded_by=by)).inserted_primary_key
    assert made is not None
    return int(made[0])


def insert_note(scope: AgreementScope, room: Vault, thread: int, note: Note) -> int:
    """Add a note to a thread; the number that it has is not read."""
    body = room.encrypt(note.text.encode(), tenant_id=scope.tenant_id, column=_note_column(thread))
    values = {"tenant_id": scope.tenant_id, "engagement": scope.engagement, "room_thread_id": thread, "body": body}
    values |= {"side": note.side, "at": note.at, "recorded_by": note.by}
    made = scope.connection.execute(insert(room_note).values(**values)).inserted_primary_key
    assert made is not None
    return int(made[0])


def _note_column(thread: int) -> str:
    return f"note {thread}"


def delete_note(scope: AgreementScope, number: int, *, by: str, since: Instant) -> bool:
    """Delete a note that somebody wrote since an instant, and a thread that held no other; False without one."""
    note = rows_of_agreement(room_note, scope) & (room_note.c.room_note_id == number)
    note &= (room_note.c.recorded_by == by) & (room_note.c.at >= since)
    thread = scope.connection.execute(select(room_note.c.room_thread_id).where(note)).scalar()
    if thread is None:
        return False
    scope.connection.execute(delete(room_note).where(note))
    left = rows_of_agreement(room_note, scope) & (room_note.c.room_thread_id == thread)
    if scope.connection.execute(select(room_note.c.at).where(left).limit(1)).first() is None:
        scope.connection.execute(delete(room_thread).where(_thread(scope, thread)))
    return True


def has_thread(scope: AgreementScope, number: int) -> bool:
    return scope.connection.execute(select(room_thread.c.at).where(_thread(scope, number))).first() is not None


def save_resolved(scope: AgreementScope, number: int, side: LeadSide, signature: Signature | None) -> None:
    """Save that a side holds a thread for resolved, or (None) that it does not."""
    values = {f"{side}_by": signature and signature.by, f"{side}_at": signature and signature.at}
    scope.connection.execute(update(room_thread).where(_thread(scope, number)).values(**values))


def select_resolved(scope: AgreementScope, number: int) -> dict[LeadSide, Signature]:
    """Return who holds a thread for resolved for which side."""
    row = scope.connection.execute(
        select(*(room_thread.c[name] for name in SIGNED)).where(_thread(scope, number))
    ).one()
    notes = rows_of_agreement(room_note, scope) & (room_note.c.room_thread_id == number)
    latest = scope.connection.execute(select(func.max(room_note.c.at)).where(notes)).scalar()
    return _standing(signatures_of(*row), latest or 0)


def _standing(signed: Mapping[LeadSide, Signature], latest: Instant) -> dict[LeadSide, Signature]:
    # A later note opens a thread again. Who held it for resolved stays stored, for when the note is taken back.
    return {side: sign for side, sign in signed.items() if sign.at >= latest}


def _thread(scope: AgreementScope, number: int) -> ColumnElement[bool]:
    return rows_of_agreement(room_thread, scope) & (room_thread.c.room_thread_id == number)


def select_threads(scope: AgreementScope, room: Vault) -> tuple[Thread, ...]:
    """Return the threads with their notes, open ones first, then the newest. Raises RoomKeyLost."""
    columns = (room_note.c[name] for name in ("room_thread_id", "room_note_id", "body", "side", "at", "recorded_by"))
    query = select(*columns).where(rows_of_agreement(room_note, scope)).order_by(room_note.c.room_note_id)
    notes: dict[int, list[Note]] = {}
    for thread, number, body, side, at, by in scope.connection.execute(query).all():
        text = _decrypt(scope, room, body, _note_column(thread))
        notes.setdefault(thread, []).append(Note(number, text, side, at, by))
    threads = [_read_thread(scope, room, row, notes) for row in scope.connection.execute(_threads(scope)).all()]
    return tuple(sorted(threads, key=lambda thread: thread.resolved))


def _threads(scope: AgreementScope) -> Any:
    columns = (room_thread.c.room_thread_id, room_thread.c.subject, *(room_thread.c[name] for name in SIGNED))
    order = room_thread.c.room_thread_id.desc()
    return select(*columns).where(rows_of_agreement(room_thread, scope)).order_by(order)


def _read_thread(scope: AgreementScope, room: Vault, row: Sequence[Any], notes: Mapping[int, list[Note]]) -> Thread:
    number, subject, *signed = row
    text, written = _decrypt(scope, room, subject, "subject"), notes.get(number, [])
    latest = max((note.at for note in written), default=0)
    return Thread(number, text, _standing(signatures_of(*signed), latest), tuple(written))


def signatures_of(
    inhouse_by: str | None, inhouse_at: Instant | None, agency_by: str | None, agency_at: Instant | None
) -> dict[LeadSide, Signature]:
    """Return who signed for which side, from a row's columns `SIGNED`."""
    rows: tuple[tuple[LeadSide, str | None, Instant | None], ...] = (
        ("inhouse", inhouse_by, inhouse_at),
        ("agency", agency_by, agency_at),
    )
    return {side: Signature(by, at) for side, by, at in rows if by is not None and at is not None}


def _decrypt(scope: AgreementScope, room: Vault, secret: bytes, column: str) -> str:
    try:
        return room.decrypt(secret, tenant_id=scope.tenant_id, column=column).decode()
    except StoreError as cause:
        raise RoomKeyLost from cause


def select_room_sizes(connection: Connection, tenant_id: int) -> list[RoomSize]:
    """Return each engagement's open threads by number and age, from which nothing is decrypted."""
    latest = _latest_note()
    both = (room_thread.c.inhouse_at >= latest) & (room_thread.c.agency_at >= latest)
    resolved = func.coalesce(both, false())
    query = select(room_thread.c.engagement, func.count(), func.min(room_thread.c.at))
    query = query.where(room_thread.c.tenant_id == tenant_id, ~resolved).group_by(room_thread.c.engagement)
    return [RoomSize(*row) for row in connection.execute(query.order_by(room_thread.c.engagement))]


def delete_room(scope: AgreementScope) -> None:
    """Delete a room's notes, drafts and key; statements that both sides signed stay."""
    for table in (room_note, room_thread, room_key):
        scope.connection.execute(delete(table).where(rows_of_agreement(table, scope)))
    drafts = rows_of_agreement(joint_statement, scope) & joint_statement.c.draft.is_not(None)
    scope.connection.execute(delete(joint_statement).where(drafts))


def _latest_note() -> ColumnElement[Instant]:
    latest = select(func.max(room_note.c.at)).where(
        room_note.c.tenant_id == room_thread.c.tenant_id, room_note.c.room_thread_id == room_thread.c.room_thread_id
    )
    return func.coalesce(latest.scalar_subquery(), 0)


def delete_old_notes(connection: Connection, tenant_id: int, before: Instant) -> None:
    """Delete the threads whose latest note is older than an instant, and drafts that nobody changed since."""
    mine = (room_thread.c.tenant_id == tenant_id) & (_latest_note() < before)
    old = list(connection.execute(select(room_thread.c.room_thread_id).where(mine)).scalars())
    for number in old:
        for table in (room_note, room_thread):
            row = (table.c.tenant_id == tenant_id) & (table.c.room_thread_id == number)
            connection.execute(delete(table).where(row))
    drafts = (joint_statement.c.tenant_id == tenant_id) & joint_statement.c.draft.is_not(None)
    connection.execute(delete(joint_statement).where(drafts, joint_statement.c.changed_at < before))


def rotate_room_keys(connection: Connection, vault: Vault) -> int:
    """Encrypt every room's key with the first key; return how many. A key that nothing decrypts stays as it is."""
    rotated = 0
    for number, secret in connection.execute(select(room_key.c.room_key_id, room_key.c.secret)).all():
        # Notes that are lost already must keep no other secret from being rotated.
        try:
            fresh = vault.rotate(secret)
        except InvalidToken:
            continue
        connection.execute(update(room_key).where(room_key.c.room_key_id == number).values(secret=fresh))
        rotated += 1
    return rotated


def rewrite_room_texts(connection: Connection, tenant_id: int, vault: Vault, mask: Callable[[str], str]) -> None:
    """Replace the texts of a site's rooms by what `mask` makes of them; rooms whose key is lost stay as they are."""
    for key in connection.execute(select(room_key.c.engagement).where(room_key.c.tenant_id == tenant_id)).scalars():
        scope = AgreementScope(connection, tenant_id, key)
        with suppress(RoomKeyLost):
            room = select_room_vault(scope, vault)
            if room is not None:
                _rewrite(scope, room, mask)


def _rewrite(scope: AgreementScope, room: Vault, mask: Callable[[str], str]) -> None:
    for table, secret, column_of in _ENCRYPTED:
        keys = list(table.primary_key)
        for row in scope.connection.execute(select(table).where(rows_of_agreement(table, scope))).mappings().all():
            if row[secret] is None:
                continue
            column = column_of(dict(row))
            text = _decrypt(scope, room, row[secret], column)
            if mask(text) != text:
                fresh = room.encrypt(mask(text).encode(), tenant_id=scope.tenant_id, column=column)
                own = [key == row[key.name] for key in keys]
                scope.connection.execute(update(table).where(*own).values({secret: fresh}))


def statement_column(quarter: Any) -> str:
    return f"statement {quarter}"


_ENCRYPTED: tuple[tuple[Any, str, Callable[[Mapping[str, Any]], str]], ...] = (
    (room_thread, "subject", lambda row: "subject"),
    (room_note, "body", lambda row: _note_column(row["room_thread_id"])),
    (joint_statement, "draft", lambda row: statement_column(row["quarter"])),
)
