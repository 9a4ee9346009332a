"""Scenes that the dimensions listen for: legal review, incidents, proposals and experiments."""

from tests.jira.story.clock import MINUTE
from tests.jira.story.context import Scene, SceneWriter, case
from tests.jira.story.objectives import ACME_GOALS
from tests.jira.story.scenes_teaching import begun, grind, two_days_of_notes
from tests.jira.story.ticket_builder import TicketBuilder

RUN_EXPERIMENT = next(goal for goal in ACME_GOALS if goal.key == "run-experiment")


def legal_review(sheet: TicketBuilder, passes: bool) -> None:
    """The ticket goes to legal, who writes and lets it through or sends it back."""
    writer, driver = sheet.writer, sheet.assignee
    assert driver is not None
    sheet.to("Legal review", driver)
    sheet.wait(writer.hours(2, 20))
    sheet.say(writer.legal)
    sheet.now += 5 * MINUTE
    if passes:
        sheet.to("In Review", writer.legal)
        return
    sheet.to("In Progress", writer.legal)
    sheet.work(writer.hours(1, 3))
    sheet.to("Legal review", driver)
    sheet.wait(writer.hours(2, 12))
    sheet.to("In Review", writer.legal)


def legal_early(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = c.open(also=("needs-legal",))
    sheet.say(writer.legal)
    sheet.wait(writer.hours(2, 8))
    sheet.start(c.agency)
    sheet.work(writer.hours(4, 10))
    legal_review(sheet, passes=True)
    sheet.wait(writer.hours(1, 3))
    sheet.done()
    sheet.facts["legal"] = "early"


def legal_late(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency, also=("needs-legal",))
    sheet.work(writer.hours(8, 16))
    legal_review(sheet, passes=writer.rng.random() < 0.4)
    sheet.wait(writer.hours(1, 3))
    sheet.done()
    sheet.facts["legal"] = "late"


def legal_never(writer: SceneWriter, at: int) -> None:
    c = case(writer, at)
    sheet = begun(c, c.agency, also=("needs-legal",))
    sheet.work(writer.hours(4, 10))
    sheet.done()
    sheet.facts["legal"] = "never"


def incident(writer: SceneWriter, at: int) -> None:
    """Something breaks at any hour; the agency repairs it, in-house is there soon, late, or not at all."""
    c = case(writer, at, goals=0)
    at = writer.clock.at(writer.clock.day(at)) + writer.rng.randrange(6, 22) * 60 * MINUTE + at % MINUTE
    review = writer.rng.random() < 0.6
    sheet = writer.open(at, writer.bot, type_name="Incident", also=("postmortem",) if review else ())
    for account, wait in (
        (c.agency, writer.rng.choice((9, 25, 90))),
        (c.inhouse, writer.rng.choice((12, 40, 200, None))),
    ):
        if wait is not None:
            sheet.now = at + wait * MINUTE
            sheet.say(account)
    sheet.now = at + 240 * MINUTE
    sheet.start(c.agency)
    sheet.work(writer.hours(1, 6))
    if writer.rng.random() < 0.5:
        sheet.say(c.inhouse)
        sheet.work(writer.hours(0.5, 1))
    sheet.done()
    sheet.facts["incident"] = "reviewed" if review else "not reviewed"


def incident_with_review(writer: SceneWriter, at: int) -> None:
    """An incident whose review is a ticket of its own, linked to it."""
    c = case(writer, at, goals=0)
    sheet = writer.open(at, c.inhouse, type_name="Incident")
    sheet.start(c.agency)
    sheet.work(writer.hours(1, 4))
    sheet.done()
    review = writer.open(
        sheet.now, writer.lead, type_name="Task", summary="What we learned from the incident", points=1
    )
    review.link(writer.lead, "Review", sheet.ref)
    review.start(c.inhouse)
    review.work(writer.hours(1, 3))
    review.done()
    sheet.facts["incident"] = "reviewed"


def proposed(writer: SceneWriter, at: int) -> tuple[TicketBuilder, str, str]:
    """The agency proposes a change of how one works together."""
    c = case(writer, at, goals=0)
    sheet = c.open(c.agency, type_name="Story", also=("proposal",), points=writer.rng.choice((1, 2, 3)))
    sheet.wait(writer.hours(4, 40))
    return sheet, c.agency, c.inhouse


def proposal_adopted(writer: SceneWriter, at: int) -> None:
    sheet, agency, inhouse = proposed(writer, at)
    sheet.say(inhouse)
    sheet.start(writer.rng.choice((agency, inhouse)))
    sheet.work(writer.hours(2, 6))
    sheet.done()
    sheet.facts["proposal"] = "adopted"


def proposal_declined_with_reason(writer: SceneWriter, at: int) -> None:
    sheet, _, inhouse = proposed(writer, at)
    sheet.say(inhouse)
    sheet.wait(writer.hours(1, 5))
    sheet.done(inhouse, status="Won't do", resolution="Won't Do", method="transition_author", holder=inhouse)
    sheet.facts["proposal"] = "declined with a reason"


def proposal_dropped(writer: SceneWriter, at: int) -> None:
    sheet, _, inhouse = proposed(writer, at)
    sheet.done(inhouse, status="Won't do", resolution="Won't Do", method="transition_author", holder=inhouse)
    sheet.facts["proposal"] = "declined without a reason"


def proposal_undecided(writer: SceneWriter, at: int) -> None:
    sheet, _, _ = proposed(writer, at)
    sheet.facts["proposal"] = "undecided"


def experiment(outcome: str) -> Scene:
    """A scene of an experiment that ends as `outcome`: by the agency, watched, or by in-house alone."""

    def scene(writer: SceneWriter, at: int) -> None:
        c = case(writer, at, goals=0, crew="acme")
        learner, goals = writer.learner(RUN_EXPERIMENT, at), (RUN_EXPERIMENT,)
        sheet = writer.open(at, writer.lead, goals)
        sheet.facts["experiment"] = outcome
        style = writer.rng.choices(("agency", "watched", "alone"), _experiment_weights(writer.phase(at)))[0]
        if style == "alone":
            driver = writer.carrier(RUN_EXPERIMENT, at)
            sheet.start(driver)
            grind(sheet, writer.hours(4, 12))
            sheet.done(evidence={driver: "independent"}, resolution=outcome)
            return
        sheet.start(c.agency)
        if style == "watched":
            watcher = writer.rng.choice((learner, c.inhouse))
            sheet.work(writer.hours(2, 5))
            sheet.log(watcher, writer.hours(0.5, 2))
            sheet.work(writer.hours(2, 8))
            sheet.done(evidence={watcher: "shadowed"}, resolution=outcome)
            return
        grind(sheet, writer.hours(4, 12))
        sheet.done(resolution=outcome)

    scene.__name__ = f"experiment_{outcome.lower()}"
    return scene


def _experiment_weights(phase: float) -> tuple[float, float, float]:
    return 1 - phase, 0.5 + phase, phase * phase * 1.5


experiment_won = experiment("Won")
experiment_lost = experiment("Lost")
experiment_inconclusive = experiment("Inconclusive")


def asked_and_answered(writer: SceneWriter, at: int) -> None:
    """Questions to somebody in-house, answered within a working day or after several."""
    c = case(writer, at, goals=1)
    sheet = begun(c, c.agency)
    two_days_of_notes(sheet, c)
    sheet.to("Waiting for client", c.agency)
    sheet.wait(writer.hours(1, 24))
    sheet.to("In Progress", c.inhouse)
    sheet.work(writer.hours(1, 3))
    sheet.done(evidence={c.inhouse: "shadowed"})


def in_the_long_run(writer: SceneWriter, at: int) -> None:
    """Active for more than a week without a word from the agency."""
    c = case(writer, at)
    sheet = begun(c, c.agency)
    sheet.work(writer.hours(44, 60))
    sheet.done()


SIGNALS: dict[Scene, int] = {
    legal_early: 3,
    legal_late: 4,
    legal_never: 2,
    incident: 5,
    incident_with_review: 2,
    proposal_adopted: 4,
    proposal_declined_with_reason: 2,
    proposal_dropped: 2,
    proposal_undecided: 2,
    experiment_won: 5,
    experiment_lost: 5,
    experiment_inconclusive: 4,
    asked_and_answered: 3,
    in_the_long_run: 2,
}
