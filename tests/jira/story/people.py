"""Who is in the story, on which side, from when until when."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from tests.jira.story.clock import WorkClock

Group = Literal["growth", "legal", "acme", "bolt"]

SIDES = ("agency", "other", "inhouse", "gatekeeper", "unknown", "conflict")

GROWTH = ("Maren Vogt", "Tomasz Lindqvist", "Aylin Kessler", "Ruben Adeyemi", "Ines Falkenberg", "Priya Raman")
LEAVER = "Jonas Brandt"
LEGAL = "Henrike Osei"
ACME = (
    "Callum Rhodes",
    "Noor Haddad",
    "Marco Petrov",
    "Sunniva Dahl",
    "Theo Marchetti",
    "Keiko Arnesen",
    "Bilal Novak",
    "Greta Oyelaran",
)
CONVERT = "Elif Sandoval"
BOLT = "Petra Zielinski"
MOVER = "Jamal Whitcombe"
STRANGERS = ("Viktor Amsel", "Dana Quist")
BOT = "Build Sentinel"
VISITOR = "Portal visitor 17"


@dataclass(frozen=True, slots=True)
class Membership:
    """A person with a group, `[since, until)` at local midnights; None is open."""

    group: Group
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One account of the site; who has no stay is unknown to every engagement."""

    account: str
    name: str
    kind: str = "atlassian"
    stays: tuple[Membership, ...] = ()


DOMAINS: Mapping[Group, str] = {
    "growth": "growth.example", "legal": "growth.example", "acme": "acme.example", "bolt": "bolt.example",
}  # fmt: skip
LEGAL_GROUP = "legal-reviewers"


def email_of(person: Person) -> str:
    """The address of a person; that of strangers is hidden."""
    if not person.stays:
        return ""
    return f"{person.name.lower().replace(' ', '.')}@{DOMAINS[person.stays[-1].group]}"


def account_of(name: str) -> str:
    """The account id of a name, the same in every story."""
    return f"712020:{uuid.uuid5(uuid.NAMESPACE_DNS, name.replace(' ', '.') + '.story.example')}"


@dataclass(frozen=True, slots=True)
class Dates:
    """The days on which the story turns. All are Mondays, counted from the first."""

    first: date
    bolt_starts: date
    mover_moves: date
    convert_moves: date
    leaver_leaves: date

    @classmethod
    def from_monday(cls, first: date) -> "Dates":
        """The turns at their weeks after `first`."""
        bolt, mover, convert, leaver = (first + timedelta(weeks=weeks) for weeks in (4, 8, 12, 18))
        return cls(first, bolt, mover, convert, leaver)


def assemble(dates: Dates) -> tuple[Person, ...]:
    """Everybody: 7 in-house, a gatekeeper, 9 at Acme, 2 at Bolt, 2 strangers, a bot and a portal customer."""
    long_ago = date(dates.first.year - 1, 1, 1)

    def person(name: str, *stays: Membership, kind: str = "atlassian") -> Person:
        return Person(account_of(name), name, kind, stays)

    return (
        *(person(name, Membership("growth", long_ago)) for name in GROWTH),
        person(LEAVER, Membership("growth", long_ago, dates.leaver_leaves)),
        person(LEGAL, Membership("legal", long_ago)),
        *(person(name, Membership("acme", dates.first)) for name in ACME),
        person(
            CONVERT, Membership("acme", dates.first, dates.convert_moves), Membership("growth", dates.convert_moves)
        ),
        person(BOLT, Membership("bolt", dates.first)),
        person(MOVER, Membership("acme", dates.first, dates.mover_moves), Membership("bolt", dates.mover_moves)),
        *(person(name) for name in STRANGERS),
        person(BOT, kind="app"),
        person(VISITOR, kind="customer"),
    )


class Directory:
    """Looks people up: which group somebody is in at an instant, and who is free to act for a group."""

    def __init__(self, people: tuple[Person, ...], clock: WorkClock) -> None:
        self.people = people
        self.clock = clock
        self.by_account = {person.account: person for person in people}
        self.bots = frozenset(person.account for person in people if person.kind == "app")

    def group_at(self, account: str, at: int) -> Group | None:
        """The group of an account at an instant, None where nobody says."""
        day = self.clock.day(at)
        for stay in self.by_account[account].stays:
            if stay.since <= day and (stay.until is None or day < stay.until):
                return stay.group
        return None

    def members(self, group: Group, since: int, until: int) -> list[str]:
        """Who is in `group` during the whole of `[since, until]`, in the order of the cast."""
        first, last = self.clock.day(since), self.clock.day(until)
        return [
            person.account
            for person in self.people
            if any(
                stay.group == group and stay.since <= first and (stay.until is None or last < stay.until)
                for stay in person.stays
            )
        ]

    def side_at(self, account: str, at: int, agency: str) -> str:
        """The side of an account for the engagement of `agency`."""
        group = self.group_at(account, at)
        if group is None:
            return "unknown"
        fixed = {"growth": "inhouse", "legal": "gatekeeper"}
        return fixed.get(group, "agency" if group == agency else "other")

    def accounts(self, names: Iterable[str]) -> tuple[str, ...]:
        """The account ids of names, in their order."""
        return tuple(account_of(name) for name in names)
