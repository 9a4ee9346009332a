"""Scenes of roundabout ways: pauses, reopenings, sub-tasks, and what is never finished."""

from fractions import Fraction

from tests.jira.story.context import LONG_HORIZON, Scene, SceneWriter, case
from tests.jira.story.scenes_teaching import begun, two_days_of_notes


def waited_for_client(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(2, 8))
    sheet.say(c.agency, mentions=(writer.lead,))
    sheet.to("Waiting for client", c.agency)
    sheet.wait(writer.hours(1, 30))
    sheet.to("In Progress", writer.rng.choice((writer.lead, c.agency)))
    sheet.work(writer.hours(2, 8))
    sheet.done()


def waited_for_agency(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.inhouse)
    sheet.work(writer.hours(4, 8))
    sheet.to("Waiting for agency", c.inhouse, assignee=c.agency)
    sheet.wait(writer.hours(1, 20))
    sheet.to("In Progress", c.agency)
    sheet.work(writer.hours(1, 3))
    sheet.done(evidence={c.inhouse: "assisted"})


def reopened_soon(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(3, 8))
    sheet.log(c.inhouse, writer.hours(1, 2))
    sheet.work(writer.hours(2, 6))
    sheet.done(evidence={c.inhouse: "exposed"})
    sheet.rest(writer.rng.randint(2, 10))
    sheet.reopen(writer.lead)
    sheet.work(writer.hours(1, 5))
    sheet.done(evidence={c.inhouse: "shadowed"})


def alone_reopened_soon(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    driver = writer.carrier(c.goals[0], at)
    sheet = begun(c, driver)
    sheet.work(writer.hours(3, 9))
    sheet.done(evidence={driver: "exposed"})
    sheet.rest(writer.rng.randint(2, 10))
    sheet.reopen(driver)
    sheet.work(writer.hours(1, 5))
    sheet.done(evidence={driver: "independent"})


def reopened_late(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1, days=LONG_HORIZON)
    sheet = begun(c, c.agency)
    two_days_of_notes(sheet, c)
    sheet.done(evidence={c.inhouse: "shadowed"})
    sheet.rest(writer.rng.randint(16, 40))
    sheet.reopen(writer.lead, assignee=c.inhouse)
    sheet.work(writer.hours(1.5, 5))
    sheet.done(evidence={c.inhouse: "shadowed"})


def reopened_late_and_taken_over(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1, days=LONG_HORIZON)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(3, 6))
    sheet.done()
    sheet.rest(writer.rng.randint(16, 30))
    sheet.reopen(writer.lead, "To Do")
    sheet.wait(writer.hours(1, 9))
    sheet.start(c.inhouse)
    sheet.work(writer.hours(7, 12))
    sheet.done(evidence={c.inhouse: "assisted"})


def reopened_twice(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1, days=LONG_HORIZON)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(3, 6))
    for days in (writer.rng.randint(2, 10), writer.rng.randint(16, 25)):
        sheet.done()
        sheet.rest(days)
        sheet.reopen(writer.rng.choice((writer.lead, c.agency)))
        sheet.work(writer.hours(1, 3))
    sheet.done()


def reopened_and_left(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(3, 6))
    sheet.done()
    sheet.rest(writer.rng.randint(2, 20))
    sheet.reopen(writer.lead, "To Do")


def not_wanted_any_more(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(1, 5))
    sheet.done(writer.lead, status="Won't do", resolution="Won't Do")


def done_then_closed(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(2, 8))
    sheet.done()
    sheet.rest(writer.rng.randint(2, 9))
    sheet.to("Closed", writer.lead)


def paired(writer: SceneWriter, at: int) -> None:
    """Pairing is named in no engagement file: it is active by its category."""
    c = case(writer, at)
    sheet = c.open()
    sheet.start(c.agency, "Pairing")
    sheet.work(writer.hours(4, 9))
    sheet.assign(c.inhouse)
    sheet.work(writer.hours(2, 3))
    sheet.done(evidence={c.inhouse: "shadowed"})


def with_sub_tasks(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    sheet = begun(c, c.agency)
    child = writer.sub(sheet, c.agency)
    child.start(c.inhouse)
    child.work(writer.hours(2, 4))
    child.to("Done", c.inhouse, "Done")
    if writer.rng.random() < 0.5:
        other = writer.sub(sheet, writer.lead)
        other.start(c.agency)
        other.work(writer.hours(1, 4))
        other.to("Done", c.agency, "Done")
    sheet.work(writer.hours(6, 12))
    sheet.done(evidence={c.inhouse: "shadowed"})


def sub_task_with_hours(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    sheet = begun(c, c.agency)
    child = writer.sub(sheet, writer.lead)
    child.log(c.inhouse, writer.hours(0.5, 2))
    child.to("Done", c.inhouse, "Done")
    sheet.work(writer.hours(4, 12))
    sheet.done(evidence={c.inhouse: "shadowed"})


def deleted(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    sheet = begun(c, c.agency)
    two_days_of_notes(sheet, c)
    sheet.done(evidence={c.inhouse: "shadowed"})
    sheet.rest(writer.rng.randint(1, 12))
    sheet.erase(writer.lead)


def secured(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency, security="Leads only")
    sheet.work(writer.hours(2, 10))
    sheet.done()


def linked(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    first = c.open(by=c.agency)
    sheet = begun(c, c.agency)
    sheet.link(c.agency, "Implements", first.ref)
    sheet.work(writer.hours(2, 8))
    sheet.edit(writer.lead, summary="Second version, as agreed on Tuesday")
    sheet.work(writer.hours(2, 8))
    sheet.done()


def never_begun(writer: SceneWriter, at: int) -> None:
    case(writer, at).open()


def in_the_works(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, writer.rng.choice((c.agency, c.agency, c.inhouse)))
    sheet.work(writer.hours(1, 8))
    sheet.say(c.inhouse)


def stuck(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(1, 6))
    sheet.to(writer.rng.choice(("Waiting for client", "Waiting for agency", "In Review")), c.agency)


def pairing_still(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
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
