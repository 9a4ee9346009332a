"""The rows of a period, their buckets, the units and the taught share (measurement (b), (d), (g) 9 to 14)."""

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from tests.derivation.affiliations import SIDES
from tests.derivation.business_hours import DAY
from tests.derivation.engagement import Agreed
from tests.derivation.entries import Entry, entries_of, parts_of, split
from tests.derivation.evidence import dated, read_evidence
from tests.derivation.ruleset import Rules

RUNGS = ("exposed", "shadowed", "assisted", "independent", "teaches")
BUCKETS = ("done_only", "taught", "handed_over", "inhouse_own")


@dataclass
class Row:
    """A done entry, or (sign -1) the reopening that takes it back."""

    at: int
    sign: int
    entry: Entry
    buckets: dict[str, int]


@cache
def all_entries(agreed: Agreed) -> list[Entry]:
    """Every done entry of the engagement, in order of time, with its evidence."""
    rows = [entry for issue in agreed.jira.issues if agreed.counts(issue) for entry in entries_of(agreed, issue)]
    for entry in rows:
        read_evidence(agreed, entry)
    return sorted(rows, key=lambda entry: (entry.when, entry.issue.number))


def all_rows(entries: list[Entry]) -> list[Row]:
    """Done entries and what takes them back, in order of time."""
    taught, rows = first_taught(entries), []
    for entry in entries:
        buckets = buckets_of(entry, taught)
        rows.append(Row(entry.when, 1, entry, buckets))
        if entry.gone is not None:
            rows.append(Row(entry.gone, -1, entry, {name: -part for name, part in buckets.items()}))
    return sorted(rows, key=lambda row: (row.at, row.entry.issue.number))


def first_taught(entries: list[Entry]) -> dict[tuple[str, str], int]:
    """When each (objective, person) first had an E2 or E3."""
    by_key: dict[tuple[str, str], int] = {}
    for entry in entries:
        for objective, kinds in entry.kinds.items() if entry.last else ():
            for account, kind in kinds.items():
                if kind in (2, 3):
                    at = dated(entry, (objective, account), kind)
                    by_key[objective, account] = min(at, by_key.get((objective, account), at))
    return by_key


def buckets_of(entry: Entry, taught: dict[tuple[str, str], int]) -> dict[str, int]:
    """Billionths of units in each bucket."""
    parts = parts_of(entry)
    somebody = any(kind in (2, 3) for kinds in entry.kinds.values() for kind in kinds.values())
    handed, equal = 0, len(entry.objectives)
    shares = split(parts["inhouse"], [Fraction(1, equal)] * equal) if equal else []
    for objective, share in zip(entry.objectives, shares, strict=True):
        alone = [account for account, kind in entry.kinds[objective].items() if kind == 4]
        ready = any(taught.get((objective, account), entry.when) < entry.when for account in alone)
        handed += share if ready else 0
    agency = parts["agency"]
    return {
        "done_only": 0 if somebody else agency,
        "taught": agency if somebody else 0,
        "handed_over": handed,
        "inhouse_own": parts["inhouse"] - handed,
    }


def units_of(rows: list[Row], agreed: Agreed) -> dict[str, object]:
    sides = {side: sum(row.sign * parts_of(row.entry)[side] for row in rows) for side in SIDES}
    buckets = {name: sum(row.buckets[name] for row in rows) for name in BUCKETS}
    amounts = {"total": sum(sides.values()), **sides}
    return {
        "by": agreed.file["units"]["by"],
        "attribution": agreed.file["attribution"],
        **{name: amount / 10**9 for name, amount in amounts.items()},
        "unsized_issues": len({row.entry.issue.number for row in rows if not row.entry.sized}),
        **{name: amount / 10**9 for name, amount in buckets.items()},
    }


def stands(entry: Entry, start: int, end: int) -> bool:
    """A done entry inside `[start, end)` that no reopening took back inside it."""
    return start <= entry.when < end and (entry.gone is None or entry.gone >= end)


def taught_share(rows: list[Row], start: int, end: int, rules: Rules) -> dict[str, object]:
    agency = sum(row.sign * parts_of(row.entry)["agency"] for row in rows)
    taught = sum(row.buckets["taught"] for row in rows)
    standing = [row.entry for row in rows if row.sign > 0 and stands(row.entry, start, end)]
    weights = [weight for entry in standing if (weight := parts_of(entry)["agency"])]
    if len(weights) < rules.prior_weight / 2 or not 0 <= taught <= agency:
        return {"value": None, "n": len(weights), "low": None, "high": None, "published": False}
    value, effective = taught / agency, Fraction(sum(weights) ** 2, sum(weight**2 for weight in weights))
    low, high = wilson(value, float(effective), rules.z)
    return {"value": value, "n": len(weights), "low": low, "high": high, "published": True}


def wilson(rate: float, n: float, z: float) -> tuple[float, float]:
    middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    return middle - reach, middle + reach


def issue_row(row: Row, as_of: int, rules: Rules) -> dict[str, object]:
    entry = row.entry
    kinds = {kind for this_kind in entry.kinds.values() for kind in this_kind.values()}
    waiting = [key for key, since in entry.afterwards.items() if since <= as_of <= since + rules.retro_days * DAY]
    return {
        "id": str(entry.issue.number),
        "key": entry.issue.key,
        "entry": "done" if row.sign > 0 else "reopened",
        "at": row.at,
        "units": row.sign * float(entry.units),
        "method": entry.method,
        "shares": {side: float(entry.shares.get(side, 0)) for side in SIDES},
        "active_hours": {side: entry.active.get(side, 0) / 3.6e9 for side in (*SIDES, "unassigned")},
        "paused_on_client_hours": entry.paused_on_client / 3.6e9,
        "objectives": entry.objectives,
        "evidence": [RUNGS[kind - 1] for kind in sorted(kinds)],
        **{name: part / 10**9 for name, part in row.buckets.items()},
        "retro": waiting,
    }
