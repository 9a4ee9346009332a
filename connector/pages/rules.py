"""The rule behind each figure in one sentence, and the part of a ticket's entry that it counts."""

from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from mappings.measure.engagement import SIDES
from mappings.measure.parts import equal_parts
from mappings.records.entries import StoredEntry

Part = Callable[[StoredEntry], int]
"""Billionths of a unit that a done entry gives a figure; a reopening takes the same back."""


def _side(name: str) -> Part:
    place = [*SIDES].index(name)  # type: ignore[arg-type]  # a name of the table below, each of which is a side
    return lambda stored: stored.entry.parts[place]


def _rest(stored: StoredEntry) -> int:
    return sum(_side(name)(stored) for name in ("other", "unknown", "conflict"))


def of_objective(stored: StoredEntry, key: str) -> StoredEntry:
    """Return what of an entry is one objective's, as the sums of days have it: equal parts (measurement (g) 11)."""
    entry, place = stored.entry, stored.entry.objectives.index(key)

    def share(amount: int) -> int:
        return equal_parts(amount, len(entry.objectives))[place]

    parts = tuple(share(part) for part in entry.parts)
    narrow = replace(entry, parts=parts, taught=share(entry.taught), done_only=share(entry.done_only))
    return StoredEntry(narrow, stored.handed[place : place + 1])


@dataclass(frozen=True)
class Rule:
    """A figure's name, its rule in one sentence, the rule's id, and the part it counts."""

    title: str
    sentence: str
    rule_id: str
    part: Part
    column: str


AGENCY = "{agency}’s part of every finished ticket: its share of the active business hours, times the ticket’s units."
RULES: dict[str, Rule] = {
    "total": Rule(
        "Delivered",
        "The size of every finished ticket, whoever worked on it; a reopening takes back what its ticket gave.",
        "units@1",
        lambda stored: sum(stored.entry.parts),
        "Size",
    ),
    "taught_share": Rule(
        "Taught share",
        "What {agency} delivered on tickets where an in-house person shadowed or was assisted, divided by all that "
        "{agency} delivered. Published from 4 finished tickets.",
        "taught_share@1",
        lambda stored: stored.entry.taught,
        "Taught",
    ),
    "taught": Rule(
        "Taught",
        "{agency}’s part of tickets with a learning objective on which an in-house person shadowed or was assisted.",
        "taught@1",
        lambda stored: stored.entry.taught,
        "Taught",
    ),
    "done_only": Rule(
        "Done only",
        "{agency}’s part of tickets without a learning objective, or on which no in-house person shadowed or was "
        "assisted.",
        "done_only@1",
        lambda stored: stored.entry.done_only,
        "Done only",
    ),
    "agency": Rule("Delivered by the agency", AGENCY, "agency_units@1", _side("agency"), "Agency"),
    "inhouse": Rule(
        "Delivered in-house",
        "The in-house part of every finished ticket: handed over and own together.",
        "inhouse_units@1",
        _side("inhouse"),
        "In-house",
    ),
    "handed_over": Rule(
        "Handed over",
        "The in-house part of tickets that somebody did alone, without help of an agency, whom {agency} had taught the "
        "same objective before.",
        "handed_over@1",
        lambda stored: stored.handed_over,
        "Handed over",
    ),
    "own": Rule(
        "Own",
        "The in-house part that is not handed over.",
        "own@1",
        lambda stored: stored.entry.parts[2] - stored.handed_over,
        "Own",
    ),
    "other": Rule("Other agency", "The part of people of another agency.", "other@1", _side("other"), "Other"),
    "gatekeeper": Rule(
        "Gatekeeper", "The part of gatekeepers, such as legal.", "gatekeeper@1", _side("gatekeeper"), "Gatekeeper"
    ),
    "unknown": Rule(
        "Unknown",
        "The part of people whom the engagement puts on no side at that time, and of tickets nobody can be named for.",
        "unknown@1",
        _side("unknown"),
        "Unknown",
    ),
    "not_known": Rule(
        "Side not known",
        "The part of people whom the engagement puts on no side at that time or on two, and of tickets nobody can be "
        "named for: unknown and in conflict together.",
        "not_known@1",
        lambda stored: _side("unknown")(stored) + _side("conflict")(stored),
        "Not known",
    ),
    "conflict": Rule(
        "In conflict",
        "The part of people who were on two sides at the same time.",
        "conflict@1",
        _side("conflict"),
        "In conflict",
    ),
    "rest": Rule(
        "Others", "The part of everybody who is on neither side of this engagement.", "rest@1", _rest, "Others"
    ),
}

FOR_AGENCY = frozenset(RULES) - {"other", "unknown", "conflict", "not_known"}
"""The figures an agency may open: what is neither its own nor in-house is one bucket to it (measurement (f))."""
