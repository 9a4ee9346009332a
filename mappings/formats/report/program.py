"""The keys of the report that the program adds up: experiments, proposals, departments, and demand by objective."""

from typing import Any

from mappings.formats.export.numbers import units_of
from mappings.formats.report.source import ReportSource
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.statistics import wilson
from mappings.measure.people.departments import department_state
from mappings.measure.people.standing import PeopleFigures
from mappings.measure.score.program_counts import Experiments, Proposals

Keys = dict[str, Any]


def program_keys(review: ReportSource) -> Keys:
    """Return `program`; it is absent where experiments or people were not gathered."""
    if review.program is None or review.carried is None:
        return {}
    people = review.carried.figures
    return {
        "program": {
            "experiments": experiment_keys(review.program.experiments),
            "proposals": proposal_keys(review.program.proposals),
            "departments": _departments(people, review.rules),
            "demand": {row.key: units_of(people.demand.get(row.key, 0)) for row in people.objectives},
        }
    }


def experiment_keys(experiments: Experiments) -> Keys:
    """Return experiments by outcome, and the share of those decided that were won, with Wilson's interval."""
    decided = experiments.decided
    low, high = wilson(experiments.won, decided) if decided else (None, None)
    return {
        "decided": decided,
        "won": experiments.won,
        "lost": experiments.lost,
        "inconclusive": experiments.inconclusive,
        "led_inhouse": experiments.led_inhouse,
        "win_rate": {"value": experiments.won / decided if decided else None, "low": low, "high": high},
    }


def proposal_keys(proposals: Proposals) -> Keys:
    return {name: getattr(proposals, name) for name in Proposals.__struct_fields__}


def _departments(people: PeopleFigures, rules: Ruleset) -> list[Keys]:
    # A department of too few people is named and nothing of it is told.
    states = {department.name: department_state([department], rules.k) for department in people.departments}
    return [{"key": name, "assisted": state} for name, state in states.items() if state]
