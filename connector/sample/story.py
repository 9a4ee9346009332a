"""The half-year of the sample data: what an agency did, showed and handed over, week after week."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct

from connector.sample.people import AGENCY, GATEKEEPERS, INHOUSE
from connector.sample.ticket_log import TicketLog
from mappings.events.types import Instant, IssueRead

WEEKS = 26
LEGAL = GATEKEEPERS[0].account


class SampleObjective(Struct, frozen=True):
    """What is learned in the sample: its label, and what its tickets are called."""

    key: str
    name: str
    label: str
    work: str


OBJECTIVES = (
    SampleObjective("ab-test", "Design an A/B test", "ab-design", "Design a test of {}"),
    SampleObjective("ab-results", "Analyse the results of a test", "ab-analysis", "Read the results of the test of {}"),
    SampleObjective("tracking", "Keep the tracking plan", "tracking-plan", "Add {} to the tracking plan"),
    SampleObjective("search-ads", "Write a paid search brief", "search-brief", "Brief the search ads for {}"),
    SampleObjective("landing-pages", "Build a landing page", "landing-page", "Build the landing page for {}"),
)
SUBJECTS = (
    "the checkout", "the price list", "the newsletter form", "the product finder", "the basket", "the gift cards",
    "the store locator", "the return form", "the sign-up", "the size guide", "the spring offer", "the help pages",
    "the delivery options", "the wish list", "the search results", "the payment step", "the reviews",
)  # fmt: skip
OWN_WORK = ("Correct the texts of {}", "Shorten the loading time of {}", "Fix the layout of {}")
AGENCY_WORK = ("Report the traffic of {}", "Refresh the pictures of {}")


class Cast(Struct, frozen=True):
    """Who works on a ticket, and the working days from which its steps are dated."""

    agency: str
    learner: str
    reviewer: str
    day: Callable[[int, int], Instant]


def _start(log: TicketLog, cast: Cast, holder: str) -> None:
    log.assign(cast.day(0, 10), log.creator, holder)
    log.move(cast.day(1, 9), holder, "In Progress")


def _finish(log: TicketLog, cast: Cast, holder: str, reviewer: str) -> None:
    log.move(cast.day(3, 12), holder, "In Review")
    log.move(cast.day(4, 11), reviewer, "Done")


def _by_agency(log: TicketLog, cast: Cast) -> None:
    _start(log, cast, cast.agency)
    _finish(log, cast, cast.agency, cast.agency)


def _shadowed(log: TicketLog, cast: Cast) -> None:
    """The agency does it; somebody in-house follows, asks and reviews."""
    _start(log, cast, cast.agency)
    log.comment(cast.day(2, 10), cast.learner)
    log.comment(cast.day(2, 14), cast.agency)
    log.log(cast.day(3, 9), cast.learner, 50)
    log.comment(cast.day(3, 11), cast.learner)
    _finish(log, cast, cast.agency, cast.learner)


def _assisted(log: TicketLog, cast: Cast) -> None:
    """Somebody in-house does it, and the agency helps."""
    _start(log, cast, cast.learner)
    log.comment(cast.day(1, 15), cast.agency)
    log.log(cast.day(2, 10), cast.agency, 60)
    log.assign(cast.day(2, 14), cast.learner, cast.agency)
    log.assign(cast.day(3, 9), cast.agency, cast.learner)
    _finish(log, cast, cast.learner, cast.agency)


def _alone(log: TicketLog, cast: Cast) -> None:
    _start(log, cast, cast.learner)
    log.log(cast.day(2, 10), cast.learner, 90)
    _finish(log, cast, cast.learner, cast.reviewer)


def _with_legal(log: TicketLog, cast: Cast) -> None:
    """The agency does it, and the lawyers have to agree."""
    _start(log, cast, cast.agency)
    log.move(cast.day(2, 11), cast.agency, "With Legal")
    log.comment(cast.day(4, 9), LEGAL)
    log.move(cast.day(4, 10), LEGAL, "In Review")
    log.move(cast.day(5, 11), cast.reviewer, "Done")


Scene = Callable[[TicketLog, Cast], None]
# The scenes of the objectives' tickets, by third of the half-year: less and less is done for the team.
PHASES: tuple[tuple[Scene, ...], ...] = (
    (_by_agency, _shadowed, _by_agency, _shadowed, _with_legal, _shadowed, _by_agency),
    (_shadowed, _assisted, _by_agency, _assisted, _shadowed, _alone, _assisted),
    (_alone, _assisted, _alone, _shadowed, _alone, _assisted, _alone, _by_agency),
)


def first_day(now: Instant) -> date:
    """Return the Monday on which the sample's half-year begins."""
    today = datetime.fromtimestamp(now // 1_000_000, UTC).date()
    return today - timedelta(days=today.weekday(), weeks=WEEKS - 1)


def make_tickets(now: Instant) -> tuple[IssueRead, ...]:
    """Return the sample's tickets as they stand now. Nothing of it depends on chance."""
    logs = (log for week in range(WEEKS) for log in _week(week, first_day(now) + timedelta(weeks=week)))
    return tuple(log.read(now) for log in logs if log.created <= now)


def _week(week: int, monday: date) -> Iterator[TicketLog]:
    scenes = PHASES[week * len(PHASES) // WEEKS]
    first = week * (len(OBJECTIVES) + 2) + 1
    for place, objective in enumerate(OBJECTIVES):
        cast = _cast(week, place, monday)
        number = first + place
        log = TicketLog(
            number,
            cast.day(0, 9),
            INHOUSE[0].account,
            objective.work.format(SUBJECTS[number % len(SUBJECTS)]),
            (objective.label,),
        )
        scenes[(week * 3 + place) % len(scenes)](log, cast)
        yield log
    for place, titles, scene in ((5, OWN_WORK, _alone), (6, AGENCY_WORK, _by_agency)):
        cast, number = _cast(week, place, monday), first + place
        title = titles[week % len(titles)].format(SUBJECTS[number % len(SUBJECTS)])
        log = TicketLog(number, cast.day(0, 9), INHOUSE[0].account, title)
        scene(log, cast)
        yield log


def _cast(week: int, place: int, monday: date) -> Cast:
    # Two or three people learn each objective, so that most of it is held by more than one.
    learners = [INHOUSE[1 + (place + step * 2) % (len(INHOUSE) - 1)] for step in range(3)]
    return Cast(
        AGENCY[(week + place) % len(AGENCY)].account,
        learners[week % len(learners)].account,
        learners[(week + 1) % len(learners)].account,
        lambda days, hour: _instant(monday, place % 5 + days, hour),
    )


def _instant(monday: date, working_days: int, hour: int) -> Instant:
    weeks, days = divmod(working_days, 5)
    moment = datetime.combine(monday + timedelta(weeks=weeks, days=days), time(hour), UTC)
    return int(moment.timestamp()) * 1_000_000
