"""Disputes as a list: what each ticket counts as now, and what the taught share is without it or once it is mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TypeAlias

from flask import url_for
from msgspec.structs import replace

from connector.actions.policy import DISPUTE
from connector.pages.act import may_act
from connector.pages.drawer.dispute_states import about_text, state_text
from connector.pages.drawer.marks import TicketDisputes, answer_texts, share_text, stays
from connector.pages.ticket_parts import kinds_for, printed_of
from connector.pages.ticket_reason import bucket_name, shown_bucket
from connector.pages.ticket_text import Naming
from connector.pages.tickets.finished import ListContext
from connector.pages.visibility import visible_tickets
from connector.text import KIND_WORDS, SIDE_NAMES, capital, count, day, printed_amount
from connector.web.gate import caller
from mappings.formats.explain.marks import zero_text
from mappings.measure.model.statements import Dispute
from mappings.measure.model.ticket import DaySums, Entry
from mappings.measure.period.disputes import OPEN, is_open
from mappings.measure.period.figures import Paired, Row, figures, sums_of
from mappings.records.agreement.disputes import select_disputes
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.figures.day_sums import select_sums
from mappings.records.figures.entries import StoredEntry, select_entries
from mappings.translation import decimal_text, gettext, mark

NOTHING = Decimal(0)
# Of a dispute's row: `without`, `mended` and `share`.
After: TypeAlias = tuple[str, tuple[str, str, str] | None, str]
UNTOLD: After = ("", None, "")
# Other shares of the work are another sum of the same ticket: nobody knows which before they are agreed.
SPLIT_MENDED = mark("Once its split is mended in the ticket, what it counts as depends on the split that is agreed.")


@dataclass(frozen=True)
class DisputeRow:
    """A dispute of the last 30 days; `mended` is what its ticket would count as, None where that is not known.

    `share` is the taught share then, or else what it depends on. `tells_after`: it still says what these would be; one
    that is over or answered does not.
    """

    issue_id: int
    key: str
    about: str
    says: str
    filed: str
    now: tuple[str, str, str]
    zero: str
    without: str
    mended: tuple[str, str, str] | None
    share: str
    state: str
    is_open: bool
    tells_after: bool
    evidence: str
    answered: str
    answer: str
    number: int


@dataclass(frozen=True)
class DisputeTexts:
    """What a ticket counts as now, and once what is chosen is mended: for an `objective`, and for its `split`."""

    counts: str = ""
    objective: str = ""
    split: str = ""


@dataclass(frozen=True)
class Disputes:
    rows: list[DisputeRow]
    hidden: str
    reason: str


def dispute_rows(context: ListContext) -> Disputes:
    start = context.now - OPEN
    disputes = select_disputes(context.scope.agreement, start=start, end=context.now)
    labels = select_labels(context.connection, caller().tenant_id, {dispute.issue_id for dispute in disputes})
    seen, reason = visible_tickets(context.view, labels)
    entries = select_entries(context.scope, seen)
    shares = _Shares(context)
    rows = [
        _row(shares, labels[dispute.issue_id], dispute, entries[dispute.issue_id])
        for dispute in reversed(disputes)
        if dispute.issue_id in seen and dispute.issue_id in entries
    ]
    hidden = len(labels.keys() - seen)
    return Disputes(rows, count(hidden, "ticket") if hidden else "", reason(hidden))


class _Shares:
    """The taught share of the period, with what a ticket gave taken out or counted in another way."""

    def __init__(self, context: ListContext) -> None:
        self.context = context
        self._rows = select_sums(context.scope, context.period.first, context.period.last).get("", [])

    @cached_property
    def now(self) -> str:
        return self.after()

    def after(self, *changes: tuple[Sequence[Paired], int]) -> str:
        """Return the share as text after entries are added (1) or taken out (-1)."""
        rows: list[Row] = list(self._rows)
        for pairs, sign in changes:
            sums = sums_of(pairs, self.context.calendar).items()
            rows += [(at, of_day, DaySums().plus(part, sign)) for (key, at, of_day), part in sums if not key]
        period = self.context.period
        return share_text(figures(rows, period.first, period.last, self.context.view.stored.rules))

    def without(self, pairs: Sequence[Paired]) -> str:
        """Return the share without a ticket, as text."""
        return self._unless_same(self.after((pairs, -1)))

    def moved(self, pairs: Sequence[Paired], flipped: Entry) -> str:
        """Return the share as it is and as it would be with another last entry of a ticket."""
        after = self.after((pairs, -1), ([*pairs[:-1], (flipped, pairs[-1][1])], 1))
        if after == self.now:
            return self._unless_same(after)
        return gettext("%(before)s to %(after)s", before=self.now, after=after)

    def _unless_same(self, after: str) -> str:
        return gettext("stays %(share)s", share=after) if stays(self.now, after) else after


def counts_text(context: ListContext, stored: StoredEntry) -> str:
    """Return what a ticket that is done counts as, before it is disputed."""
    naming = Naming(context.view.engagement, {}, context.view.agency)
    kind = shown_bucket(naming, stored.entry, handed_over=stored.handed_over)
    return gettext("counts as %(bucket)s", bucket=KIND_WORDS[kind])


def dispute_texts(context: ListContext, entries: Sequence[StoredEntry], disputes: TicketDisputes) -> DisputeTexts:
    """Return what the question before a dispute says, by what may be disputed: objectives, and "" for the split."""
    if not disputes.file:
        return DisputeTexts()
    parts = [part for part, _ in disputes.choices]
    naming, last = Naming(context.view.engagement, {}, context.view.agency), entries[-1]
    kind, size = _counted(naming, last.entry, last.handed_over)
    amount = "; ".join(filter(None, [printed_amount(size, context.view.engagement.units.by), zero_text(last.entry)]))
    counts = gettext("Counts as %(bucket)s, %(amount)s.", bucket=KIND_WORDS[kind], amount=amount)
    objective = _mended_text(context, naming, entries) if any(parts) else ""
    return DisputeTexts(counts, objective, gettext(SPLIT_MENDED) if "" in parts else "")


def _mended_text(context: ListContext, naming: Naming, entries: Sequence[StoredEntry]) -> str:
    """Return what a ticket and the taught share would be if its evidence were not so; "" where nothing changes."""
    last = entries[-1]
    flipped = _mended(last.entry)
    (kind, _), (other, _) = (_counted(naming, entry, last.handed_over) for entry in (last.entry, flipped))
    if other == kind:
        return ""
    share = _Shares(context).moved([(item.entry, item.handed) for item in entries], flipped)
    return gettext(
        "Once what it counts as is mended in the ticket: %(bucket)s; taught share %(share)s.",
        bucket=KIND_WORDS[other],
        share=share,
    )


def _row(shares: _Shares, label: IssueLabel, dispute: Dispute, entries: Sequence[StoredEntry]) -> DisputeRow:
    context = shares.context
    naming = Naming(context.view.engagement, {}, context.view.agency)
    entry, acts = entries[-1].entry, may_act(context.view, DISPUTE)
    opened = is_open(dispute, context.now)
    tells_after = opened and dispute.answered_at is None
    answered, answer = answer_texts(context.view, dispute) if acts else ("", "")
    about = about_text(context.view, dispute)
    return DisputeRow(
        label.issue_id,
        label.key,
        capital(about),
        dispute.reason if acts else "",
        f"{SIDE_NAMES[dispute.side]}, " * acts + day(context.calendar.day(dispute.at)),
        _bucket(naming, entry, entries[-1].handed_over),
        zero_text(entry),
        *(_after(shares, naming, dispute, entries) if tells_after else UNTOLD),
        state_text(context.view, dispute, context.now),
        opened,
        tells_after,
        url_for("evidence.show", engagement=context.view.engagement.key, issue=label.issue_id),
        answered,
        answer,
        dispute.number,
    )


def _after(shares: _Shares, naming: Naming, dispute: Dispute, entries: Sequence[StoredEntry]) -> After:
    """Return the share without the ticket; what it would count as once mended; the share then, or why not."""
    last, pairs = entries[-1], [(item.entry, item.handed) for item in entries]
    without = shares.without(pairs)
    if last.entry.sign <= 0:
        return without, None, gettext("nothing until it is finished again")
    if not dispute.objective:
        return without, None, gettext("depends on the split that is agreed")
    flipped = _mended(last.entry)
    return without, _bucket(naming, flipped, last.handed_over), shares.moved(pairs, flipped)


def _mended(entry: Entry) -> Entry:
    """Return the entry as it would count if its evidence were not what it says: taught as done only, and back."""
    whole = entry.taught + entry.done_only
    if entry.taught:
        return replace(entry, taught=0, done_only=whole, kinds=())
    return replace(entry, taught=whole, done_only=0, kinds=(2,))


def _bucket(naming: Naming, entry: Entry, handed_over: int) -> tuple[str, str, str]:
    kind, amount = _counted(naming, entry, handed_over)
    return kind, bucket_name(kind), decimal_text(amount)


def _counted(naming: Naming, entry: Entry, handed_over: int) -> tuple[str, Decimal]:
    """Return the bucket in which a ticket counts, and how much of it as printed."""
    kind = shown_bucket(naming, entry, handed_over=handed_over)
    parts = printed_of([(entry, handed_over)], kinds_for(as_agency=naming.as_agency))
    return kind, parts.get(kind, NOTHING)
