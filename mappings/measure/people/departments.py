"""Whether a department has somebody at assisted or above, told from k people on (measurement (f))."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from mappings.measure.people.standing import Department

# "few": too few people to be told of; "": no learner of the department takes part.
DepartmentState: TypeAlias = Literal["yes", "not yet", "few", ""]


def department_state(same: Sequence[Department], k: int) -> DepartmentState:
    """Return the state of a department from what each engagement knows of it.

    It has as many people as the engagement that names most of them.
    """
    learning = [department for department in same if department.has_learners]
    if not learning:
        return ""
    if max(department.people for department in learning) < k:
        return "few"
    return "yes" if any(department.assisted for department in learning) else "not yet"
