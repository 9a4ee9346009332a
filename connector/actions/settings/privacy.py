"""Privacy of an engagement: the group that is shown, works-council mode, and for how long facts are kept."""

from msgspec.structs import replace

from connector.actions.draft_roles import standing_roles
from connector.actions.engagement_setup import SetupActor
from connector.actions.errors import ActionRefused, NotPermitted
from connector.actions.policy import CHANGE, require
from connector.actions.rulesets import propose_rules
from connector.config_parsers import FEWEST_MONTHS, MOST_MONTHS
from mappings.measure.model.ruleset import WORKS_COUNCIL_PEOPLE
from mappings.records.agreement.engagements import StoredEngagement, select_engagement
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.inbox import lock_tenant
from mappings.records.operations.retention_settings import save_months, select_retention_settings
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
        "Proposed as version %(version)s. It applies from the quarter after both leads approved it.",
        version=proposal.version,
    )


def change_retention(actor: SetupActor, months: str) -> str:
    """Set for how many months a site's facts are kept; for administrators of the site."""
    lock_tenant(*actor.place)
    if "admin" not in actor.administers:
        raise NotPermitted(gettext("Only administrators of the site can change for how long it is kept."))
    if not months.strip().isdecimal() or not FEWEST_MONTHS <= int(months.strip()[:4]) <= MOST_MONTHS:
        raise ActionRefused(
            gettext(
                "Keep for: write a whole number of months from %(fewest)s to %(most)s.",
                fewest=FEWEST_MONTHS,
                most=MOST_MONTHS,
            )
        )
    before, after = select_retention_settings(*actor.place).months, int(months.strip())
    save_months(*actor.place, after)
    texts = str(before or "the installation’s default"), str(after)
    insert_act(*actor.place, Act(actor.now, actor.account, "retention changed", "site", *texts))
    return gettext("Facts of the whole site are kept for %(months)s months from now on.", months=after)


def _open(actor: SetupActor, key: str) -> StoredEngagement:
    lock_tenant(*actor.place)
    stored = select_engagement(*actor.place, key)
    if stored is None:
        raise ActionRefused(gettext("There is no such engagement."))
    require(CHANGE, standing_roles(stored, actor.account, actor.administers, actor.now))
    return stored
