"""Names of rungs, objectives, dimensions and components, the same on every page; the last two are titles of rules."""

from collections.abc import Mapping
from typing import Any

from connector.text import percent
from mappings.formats.explain.rule_texts_score import COMPONENTS
from mappings.measure.model.engagement import RUNGS, Engagement
from mappings.measure.model.ruleset import Ruleset
from mappings.translation import Texts, gettext, mark, mark_plural, ngettext

# The rungs as a heading or a cell names them; inside a sentence stand those of terms.py.
RUNG_NAMES: Mapping[str, str] = Texts(
    {
        "exposed": mark("Exposed"),
        "shadowed": mark("Shadowed"),
        "assisted": mark("Assisted"),
        "independent": mark("Independent"),
        "teaches": mark("Teaches"),
    }
)
COMPONENT_NAMES: Mapping[str, str] = Texts({key: rule.title for key, rule in COMPONENTS.items()})

# What each rung takes, by how many tickets (measurement (c), "Rung", and the table of evidence above it).
_TAKES: Mapping[str, tuple[str, str]] = {
    "exposed": mark_plural(
        "touched %(num)s ticket: a comment, logged or other work on it, or a role",
        "touched %(num)s tickets: a comment, logged or other work on it, or a role",
    ),
    "shadowed": mark_plural(
        "%(num)s ticket of which agencies did %(leads)s or more, and: a role with a trace (a comment of %(letters)s "
        "characters, %(minutes)s minutes logged, or a part of the work), comments of that length on %(days)s days, "
        "%(minutes)s minutes logged, or %(helps)s of the work; or with a teach-back that was accepted",
        "%(num)s tickets of which agencies did %(leads)s or more, and on each: a role with a trace (a comment of "
        "%(letters)s characters, %(minutes)s minutes logged, or a part of the work), comments of that length on "
        "%(days)s days, %(minutes)s minutes logged, or %(helps)s of the work; or with a teach-back that was accepted",
    ),
    "assisted": mark_plural(
        "drove %(num)s ticket, with help of an agency or alone: %(drives)s or more of the work, with help as the "
        "named driver %(part)s",
        "drove %(num)s tickets, with help of an agency or alone: %(drives)s or more of the work, with help as the "
        "named driver %(part)s",
    ),
    "independent": mark_plural(
        "drove %(num)s ticket, %(drives)s or more of the work, without help of an agency",
        "drove %(num)s tickets, %(drives)s or more of the work, without help of an agency; %(span)s days or more from "
        "first to last",
    ),
    "teaches": mark_plural(
        "was mentor on %(num)s ticket that a colleague at assisted or above drove without help of an agency",
        "was mentor on %(num)s tickets that a colleague at assisted or above drove without help of an agency",
    ),
}


# What of one ticket makes it taught (measurement (c), E2 and E3), in the words of these rungs.
_TAUGHT = mark(
    "shadowed: agencies did %(leads)s or more of the work, and a role with a trace, comments of %(letters)s characters "
    "on %(days)s days, %(minutes)s minutes logged or %(helps)s of the work; or a teach-back that was accepted. "
    "Assisted: %(drives)s or more of the work with help of an agency, as the named driver %(part)s"
)


def rung_meanings(rules: Ruleset) -> dict[str, str]:
    """Return by rung what it takes by these rules, in one line, for tooltips and legends."""
    needed = zip(RUNGS, rules.rung_tickets, strict=True)
    return {rung: ngettext(*_TAKES[rung], tickets, **_places(rules)) for rung, tickets in needed}


def taught_meaning(rules: Ruleset) -> str:
    """Return what makes a ticket taught by these rules, in one line, for lists of rules."""
    return gettext(_TAUGHT, **_places(rules))


def _places(rules: Ruleset) -> dict[str, Any]:
    return {
        "leads": percent(rules.leads / 1000),
        "drives": percent(rules.drives / 1000),
        "part": percent(rules.learner_drives / 1000),
        "helps": percent(rules.helps / 1000),
        "letters": rules.letters,
        "minutes": rules.trace_seconds // 60,
        "days": rules.shadow_days,
        "span": rules.span_days,
    }


def objective_name(engagement: Engagement, key: str) -> str:
    return next((item.name for item in engagement.objectives if item.key == key), key)
