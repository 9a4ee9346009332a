"""What is shown in place of a page: importing, measuring, no permission, Jira away."""

from dataclasses import dataclass

from connector.text import whole_percent
from mappings.translation import gettext, integer_text, mark


@dataclass(frozen=True)
class State:
    """A state with its next step, of marked texts. `value` is a progress in per cent, or None."""

    marked_kind: str
    marked_title: str
    marked_text: str
    value: int | None = None

    @property
    def kind(self) -> str:
        return gettext(self.marked_kind)

    @property
    def title(self) -> str:
        return gettext(self.marked_title)

    @property
    def text(self) -> str:
        return gettext(self.marked_text)


NO_PERMISSION = State(
    mark("No permission"),
    mark("You may not browse this project"),
    mark(
        "Jira says that your account may not browse the project, so its figures are not shown here either. An "
        "administrator of the project can give you that permission."
    ),
)
NO_ADMIN = State(
    mark("No permission"),
    mark("This page is for administrators of the site"),
    mark(
        "Jira says that your account does not administer this site, so how Teachback runs is not shown here. "
        "Ask a Jira administrator for what you want to know."
    ),
)
NO_PROGRAM = State(
    mark("No part"),
    mark("The program is for sponsors and administrators"),
    mark(
        "Here engagements stand side by side, in sums and words. A sponsor sees those in which an in-house lead named "
        "them; administrators of the site see all."
    ),
)
JIRA_AWAY = State(
    mark("Jira away"),
    mark("Jira does not answer just now"),
    mark(
        "Jira decides what you may see, so nothing is shown until it answers. Nothing is lost: what happens meanwhile "
        "is collected and counted. Try again in a minute."
    ),
)


def importing(done: int, total: int, left: str) -> State:
    share = 100 * done // total if total else 0
    return State(
        mark("Importing"),
        gettext("History is %(share)s imported", share=whole_percent(share)),
        f"{_progress(done, total, left)} "
        + gettext("New work in Jira counts already; past weeks fill in as they arrive."),
        share,
    )


def measuring(done: int, total: int, left: str, *, first: bool) -> State:
    share = 100 * done // total if total else 0
    meanwhile = (
        gettext("They appear when all are through.")
        if first
        else gettext("Until then the figures below are those of before the change.")
    )
    return State(
        mark("Measuring"),
        gettext("Measuring: %(share)s", share=whole_percent(share)),
        f"{_progress(done, total, left)} {meanwhile}",
        share,
    )


def _progress(done: int, total: int, left: str) -> str:
    counts = {"done": integer_text(done), "total": integer_text(total)}
    if left:
        return gettext("%(done)s of %(total)s tickets, %(left)s.", **counts, left=left)
    return gettext("%(done)s of %(total)s tickets.", **counts)
