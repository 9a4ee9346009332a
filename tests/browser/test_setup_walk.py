"""From an installed app to a taught share by the pages alone: 21 people, 2 projects, 5 objectives, counted."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, expect

from connector.jobs.runner import JobRunner
from tests.browser.chromium import framed
from tests.browser.setup_walk import Walk
from tests.browser.test_accessibility import PROJECT
from tests.jira.apps.forge_host import SHELL
from tests.jira.servers import Stack, StackOptions, StoryClock, build
from tests.jira.story.people import account_of
from tests.jira.story.story import plan, play

TICKETS = 40
MOST_PRESSES = 60
HOUR = 3_600_000_000
NEWCOMER = "Wanda Seidel"
LEAD, AGENCY_LEAD = account_of("Maren Vogt"), account_of("Callum Rhodes")
OBJECTIVES = ("Design an A/B test", "Analyse the results of a test", "Decide on a test with both sides",
              "Check an experiment before launch", "Write a testable hypothesis")  # fmt: skip
WALKS = ("connect by mouse", "forge by keyboard")
"""Each platform and each way once: the parts of the page are the same on both."""


@pytest.fixture(params=WALKS)
def walk(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if name.startswith("forge") and not (SHELL / "shell.js").is_file():
        pytest.skip("the Forge shell is not built: make .forge/static/shell/shell.js")
    return name


@pytest.fixture(scope="module")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Stack, Path]]]:
    """The site of each platform with its database as it was before anybody set up."""
    made: dict[str, tuple[Stack, Path]] = {}
    yield made
    for site, _ in made.values():
        site.stop()


@pytest.fixture
def stack(
    walk: str, browser_path: str, stacks: dict[str, tuple[Stack, Path]], tmp_path_factory: pytest.TempPathFactory
) -> Stack:
    """A site whose story happened, the app of the walk installed, and no engagement."""
    platform = walk.partition(" ")[0]
    if platform not in stacks:
        folder = tmp_path_factory.mktemp(platform)
        site = installed(folder, platform)
        stacks[platform] = site, folder / "before.db"
        copy_database(database_of(site), folder / "before.db")
    site, before = stacks[platform]
    copy_database(before, database_of(site))
    return site


def installed(folder: Path, platform: str) -> Stack:
    story = plan(tickets=TICKETS)
    made = build(StackOptions(folder), story, StoryClock(story.start))
    made.clock.at = story.end
    if platform == "forge":
        made.move_to_forge()
    else:
        made.app.install(by=LEAD)
    play(made.site, story)
    # One of the 21 did something on the second project alone.
    made.site.add_user(account_of(NEWCOMER), NEWCOMER, kind="atlassian", email="wanda.seidel@growth.example")
    issue = made.site.create_issue("SHOP", "Task", "Check the basket", by=LEAD, at=story.end - HOUR)
    made.site.add_comment(issue.id, by=account_of(NEWCOMER), at=story.end - HOUR // 2, text="It is well.")
    made.settle()
    return made


def database_of(site: Stack) -> Path:
    return Path(str(site.container.engine.url.database))


def copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def page_of(page: Page) -> Frame:
    return framed(page, "h1")


def test_an_engagement_is_set_up_in_sixty_presses(walk: str, stack: Stack, opened: Callable[..., Page]) -> None:
    by_keyboard = walk.endswith("keyboard")
    lead = Walk(page_of(opened(PROJECT, person=LEAD)), by_keyboard)
    lead.presses += 1  # the page itself
    set_up(lead, stack)
    agency = Walk(page_of(opened(PROJECT, person=AGENCY_LEAD)), by_keyboard)
    agency.presses += 1
    agency.press("Read and agree")
    agency.press("Agree for the agency")
    expect(agency.frame.locator("main.page")).to_contain_text("Both sides agreed")
    stack.settle()
    agency.press("Open the figures")
    agency.follow("Overview")
    expect(agency.frame.locator("main.page")).to_contain_text("taught through")
    print(f"{walk}: {lead.presses} presses and fields, {agency.presses} by the other lead; {lead.tabs} tabs")
    assert lead.presses + agency.presses <= MOST_PRESSES


def read_history(stack: Stack) -> None:
    """What the worker does once a project is named."""
    runner = JobRunner(stack.container)
    runner.insert_missing()
    while (ran := runner.run_now(stack.tenant_id, "sync")) is not None and ran.due_at <= stack.clock():
        pass
    stack.settle()


def set_up(lead: Walk, stack: Stack) -> None:
    frame = lead.frame
    lead.press("Begin an engagement")
    expect(frame.locator("#basics")).to_be_visible()
    read_history(stack)
    lead.fill("Name", "Growth and Acme")
    lead.fill("Agency", "Acme")
    lead.fill("Jira projects", "GROW, SHOP")
    lead.pick("Hybrid")
    # Fields are sent one after the other, and the first of them says "Saved." while the last is still on its way.
    for field, text in (("projects", "GROW, SHOP"), ("model", "hybrid")):
        expect(frame.locator(f"#form-basics [name='was.{field}']")).to_have_value(text)
    saved(frame, "basics")
    read_history(stack)
    if stack.host.forge:
        lead.press("Look again")
        expect(frame.locator(".said")).to_contain_text("Filled in")
    # Who worked on the second project alone comes with it.
    expect(frame.locator("#people")).to_contain_text(NEWCOMER)
    lead.press("Accept all")
    saved(frame, "people", "set.")
    lead.choose("Side of Dana Quist", "In-house")
    saved(frame, "people")
    lead.choose("Side of Viktor Amsel", "In-house")
    expect(frame.locator("#people")).to_contain_text("Everybody who was seen has a side.")
    expect(frame.locator("#with-a-side")).to_contain_text("With a side: 21")
    lead.open("#library", "Experimentation")
    for name in OBJECTIVES:
        lead.tick(name)
    lead.press("Add the ticked ones", within="#trade-1")
    saved(frame, "objectives", "5 objectives added.")
    lead.choose("In-house lead", "Maren Vogt")
    saved(frame, "leads")
    lead.choose("Agency lead", "Callum Rhodes")
    expect(frame.locator("#agreement")).to_contain_text("Callum Rhodes")
    lead.press("Agree for the in-house side")
    expect(frame.locator("#setup-lead")).to_contain_text("You agreed. It waits for")


def saved(frame: Frame, section: str, words: str = "Saved.") -> None:
    expect(frame.locator(f"#{section} .saved")).to_contain_text(words)
