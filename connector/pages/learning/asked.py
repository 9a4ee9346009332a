"""The learner for whom a link to the sign-off form asks: the form opens with them, and says who signs the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.pages.learning.rung_names import WORDS
from connector.pages.learning.sign_offs import Pair
from connector.pages.panel.roles import Person
from mappings.measure.model.engagement import RUNGS, Engagement
from mappings.measure.model.statements import LeadSide
from mappings.translation import gettext, list_text, mark

# From this rung on a signature of each side is needed.
BOTH_SIGN = RUNGS.index("independent") + 1
OTHERS: Mapping[LeadSide, str] = {"inhouse": mark("a lead of the agency"), "agency": mark("an in-house lead")}


@dataclass(frozen=True)
class Asked:
    """Whom the form opens with, for which rung, and what stands above it; empty where the link asks for nobody.

    It rests on the link and the agreement alone: of nobody's rung the form tells anything.
    """

    learner: str = ""
    rung: int = 0
    text: str = ""


def other_leads(engagement: Engagement, side: LeadSide) -> Sequence[str]:
    """Return who leads the side that signs beside one's own."""
    return engagement.leads.get("inhouse" if side == "agency" else "agency", ())


def asked_of(
    engagement: Engagement, pair: Pair, learners: Sequence[Person], *, side: LeadSide, names: Mapping[str, str]
) -> Asked:
    """Return what the form opens with; `learners` are whom the viewer may sign for on the objective of the pair."""
    learner = next((person for person in learners if person.account == pair[1]), None)
    objective = next((item for item in engagement.objectives if item.key == pair[0]), None)
    if learner is None or objective is None:
        return Asked()
    rung = RUNGS.index(objective.rung) + 1
    leads = [names[account] for account in other_leads(engagement, side) if account in names]
    places = {"name": learner.name, "rung": WORDS[rung], "other": list_text(leads, "or") or gettext(OTHERS[side])}
    text = gettext("Both signatures for %(name)s, %(rung)s, can reach the target; %(other)s signs the other.", **places)
    return Asked(learner.account, rung, text if rung >= BOTH_SIGN else "")
