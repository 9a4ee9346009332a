"""What an in-house team that is too small for figures about people reads of a draft before it agrees."""

from collections.abc import Iterable

from connector.pages.setup.access import DraftView
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ruleset import DEFAULT
from mappings.translation import ngettext


def small_team(view: DraftView, engagement: Engagement | None) -> Iterable[tuple[str, str]]:
    """Give what a small in-house team is not shown; how many it is is not the agency's business."""
    if engagement is None or view.side == "agency":
        return
    people = len({person.account for person in engagement.people if person.side == "inhouse"})
    # An engagement begins with the rules of the release.
    k = DEFAULT.k
    if 0 < people < k:
        yield (
            "people",
            ngettext(
                "In-house has %(num)s person, fewer than %(k)s: objectives show coverage and no counts by rung, "
                "unless all of them agree.",
                "In-house has %(num)s people, fewer than %(k)s: objectives show coverage and no counts by rung, "
                "unless all of them agree.",
                people,
                k=k,
            ),
        )
