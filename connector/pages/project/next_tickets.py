"""Open tickets that could teach: a part of the project page that loads after it, since each open ticket is read."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from msgspec.structs import replace
from sqlalchemy import Connection

from connector.actions.policy import FILE_FEEDBACK, TAG, may
from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.own_steps import MENTORS, OwnStep
from connector.figures.teaching import Teaching, select_teaching
from connector.jira.client import JiraError
from connector.pages.act import may_act, reads_plan
from connector.pages.agency.open_asks import wait_texts
from connector.pages.agency.own_stops import NO_STOPS, Stops, own_stops, stop_lines
from connector.pages.commented import reads_commenters, untold_text
from connector.pages.learning.next_steps import NextSteps
from connector.pages.learning.selected_steps import NO_STEPS
from connector.pages.prepared import prepared_of
from connector.pages.project.held_tickets import Held, HeldRow, Note, comment_notes, held_of, lift_of, own_notes, own_of
from connector.pages.project.next_rows import Next, browsed_of, by_whose, issues_of, rows_of, with_instead
from connector.pages.project.opening_gap import Gap, add_text, gap_of, own_gap, shadowing_of, untagged_gap
from connector.pages.project.own_moves import (
    NO_MOVES,
    OwnMove,
    moves_of,
    select_leads_steps,
    select_own_ladder,
    select_own_steps,
)
from connector.pages.project.untagged_tickets import with_untagged
from connector.pages.tabs import frame_address
from connector.pages.tickets.filters import LIFTS
from connector.pages.visibility import browsable, require_view
from connector.web.gate import SHARED, Rule, caller, tenant
from mappings.measure.people.teaching_opportunities import TeachingOpportunity
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.translation import ngettext

blueprint = Blueprint("next_tickets", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"next_tickets.show": SHARED}

SHOWN = 6
# How many the Overview has room for.
NEAREST = 3


@dataclass(frozen=True)
class NearestTickets:
    """What is read of the open tickets.

    `notes` and `mine` are what the reader can do on their own ones, `steps` what leads them on by their Learning.
    `lifting` are all tickets that lift them, also of a lead, who reads no steps here.
    `waiting` are those that wait, with the words for whom, or that are open again, and `stops` those of the agency's
    reader that stand still.
    """

    view: EngagementView
    prepared: PreparedEngagement
    teaching: Teaching
    notes: Mapping[int, Note]
    mine: Mapping[int, Note]
    labels: dict[int, IssueLabel]
    moves: Mapping[TeachingOpportunity, OwnMove]
    steps: NextSteps
    lifting: frozenset[int]
    waiting: Mapping[int, str]
    stops: Stops


@blueprint.get("/pages/next")
def show() -> str:
    app = container()
    with app.reader.connect() as connection:
        nearest = _select_nearest(connection)
    try:
        seen = browsable(app, nearest.labels.values())
    except JiraError:
        return render_template("project/next_tickets.html", away=True)
    return render_template("project/next_tickets.html", **_values(nearest, seen, request.args.get("period", "")))


def _select_nearest(connection: Connection) -> NearestTickets:
    view, who = require_view(connection).as_shown, caller()
    prepared = prepared_of(connection, view)
    teaching = with_untagged(connection, view, _select(connection, view, viewer=who.account or ""))
    held = teaching.gap.held if teaching.gap and view.agency else ()
    notes = comment_notes(prepared, held, container().clock()) if held else {}
    ladder = select_own_ladder(connection, view) if view.stored.generation is not None else None
    steps = select_own_steps(connection, view, ladder, teaching) if ladder else NO_STEPS
    # Who looks for a learner is told of their own in a clause of what brings nobody enrolled nearer.
    counted = select_leads_steps(connection, view, teaching) if _tells_lifts(teaching) else NO_STEPS
    mine = own_notes(ladder, teaching.mine, steps) if ladder else {}
    ids = issues_of(teaching.openings)
    ids |= {item.issue_id for item in teaching.led} if "planned" in request.args else set()
    stops = _stops(connection, view, teaching) if teaching.mine else NO_STOPS
    own = notes.keys() | mine.keys() | stops.waiting.keys() | stops.reopened.keys()
    labels = {**steps.labels, **counted.labels, **select_labels(connection, who.tenant_id, ids | own)}
    moves = moves_of(ladder, teaching.openings) if ladder else NO_MOVES
    waiting = {**stops.badges, **_waits(connection, view, teaching), **steps.waiting}
    lifting = steps.lifting_ids() | counted.lifting_ids()
    return NearestTickets(view, prepared, teaching, notes, mine, labels, moves, steps, lifting, waiting, stops)


def _waits(connection: Connection, view: EngagementView, teaching: Teaching) -> Mapping[int, str]:
    if not teaching.waiting:
        return {}
    return wait_texts(view, prepared_of(connection, view), teaching.waiting, container().clock())


def _tells_lifts(teaching: Teaching) -> bool:
    return teaching.gap is not None and bool(teaching.gap.lacking)


def _stops(connection: Connection, view: EngagementView, teaching: Teaching) -> Stops:
    return own_stops(view, prepared_of(connection, view), teaching, container().clock())


def _values(nearest: NearestTickets, seen: AbstractSet[int], period: str) -> dict[str, object]:
    """Return the template's values, of the tickets that the reader may browse."""
    view, labels = nearest.view, nearest.labels
    browsed = browsed_of(nearest.teaching.openings, seen)
    planned = [
        opportunity for opportunity in browsed if _is_planned(labels[opportunity.issue_id].key, {opportunity.objective})
    ]
    led = _planned_led(nearest, seen)
    rows = rows_of(view, [opportunity for opportunity in browsed if opportunity not in planned], labels, nearest.moves)
    rows.sort(key=lambda row: not row.is_assigned)
    notes = _of_seen(nearest.mine, seen)
    lift = lift_of(view, nearest.steps.lifting(seen), notes)
    held = _of_seen(nearest.notes, seen - led)
    mine = own_of(labels, {each: note for each, note in notes.items() if not lift or labels[each].key != lift.key})
    return {
        "gap": _gap(nearest, browsed, period, seen),
        "held": held_of(labels, held, view.stored.rules, names_shadows=may(TAG, view.roles)),
        "stops": stop_lines(nearest.stops, labels, seen),
        "has_stops": view.agency,
        "lift": lift,
        "mine": mine,
        "own": own_gap(view, nearest.teaching, period, request.args.get("objective", "")),
        "waiting": {labels[each].key: text for each, text in nearest.waiting.items() if each in seen},
        "hidden": _hidden_text(nearest.teaching.openings, seen),
        **_row_values(nearest, with_instead(_without(rows, lift, mine, _mentored(nearest, seen))), held, period),
        **_planned_values(planned, led),
        "lifts": _lifts_text(len(nearest.steps.lifting_ids() & seen), has_first=lift is not None),
        "lifts_address": frame_address("tickets", view.engagement, period, show="open", mine=LIFTS),
        **_ways_on(view, nearest.teaching, period),
    }


def _lifts_text(number: int, *, has_first: bool) -> str:
    """Return how many tickets lift the reader, as their list counts them; the first is said before."""
    if number <= has_first:
        return ""
    if has_first:
        return ngettext("%(num)s other lifts you", "%(num)s others lift you", number - 1)
    return ngettext("%(num)s ticket lifts you", "%(num)s tickets lift you", number)


def _mentored(nearest: NearestTickets, seen: AbstractSet[int]) -> AbstractSet[tuple[str, str]]:
    """Return the tickets, each with its objective, that the reader is to mentor by the ladder above the part.

    None where no ladder stands above it.
    """
    first: dict[str, OwnStep] = {}
    for step in () if request.args.get("all") else nearest.steps.steps:
        if step.issue_id in seen:
            first.setdefault(step.objective, step)
    names = {objective.key: objective.name for objective in nearest.view.engagement.objectives}
    return {(nearest.labels[step.issue_id].key, names[key]) for key, step in first.items() if step.kind == MENTORS}


def _without(
    rows: Sequence[Next], lift: HeldRow | None, mine: Held, mentored: AbstractSet[tuple[str, str]]
) -> list[Next]:
    """Return the rows of tickets that do not stand above them as the reader's own."""
    above = {(row.key, row.objective) for row in (*filter(None, [lift]), *mine.rows)} | mentored
    return [row for row in rows if (row.key, row.objective) not in above]


def _gap(nearest: NearestTickets, browsed: Sequence[TeachingOpportunity], period: str, seen: AbstractSet[int]) -> Gap:
    if any(opportunity.part != "alone" for opportunity in nearest.teaching.openings):
        return Gap()
    helped = {opportunity.objective for opportunity in browsed}
    # What the nearest learners lack stands in the plan.
    teaching = replace(nearest.teaching, ways={}) if "planned" in request.args else nearest.teaching
    return gap_of(nearest.view, teaching, period, helped, lifting=nearest.lifting & seen)


def _is_planned(ticket: str, objectives: Collection[str]) -> bool:
    """Tell whether the plan above the part names a ticket for one of the objectives."""
    planned = request.args.get("planned", "").split(",")
    return any(planned_place(ticket, objective) in planned for objective in objectives)


def _planned_led(nearest: NearestTickets, seen: AbstractSet[int]) -> AbstractSet[int]:
    """Return the agency's tickets that the plan names though they bring nobody nearer."""
    browsed = [item for item in nearest.teaching.led if item.issue_id in seen]
    labels = nearest.labels
    return {item.issue_id for item in browsed if _is_planned(labels[item.issue_id].key, item.preview.entry.objectives)}


def planned_place(ticket: str, objective: str) -> str:
    """Return a ticket and an objective as whoever asks for the part says that they are named above it."""
    return f"{ticket} {objective}"


def _planned_values(planned: Sequence[TeachingOpportunity], led: AbstractSet[int]) -> dict[str, object]:
    """Return what is said of the tickets that the plan names: they are not listed twice."""
    number = len(led | issues_of(planned))
    text = ngettext(
        "%(num)s ticket is named in the plan above.", "%(num)s tickets are named in the plan above.", number
    )
    return {
        "planned": text if number else "",
        "plan_teaches": any(opportunity.part != "alone" for opportunity in planned),
    }


def _of_seen(notes: Mapping[int, Note], seen: AbstractSet[int]) -> dict[int, Note]:
    return {issue_id: note for issue_id, note in notes.items() if issue_id in seen}


def _hidden_text(openings: Sequence[TeachingOpportunity], seen: AbstractSet[int]) -> str:
    hidden = len({opportunity.issue_id for opportunity in openings} - seen)
    besides = ngettext(
        "%(num)s ticket besides, which you may not browse.",
        "%(num)s tickets besides, which you may not browse.",
        hidden,
    )
    return besides if hidden else ""


def _row_values(
    nearest: NearestTickets, rows: Sequence[Next], held: Mapping[int, Note], period: str
) -> dict[str, object]:
    """Return the rows for which there is room, whose comment makes each taught, and where the others are."""
    view, shows_all = nearest.view, bool(request.args.get("all"))
    most = SHOWN if shows_all else NEAREST
    shown, all_tab = rows[:most], "agency" if reads_plan(view) else "objectives"
    comments = _comments_of(nearest, {row.key for row in shown})
    return {
        "rows": shown,
        "comments": comments,
        "untold": untold_text(view, (bool(comments), *(note.is_by_commenter for note in held.values()))),
        "alone": by_whose([row for row in shown if row.is_alone]),
        "more": len(rows) - most,
        "all_address": "" if shows_all else frame_address(all_tab, view.engagement, period),
        "site": tenant().display_url,
    }


def _comments_of(nearest: NearestTickets, keys: Collection[str]) -> Mapping[str, str]:
    """Return by whose comment, or role, those of some tickets count as taught on which somebody commented."""
    if not reads_commenters(nearest.view):
        return {}
    tickets = [item for item in nearest.teaching.helping if nearest.labels[item.issue_id].key in keys]
    notes = comment_notes(nearest.prepared, tickets, container().clock())
    return {nearest.labels[each].key: note.text for each, note in notes.items() if note.is_by_commenter}


def _ways_on(view: EngagementView, teaching: Teaching, period: str) -> dict[str, object]:
    """Return what whoever reads it could do for more tickets, and where."""
    return {
        "agency": view.engagement.agency_name,
        "add": add_text(view, teaching),
        "shadowing": shadowing_of(view, period),
        "mine_address": frame_address("tickets", view.engagement, period, show="open", mine="1"),
        "untagged": {each.name: untagged_gap("", view, period, each.key) for each in view.engagement.objectives},
        "ask_address": _ask_address(view, period),
    }


def _ask_address(view: EngagementView, period: str) -> str:
    """Return where an agency asks the in-house team for a ticket; "" for everybody else."""
    asks = view.agency and may_act(view, FILE_FEEDBACK)
    return frame_address("agency", view.engagement, period) if asks else ""


def _select(connection: Connection, view: EngagementView, *, viewer: str) -> Teaching:
    if view.stored.generation is None:
        return Teaching()
    tenant_id, now = caller().tenant_id, container().clock()
    return select_teaching(connection, tenant_id, view.stored, prepared_of(connection, view), now=now, viewer=viewer)
