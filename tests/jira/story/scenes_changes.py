"""Scenes in which a ticket changes what it is: moved to another project, sized anew, tagged late."""

from tests.jira.story.context import LONG_HORIZON, Scene, SceneWriter, case
from tests.jira.story.scenes_teaching import begun, two_days_of_notes


def moved_out(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1, crew="acme", kind="label")
    sheet = begun(c, c.agency, marked_by="label", parent=None)
    sheet.work(writer.hours(2, 6))
    sheet.move("SHOP", writer.lead)
    sheet.work(writer.hours(1, 6))
    sheet.done()


def moved_in(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1, crew="acme", kind="label")
    sheet = begun(c, c.agency, marked_by="label", project="SHOP", parent=None)
    sheet.work(writer.hours(2, 6))
    sheet.move("GROW", writer.lead)
    sheet.work(writer.hours(1, 6))
    sheet.done()


def moved_after_done(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1, crew="acme", kind="label", days=LONG_HORIZON)
    sheet = begun(c, c.agency, marked_by="label", parent=None)
    sheet.work(writer.hours(2, 8))
    sheet.done()
    sheet.rest(writer.rng.randint(2, 5))
    sheet.move("SHOP", writer.lead)
    sheet.rest(writer.rng.randint(15, 25))
    sheet.reopen(writer.lead)
    sheet.work(writer.hours(2, 8))
    sheet.done()


def unsized(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency, points=None)
    sheet.work(writer.hours(2, 8))
    sheet.done()


def resized_on_the_way(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency, points=3)
    sheet.work(writer.hours(2, 6))
    sheet.edit(writer.rng.choice((writer.lead, c.agency)), points=writer.rng.choice((5, 8)))
    sheet.work(writer.hours(2, 6))
    sheet.done()


def sized_at_done(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency, points=None)
    sheet.work(writer.hours(2, 8))
    sheet.done(points=writer.rng.choice((2, 5, 8)))


def resized_after_done(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency, points=5)
    sheet.work(writer.hours(2, 8))
    sheet.done()
    sheet.rest(writer.rng.randint(1, 6))
    sheet.edit(writer.lead, points=13)


def labelled_after_done(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=0)
    goal = writer.goal(c.engagement, kind="label")
    sheet = begun(c, c.agency, project="GROW")
    two_days_of_notes(sheet, c)
    sheet.done(evidence={c.inhouse: "shadowed"})
    sheet.rest(writer.rng.randint(1, 20))
    sheet.label_late(goal, c.agency)


def tagged_by_hand(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=0)
    sheet = begun(c, c.agency, project="GROW")
    sheet.tag(writer.goal(c.engagement), c.inhouse)
    two_days_of_notes(sheet, c)
    sheet.done(evidence={c.inhouse: "shadowed"})


def tagged_by_hand_after_done(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=0)
    sheet = begun(c, c.agency, project="GROW")
    sheet.work(writer.hours(3, 10))
    sheet.done()
    sheet.rest(writer.rng.randint(1, 8))
    sheet.tag(writer.goal(c.engagement), c.agency)


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
