"""Columns with account ids: what erasure changes and an export shows, and the columns that contain none."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

import msgspec
from msgspec.structs import replace
from sqlalchemy import Table

from mappings.events.pseudonyms import Swap, mask_change, mask_issue, mask_texts
from mappings.events.types import Change
from mappings.measure.model.engagement import Affiliation, Engagement
from mappings.measure.model.ticket import Evidence
from mappings.records import tables
from mappings.records.agreement.measure_inputs import MeasureInputs
from mappings.records.facts.issues import pack, read_body
from mappings.records.facts.rows import digest_of
from mappings.records.figures.entries import StoredEntry

Row: TypeAlias = Mapping[str, Any]
Changes: TypeAlias = dict[str, Any]


class AccountColumn(NamedTuple):
    """A table with account ids. `plain` columns are an account id and nothing else, `bodies` contain some.

    `mask` returns the new values of a row's bodies, and of what depends on any of its columns. No export shows the
    `encrypted` ones.
    """

    table: Table
    plain: tuple[str, ...]
    bodies: tuple[str, ...] = ()
    mask: Callable[[Row, Swap], Changes] = lambda row, swap: {}
    encrypted: tuple[str, ...] = ()


def _issue(row: Row, swap: Swap) -> Changes:
    masked = mask_issue(read_body(row["body"]), swap)
    return {"body": pack(masked), "summary": masked.summary}


def _account(row: Row, swap: Swap) -> Changes:
    return {} if swap(row["account_id"]) == row["account_id"] else {"user_name": None}


_ENDS = ("old", "old_text", "new", "new_text")


def _change(row: Row, swap: Swap) -> Changes:
    names = ("issue_id", "history_id", "place", "at", "author", "field", "field_id", *_ENDS)
    masked = mask_change(Change(*(row[name] for name in names)), swap)
    return {"digest": digest_of(masked)} | {name: getattr(masked, name) for name in _ENDS}


def _comment(row: Row, swap: Swap) -> Changes:
    return {"mentions": "\n".join(swap(account) for account in row["mentions"].split("\n"))}


def mask_engagement(agreement: Engagement, swap: Swap) -> Engagement:
    """Return an agreement with swapped account ids; a name from the file goes with its id."""
    return replace(
        agreement,
        people=tuple(_mask_person(person, swap) for person in agreement.people),
        leads={side: tuple(map(swap, accounts)) for side, accounts in agreement.leads.items()},
        objectives=tuple(
            replace(objective, learners=tuple(map(swap, objective.learners))) for objective in agreement.objectives
        ),
    )


def _mask_person(person: Affiliation, swap: Swap) -> Affiliation:
    account = swap(person.account)
    return person if account == person.account else replace(person, account=account, name="")


_read_engagement = msgspec.json.Decoder(Engagement).decode


def _engagement(row: Row, swap: Swap) -> Changes:
    texts = {name: row[name] for name in ("body", "shown") if row[name]}
    masked = {name: mask_engagement(_read_engagement(text), swap) for name, text in texts.items()}
    return {name: msgspec.json.encode(agreement).decode() for name, agreement in masked.items()}


def _affiliation(row: Row, swap: Swap) -> Changes:
    return {} if swap(row["account"]) == row["account"] else {"name": ""}


def _mask_texts(value: Any, swap: Swap) -> Any:
    """Return a document with other ids in the place of people's, as values and as keys."""
    if isinstance(value, Mapping):
        return {swap(key): _mask_texts(below, swap) for key, below in value.items()}
    if isinstance(value, list):
        return [_mask_texts(below, swap) for below in value]
    return swap(value) if isinstance(value, str) else value


def _draft_section(row: Row, swap: Swap) -> Changes:
    return {"body": msgspec.json.encode(_mask_texts(msgspec.json.decode(row["body"]), swap)).decode()}


_read_entry = msgspec.msgpack.Decoder(StoredEntry).decode
_read_evidence = msgspec.msgpack.Decoder(Evidence).decode


def _entry(row: Row, swap: Swap) -> Changes:
    stored = _read_entry(row["body"])
    alone = tuple((objective, swap(account)) for objective, account in stored.entry.alone)
    return {"body": pack(replace(stored, entry=replace(stored.entry, alone=alone)))}


def _evidence(row: Row, swap: Swap) -> Changes:
    row_evidence = _read_evidence(row["body"])
    return {
        "body": pack(
            replace(row_evidence, account=swap(row_evidence.account), mentors=tuple(map(swap, row_evidence.mentors)))
        )
    }


_read_inputs = msgspec.json.Decoder(MeasureInputs).decode


def _measure_inputs(row: Row, swap: Swap) -> Changes:
    inputs = _read_inputs(row["body"])
    bots = tuple(sorted(map(swap, inputs.bots)))
    return {"body": msgspec.json.encode(replace(inputs, bots=bots), order="deterministic").decode()}


def _mask_columns(*names: str) -> Callable[[Row, Swap], Changes]:
    return lambda row, swap: {name: mask_texts(row[name], swap) for name in names if row[name]}


# All but the inbox and the dead letters, which contain Jira's own bodies, and what closed rooms have encrypted.
ACCOUNT_COLUMNS: tuple[AccountColumn, ...] = (
    AccountColumn(tables.account, ("account_id",), ("user_name",), _account),
    AccountColumn(tables.issue, (), ("body", "summary"), _issue),
    AccountColumn(tables.change, ("author",), _ENDS, _change),
    AccountColumn(tables.worklog, ("author",)),
    AccountColumn(tables.comment, ("author",), ("mentions",), _comment),
    AccountColumn(tables.engagement, (), ("body", "shown"), _engagement),
    AccountColumn(tables.engagement_draft, ("created_by",)),
    AccountColumn(tables.draft_answer, ("account",), ("reason",), _mask_columns("reason")),
    AccountColumn(tables.draft_section, ("changed_by",), ("body",), _draft_section),
    AccountColumn(tables.affiliation, ("account", "recorded_by"), (), _affiliation),
    AccountColumn(tables.role, ("account", "recorded_by")),
    AccountColumn(tables.tag, ("recorded_by",)),
    AccountColumn(tables.bulk_tag, ("recorded_by",), ("jql",), _mask_columns("jql")),
    AccountColumn(tables.access_link, ("account",)),
    AccountColumn(tables.entry, (), ("body",), _entry),
    AccountColumn(tables.evidence, ("account",), ("body",), _evidence),
    AccountColumn(tables.hire, ("account",), ("body",), _evidence),
    AccountColumn(tables.credit_sum, ("account",)),
    AccountColumn(tables.credit_hour_sum, ("account",)),
    AccountColumn(tables.opportunity, ("account",)),
    AccountColumn(tables.opportunity_sum, ("account",)),
    AccountColumn(tables.measure_input, (), ("body",), _measure_inputs),
    AccountColumn(tables.sign_off, ("account", "signer", "recorded_by"), ("reason",), _mask_columns("reason")),
    AccountColumn(tables.teach_back, ("account", "accepted_by", "declined_by", "recorded_by")),
    AccountColumn(tables.consent, ("account", "recorded_by")),
    AccountColumn(tables.feedback, ("recorded_by", "action_by"), ("words", "action"), _mask_columns("words", "action")),
    AccountColumn(tables.pulse, ("recorded_by",)),
    AccountColumn(tables.definition_edit, ("recorded_by",)),
    AccountColumn(
        tables.dispute, ("recorded_by", "answered_by"), ("reason", "answer"), _mask_columns("reason", "answer")
    ),
    AccountColumn(tables.room_thread, ("recorded_by", "inhouse_by", "agency_by"), encrypted=("subject",)),
    AccountColumn(tables.room_note, ("recorded_by",), encrypted=("body",)),
    AccountColumn(
        tables.joint_statement,
        ("changed_by", "inhouse_by", "agency_by"),
        ("published",),
        _mask_columns("published"),
        encrypted=("draft",),
    ),
    AccountColumn(tables.right_of_reply, ("changed_by",), ("words",), _mask_columns("words")),
    AccountColumn(tables.review_ask, ("recorded_by", "done_by"), ("words",), _mask_columns("words")),
    AccountColumn(tables.audit, ("account", "subject_account")),
    AccountColumn(tables.reported, ("account_id",)),
    AccountColumn(tables.ruleset, ("proposed_by", "inhouse_by", "agency_by")),
)

# Columns of text or bytes without account ids: a test fails for a column that is in neither list.
WITHOUT_ACCOUNTS: Mapping[str, tuple[str, ...]] = {
    "access_link": ("digest", "engagement", "role"),
    "link_session": ("digest",),
    "admin_webhook": ("address", "secret"),
    "affiliation": ("engagement", "side", "org", "source", "name"),
    "account": ("kind",),
    "bulk_tag": ("engagement", "objective"),
    "change": ("field", "field_id"),
    "comment": ("digest",),
    "consent": ("engagement", "kind"),
    "credit_sum": ("engagement", "objective", "shares"),
    "credit_hour_sum": ("engagement", "objective", "shares"),
    "counter": ("kind", "subject"),
    "definition_edit": ("engagement", "objective", "side", "kind"),
    "dispute": ("engagement", "objective", "side"),
    "draft_section": ("section",),
    "feedback": ("engagement", "about"),
    "figure_token": ("engagement", "token"),
    "jira_retry_after": ("scope", "reason"),
    "hire": ("engagement", "objective"),
    "job": ("name", "error"),
    "open_ticket": ("engagement", "objective"),
    "opportunity": ("engagement", "component", "objective"),
    "opportunity_sum": ("engagement", "component", "objective"),
    "people_week": ("engagement", "ruleset", "body"),
    "public_key": ("name", "body"),
    "pulse": ("engagement", "side"),
    "site_name": ("kind", "object_id", "name"),
    "sign_off": ("engagement", "objective", "kind", "side", "issues"),
    "teach_back": ("engagement", "objective"),
    "day_sum": ("engagement", "unit", "objective", "w2"),
    "dead_letter": ("dkey", "reason"),
    "engagement": ("key", "hash", "shown_hash", "kept_in"),
    "engagement_draft": ("engagement",),
    "draft_answer": ("section", "side", "hash"),
    "entry": ("engagement",),
    "erased": ("hash", "pseudonym"),
    "evidence": ("engagement", "objective"),
    "forge_installation": ("installation_id", "cloud_id", "environment"),
    "forge_token": ("token",),
    "measure_input": ("engagement",),
    "inbox": ("dkey", "request"),
    "issue": ("key", "project_id", "project_key"),
    "link": ("other_key", "type_name", "name"),
    "measured": ("engagement", "failed"),
    "mirror": ("sent", "written", "task"),
    "mirror_choice": ("project",),
    "progress": ("kind", "subject"),
    "project": ("project_id", "key", "name"),
    "reread": ("reason",),
    "joint_statement": ("engagement", "draft"),
    "right_of_reply": ("engagement",),
    "review_ask": ("engagement", "side", "owner"),
    "role": ("engagement", "role", "objective"),
    "room_key": ("engagement", "secret"),
    "room_note": ("engagement", "side", "body"),
    "room_thread": ("engagement", "subject"),
    "ruleset": ("engagement", "body", "hash"),
    "snapshot": ("engagement", "kind", "ruleset_hash", "engagement_hash", "input_hash", "body"),
    "status": ("status_id", "category"),
    "status_name": ("status_id", "name"),
    "sync": ("kind", "project", "state", "jql", "token"),
    "tag": ("engagement", "objective"),
    "tenant": (
        "client_key", "site", "base_url", "display_url", "secret", "secret_before", "digest_key", "platform", "state",
        "setup_by", "setup_group", "agreement_token",
    ),
    "tombstone": ("kind",),
    "unread_issue": ("key", "reason"),
    "audit": ("act", "object", "before", "after"),
}  # fmt: skip
