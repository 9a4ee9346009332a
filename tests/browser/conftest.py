"""A small story behind both sides, told once, and a browser to look at it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from connector.jobs.runner import JobRunner
from tests.browser.chromium import window
from tests.jira.servers import Stack, StackOptions, StoryClock, build, load
from tests.jira.story.story import plan

TICKETS = 60
# What Chromium logs of an answer that refuses a form: the page shows why.
REFUSED = "status of 422"
WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", event => window.refused.push(event.violatedDirective));
"""


@pytest.fixture(scope="session")
def stack(browser_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with open_stack(tmp_path_factory) as made:
        yield made


@pytest.fixture(scope="module")
def stack_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The same for one module, whose tests need the story as it was told."""
    with open_stack(tmp_path_factory) as made:
        yield made


@contextmanager
def open_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    story = plan(tickets=TICKETS)
    made = build(StackOptions(tmp_path_factory.mktemp("stack")), story, StoryClock(story.start))
    try:
        load(made)
        JobRunner(made.container).insert_missing()
        yield made
    finally:
        made.stop()


@pytest.fixture
def opened(stack: Stack, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a path of the host; at the test's end nothing may have been refused or gone wrong in any of its frames.

    With `set_clock` the timers of its frames are moved on by `page.clock.run_for`.
    """
    pages: list[Page] = []
    wrong: list[str] = []

    def open_page(path: str, theme: str = "light", person: str = "", *, set_clock: bool = False) -> Page:
        page = window(chromium, stack.host_url, theme, person)
        if set_clock:
            page.clock.install()
        page.add_init_script(WATCH)
        page.on(
            "console", lambda row: wrong.append(row.text) if row.type == "error" and REFUSED not in row.text else None
        )
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(path if "://" in path else f"{stack.host_url}{path}")
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        wrong += [name for frame in page.frames for name in frame.evaluate("window.refused ?? []")]
        page.context.close()
    assert wrong == []
