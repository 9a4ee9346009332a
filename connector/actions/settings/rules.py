"""What the rules of an engagement forbid its agreement: the same for a file and for a change on pages."""

from sqlalchemy import Connection

from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ruleset import DEFAULT
from mappings.records.agreement.engagements import select_engagement
from mappings.records.agreement.rulesets import select_rulesets

HOURS_FORBIDDEN = "works-council mode shows no hours, and units by hours are hours"


def has_unknown_ruleset(connection: Connection, tenant_id: int, proposed: Engagement) -> bool:
    """Tell whether an agreement names rules that nobody proposed."""
    # Which rules apply is what the leads approved: an agreement cannot introduce a ruleset.
    known = {DEFAULT.name, *(version.rules.name for version in select_rulesets(connection, tenant_id, proposed.key))}
    return proposed.ruleset not in known


def shows_forbidden_hours(connection: Connection, tenant_id: int, proposed: Engagement) -> bool:
    """Tell whether an agreement counts hours in works-council mode, also while that mode is only proposed."""
    before = select_engagement(connection, tenant_id, proposed.key)
    newest = [version.rules for version in select_rulesets(connection, tenant_id, proposed.key)][-1:]
    rulesets = [*newest, *((before.rules, before.next_rules) if before else ())]
    return proposed.units.by == "hours" and any(ruleset.works_council for ruleset in rulesets)
