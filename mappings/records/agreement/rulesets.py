"""Versions of an engagement's ruleset, and who approved each. A version is never changed, only approved."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from mappings.events.types import Instant
from mappings.measure.model.ruleset import DEFAULT, Ruleset, hash_of
from mappings.measure.period.ruleset_approval import SIDES, Approval, Proposal
from mappings.records.sql.bulk import among_texts
from mappings.records.tables import engagement, ruleset

_SIGNED = ("inhouse_by", "inhouse_at", "agency_by", "agency_at")
_COLUMNS = [ruleset.c[name] for name in ("version", "body", "proposed_by", "proposed_at", *_SIGNED, "applies_from")]
_VERSIONS = (
    select(*_COLUMNS)
    .where(ruleset.c.tenant_id == bindparam("at_tenant"), ruleset.c.engagement == bindparam("at_engagement"))
    .order_by(ruleset.c.version)
)
_BY_HASH = select(ruleset.c.hash, ruleset.c.body).where(
    ruleset.c.tenant_id == bindparam("at_tenant"), among_texts(ruleset.c.hash, "hashes")
)
_decoder = msgspec.json.Decoder(Ruleset)


@lru_cache(maxsize=64)
def decode_ruleset(body: str | None) -> Ruleset:
    # A stored ruleset; the release's where none is stored.
    return DEFAULT if body is None else _decoder.decode(body)


def insert_ruleset(
    connection: Connection, tenant_id: int, key: str, rules: Ruleset, *, now: Instant, by: str | None
) -> Proposal:
    """Add a ruleset as the next version of an engagement's, approved by nobody."""
    version = max((proposal.version for proposal in select_rulesets(connection, tenant_id, key)), default=0) + 1
    body = msgspec.json.encode(rules, order="deterministic").decode()
    values = {"version": version, "body": body, "hash": hash_of(rules), "proposed_by": by, "proposed_at": now}
    connection.execute(insert(ruleset).values(tenant_id=tenant_id, engagement=key, **values))
    return Proposal(version, rules, by, now)


def select_rulesets(connection: Connection, tenant_id: int, key: str) -> tuple[Proposal, ...]:
    rows = connection.execute(_VERSIONS, {"at_tenant": tenant_id, "at_engagement": key}).all()
    return tuple(_proposal(row) for row in rows)


def select_rules_by_hash(connection: Connection, tenant_id: int, hashes: Collection[str]) -> dict[str, Ruleset]:
    """Return the rulesets of a site that have one of these hashes, whichever engagement agreed to them."""
    values = {"at_tenant": tenant_id, "hashes": sorted(hashes)}
    return {name: decode_ruleset(body) for name, body in connection.execute(_BY_HASH, values).all()}


def _proposal(row: Sequence[Any]) -> Proposal:
    version, body, by, at, inhouse, inhouse_at, agency, agency_at, applies_from = row
    return Proposal(
        version,
        decode_ruleset(body),
        by,
        at,
        _approval(inhouse, inhouse_at),
        _approval(agency, agency_at),
        applies_from,
    )


def _approval(account: str | None, at: Instant | None) -> Approval | None:
    return None if account is None or at is None else Approval(account, at)


def save_agreement(connection: Connection, tenant_id: int, key: str, proposal: Proposal) -> None:
    values: dict[str, Any] = {"applies_from": proposal.applies_from}
    for side in SIDES:
        approval: Approval | None = getattr(proposal, side)
        values |= {f"{side}_by": approval and approval.account, f"{side}_at": approval and approval.at}
    version = (
        (ruleset.c.tenant_id == tenant_id) & (ruleset.c.engagement == key) & (ruleset.c.version == proposal.version)
    )
    connection.execute(update(ruleset).where(version).values(**values))


def select_coming(connection: Connection, latest: date) -> list[tuple[int, str]]:
    """Return (tenant, engagement) with rules that apply by `latest` and measure nothing yet."""
    query = (
        select(ruleset.c.tenant_id, ruleset.c.engagement)
        .join(
            engagement,
            (engagement.c.tenant_id == ruleset.c.tenant_id) & (engagement.c.key == ruleset.c.engagement),
        )
        .where(ruleset.c.applies_from <= latest)
        .where(engagement.c.ruleset.is_(None) | (engagement.c.ruleset < ruleset.c.version))
        .distinct()
        .order_by(ruleset.c.tenant_id, ruleset.c.engagement)
    )
    return [(row[0], row[1]) for row in connection.execute(query)]
