"""Who has a role on a ticket and who may have it: by name, or by a word for their side where nobody is named."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

NAMELESS = "Somebody without a name in Jira"
KEPT = "-"
"""Stands for whoever has a role already: no account of theirs is in the page."""


@dataclass(frozen=True)
class Person:
    """Somebody who may have a role."""

    account: str
    name: str


@dataclass(frozen=True)
class RoleRow:
    """A role: who has it, and who may. `typed`: nobody is named, so that others are given by their account."""

    name: str
    address: str
    account: str
    said: str
    people: list[Person]
    typed: bool = False


def named_row(name: str, address: str, holder: str, *, able: Collection[str], names: Mapping[str, str]) -> RoleRow:
    """Return a role with the names of all who may have it."""
    people = sorted((Person(one, names.get(one, NAMELESS)) for one in able), key=lambda person: person.name)
    return RoleRow(name, address, holder, names.get(holder, "–") if holder else "–", people)


def unnamed_row(name: str, address: str, holder: str, *, able: Collection[str], viewer: str, word: str) -> RoleRow:
    """Return a role without names: the viewer is "me", whoever else has it a word for their side (measurement (f))."""
    me = [Person(viewer, "Me")] if viewer in able or holder == viewer else []
    if not holder or holder == viewer:
        return RoleRow(name, address, holder, "Me" if holder else "–", me, typed=True)
    return RoleRow(name, address, KEPT, word, [Person(KEPT, word), *me], typed=True)
