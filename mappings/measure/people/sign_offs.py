"""Sign-offs of rungs: an attestation lifts by one at most, revocation and veto always win."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from msgspec import Struct

from mappings.events.types import Instant
from mappings.measure.model.statements import SignOff

CellState = Literal["auto", "attested", "confirmed", "vetoed", "stale"]


class SignOffState(Struct, frozen=True):
    """The effective rung, 0 to 5, what was attested, and the rung to which a revocation limits it.

    `by_learner`: that is their own veto.
    """

    rung: int
    auto: int
    attested: int | None = None
    revoked_to: int | None = None
    by_learner: bool = False


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


def sign_off_state_at(records: Iterable[SignOff], learner: Learner, as_of: Instant) -> SignOffState:
    """Apply the records in order of time up to `as_of` (measurement (c), "Sign-off").

    A revocation cancels what was attested above it; where it is below the learner's rung it limits the rung until
    evidence E3 or better follows it. A veto goes back one rung and cancels all. Rung 4
    and up needs a signature of each side, and the learner attests nothing.
    """
    attestations: list[SignOff] = []
    revocation: SignOff | None = None
    for record in sorted((record for record in records if record.at <= as_of), key=lambda record: record.at):
        revocation = _in_force(revocation, learner, record.at)
        if record.kind == "attest":
            attestations.append(record)
            continue
        before = _state(attestations, revocation, learner, record.at).rung
        rung = max(before - 1, 0) if record.kind == "veto" else record.rung
        if rung < before or record.kind == "veto":
            revocation = SignOff(record.kind, record.at, record.signer, record.side, rung)
        attestations = _remaining(attestations, record)
    return _state(attestations, _in_force(revocation, learner, as_of), learner, as_of)


def _remaining(attestations: Iterable[SignOff], record: SignOff) -> list[SignOff]:
    # What stays attested after a revocation, whatever the learner's rung, or a veto.
    return [attestation for attestation in attestations if record.kind == "revoke" and attestation.rung <= record.rung]


def _in_force(revocation: SignOff | None, learner: Learner, as_of: Instant) -> SignOff | None:
    if revocation is None or any(revocation.at < instant <= as_of for instant in learner.proven):
        return None
    return revocation


def _state(
    attestations: Iterable[SignOff], revocation: SignOff | None, learner: Learner, as_of: Instant
) -> SignOffState:
    valid = [record for record in attestations if record.at >= learner.since and record.signer != learner.account]
    auto, attested, revoked_to = learner.auto_at(as_of), _attested(valid), revocation.rung if revocation else None
    by_learner = revocation is not None and revocation.kind == "veto"
    return SignOffState(effective(auto, attested, revoked_to), auto, attested, revoked_to, by_learner)


def _attested(records: Sequence[SignOff]) -> int | None:
    return max(
        (record.rung for record in records if record.rung < 4 or _both_signed(records, record.rung)), default=None
    )


def _both_signed(records: Iterable[SignOff], rung: int) -> bool:
    return {record.side for record in records if record.rung >= rung} == {"agency", "inhouse"}


def unsigned_of(records: Iterable[SignOff], learner: str, *, since: Instant, as_of: Instant) -> SignOff | None:
    """Return the highest attestation, 4 or 5, that waits for the other side's signature (measurement (c), "Sign-off").

    What a revocation or veto cancelled waits for nobody, nor what was signed before `since`.
    """
    attestations: list[SignOff] = []
    for record in sorted((record for record in records if record.at <= as_of), key=lambda record: record.at):
        attestations = [*attestations, record] if record.kind == "attest" else _remaining(attestations, record)
    valid = [record for record in attestations if record.at >= since and record.signer != learner]
    waiting = [record for record in valid if record.rung >= 4 and not _both_signed(valid, record.rung)]
    return max(waiting, key=lambda record: record.rung, default=None)


def cell_state(sign_offs: SignOffState, *, stale: bool) -> CellState:
    if stale:
        return "stale"
    if sign_offs.revoked_to is not None:
        return "vetoed"
    if sign_offs.attested is None:
        return "auto"
    return "confirmed" if sign_offs.auto >= sign_offs.attested else "attested"
