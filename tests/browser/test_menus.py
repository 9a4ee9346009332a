"""A menu of a page's head is whole within the window, wherever its button stands in the row."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import framed
from tests.browser.test_accessibility import PROGRAM, PROJECT

EDGES = "menu => [menu.getBoundingClientRect().left, innerWidth - menu.getBoundingClientRect().right]"


@pytest.mark.parametrize("path", [PROGRAM, PROJECT])
def test_a_menu_is_whole_within_the_window(path: str, opened: Callable[..., Page]) -> None:
    page = opened(path)
    menu = framed(page, "details.menu").locator("details.menu")
    menu.locator("summary").click()
    for width in (320, 400, 480, 560, 640, 720, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, min(menu.locator("ul").evaluate(EDGES))) >= (width, 0)
        # Below its button, and covering nothing of it.
        button, items = menu.locator("summary").bounding_box(), menu.locator("ul").bounding_box()
        assert button
        assert items
        assert items["y"] >= button["y"] + button["height"]
