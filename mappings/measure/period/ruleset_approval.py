"""Approval of rulesets: proposed, approved by one lead of each side, in force from the next quarter."""

from collections.abc import Iterable
from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from mappings.events.types import Instant
from mappings.measure.model.quarters import next_quarter
from mappings.measure.model.ruleset import Ruleset

LeadSide: TypeAlias = Literal["inhouse", "agency"]
SIDES: tuple[LeadSide, LeadSide] = ("inhouse", "agency")
# Why an account may not approve.
LEADS_BOTH, LEADS_NEITHER = "leads both sides", "leads neither side"
SIDE_AGREED = "belongs to the side that agreed already"
AGREED_FOR_OTHER = "agreed for the other side already"


class ApprovalRefused(Exception):
    """Somebody cannot approve a ruleset: what of their account is the reason, with places of values."""

    def __init__(self, reason: str, **places: int) -> None:
        super().__init__(reason % places if places else reason)
        self.reason, self.places = reason, places


class Approval(Struct, frozen=True):
    """Who approved, and when."""

    account: str
    at: Instant


class Proposal(Struct, frozen=True):
    """A version of an engagement's ruleset; `by` None: the command line, `applies_from` None: not approved yet."""

    version: int
    rules: Ruleset
    by: str | None
    at: Instant
    inhouse: Approval | None = None
    agency: Approval | None = None
    applies_from: date | None = None


def agree(proposal: Proposal, account: str, sides: Iterable[LeadSide], *, at: Instant, today: date) -> Proposal:
    """Return a proposal with one more approval; `sides` are those that the account leads at this moment.

    Approved by both it applies from the first day of the next quarter, of the day in the engagement's zone
    (measurement (e), "Weights and rules"). Raises ApprovalRefused where the account leads no side or both, where its
    side approved before, and where it is the person who approved for the other.
    """
    leading = [side for side in SIDES if side in set(sides)]
    if len(leading) != 1:
        raise ApprovalRefused(LEADS_BOTH if leading else LEADS_NEITHER)
    (side,) = leading
    other = proposal.agency if side == "inhouse" else proposal.inhouse
    if getattr(proposal, side) is not None:
        raise ApprovalRefused(SIDE_AGREED)
    if other is not None and other.account == account:
        raise ApprovalRefused(AGREED_FOR_OTHER)
    signed = replace(proposal, **{side: Approval(account, at)})
    return signed if other is None else replace(signed, applies_from=next_quarter(today))


def in_force(proposals: Iterable[Proposal], day: date) -> Proposal | None:
    """Return the version in force on a day of the engagement's zone; None: the release's."""
    # Of those that apply from the same day the latest version wins.
    dated = [(proposal.applies_from, proposal.version, proposal) for proposal in proposals if proposal.applies_from]
    return max((row for row in dated if row[0] <= day), key=lambda row: row[:2], default=(None, 0, None))[2]
