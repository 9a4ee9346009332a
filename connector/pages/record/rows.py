"""What was recorded of a ticket, newest first: when, by which side, what it was, and what it counts towards."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from connector.pages.record.annotations import annotation_rows, finished_moments, is_borne
from connector.pages.record.answers import answers_of, question_texts
from connector.pages.record.shadows import Shadows, logged_enough, shadows_of
from connector.pages.record.view import Recorded, RecordView
from connector.pages.step_text import rule_places
from connector.text import clock_time, day
from mappings.events.times import DAY, EVER, HOUR, SECOND
from mappings.events.types import Comment, Instant, Worklog
from mappings.measure.model.engagement import StatusKind
from mappings.measure.model.ticket import Ticket
from mappings.measure.period.rounding import shown_parts
from mappings.measure.ticket.history import TicketHistory, read_history
from mappings.measure.ticket.timeline import Move
from mappings.translation import Texts, gettext, mark, ngettext

# Rows that are shown at most, the newest.
MOST = 40
MOVES: Mapping[StatusKind, str] = Texts(
    {
        "done": mark("Done"),
        "review": mark("In review"),
        "gatekeeper": mark("With a gatekeeper"),
        "paused_on_client": mark("Waiting for the in-house team"),
        "paused_on_agency": mark("Waiting for the agency"),
    }
)
# What leaving a status is, where the next one has no name of its own.
LEFT: Mapping[StatusKind, str] = Texts(
    {
        "review": mark("Moved on from review"),
        "paused_on_client": mark("Moved on from waiting"),
        "paused_on_agency": mark("Moved on from waiting"),
    }
)
# What else whoever wrote it did on the ticket stands in rows of its own.
NOT_LED = mark("by itself exposed at most: agencies have less than %(leads)s of the work")


@dataclass(frozen=True)
class RecordRow:
    when: str
    who: str
    what: str
    counts: str


def record_of(view: RecordView, ticket: Ticket) -> list[RecordRow]:
    history = read_history(view.prepared, ticket)
    if history is None:
        return []
    recorded = [row for source in SOURCES for row in source(view, history)]
    recorded.sort(key=lambda row: row.at, reverse=True)
    return [
        RecordRow(_when(view, row.at), view.who(row.account, row.at) if row.account else "–", row.what, row.counts)
        for row in recorded[:MOST]
    ]


def _when(view: RecordView, at: Instant) -> str:
    text = day(view.prepared.calendar.day(at))
    return text if view.naming.untimed else f"{text}, {clock_time(at, ZoneInfo(view.naming.engagement.zone))}"


def _work(view: RecordView, history: TicketHistory) -> Iterator[Recorded]:
    stretches = [
        (interval, time)
        for line in history.timelines
        for interval in line.intervals
        if interval.kind == "active"
        and interval.assignee
        and (time := view.prepared.calendar.business(interval.start, interval.end or view.now)) > 0
    ]
    by_work = _shadows(view, history).by_work
    last = {interval.assignee: interval.start for interval, _ in sorted(stretches, key=lambda each: each[0].start)}
    sides = [view.side(interval.assignee, interval.start) for interval, _ in stretches]
    printed = _printed_hours([time for _, time in stretches], sides)
    for (interval, _), hours in zip(stretches, printed, strict=True):
        text = view.hours(hours)
        worked = gettext("Worked on it%(hours)s", hours=text)
        if interval.end is None:
            worked = gettext("Worked on it%(hours)s so far", hours=text)
        counts = "" if view.is_logged else view.work_text(interval.assignee, interval.start)
        # All their time together is what counts: it is said where the last of it began.
        if counts and interval.assignee in by_work and interval.start == last[interval.assignee]:
            counts = _joined(counts, gettext("shadowed"))
        yield Recorded(interval.start, interval.assignee, worked, counts)


def _shadows(view: RecordView, history: TicketHistory) -> Shadows:
    roles = [(role.account, role.role) for role in history.ticket.roles if is_borne(history, role)]
    return shadows_of(view, history, roles)


def _printed_hours(times: Sequence[int], sides: Sequence[str]) -> list[float]:
    """Return hours as printed: those of a side add up to its active time as it is printed (measurement (g) 13)."""
    printed: dict[int, float] = {}
    for side in dict.fromkeys(sides):
        places = [place for place, other in enumerate(sides) if other == side]
        hours = [times[place] / HOUR for place in places]
        printed |= zip(places, map(float, shown_parts(hours, sum(hours))), strict=True)
    return [printed[place] for place in range(len(times))]


def _moves(view: RecordView, history: TicketHistory) -> Iterator[Recorded]:
    for move in history.own.moves[1:]:
        if move.old == "done" and move.new != "done":
            yield Recorded(move.at, move.author, gettext("Opened again"), gettext("takes back what it gave"))
        elif move.new != move.old and (move.new in MOVES or move.old in LEFT):
            counts = gettext("counts from here") if move.new == "done" else ""
            what = MOVES[move.new] if move.new in MOVES else LEFT[move.old]
            yield Recorded(move.at, move.author, what, _joined(counts, _review_counts(view, move)))


def _review_counts(view: RecordView, move: Move) -> str:
    """Return what moving a ticket out of review counts as: by an agency it is help (measurement (c))."""
    if move.old != "review":
        return ""
    if view.is_of_agency(move.author, move.at):
        return gettext("help: moved it out of review")
    return gettext("reviewer: moved it out of review") if view.is_inhouse(move.author, move.at) else ""


def _comments(view: RecordView, history: TicketHistory) -> Iterator[Recorded]:
    substantive = {(item.author, item.at) for item in history.comment_counts if item.substantive}
    done = finished_moments(history)[-1]
    counted = history.opened_by(done), min(done + view.prepared.ruleset.comment_days * DAY, EVER)
    days: dict[str, set[int]] = {}
    # Whoever is named for it, or reviewed, needs one comment, the others one on each of some days (measurement (c)).
    watching = _shadows(view, history).watching
    for comment in sorted(history.comments, key=lambda comment: comment.created):
        # A comment that Jira shows to some alone is left out for everybody but its author.
        if comment.author is None or (comment.restricted and comment.author != view.viewer):
            continue
        needed = 1 if comment.author in watching else view.prepared.ruleset.shadow_days
        is_substantive = (comment.author, comment.created) in substantive
        counts = _uncounted_text(view, comment, counted, substantive=is_substantive)
        if not counts:
            counts = _comment_counts(view, comment, days, needed=needed)
        yield Recorded(comment.created, comment.author, _comment_text(comment.length), counts)


def restricted_moments(ticket: Ticket) -> frozenset[Instant]:
    """Return when comments were made that Jira shows to some alone: these moments are told to nobody."""
    parts = (ticket, *ticket.subtasks)
    return frozenset(comment.created for part in parts for comment in part.comments if comment.restricted)


def _comment_text(length: int) -> str:
    return ngettext("Comment, %(num)s character", "Comment, %(num)s characters", length)


def _uncounted_text(view: RecordView, comment: Comment, counted: tuple[Instant, Instant], *, substantive: bool) -> str:
    """Return why a comment is neither help nor a day of comments; `counted` is since and until when one can be."""
    since, until = counted
    inhouse, days = view.is_inhouse(comment.author, comment.created), view.prepared.ruleset.comment_days
    if comment.created > until:
        return ngettext(
            "nothing: more than %(num)s day after it was done",
            "nothing: more than %(num)s days after it was done",
            days,
        )
    if comment.created < since:
        return gettext("by itself exposed: before work began") if inhouse else gettext("before work began")
    if substantive:
        return ""
    return gettext("by itself exposed: too short, or said before") if inhouse else gettext("too short, or said before")


def _comment_counts(view: RecordView, comment: Comment, days: dict[str, set[int]], *, needed: int) -> str:
    author = comment.author or ""
    if not view.is_inhouse(author, comment.created):
        return gettext("help") if view.is_of_agency(comment.author, comment.created) else ""
    of_author = days.setdefault(author, set())
    of_author.add(view.prepared.calendar.day(comment.created).toordinal())
    if not view.may_be_shadowed:
        return _not_led(view)
    if len(of_author) >= needed:
        return gettext("shadowed")
    return gettext("shadowed takes %(days)s days of comments: day %(day)s", days=needed, day=len(of_author))


def _not_led(view: RecordView) -> str:
    return gettext(NOT_LED, **rule_places(view.prepared.ruleset))


def _worklogs(view: RecordView, history: TicketHistory) -> Iterator[Recorded]:
    enough, done = logged_enough(view, history.worklogs), finished_moments(history)[-1]
    by_work = _shadows(view, history).by_work if view.is_logged else frozenset[str]()
    for worklog in history.worklogs:
        what = gettext("Logged work%(hours)s", hours=view.hours(worklog.seconds * SECOND / HOUR))
        is_enough = worklog.worklog_id in enough or worklog.author in by_work
        counts = _worklog_counts(view, worklog, is_enough=is_enough)
        if worklog.started >= done:
            counts = gettext("nothing: begun after it was done")
        yield Recorded(worklog.started, worklog.author, what, counts)


def _worklog_counts(view: RecordView, worklog: Worklog, *, is_enough: bool) -> str:
    author, at = worklog.author, worklog.started
    work = view.work_text(author, at) if view.is_logged else ""
    if view.is_inhouse(author, at):
        shadowed = gettext("shadowed") if is_enough else gettext("shadowed takes half an hour")
        shadowed = shadowed if view.may_be_shadowed else ""
        return _joined(work, shadowed) or _not_led(view)
    return work or (gettext("help") if view.is_of_agency(author, at) else "")


def _touches(view: RecordView, history: TicketHistory) -> Iterator[Recorded]:
    """Yield moves, comments and worklogs, with what they ask or answered, and each change of a field that answered."""
    # What a latency counted stands on no ticket in works-council mode (measurement (f)).
    answers = [] if view.naming.untimed else answers_of(view.prepared, history)
    moves = _with_questions(view, history, _moves(view, history), in_comment=False)
    comments = _with_questions(view, history, _comments(view, history), in_comment=True)
    listed = [*moves, *comments, *_worklogs(view, history)]
    acts = {(row.at, row.account) for row in listed}
    # A comment that Jira shows to some alone changes no field: it is left out here, too.
    unlisted = {(each.at, each.account): each.what for each in answers if each.fields}
    listed += [Recorded(*act, what, "") for act, what in unlisted.items() if act not in acts]
    for row in listed:
        own = [answer.counts for answer in answers if (answer.at, answer.account) == (row.at, row.account)]
        yield replace(row, counts=_joined(row.counts, *own))


def _with_questions(
    view: RecordView, history: TicketHistory, rows: Iterator[Recorded], *, in_comment: bool
) -> Iterator[Recorded]:
    # As what answers them: none in works-council mode.
    asked = {} if view.naming.untimed else question_texts(view.prepared, history, in_comment=in_comment)
    for row in rows:
        yield replace(row, counts=_joined(row.counts, asked.get(row.at, "")))


def _joined(*counts: str) -> str:
    return "; ".join(filter(None, counts))


SOURCES: tuple[Callable[[RecordView, TicketHistory], Iterator[Recorded]], ...] = (_work, _touches, annotation_rows)
