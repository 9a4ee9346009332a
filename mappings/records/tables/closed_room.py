"""The tables of the two leads: notes of the closed room, encrypted, joint statements, and the right of reply."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from mappings.records.tables.columns import Counting, metadata, owner

# The key that encrypts an engagement's notes, itself encrypted. It is numbered so that rotation can name a row.
room_key = Table(
    "room_key",
    metadata,
    Column("room_key_id", Counting, primary_key=True, autoincrement=True),
    Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), nullable=False),
    Column("engagement", String(64), nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)
Index("uq_room_key_once", room_key.c.tenant_id, room_key.c.engagement, unique=True)

room_thread = Table(
    "room_thread",
    metadata,
    Column("room_thread_id", Counting, primary_key=True, autoincrement=True),
    Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), nullable=False),
    Column("engagement", String(64), nullable=False),
    Column("subject", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("recorded_by", String(255), nullable=False),
    Column("inhouse_by", String(255)),
    Column("inhouse_at", BigInteger),
    Column("agency_by", String(255)),
    Column("agency_at", BigInteger),
)
Index(None, room_thread.c.tenant_id, room_thread.c.engagement)
"""What the leads write about; it is resolved once a lead of each side said so."""

room_note = Table(
    "room_note",
    metadata,
    Column("room_note_id", Counting, primary_key=True, autoincrement=True),
    Column("tenant_id", BigInteger, ForeignKey("tenant.tenant_id"), nullable=False),
    Column("engagement", String(64), nullable=False),
    Column("room_thread_id", BigInteger, nullable=False),
    Column("side", String(16), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("recorded_by", String(255), nullable=False),
)
Index(None, room_note.c.tenant_id, room_note.c.engagement, room_note.c.room_thread_id)

joint_statement = Table(
    "joint_statement",
    metadata,
    owner(),
    Column("engagement", String(64), primary_key=True),
    Column("quarter", Date, primary_key=True),
    Column("draft", LargeBinary),
    Column("published", Text),
    Column("version", Integer, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", String(255), nullable=False),
    Column("inhouse_by", String(255)),
    Column("inhouse_at", BigInteger),
    Column("agency_by", String(255)),
    Column("agency_at", BigInteger),
)
"""A wording for a quarter's review: encrypted as `draft` until both sides signed it, then plain as `published`."""

right_of_reply = Table(
    "right_of_reply",
    metadata,
    owner(),
    Column("engagement", String(64), primary_key=True),
    Column("quarter", Date, primary_key=True),
    Column("words", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", String(255), nullable=False),
)
"""What the agency replies to a quarter's figures, printed unchanged in its review."""
