"""Engagements that are being set up on pages, section by section, and which side agreed to which state of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from mappings.events.types import Instant
from mappings.measure.model.statements import LeadSide
from mappings.records.tables import draft_answer, draft_section, engagement_draft

UNCHANGED = 1
"""The version of a section that nobody changed."""
LATER = "more"
"""The section that drafts did not have from the start."""
WHOLE = ""
"""Stands for all sections, where a new engagement is agreed to."""
SIDES: tuple[LeadSide, ...] = ("inhouse", "agency")


class DraftSection(Struct, frozen=True):
    """A section: a part of the document that an engagement file is. `version` counts its changes from 1."""

    body: Mapping[str, Any]
    version: int
    changed_at: Instant
    changed_by: str


class DraftAnswer(Struct, frozen=True):
    """What a lead answered to the state with `hash`: agreed, or declined for a reason."""

    account: str
    at: Instant
    hash: str
    reason: str | None = None

    @property
    def is_agreement(self) -> bool:
        return self.reason is None


class Draft(Struct, frozen=True):
    """An engagement that is being set up or, with the key of `engagement`, a change of one that exists.

    `answers` are the latest of each side, by section and side; to a new engagement as a whole, under `WHOLE`.
    """

    number: int
    created_at: Instant
    created_by: str
    changed_at: Instant
    sections: Mapping[str, DraftSection]
    answers: Mapping[tuple[str, LeadSide], DraftAnswer]
    engagement: str | None = None

    @property
    def bodies(self) -> dict[str, Mapping[str, Any]]:
        """The sections' bodies by name."""
        return {name: section.body for name, section in self.sections.items()}

    @property
    def projects(self) -> tuple[str, ...]:
        """The keys of its projects."""
        return tuple(self.sections["basics"].body.get("engagement", {}).get("projects", ()))


def select_drafts(connection: Connection, tenant_id: int) -> tuple[Draft, ...]:
    """Return a tenant's drafts, oldest first."""
    rows = connection.execute(
        select(engagement_draft).where(engagement_draft.c.tenant_id == tenant_id).order_by(engagement_draft.c.number)
    ).mappings()
    sections, answers = _select_sections(connection, tenant_id), _select_answers(connection, tenant_id)
    return tuple(_draft(dict(row), sections.get(row["number"], {}), answers[row["number"]]) for row in rows)


def select_draft(connection: Connection, tenant_id: int, number: int) -> Draft | None:
    """Return one draft, or None."""
    return next((draft for draft in select_drafts(connection, tenant_id) if draft.number == number), None)


def select_led_drafts(connection: Connection, tenant_id: int, account: str) -> tuple[Draft, ...]:
    """Return the drafts of new engagements that name the account as a lead of a side, oldest first."""
    # Most people lead none: the drafts are read only for who does.
    rows = connection.execute(
        select(draft_section.c.number, draft_section.c.body)
        .join(engagement_draft, _is_same_draft())
        .where(
            draft_section.c.tenant_id == tenant_id,
            draft_section.c.section == "leads",
            engagement_draft.c.engagement.is_(None),
        )
    )
    own = {row.number for row in rows if _leads(account, msgspec.json.decode(row.body))}
    return tuple(draft for draft in select_drafts(connection, tenant_id) if draft.number in own) if own else ()


def _leads(account: str, body: Mapping[str, Any]) -> bool:
    return any(account in body.get("leads", {}).get(side, ()) for side in SIDES)


def _is_same_draft() -> ColumnElement[bool]:
    same: ColumnElement[bool] = (engagement_draft.c.tenant_id == draft_section.c.tenant_id) & (
        engagement_draft.c.number == draft_section.c.number
    )
    return same


def select_change(connection: Connection, tenant_id: int, key: str) -> Draft | None:
    """Return the draft of a change of an engagement, or None."""
    return next((draft for draft in select_drafts(connection, tenant_id) if draft.engagement == key), None)


def _select_sections(connection: Connection, tenant_id: int) -> dict[int, dict[str, DraftSection]]:
    sections: defaultdict[int, dict[str, DraftSection]] = defaultdict(dict)
    rows = connection.execute(select(draft_section).where(draft_section.c.tenant_id == tenant_id)).mappings()
    for row in rows:
        body = msgspec.json.decode(row["body"])
        sections[row["number"]][row["section"]] = DraftSection(
            body, row["version"], row["changed_at"], row["changed_by"]
        )
    return sections


def _select_answers(
    connection: Connection, tenant_id: int
) -> defaultdict[int, dict[tuple[str, LeadSide], DraftAnswer]]:
    answers: defaultdict[int, dict[tuple[str, LeadSide], DraftAnswer]] = defaultdict(dict)
    for row in connection.execute(select(draft_answer).where(draft_answer.c.tenant_id == tenant_id)):
        answers[row.number][row.section, row.side] = DraftAnswer(row.account, row.at, row.hash, row.reason)
    return answers


def _draft(
    row: Mapping[str, Any],
    sections: Mapping[str, DraftSection],
    answers: Mapping[tuple[str, LeadSide], DraftAnswer],
) -> Draft:
    # A draft of an earlier release has no such section: its first change adds it.
    sections = {LATER: DraftSection({}, 0, row["created_at"], row["created_by"]), **sections}
    dates = row["created_at"], row["created_by"], row["changed_at"]
    return Draft(row["number"], *dates, sections, answers, row["engagement"])


def insert_draft(
    connection: Connection,
    tenant_id: int,
    bodies: Mapping[str, Mapping[str, Any]],
    *,
    now: Instant,
    by: str,
    engagement: str | None = None,
) -> int:
    """Add a draft with these sections; return its number. The caller holds the tenant's lock."""
    highest = select(func.max(engagement_draft.c.number)).where(engagement_draft.c.tenant_id == tenant_id)
    number = (connection.execute(highest).scalar() or 0) + 1
    connection.execute(
        insert(engagement_draft).values(
            tenant_id=tenant_id, number=number, engagement=engagement, created_at=now, created_by=by, changed_at=now
        )
    )
    for section, body in bodies.items():
        _insert_section(connection, tenant_id, number, section, body=body, now=now, by=by)
    return number


def _insert_section(
    connection: Connection,
    tenant_id: int,
    number: int,
    section: str,
    *,
    body: Mapping[str, Any],
    now: Instant,
    by: str,
) -> None:
    values = {"tenant_id": tenant_id, "number": number, "section": section, "body": _text(body)}
    connection.execute(insert(draft_section).values(**values, version=1, changed_at=now, changed_by=by))


def save_draft_section(
    connection: Connection,
    tenant_id: int,
    draft: Draft,
    *,
    section: str,
    body: Mapping[str, Any],
    now: Instant,
    by: str,
    is_changed: bool = True,
) -> bool:
    """Save a section's next version; False where somebody saved another since `draft` was read.

    `is_changed` False keeps the version: what is set stays, and what can be chosen is new.
    """
    version = draft.sections[section].version
    if version == 0:
        _insert_section(connection, tenant_id, draft.number, section, body={}, now=now, by=by)
        version = 1
    row = _row(draft_section, tenant_id, draft.number) & (draft_section.c.section == section)
    values: dict[str, Any] = {"body": _text(body)}
    values |= {"version": version + 1, "changed_at": now, "changed_by": by} if is_changed else {}
    saved = connection.execute(update(draft_section).where(row, draft_section.c.version == version).values(**values))
    if saved.rowcount:
        draft_row = _row(engagement_draft, tenant_id, draft.number)
        connection.execute(update(engagement_draft).where(draft_row).values(changed_at=now))
    return saved.rowcount > 0


def reset_draft_section(
    connection: Connection, tenant_id: int, number: int, section: str, *, body: Mapping[str, Any], now: Instant, by: str
) -> None:
    """Give a section its body as if nobody had changed it, without answers."""
    row = _row(draft_section, tenant_id, number) & (draft_section.c.section == section)
    values = {"body": _text(body), "version": UNCHANGED, "changed_at": now, "changed_by": by}
    connection.execute(update(draft_section).where(row).values(**values))
    delete_draft_answers(connection, tenant_id, number, section)


def save_draft_answer(
    connection: Connection,
    tenant_id: int,
    number: int,
    *,
    section: str,
    side: LeadSide,
    answer: DraftAnswer,
) -> None:
    """Save what a side answered; who declines takes the other side's agreement back to a draft, too."""
    rows = _row(draft_answer, tenant_id, number) & (draft_answer.c.section == section)
    if answer.is_agreement:
        rows &= (draft_answer.c.side == side) | draft_answer.c.reason.is_not(None)
    connection.execute(delete(draft_answer).where(rows))
    values = {"tenant_id": tenant_id, "number": number, "section": section, "side": side}
    connection.execute(insert(draft_answer).values(**values, **msgspec.structs.asdict(answer)))


def delete_draft_answers(
    connection: Connection, tenant_id: int, number: int, section: str, *, side: LeadSide | None = None
) -> None:
    """Delete what was answered to a section, by one side or by both."""
    rows = _row(draft_answer, tenant_id, number) & (draft_answer.c.section == section)
    if side is not None:
        rows &= draft_answer.c.side == side
    connection.execute(delete(draft_answer).where(rows))


def delete_draft(connection: Connection, tenant_id: int, number: int) -> bool:
    """Delete a draft with its sections and answers; False where there is none."""
    for table in (draft_section, draft_answer):
        connection.execute(delete(table).where(_row(table, tenant_id, number)))
    return connection.execute(delete(engagement_draft).where(_row(engagement_draft, tenant_id, number))).rowcount > 0


def delete_old_drafts(connection: Connection, tenant_id: int, before: Instant) -> int:
    """Delete the drafts that nobody changed since an instant; return how many."""
    drafts = [draft.number for draft in select_drafts(connection, tenant_id) if draft.changed_at < before]
    for number in drafts:
        delete_draft(connection, tenant_id, number)
    return len(drafts)


def _row(table: Any, tenant_id: int, number: int) -> ColumnElement[bool]:
    row: ColumnElement[bool] = (table.c.tenant_id == tenant_id) & (table.c.number == number)
    return row


def _text(body: Mapping[str, Any]) -> str:
    return msgspec.json.encode(body).decode()


def accounts_in(body: Mapping[str, Any]) -> Iterator[str]:
    """Give the accounts that a section names: people, proposals about people, leads and learners."""
    yield from (person["account"] for person in body.get("people", ()))
    yield from body.get("proposed", ())
    yield from (account for accounts in body.get("leads", {}).values() for account in accounts)
    yield from (account for objective in body.get("objectives", ()) for account in objective.get("learners", ()))
