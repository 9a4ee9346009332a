"""The pictures of the README: `python -m tests.pictures` opens the project page of the story and takes it.

The same story and a clock that stands still at its end give the same page each time.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.chromium import browsing, framed, until, window
from tests.conftest import browser
from tests.jira.servers import Stack, StackOptions, StoryClock, build, load
from tests.jira.story.story import plan

DOCS = Path(__file__).parents[2] / "docs"
SIDE = 224
WIDE = 1280
LARGEST = 500_000
END = "Math.ceil(document.getElementById('unpublished').closest('section').getBoundingClientRect().top + scrollY)"
"""Where the figures end: what one does with them is no part of the picture."""


def main() -> int:
    """Exit status 1 where there is no Chromium or a picture grew too large."""
    path = browser()
    if path is None:
        print("No Chromium on this machine: the pictures stay as they are.", file=sys.stderr)  # a command
        return 1
    story = plan()
    with tempfile.TemporaryDirectory() as folder:
        stack = build(StackOptions(Path(folder)), story, StoryClock(story.start))
        try:
            load(stack)
            with browsing(path) as chromium:
                sizes = [take(chromium, stack, theme) for theme in ("light", "dark")]
        finally:
            stack.stop()
    if max(sizes) > LARGEST:
        print(f"A picture has {max(sizes)} bytes, more than {LARGEST}.", file=sys.stderr)  # a command
        return 1
    return 0


def take(chromium: Browser, stack: Stack, theme: str) -> int:
    """One picture of the frame alone, down to what comes after the figures; returns its bytes."""
    page = window(chromium, stack.host_url, theme, wide=SIDE + WIDE)
    page.goto(stack.host_url)
    frame = framed(page, "svg.chart")
    tall = frame.evaluate(END)
    top = page.evaluate("document.querySelector('iframe').getBoundingClientRect().top")
    page.set_viewport_size({"width": SIDE + WIDE, "height": int(tall + top + 1)})
    until(frame, f"innerHeight >= {END}")
    path = DOCS / f"picture-{theme}.png"
    path.write_bytes(page.locator("iframe").screenshot())
    page.context.close()
    return path.stat().st_size


if __name__ == "__main__":
    sys.exit(main())
