"""What people say of a rung: sign-off lifts by one at most, revocation and veto always win."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from msgspec import Struct

from mappings.events.types import Instant
from mappings.measure.model.statements import SignOff

CellState = Literal["auto", "attested", "confirmed", "vetoed", "stale"]


class SignOffState(Struct, frozen=True):
    """The effective rung, 0 to 5, what was attested, and to what a revocation holds it down."""

    rung: int
    auto: int
    attested: int | None = None
    revoked_to: int | None = None


def effective(auto: int, attested: int | None = None, revoked_to: int | None = None) -> int:
    """Return max(auto, min(attested, auto + 1)), at most what a revocation leaves; all 0 to 5 (measurement (c), c3)."""
    lifted = auto if attested is None else max(auto, min(attested, auto + 1))
    return lifted if revoked_to is None else min(lifted, revoked_to)


class Learner(Struct, frozen=True):
    """The learner of a cell: automatic rung by instant, instants of evidence E3 or better, and since when in-house.

    What was attested before `since`, the beginning of the present affiliation, has lapsed.
    """

    account: str
    auto_at: Callable[[Instant], int]
    proven: Sequence[Instant] = ()
    since: Instant = 0


def standing_at(records: Iterable[SignOff], learner: Learner, as_of: Instant) -> SignOffState:
    """Apply the records in order of time up to `as_of` (measurement (c), "Sign-off").

    A revocation takes back what was attested above it; where it is lower than the learner stands it holds until
    evidence E3 or better follows it, else it holds nothing down. A veto goes back one rung and takes back all. Rung 4
    and up needs a signature of each side, and the learner attests nothing.
    """
    attestations: list[SignOff] = []
    revocation: SignOff | None = None
    for record in sorted((record for record in records if record.at <= as_of), key=lambda record: record.at):
        revocation = _still(revocation, learner, record.at)
        if record.kind == "attest":
            attestations.append(record)
            continue
        before = _standing(attestations, revocation, learner, record.at).rung
        rung = max(before - 1, 0) if record.kind == "veto" else record.rung
        if rung < before or record.kind == "veto":
            revocation = SignOff("revoke", record.at, record.signer, record.side, rung)
        attestations = _left(attestations, record)
    return _standing(attestations, _still(revocation, learner, as_of), learner, as_of)


def _left(attestations: Iterable[SignOff], record: SignOff) -> list[SignOff]:
    # What was attested and stands after a revocation, which asks nothing of where the learner is, or a veto.
    return [attestation for attestation in attestations if record.kind == "revoke" and attestation.rung <= record.rung]


def _still(revocation: SignOff | None, learner: Learner, as_of: Instant) -> SignOff | None:
    if revocation is None or any(revocation.at < instant <= as_of for instant in learner.proven):
        return None
    return revocation


def _standing(
    attestations: Iterable[SignOff], revocation: SignOff | None, learner: Learner, as_of: Instant
) -> SignOffState:
    valid = [record for record in attestations if record.at >= learner.since and record.signer != learner.account]
    auto, attested, revoked_to = learner.auto_at(as_of), _attested(valid), revocation.rung if revocation else None
    return SignOffState(effective(auto, attested, revoked_to), auto, attested, revoked_to)


def _attested(records: Sequence[SignOff]) -> int | None:
    return max(
        (record.rung for record in records if record.rung < 4 or _both_signed(records, record.rung)), default=None
    )


def _both_signed(records: Iterable[SignOff], rung: int) -> bool:
    return {record.side for record in records if record.rung >= rung} == {"agency", "inhouse"}


def unsigned_of(records: Iterable[SignOff], learner: str, *, since: Instant, as_of: Instant) -> SignOff | None:
    """Return the highest attestation, 4 or 5, that waits for the other side's signature (measurement (c), "Sign-off").

    What a revocation or veto took back waits for nobody, nor what was signed before the stay in-house of `since`.
    """
    attestations: list[SignOff] = []
    for record in sorted((record for record in records if record.at <= as_of), key=lambda record: record.at):
        attestations = [*attestations, record] if record.kind == "attest" else _left(attestations, record)
    valid = [record for record in attestations if record.at >= since and record.signer != learner]
    waiting = [record for record in valid if record.rung >= 4 and not _both_signed(valid, record.rung)]
    return max(waiting, key=lambda record: record.rung, default=None)


def cell_state(standing: SignOffState, *, stale: bool) -> CellState:
    if stale:
        return "stale"
    if standing.revoked_to is not None:
        return "vetoed"
    if standing.attested is None:
        return "auto"
    return "confirmed" if standing.auto >= standing.attested else "attested"
