"""What somebody did on Agency, as its answer says it: the page opened again within the minute still undoes it."""

from collections.abc import Sequence
from typing import Any

from flask import request, url_for

from connector.actions.policy import DISPUTE, FILE_FEEDBACK
from connector.auth.access import EngagementView
from connector.pages.act import Notice, latest_undoable, may_act
from connector.pages.agency.disputed import Case
from connector.pages.tickets.dispute import disputed_text
from connector.pages.together.texts import Item
from mappings.translation import gettext


def filed_notice(key: str, number: int) -> Notice:
    """Return what is said to whoever filed feedback, with what undoes it."""
    return Notice(
        gettext("Filed. The in-house leads see it on Together."), _undo_url("file", key, number=number), "file"
    )


def withdrawn_notice(key: str, number: int) -> Notice:
    """Return what is said to whoever withdrew their dispute, with what undoes it."""
    undo = _undo_url("withdraw", key, dispute=number)
    return Notice(gettext("Withdrawn. Figures show one value again."), undo, "disputes")


def disputed_notice(key: str, ticket: str, number: int) -> Notice:
    """Return what is said to whoever disputed a ticket, with what undoes it."""
    period = request.args.get("period", "")
    undo = url_for("agency_dispute.undo", engagement=key, period=period, dispute=number)
    return Notice(disputed_text(ticket), undo, "disputes")


def own_notice(view: EngagementView, items: Sequence[Item], cases: Sequence[Case]) -> Notice:
    """Return what the viewer did last, as long as that can be undone."""
    key = view.engagement.key
    filed = [(item.own_filed, filed_notice(key, item.number)) for item in items if may_act(view, FILE_FEEDBACK)]
    own = [case for case in cases if case.at and may_act(view, DISPUTE)]
    return latest_undoable([*filed, *((case.at, _case_notice(key, case)) for case in own)])


def _case_notice(key: str, case: Case) -> Notice:
    """Return what is said of the last that was done with an own dispute; nothing older is offered after an answer."""
    if case.withdrawn:
        return withdrawn_notice(key, case.withdrawn)
    return disputed_notice(key, case.key, case.withdraw) if case.withdraw and not case.answered else Notice()


def _undo_url(act: str, key: str, **sent: Any) -> str:
    return url_for(f"agency.undo_{act}", engagement=key, period=request.args.get("period", ""), **sent)
