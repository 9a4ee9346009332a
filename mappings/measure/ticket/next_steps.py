"""What would make an open ticket count as more: each step is done to it, and it is measured as any other."""

from collections.abc import Callable, Collection, Iterable, Mapping
from sys import maxsize
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from mappings.events.times import DAY, HOUR
from mappings.events.types import Change, Comment, Instant, Issue, Worklog
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import Kind, Role, Ticket
from mappings.measure.ticket.evidence_kinds import reaches
from mappings.measure.ticket.measure import Preview, measure_if_done
from mappings.measure.ticket.possible_steps import is_led, may_add, may_reach
from mappings.measure.ticket.prepared import PreparedEngagement

StepName: TypeAlias = Literal[
    "shadow_only",
    "comment",
    "comment_on_another_day",
    "shadow_and_comment",
    "learner",
    "log",
    "help",
    "learner_drives",
    "learner_and_drive",
    "drive",
]
# What somebody does before their time on a ticket counts: they assign it to themselves, move it to an active status.
Start: TypeAlias = Literal["", "assign", "move", "assign_and_move", "await", "await_and_assign"]
# Comes after every history, comment and worklog that Jira numbered.
_LAST = 2**62
# Nobody takes on more work than this for one step: two working days.
MOST_WORK = 16 * HOUR
# Work is promised in whole tenths of an hour, as it is printed: who does what is printed then gets what it promises.
_PRINTED = HOUR // 10


class NextStep(Struct, frozen=True):
    """A step of somebody on an open ticket, and the kind that it then has for them were it finished.

    `work` is the business time, in µs, for which they would have to work on it; 0 for a step without any, and where
    nobody has worked on it yet: the first hour is all of the work then. `start` is what working on it begins with.
    """

    name: StepName
    objective: str
    account: str
    kind: Kind
    work: int = 0
    start: Start = ""


class _Case(Struct, frozen=True):
    prepared: PreparedEngagement
    ticket: Ticket
    preview: Preview
    account: str
    now: Instant


class _Done(Struct, frozen=True):
    """The ticket after a step, and the instant at which it is finished."""

    ticket: Ticket
    at: Instant
    work: int = 0
    start: Start = ""


def next_steps_of(
    prepared: PreparedEngagement,
    ticket: Ticket,
    preview: Preview,
    accounts: Iterable[str],
    *,
    now: Instant,
    names: Collection[StepName] = (),
    least: int = 0,
    long: bool = False,
) -> tuple[NextStep, ...]:
    """Return the steps that lift somebody's evidence, by account, those with the least effort first.

    None that takes more work than anybody takes on, but with `long`. `preview` is the ticket as it would count were it
    finished `now`. With `names` those alone are tried, with `least` only steps to evidence of at least that kind.
    """
    steps, most = list[NextStep](), maxsize if long else most_work(prepared.ruleset)
    tried = [name for name in STEPS if (not names or name in names) and may_reach(name, least)]
    for account in accounts:
        case = _Case(prepared, ticket, preview, account, now)
        for name in tried:
            done = STEPS[name](case) if may_add(name, preview.moment, account, prepared.ruleset) else None
            steps += _lifted(case, _name_of(case, name), done) if done and done.work <= most else []
    return tuple(step for step in steps if step.kind >= least)


def _name_of(case: _Case, name: StepName) -> StepName:
    """Return what a step is to somebody: one more comment of who has a day that counts is one on another day."""
    trace = case.preview.moment.contributions.people.get(case.account)
    return "comment_on_another_day" if name == "comment" and trace and trace.days else name


def most_work(rules: Ruleset) -> int:
    """Return the most work, in µs, that a step may take: what is left out for its hours would tell of these."""
    return maxsize if rules.works_council else MOST_WORK


def _lifted(case: _Case, name: StepName, done: _Done) -> list[NextStep]:
    after = measure_if_done(case.prepared, done.ticket, done.at)
    if after is None:
        return []
    kinds = _kinds(case.preview)
    # What the time alone would bring until then is not owed to the step.
    if not done.work and done.at > case.now + 1 and (alone := measure_if_done(case.prepared, case.ticket, done.at)):
        kinds |= _kinds(alone)
    work = done.work if case.preview.moment.share.method == "active_time" else 0
    # To be exposed teaches nobody anything: no step leads there.
    return [
        NextStep(name, objective, account, kind, work, done.start)
        for (objective, account), kind in _kinds(after).items()
        if account == case.account and kind > max(1, kinds.get((objective, account), 0))
    ]


def _kinds(preview: Preview) -> dict[tuple[str, str], Kind]:
    return {(row.objective, row.account): row.kind for row in preview.evidence}


def _shadow_only(case: _Case) -> _Done | None:
    """Name the person as the shadow; None where somebody is: the role is one person's."""
    if case.ticket.holders_of("shadow"):
        return None
    return _Done(replace(case.ticket, roles=(*case.ticket.roles, _shadow(case))), case.now + 1)


def _shadow(case: _Case) -> Role:
    return Role(case.account, "shadow", case.now)


def _comment(case: _Case, at: Instant | None = None) -> _Done:
    at = case.now if at is None else at
    length = max(case.prepared.ruleset.letters, case.prepared.ruleset.letters_cjk)
    comment = Comment(_LAST, case.ticket.issue.issue_id, case.account, at, at, length)
    return _Done(replace(case.ticket, comments=(*case.ticket.comments, comment)), at + 1)


def _comment_on_another_day(case: _Case) -> _Done:
    return _comment(case, case.now + DAY)


def _shadow_and_comment(case: _Case) -> _Done:
    done = _comment(case)
    return _Done(replace(done.ticket, roles=(*case.ticket.roles, _shadow(case))), done.at)


def _learner(case: _Case) -> _Done:
    role = Role(case.account, "learner", case.now)
    return _Done(replace(case.ticket, roles=(*case.ticket.roles, role)), case.now + 1)


def _learner_and_drive(case: _Case) -> _Done | None:
    """Name the person as the learner, and let them work until they have what a learner needs."""
    if _is_learner(case):
        return None
    named = replace(case.ticket, roles=(*case.ticket.roles, Role(case.account, "learner", case.now)))
    return _worked_as_learner(case, named)


def _learner_drives(case: _Case) -> _Done | None:
    """Let the person, who is named as the learner already, work until they have what a learner needs."""
    return _worked_as_learner(case, case.ticket) if _is_learner(case) else None


def _worked_as_learner(case: _Case, ticket: Ticket) -> _Done | None:
    share, enough = case.preview.moment.share, case.prepared.ruleset.learner_drives
    # Without hours of work by anybody the whole is theirs with the first that are, and the role adds nothing.
    if share.method != "active_time" or reaches(share.people.get(case.account, 0), share.total, enough):
        return None
    return _worked(case, ticket, enough)


def _is_learner(case: _Case) -> bool:
    return case.account in case.ticket.holders_of("learner")


def _drive(case: _Case) -> _Done | None:
    return _worked(case, case.ticket, case.prepared.ruleset.drives)


def _help(case: _Case) -> _Done | None:
    """Let the person work until they have as much as shadows a ticket that an agency leads (measurement (c), E2)."""
    share, enough = case.preview.moment.share, case.prepared.ruleset.helps
    # Without hours of work by anybody the whole is theirs with the first that are: they would drive it.
    if share.method != "active_time" or reaches(share.people.get(case.account, 0), share.total, enough):
        return None
    return _worked(case, case.ticket, enough)


def _log(case: _Case) -> _Done | None:
    """Log as much time as is a trace, and shadows a ticket that an agency leads (measurement (c), E2)."""
    issue_id = case.ticket.issue.issue_id
    # On what no agency leads the time would be work of their own.
    if not is_led(case.preview.moment, case.prepared.ruleset):
        return None
    seconds = case.prepared.ruleset.trace_seconds
    worklog = Worklog(_LAST, issue_id, case.account, case.now, seconds, case.now, case.now)
    return _Done(replace(case.ticket, worklogs=(*case.ticket.worklogs, worklog)), case.now + 1)


def _worked(case: _Case, ticket: Ticket, thousandths: int) -> _Done | None:
    """Let the person work on the ticket from now on, until that part of the work is theirs."""
    issue = ticket.issue
    status = _active_status(case)
    if status is None:
        return None
    changes = [] if issue.assignee == case.account else [_change(case, "assignee", issue.assignee, case.account)]
    current = issue.status.status_id if issue.status else None
    changes += [_change(case, "status", current, status)] if status != current else []
    work = missing_work(case.preview, case.account, thousandths) or HOUR
    moved: Issue = replace(issue, assignee=case.account)
    worked = replace(ticket, issue=moved, changes=(*ticket.changes, *changes))
    start = start_of(case.prepared, ticket, case.account)
    return _Done(worked, case.prepared.calendar.later(case.now, work) + 1, work, start)


def start_of(prepared: PreparedEngagement, ticket: Ticket, account: str) -> Start:
    """Return what somebody does before their time on a ticket counts."""
    # Logged time counts whoever the ticket is assigned to.
    if prepared.engagement.attribution == "worklog":
        return ""
    status = ticket.issue.status
    kind = prepared.statuses.kinds.get(status.status_id) if status else None
    if kind == "gatekeeper":
        # Moved on by somebody else it counts as come back (measurement (h), D5).
        return "await" if ticket.issue.assignee == account else "await_and_assign"
    is_active = kind == "active"
    if ticket.issue.assignee == account:
        return "" if is_active else "move"
    return "assign" if is_active else "assign_and_move"


def missing_work(preview: Preview, account: str, thousandths: int) -> int:
    """Return the time after which a part of the work is the person's: their own time and the whole grow alike.

    0 without hours of work by anybody: the whole is theirs with the first that are.
    """
    share = preview.moment.share
    if share.method != "active_time" or thousandths >= 1000:
        return 0
    missing = thousandths * share.total - 1000 * share.people.get(account, 0)
    return max(-(-missing // ((1000 - thousandths) * _PRINTED)), 1) * _PRINTED


def _active_status(case: _Case) -> str | None:
    kinds, status = case.prepared.statuses.kinds, case.ticket.issue.status
    if status is not None and kinds.get(status.status_id) == "active":
        return status.status_id
    return next((status_id for status_id, kind in sorted(kinds.items()) if kind == "active"), None)


def _change(case: _Case, field: str, old: str | None, new: str) -> Change:
    issue_id = case.ticket.issue.issue_id
    return Change(issue_id, _LAST, 0, case.now, case.account, field, field, old=old, new=new)


# By effort, the least first.
STEPS: Mapping[StepName, Callable[[_Case], _Done | None]] = {
    "shadow_only": _shadow_only,
    "comment": _comment,
    "comment_on_another_day": _comment_on_another_day,
    "shadow_and_comment": _shadow_and_comment,
    "learner": _learner,
    "log": _log,
    "help": _help,
    "learner_drives": _learner_drives,
    "learner_and_drive": _learner_and_drive,
    "drive": _drive,
}
