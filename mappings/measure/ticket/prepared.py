"""An engagement prepared once for measuring its tickets."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from mappings.events.types import Instant
from mappings.measure.model.affiliation import Affiliations
from mappings.measure.model.business_calendar import Calendar, calendar_of
from mappings.measure.model.engagement import RUNGS, Engagement, Rung
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.site_agreement import inputs_of, rewrite_engagement
from mappings.measure.model.site_names import SiteNames
from mappings.measure.model.status_kinds import Statuses
from mappings.measure.model.ticket import StatusBook
from mappings.measure.ticket.hires import as_if_inhouse, hires_of
from mappings.measure.ticket.objective_mapping import ObjectiveIndex


def with_tickets(rules: Ruleset, tickets: Mapping[Rung, int]) -> Ruleset:
    """Return the rules with how many tickets a rung takes where an objective sets that."""
    if not tickets:
        return rules
    usual = zip(RUNGS, rules.rung_tickets, strict=True)
    first, second, third, fourth, fifth = (tickets.get(rung, least) for rung, least in usual)
    return replace(rules, rung_tickets=(first, second, third, fourth, fifth))


class PreparedEngagement(Struct, frozen=True):
    """Everything about an engagement that does not depend on the ticket; `ends` None is open."""

    engagement: Engagement
    calendar: Calendar
    affiliations: Affiliations
    statuses: Statuses
    objective_index: ObjectiveIndex
    projects: frozenset[str]
    starts: Instant
    ends: Instant | None
    ruleset: Ruleset
    # Since when each person who was hired from an agency has been in-house (measurement (a), "Moves").
    hires: Mapping[str, Instant] = {}
    # Everybody's affiliations, had those people been in-house before; None where nobody moved.
    before_hire: Affiliations | None = None
    # What the engagement takes from the names of its site (measurement (g) 15).
    site_inputs: Mapping[str, str] = {}
    # The names by which people know what the engagement has as ids.
    site: SiteNames = SiteNames()

    def rules_of(self, objective: str) -> Ruleset:
        """Return the rules with the thresholds of an objective (measurement (c), "Rung")."""
        tickets = next((known.tickets for known in self.engagement.objectives if known.key == objective), {})
        return with_tickets(self.ruleset, tickets)

    def includes(self, instant: Instant) -> bool:
        """Return whether an instant is within the engagement's dates, the end exclusive (measurement (g) 1)."""
        return self.starts <= instant and (self.ends is None or instant < self.ends)


def prepare(
    engagement: Engagement, book: StatusBook, bots: frozenset[str] = frozenset(), ruleset: Ruleset = DEFAULT
) -> PreparedEngagement:
    """Prepare an engagement for measuring; `bots` are the accounts of apps and the listed ones (measurement (g) 7)."""
    site_inputs = inputs_of(engagement, book.site)
    engagement = rewrite_engagement(engagement, book.site)
    calendar = calendar_of(engagement.zone, engagement.workflow.hours)
    hires = hires_of(engagement.people)
    return PreparedEngagement(
        engagement=engagement,
        calendar=calendar,
        affiliations=Affiliations(engagement.people, engagement.agency, bots),
        statuses=Statuses(engagement.workflow, book),
        objective_index=ObjectiveIndex(engagement.objectives, ruleset),
        projects=frozenset(engagement.projects),
        starts=calendar.midnight(engagement.starts),
        ends=calendar.midnight(engagement.ends) if engagement.ends else None,
        ruleset=ruleset,
        hires=hires,
        before_hire=as_if_inhouse(engagement.people, engagement.agency, hires, bots) if hires else None,
        site_inputs=site_inputs,
        site=book.site,
    )
