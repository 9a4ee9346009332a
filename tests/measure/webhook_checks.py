"""Tickets measured twice: by the rule alone, and brought in through webhooks, inbox and database; both say the same."""

import msgspec

from mappings.formats.engagement_file.reader import engagement_hash
from mappings.measure.model.opportunity import Opportunity, Window
from mappings.measure.model.ticket import Entry, Evidence, Measured, Ticket
from mappings.measure.score.opportunities import Count, measure_with_opportunities
from mappings.measure.score.ticket_view import TicketView
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.figures.opportunities import row_of
from tests.measure import builders
from tests.measure.builders import Story, at, lens_of
from tests.measure.webhook_site import Site, bring, is_whole, printed
from tests.measure.whole_measure import activity_of, counts_of

YEAR = Window(at("2026-01-01"), at("2027-01-01"), at("2027-01-01"))
_brought: dict[tuple[str, frozenset[str], bytes], Site] = {}


def brought(prepared: PreparedEngagement, ticket: Ticket) -> Site:
    """The site to which a ticket came by webhooks; what it keeps of the ticket is what the rules give."""
    agreed, bots = prepared.engagement, prepared.affiliations.bots
    key = (engagement_hash(agreed), bots, msgspec.json.encode(ticket))
    if key not in _brought:
        _brought[key] = site = bring(prepared, ticket)
        measured, chances = measure_with_opportunities(prepared, ticket)
        number = ticket.issue.issue_id
        assert site.entries(number) == measured.entries
        assert site.evidence(number) == measured.evidence
        assert site.chances(number) == tuple(map(row_of, chances))
    return _brought[key]


def measure(story: Story, prepared: PreparedEngagement | None = None) -> Measured:
    prepared, ticket = prepared or lens_of(), story.ticket()
    brought(prepared, ticket)
    return builders.measure(story, prepared)


def entry(story: Story, prepared: PreparedEngagement | None = None) -> Entry:
    """The only entry of a ticket."""
    brought(prepared or lens_of(), story.ticket())
    return builders.entry(story, prepared)


def kinds(story: Story, prepared: PreparedEngagement | None = None) -> dict[str, int]:
    """Account to kind of evidence, for a ticket with one objective."""
    brought(prepared or lens_of(), story.ticket())
    return builders.kinds(story, prepared)


def row(story: Story, account: str, prepared: PreparedEngagement | None = None) -> Evidence:
    brought(prepared or lens_of(), story.ticket())
    return builders.row(story, account, prepared)


def look(story: Story, prepared: PreparedEngagement | None = None) -> TicketView:
    """A ticket as the dimensions see it."""
    brought(prepared or lens_of(), story.ticket())
    return builders.look(story, prepared)


def opportunities_of(
    story: Story, prepared: PreparedEngagement | None = None, **more: object
) -> tuple[Opportunity, ...]:
    """Everything that the dimensions count on a ticket."""
    prepared, ticket = prepared or lens_of(), story.ticket(**more)
    brought(prepared, ticket)
    return measure_with_opportunities(prepared, ticket)[1]


def counted(
    key: str, story: Story, prepared: PreparedEngagement | None = None, window: Window = YEAR, **more: object
) -> tuple[float, int]:
    """x and n of a component in a window: from the sums of days, from the report, and by the rule alone."""
    prepared, ticket = prepared or lens_of(), story.ticket(**more)
    site, plain = brought(prepared, ticket), counts_of(measure_with_opportunities(prepared, ticket)[1], window)
    plain_count = _plain(plain.get(key))
    assert site.count(key, window) == plain_count
    if is_whole(site, window):
        assert printed(site, window).get(key, plain_count) == plain_count
    return plain_count


def active(
    story: Story, window: Window = YEAR, objective: str = "ab", prepared: PreparedEngagement | None = None
) -> tuple[int | None, bool]:
    """When work on an objective first began, and whether any went on in a window."""
    prepared = prepared or lens_of()
    activity = activity_of(opportunities_of(story, prepared), objective, window)
    assert brought(prepared, story.ticket()).activity(objective, window) == activity
    return activity


def _plain(count: Count | None) -> tuple[float, int]:
    return (float(count.x), count.n) if count else (0.0, 0)
