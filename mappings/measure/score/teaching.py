"""D1: was there a learner, did the ticket teach, and did the learner move on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial

from msgspec import Struct

from mappings.events.times import EVER
from mappings.measure.model.opportunity import LOST, WON, Opportunity, Window
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.people.ladder import HIGHEST, Credit, Row, RungAdvance, advances_of, credit_of, progress_by
from mappings.measure.score.ticket_view import DoneEntry, TicketView, is_on_side
from mappings.measure.ticket.work_shares import INHOUSE

# (objective, account).
Pair = tuple[str, str]
# The kinds of evidence that D1a counts: shadowed and assisted.
COUNTED = frozenset({2, 3})


class Taught(Struct, frozen=True):
    """The kinds of evidence that a ticket shows, of learners who are enrolled for their objective and of others."""

    enrolled: frozenset[int]
    others: frozenset[int]

    @property
    def x(self) -> Fraction:
        return WON if self.enrolled & COUNTED else LOST


def taught_through(view: TicketView) -> list[Opportunity]:
    return [opportunity for opportunity, _ in taught_reasons(view)]


def taught_reasons(view: TicketView) -> list[tuple[Opportunity, Taught]]:
    # D1a: agency-led done tickets with an enrolled learner in-house; x where one has E2 or E3 (measurement (h)).
    led = [(entry, enrolled(view, entry)) for entry in view.done_entries if entry.agency_led]
    taught = [(entry, _taught(entry, pairs)) for entry, pairs in led if pairs]
    return [
        (Opportunity("taught_through", view.issue_id, entry.at, reason.x, gone=entry.gone), reason)
        for entry, reason in taught
    ]


def learners_offered(view: TicketView) -> list[Opportunity]:
    """Agency-led done tickets with an objective; x where D1a counts them (measurement (h), e4)."""
    return [
        Opportunity(
            "learners_offered", view.issue_id, entry.at, WON if enrolled(view, entry) else LOST, gone=entry.gone
        )
        for entry in view.done_entries
        if entry.agency_led and entry.entry.objectives
    ]


def enrolled(view: TicketView, entry: DoneEntry) -> frozenset[Pair]:
    return frozenset(
        (objective.key, learner)
        for objective in view.prepared.engagement.objectives
        if objective.key in entry.entry.objectives
        for learner in objective.learners
        if is_on_side(view, learner, entry.done, INHOUSE)
    )


def _taught(entry: DoneEntry, pairs: frozenset[Pair]) -> Taught:
    enrolled_kinds = frozenset(row.kind for row in entry.evidence if (row.objective, row.account) in pairs)
    others = frozenset(row.kind for row in entry.evidence if (row.objective, row.account) not in pairs)
    return Taught(enrolled_kinds, others)


def met(view: TicketView) -> list[Opportunity]:
    """D1b: the pairs (objective, enrolled learner) that meet a ticket of D1a, one for each (measurement (h))."""
    return [
        Opportunity("met", view.issue_id, entry.at, WON, gone=entry.gone, objective=objective, account=account)
        for entry in view.done_entries
        if entry.agency_led
        for objective, account in sorted(enrolled(view, entry))
    ]


def progression(
    met: Iterable[Pair], rows: Mapping[Pair, Sequence[Row]], agency: str, window: Window, *, rules: Ruleset = DEFAULT
) -> tuple[float, int]:
    """Return x and n of D1b by all evidence of the pairs."""
    advances = {pair: advances_of(own, EVER, rules) for pair, own in rows.items()}
    return progression_by(met, advances, agency, window, credit=partial(_credit, rows, rules))


def _credit(rows: Mapping[Pair, Sequence[Row]], rules: Ruleset, pair: Pair, step: RungAdvance) -> Credit:
    return credit_of(rows[pair], step, rules)


def progression_by(
    met: Iterable[Pair],
    advances: Mapping[Pair, Sequence[RungAdvance]],
    agency: str,
    window: Window,
    *,
    credit: Callable[[Pair, RungAdvance], Credit],
) -> tuple[float, int]:
    """D1b: return x and n over the pairs met that stood below rung 4 at the window's start (measurement (h)).

    x is the agency's credit for advances to rung 2 and above in the window, at most 1 for a pair. `advances` are all of
    each pair's, whenever they were; `credit` shares the credit for a step of a pair.
    """
    below = [pair for pair in sorted(met) if not _is_independent(advances.get(pair, ()), window)]
    progress = [
        progress_by((credit(pair, step) for step in window_steps(advances.get(pair, ()), window)), agency)
        for pair in below
    ]
    return float(sum(progress, Fraction(0))), len(below)


def _is_independent(advances: Iterable[RungAdvance], window: Window) -> bool:
    # What began at the window's start belongs to the window.
    return any(step.rung == HIGHEST and step.at < window.start for step in advances)


def window_steps(advances: Iterable[RungAdvance], window: Window) -> list[RungAdvance]:
    """Return the advances of a pair that D1b credits in a window, as far as they are known."""
    end = min(window.end, window.as_of + 1)
    return [step for step in advances if step.rung >= 2 and window.start <= step.at < end]
