"""The pack of the program's review, "teachback-program-review/1": its figures as numbers, for JSON and CSV."""

from collections.abc import Mapping
from typing import Any

from connector.figures.program import ProgramEngagement
from connector.pages.program.export import program_rows
from connector.pages.program.sections import count_departments, earlier_experiments
from connector.pages.program.texts import rate_moved
from connector.pages.program.totals import Together, together_moved
from connector.pages.program_review.source import ProgramReview
from mappings.formats.export.numbers import instant_text, units_of
from mappings.formats.report.program import experiment_keys, proposal_keys
from mappings.measure.score.window import verdict_of

FORMAT = "teachback-program-review/1"
Keys = dict[str, Any]


def program_pack(review: ProgramReview) -> Keys:
    """Return the pack; it holds sums and words, and no ticket, count of people by rung or name of a person."""
    program = review.program
    return {
        "format": FORMAT,
        "quarter": review.name,
        "from": program.period.first.isoformat(),
        "to": program.period.end.isoformat(),
        "evidence": "Jira only",
        "engagements": [_engagement(item) for item in program.engagements if item.freeze is not None],
        "not_recorded": [{"key": item.engagement.key, "name": item.engagement.name} for item in program.missing],
        "all": [_together(review, place) for place in range(len(program.quarters))],
        "changes": _changes(review),
        "by_quarter": [
            {"key": f"{row['engagement']}.{row['quarter']}", **row}
            for row in program_rows(program.engagements, program.names)
        ],
        "departments": [
            {"key": name, **dict(zip(program.names, states, strict=True))}
            for name, states in review.departments.items()
        ],
        "statements": [
            {"key": key, "text": statement.text, "signed": day.isoformat()} for key, statement, day in review.statements
        ],
        "asks": [{"key": row.key, **row.counts} for row in review.asks],
        "suppressed": [{"key": name, "why": why} for name, why in review.suppressed],
    }


def _engagement(item: ProgramEngagement) -> Keys:
    freeze, agreed = item.freeze, item.engagement
    assert freeze is not None
    return {
        "key": agreed.key,
        "name": agreed.name,
        "agency": agreed.agency_name,
        "unit": item.by,
        "frozen": instant_text(freeze.taken_at),
        "as_of": instant_text(freeze.as_of),
        "ruleset": {"name": freeze.ruleset, "hash": freeze.ruleset_hash},
        "report_hash": freeze.report_hash,
        "integration": _integration(item),
        "coverage": {row.key: row.coverage for row in item.now.people.objectives} if item.now else {},
    }


def _integration(item: ProgramEngagement) -> Keys:
    if item.scores is None:
        return {"value": None, "low": None, "high": None, "published": False, "verdict": None}
    score, change = item.scores.now.score, item.scores.change
    return {
        "value": score.value,
        "low": score.low,
        "high": score.high,
        "published": score.published,
        "verdict": None if change is None else verdict_of(change),
    }


def _together(review: ProgramReview, place: int) -> Keys:
    total, departments = review.sums[place], count_departments(review.departments, place)
    return {
        "key": review.program.names[place],
        "unit": total.by or None,
        **_units(total),
        "exit_coverage": {"two_holders": total.two_holders, "one_holder": total.one_holder},
        "objectives": total.objectives,
        "objectives_without_holder": total.uncovered,
        "experiments": experiment_keys(review.experiments[place]),
        "proposals": proposal_keys(review.proposals[place]),
        "departments": {"learned": departments.learned, "shown": departments.shown, "few": departments.few},
    }


def _units(total: Together) -> Keys:
    # Units of different kinds are not added up.
    share = total.share if total.by and total.share.published else None
    return {
        "delivered": units_of(total.sums.agency) if total.by else None,
        "taught": units_of(total.sums.taught) if total.by else None,
        "tickets": total.sums.n,
        "taught_share": {name: getattr(share, name, None) for name in ("value", "low", "high")},
    }


def _changes(review: ProgramReview) -> list[Keys]:
    then, now = review.sums[-2], review.sums[-1]
    before, after = earlier_experiments(review.sums, review.experiments), review.experiments[-1]
    words: Mapping[str, str] = {
        "taught_share": together_moved(now, then).word,
        "experiments.win_rate": rate_moved(
            (after.won, after.decided), (before.won, before.decided) if before else None
        ),
        "experiments.led_inhouse": rate_moved(
            (after.led_inhouse, after.decided), (before.led_inhouse, before.decided) if before else None
        ),
    }
    return [{"key": key, "verdict": word} for key, word in words.items()]
