"""A ticket with its history, and what measuring it gives."""

from collections.abc import Mapping
from operator import add, sub
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import astuple

from mappings.events.types import Change, Comment, Instant, Issue, Link, Worklog
from mappings.measure.model.site_names import SiteNames

RoleName: TypeAlias = Literal["shadow", "learner", "mentor"]
Method: TypeAlias = Literal["active_time", "worklog", "assignee", "transition_author", "none"]
# Evidence E1 exposed, E2 shadowed, E3 assisted, E4 independent, E5 teaches (measurement (c)).
Kind: TypeAlias = Literal[1, 2, 3, 4, 5]
# The kinds by which an agency's work on a ticket counts as taught.
TEACHING: frozenset[Kind] = frozenset({2, 3})

# Parts are integers of billionths of a unit (measurement (g) 13).
BILLION = 1_000_000_000
# A size that a ticket does not have, such as story points where nobody estimated it.
NO_SIZE = -1


class Role(Struct, frozen=True, gc=False):
    """Who shadows, drives (learner) or mentors, from when until when; `objective` None: for all.

    `by` named them, "" where that is not known.
    """

    account: str
    role: RoleName
    since: Instant
    until: Instant | None = None
    objective: str | None = None
    by: str = ""

    @property
    def is_named(self) -> bool:
        """Whether somebody has it still."""
        return self.until is None


class Tag(Struct, frozen=True, gc=False):
    """An objective set by hand; after done it is retro until `confirmed` (measurement (g) 11).

    One that ends where it begins is not on the ticket itself: it confirms what a field set late.
    """

    objective: str
    since: Instant
    by: str
    until: Instant | None = None
    confirmed: Instant | None = None

    @property
    def is_set(self) -> bool:
        """Whether nobody removed it."""
        return self.until is None


class TeachBack(Struct, frozen=True, gc=False):
    """A learner explained at `at` what a ticket taught; it is evidence once somebody else accepted it.

    One that was declined may be given again, and waits anew from then on.
    """

    objective: str
    account: str
    at: Instant
    accepted: Instant | None = None
    declined: Instant | None = None

    @property
    def waits(self) -> bool:
        return self.accepted is None and self.declined is None


class Ticket(Struct, frozen=True, gc=False):
    """An issue with its whole history. `subtasks` count for it (measurement (g) 1); `complete` by Jira's totals."""

    issue: Issue
    changes: tuple[Change, ...] = ()
    worklogs: tuple[Worklog, ...] = ()
    comments: tuple[Comment, ...] = ()
    links: tuple[Link, ...] = ()
    subtasks: tuple["Ticket", ...] = ()
    roles: tuple[Role, ...] = ()
    tags: tuple[Tag, ...] = ()
    complete: bool = True
    teach_backs: tuple[TeachBack, ...] = ()

    def holders_of(self, role: RoleName) -> list[str]:
        """Return the accounts that are named for a role still, in the order in which they were, for any objective."""
        return [named.account for named in self.roles if named.role == role and named.is_named]


class StatusBook(Struct, frozen=True, gc=False):
    """Every status id of a site: the names it has or had (folded), and its category; other names of the site."""

    names: Mapping[str, frozenset[str]] = {}
    categories: Mapping[str, str] = {}
    site: SiteNames = SiteNames()


class Evidence(Struct, frozen=True, gc=False):
    """One derived event for (objective, person, done entry), dated `at`: the done moment, for E1 the first touch.

    `trace` is false for an E1 without comment, worklog or active time: weight 0 (measurement (c), credit).
    `mentor` is the in-house mentor to whom credit goes. `agencies` are the weights of the agencies on the ticket,
    by organisation; `size` the units in billionths.
    """

    objective: str
    account: str
    entry: int
    kind: Kind
    at: Instant
    done: Instant
    trace: bool = True
    size: int = 0
    agencies: tuple[tuple[str, int], ...] = ()
    mentors: tuple[str, ...] = ()


# What counts of evidence for a rung: its instant, its issue id and its kind, 1 to 5.
Dated: TypeAlias = tuple[Instant, int, int]


class Entry(Struct, frozen=True, gc=False):
    """One ledger entry: +1 at done, -1 at a reopening, which repeats its done entry's figures (measurement (g) 2).

    `number` is the place among the ticket's entries, `done` the number of the done entry it belongs to.
    `parts` are billionths by side in the order of SIDES and add up to `units`; `weights` are the integers (µs or
    seconds) whose ratio the shares are; `active` are µs by side plus, last, unassigned; `paused_on_client` µs.
    `taught` + `done_only` make the agency's part. The in-house part is split over `objectives` by `inhouse_parts`
    (one each, or a single one without objective); which of them are handed over is decided across tickets.
    `changing_until` is when its evidence can no longer change (None: nothing can), `retro_at` when each of `retro`
    was set, `retro_until` when the last of them is dropped. `confirmed` marks the pair of entries that a confirmed
    retro objective makes: the reversal and its successor, both at the confirmation (measurement (g) 11).
    `sizes` are the story points and the logged hours in billionths, NO_SIZE for none; () on an entry that was measured
    by a release which kept the engagement's own unit alone.
    """

    number: int
    done: int
    sign: Literal[1, -1]
    at: Instant
    done_at: Instant
    units: int
    sized: bool
    method: Method
    weights: tuple[int, ...]
    parts: tuple[int, ...]
    active: tuple[int, ...]
    paused_on_client: int
    objectives: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    taught: int = 0
    done_only: int = 0
    inhouse_parts: tuple[int, ...] = ()
    alone: tuple[tuple[str, str], ...] = ()
    retro: tuple[str, ...] = ()
    project: str = ""
    changing_until: Instant | None = None
    retro_at: tuple[Instant, ...] = ()
    retro_until: Instant | None = None
    confirmed: bool = False
    sizes: tuple[int, ...] = ()


# What stands in the place of an objective for an open ticket that has none.
UNTAGGED = ""


class Measured(Struct, frozen=True, gc=False):
    """What one ticket gives one engagement. `changing_until` is when its newest evidence can no longer change."""

    issue_id: int
    entries: tuple[Entry, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    changing_until: Instant | None = None
    retro_until: Instant | None = None
    complete: bool = True
    # What people did at an agency before they moved in-house: theirs, taught by nobody (measurement (a)).
    hired: tuple[Evidence, ...] = ()
    # Of a ticket that is not done: the objectives that it has today; whether it is such a one, with or without any.
    open_objectives: tuple[str, ...] = ()
    is_open: bool = False

    @property
    def open_keys(self) -> tuple[str, ...]:
        """The keys by which an open ticket is kept: one without an objective, too, as somebody may set one."""
        return self.open_objectives or ((UNTAGGED,) if self.is_open else ())


# So many of the first fields of DaySums are units, the others counts.
UNITS = 10


class DaySums(Struct, frozen=True, gc=False):
    """What the entries of one day add up to; parts are billionths of a unit, all signed.

    `tickets`, `unsized`, `n` (tickets with an agency part), `w` and `w2` (sums of those parts and of their squares)
    count done entries, +1 at done and -1 at the reopening: they are valid for a period with both days.
    """

    agency: int = 0
    other: int = 0
    inhouse: int = 0
    gatekeeper: int = 0
    unknown: int = 0
    conflict: int = 0
    done_only: int = 0
    taught: int = 0
    handed_over: int = 0
    own: int = 0
    tickets: int = 0
    unsized: int = 0
    n: int = 0
    w: int = 0
    w2: int = 0

    def plus(self, other: "DaySums", sign: int = 1) -> "DaySums":
        return DaySums(*map(add if sign > 0 else sub, astuple(self), astuple(other)))
