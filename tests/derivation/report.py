"""The whole report of a period, derived: every key of product.md that a rule gives."""

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.derivation import crisis_cocreation, embedding, reciprocity, teaching
from tests.derivation.business_hours import DAY
from tests.derivation.coverage import exit_coverage, objective_rows
from tests.derivation.disputes import DisputeFigures
from tests.derivation.engagement import Agreed
from tests.derivation.entries import Entry
from tests.derivation.jira_json import EPOCH
from tests.derivation.ledger import Row, all_entries, all_rows, issue_row, taught_share, units_of
from tests.derivation.program import Quarter, program_of
from tests.derivation.ruleset import Rules
from tests.derivation.scores import PARTS, Counts, Dimension, Estimate, composite, owners_of
from tests.derivation.touches import EngagementFacts

COMPONENTS = {
    embedding: ["workflow_checks"],
    teaching: ["taught_through", "learners_offered", "progression", "proposal_rate", "uptake"],
    reciprocity: [
        "reviews_in_time", "questions_answered", "brief_stable", "feedback_given",
        "feedback_acted_on", "earliness", "first_pass",
    ],
    crisis_cocreation: ["cocreation"],
}  # fmt: skip
DIMENSION_OWNERS = {
    "teaching": "agency", "embedding": "agency", "challenge": "agency", "reciprocity": "client",
    "gatekeepers": "joint", "crisis": "joint", "cocreation": "joint",
}  # fmt: skip


def derive(agreed: Agreed, first: date, end: date, as_of: int) -> dict[str, Any]:
    """Return the report of `[first, end)`."""
    entries = all_entries(agreed)
    rows = all_rows(entries)
    start, stop = agreed.zone.at(first), agreed.zone.at(end)
    inside = [row for row in rows if start <= row.at < stop]
    people_at = stop if stop <= as_of else monday(agreed, as_of)
    look, disputes = EngagementFacts(agreed, entries, as_of, stop), DisputeFigures(agreed, inside, as_of, people_at)
    return {
        **head(agreed, first, end),
        "as_of": instant_text(as_of),
        "complete": is_settled(inside, as_of, agreed.rules),
        "units": units_of(inside, agreed) | disputes.units(),
        "taught_share": taught_share(inside, start, stop, agreed.rules) | disputes.share(start, stop),
        "issues": [issue_row(row, as_of, agreed.rules) | disputes.row_marks(row) for row in inside],
        "objectives": objective_rows(agreed, entries, people_at),
        "exit_coverage": exit_coverage(agreed, entries, rows, people_at),
        **scores_of(look, disputes),
        "program": program_of(Quarter(agreed, entries, as_of, stop, start=start), rows, people_at),
        "marks": disputes.marks(),
    }


def monday(agreed: Agreed, at: int) -> int:
    """The midnight that began the week which holds an instant: figures about people move by whole weeks."""
    day = agreed.zone.day(at)
    return agreed.zone.at(day - timedelta(days=day.weekday()))


def head(agreed: Agreed, first: date, end: date) -> dict[str, Any]:
    return {
        "format": "teachback-report/1",
        "engagement": agreed.file["engagement"]["key"],
        "from": first.isoformat(),
        "to": end.isoformat(),
        "timezone": agreed.file["engagement"]["timezone"],
        "evidence": "Jira only",
    }


def scores_of(look: EngagementFacts, disputes: DisputeFigures) -> dict[str, Any]:
    """Dimensions, owners and composite of the window that ends with the report."""
    rules = look.agreed.rules
    counts, before = counts_of(look), counts_of(replace(look, end=look.end - rules.window_days * DAY))
    dimensions = [Dimension(key, counts, rules) for key in rules.weights]
    rows = [dimension_row(dimension) for dimension in dimensions]
    sides = [component_row(Estimate(key, *counts[key], rules)) for key in ("crisis_agency", "crisis_inhouse")]
    rows[[row["key"] for row in rows].index("crisis")]["sides"] = sides
    earlier = composite([Dimension(key, before, rules) for key in rules.weights], rules)
    now = composite(dimensions, rules)
    return {
        "dimensions": rows,
        "owners": owners_of(dimensions),
        "score": {
            **now,
            "change": change_of(earlier, now, rules),
            "window": window_of(look),
            **disputes.score(look, counts, counts_of),
        },
        "learners_offered": component_row(Estimate("learners_offered", *counts["learners_offered"], rules)),
    }


def change_of(before: dict[str, Any], now: dict[str, Any], rules: Rules) -> dict[str, Any] | None:
    """Whether two scores that share no ticket differ by more than chance (measurement (e), F6)."""
    if not (before["published"] and now["published"]):
        return None
    z = (now["value"] - before["value"]) / math.hypot(before["se"], now["se"])
    verdict = "no clear change" if abs(z) < rules.z else "up" if z > 0 else "down"
    return {"before": before["value"], "before_se": before["se"], "z": z, "verdict": verdict}


def window_of(look: EngagementFacts) -> dict[str, str]:
    (start, end), (longer, _) = look.window(), look.window(look.agreed.rules.crisis_days)
    return {"from": instant_text(start), "to": instant_text(end), "crisis_from": instant_text(longer)}


def instant_text(at: int) -> str:
    """UTC; milliseconds where they are not zero."""
    moment = EPOCH + timedelta(microseconds=at)
    spec = "milliseconds" if at % 1_000_000 else "seconds"
    return moment.isoformat(timespec=spec).replace("+00:00", "Z")


def is_settled(rows: list[Row], as_of: int, rules: Rules) -> bool:
    """No evidence inside the period can change any more, and no objective waits (measurement (g) 14)."""
    return not any(may_change(row.entry, as_of, rules) for row in rows if row.sign > 0)


def may_change(entry: Entry, as_of: int, rules: Rules) -> bool:
    """Evidence above E1 may fall by a reopening, for 14 days; whatever there is may grow by comments, for 3."""
    held = entry.reopened is None or entry.reopened - entry.at > rules.sticky_days * DAY
    can_fall = held and any(kind > 1 for kinds in entry.kinds.values() for kind in kinds.values())
    days = rules.sticky_days if can_fall else rules.comment_days
    waits = any(since <= as_of <= since + rules.retro_days * DAY for since in entry.afterwards.values())
    return waits or bool(entry.objectives and as_of <= entry.at + days * DAY)


def counts_of(look: EngagementFacts) -> Counts:
    """x and n of every component in the look's window."""
    by_key = {name: getattr(module, name)(look) for module, names in COMPONENTS.items() for name in names}
    return by_key | crisis_cocreation.crisis(look)


def dimension_row(dimension: Dimension) -> dict[str, Any]:
    numbers = {
        name: getattr(dimension, name) if dimension.published else None for name in ("score", "se", "low", "high")
    }
    return {
        "key": dimension.key,
        "owner": DIMENSION_OWNERS[dimension.key],
        "weight": dimension.weight,
        **numbers,
        "n": dimension.n,
        "published": dimension.published,
        "components": [component_row(dimension.components[name]) for name in PARTS[dimension.key]],
    }


def component_row(estimate: Estimate) -> dict[str, Any]:
    return {
        "key": estimate.key,
        "owner": estimate.owner,
        "x": float(estimate.x),
        "n": estimate.n,
        "value": float(estimate.value) if estimate.published else None,
        "low": estimate.low if estimate.published else None,
        "high": estimate.high if estimate.published else None,
        "published": estimate.published,
    }
