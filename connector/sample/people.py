"""The made-up people of the sample data: nobody of any Jira site."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

SampleSide: TypeAlias = Literal["inhouse", "agency", "gatekeeper"]


class SamplePerson(Struct, frozen=True):
    """A made-up person; the account begins with a word that no account of Jira begins with."""

    account: str
    name: str
    side: SampleSide


def _people(side: SampleSide, *names: str) -> tuple[SamplePerson, ...]:
    return tuple(SamplePerson(f"sample-{name.lower().replace(' ', '-')}", name, side) for name in names)


INHOUSE = _people(
    "inhouse",
    "Alva Brandt",
    "Benno Keller",
    "Carla Moreau",
    "Dario Lenz",
    "Elin Sandberg",
    "Faris Amari",
    "Greta Vos",
    "Hugo Lindahl",
    "Imke Duarte",
)
AGENCY = _people("agency", "Jonas Petrov", "Kira Hansen", "Liam Okoye", "Mara Schuster", "Nils Arden")
GATEKEEPERS = _people("gatekeeper", "Olga Winter")
PEOPLE = (*INHOUSE, *AGENCY, *GATEKEEPERS)
NAMES: Mapping[str, str] = {person.account: person.name for person in PEOPLE}
LEAD = INHOUSE[0].account
"""As whom the sample is read: its in-house lead, who sees most."""
