"""The story of the stand-in: half a year of a team and two agencies, from a seed, with its planted figures."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from tests.jira.story.actions import Action, CloseAccount, CreateIssue, Ids, MoveIssue
from tests.jira.story.clock import DAY, MINUTE, WorkClock, holidays_of, instant_of
from tests.jira.story.context import Scene, SceneWriter
from tests.jira.story.engagements import engagement_file
from tests.jira.story.expected_figures import Entry, ExpectedTicket, planted_report
from tests.jira.story.live import live, ordinary_scene
from tests.jira.story.objectives import CHECKOUT_EPIC, INTERVIEWS_EPIC, SKILL_FIELD
from tests.jira.story.people import LEAVER, LEGAL, LEGAL_GROUP, Dates, Directory, Person, account_of, assemble, email_of
from tests.jira.story.scenes_changes import CHANGES
from tests.jira.story.scenes_notes import NOTES
from tests.jira.story.scenes_paths import OPEN, PATHS, pairing_still
from tests.jira.story.scenes_sides import DATED, SIDES_SCENES
from tests.jira.story.scenes_signals import SIGNALS
from tests.jira.story.scenes_teaching import TAUGHT
from tests.jira.story.ticket_builder import HandTag, Role, TicketBuilder

__all__ = [
    "Action",
    "Entry",
    "ExpectedTicket",
    "Ids",
    "Plan",
    "engagement_file",
    "live",
    "plan",
    "planted_report",
    "play",
    "populate",
]

ZONE = "Europe/Berlin"
WEEKS = 26
FULL = 600
TRIES = 80
SECURITY = "Leads only"
BULK_LABEL = "roadmap"

EARLY_SCENES: dict[Scene, int] = {**NOTES, **PATHS, **CHANGES, **SIDES_SCENES, **SIGNALS, **DATED}
"""Scenes in which little is taught: most of them lie in the first half, so that the taught share can rise."""

MORE_THAN_ONE_TICKET = 13
"""Sub-tasks and second tickets that the planted scenes bring along at full size."""

SPRINTS = 200

EPICS = (
    (INTERVIEWS_EPIC, "GROW", "Listen to customers"),
    ("epic-activation", "GROW", "More people finish the first week"),
    ("epic-prices", "GROW", "Prices that explain themselves"),
    (CHECKOUT_EPIC, "SHOP", "A calmer checkout"),
    ("epic-shop", "SHOP", "Shop upkeep"),
)
STATUSES = (
    ("To Do", "new"),
    ("In Progress", "indeterminate"),
    ("Pairing", "indeterminate"),
    ("In Review", "indeterminate"),
    ("Waiting for client", "indeterminate"),
    ("Waiting for agency", "indeterminate"),
    ("Legal review", "indeterminate"),
    ("Done", "done"),
    ("Won't do", "done"),
    ("Closed", "done"),
)
TYPES = ("Task", "Story", "Bug", "Experiment", "Incident")
RESOLUTIONS = ("Won", "Lost", "Inconclusive")


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole story: `actions` in order of time, what they plant, and what people set in Teachback's panel.

    `start` and `end` are instants; `planted` is keyed by ticket reference, as `Action.ref` names it.
    """

    seed: int
    start: int
    end: int
    clock: WorkClock
    dates: Dates
    people: tuple[Person, ...]
    actions: tuple[Action, ...]
    roles: tuple[Role, ...]
    tags: tuple[HandTag, ...]
    planted: dict[str, ExpectedTicket]
    epics: dict[str, tuple[str, ...]]
    taught: tuple[tuple[str, str, str, int], ...]


def default_end(clock: WorkClock) -> int:
    """Friday, 20 November 2026, 18:00 in the story's zone."""
    return clock.at(date(2026, 11, 20), 18)


def plan(seed: int = 7, *, end: int | datetime | None = None, tickets: int = FULL) -> Plan:
    """Write the story of the 26 weeks that end with the week of `end`: the same arguments give the same story."""
    whole_years = WorkClock(ZONE, ())
    finish = instant_of(end) if isinstance(end, datetime) else end or default_end(whole_years)
    last = whole_years.day(finish)
    dates = Dates.from_monday(last - timedelta(days=last.weekday(), weeks=WEEKS - 1))
    years = range(dates.first.year, last.year + 2)
    clock = WorkClock(ZONE, tuple(day for year in years for day in holidays_of(year)))
    people = assemble(dates)
    writer = SceneWriter(Random(seed), clock, Directory(people, clock), dates, end=finish)
    open_epics(writer)
    for day, scene in schedule(writer, tickets):
        place_scene(writer, scene, day)
    label_in_bulk(writer)
    leaves = clock.at(dates.leaver_leaves + timedelta(days=12), 10)
    writer.actions.append(CloseAccount(leaves, account_of(LEAVER)))
    actions = tuple(sorted(writer.actions, key=lambda action: action.at))
    return Plan(
        seed=seed,
        start=writer.start,
        end=finish,
        clock=clock,
        dates=dates,
        people=people,
        actions=actions,
        roles=tuple(sorted(writer.roles, key=lambda role: role.at)),
        tags=tuple(sorted(writer.tags, key=lambda tag: tag.at)),
        planted=gather(writer.sheets, actions),
        epics=writer.epics,
        taught=tuple(writer.taught),
    )


def open_epics(writer: SceneWriter) -> None:
    """The epics stand before the story begins; one of them is finished later, and must count for nothing."""
    writer.scene = "epic"
    for number, (ref, project, summary) in enumerate(EPICS):
        at = writer.start - 3 * DAY + 10 * 60 * MINUTE + number * MINUTE
        sheet = TicketBuilder(writer, CreateIssue(at, ref, writer.lead, project, "Epic", summary), (), "epic")
        writer.sheets.append(sheet)
        if ref == "epic-prices":
            sheet.rest(120)
            sheet.to("Done", writer.lead, "Done")
    writer.epics = {"GROW": ("epic-activation", "epic-prices"), "SHOP": ("epic-shop",)}


def schedule(writer: SceneWriter, tickets: int) -> list[tuple[date, Scene | None]]:
    """Which scene begins on which day, in order of time; None is an everyday ticket, chosen when its day comes."""
    days = working_days(writer)
    scale = tickets / FULL
    early, late, unfinished = repeated(EARLY_SCENES, scale), repeated(TAUGHT, scale), repeated(OPEN, scale)
    others = round(MORE_THAN_ONE_TICKET * scale) + len(EPICS) + 1
    everyday = max(0, tickets - len(early) - len(late) - len(unfinished) - others)
    rows: list[tuple[date, Scene | None]] = [(days[1], pairing_still)]
    rows += [(leaning(writer.rng, days, 0.2), scene) for scene in early]
    rows += [(leaning(writer.rng, days, 0.9), scene) for scene in late]
    rows += [(writer.rng.choice(days), None) for _ in range(everyday)]
    rows += [(writer.rng.choice(days[-18:]), scene) for scene in unfinished]
    return sorted(rows, key=lambda row: row[0])


def repeated(scenes: dict[Scene, int], scale: float) -> list[Scene]:
    """Each scene as often as the size of the story asks for, and once at least."""
    return [scene for scene, times in scenes.items() for _ in range(max(1, round(times * scale)))]


def leaning(rng: Random, days: list[date], towards: float) -> date:
    """Some day, most likely the one at the part `towards` of all days."""
    return days[int(rng.triangular(0, 1, towards) * (len(days) - 1))]


def working_days(writer: SceneWriter) -> list[date]:
    """The working days of the story."""
    whole = writer.clock.day(writer.end) - writer.dates.first
    days = (writer.dates.first + timedelta(days=days) for days in range(whole.days))
    return [day for day in days if writer.clock.is_working(day)]


def place_scene(writer: SceneWriter, scene: Scene | None, day: date) -> None:
    """Write a scene on its day; where it does not fit, on an earlier or any other one."""
    days = working_days(writer)
    for attempt in range(TRIES):
        at = writer.morning(day)
        chosen = scene or ordinary_scene(writer, at)
        if writer.play_scene(chosen.__name__, chosen, at):
            return
        earlier = [other for other in days if other < day]
        day = writer.rng.choice(earlier if earlier and attempt < TRIES // 2 else days)


def label_in_bulk(writer: SceneWriter) -> None:
    """The lead labels what is open, all of it within minutes: a bulk edit, and no work."""
    at = writer.end - 2 * DAY
    for sheet in writer.sheets:
        if sheet.scene in {scene.__name__ for scene in OPEN} and sheet.now < at:
            sheet.now = at = at + 9_000_000
            sheet.edit(writer.lead, labels=(*sheet.labels, BULK_LABEL), bulk=True)


def gather(sheets: list[TicketBuilder], actions: tuple[Action, ...]) -> dict[str, ExpectedTicket]:
    """What each ticket must measure to, with the key and the place that the order of the actions gives it."""
    keys, places = number_tickets(actions)
    return {
        sheet.ref: ExpectedTicket(
            sheet.ref, sheet.scene, keys[sheet.ref], places[sheet.ref], tuple(sheet.entries), sheet.gone, sheet.facts
        )
        for sheet in sheets
    }


def number_tickets(actions: tuple[Action, ...]) -> tuple[dict[str, str], dict[str, int]]:
    """Keys as Jira gives them: the next number of the project at creation, and a new one at each move."""
    last: dict[str, int] = {}
    keys: dict[str, str] = {}
    places: dict[str, int] = {}
    for action in actions:
        if isinstance(action, CreateIssue | MoveIssue):
            last[action.project] = last.get(action.project, 0) + 1
            keys[action.ref] = f"{action.project}-{last[action.project]}"
            places.setdefault(action.ref, len(places))
    return keys, places


def populate(site: Any, plan: Plan) -> None:
    """Give a fresh, furnished site what the story needs before its first action."""
    for person in plan.people:
        site.add_user(person.account, person.name, kind=person.kind, email=email_of(person))
    site.add_group(LEGAL_GROUP, {account_of(LEGAL)})
    lead = account_of("Maren Vogt")
    site.add_project("GROW", "Growth", lead=lead)
    site.add_project("SHOP", "Shop", lead=lead)
    for name, category in STATUSES:
        site.add_status(name, category)
    for name in TYPES:
        site.add_issue_type(name)
    site.add_issue_type("Epic", level=1)
    site.add_issue_type("Sub-task", subtask=True)
    site.add_field(SKILL_FIELD, "Skill area", "option")
    for name in RESOLUTIONS:
        site.add_resolution(name)
    site.add_link_type("Implements", "implements", "is implemented by")
    site.add_link_type("Review", "reviews", "reviewed by")
    site.add_level(SECURITY, (lead, account_of("Callum Rhodes")))
    for number in range(1, SPRINTS + 1):
        site.add_sprint(f"Growth sprint {number}")


def play(site: Any, plan: Plan, *, until: int | None = None, ids: Ids | None = None) -> Ids:
    """Let the actions up to and with `until` happen on `site`; returns the ids that it gave to their references."""
    known: Ids = {} if ids is None else ids
    for action in plan.actions:
        if until is not None and action.at > until:
            break
        action.apply(site, known)
    return known
