"""Evidence of a finished ticket: one kind for each objective and in-house person."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import Evidence, Kind
from mappings.measure.ticket.contributions import Contribution, Contributions, DoneMoment
from mappings.measure.ticket.evidence_kinds import EvidenceCase, classify, has_trace, reaches
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.work_shares import Share

_NO_ROLE: frozenset[str] = frozenset()
_REVIEWER = frozenset({"reviewer"})


def evidence_of(
    prepared: PreparedEngagement, moment: DoneMoment, objectives: Iterable[str], *, entry: int
) -> tuple[Evidence, ...]:
    # What a done entry shows of its in-house people, by objective, then account (measurement (g) 10).
    # E2 to E5 need somebody who is in-house at the done moment; an E1 is for a touch made while in-house.
    traces = moment.contributions
    cases = cases_of(prepared, moment)
    rows: list[Evidence] = []
    for objective in objectives:
        own = cases_for(prepared, moment, objective, cases)
        mentors = _mentors(own, traces, prepared.ruleset)
        for account, case in own.items():
            kind = classify(case, prepared.ruleset)
            if kind is not None:
                at = _dated(
                    moment, traces.people.get(account) or Contribution(), (objective, kind, case), prepared.ruleset
                )
                rows.append(_row(moment, traces, Evidence(objective, account, entry, kind, at, moment.done), mentors))
    return tuple(rows)


def _dated(moment: DoneMoment, trace: Contribution, of: tuple[str, Kind, EvidenceCase], rules: Ruleset) -> Instant:
    # Date a row of (objective, kind, case): an E1 lies at its first touch, the others at the done moment.
    # What rests on a teach-back alone is dated when that was given, if later: it was not known before.
    objective, kind, case = of
    if kind == 1:
        return _first_touch(trace, objective, moment.done)
    alone = case.explained and kind == 2 and classify(replace(case, explained=False), rules) != 2
    return trace.explained[objective] if alone else moment.done


def cases_of(prepared: PreparedEngagement, moment: DoneMoment, others: Iterable[str] = ()) -> dict[str, EvidenceCase]:
    # The case of each in-house person with a trace or a share, and of `others`, whatever the objective.
    accounts = sorted({*moment.contributions.people, *moment.share.people, *others})
    drivers = {account for account in moment.share.people if _drives(prepared, moment.share, account, moment.done)}
    return {account: _case(prepared, moment, account, drivers) for account in accounts}


def cases_for(
    prepared: PreparedEngagement, moment: DoneMoment, objective: str, cases: Mapping[str, EvidenceCase]
) -> dict[str, EvidenceCase]:
    people = moment.contributions.people
    big = moment.units >= prepared.objective_index.min_sizes.get(objective, 0)
    return {who: _for_objective(case, objective, people.get(who), big=big) for who, case in cases.items()}


def _row(moment: DoneMoment, traces: Contributions, unmapped: Evidence, mentors: tuple[str, ...]) -> Evidence:
    trace = traces.people.get(unmapped.account) or Contribution()
    return replace(
        unmapped,
        trace=trace.worked or unmapped.kind > 1,
        size=moment.units,
        agencies=traces.agencies,
        mentors=tuple(mentor for mentor in mentors if mentor != unmapped.account),
    )


def _first_touch(trace: Contribution, objective: str, done: Instant) -> Instant:
    roles = [role.since for role in trace.borne if role.objective in {None, objective}]
    touches = roles if trace.first is None else [*roles, trace.first]
    return min(touches, default=done)


def _case(prepared: PreparedEngagement, moment: DoneMoment, account: str, drivers: set[str]) -> EvidenceCase:
    trace = moment.contributions.people.get(account) or Contribution()
    share = moment.share
    return EvidenceCase(
        share=share.people.get(account, 0),
        agency=share.agency,
        total=share.total,
        roles=_REVIEWER if trace.reviewed else _NO_ROLE,
        comments=trace.comments,
        days=trace.days,
        seconds=trace.seconds,
        assist=moment.contributions.assisted,
        sticky=is_sticky(moment, prepared.ruleset) and prepared.affiliations.is_inhouse(account, moment.done),
        mentee=bool(drivers - {account}),
        touched=trace.first is not None,
    )


def _for_objective(case: EvidenceCase, objective: str, trace: Contribution | None, *, big: bool) -> EvidenceCase:
    mine = {role.role for role in trace.borne if role.objective in {None, objective}} if trace else set()
    explained = trace is not None and objective in trace.explained
    if not mine and big and not explained:
        return case
    return replace(case, roles=case.roles | mine, big=big, explained=explained)


def _mentors(cases: dict[str, EvidenceCase], traces: Contributions, rules: Ruleset) -> tuple[str, ...]:
    # The in-house mentors with a trace, to whom credit goes where no agency assisted (measurement (c)).
    if traces.assisted:
        return ()
    return tuple(account for account, case in cases.items() if "mentor" in case.roles and has_trace(case, rules))


def is_sticky(moment: DoneMoment, rules: Ruleset) -> bool:
    # Whether a done entry was not reopened within 14 days, limit included (measurement (c), (g) 6).
    return moment.reopened is None or moment.reopened - moment.done > rules.sticky_days * DAY


def changing_until(moment: DoneMoment, rows: Iterable[Evidence], rules: Ruleset) -> Instant:
    """Return when evidence can no longer change: it grows for 3 days, and falls within 14 by a reopening.

    What is E1 already cannot fall, and an entry that was reopened has fallen (measurement (g) 10 and 14).
    """
    can_fall = moment.reopened is None and any(row.kind > 1 for row in rows)
    return moment.done + (rules.sticky_days if can_fall else rules.comment_days) * DAY


def _drives(prepared: PreparedEngagement, share: Share, account: str, done: Instant) -> bool:
    driving = reaches(share.people[account], share.total, prepared.ruleset.drives)
    return driving and prepared.affiliations.is_inhouse(account, done)


def left_trace(moment: DoneMoment, account: str, rules: Ruleset) -> bool:
    """Tell whether somebody left a trace by a done moment, so that a role of theirs counts (measurement (c))."""
    trace = moment.contributions.people.get(account) or Contribution()
    share = moment.share.people.get(account, 0)
    return has_trace(EvidenceCase(share=share, comments=trace.comments, seconds=trace.seconds), rules)
