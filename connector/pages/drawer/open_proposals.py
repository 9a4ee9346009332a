"""The agency's proposals that nobody decided yet, and from when each counts as undecided."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from connector.text import capital, day, up_to
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import IssueLabel
from mappings.records.figures.opportunities import select_next, select_standing
from mappings.records.sql.scope import Scope
from mappings.translation import gettext, ngettext

COMPONENT = "uptake"
# So many are read, those first that count first.
MOST = 10


@dataclass(frozen=True)
class ProposalRow:
    key: str
    summary: str
    note: str


@dataclass(frozen=True)
class OpenProposals:
    """What is said of them together, of each that the reader may browse, and of the others."""

    text: str = ""
    rows: tuple[ProposalRow, ...] = ()
    hidden: str = ""


NO_PROPOSALS = OpenProposals()


def select_open_proposals(scope: Scope, now: Instant) -> dict[int, Instant]:
    """Return when each counts as undecided: until then the measurement dates it there, and a decision replaces it."""
    return {item.issue_id: item.at for item in select_next(scope, COMPONENT, after=now, most=MOST + 1)}


def select_limits_of(scope: Scope, issues: Collection[int]) -> dict[int, Instant]:
    """Return of open tickets that are proposals from when each counts as undecided, also where that is past.

    A decision that was taken back is gone, so that what stands of an open ticket is that nobody decided it.
    """
    return {item.issue_id: item.at for item in select_standing(scope, COMPONENT, issues)}


def select_waiting(scope: Scope, issues: Collection[int], now: Instant) -> frozenset[int]:
    """Return which of open tickets are proposals that can be decided still."""
    limits = select_limits_of(scope, issues) if issues else {}
    return frozenset(issue_id for issue_id, limit in limits.items() if now < limit)


def since_of(prepared: PreparedEngagement, limit: Instant) -> Instant:
    """Return since when a proposal waits that counts as undecided from then on."""
    return limit - prepared.ruleset.undecided_days * DAY


def open_proposals_of(
    prepared: PreparedEngagement,
    limits: Mapping[int, Instant],
    labels: Mapping[int, IssueLabel],
    seen: Collection[int],
) -> OpenProposals:
    if not limits:
        return NO_PROPOSALS
    listed = [issue_id for issue_id in limits if issue_id in seen][:MOST]
    rows = (
        ProposalRow(labels[issue_id].key, labels[issue_id].summary, _note(prepared, limits[issue_id]))
        for issue_id in listed
    )
    text = ngettext(
        "%(number)s proposal waits for a decision.",
        "%(number)s proposals wait for a decision.",
        len(limits),
        number=up_to(len(limits), MOST),
    )
    hidden = min(len(limits), MOST) - len(listed)
    more = ngettext("%(num)s of them is not listed.", "%(num)s of them are not listed.", hidden) if hidden else ""
    return OpenProposals(capital(text), tuple(rows), more)


def _note(prepared: PreparedEngagement, limit: Instant) -> str:
    calendar = prepared.calendar
    return gettext(
        "since %(day)s; counts as declined without a reason from %(limit)s",
        day=day(calendar.day(since_of(prepared, limit))),
        limit=day(calendar.day(limit)),
    )


def move_texts(proposals: OpenProposals) -> tuple[str, ...]:
    """Return the same in lines of text: which to decide first, as a figure says what would move it."""
    keys = (f"{row.key} ({row.note})" for row in proposals.rows)
    return tuple(filter(None, [" ".join([proposals.text, "; ".join(keys)]).strip()]))
