"""Frozen quarters as their review is made from them: the report, those before it, and the rules they were made by."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from mappings.events.types import Instant
from mappings.formats.export.numbers import instant_text
from mappings.formats.review.pack import Source
from mappings.measure.model.quarters import next_quarter, quarter_name, quarter_start
from mappings.measure.model.ruleset import DEFAULT, Ruleset, hash_of
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.agreement.rulesets import select_rulesets
from mappings.records.figures.snapshots import Snapshot, select_body, select_snapshots
from mappings.records.operations.audit import Act, select_standing_acts
from mappings.records.sql.scope import AgreementScope

Report = Mapping[str, Any]
# The act by which a lead says that they read a review, kept in the audit.
REVIEW_READ = "review read"
# The same of the program's review, by one of those who see the program.
PROGRAM_REVIEW_READ = "program review read"


def select_frozen_quarters(connection: Connection, tenant_id: int, stored: StoredEngagement) -> list[Snapshot]:
    """Return the frozen quarters of an engagement, newest first."""
    scope = AgreementScope(connection, tenant_id, stored.engagement.key)
    return [snapshot for snapshot in select_snapshots(scope) if snapshot.kind == "quarter"]


def select_review_source(
    connection: Connection, tenant_id: int, stored: StoredEngagement, snapshot: Snapshot
) -> Source | None:
    """Return what the review of a frozen quarter is made from; None where its body is gone."""
    report = select_report(AgreementScope(connection, tenant_id, stored.engagement.key), snapshot.end)
    if report is None:
        return None
    return source_of(connection, tenant_id, stored, report, frozen_at=instant_text(snapshot.taken_at))


def source_of(
    connection: Connection, tenant_id: int, stored: StoredEngagement, report: Report, *, frozen_at: str = ""
) -> Source:
    """Return the source of any report's review, with the frozen quarter and year before it."""
    scope, first = AgreementScope(connection, tenant_id, stored.engagement.key), date.fromisoformat(report["from"])
    end = date.fromisoformat(report["to"])
    is_quarter = first == quarter_start(first) and end == next_quarter(first)
    return Source(
        stored.engagement,
        _rules_of(connection, tenant_id, stored, report["ruleset"]["hash"]),
        report,
        frozen_at,
        select_report(scope, first) if is_quarter else None,
        select_report(scope, date(end.year - 1, end.month, end.day)) if is_quarter else None,
    )


def select_report(scope: AgreementScope, end: date) -> Report | None:
    """Return the report of the frozen quarter that ends before `end`; None where there is none."""
    body = select_body(scope, "quarter", end)
    if body is None:
        return None
    report: Report = json.loads(body)
    return report


def _rules_of(connection: Connection, tenant_id: int, stored: StoredEngagement, name: str) -> Ruleset:
    # Rules may have changed since: those of the report are found by their hash.
    versions = [proposal.rules for proposal in select_rulesets(connection, tenant_id, stored.engagement.key)]
    known = {hash_of(rules): rules for rules in (DEFAULT, *versions, stored.rules)}
    return known.get(name, stored.rules)


def select_readings(connection: Connection, tenant_id: int, engagement: str, snapshot: Snapshot) -> dict[str, Instant]:
    """Return when a lead of each side said first that they read a quarter's review, by side."""
    about = f"{engagement} {quarter_name(snapshot.first)}"
    acts = select_standing_acts(connection, tenant_id, REVIEW_READ, about, since=snapshot.taken_at)
    # The newest come first: an earlier reading of the same side replaces them.
    return {act.after or "": act.at for act in acts}


def program_of(quarter: date) -> str:
    """Return what the audit calls the program of a quarter."""
    return f"program {quarter_name(quarter)}"


def find_program_reading(
    connection: Connection, tenant_id: int, account: str, quarter: date, *, since: Instant
) -> Instant | None:
    """Return when a person last said since an instant that they read the program's review of a quarter."""
    acts = select_standing_acts(connection, tenant_id, PROGRAM_REVIEW_READ, program_of(quarter), since=since)
    return _last_of(acts, account)


def find_reading(scope: AgreementScope, account: str, quarter: date, *, since: Instant) -> Instant | None:
    """Return when a person last said since an instant that they read an engagement's review of a quarter."""
    about = f"{scope.engagement} {quarter_name(quarter)}"
    acts = select_standing_acts(scope.connection, scope.tenant_id, REVIEW_READ, about, since=since)
    return _last_of(acts, account)


def _last_of(acts: Iterable[Act], account: str) -> Instant | None:
    return next((act.at for act in acts if act.account == account), None)
