"""What waits on Learning: signatures and teach-backs."""

from collections.abc import Mapping, Sequence
from functools import partial

from connector.container import container
from connector.jira.client import JiraError
from connector.pages.learning import sign_offs
from connector.pages.learning.rungs import LadderContext
from connector.pages.panel.roles import NAMELESS
from connector.pages.visibility import browsable, fetch_names
from connector.pages.waiting.model import Step, WaitingContext, WaitingItem
from connector.text import EVIDENCE_NAMES, day
from connector.web.gate import caller
from mappings.measure.model.statements import LeadSide
from mappings.translation import gettext, mark, pgettext

SIGNED: Mapping[LeadSide, str] = {
    "agency": mark("%(objective)s · the agency signed on %(day)s"),
    "inhouse": mark("%(objective)s · the in-house lead signed on %(day)s"),
}


def select_learning(context: WaitingContext) -> Sequence[WaitingItem]:
    """Return what the caller may sign or read; learners are named as far as they agreed to it."""
    signing = sign_offs.select_signing(_ladder(context))
    names = fetch_names(container(), context.view, {learner for _, learner in signing.pairs})
    objectives = {item.key: item.name for item in context.view.engagement.objectives}
    shown = partial(_date, context)
    signs = [
        WaitingItem(
            gettext("Sign %(learner)s as %(rung)s", learner=_name(names, learner), rung=_rung_text(item.rung)),
            gettext(SIGNED[item.side], objective=objectives[key], day=shown(item.at)),
            pgettext("sign-off", "Sign"),
            step=Step("sign", {"pair": sign_offs.value_of((key, learner)), "rung": str(item.rung)}),
        )
        for (key, learner), item in signing.unsigned
        if item.side != signing.side and item.rung is not None
    ]
    return [*signs, *_teach_backs(signing, names, objectives)]


def _name(names: Mapping[str, str], learner: str) -> str:
    return names.get(learner) or gettext(NAMELESS)


def _rung_text(rung: int) -> str:
    return EVIDENCE_NAMES.get(rung) or gettext("none yet")


def _ladder(context: WaitingContext) -> LadderContext:
    who = caller()
    return LadderContext(
        context.connection, who.tenant_id, context.view, context.prepared, who.account or "", context.now
    )


def _date(context: WaitingContext, at: int) -> str:
    return day(context.prepared.calendar.day(at))


def _teach_backs(
    signing: sign_offs.Signing, names: dict[str, str], objectives: dict[str, str]
) -> Sequence[WaitingItem]:
    try:
        seen = browsable(container(), signing.labels.values())
    except JiraError:
        return ()
    return [
        WaitingItem(
            gettext("Teach-back of"),
            gettext(
                "%(learner)s explained it back · %(objective)s",
                learner=_name(names, item.account),
                objective=objectives[item.objective],
            ),
            gettext("Answer"),
            ticket=signing.labels[issue].key,
            step=Step(
                "accept", {"issue": str(issue), "pair": sign_offs.value_of((item.objective, item.account))}, asks=True
            ),
        )
        for issue, item in signing.teach_backs
        if issue in seen
    ]
