"""Who can do what: rungs, coverage, burn-up and exit coverage (measurement (c), (d), (f))."""

import copy
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from tests.derivation.business_hours import DAY
from tests.derivation.engagement import Agreed
from tests.derivation.entries import Entry, parts_of
from tests.derivation.evidence import AGENCIES
from tests.derivation.ladder import events_of, rung_at
from tests.derivation.ledger import RUNGS, Row, all_entries, stands, wilson
from tests.derivation.statements import Learner, effective

VALUES = (0.0, 0.1, 0.3, 0.6, 1.0, 1.0)
Z95 = 1.959963984540054


@dataclass
class Cell:
    """A person on an objective: the rung, and how fresh it is, 0 to 1."""

    rung: int
    fresh: float
    stale: bool

    @property
    def holds(self) -> bool:
        return self.rung >= 4 and not self.stale


def cell_of(agreed: Agreed, entries: list[Entry], pair: tuple[str, str], as_of: int) -> Cell:
    taught = [event.at for event in events_of(entries, pair) if event.kind >= 2 and event.at <= as_of]
    since = (as_of - max(taught)) / DAY if taught else math.inf
    records = [record for record in agreed.panel.statements.signed.get(pair, []) if record.at <= as_of]
    moments = [as_of, *(record.at for record in records)]
    auto_at = {at: rung_at(agreed, entries, pair, at) for at in moments}
    proofs = [event.at for event in events_of(entries, pair) if event.kind >= 3]
    starts = [
        start for start, end, side, _ in agreed.people.stays[pair[1]] if side == "inhouse" and start <= as_of < end
    ]
    rung = effective(auto_at, records, proofs, Learner(pair[1], starts[0]))
    over = since - agreed.rules.grace_days
    fresh = 1.0 if over <= 0 else 2 ** (-over / agreed.rules.half_life_days)
    return Cell(rung, fresh, fresh < agreed.rules.fresh)


def hires_of(agreed: Agreed) -> dict[str, int]:
    """Since when each person who worked for an agency before has been in-house (measurement (a), moves)."""
    by_key: dict[str, int] = {}
    for account, stays in agreed.people.stays.items():
        left = [start for start, _, side, _ in stays if side in AGENCIES]
        joined = [start for start, _, side, _ in stays if side == "inhouse" and left and start > min(left)]
        by_key |= {account: min(joined)} if joined else {}
    return by_key


@cache
def with_hired(agreed: Agreed) -> dict[str, list[Entry]]:
    """For each person hired: the entries, and what was done before as if that person had been in-house then."""
    hired = hires_of(agreed)
    file = copy.deepcopy(agreed.file)
    for line in file["people"]:
        if line["account"] in hired and line["side"] == "agency":
            line["side"] = "inhouse"
            line.pop("agency", None)
    before = all_entries(Agreed(file, agreed.jira, agreed.panel, agreed.rules)) if hired else []
    return {
        account: [row for row in before if row.at < since] + all_entries(agreed) for account, since in hired.items()
    }


def cells_of(agreed: Agreed, entries: list[Entry], as_of: int) -> dict[str, list[Cell]]:
    """The cells of everybody in-house at an instant, by objective."""
    people = sorted(agreed.people.inhouse(as_of))
    known = with_hired(agreed)
    keys = [goal["key"] for goal in agreed.objectives]
    return {
        key: [cell_of(agreed, known.get(account, entries), (key, account), as_of) for account in people] for key in keys
    }


def shows_people(agreed: Agreed, as_of: int) -> bool:
    """k people are in-house, or all of them agreed."""
    people = agreed.people.inhouse(as_of)
    return len(people) >= agreed.rules.k or (bool(people) and people <= agreed.panel.statements.opted_in(as_of))


def objective_rows(agreed: Agreed, entries: list[Entry], as_of: int) -> list[dict[str, Any]]:
    shown, rows = shows_people(agreed, as_of), []
    cells = cells_of(agreed, entries, as_of)
    for objective in agreed.objectives:
        mine = cells[objective["key"]]
        holders = sum(cell.holds for cell in mine)
        counted = {name: sum(cell.rung == rung for cell in mine) for rung, name in enumerate(RUNGS, 1)}
        rows.append(
            {
                "key": objective["key"],
                "people_at_rung": counted if shown else None,
                "suppressed": not shown,
                "coverage": ("not covered", "single holder", "covered")[min(holders, 2)],
                "burn_up": burn_up(mine, objective.get("target")) if shown else None,
                "independence": independence(agreed, entries, objective["key"], as_of),
            }
        )
    return rows


def independence(agreed: Agreed, entries: list[Entry], key: str, as_of: int) -> dict[str, Any]:
    """Of the tickets of an objective done in 180 days, to the last midnight, those that somebody in-house did alone."""
    zone = agreed.zone
    start, end = zone.at(zone.day(max(as_of - agreed.rules.window_days * DAY, agreed.starts))), zone.at(zone.day(as_of))
    done = [entry for entry in entries if key in entry.objectives and stands(entry, start, end)]
    alone = sum(4 in entry.kinds.get(key, {}).values() for entry in done)
    if not done:
        return {"value": None, "low": None, "high": None, "n": 0}
    low, high = wilson(alone / len(done), len(done), Z95)
    return {"value": alone / len(done), "low": low, "high": high, "n": len(done)}


def burn_up(cells: list[Cell], target: dict[str, Any] | None) -> float | None:
    """What the target's number of people have reached of its rung, the furthest first."""
    if not target:
        return None
    goal = VALUES[RUNGS.index(target["rung"]) + 1]
    reached = sorted((min(VALUES[cell.rung], goal) * cell.fresh for cell in cells), reverse=True)
    people = int(target["people"])
    return sum(reached[:people]) / (people * goal)


def demand_of(agreed: Agreed, rows: list[Row], as_of: int) -> dict[str, Fraction]:
    """What was done of each objective in 90 days, by any side."""
    demand = {goal["key"]: Fraction(0) for goal in agreed.objectives}
    for row in rows:
        if as_of - 90 * DAY <= row.at <= as_of:
            for key in row.entry.objectives:
                demand[key] += row.sign * Fraction(sum(parts_of(row.entry).values()), len(row.entry.objectives))
    return demand


def exit_coverage(agreed: Agreed, entries: list[Entry], rows: list[Row], as_of: int) -> dict[str, Any]:
    """The share of the demand of 90 days that one, or two, in-house people can carry."""
    cells, demand = cells_of(agreed, entries, as_of), demand_of(agreed, rows, as_of)
    holders = {key: sum(cell.holds for cell in mine) for key, mine in cells.items()}
    whole = sum(demand.values(), Fraction(0))

    def covered(least: int) -> float | None:
        carried = sum((units for key, units in demand.items() if holders[key] >= least), Fraction(0))
        return float(carried / whole) if whole else None

    at_risk = [key for key, number in holders.items() if number < 2]
    return {"one_holder": covered(1), "two_holders": covered(2), "at_risk": at_risk}
