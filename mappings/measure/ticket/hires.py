"""Hires: people who moved from an agency in-house, and what they could do before."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from mappings.events.types import Instant
from mappings.measure.model.affiliation import Affiliations
from mappings.measure.model.engagement import Affiliation

# This engagement's agency, and any other one: knowledge comes in with people from both (measurement (a), "Moves").
AGENCIES = frozenset({"agency", "other"})


def hires_of(people: Iterable[Affiliation]) -> Mapping[str, Instant]:
    # Since when each person who was at an agency before has been in-house (measurement (a), "Moves").
    left: dict[str, Instant] = {}
    hired: dict[str, Instant] = {}
    for row in sorted(people, key=lambda row: row.start):
        if row.side in AGENCIES:
            left.setdefault(row.account, row.start)
        elif row.side == "inhouse" and row.account in left:
            hired.setdefault(row.account, row.start)
    return hired


def as_if_inhouse(
    people: Sequence[Affiliation], agency: str, hires: Mapping[str, Instant], bots: frozenset[str]
) -> Affiliations:
    # Everybody's affiliations, had those who were hired been in-house from their first day at an agency.
    # With these the rule of measurement (c) classifies them as anybody else: alone, or with help.
    rows = [
        replace(row, side="inhouse", org="") if row.side in AGENCIES and row.account in hires else row for row in people
    ]
    return Affiliations(rows, agency, bots)
