"""What is shown in place of a page: importing, measuring, no permission, Jira away."""

from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    """A state with its next step. `value` is a progress in per cent, or None."""

    kind: str
    title: str
    text: str
    value: int | None = None


NO_PERMISSION = State(
    "No permission",
    "You may not browse this project",
    "Jira says that your account may not browse the project, so its figures are not shown here either. An "
    "administrator of the project can give you that permission.",
)
NO_ADMIN = State(
    "No permission",
    "This page is for administrators of the site",
    "Jira says that your account does not administer this site, so how Teachback runs is not shown here. Whoever does "
    "can give you that permission: System, Global permissions, Administer Jira.",
)
NO_PROGRAM = State(
    "No part",
    "The program is for sponsors and administrators",
    "Here engagements stand side by side, in sums and words. A sponsor sees those in which an in-house lead named "
    "them; administrators of the site see all.",
)
JIRA_AWAY = State(
    "Jira away",
    "Jira does not answer just now",
    "Jira decides what you may see, so nothing is shown until it answers. Nothing is lost: what happens meanwhile "
    "is collected and counted. Try again in a minute.",
)


def importing(done: int, total: int, left: str) -> State:
    share = 100 * done // total if total else 0
    rest = f", {left}" if left else ""
    return State(
        "Importing",
        f"History is {share}\N{NO-BREAK SPACE}% imported",
        f"{done:,} of {total:,} tickets{rest}. New work in Jira counts already; past weeks fill in as they arrive.",
        share,
    )


def measuring(done: int, total: int, left: str, *, first: bool) -> State:
    share = 100 * done // total if total else 0
    rest = f", {left}" if left else ""
    meanwhile = (
        "They appear when all are through." if first else "Until then the figures below are those of before the change."
    )
    return State(
        "Measuring",
        f"Measuring: {share}\N{NO-BREAK SPACE}%",
        f"{done:,} of {total:,} tickets{rest}. {meanwhile}",
        share,
    )
