"""Scenes of comments and worklogs that count, or do not: too short, said twice, too late, edited, deleted."""

from collections.abc import Callable
from fractions import Fraction

from tests.jira.story.clock import DAY
from tests.jira.story.context import Case, Scene, SceneWriter, case
from tests.jira.story.scenes_teaching import begun
from tests.jira.story.ticket_builder import TicketBuilder

PlayedStory = Callable[[TicketBuilder, Case], None]


def watched(writer: SceneWriter, at: int, first: PlayedStory, second: PlayedStory) -> tuple[TicketBuilder, Case]:
    """An agency ticket with an objective, with something told on each of two days."""
    c = case(writer, at, goals=1)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(2, 6))
    first(sheet, c)
    sheet.work(writer.hours(8, 11))
    second(sheet, c)
    sheet.work(writer.hours(1, 5))
    return sheet, c


def says(kind: str) -> PlayedStory:
    """Somebody in-house writes a comment of some kind."""

    def tell_note(sheet: TicketBuilder, c: Case) -> None:
        sheet.say(c.inhouse, kind)

    return tell_note


def nothing(_sheet: TicketBuilder, _case: Case) -> None:
    """Nobody tells anything."""


def logs(hours: Fraction) -> PlayedStory:
    """Somebody in-house logs time."""

    def tell_note(sheet: TicketBuilder, c: Case) -> None:
        sheet.log(c.inhouse, hours)

    return tell_note


def short_notes(writer: SceneWriter, at: int) -> None:
    kind = writer.rng.choice(("short", "emoji", "link"))
    sheet, c = watched(writer, at, says(kind), says(kind))
    sheet.done(evidence={c.inhouse: "exposed"})


def emoji_notes(writer: SceneWriter, at: int) -> None:
    sheet, c = watched(writer, at, says("emoji"), says("emoji"))
    sheet.done(evidence={c.inhouse: "exposed"})


def cjk_notes(writer: SceneWriter, at: int) -> None:
    sheet, c = watched(writer, at, says("cjk"), says("cjk"))
    sheet.done(evidence={c.inhouse: "shadowed"})


def same_note_twice(writer: SceneWriter, at: int) -> None:
    def again(sheet: TicketBuilder, c: Case) -> None:
        text = next(iter(sheet.texts.values()))
        sheet.say(c.inhouse, text=f" {text.replace(' ', '  ', 1)} ")

    sheet, c = watched(writer, at, says("long"), again)
    sheet.done(evidence={c.inhouse: "exposed"})


def note_deleted(writer: SceneWriter, at: int) -> None:
    sheet, c = watched(writer, at, says("long"), says("long"))
    sheet.unsay(f"{sheet.ref}/c2", c.inhouse)
    sheet.done(evidence={c.inhouse: "exposed"})


def only_note_deleted(writer: SceneWriter, at: int) -> None:
    sheet, c = watched(writer, at, says("long"), nothing)
    sheet.unsay(f"{sheet.ref}/c1", c.inhouse)
    sheet.done()


def note_cut_short(writer: SceneWriter, at: int) -> None:
    sheet, c = watched(writer, at, says("long"), says("long"))
    sheet.resay(f"{sheet.ref}/c2", c.inhouse, "short")
    sheet.done(evidence={c.inhouse: "exposed"})


def note_written_out(writer: SceneWriter, at: int) -> None:
    sheet, c = watched(writer, at, says("short"), says("long"))
    sheet.resay(f"{sheet.ref}/c1", c.inhouse, "long")
    sheet.done(evidence={c.inhouse: "shadowed"})


def notes_before_the_start(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    sheet = c.open()
    for _ in range(2):
        sheet.say(c.inhouse)
        sheet.wait(writer.hours(8, 11))
    sheet.start(c.agency)
    sheet.work(writer.hours(4, 12))
    sheet.done(evidence={c.inhouse: "exposed"})


def late_note(writer: SceneWriter, at: int, days: Fraction, kind: str) -> None:
    """One comment during the work, another `days` after done: the window is three days."""
    c = case(writer, at, goals=1)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(3, 8))
    sheet.say(c.inhouse)
    sheet.work(writer.hours(1, 5))
    sheet.done(evidence={c.inhouse: kind})
    sheet.now += int(days * DAY)
    sheet.say(c.inhouse)


def late_note_counts(writer: SceneWriter, at: int) -> None:
    late_note(writer, at, Fraction(writer.rng.randint(28, 70), 24), "shadowed")


def late_note_misses(writer: SceneWriter, at: int) -> None:
    late_note(writer, at, Fraction(writer.rng.randint(73, 130), 24), "exposed")


def only_a_very_late_note(writer: SceneWriter, at: int) -> None:
    c = case(writer, at, goals=1)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(4, 12))
    sheet.done()
    sheet.rest(4)
    sheet.say(c.inhouse)


def strangers_and_bots_write(writer: SceneWriter, at: int) -> None:
    def strange(sheet: TicketBuilder, _: Case) -> None:
        sheet.say(writer.rng.choice(writer.strangers))
        sheet.say(writer.bot, "bot")

    sheet, _ = watched(writer, at, strange, strange)
    sheet.done()


def legal_writes(writer: SceneWriter, at: int) -> None:
    def lawful(sheet: TicketBuilder, _: Case) -> None:
        sheet.say(writer.legal)

    sheet, _ = watched(writer, at, lawful, lawful)
    sheet.done()


def small_log(writer: SceneWriter, at: int) -> None:
    sheet, c = watched(writer, at, logs(Fraction(1, 4)), nothing)
    sheet.done(evidence={c.inhouse: "exposed"})


def log_raised(writer: SceneWriter, at: int) -> None:
    sheet, c = watched(writer, at, logs(Fraction(1, 4)), nothing)
    sheet.relog(f"{sheet.ref}/w1", Fraction(2))
    sheet.done(evidence={c.inhouse: "shadowed"})


def log_deleted(writer: SceneWriter, at: int) -> None:
    sheet, _ = watched(writer, at, logs(writer.hours(0.5, 2)), nothing)
    sheet.unlog(f"{sheet.ref}/w1")
    sheet.done()


NOTES: dict[Scene, int] = {
    short_notes: 2,
    emoji_notes: 2,
    cjk_notes: 2,
    same_note_twice: 2,
    note_deleted: 2,
    only_note_deleted: 2,
    note_cut_short: 2,
    note_written_out: 2,
    notes_before_the_start: 2,
    late_note_counts: 2,
    late_note_misses: 2,
    only_a_very_late_note: 2,
    strangers_and_bots_write: 2,
    legal_writes: 2,
    small_log: 2,
    log_raised: 2,
    log_deleted: 2,
}
