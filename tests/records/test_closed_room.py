"""The closed room: its words are in no row in clear, belong to one engagement, and a lost key loses them alone."""

from datetime import date

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import update

from mappings.records.agreement import closed_room, joint_statements, replies
from mappings.records.agreement.closed_room import Note, RoomKeyLost, Signature
from mappings.records.privacy.export import select_account_data
from mappings.records.sql.scope import AgreementScope
from mappings.records.sql.secrets import Vault
from mappings.records.tables import room_key
from tests.database_search import traces
from tests.records.fact_builders import VAULT, at, enter, everything
from webhooks.erasure import erase_within

WORD = "unspeakable"
ANA, LEO = (f"712020:00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
Q3, Q4 = date(2026, 7, 1), date(2026, 10, 1)
PUBLISHED = "We both were slow in July."


def scope_of(connection, tenant_id: int, key: str = "growth") -> AgreementScope:
    return AgreementScope(connection, tenant_id, key)


def fill(scope: AgreementScope, vault: Vault = VAULT) -> int:
    """A thread with one note, a draft of one quarter, a statement of another that both signed, and a reply."""
    room = closed_room.open_room(scope, vault, at(0))
    thread = closed_room.insert_thread(scope, room, f"{WORD} subject", at=at(0), by=ANA)
    closed_room.insert_note(scope, room, thread, Note(0, f"{WORD} of [~accountid:{LEO}]", "agency", at(1), ANA))
    joint_statements.save_statement(scope, room, Q4, f"{WORD} draft", at=at(2), by=ANA)
    joint_statements.save_statement(scope, room, Q3, PUBLISHED, at=at(2), by=ANA)
    for side, who in (("inhouse", LEO), ("agency", ANA)):
        known = joint_statements.select_statement(scope, room, Q3)
        assert known is not None
        joint_statements.save_signature(scope, room, known, side=side, signature=Signature(who, at(3)))
    replies.save_reply(scope, replies.Reply(Q3, "Our reply", at(4), ANA))
    return thread


def texts(scope: AgreementScope, vault: Vault = VAULT) -> list[str]:
    room = closed_room.select_room_vault(scope, vault)
    assert room is not None
    return [note.text for thread in closed_room.select_threads(scope, room) for note in thread.notes]


def test_no_row_holds_a_word_in_clear_and_a_signed_statement_needs_no_key(engine):
    with engine.begin() as connection:
        ours = enter(connection, "acme")
        scope = scope_of(connection, ours)
        fill(scope)
        assert texts(scope) == [f"{WORD} of [~accountid:{LEO}]"]
        signed = joint_statements.select_published_statement(scope, Q3)
        assert signed is not None
        assert (signed.text, signed.published) == (PUBLISHED, True)
        assert joint_statements.select_published_statement(scope, Q4) is None
        exported = select_account_data(connection, ours, ANA, VAULT)
        assert exported["room_note"]
        assert WORD not in str(exported)
    assert traces(engine, VAULT, WORD) == []
    # The same search finds what is plain.
    assert traces(engine, VAULT, PUBLISHED) == ["joint_statement.published"]


def test_each_room_is_of_one_engagement_and_site(connection, ours, theirs):
    thread = fill(scope_of(connection, ours))
    before = everything(connection, ours)
    for stranger in (scope_of(connection, theirs), scope_of(connection, ours, "other")):
        assert closed_room.select_room_vault(stranger, VAULT) is None
        room = closed_room.open_room(stranger, VAULT, at(5))
        assert closed_room.select_threads(stranger, room) == ()
        assert joint_statements.select_published_statement(stranger, Q3) is None
        assert replies.select_reply(stranger, Q3) is None
        assert not closed_room.has_thread(stranger, thread)
        closed_room.save_resolved(stranger, thread, "agency", Signature(ANA, at(6)))
        replies.save_reply(stranger, replies.Reply(Q3, "", at(6), ANA))
        assert not any(closed_room.delete_note(stranger, n, by=ANA, since=at(0)) for n in range(9))
        closed_room.delete_room(stranger)
    closed_room.delete_old_notes(connection, theirs, at(99))
    assert closed_room.select_room_sizes(connection, theirs) == []
    assert everything(connection, ours) == before
    # A key that is put into another engagement's row opens nothing there.
    room = closed_room.open_room(scope_of(connection, ours, "other"), VAULT, at(7))
    secrets = dict(
        connection.execute(room_key.select().with_only_columns(room_key.c.engagement, room_key.c.secret)).all()
    )
    row = (room_key.c.tenant_id == ours) & (room_key.c.engagement == "growth")
    connection.execute(update(room_key).where(row).values(secret=secrets["other"]))
    with pytest.raises(RoomKeyLost):
        texts(scope_of(connection, ours))


def test_a_lost_key_loses_the_notes_and_nothing_else(connection, ours):
    scope, new = scope_of(connection, ours), Vault([Fernet.generate_key()])
    fill(scope)
    before = everything(connection, ours)
    # Rotation and erasure go on, and leave what they cannot read.
    assert closed_room.rotate_room_keys(connection, new) == 0
    closed_room.rewrite_room_texts(connection, ours, new, str.upper)
    assert everything(connection, ours) == before
    with pytest.raises(RoomKeyLost):
        closed_room.open_room(scope, new, at(5))
    closed_room.delete_room(scope)
    signed = joint_statements.select_published_statement(scope, Q3)
    assert signed is not None
    assert (signed.text, set(signed.signed)) == (PUBLISHED, {"inhouse", "agency"})
    assert replies.select_reply(scope, Q3) is not None
    fill(scope_of(connection, ours), new)
    assert len(texts(scope, new)) == 1
    # Where the key's row is gone the notes are lost too: no new key hides that.
    connection.execute(room_key.delete())
    with pytest.raises(RoomKeyLost):
        closed_room.open_room(scope, new, at(9))


def test_rotation_keeps_the_notes_under_the_new_key(connection, ours):
    old, new = (Fernet.generate_key() for _ in range(2))
    scope = scope_of(connection, ours)
    fill(scope, Vault([old]))
    assert closed_room.rotate_room_keys(connection, Vault([new, old])) == 1
    assert len(texts(scope, Vault([new]))) == 1


def test_an_erased_person_is_in_no_note_either(connection, ours):
    scope = scope_of(connection, ours)
    fill(scope)
    for who in (LEO, ANA):
        erase_within(connection, ours, who, vault=VAULT, now=at(9))
    (text,) = texts(scope)
    assert LEO not in text
    assert text.startswith(f"{WORD} of [~accountid:erased:")
    rows = str([row for name, rows in everything(connection, ours).items() if name != "reported" for row in rows])
    assert ANA not in rows


def test_retention_deletes_old_threads_and_drafts_and_keeps_what_was_published(connection, ours):
    scope = scope_of(connection, ours)
    fill(scope)
    closed_room.delete_old_notes(connection, ours, at(1))
    assert len(texts(scope)) == 1
    closed_room.delete_old_notes(connection, ours, at(60))
    room = closed_room.open_room(scope, VAULT, at(60))
    assert closed_room.select_threads(scope, room) == ()
    assert joint_statements.select_statement(scope, room, Q4) is None
    assert joint_statements.select_published_statement(scope, Q3) is not None
