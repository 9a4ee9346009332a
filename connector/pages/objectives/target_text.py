"""What was agreed of an objective, in words: who is to stand where, and until when."""

from datetime import date

from connector.pages.terms import RUNG_WORDS
from connector.text import full_day
from mappings.measure.model.engagement import Objective
from mappings.translation import gettext, ngettext


def target_text(objective: Objective) -> str:
    """Return who is to stand where: "2 people independent"."""
    return ngettext(
        "%(num)s person %(rung)s", "%(num)s people %(rung)s", objective.people, rung=RUNG_WORDS[objective.rung]
    )


def dated_target(target: str, by: date | None) -> str:
    """Return who is to stand where, and until when: "2 people independent by 20 Nov 2026"."""
    return gettext("%(target)s by %(day)s", target=target, day=full_day(by)) if by else target
