"""What people say by hand, and what follows from it: sign-offs, pulses, feedback, edits (measurement (c), (h))."""

from dataclasses import dataclass, field
from datetime import date

from tests.derivation.business_hours import DAY


@dataclass(frozen=True)
class Signed:
    """One record on an (objective, learner): attest, revoke or veto."""

    at: int
    kind: str
    rung: int
    signer: str
    side: str


@dataclass(frozen=True)
class Edit:
    """An edit of an objective's definition, or an agreement of a lead that holds for a day."""

    side: str
    kind: str
    day: date


@dataclass(frozen=True)
class Dispute:
    """A ticket's evidence for an objective, or '' how it is split, that somebody says is wrong."""

    number: int
    objective: str
    at: int
    withdrawn: int | None

    def open_at(self, as_of: int) -> bool:
        """Open for 30 days, unless it was withdrawn (measurement (f))."""
        return self.at <= as_of <= self.at + 30 * DAY and (self.withdrawn is None or as_of < self.withdrawn)


@dataclass
class Statements:
    signed: dict[tuple[str, str], list[Signed]] = field(default_factory=dict)
    pulses: list[tuple[date, str]] = field(default_factory=list)
    feedback: list[tuple[int, int | None]] = field(default_factory=list)
    """(filed at, action linked at)"""
    edits: dict[str, list[Edit]] = field(default_factory=dict)
    disputes: list[Dispute] = field(default_factory=list)
    consents: list[tuple[str, int, int | None]] = field(default_factory=list)
    """(account, since, until) of whoever agreed that a distribution is shown"""

    def opted_in(self, as_of: int) -> set[str]:
        return {who for who, since, until in self.consents if since <= as_of and (until is None or until > as_of)}


def agreed_before(edits: list[Edit], day: date) -> bool:
    """Both sides edited or agreed before a day."""
    return {edit.side for edit in edits if edit.day < day} >= {"agency", "inhouse"}


def agency_share(edits: list[Edit]) -> tuple[int, int]:
    """Edits of the agency, of all edits."""
    written = [edit for edit in edits if edit.kind == "edit"]
    return sum(edit.side == "agency" for edit in written), len(written)


def acted_on(filed: int, linked: int | None, as_of: int, days: int) -> bool | None:
    """Whether an action came within so many days; None while neither it nor the end of them has come."""
    if linked is not None and linked <= as_of:
        return linked <= filed + days * DAY
    return False if as_of > filed + days * DAY else None


@dataclass(frozen=True)
class Learner:
    account: str
    since: int


def effective(auto_at: dict[int, int], records: list[Signed], proofs: list[int], learner: Learner) -> int:
    """The rung after all records in order of time; `auto_at` gives the automatic rung at each record and at the end.

    `proofs` are the instants of evidence E3 or better; what was attested before the learner came in-house has lapsed.
    """
    attested: list[Signed] = []
    ceiling: int | None = None
    ended = 0
    for record in sorted(records, key=lambda row: row.at):
        if ceiling is not None and any(ended < proof <= record.at for proof in proofs):
            ceiling = None
        standing = settle(auto_at[record.at], attested, ceiling, learner.since)
        if record.kind == "attest":
            attested += [record] if record.signer != learner.account else []
            continue
        if record.kind == "veto":
            attested, ceiling, ended = [], max(0, standing - 1), record.at
            continue
        attested = [sign_off for sign_off in attested if sign_off.rung <= record.rung]
        if record.rung < standing:
            ceiling, ended = record.rung, record.at
    last = max(auto_at)
    if ceiling is not None and any(ended < proof <= last for proof in proofs):
        ceiling = None
    return settle(auto_at[last], attested, ceiling, learner.since)


def settle(auto: int, attested: list[Signed], ceiling: int | None, since: int) -> int:
    """At most one rung above the automatic one, never above what a revocation leaves."""
    valid = [sign_off for sign_off in attested if sign_off.at >= since]
    rungs = [sign_off.rung for sign_off in valid if sign_off.rung < 4 or both_signed(valid, sign_off.rung)]
    lifted = max(auto, min(max(rungs, default=0), auto + 1))
    return lifted if ceiling is None else min(lifted, ceiling)


def both_signed(records: list[Signed], rung: int) -> bool:
    return {record.side for record in records if record.rung >= rung} >= {"agency", "inhouse"}
