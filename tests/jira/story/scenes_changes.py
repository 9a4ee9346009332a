"""Scenes in which a ticket changes what it is: moved to another project, sized anew, tagged late."""

from tests.jira.story.context import LONG_HORIZON, Desk, Scene, case
from tests.jira.story.scenes_teaching import begun, two_days_of_notes


def moved_out(desk: Desk, at: int) -> None:
    c = case(desk, at, goals=1, crew="acme", kind="label")
    sheet = begun(c, c.agency, marked_by="label", parent=None)
    sheet.work(desk.hours(2, 6))
    sheet.move("SHOP", desk.lead)
    sheet.work(desk.hours(1, 6))
    sheet.done()


def moved_in(desk: Desk, at: int) -> None:
    c = case(desk, at, goals=1, crew="acme", kind="label")
    sheet = begun(c, c.agency, marked_by="label", project="SHOP", parent=None)
    sheet.work(desk.hours(2, 6))
    sheet.move("GROW", desk.lead)
    sheet.work(desk.hours(1, 6))
    sheet.done()


def moved_after_done(desk: Desk, at: int) -> None:
    c = case(desk, at, goals=1, crew="acme", kind="label", days=LONG_HORIZON)
    sheet = begun(c, c.agency, marked_by="label", parent=None)
    sheet.work(desk.hours(2, 8))
    sheet.done()
    sheet.rest(desk.rng.randint(2, 5))
    sheet.move("SHOP", desk.lead)
    sheet.rest(desk.rng.randint(15, 25))
    sheet.reopen(desk.lead)
    sheet.work(desk.hours(2, 8))
    sheet.done()


def unsized(desk: Desk, at: int) -> None:
    c = case(desk, at)
    sheet = begun(c, c.agency, points=None)
    sheet.work(desk.hours(2, 8))
    sheet.done()


def resized_on_the_way(desk: Desk, at: int) -> None:
    c = case(desk, at)
    sheet = begun(c, c.agency, points=3)
    sheet.work(desk.hours(2, 6))
    sheet.edit(desk.rng.choice((desk.lead, c.agency)), points=desk.rng.choice((5, 8)))
    sheet.work(desk.hours(2, 6))
    sheet.done()


def sized_at_done(desk: Desk, at: int) -> None:
    c = case(desk, at)
    sheet = begun(c, c.agency, points=None)
    sheet.work(desk.hours(2, 8))
    sheet.done(points=desk.rng.choice((2, 5, 8)))


def resized_after_done(desk: Desk, at: int) -> None:
    c = case(desk, at)
    sheet = begun(c, c.agency, points=5)
    sheet.work(desk.hours(2, 8))
    sheet.done()
    sheet.rest(desk.rng.randint(1, 6))
    sheet.edit(desk.lead, points=13)


def labelled_after_done(desk: Desk, at: int) -> None:
    c = case(desk, at, goals=0)
    goal = desk.goal(c.engagement, kind="label")
    sheet = begun(c, c.agency, project="GROW")
    two_days_of_notes(sheet, c)
    sheet.done(evidence={c.inhouse: "shadowed"})
    sheet.rest(desk.rng.randint(1, 20))
    sheet.label_late(goal, c.agency)


def tagged_by_hand(desk: Desk, at: int) -> None:
    c = case(desk, at, goals=0)
    sheet = begun(c, c.agency, project="GROW")
    sheet.tag(desk.goal(c.engagement), c.inhouse)
    two_days_of_notes(sheet, c)
    sheet.done(evidence={c.inhouse: "shadowed"})


def tagged_by_hand_after_done(desk: Desk, at: int) -> None:
    c = case(desk, at, goals=0)
    sheet = begun(c, c.agency, project="GROW")
    sheet.work(desk.hours(3, 10))
    sheet.done()
    sheet.rest(desk.rng.randint(1, 8))
    sheet.tag(desk.goal(c.engagement), c.agency)


CHANGES: dict[Scene, int] = {
    moved_out: 2,
    moved_in: 2,
    moved_after_done: 2,
    unsized: 8,
    resized_on_the_way: 2,
    sized_at_done: 2,
    resized_after_done: 2,
    labelled_after_done: 4,
    tagged_by_hand: 4,
    tagged_by_hand_after_done: 2,
}
