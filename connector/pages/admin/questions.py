"""The questions before what is long to make good, or shows others something: what an act does, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from mappings.translation import mark


@dataclass(frozen=True)
class Question:
    """The question before an act, as marked texts: a title with the project's key, what it does, the button's label.

    `endpoint` is where the act is done.
    """

    title: str
    text: str
    button: str
    endpoint: str = "admin.turn_history"


QUESTIONS: Mapping[str, Question] = {
    "anew": Question(
        mark("Read %(project)s again?"),
        mark(
            "Every ticket is read again from the start. Nothing is deleted: what was imported counts meanwhile. It "
            "takes as long as the first time, and uses part of the requests that Jira allows each hour."
        ),
        mark("Read again"),
    ),
    "cancel": Question(
        mark("Cancel reading %(project)s?"),
        mark(
            "What was imported stays and counts, and so does what happens in Jira from now on. What is not read yet "
            "stays out of the figures until you resume."
        ),
        mark("Cancel reading"),
    ),
    "show": Question(
        mark("Show buckets on the tickets of %(project)s?"),
        mark(
            "Each ticket then shows taught, done only, handed over or own to whoever may see it, the agency included. "
            "You can hide them again."
        ),
        mark("Show buckets"),
        "admin.turn_mirror",
    ),
}
