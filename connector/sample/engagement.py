"""The agreement of the sample data: its sides, its workflow and what is learned."""

from collections.abc import Mapping
from datetime import UTC, datetime, time

from connector.sample.people import AGENCY, INHOUSE, LEAD, PEOPLE, SampleSide
from connector.sample.story import OBJECTIVES, first_day
from connector.sample.ticket_log import PROJECT
from mappings.events.types import Instant
from mappings.measure.model.engagement import Affiliation, Engagement, Objective, TicketRule, Workflow

KEY = "sample-data"
"""Stands in every export and file name, which is how those are told from real ones."""
NAME = "Sample data: Growth and Beacon"
TEAMS: Mapping[SampleSide, str] = {"inhouse": "growth", "agency": "beacon", "gatekeeper": "legal"}


def make_engagement(now: Instant) -> Engagement:
    """Return what the sample's two sides agreed."""
    starts = first_day(now)
    begun = int(datetime.combine(starts, time(), UTC).timestamp()) * 1_000_000
    people = tuple(Affiliation(person.account, person.side, TEAMS[person.side], begun) for person in PEOPLE)
    learners = tuple(person.account for person in INHOUSE[1:])
    return Engagement(
        key=KEY,
        name=NAME,
        zone="UTC",
        starts=starts,
        projects=(PROJECT,),
        agency="beacon",
        agency_name="Beacon",
        people=people,
        workflow=Workflow(active=("In Progress",), done=("Done",), review=("In Review",), gatekeeper=("With Legal",)),
        model="hybrid",
        leads={"inhouse": (LEAD,), "agency": (AGENCY[0].account,)},
        objectives=tuple(
            Objective(each.key, each.name, TicketRule(labels=(each.label,)), people=2, learners=learners[place::2])
            for place, each in enumerate(OBJECTIVES)
        ),
    )
