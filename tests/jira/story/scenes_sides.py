"""Scenes in which it is not plain who held the ticket: side changes, several agencies, strangers, no active time."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

from tests.jira.story.clock import HOUR
from tests.jira.story.context import NobodyIsFree, Scene, SceneWriter, case
from tests.jira.story.objectives import ACME_GOALS
from tests.jira.story.people import CONVERT, LEAVER, MOVER, account_of
from tests.jira.story.scenes_teaching import begun

HOURS_AND_KIND = ((3, 1, "shadowed"), (5, 2, "shadowed"), (1, 3, "assisted"), (2, 2, "assisted"))
"""Worklog hours of the agency and of somebody in-house, and what that is to the latter."""


def both_agencies(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1, crew="acme")
    other = case(writer, at, goals=1, crew="bolt")
    sheet = writer.open(at, writer.lead, (*c.goals, *other.goals))
    sheet.start(c.agency)
    sheet.work(writer.hours(3, 8))
    sheet.assign(other.agency)
    sheet.work(writer.hours(3, 8))
    if writer.rng.random() < 0.6:
        sheet.log(c.inhouse, writer.hours(0.5, 2))
        sheet.work(writer.hours(1, 2))
        sheet.done(evidence={c.inhouse: "shadowed"})
        return
    sheet.done()


def other_agency_on_a_goal(writer: SceneWriter, at: int) -> None:
    """Bolt alone on an objective of Acme's engagement: other, and nobody is taught."""
    c = case(writer, at, goals=1, crew="acme")
    other = case(writer, at, goals=0, crew="bolt")
    sheet = begun(c, other.agency)
    sheet.work(writer.hours(3, 8))
    if writer.rng.random() < 0.5:
        sheet.say(c.inhouse)
        sheet.work(writer.hours(1, 2))
        sheet.done(evidence={c.inhouse: "exposed"})
        return
    sheet.done()


def stranger_helps(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(3, 8))
    sheet.assign(writer.rng.choice(writer.strangers))
    sheet.work(writer.hours(1, 5))
    sheet.done()


def bot_held(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, writer.bot)
    sheet.work(writer.hours(1, 3))
    sheet.say(writer.bot, "bot")
    sheet.assign(c.agency, writer.lead)
    sheet.work(writer.hours(3, 8))
    sheet.done()


def nobody_at_first(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = c.open()
    sheet.to("In Progress", writer.lead)
    sheet.work(writer.hours(1, 8))
    sheet.assign(c.agency)
    sheet.work(writer.hours(3, 8))
    sheet.done()


def legal_holds(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    sheet = begun(c, c.agency, also=("needs-legal",))
    sheet.work(writer.hours(3, 8))
    sheet.assign(writer.legal)
    sheet.work(writer.hours(1, 4))
    sheet.assign(c.agency)
    sheet.work(writer.hours(1, 3))
    sheet.done()


def worklogs_shared(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    sheet = c.open(assignee=c.agency)
    agency, inhouse, kind = writer.rng.choice(HOURS_AND_KIND)
    sheet.wait(writer.hours(6, 14))
    sheet.log(c.agency, Fraction(agency))
    sheet.wait(writer.hours(4, 9))
    sheet.log(c.inhouse, Fraction(inhouse))
    sheet.wait(writer.hours(1, 4))
    sheet.done(evidence={c.inhouse: kind}, method="worklog")


def worklogs_alone(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    driver = writer.carrier(c.goals[0], at)
    sheet = c.open()
    sheet.wait(writer.hours(6, 14))
    sheet.log(driver, writer.hours(1, 5))
    sheet.wait(writer.hours(1, 4))
    sheet.done(driver, evidence={driver: "independent"}, method="worklog")


def worklogs_of_a_stranger(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = c.open()
    sheet.wait(writer.hours(6, 14))
    sheet.log(c.agency, Fraction(5))
    sheet.log(writer.strangers[0], Fraction(1, 2))
    sheet.wait(Fraction(1))
    sheet.done(c.agency, method="worklog")


def straight_to_done(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    holder = writer.rng.choice((c.agency, writer.carrier(c.goals[0], at)))
    sheet = c.open(assignee=holder)
    sheet.wait(writer.hours(1, 20))
    evidence = {} if holder == c.agency else {holder: "independent"}
    sheet.done(writer.lead, evidence=evidence, method="assignee", holder=holder)


def reassigned_at_done(writer: SceneWriter, at: int) -> None:
    """Who held it before the transition's own history counts, not whom that history sets."""
    c = case(writer, at, goals=1)
    sheet = c.open(assignee=c.agency)
    sheet.wait(writer.hours(1, 20))
    sheet.done(writer.lead, method="assignee", holder=c.agency, assignee=c.inhouse)


def assigned_at_done(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=0)
    sheet = c.open()
    sheet.wait(writer.hours(1, 20))
    sheet.done(writer.lead, method="assignee", holder=c.agency, assignee=c.agency)


def never_assigned(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    author = writer.rng.choice((c.agency, writer.carrier(c.goals[0], at)))
    sheet = c.open()
    sheet.wait(writer.hours(1, 20))
    evidence = {} if author == c.agency else {author: "independent"}
    sheet.done(author, evidence=evidence, method="transition_author", holder=author)


def nobody_knows(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = c.open()
    sheet.wait(writer.hours(1, 20))
    sheet.done(writer.rng.choice((writer.bot, *writer.strangers)), method="none")


def created_done(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = c.open(c.agency, status="Done", assignee=c.agency)
    sheet.plant({}, {}, "assignee", c.agency)


def in_the_evening(writer: SceneWriter, at: int) -> None:
    """Active only after hours: no business time, so the assignee has it."""
    c = case(writer, at)
    sheet = c.open(assignee=c.agency)
    sheet.now = writer.clock.at(writer.clock.day(at), 18) + (at % HOUR)
    sheet.to("In Progress", c.agency)
    sheet.now += int(1.5 * HOUR)
    sheet.done(method="assignee", holder=c.agency)


def parked_over_the_weekend(writer: SceneWriter, at: int) -> None:
    """In-house holds it from Friday evening to Monday morning: no business time, no touch."""
    c = case(writer, at, goals=1)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(2, 5))
    clock, day = writer.clock, writer.clock.day(sheet.now)
    friday = day + timedelta(days=(4 - day.weekday()) % 7)
    if not clock.is_working(friday) or not clock.is_working(friday + timedelta(days=3)):
        raise NobodyIsFree("weekend")
    sheet.work(hours_until(writer, sheet.now, clock.at(friday, 17)))
    sheet.now = clock.at(friday, 17, 20)
    sheet.assign(c.inhouse)
    sheet.now = clock.at(friday + timedelta(days=3), 8, 20)
    sheet.assign(c.agency, c.inhouse)
    sheet.work(writer.hours(2, 5))
    sheet.done()


def hours_until(writer: SceneWriter, at: int, until: int) -> Fraction:
    """Working hours from `at` to `until`, both inside working time, days between counted by the template."""
    clock, day, total = writer.clock, writer.clock.day(at), 0
    while day <= writer.clock.day(until):
        if clock.is_working(day):
            opens, closes = clock.window(day)
            total += max(0, min(until, closes) - max(at, opens))
        day += timedelta(days=1)
    return Fraction(total, HOUR)


def moved_sides(writer: SceneWriter, name: str, day: date, evidence: dict[str, str]) -> None:
    """Somebody holds a ticket across the midnight at which they change sides."""
    c = case(writer, writer.clock.at(day), goals=0, crew="acme")
    before, after = Fraction(writer.rng.randint(5, 8)), Fraction(writer.rng.randint(9, 12))
    account, midnight = account_of(name), writer.clock.at(day)
    begins = writer.clock.walk_back(midnight, before)
    goal = writer.rng.choice([goal for goal in ACME_GOALS if goal.key in ("ab-design", "tracking")])
    sheet = writer.open(begins - 2 * HOUR, writer.lead, (goal,))
    sheet.now = begins
    sheet.start(account)
    sheet.work(before)
    sheet.work(after)
    sheet.done(c.agency, evidence=evidence)


def convert_midway(writer: SceneWriter, _: int) -> None:
    moved_sides(writer, CONVERT, writer.dates.convert_moves, {account_of(CONVERT): "assisted"})


def mover_midway(writer: SceneWriter, _: int) -> None:
    moved_sides(writer, MOVER, writer.dates.mover_moves, {})


def leaver_midway(writer: SceneWriter, _: int) -> None:
    """The leaver's part until midnight stays in-house; what the account holds afterwards is unknown."""
    moved_sides(writer, LEAVER, writer.dates.leaver_leaves, {account_of(LEAVER): "exposed"})


def across(name: str, days: Callable[[SceneWriter], date | None]) -> Scene:
    """A scene that spans a special day: the agency works on both sides of it, somebody in-house after it."""

    def scene(writer: SceneWriter, _: int) -> None:
        day = days(writer)
        if day is None:
            raise NobodyIsFree("no such day in this half-year")
        begins = writer.clock.walk_back(writer.clock.at(day), writer.hours(3, 7))
        c = case(writer, begins, goals=1)
        sheet = writer.open(begins, writer.lead, c.goals)
        sheet.start(c.agency)
        sheet.work(writer.hours(8, 12))
        sheet.assign(c.inhouse)
        sheet.work(writer.hours(3, 5))
        sheet.done(evidence={c.inhouse: "shadowed"})

    scene.__name__ = name
    return scene


def clock_change(writer: SceneWriter) -> date | None:
    """The first Sunday inside the story on which the local clock changes."""
    days = [writer.dates.first + timedelta(days=days) for days in range(6, 182, 7)]
    return next((day for day in days if _length_of(writer, day) != 24 * HOUR), None)


def _length_of(writer: SceneWriter, day: date) -> int:
    return writer.clock.at(day + timedelta(days=1)) - writer.clock.at(day)


def holiday(writer: SceneWriter) -> date | None:
    """The first public holiday on a weekday, a week or more into the story."""
    days = [writer.dates.first + timedelta(days=days) for days in range(4, 160)]
    return next((day for day in days if day in writer.clock.holidays and day.weekday() < 5), None)


across_the_clock_change = across("across_the_clock_change", clock_change)
across_a_holiday = across("across_a_holiday", holiday)

SIDES_SCENES: dict[Scene, int] = {
    both_agencies: 4,
    other_agency_on_a_goal: 2,
    stranger_helps: 3,
    bot_held: 2,
    nobody_at_first: 3,
    legal_holds: 2,
    worklogs_shared: 3,
    worklogs_alone: 2,
    worklogs_of_a_stranger: 2,
    straight_to_done: 3,
    reassigned_at_done: 2,
    assigned_at_done: 2,
    never_assigned: 2,
    nobody_knows: 2,
    created_done: 2,
    in_the_evening: 2,
    parked_over_the_weekend: 2,
}

DATED: dict[Scene, int] = {
    convert_midway: 2,
    mover_midway: 2,
    leaver_midway: 2,
    across_the_clock_change: 3,
    across_a_holiday: 2,
}
