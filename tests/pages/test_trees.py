"""What a screen reader is given of each tab: Chromium's accessibility tree, compared with the one that was read.

After a change that is meant, `WRITE_TREES=1 pytest tests/pages/test_trees.py` writes them anew: read the difference.
"""

import os
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from connector.pages.tabs import TABS
from tests.pages.conftest import GATEKEEPER, LEAD, LEARNER, PageClient

TREES = Path(__file__).parent / "trees"
STATIC = Path(__file__).parents[2] / "connector" / "static"
# A part that the page asks for once it is there.
LATER = re.compile(r'<div class="later[^>]*hx-get="([^"]+)"[^>]*>.*?</div>', re.DOTALL)
# What the settings list, such as links and who has no side, other tests change on the shared site. A lead is no
# gatekeeper, and a review is read once it is frozen.
ELSEWHERE = ("settings", "gatekeeping", "review")
READERS = {
    **{f"lead-{tab.key}": (LEAD, tab.key) for tab in TABS if tab.key not in ELSEWHERE},
    "learner-learning": (LEARNER, "learning"),
    "gatekeeper-overview": (GATEKEEPER, "overview"),
}


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(java_script_enabled=False) as context:
        yield context.new_page()


def document_of(content: str) -> str:
    """The content with all style sheets: what is a block of its own is read apart."""
    styles = "\n".join(path.read_text() for path in sorted(STATIC.glob("*.css")))
    return f"<html lang=en><style>{styles}</style><body>{content}</body></html>"


def content_of(page_client: PageClient, person: str, tab: str, **query: str) -> str:
    """The frame with its tab, and with all that comes later in its place."""
    html = page_client.content(person, tab=tab, **query).text
    while later := LATER.search(html):
        answer = page_client.follow(person, unescape(later[1]))
        assert answer.status_code == 200, later[1]
        html = html[: later.start()] + answer.text + html[later.end() :]
    return html


@pytest.mark.parametrize("name", READERS)
def test_the_tree_of_a_tab_is_the_one_that_was_read(name: str, apart: PageClient, page: Page) -> None:
    person, tab = READERS[name]
    compare(name, page, content_of(apart, person, tab), apart)


def test_the_tree_of_a_review_is_the_one_that_was_read(frozen: PageClient, page: Page) -> None:
    compare("lead-review", page, content_of(frozen, LEAD, "review", period="2026Q3"), frozen)


def compare(name: str, page: Page, content: str, page_client: PageClient) -> None:
    page.set_content(document_of(content))
    tree = (
        page.locator("body").aria_snapshot().replace(page_client.story_site.site.base_url, "https://jira.example.com")
        + "\n"
    )
    # The stand-in has another port each time, which the agreement names.
    tree = re.sub(r"\b[0-9a-f]{8}(…[0-9a-f]+)?\b", "…", re.sub(r"sha256:[0-9a-f]+", "sha256:", tree))
    path = TREES / f"{name}.yaml"
    if os.environ.get("WRITE_TREES"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(tree)
    assert tree == path.read_text()
