"""What the program adds up of a period: experiments, proposals, departments, and demand (measurement, the program)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.derivation.coverage import cells_of, demand_of
from tests.derivation.engagement import track_texts
from tests.derivation.entries import Entry
from tests.derivation.ledger import Row, wilson
from tests.derivation.teaching import decisions, made_here, proposals_of
from tests.derivation.ticket_match import matches
from tests.derivation.touches import EngagementFacts, Window

OUTCOMES = ("won", "lost", "inconclusive")
Z80 = 1.2815515655446004


@dataclass
class Quarter(EngagementFacts):
    """A look at exactly the days of a report."""

    start: int = 0

    def window(self, days: int | None = None) -> Window:
        return (self.start, self.end)


def program_of(look: Quarter, rows: list[Row], people_at: int) -> dict[str, Any]:
    demand = demand_of(look.agreed, rows, people_at)
    return {
        "experiments": experiments(look),
        "proposals": proposals(look),
        "departments": departments(look, people_at),
        "demand": {key: float(units / 1_000_000_000) for key, units in demand.items()},
    }


def experiments(look: Quarter) -> dict[str, Any]:
    decided = [(outcome_of(look, entry), entry) for entry in look.standing()]
    decided = [(outcome, entry) for outcome, entry in decided if outcome]
    by_outcome = {name: sum(outcome == name for outcome, _ in decided) for name in OUTCOMES}
    n, won = len(decided), by_outcome["won"]
    low, high = wilson(won / n, n, Z80) if n else (None, None)
    return {
        "decided": n,
        **by_outcome,
        "led_inhouse": sum(by_agencies(entry) < Fraction(1, 2) for _, entry in decided),
        "win_rate": {"value": won / n if n else None, "low": low, "high": high},
    }


def by_agencies(entry: Entry) -> Fraction:
    return Fraction(entry.shares.get("agency", 0)) + Fraction(entry.shares.get("other", 0))


def outcome_of(look: Quarter, entry: Entry) -> str:
    rule, issue = look.agreed.signals.get("experiments"), entry.issue
    if issue not in look.issues() or not matches(issue, rule, look.as_of):
        return ""
    resolved = issue.fields.get("resolution") or {}
    resolution = (track_texts(issue, "resolution", resolved.get("name")).at(entry.at) or "").casefold()
    return next((name for name in OUTCOMES if resolution in {word.casefold() for word in (rule or {})[name]}), "")


def proposals(look: Quarter) -> dict[str, int]:
    decided = decisions(look)
    return {
        "made": sum(made_here(look, issue) for issue in proposals_of(look)),
        "adopted": decided.count(Fraction(1)),
        "declined_with_reason": decided.count(Fraction(1, 2)),
        "declined": decided.count(Fraction(0)),
    }


def departments(look: Quarter, people_at: int) -> list[dict[str, str]]:
    """Whether a learner of each in-house team is at assisted or above; of a team below k nothing is told."""
    agreed = look.agreed
    learners = {account for goal in agreed.objectives for account in goal.get("learners", ())}
    people = sorted(agreed.people.inhouse(people_at))
    cells = cells_of(agreed, look.entries, people_at)
    assisted = {account for mine in cells.values() for account, cell in zip(people, mine, strict=True) if cell.rung > 2}
    teams: dict[str, set[str]] = {}
    for account in people:
        teams.setdefault(team_of(look, account, people_at), set()).add(account)
    return [
        {"key": team, "assisted": "few" if len(members) < agreed.rules.k else state_of(members & learners & assisted)}
        for team, members in sorted(teams.items())
        if members & learners
    ]


def state_of(assisted: set[str]) -> str:
    return "yes" if assisted else "not yet"


def team_of(look: Quarter, account: str, at: int) -> str:
    zone = look.agreed.zone
    lines = [line for line in look.agreed.file["people"] if line["account"] == account and line["side"] == "inhouse"]
    standing = [
        line for line in lines if zone.at(line["from"]) <= at and not (line.get("to") and zone.at(line["to"]) <= at)
    ]
    return str(standing[0].get("team", ""))
