"""Which steps on an open ticket could add anything: what is there tells of most, so that they need not be measured."""

from collections.abc import Callable, Mapping

from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import Kind
from mappings.measure.ticket.contributions import DoneMoment
from mappings.measure.ticket.evidence import left_trace
from mappings.measure.ticket.evidence_kinds import WATCHING, reaches


def may_add(name: str, moment: DoneMoment, account: str, rules: Ruleset) -> bool:
    """Tell whether a step can lift somebody's evidence of a ticket, as it would be were it finished now."""
    adds = ADDS.get(name)
    return adds is None or adds(moment, account, rules)


def may_reach(name: str, least: int) -> bool:
    """Tell whether a step can bring evidence of at least a kind, 1 to 5."""
    return MOST_KIND.get(name, least) >= least


def is_led(moment: DoneMoment, rules: Ruleset) -> bool:
    """Tell whether an agency does so much of the ticket that one can shadow it."""
    return reaches(moment.share.agency, moment.share.total, rules.leads)


def _can_be_shadowed(moment: DoneMoment, _: str, rules: Ruleset) -> bool:
    return is_led(moment, rules)


def _counts_by_role(moment: DoneMoment, account: str, rules: Ruleset) -> bool:
    return is_led(moment, rules) and left_trace(moment, account, rules)


def _counts_by_comment(moment: DoneMoment, account: str, rules: Ruleset) -> bool:
    return is_led(moment, rules) and _adds_by_comment(moment, account, rules)


def _adds_by_comment(moment: DoneMoment, account: str, rules: Ruleset) -> bool:
    """Tell whether one more comment can count: beside a role, or as the last day that shadowing takes."""
    person = moment.contributions.people.get(account)
    if person is None:
        return rules.shadow_days <= 1
    has_role = person.reviewed or any(role.role in WATCHING for role in person.borne)
    return has_role or person.days + 1 >= rules.shadow_days


# What has to be there (measurement (c), E2 and E3); nothing of a step that is not named.
ADDS: Mapping[str, Callable[[DoneMoment, str, Ruleset], bool]] = {
    "shadow_only": _counts_by_role,
    "comment": _counts_by_comment,
    # By then an agency may have done more of it.
    "comment_on_another_day": _adds_by_comment,
    "shadow_and_comment": _can_be_shadowed,
    "learner": left_trace,
    "help": _can_be_shadowed,
}
# What it brings at most, whatever the ruleset: the other steps are a matter of how much is done.
MOST_KIND: Mapping[str, Kind] = {
    "shadow_only": 2,
    "comment": 2,
    "comment_on_another_day": 2,
    "shadow_and_comment": 2,
    "learner": 3,
}
