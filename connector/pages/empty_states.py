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
NO_ENGAGEMENT = State(
    mark("Nothing yet"),
    mark("There is no engagement yet"),
    mark(
        "Here engagements stand side by side, in sums and words, once they are agreed on. Open a project in Jira, "
        "there “Knowledge transfer”, and press “Begin an engagement”."
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


def unmeasured_text(name: str) -> str:
    """Return what stands in place of each figure of an engagement before it was measured once."""
    return gettext("%(name)s is being measured. The first figures come in some minutes.", name=name)


@dataclass(frozen=True)
class Way:
    """How far something under way is: `left` says how long it takes, `stopped` since when nothing went on, if so."""

    done: int
    total: int
    left: str = ""
    stopped: str = ""

    @property
    def share(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    @property
    def text(self) -> str:
        counts = {"done": integer_text(self.done), "total": integer_text(self.total)}
        if self.stopped:
            return gettext(
                "%(done)s of %(total)s tickets, the last %(ago)s: nothing goes on just now, and whoever runs Teachback "
                "can see why.",
                **counts,
                ago=self.stopped,
            )
        if self.left:
            return gettext("%(done)s of %(total)s tickets, %(left)s.", **counts, left=self.left)
        return gettext("%(done)s of %(total)s tickets.", **counts)


def importing(way: Way) -> State:
    return State(
        mark("Importing"),
        gettext("History is %(share)s imported", share=whole_percent(way.share)),
        f"{way.text} " + gettext("New work in Jira counts already; past weeks fill in as they arrive."),
        way.share,
    )


def measuring(way: Way, *, first: bool) -> State:
    meanwhile = (
        gettext("They appear when all are through.")
        if first
        else gettext("Until then the figures below are those of before the change.")
    )
    return State(
        mark("Measuring"),
        gettext("Measuring: %(share)s", share=whole_percent(way.share)),
        f"{way.text} {meanwhile}",
        way.share,
    )
