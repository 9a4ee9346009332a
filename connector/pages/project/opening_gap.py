"""Why no open ticket could teach just now, as text, and the tab on which that can be looked into."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from connector.actions.policy import TAG, may
from connector.auth.access import EngagementView
from connector.figures.teaching import Missing, OpeningGap, Teaching
from connector.pages.empty_states import unmeasured_text
from connector.pages.project.tickets_missing import way_text
from connector.pages.step_text import most_text
from connector.pages.tabs import frame_address
from connector.pages.tickets.filters import LIFTS, NO_OBJECTIVE
from connector.text import capital
from mappings.translation import gettext, integer_text, mark, mark_plural, ngettext

# What is missing before any ticket is counted.
NONE_YET: Mapping[Missing, str] = {
    "learner": mark("Nobody in-house is enrolled for an objective yet. A lead can enrol learners."),
    "objective": mark("No open ticket has an objective yet. It can be set in the ticket’s panel."),
    "learner_of_objective": mark("Open tickets have an objective, but nobody is enrolled for any of those."),
}
# What the open tickets of the agency take where none of them brings an enrolled learner nearer.
SHADOWING: Mapping[Missing, tuple[str, str]] = {
    "taught": mark_plural(
        "%(number)s open agency ticket: it counts as taught already.",
        "%(number)s open agency tickets: each counts as taught already.",
    ),
    "step": mark_plural(
        "%(number)s open agency ticket: it counts as taught once somebody in-house shadows it%(scored)s, but lifts "
        "nobody enrolled for its objective: with the agency’s help none gains a rung that they lack.",
        "%(number)s open agency tickets: each counts as taught once somebody in-house shadows it%(scored)s, but lifts "
        "nobody enrolled for its objective: with the agency’s help none gains a rung that they lack.",
    ),
    "less_work": mark_plural(
        "%(number)s open agency ticket: it counts as taught once somebody in-house shadows it%(scored)s, but to "
        "rise a rung, a learner would have to do more than %(hours)s of it (two working days).",
        "%(number)s open agency tickets: each counts as taught once somebody in-house shadows it%(scored)s, but to "
        "rise a rung, a learner would have to do more than %(hours)s of it (two working days).",
    ),
    "some": mark_plural(
        "%(number)s open agency ticket: it counts as taught once somebody in-house shadows it%(scored)s, but lifts "
        "nobody enrolled for its objective with %(hours)s of work or less (two working days).",
        "%(number)s open agency tickets: each counts as taught once somebody in-house shadows it%(scored)s, but lifts "
        "nobody enrolled for its objective with %(hours)s of work or less (two working days).",
    ),
}
# What the open tickets lack that have an objective with learners.
LACKING: Mapping[Missing, tuple[str, str]] = {
    "agency": mark_plural(
        "%(number)s open ticket has an objective with learners, but %(agency)s has less than half of its work.",
        "%(number)s open tickets have an objective with learners, but %(agency)s has less than half of the work on "
        "each.",
    ),
    **SHADOWING,
}
# The same of those besides the tickets that help without the agency.
OTHERS_LACKING: Mapping[Missing, tuple[str, str]] = {
    "agency": mark_plural(
        "Other open tickets with learners: %(number)s; %(agency)s has less than half of its work.",
        "Other open tickets with learners: %(number)s; %(agency)s has less than half of the work on each.",
    ),
    **SHADOWING,
}

SCORED = mark("(also for “Learners taught” if an enrolled learner does)")
WITHOUT_OBJECTIVE = mark("Open tickets without an objective of %(engagement)s")
# Of how many objectives it is said what the nearest learner lacks.
NAMED = 3
# Stands in a text where its count does, which a page makes a link: no message has it.
_COUNTED = "\0"


@dataclass(frozen=True)
class Gap:
    """What is missing, and the link to where it is looked into; a `count` opens there too.

    The count stands between `before` and `text`. `ways` is what the nearest learners lack. `lifts` says how many of the
    counted lift the reader themselves, and opens these.
    """

    text: str = ""
    link: str = ""
    address: str = ""
    count: str = ""
    before: str = ""
    ways: "tuple[LearnerWay, ...]" = ()
    lifts: str = ""
    lifts_address: str = ""


@dataclass(frozen=True)
class LearnerWay:
    """What the nearest learner of an objective still needs, and where the objective stands.

    `is_alone`: that is tickets to drive without the agency alone. `lacks` says that no open ticket has the objective,
    with the link to those that could get it.
    """

    objective: str
    text: str
    address: str
    is_alone: bool
    lacks: Gap


LIFTED = mark_plural("%(num)s of them lifts you all the same", "%(num)s of them lift you all the same")


def gap_of(
    view: EngagementView,
    teaching: Teaching,
    period: str,
    shown: Collection[str] = (),
    *,
    lifting: AbstractSet[int] = frozenset(),
) -> Gap:
    """Return what is missing in an engagement none of whose open tickets could teach.

    `shown` are the objectives with a ticket above the text that helps without the agency, `lifting` the tickets that
    lift the reader.
    """
    gap = teaching.gap
    if gap is None:
        return Gap(unmeasured_text(view.engagement.name))
    if gap.missing == "objective":
        return untagged_gap(gettext(NONE_YET[gap.missing]), view, period)
    if gap.missing in NONE_YET:
        address = frame_address("objectives", view.engagement, period)
        return Gap(gettext(NONE_YET[gap.missing]), gettext("Objectives"), address)
    before, after = _around_count(view, gap, shown)
    # The list of exactly those that the text counts.
    which = {"untaught": "others" if shown else "all"} if gap.others or not shown else {}
    address = frame_address("tickets", view.engagement, period, show="open", **which)
    counted = gap.others if shown else gap.lacking
    number = integer_text(len(counted)) if counted else ""
    ways = _ways_of(view, teaching, period, shown)
    lifts = len(counted & lifting)
    lifts_text = ngettext(*LIFTED, lifts) if lifts else ""
    narrowed = frame_address("tickets", view.engagement, period, show="open", mine=LIFTS, **which)
    return Gap(after, gettext("Open tickets"), address, number, before, ways, lifts_text, narrowed)


def scored_text(view: EngagementView) -> str:
    """Return after "shadows it" what that does to a part of the score; "" for whoever reads no score."""
    return f" {gettext(SCORED)}" if "scores" in view.sees else ""


def shadowing_of(view: EngagementView, period: str) -> Gap:
    """Return for an agency what its open tickets take, beside those that bring a learner nearer; empty for others."""
    if not view.agency:
        return Gap()
    text = gettext(
        "Each open ticket of %(agency)s with an objective counts as taught once somebody in-house shadows "
        "it%(scored)s.",
        agency=view.engagement.agency_name,
        scored=scored_text(view),
    )
    return Gap(text, gettext("Open tickets"), frame_address("tickets", view.engagement, period, show="open"))


def own_gap(view: EngagementView, teaching: Teaching, period: str, key: str) -> Gap:
    """Return why one objective has no ticket; empty where it has an open one, or is none of the engagement's."""
    name = next((objective.name for objective in view.engagement.objectives if objective.key == key), "")
    if not name or key not in {*teaching.unlearned, *teaching.unticketed}:
        return Gap()
    text = gettext("%(objective)s: %(lacks)s", objective=name, lacks=_lacks_text(view, key, teaching))
    return Gap(f"{text}.") if key in teaching.unlearned else untagged_gap(f"{text}.", view, period, key)


def untagged_gap(text: str, view: EngagementView, period: str, key: str = "") -> Gap:
    """Return what a text says is missing, with the link to the open tickets that could be tagged with an objective."""
    if "drilldown" not in view.sees:
        return Gap(text)
    aim = {"aim": key} if key else {}
    address = frame_address("tickets", view.engagement, period, show="open", objective=NO_OBJECTIVE, **aim)
    return Gap(text, gettext(WITHOUT_OBJECTIVE, engagement=view.engagement.name), address)


def lacking_of(view: EngagementView, teaching: Teaching, key: str, period: str = "") -> Gap:
    """Return why an objective has no next ticket, as a sentence, and where one is looked for that could get it."""
    text = sentence_of(_lacks_text(view, key, teaching))
    return untagged_gap(text, view, period, key) if _is_untagged(teaching, key) else Gap(text)


def _is_untagged(teaching: Teaching, key: str) -> bool:
    """Tell whether an objective lacks a ticket alone."""
    return key not in teaching.unlearned and key in teaching.unticketed


def add_text(view: EngagementView, teaching: Teaching) -> str:
    """Return how an objective gets one more ticket to drive alone: who may set it on none reads whom to ask."""
    if teaching.free.to_drive is not None:
        return sentence_of(ask_text(teaching.free.to_drive))
    if not may(TAG, view.roles):
        return gettext("Ask your lead or the in-house team to set this objective on another ticket.")
    return gettext("Tag one, or ask for one.")


def ask_text(free: int) -> str:
    """Return what is asked where an agency has no open ticket without an objective, by how many are nobody's."""
    if not free:
        return gettext("ask the in-house team to set it on one")
    return ngettext(
        "ask the in-house team whether to set it on the %(num)s open ticket without an objective that is nobody’s, "
        "proposals aside",
        "ask the in-house team on which of the %(num)s open tickets without an objective that are nobody’s, "
        "proposals aside, to set it",
        free,
    )


def sentence_of(text: str) -> str:
    return f"{capital(text)}."


def _lacks_text(view: EngagementView, key: str, teaching: Teaching) -> str:
    """Return why an objective has no next ticket."""
    if key in teaching.unlearned:
        return gettext("nobody in-house is enrolled for it: enrol a learner")
    if key in teaching.unticketed:
        if teaching.free.to_tag is not None:
            return gettext("no open ticket has this objective: %(ask)s", ask=ask_text(teaching.free.to_tag))
        if not may(TAG, view.roles):
            return gettext("no open ticket has this objective: ask your lead or the in-house team to set it on one")
        return gettext("no open ticket has this objective: tag one, or ask for one")
    # In works-council mode no step is left out for its work, and no hours are shown (measurement (f)).
    if view.stored.rules.works_council:
        return gettext("none of its open tickets that you may browse would bring a learner nearer")
    return gettext(
        "none of its open tickets that you may browse would bring a learner nearer with %(hours)s of work or less",
        hours=most_text(),
    )


def _around_count(view: EngagementView, gap: OpeningGap, shown: Collection[str]) -> tuple[str, str]:
    """Return what the open tickets lack, besides those that are shown, before and after how many they are.

    Both are empty where there are no others.
    """
    forms, counted = (OTHERS_LACKING, gap.others) if shown else (LACKING, gap.lacking)
    if not counted:
        return "", ""
    places = {
        "agency": view.engagement.agency_name,
        "hours": most_text(),
        "number": _COUNTED,
        "scored": scored_text(view),
    }
    before, _, after = ngettext(*forms[gap.missing], len(counted), **places).partition(_COUNTED)
    return before, after


def _ways_of(view: EngagementView, teaching: Teaching, period: str, shown: Collection[str]) -> tuple[LearnerWay, ...]:
    """Return what the nearest learners lack, but for objectives with a ticket that is shown.

    Counts of people tell it, so it is for who may see these.
    """
    if "cells" not in view.sees:
        return ()
    names = {objective.key: objective.name for objective in view.engagement.objectives}
    lacking = [(key, way) for key, way in teaching.ways.items() if key not in shown]
    return tuple(
        LearnerWay(
            names[key],
            gettext("the nearest learner still needs %(tickets)s.", tickets=way_text(way)),
            frame_address("objectives", view.engagement, period, objective=key),
            way.is_alone,
            lacking_of(view, teaching, key, period) if _is_untagged(teaching, key) else Gap(),
        )
        for key, way in lacking[:NAMED]
    )
