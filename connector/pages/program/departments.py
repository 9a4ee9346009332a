"""Departments that learn, by quarter, over the engagements of the program."""

from collections.abc import Iterable, Mapping

from connector.figures.program.engagement import ProgramEngagement, QuarterFigures
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.people.departments import DepartmentState, department_state


def departments_by_quarter(engagements: Iterable[ProgramEngagement], k: int) -> Mapping[str, tuple[str, ...]]:
    """Return for each department with learners its states by quarter: "yes", "not yet", "" not part, "few" under k.

    A department of several engagements has as many people as the one that names most of them.
    """
    engagements = tuple(engagements)
    names = sorted(
        {
            department.name
            for engagement in engagements
            for quarter in engagement.quarters
            if quarter is not None
            for department in quarter.people.departments
            if department.has_learners
        },
        key=str.casefold,
    )
    columns = zip(*(engagement.quarters for engagement in engagements), strict=True)
    states = [{name: _department_state(name, quarters, k) for name in names} for quarters in columns]
    return {name: tuple(column[name] for column in states) for name in names}


def _department_state(name: str, quarters: Iterable[QuarterFigures | None], k: int) -> DepartmentState:
    same = [
        department
        for quarter in quarters
        if quarter is not None
        for department in quarter.people.departments
        if department.name == name
    ]
    return department_state(same, k)


def strictest_k(rules: Iterable[Ruleset]) -> int:
    return max((rule.k for rule in rules), default=0)
