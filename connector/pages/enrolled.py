"""Who is enrolled for an objective: those who are still there, and how many more have left the in-house side."""

from typing import NamedTuple

from mappings.events.pseudonyms import is_erased
from mappings.events.types import Instant
from mappings.measure.model.affiliation import Affiliations, AffiliationSpan
from mappings.measure.model.engagement import Engagement, Objective
from mappings.translation import gettext, ngettext


class Enrolled(NamedTuple):
    """The accounts that a figure may count, whose first day may be to come, and how many others have left."""

    accounts: tuple[str, ...]
    left: int


def is_enrolled(engagement: Engagement, key: str, account: str | None) -> bool:
    """Tell whether somebody is enrolled for an objective."""
    return any(account in objective.learners for objective in engagement.objectives if objective.key == key)


def enrolled_at(objective: Objective, people: Affiliations, at: Instant, *, agency: bool) -> Enrolled:
    """Return who is enrolled at an instant; an agency is not told who left the other side, be it their number."""
    accounts = tuple(account for account in objective.learners if not _has_left(account, people.span(account), at))
    return Enrolled(accounts, 0 if agency else len(objective.learners) - len(accounts))


def _has_left(account: str, span: AffiliationSpan, at: Instant) -> bool:
    sides = [(end, each.side) for end, each in zip((*span.bounds, None), span.affiliations, strict=True)]
    stays = [end for end, side in sides if side in {"inhouse", "conflict"}]
    # An erased person does nothing any more, whatever the agreement says of their last day.
    return not stays or (is_erased(account) if stays[-1] is None else stays[-1] <= at)


def enrolled_text(enrolled: Enrolled, viewer: str = "") -> str:
    """Return how many are enrolled, and whether the reader is one of them."""
    count = len(enrolled.accounts)
    text = gettext("no learner enrolled")
    if viewer in enrolled.accounts:
        text = ngettext("%(num)s learner enrolled: you", "%(num)s learners enrolled, you among them", count)
    elif count:
        text = ngettext("%(num)s learner enrolled", "%(num)s learners enrolled", count)
    return with_left(text, enrolled)


def with_left(text: str, enrolled: Enrolled) -> str:
    """Return a text that counts who is there, with how many have left."""
    if not enrolled.left:
        return text
    if not enrolled.accounts:
        return ngettext("%(text)s; %(num)s has left", "%(text)s; %(num)s have left", enrolled.left, text=text)
    return ngettext("%(text)s; %(num)s more has left", "%(text)s; %(num)s more have left", enrolled.left, text=text)
