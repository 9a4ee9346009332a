"""Who can do what: rungs, coverage, burn-up and exit coverage (measurement (c), (d), (f))."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.derivation.agreed import Agreed
from tests.derivation.entries import Entry, parts_of
from tests.derivation.hours import DAY
from tests.derivation.ladder import events_of, rung_at
from tests.derivation.ledger import RUNGS, Row

VALUES = (0.0, 0.1, 0.3, 0.6, 1.0, 1.0)
K = 5


@dataclass
class Cell:
    """A person on an objective: the rung, and how fresh it is, 0 to 1."""

    rung: int
    fresh: float

    @property
    def holds(self) -> bool:
        return self.rung >= 4 and self.fresh >= 0.5


def cell_of(agreed: Agreed, entries: list[Entry], pair: tuple[str, str], as_of: int) -> Cell:
    taught = [event.at for event in events_of(entries, pair) if event.kind >= 2 and event.at <= as_of]
    since = (as_of - max(taught)) / DAY if taught else 0.0
    return Cell(rung_at(agreed, entries, pair, as_of), 1.0 if since <= 90 else 2 ** (-(since - 90) / 152))


def cells_of(agreed: Agreed, entries: list[Entry], as_of: int) -> dict[str, list[Cell]]:
    """The cells of everybody in-house at an instant, by objective."""
    people = sorted(agreed.people.inhouse(as_of))
    keys = [one["key"] for one in agreed.objectives]
    return {key: [cell_of(agreed, entries, (key, account), as_of) for account in people] for key in keys}


def objective_rows(agreed: Agreed, entries: list[Entry], as_of: int) -> list[dict[str, Any]]:
    shown, found = len(agreed.people.inhouse(as_of)) >= K, []
    cells = cells_of(agreed, entries, as_of)
    for one in agreed.objectives:
        mine = cells[one["key"]]
        holders = sum(cell.holds for cell in mine)
        counted = {name: sum(cell.rung == rung for cell in mine) for rung, name in enumerate(RUNGS, 1)}
        found.append(
            {
                "key": one["key"],
                "people_at_rung": counted if shown else None,
                "suppressed": not shown,
                "coverage": ("not covered", "single holder", "covered")[min(holders, 2)],
                "burn_up": burn_up(mine, one.get("target")) if shown else None,
            }
        )
    return found


def burn_up(cells: list[Cell], target: dict[str, Any] | None) -> float | None:
    """What the target's number of people have reached of its rung, the furthest first."""
    if not target:
        return None
    goal = VALUES[RUNGS.index(target["rung"]) + 1]
    reached = sorted((min(VALUES[cell.rung], goal) * cell.fresh for cell in cells), reverse=True)
    people = int(target["people"])
    return sum(reached[:people]) / (people * goal)


def exit_coverage(agreed: Agreed, entries: list[Entry], rows: list[Row], as_of: int) -> dict[str, Any]:
    """The share of the demand of 90 days that one, or two, in-house people can carry."""
    cells = cells_of(agreed, entries, as_of)
    holders = {key: sum(cell.holds for cell in mine) for key, mine in cells.items()}
    demand = dict.fromkeys(cells, Fraction(0))
    for row in rows:
        if as_of - 90 * DAY <= row.at <= as_of:
            for key in row.entry.objectives:
                demand[key] += row.sign * Fraction(sum(parts_of(row.entry).values()), len(row.entry.objectives))
    whole = sum(demand.values(), Fraction(0))

    def covered(least: int) -> float | None:
        carried = sum((units for key, units in demand.items() if holders[key] >= least), Fraction(0))
        return float(carried / whole) if whole else None

    at_risk = [key for key, number in holders.items() if number < 2]
    return {"one_holder": covered(1), "two_holders": covered(2), "at_risk": at_risk}
