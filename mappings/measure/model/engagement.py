"""The engagement: what the two sides agreed to measure."""

from collections.abc import Mapping
from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct

from mappings.events.types import Instant

Side: TypeAlias = Literal["agency", "other", "inhouse", "gatekeeper", "unknown", "conflict"]

# The order of measurement (g) 7, which also settles what a largest remainder leaves open.
SIDES: tuple[Side, ...] = ("agency", "other", "inhouse", "gatekeeper", "unknown", "conflict")

# `todo` is a status named nowhere whose category is new; `none` one without name and category.
StatusKind: TypeAlias = Literal[
    "active", "review", "paused_on_client", "paused_on_agency", "gatekeeper", "done", "todo", "none"
]

UnitsBy: TypeAlias = Literal["count", "story_points", "hours"]
Attribution: TypeAlias = Literal["active_time", "worklog"]
Model: TypeAlias = Literal["full_service", "hybrid", "embedded", "insourced"]
Rung: TypeAlias = Literal["exposed", "shadowed", "assisted", "independent", "teaches"]
RUNGS: tuple[Rung, ...] = ("exposed", "shadowed", "assisted", "independent", "teaches")


class Affiliation(Struct, frozen=True):
    """A person on a side, `[start, end)` at midnights of the engagement's zone; `end` None is open.

    On side "unknown" somebody is on none, and is meant to be: they are measured as whoever is not named.

    `org` names the organisation: the agency's key, or the team. `source` is "file", "hand" or "group"; the first
    two win over the last, overlaps within one source are a conflict (measurement (a)).
    """

    account: str
    side: Literal["agency", "other", "inhouse", "gatekeeper", "unknown"]
    org: str
    start: Instant
    end: Instant | None = None
    source: str = "file"
    name: str = ""


class GroupRule(Struct, frozen=True):
    """The side that is proposed to whoever is in a Jira group; `agency` is the key of another agency."""

    group: str
    side: Literal["agency", "inhouse", "gatekeeper"]
    agency: str = ""
    team: str = ""


class Hours(Struct, frozen=True):
    """Working windows: `days` are ISO weekdays 1 to 7, `start`/`end` minutes of the local day (end up to 1440)."""

    days: tuple[int, ...] = (1, 2, 3, 4, 5)
    start: int = 540
    end: int = 1020
    holidays: tuple[date, ...] = ()


class Workflow(Struct, frozen=True):
    """Status names by what they mean, as the file has them; compared case folded (measurement (g) 4)."""

    active: tuple[str, ...]
    done: tuple[str, ...]
    review: tuple[str, ...] = ()
    paused_on_client: tuple[str, ...] = ()
    paused_on_agency: tuple[str, ...] = ()
    gatekeeper: tuple[str, ...] = ()
    hours: Hours = Hours()


class Units(Struct, frozen=True):
    """How a finished ticket counts; `field` is the id (or, where Jira gives no id, the name) of the points."""

    by: UnitsBy = "count"
    field: str | None = None


class TicketRule(Struct, frozen=True):
    """The rule that ties tickets to an objective: any one match tags (measurement (g) 11). `epics` are keys."""

    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    epics: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = {}


class Objective(Struct, frozen=True):
    """What is to be learned. `people` and `rung` are the target, `learners` who is enrolled.

    `tickets` are how many a rung takes where the ruleset's number is not meant.
    """

    key: str
    name: str
    mapping: TicketRule
    people: int = 1
    rung: Rung = "independent"
    by: date | None = None
    learners: tuple[str, ...] = ()
    agreed: Mapping[str, date] = {}
    min_size: float | None = None
    tickets: Mapping[Rung, int] = {}


class Signals(Struct, frozen=True):
    """How the tickets of the dimensions are recognised: per signal, lists of texts by key, as in the file."""

    proposals: Mapping[str, tuple[str, ...]] = {}
    incidents: Mapping[str, tuple[str, ...]] = {}
    incident_review: Mapping[str, tuple[str, ...]] = {}
    gatekeeper: Mapping[str, tuple[str, ...]] = {}
    experiments: Mapping[str, tuple[str, ...]] = {}


class Checks(Struct, frozen=True):
    """What the process checks of the embedding dimension need (measurement (h), D2)."""

    required_fields: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    sprint: bool = False


class Engagement(Struct, frozen=True):
    """In-house team × agency × projects × dates: the unit that is scored."""

    key: str
    name: str
    zone: str
    starts: date
    projects: tuple[str, ...]
    agency: str
    agency_name: str
    people: tuple[Affiliation, ...]
    workflow: Workflow
    ends: date | None = None
    model: Model | None = None
    leads: Mapping[str, tuple[str, ...]] = {}
    units: Units = Units()
    attribution: Attribution = "active_time"
    objectives: tuple[Objective, ...] = ()
    signals: Signals = Signals()
    checks: Checks = Checks()
    on_call: Hours | None = None
    ruleset: str = "default"
    # The last field: while it is empty, hashes are those of before there were rules by group (engagement_hash).
    groups: tuple[GroupRule, ...] = ()

    def runs_through(self, first: date, end: date) -> bool:
        """Tell whether it is under way on each day of `[first, end)`; `ends` is the first day after it."""
        return self.starts <= first and (self.ends is None or self.ends >= end)
