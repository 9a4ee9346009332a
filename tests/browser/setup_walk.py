"""Somebody who sets an engagement up and counts it: by mouse, or by keyboard alone. A press acts or fills in."""

from dataclasses import dataclass

from playwright.sync_api import Frame, Locator, expect

MOST_TABS = 400
FOCUSED = "each => each === document.activeElement"
BEFORE = "each => Boolean(document.activeElement.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_PRECEDING)"


@dataclass
class Walk:
    """A page that is used; `presses` counts presses and fields, `tabs` what the keyboard takes to come to them."""

    frame: Frame
    by_keyboard: bool
    presses: int = 0
    tabs: int = 0

    def press(self, name: str, *, within: str = "body") -> None:
        """Press a button by its name."""
        self._press(self.frame.locator(within).get_by_role("button", name=name).first)

    def follow(self, name: str) -> None:
        """Follow a link by its name."""
        self._press(self.frame.get_by_role("link", name=name).first)

    def open(self, selector: str, words: str) -> None:
        """Open what is folded."""
        self._press(self.frame.locator(f"{selector} summary", has_text=words).first)

    def tick(self, label: str) -> None:
        """Tick a box."""
        self._press(self.frame.get_by_label(label).first, key="Space")

    def fill(self, label: str, text: str) -> None:
        """Fill a field in and leave it."""
        self.presses += 1
        field = self.frame.get_by_label(label, exact=True)
        if self.by_keyboard:
            self._tab_to(field)
            self.frame.page.keyboard.press("Control+a")
            self.frame.page.keyboard.type(text)
            self.frame.page.keyboard.press("Tab")
            self.tabs += 1
        else:
            field.fill(text)
            field.press("Tab")

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a list by its first letters."""
        self.presses += 1
        field = self.frame.get_by_label(label, exact=True)
        if self.by_keyboard:
            self._tab_to(field)
            self.frame.page.keyboard.type(option)
            self.frame.page.keyboard.press("Tab")
            self.tabs += 1
        else:
            field.select_option(label=option)

    def pick(self, label: str) -> None:
        """Pick one of several choices, of which none is picked yet."""
        self.presses += 1
        choice = self.frame.get_by_label(label)
        if not self.by_keyboard:
            choice.check()
            return
        name = choice.get_attribute("name")
        self._tab_to(self.frame.locator(f"[name='{name}']").first)
        self.frame.page.keyboard.press("Space")
        while not choice.is_checked():
            self.frame.page.keyboard.press("ArrowDown")

    def _press(self, target: Locator, key: str = "Enter") -> None:
        self.presses += 1
        if self.by_keyboard:
            self._tab_to(target)
            self.frame.page.keyboard.press(key)
        else:
            target.click()

    def _tab_to(self, target: Locator) -> None:
        expect(target).to_be_visible()
        key = "Shift+Tab" if target.evaluate(BEFORE) else "Tab"
        for _ in range(MOST_TABS):
            if target.evaluate(FOCUSED):
                return
            self.frame.page.keyboard.press(key)
            self.tabs += 1
        raise AssertionError(f"the keyboard does not come to {target}")
