"""What would make an open ticket count as more, as its panel lists it to one viewer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from connector.figures.open_previews import OpenTicket
from connector.figures.own_steps import MENTORS, WITHOUT_WORK, OwnStep, mentoring_steps
from connector.pages.commented import MOST_TRIED, commented_on, first_commenter, reads_commenters
from connector.pages.panel.agency_moves import drivers_alone, kept_move, taken_move, untagged_moves
from connector.pages.panel.context import TicketContext
from connector.pages.panel.learner_steps import (
    absent_learners,
    has_learners,
    idle_moves,
    learner_moves,
    learner_steps,
    nobody_text,
    reaching,
)
from connector.pages.panel.next_step_text import Move, mentor_move, moves_of, with_plan_once
from connector.pages.panel.own_rungs import OwnRung
from connector.pages.panel.roles import holders_beside, inhouse_beside, named_beside, people_on
from connector.pages.panel.step_outcome import taught_by
from connector.pages.panel.step_viewer import StepViewer
from connector.pages.panel.teaching_ways import ANYBODY, Read, with_teaching
from connector.pages.step_text import ALONE
from connector.pages.ticket_reason import INHOUSE, bucket_of
from connector.pages.ticket_text import Naming
from mappings.measure.model.ticket import TEACHING
from mappings.measure.people.teaching_opportunities import is_of_agency, is_taught
from mappings.measure.ticket.measure import Preview
from mappings.measure.ticket.next_steps import NextStep, next_steps_of
from mappings.translation import gettext

# People whose next steps are measured, at most.
MOST_STEPPING = 3


def open_moves(
    context: TicketContext,
    naming: Naming,
    preview: Preview,
    own: Sequence[OwnRung],
    *,
    taught: Collection[str],
    bucket: str,
    needed: Mapping[str, str],
) -> list[Move]:
    """Return what would make the ticket count as more; for the viewer what leads them on, mentoring, too.

    On the objectives `taught` somebody taught the viewer before, on those `needed` others are to drive the ticket
    alone. `bucket` is what the ticket would count as now.
    """
    objectives = preview.entry.objectives
    if not objectives:
        return untagged_moves(naming, preview.entry, bucket)
    commented, drivers = commented_on(context.prepared, context.ticket), named_beside(context, naming, "learner")
    absent = absent_learners(context, preview)
    off_plan = () if naming.as_agency else absent
    left = kept_move(naming, preview.entry, bucket)
    viewer = replace(
        _viewer_of(context, preview, own),
        traces=commented,
        is_driven=bool(drivers),
        off_plan=off_plan,
        taught=taught if preview.entry.units else (),
        needed=needed,
        is_shared=bool(preview.entry.weights[INHOUSE]),
        drivers=() if left else _drivers(context, naming, preview, bucket),
    )
    by_learner = _left_steps(learner_steps(context, naming, preview, absent), viewer)
    # What moves the plan comes first.
    is_done = is_taught(preview.entry)
    # No member of an agency reads a score.
    scored = "scores" in context.view.sees and is_of_agency(preview) and has_learners(context, objectives)
    moves = learner_moves(naming, by_learner, taught=is_done, scored=scored) or idle_moves(context, preview)
    nobody = nobody_text(moves)
    asked = _comment_people(context, naming, preview, tuple(commented))
    # What more would do for who commented on a taught ticket is told of nobody.
    begun = () if is_done else tuple(commented)
    stepping = _stepping_people(context, begun, enrolled=not absent and not is_done)
    read = _steps_on_ticket(context, preview, asked, drivers=drivers, stepping=stepping)
    for steps in _without_left(read, viewer, moves) if naming.as_agency else read:
        moves += moves_of(naming, steps, reaching(context, viewer, steps), objectives=objectives)
    if naming.as_agency and bucket_of(preview.entry) == "done_only":
        teaching = _teaching_steps(context, preview, viewer, by_learner=by_learner, read=read)
        moves = with_teaching(naming, moves, teaching, scored=scored, note=nobody)
    mentored = _mentoring_steps(context, preview, own)
    mentors = [mentor_move(naming, viewer, mentored, preview.entry, bucket=bucket)] if mentored else []
    taken = None if viewer.drivers is not None else taken_move(naming, preview.entry, moves, context.prepared.ruleset)
    moves.sort(key=lambda move: move.whose != "driver")
    return with_plan_once([*filter(None, [left]), *moves, *filter(None, [taken]), *mentors])


def _drivers(context: TicketContext, naming: Naming, preview: Preview, bucket: str) -> Collection[str] | None:
    """Return to an agency who is named as who drives a ticket that nobody has begun; None where nobody is."""
    return drivers_alone(context, preview) or None if naming.as_agency and not bucket else None


def _left_steps(
    by_learner: Mapping[str, tuple[Sequence[NextStep], StepViewer]], viewer: StepViewer
) -> Mapping[str, tuple[Sequence[NextStep], StepViewer]]:
    """Return learners' steps: of those to an agency on a ticket that somebody drives what leads a learner on alone."""
    if viewer.drivers is None:
        return by_learner
    return {
        key: ([step for step in steps if step.kind < ALONE or of.is_for_learner(step)], replace(of, drivers=()))
        for key, (steps, of) in by_learner.items()
    }


def _without_left(
    read: Sequence[Sequence[NextStep]], viewer: StepViewer, moves: Sequence[Move]
) -> Sequence[Sequence[NextStep]]:
    """Return the steps of who is on a ticket; those alone are its driver's where an agency is to leave it to others."""
    drivers = viewer.drivers
    if drivers is None and not any(move.whose for move in moves):
        return read
    return [[step for step in steps if step.kind < ALONE or step.account in (drivers or ())] for steps in read]


def _viewer_of(context: TicketContext, preview: Preview, own: Sequence[OwnRung]) -> StepViewer:
    """Return who reads the steps by their own rungs and by what the ticket counts as."""
    return StepViewer(
        context.viewer,
        {row.key: row.counts_from for row in own},
        context.prepared.ruleset,
        is_shadowed=bool(holders_beside(context, "shadow")),
        lifts={row.key: row.lifts for row in own},
        needs={row.key: row.needs for row in own},
        taught_by=taught_by(preview),
        rungs={row.key: row.rung for row in own},
        is_untaught=not is_taught(preview.entry),
        asks_lead="names" not in context.view.sees,
    )


def _teaching_steps(
    context: TicketContext,
    preview: Preview,
    viewer: StepViewer,
    *,
    by_learner: Mapping[str, Read],
    read: Sequence[Sequence[NextStep]],
) -> list[Read]:
    """Return the steps by which a ticket that is done only so far comes to teach: others', and of who is on it."""
    on_ticket = people_on(context.ticket, preview)
    of_anybody = _anybodys_steps(context, preview, viewer)
    of_others = [of_anybody] if of_anybody else by_learner.values()
    return [*of_others, *(([step for step in steps if step.account in on_ticket], viewer) for steps in read)]


def _mentoring_steps(context: TicketContext, preview: Preview, own: Sequence[OwnRung]) -> list[OwnStep]:
    """Return the viewer's steps as a mentor, on the objectives where nothing else leads them on."""
    ticket = OpenTicket(context.ticket, preview)
    return [
        step
        for row in own
        if row.counts_from == MENTORS
        for step in mentoring_steps(context.prepared, [ticket], (row.key, context.viewer), now=context.now)
    ]


def _stepping_people(context: TicketContext, commented: Sequence[str], *, enrolled: bool) -> Sequence[str]:
    """Return whose next steps are shown: the viewer's who is in-house, else of who has a role, or commented.

    With `enrolled` also of whoever is enrolled for any objective.
    """
    if context.prepared.affiliations.is_inhouse(context.viewer, context.now):
        return [context.viewer]
    holders = [role.account for role in context.ticket.roles if role.is_named]
    # Where nobody has a role on the ticket, who commented has begun to shadow it; whoever is enrolled could take one.
    objectives = context.view.engagement.objectives if enrolled else ()
    learners = [account for objective in objectives for account in objective.learners]
    return list(dict.fromkeys(holders or [*commented, *learners]))[:MOST_STEPPING]


def _comment_people(
    context: TicketContext, naming: Naming, preview: Preview, commented: Sequence[str]
) -> Sequence[str]:
    """Return whose comment alone is asked for: a named shadow's in-house, elsewhere whoever's who commented.

    An in-house lead reads where nobody shadows it whose comment makes it taught, as in the list of open tickets.
    """
    if not context.prepared.affiliations.is_inhouse(context.viewer, context.now):
        return commented
    if holders_beside(context, "shadow") or not reads_commenters(context.view):
        return named_beside(context, naming, "shadow")
    others = [account for account in commented if account != context.viewer]
    first = first_commenter(context.prepared, OpenTicket(context.ticket, preview), others, context.now)
    return [first] if first else []


def _steps_on_ticket(
    context: TicketContext, preview: Preview, asked: Sequence[str], *, drivers: Sequence[str], stepping: Sequence[str]
) -> list[Sequence[NextStep]]:
    """Return the steps of who is on the ticket or reads of it: whoever drives it, then the reader or who has a role.

    Between them come those who are `asked` for what takes no work, while nobody is taught.
    """
    besides = [account for account in asked if account not in {*drivers, *stepping}]
    comments: Sequence[str] = () if TEACHING & set(preview.entry.kinds) else besides[:MOST_TRIED]
    ticket = context.prepared, context.ticket, preview
    read = [
        next_steps_of(*ticket, drivers, now=context.now),
        next_steps_of(*ticket, comments, now=context.now, names=WITHOUT_WORK),
        next_steps_of(*ticket, stepping, now=context.now),
    ]
    return [steps for steps in read if steps]


def _anybodys_steps(context: TicketContext, preview: Preview, viewer: StepViewer) -> Read | None:
    """Return the steps of anybody in-house who is not on the ticket yet, enrolled or not (measurement (g) 9)."""
    account = inhouse_beside(context, preview)
    if not account:
        return None
    steps = next_steps_of(context.prepared, context.ticket, preview, [account], now=context.now)
    return steps, replace(viewer, traces={account: gettext(ANYBODY)})
