"""The pack of the program's review, "teachback-program-review/1": its figures as numbers, for JSON and CSV."""

from collections.abc import Mapping
from typing import Any

from connector.figures.program.engagement import ProgramEngagement
from connector.pages.program.counts import unsummed_names
from connector.pages.program.experiments import experiments_moved
from connector.pages.program.export import program_rows
from connector.pages.program.sections import count_departments
from connector.pages.program.totals import Together, together_moved
from connector.pages.program_review.source import ProgramReview
from connector.pages.unit_choice import UNIT_KEYS
from mappings.formats.export.numbers import instant_text, units_of
from mappings.formats.report.program import experiment_keys, proposal_keys
from mappings.measure.score.program_counts import Experiments, Proposals
from mappings.measure.score.window import verdict_of

FORMAT = "teachback-program-review/1"
Keys = dict[str, Any]


def program_pack(review: ProgramReview) -> Keys:
    """Return the pack; it holds sums and words, and no ticket, count of people by rung or name of a person."""
    program = review.program
    names = {item.engagement.key: item.engagement.name for item in program.engagements}
    return {
        "format": FORMAT,
        "quarter": review.name,
        "from": program.period.first.isoformat(),
        "to": program.period.end.isoformat(),
        "evidence": "Jira only",
        "engagements": [_engagement(item) for item in program.engagements if item.freeze is not None],
        "not_recorded": [{"key": item.engagement.key, "name": item.engagement.name} for item in program.missing],
        "all": [_together(review, place) for place in range(review.since, len(program.quarters))],
        # Frozen reports tell no tickets apart: what several engagements may have is added up in no sum.
        "experiments_count_once": not unsummed_names(program.engagements, program.names),
        "changes": _changes(review),
        "by_quarter": [
            {"key": f"{row['engagement']}.{row['quarter']}", **row}
            for row in program_rows(program.engagements, program.names, program.k)
        ],
        "departments": [
            {"key": name, **dict(list(zip(program.names, states, strict=True))[review.since :])}
            for name, states in review.departments.items()
        ],
        "statements": [
            {"key": key, "name": names[key], "text": statement.text, "signed": day.isoformat()}
            for key, statement, day in review.statements
        ],
        "asks": [{"key": row.key, "name": row.name, **row.counts} for row in review.asks],
        "suppressed": [{"key": name, "why": why} for name, why in review.suppressed],
    }


def _engagement(item: ProgramEngagement) -> Keys:
    freeze, agreed = item.freeze, item.engagement
    assert freeze is not None
    return {
        "key": agreed.key,
        "name": agreed.name,
        "agency": agreed.agency_name,
        "unit": UNIT_KEYS[item.by],
        "frozen": instant_text(freeze.taken_at),
        "as_of": instant_text(freeze.as_of),
        "ruleset": {"name": freeze.ruleset, "hash": freeze.ruleset_hash},
        "report_hash": freeze.report_hash,
        "integration": _integration(item),
        "objectives": _objectives(item),
    }


def _objectives(item: ProgramEngagement) -> list[Keys]:
    # One that was given up since has its key alone.
    names = {objective.key: objective.name for objective in item.engagement.objectives}
    rows = item.now.people.objectives if item.now else ()
    return [{"key": row.key, "name": names.get(row.key, row.key), "coverage": row.coverage} for row in rows]


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
        "unit": UNIT_KEYS.get(total.by),
        **_units(total),
        "exit_coverage": {"two_holders": total.two_holders, "one_holder": total.one_holder},
        "objectives": total.objectives,
        "objectives_without_holder": total.uncovered,
        "experiments": experiments_of(review, place),
        "proposals": proposals_of(review.proposals[place]),
        "departments": {"learned": departments.learned, "shown": departments.shown, "few": departments.few},
    }


def experiments_of(review: ProgramReview, place: int) -> Keys:
    """Return the experiments of a quarter (its index); each value is None where none were recorded or added up."""
    return experiment_values(review.experiments[place])


def experiment_values(own: Experiments | None) -> Keys:
    return _blank(experiment_keys(Experiments())) if own is None else experiment_keys(own)


def proposals_of(proposals: Proposals | None) -> Keys:
    return _blank(proposal_keys(Proposals())) if proposals is None else proposal_keys(proposals)


def _blank(keys: Keys) -> Keys:
    return {name: _blank(value) if isinstance(value, dict) else None for name, value in keys.items()}


def _units(total: Together) -> Keys:
    # Units of different kinds are not added up, and of a quarter that was not recorded there are none.
    share = total.share if total.by and total.share.published else None
    is_known = total.by and total.engagements
    return {
        "delivered": units_of(total.sums.agency) if is_known else None,
        "taught": units_of(total.sums.taught) if is_known else None,
        "tickets": total.sums.n if total.engagements else None,
        "taught_share": {name: getattr(share, name, None) for name in ("value", "low", "high")},
    }


def _changes(review: ProgramReview) -> list[Keys]:
    then, now = review.sums[-2], review.sums[-1]
    before, after = review.experiments[-2:]
    words: Mapping[str, str] = {
        "taught_share": together_moved(now, then).word,
        "experiments.win_rate": experiments_moved("won", after, before, then.absence),
        "experiments.led_inhouse": experiments_moved("led_inhouse", after, before, then.absence),
    }
    return [{"key": key, "verdict": word} for key, word in words.items()]
