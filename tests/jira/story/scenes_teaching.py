"""Scenes of teaching: who drives, who watches, who helps, and which evidence that leaves with whom."""

from fractions import Fraction
from typing import Any

from tests.jira.story.context import Case, Scene, SceneWriter, case
from tests.jira.story.ticket_builder import TicketBuilder

PARTS = (Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3))


def detour(sheet: TicketBuilder) -> None:
    """The assignee asks somebody and waits, or has the ticket looked at, and goes on."""
    writer, driver = sheet.writer, sheet.assignee
    assert driver is not None
    status = writer.rng.choice(("Waiting for client", "Waiting for agency", "In Review"))
    sheet.to(status, driver)
    sheet.wait(writer.hours(1, 10))
    sheet.to("In Progress", driver)


def grind(sheet: TicketBuilder, hours: Fraction) -> None:
    """Work for `hours`, one time in three with a detour after some of them."""
    if sheet.writer.rng.random() < 1 / 3 and hours > 1:
        sheet.work(hours / 2)
        detour(sheet)
        hours -= hours / 2
    sheet.work(hours)


def begun(c: Case, driver: str, **opening: Any) -> TicketBuilder:
    """A ticket that waited up to three days before `driver` took it."""
    sheet = c.open(**opening)
    sheet.wait(c.writer.hours(0.5, 24))
    sheet.start(driver)
    return sheet


def agency_alone(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency)
    grind(sheet, writer.hours(4, 20))
    sheet.done()


def agency_glanced(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(2, 8))
    sheet.say(c.inhouse, writer.rng.choice(("long", "short")))
    grind(sheet, writer.hours(2, 8))
    sheet.done(evidence={c.inhouse: "exposed"})


def notes_on_one_day(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(2, 8))
    for _ in range(3):
        sheet.say(c.inhouse)
    sheet.work(writer.hours(2, 8))
    sheet.done(evidence={c.inhouse: "exposed"})


def two_days_of_notes(sheet: TicketBuilder, c: Case) -> None:
    """The agency asks, somebody in-house answers, and again a working day later."""
    sheet.work(c.writer.hours(2, 6))
    sheet.say(c.agency, mentions=(c.inhouse,))
    sheet.say(c.inhouse)
    sheet.work(c.writer.hours(8, 12))
    sheet.say(c.inhouse)
    grind(sheet, c.writer.hours(1, 6))


def shadowed_by_notes(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency)
    two_days_of_notes(sheet, c)
    sheet.done(evidence={c.inhouse: "shadowed"})


def shadowed_by_hours(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(3, 10))
    sheet.log(c.inhouse, writer.hours(0.5, 3))
    grind(sheet, writer.hours(2, 10))
    sheet.done(evidence={c.inhouse: "shadowed"})


def reviewed_inhouse(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(4, 14))
    sheet.to("In Review", c.agency)
    sheet.wait(writer.hours(1, 20))
    sheet.say(c.inhouse)
    sheet.now += 5 * 60_000_000
    if writer.rng.random() < 0.5:
        sheet.done(c.inhouse, evidence={c.inhouse: "shadowed"})
        return
    sheet.to("In Progress", c.inhouse)
    sheet.work(writer.hours(0.5, 3))
    sheet.done(evidence={c.inhouse: "shadowed"})


def split_with_inhouse(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency)
    hours = Fraction(writer.rng.randint(6, 15))
    sheet.work(hours)
    sheet.assign(c.inhouse)
    sheet.work(hours * writer.rng.choice(PARTS))
    sheet.done(evidence={c.inhouse: "shadowed"})


def inhouse_took_over(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(2, 5))
    sheet.assign(c.inhouse)
    grind(sheet, writer.hours(6, 14))
    sheet.done(evidence={c.inhouse: "assisted"})


def assisted_by_note(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    sheet = begun(c, c.inhouse)
    sheet.work(writer.hours(2, 8))
    sheet.say(c.agency)
    grind(sheet, writer.hours(2, 8))
    sheet.done(evidence={c.inhouse: "assisted"})


def agency_logs_help(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    sheet = begun(c, c.inhouse)
    sheet.work(writer.hours(4, 10))
    sheet.log(c.agency, writer.hours(0.5, 2))
    sheet.work(writer.hours(2, 8))
    sheet.done(evidence={c.inhouse: "assisted"})


def agency_reviews(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    sheet = begun(c, c.inhouse)
    sheet.work(writer.hours(4, 10))
    sheet.to("In Review", c.inhouse)
    sheet.wait(writer.hours(1, 12))
    sheet.done(c.agency, evidence={c.inhouse: "assisted"})


def independent(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    driver = writer.carrier(c.goals[0], at)
    sheet = begun(c, driver)
    grind(sheet, writer.hours(3, 14))
    sheet.done(evidence={driver: "independent"})


def inhouse_plain(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=0)
    sheet = begun(c, c.inhouse)
    grind(sheet, writer.hours(3, 14))
    if writer.rng.random() < 0.5:
        sheet.say(writer.pick("growth", at), writer.rng.choice(("long", "short")))
        sheet.work(writer.hours(1, 3))
    sheet.done(evidence={c.inhouse: "independent"})


def shadow_named_and_writes(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    sheet = begun(c, c.agency)
    sheet.name_role(c.inhouse, "shadow")
    sheet.work(writer.hours(3, 10))
    sheet.say(c.inhouse)
    sheet.work(writer.hours(2, 8))
    sheet.done(evidence={c.inhouse: "shadowed"}, bare={c.inhouse: "exposed"})


def shadow_named_but_silent(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    sheet = begun(c, c.agency)
    sheet.name_role(c.inhouse, "shadow")
    sheet.work(writer.hours(5, 16))
    sheet.done(evidence={c.inhouse: "exposed"}, bare={})


def learner_drives_a_third(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    sheet = begun(c, c.agency)
    sheet.name_role(c.inhouse, "learner")
    piece = writer.hours(0.25, 0.75)
    sheet.work(13 * piece)
    sheet.assign(c.inhouse)
    sheet.work(7 * piece)
    sheet.done(evidence={c.inhouse: "assisted"}, bare={c.inhouse: "shadowed"})


def mentored_inhouse(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    driver = writer.carrier(c.goals[0], at)
    mentor = writer.pick("growth", at, but=(driver,))
    sheet = begun(c, driver)
    sheet.name_role(mentor, "mentor")
    sheet.work(writer.hours(3, 8))
    writes = writer.rng.random() < 0.5
    if writes:
        sheet.say(mentor)
    sheet.work(writer.hours(2, 6))
    alone = {driver: "independent"}
    sheet.done(evidence=alone | {mentor: "teaches"}, bare=alone | ({mentor: "exposed"} if writes else {}))


def two_objectives(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=2, crew="acme")
    sheet = begun(c, c.agency)
    if writer.rng.random() < 0.5:
        two_days_of_notes(sheet, c)
        sheet.done(evidence={c.inhouse: "shadowed"})
        return
    sheet.work(writer.hours(2, 5))
    sheet.assign(c.inhouse)
    sheet.work(writer.hours(6, 12))
    sheet.done(evidence={c.inhouse: "assisted"})


def two_objectives_alone(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=2, crew="acme")
    driver = writer.carrier(c.goals[0], at)
    sheet = begun(c, driver)
    sheet.work(writer.hours(4, 14))
    sheet.done(evidence={driver: "independent"})


# How often each ordinary scene happens at the start, in the middle and at the end of the half-year
ORDINARY: dict[Scene, tuple[int, int, int]] = {
    agency_alone: (55, 11, 4),
    agency_glanced: (16, 8, 3),
    shadowed_by_notes: (5, 15, 8),
    shadowed_by_hours: (2, 8, 4),
    reviewed_inhouse: (2, 9, 7),
    split_with_inhouse: (2, 12, 9),
    inhouse_took_over: (1, 9, 14),
    assisted_by_note: (1, 6, 9),
    independent: (4, 9, 30),
    inhouse_plain: (10, 9, 11),
}

TAUGHT: dict[Scene, int] = {
    notes_on_one_day: 4,
    agency_logs_help: 3,
    agency_reviews: 3,
    shadow_named_and_writes: 5,
    shadow_named_but_silent: 2,
    learner_drives_a_third: 5,
    mentored_inhouse: 4,
    two_objectives: 5,
    two_objectives_alone: 2,
}
