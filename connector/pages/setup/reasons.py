"""Why a side is proposed to somebody, in the reader's language. Drafts keep the reason as proposed_side.py wrote it."""

from collections.abc import Mapping

from connector.pages.setup.words import SIDE_NAMES
from connector.text import within
from mappings.formats.engagement_file.proposed_side import BY_ADDRESS, BY_GROUP, BY_RULE
from mappings.translation import gettext, mark

# By its beginning; what follows is a name of Jira or a domain.
_REASONS: Mapping[str, str] = {
    BY_RULE: mark("rule for the Jira group %(name)s"),
    BY_GROUP: mark("Jira group %(name)s"),
    BY_ADDRESS: mark("address at %(name)s"),
}


def reason_text(reason: str) -> str:
    """Return a stored reason, and what speaks against it, in the reader's language."""
    first, _, against = reason.partition("; but ")
    if not against:
        return _text(first)
    other, _, side = against.rpartition(" says ")
    places = {"reason": _text(first), "other": _text(other), "side": within(SIDE_NAMES.get(side, side))}
    return gettext("%(reason)s; but %(other)s says %(side)s", **places)


def _text(reason: str) -> str:
    for beginning, message in _REASONS.items():
        if reason.startswith(beginning):
            return gettext(message, name=reason.removeprefix(beginning))
    return reason
