"""What waits on Learning: signatures, teach-backs, and objectives that a side has still to confirm."""

from collections.abc import Sequence
from functools import partial

from connector.container import container
from connector.jira.client import JiraError
from connector.pages.learning import sign_offs
from connector.pages.learning.rungs import NAMES, LadderContext
from connector.pages.panel.roles import NAMELESS
from connector.pages.visibility import browsable, fetch_names
from connector.pages.waiting.model import WaitingContext, WaitingItem
from connector.text import day
from connector.web.gate import caller


def select_learning(context: WaitingContext) -> Sequence[WaitingItem]:
    """Return what the caller may sign, read or confirm; learners are named as far as they agreed to it."""
    signing = sign_offs.select_signing(_ladder(context))
    names = fetch_names(container(), context.view, {learner for _, learner in signing.pairs})
    objectives = {item.key: item.name for item in context.view.engagement.objectives}
    shown = partial(_date, context)
    signs = [
        WaitingItem(
            f"Sign {names.get(learner, NAMELESS)} as {NAMES[item.rung].lower()}",
            f"{objectives[key]} · {sign_offs.SIGNER_NAMES[item.side]} signed on {shown(item.at)}",
            "Sign",
        )
        for (key, learner), item in signing.unsigned
        if item.side != signing.side and item.rung is not None
    ]
    return [*signs, *_teach_backs(signing, names, objectives), *_unconfirmed(signing, objectives)]


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
            "Teach-back of",
            f"{names.get(item.account, NAMELESS)} explained it back · {objectives[item.objective]}",
            "Read",
            ticket=signing.labels[issue].key,
        )
        for issue, item in signing.teach_backs
        if issue in seen
    ]


def _unconfirmed(signing: sign_offs.Signing, objectives: dict[str, str]) -> Sequence[WaitingItem]:
    return [
        WaitingItem(
            f"Confirm {objectives[key]}",
            f"The file says: agreed on {day(claimed)}" if claimed else "An objective that your side has not agreed to",
            "Confirm",
        )
        for key, claimed in signing.unconfirmed
    ]
