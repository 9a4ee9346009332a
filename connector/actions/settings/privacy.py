"""Privacy of an engagement: the smallest group that is shown, and works-council mode."""

from msgspec.structs import replace

from connector.actions.draft_roles import standing_roles
from connector.actions.engagement_setup import SetupActor
from connector.actions.errors import ActionRefused
from connector.actions.policy import CHANGE, require
from connector.actions.rulesets import propose_rules
from mappings.measure.model.ruleset import WORKS_COUNCIL_PEOPLE
from mappings.records.agreement.engagements import StoredEngagement, select_engagement
from mappings.records.operations.inbox import lock_tenant
from mappings.translation import gettext

# Fewer only by a rules file, where the works council agreed (docs/measurement.md (f)).
FEWEST, MOST = 5, 50


def propose_privacy(actor: SetupActor, key: str, people: str, *, works_council: bool) -> str:
    """Propose who can be recognised, for the leads of both sides to approve; return what happens next."""
    stored = _open(actor, key)
    if not people.strip().isdecimal() or not FEWEST <= int(people.strip()[:4]) <= MOST:
        raise ActionRefused(
            gettext("Smallest group shown: write a whole number from %(fewest)s to %(most)s.", fewest=FEWEST, most=MOST)
        )
    number = int(people.strip())
    if works_council and stored.engagement.units.by == "hours":
        raise ActionRefused(
            gettext("Works-council mode shows no hours, and units by hours are hours. Change the units first.")
        )
    if works_council:
        number = max(number, WORKS_COUNCIL_PEOPLE)
    rules = replace(stored.next_rules, people=number, works_council=works_council)
    proposal = propose_rules(*actor.place, stored, rules, now=actor.now, by=actor.account)
    if proposal is None:
        raise ActionRefused(gettext("This is what applies, or what is proposed already."))
    return gettext(
        "Proposed as version %(version)s. Both leads approve it under Together; it applies from the quarter after "
        "that.",
        version=proposal.version,
    )


def _open(actor: SetupActor, key: str) -> StoredEngagement:
    lock_tenant(*actor.place)
    stored = select_engagement(*actor.place, key)
    if stored is None:
        raise ActionRefused(gettext("There is no such engagement."))
    require(CHANGE, standing_roles(stored, actor.account, actor.administers, actor.now))
    return stored
