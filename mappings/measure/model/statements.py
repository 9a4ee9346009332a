"""Records of what people state about learning: sign-offs, feedback, pulses, definitions and disputes."""

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
    """Feedback of the agency about the client's behaviour, and the client's action on it (measurement (h))."""

    number: int
    at: Instant
    about: str
    words: str
    filed_by: str
    action: str | None = None
    action_at: Instant | None = None
    action_by: str | None = None


class Pulse(Struct, frozen=True):
    """A side's answer about a quarter, which begins on `quarter`: 1 to 5."""

    side: LeadSide
    quarter: date
    at: Instant
    answer: int


class DefinitionEdit(Struct, frozen=True):
    """An edit of an objective's definition by a side, or its agreement to it; `day` is the day to which it applies."""

    objective: str
    side: LeadSide
    kind: Literal["edit", "agree"]
    day: date
    at: Instant


class Dispute(Struct, frozen=True):
    """A dispute of a ticket's evidence for an objective; '' disputes its split between the sides.

    `answered_at` is when a lead of the other side accepted it or kept what stands, with `answer` as the words.
    """

    issue_id: int
    objective: str
    side: LeadSide
    at: Instant
    filed_by: str
    reason: str
    number: int = 0
    withdrawn_at: Instant | None = None
    accepted: bool | None = None
    answer: str | None = None
    answered_at: Instant | None = None
