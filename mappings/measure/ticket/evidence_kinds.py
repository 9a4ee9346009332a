"""The rules for the kind of evidence: exposed, shadowed, assisted, independent, teaches (measurement (c))."""

from msgspec import Struct

from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.ticket import Kind

# The roles of who shadows a ticket by what they leave on it.
WATCHING = frozenset({"shadow", "reviewer", "learner"})


class EvidenceCase(Struct, frozen=True, gc=False):
    """All that the rule of measurement (c) asks of one person on one ticket.

    `share`, `agency` and `total` are integers whose ratios are s_p and s_A; `mentee`: another in-house person
    drives; `big`: the ticket has the objective's minimum size; `explained`: a teach-back was accepted.
    """

    share: int = 0
    agency: int = 0
    total: int = 1
    roles: frozenset[str] = frozenset()
    comments: int = 0
    days: int = 0
    seconds: int = 0
    assist: bool = False
    sticky: bool = True
    mentee: bool = False
    touched: bool = False
    big: bool = True
    explained: bool = False


def classify(case: EvidenceCase, rules: Ruleset = DEFAULT) -> Kind | None:
    # The kind of evidence, 1 to 5, or None: the first match of measurement (c) wins (c0).
    if case.sticky:
        kind = _alone(case, rules) if not case.assist else _assisted(case, rules)
        if kind or _shadowed(case, rules):
            return kind or 2
    if case.explained:
        return 2
    return 1 if case.touched or case.comments or case.roles or case.seconds or case.share else None


def _alone(case: EvidenceCase, rules: Ruleset) -> Kind | None:
    if "mentor" in case.roles and case.mentee:
        return 5
    return 4 if case.big and reaches(case.share, case.total, rules.drives) else None


def _assisted(case: EvidenceCase, rules: Ruleset) -> Kind | None:
    driving = reaches(case.share, case.total, rules.drives)
    learning = "learner" in case.roles and reaches(case.share, case.total, rules.learner_drives)
    return 3 if driving or learning else None


def _shadowed(case: EvidenceCase, rules: Ruleset) -> bool:
    if not reaches(case.agency, case.total, rules.leads):
        return False
    long = case.seconds >= rules.trace_seconds
    if case.roles & WATCHING and has_trace(case, rules):
        return True
    return case.days >= rules.shadow_days or long or reaches(case.share, case.total, rules.helps)


def has_trace(case: EvidenceCase, rules: Ruleset = DEFAULT) -> bool:
    # Whether a person left a trace: a substantive comment, half an hour logged, or a share (measurement (c)).
    return case.comments >= 1 or case.seconds >= rules.trace_seconds or case.share > 0


def reaches(part: int, total: int, thousandths: int) -> bool:
    return part > 0 and part * 1000 >= thousandths * total
