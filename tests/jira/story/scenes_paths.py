"""Scenes of roundabout ways: pauses, reopenings, sub-tasks, and what is never finished."""

from fractions import Fraction

from tests.jira.story.context import LONG_HORIZON, Desk, Scene, case
from tests.jira.story.scenes_teaching import begun, two_days_of_notes


def waited_for_client(desk: Desk, at: int) -> None:
    c = case(desk, at)
    sheet = begun(c, c.agency)
    sheet.work(desk.hours(2, 8))
    sheet.say(c.agency, mentions=(desk.lead,))
    sheet.to("Waiting for client", c.agency)
    sheet.wait(desk.hours(1, 30))
    sheet.to("In Progress", desk.rng.choice((desk.lead, c.agency)))
    sheet.work(desk.hours(2, 8))
    sheet.done()


def waited_for_agency(desk: Desk, at: int) -> None:
    c = case(desk, at)
    sheet = begun(c, c.inhouse)
    sheet.work(desk.hours(4, 8))
    sheet.to("Waiting for agency", c.inhouse, assignee=c.agency)
    sheet.wait(desk.hours(1, 20))
    sheet.to("In Progress", c.agency)
    sheet.work(desk.hours(1, 3))
    sheet.done(evidence={c.inhouse: "assisted"})


def reopened_soon(desk: Desk, at: int) -> None:
    c = case(desk, at, goals=1)
    sheet = begun(c, c.agency)
    sheet.work(desk.hours(3, 8))
    sheet.log(c.inhouse, desk.hours(1, 2))
    sheet.work(desk.hours(2, 6))
    sheet.done(evidence={c.inhouse: "exposed"})
    sheet.rest(desk.rng.randint(2, 10))
    sheet.reopen(desk.lead)
    sheet.work(desk.hours(1, 5))
    sheet.done(evidence={c.inhouse: "shadowed"})


def alone_reopened_soon(desk: Desk, at: int) -> None:
    c = case(desk, at, goals=1)
    driver = desk.carrier(c.goals[0], at)
    sheet = begun(c, driver)
    sheet.work(desk.hours(3, 9))
    sheet.done(evidence={driver: "exposed"})
    sheet.rest(desk.rng.randint(2, 10))
    sheet.reopen(driver)
    sheet.work(desk.hours(1, 5))
    sheet.done(evidence={driver: "independent"})


def reopened_late(desk: Desk, at: int) -> None:
    c = case(desk, at, goals=1, days=LONG_HORIZON)
    sheet = begun(c, c.agency)
    two_days_of_notes(sheet, c)
    sheet.done(evidence={c.inhouse: "shadowed"})
    sheet.rest(desk.rng.randint(16, 40))
    sheet.reopen(desk.lead, assignee=c.inhouse)
    sheet.work(desk.hours(1.5, 5))
    sheet.done(evidence={c.inhouse: "shadowed"})


def reopened_late_and_taken_over(desk: Desk, at: int) -> None:
    c = case(desk, at, goals=1, days=LONG_HORIZON)
    sheet = begun(c, c.agency)
    sheet.work(desk.hours(3, 6))
    sheet.done()
    sheet.rest(desk.rng.randint(16, 30))
    sheet.reopen(desk.lead, "To Do")
    sheet.wait(desk.hours(1, 9))
    sheet.start(c.inhouse)
    sheet.work(desk.hours(7, 12))
    sheet.done(evidence={c.inhouse: "assisted"})


def reopened_twice(desk: Desk, at: int) -> None:
    c = case(desk, at, goals=1, days=LONG_HORIZON)
    sheet = begun(c, c.agency)
    sheet.work(desk.hours(3, 6))
    for days in (desk.rng.randint(2, 10), desk.rng.randint(16, 25)):
        sheet.done()
        sheet.rest(days)
        sheet.reopen(desk.rng.choice((desk.lead, c.agency)))
        sheet.work(desk.hours(1, 3))
    sheet.done()


def reopened_and_left(desk: Desk, at: int) -> None:
    c = case(desk, at)
    sheet = begun(c, c.agency)
    sheet.work(desk.hours(3, 6))
    sheet.done()
    sheet.rest(desk.rng.randint(2, 20))
    sheet.reopen(desk.lead, "To Do")


def not_wanted_any_more(desk: Desk, at: int) -> None:
    c = case(desk, at)
    sheet = begun(c, c.agency)
    sheet.work(desk.hours(1, 5))
    sheet.done(desk.lead, status="Won't do", resolution="Won't Do")


def done_then_closed(desk: Desk, at: int) -> None:
    c = case(desk, at)
    sheet = begun(c, c.agency)
    sheet.work(desk.hours(2, 8))
    sheet.done()
    sheet.rest(desk.rng.randint(2, 9))
    sheet.to("Closed", desk.lead)


def paired(desk: Desk, at: int) -> None:
    """Pairing is named in no engagement file: it is active by its category."""
    c = case(desk, at)
    sheet = c.open()
    sheet.start(c.agency, "Pairing")
    sheet.work(desk.hours(4, 9))
    sheet.assign(c.inhouse)
    sheet.work(desk.hours(2, 3))
    sheet.done(evidence={c.inhouse: "shadowed"})


def with_sub_tasks(desk: Desk, at: int) -> None:
    c = case(desk, at, goals=1)
    sheet = begun(c, c.agency)
    child = desk.sub(sheet, c.agency)
    child.start(c.inhouse)
    child.work(desk.hours(2, 4))
    child.to("Done", c.inhouse, "Done")
    if desk.rng.random() < 0.5:
        other = desk.sub(sheet, desk.lead)
        other.start(c.agency)
        other.work(desk.hours(1, 4))
        other.to("Done", c.agency, "Done")
    sheet.work(desk.hours(6, 12))
    sheet.done(evidence={c.inhouse: "shadowed"})


def sub_task_with_hours(desk: Desk, at: int) -> None:
    c = case(desk, at, goals=1)
    sheet = begun(c, c.agency)
    child = desk.sub(sheet, desk.lead)
    child.log(c.inhouse, desk.hours(0.5, 2))
    child.to("Done", c.inhouse, "Done")
    sheet.work(desk.hours(4, 12))
    sheet.done(evidence={c.inhouse: "shadowed"})


def deleted(desk: Desk, at: int) -> None:
    c = case(desk, at, goals=1)
    sheet = begun(c, c.agency)
    two_days_of_notes(sheet, c)
    sheet.done(evidence={c.inhouse: "shadowed"})
    sheet.rest(desk.rng.randint(1, 12))
    sheet.erase(desk.lead)


def secured(desk: Desk, at: int) -> None:
    c = case(desk, at)
    sheet = begun(c, c.agency, security="Leads only")
    sheet.work(desk.hours(2, 10))
    sheet.done()


def linked(desk: Desk, at: int) -> None:
    c = case(desk, at, goals=1)
    first = c.open(by=c.agency)
    sheet = begun(c, c.agency)
    sheet.link(c.agency, "Implements", first.ref)
    sheet.work(desk.hours(2, 8))
    sheet.edit(desk.lead, summary="Second version, as agreed on Tuesday")
    sheet.work(desk.hours(2, 8))
    sheet.done()


def never_begun(desk: Desk, at: int) -> None:
    case(desk, at).open()


def in_the_works(desk: Desk, at: int) -> None:
    c = case(desk, at)
    sheet = begun(c, desk.rng.choice((c.agency, c.agency, c.inhouse)))
    sheet.work(desk.hours(1, 8))
    sheet.say(c.inhouse)


def stuck(desk: Desk, at: int) -> None:
    c = case(desk, at)
    sheet = begun(c, c.agency)
    sheet.work(desk.hours(1, 6))
    sheet.to(desk.rng.choice(("Waiting for client", "Waiting for agency", "In Review")), c.agency)


def pairing_still(desk: Desk, at: int) -> None:
    c = case(desk, at)
    sheet = c.open()
    sheet.start(c.agency, "Pairing")
    sheet.work(Fraction(3))


PATHS: dict[Scene, int] = {
    waited_for_client: 5,
    waited_for_agency: 3,
    reopened_soon: 4,
    alone_reopened_soon: 2,
    reopened_late: 3,
    reopened_late_and_taken_over: 2,
    reopened_twice: 2,
    reopened_and_left: 2,
    not_wanted_any_more: 3,
    done_then_closed: 2,
    paired: 3,
    with_sub_tasks: 6,
    sub_task_with_hours: 2,
    deleted: 3,
    secured: 2,
    linked: 2,
}

OPEN: dict[Scene, int] = {never_begun: 12, in_the_works: 14, stuck: 6}
