"""The steps of one person on the open tickets, as they are read."""

from collections import Counter
from collections.abc import Collection, Sequence

from connector.figures.open_previews import WaitSide, select_previews, waits_among
from connector.figures.steps_onward import select_steps_on
from connector.figures.teaching import Teaching
from connector.pages.agency.open_asks import wait_texts
from connector.pages.learning.needed import select_needed
from connector.pages.learning.next_steps import NextSteps
from connector.pages.learning.own_evidence import figures_of
from connector.pages.learning.rungs import LadderContext, RungRow
from connector.pages.learning.step_order import leaves, moving_first, takes
from mappings.measure.people.next_ticket import HELPED
from mappings.records.facts.issues import select_labels

NO_STEPS = NextSteps((), {})
# Who has a ticket while somebody in-house who would take it cannot go on.
STOPPED: Collection[WaitSide] = ("agency", "gatekeeper")


def select_steps(context: LadderContext, rows: Sequence[RungRow], teaching: Teaching | None = None) -> NextSteps:
    """Return what would count towards what is next on each row of the viewer. Nobody else is named in it.

    `teaching` is what could be taught to everybody, where it is read already.
    """
    least = {row.key: row.counts_from for row in rows if row.counts_from}
    read = (figures_of(context), context.prepared)
    known = teaching.tickets if teaching else ()
    tickets = select_previews(*read, least, context.now, known=known) if least else []
    leaps = {row.key: row.leap for row in rows if row.leap}
    lifts = {row.key: min(row.brings) for row in rows if row.brings and row.counts_from}
    # A rung that takes several tickets is not reached by one.
    towards = {row.key: row.counts_from for row in rows if row.names_next and row.counts_from not in {0, *row.brings}}
    helped = frozenset(row.key for row in rows if row.counts_from < row.brings.get(HELPED, 0) < row.leap)
    steps = (
        select_steps_on(
            *read,
            context.account,
            least,
            tickets=tickets,
            now=context.now,
            leaps=leaps,
            lifts=lifts,
            towards=towards,
        )
        if tickets
        else []
    )
    issues = {step.issue_id for step in steps}
    labels = select_labels(context.connection, context.tenant_id, issues) if steps else {}
    named = {row.key: row.counts_from for row in rows if row.names_next}
    carried = Counter(key for ticket in tickets for key in ticket.preview.entry.objectives)
    brings = {row.key: row.brings for row in rows}
    waits = waits_among(context.prepared, tickets, issues)
    taken = [(step.issue_id, step.objective) for step in steps if takes(step)]
    left = [(step.issue_id, step.objective) for step in steps if leaves(step)]
    openings = teaching.openings if teaching else None
    needed = select_needed(context, taken, openings, left=left, tickets=tickets)
    steps = moving_first(steps, {issue_id for issue_id, wait in waits.items() if wait.side in STOPPED}, needed)
    waiting = wait_texts(context.view, context.prepared, waits, context.now)
    rungs = {row.key: row.rung for row in rows}
    needs = {row.key: row.needs for row in rows}
    own = (labels, context.prepared.ruleset, named, leaps, helped, brings, rungs, needs, carried, waiting, needed)
    return NextSteps(steps, *own, asks_lead="names" not in context.view.sees)
