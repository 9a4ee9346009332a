"""D2: does the agency work inside the client's process."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from msgspec import Struct

from mappings.events.times import MINUTE
from mappings.events.types import PROSE, Change, Instant, Issue
from mappings.measure.model.engagement import Engagement, Model
from mappings.measure.model.field_history import text_at
from mappings.measure.model.opportunity import Opportunity
from mappings.measure.score.ticket_view import DoneEntry, TicketView
from mappings.measure.ticket.objective_mapping import parents_at
from mappings.measure.ticket.work_shares import AGENCY, INHOUSE

_ALL = frozenset(range(1, 7))
# Which checks apply to which model (measurement (h), "Checks of D2"); without a model, all.
APPLYING: Mapping[Model | None, frozenset[int]] = {
    "full_service": frozenset({1, 6}),
    "hybrid": frozenset({1, 3, 4, 6}),
    "embedded": _ALL,
    "insourced": _ALL,
    None: _ALL,
}


class Checked(Struct, frozen=True):
    """The numbers of the checks that a ticket passed, and of those that it missed."""

    passed: tuple[int, ...]
    missed: tuple[int, ...]

    @property
    def x(self) -> Fraction:
        return Fraction(len(self.passed), len(self.passed) + len(self.missed))


def workflow_checks(view: TicketView) -> list[Opportunity]:
    return [opportunity for opportunity, _ in checked_reasons(view)]


def checked_reasons(view: TicketView) -> list[tuple[Opportunity, Checked]]:
    # D2: agency-led done tickets with an applicable check; x = passed / applicable (measurement (h)).
    opportunities = []
    for entry in view.done_entries:
        checks = applicable(view) if entry.agency_led else {}
        if checks:
            reason = _checked(view, entry, checks)
            opportunity = Opportunity("workflow_checks", view.issue_id, entry.at, reason.x, gone=entry.gone)
            opportunities.append((opportunity, reason))
    return opportunities


Check = Callable[[TicketView, DoneEntry], bool]


def _checked(view: TicketView, entry: DoneEntry, checks: Mapping[int, Check]) -> Checked:
    outcomes = {number: check(view, entry) for number, check in checks.items()}
    return Checked(
        tuple(number for number, passed in outcomes.items() if passed),
        tuple(number for number, passed in outcomes.items() if not passed),
    )


def applicable(view: TicketView) -> Mapping[int, Check]:
    return applicable_in(view.prepared.engagement)


def applicable_in(engagement: Engagement) -> Mapping[int, Check]:
    """Return the checks that an engagement's model has and its file says how to make, by their numbers."""
    checks, review = engagement.checks, engagement.workflow.review
    missing = {1: not review, 2: not checks.required_fields, 4: not checks.links, 5: not checks.sprint}
    return _applicable(engagement.model, frozenset(number for number, absent in missing.items() if absent))


@lru_cache(maxsize=128)
def _applicable(model: Model | None, missing: frozenset[int]) -> Mapping[int, Check]:
    return {number: check for number, check in CHECKS.items() if number in APPLYING[model] - missing}


def _reviewed(view: TicketView, entry: DoneEntry) -> bool:
    return view.first_review is not None and view.first_review <= entry.done


def _fields_filled(view: TicketView, entry: DoneEntry) -> bool:
    return all(is_filled(view, field, entry) for field in view.prepared.engagement.checks.required_fields)


def is_filled(view: TicketView, field: str, entry: DoneEntry) -> bool:
    # Whether a field had a value at the first active instant; of prose only its presence is kept.
    # All done entries but at most one share their first active instant.
    key = (field, entry.opened)
    if key not in view.filled_at:
        view.filled_at[key] = _was_filled(view, *key)
    return view.filled_at[key]


def _was_filled(view: TicketView, field: str, at: Instant) -> bool:
    changes = view.histories.get(field) or view.histories.get(field.casefold())
    if not changes:
        return bool(_today(view.ticket.issue, field))
    if field in _ONE_BY_ONE:
        return bool(_values_at(changes, _today(view.ticket.issue, field), at))
    return bool(text_at(changes, at, None))


# Fields of whose values Jira writes an item for each that comes or goes.
_ONE_BY_ONE = frozenset({"components", "fixVersions", "versions"})


def _today(issue: Issue, field: str) -> tuple[str, ...]:
    read = _TODAY.get(field)
    return tuple(text for text in (read and read(issue)) or issue.fields.get(field, ()) if text)


_TODAY: Mapping[str, Callable[[Issue], tuple[str | None, ...]]] = {
    "description": lambda issue: (PROSE,) if issue.described else (),
    "summary": lambda issue: (issue.summary,),
    "assignee": lambda issue: (issue.assignee,),
    "labels": lambda issue: issue.labels,
    "components": lambda issue: issue.components,
    "parent": lambda issue: (issue.parent_key,),
}


def _values_at(changes: Sequence[Change], now: Iterable[str], at: Instant) -> set[str]:
    # Take later changes back from the values of today.
    values = set(now)
    for change in reversed(changes):
        if change.at <= at:
            break
        values.discard(change.new_text or "")
        values |= {change.old_text} if change.old_text else set()
    return values


def _kept_up(view: TicketView, entry: DoneEntry) -> bool:
    # No stretch of active time over 5 business days since the last agency touch.
    prepared = view.prepared
    longest = prepared.ruleset.touch_days * (
        prepared.engagement.workflow.hours.end - prepared.engagement.workflow.hours.start
    )
    created, done = view.ticket.issue.created, entry.done
    # What was not active for so long in all has no such stretch, and most tickets were not.
    if view.active_time.between(created, done) <= longest * MINUTE:
        return True
    last, gap = view.longest_gap(done)
    return max(gap, view.active_time.between(last, done)) <= longest * MINUTE


def _linked(view: TicketView, entry: DoneEntry) -> bool:
    wanted = view.prepared.engagement.checks.links
    links = any({link.type_name, link.name} & set(wanted) for link in view.ticket.links)
    return links or bool(parents_at(view.ticket.issue, view.histories, entry.done))


def _in_sprint(view: TicketView, entry: DoneEntry) -> bool:
    # Jira names the field of sprints alike on every site; without a change, what is known of it is today's value.
    return bool(text_at(view.sprint_changes, entry.opened, _sprint_now(view)))


def _sprint_now(view: TicketView) -> str | None:
    return next(iter(view.ticket.issue.fields.get("sprint", ())), None)


def _scope_agreed(view: TicketView, entry: DoneEntry) -> bool:
    # No agency change of description or estimate without a later in-house touch before the done moment.
    touched = view.touched(INHOUSE)
    before = bisect_left(touched, entry.done)
    # A change in the very instant of the last in-house touch was not seen by it.
    last = max(entry.opened, touched[before - 1] - 1) if before else entry.opened
    return not view.changed_scope(AGENCY, after=last, until=entry.done, summary=False)


# The checks of D2 by their number in measurement (h).
CHECKS: Mapping[int, Check] = {
    1: _reviewed,
    2: _fields_filled,
    3: _kept_up,
    4: _linked,
    5: _in_sprint,
    6: _scope_agreed,
}
