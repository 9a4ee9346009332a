"""The agency's open tickets of an objective on which it brings nobody nearer, and what makes each count as taught."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.figures.open_previews import OpenTicket
from connector.pages.commented import NO_STEP, comment_step, reads_commenters
from connector.pages.project.held_tickets import NAMED
from connector.pages.together.viewer import Viewer
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext, ngettext


@dataclass(frozen=True)
class StepTicket:
    """A ticket of a step, and in `text` who would do what on it; `is_alone`: it is for a learner without the agency.

    `is_by_commenter`: it is for whoever commented. `further` count for its rung beside it.
    """

    key: str
    summary: str
    text: str
    is_alone: bool = False
    is_by_commenter: bool = False
    further: tuple[str, ...] = ()


@dataclass(frozen=True)
class Led:
    """The latest of these tickets, and how many follow them; "" for none."""

    rows: tuple[StepTicket, ...] = ()
    more: str = ""


NONE_LED = Led()


def led_of(viewer: Viewer, led: Sequence[OpenTicket], labels: Mapping[int, IssueLabel], key: str) -> Led:
    """Return those of an objective, of the tickets that the viewer may browse."""
    own = [item for item in led if key in item.preview.entry.objectives]
    more = len(own) - len(own[:NAMED])
    return Led(
        tuple(_row(viewer, item, labels[item.issue_id]) for item in own[:NAMED]),
        ngettext("%(num)s more ticket", "%(num)s more tickets", more) if more else "",
    )


def _row(viewer: Viewer, item: OpenTicket, label: IssueLabel) -> StepTicket:
    # As in the list of open tickets.
    step = comment_step(viewer.prepared, item, viewer.now) if reads_commenters(viewer.view) else NO_STEP
    text = step.text or gettext("Counts as taught once somebody in-house shadows it.")
    return StepTicket(label.key, label.summary, text, is_by_commenter=step.is_by_commenter)
