"""What people say by hand about learning, as it is kept: the nouns alone, what they mean stands elsewhere."""

from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct

from mappings.events.types import Instant

LeadSide: TypeAlias = Literal["agency", "inhouse"]
# To be named to the leads; or that a distribution over a team under k is shown, once all of it agreed.
ConsentKind: TypeAlias = Literal["named", "distribution"]


class SignOff(Struct, frozen=True):
    """A record about one (objective, learner); `rung` 0 to 5 is ignored for a veto. `side` is the signer's."""

    kind: Literal["attest", "revoke", "veto"]
    at: Instant
    signer: str
    side: LeadSide
    rung: int = 0


class Feedback(Struct, frozen=True):
    """What the agency says of the client's behaviour, and the action that the client tied to it (measurement (h))."""

    number: int
    at: Instant
    about: str
    words: str
    filed_by: str
    action: str | None = None
    action_at: Instant | None = None
    action_by: str | None = None


class Pulse(Struct, frozen=True):
    """A side's word on a quarter, which begins on `quarter`: `answer` is 1 to 5."""

    side: LeadSide
    quarter: date
    at: Instant
    answer: int


class DefinitionEdit(Struct, frozen=True):
    """A side wrote at an objective's definition, or agreed to it; `day` is the day that it holds for."""

    objective: str
    side: LeadSide
    kind: Literal["edit", "agree"]
    day: date
    at: Instant


class Dispute(Struct, frozen=True):
    """Somebody of a side says that a ticket's evidence for an objective is wrong; '': its split between the sides."""

    issue_id: int
    objective: str
    side: LeadSide
    at: Instant
    filed_by: str
    reason: str
    number: int = 0
    withdrawn_at: Instant | None = None
