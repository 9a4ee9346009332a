"""What the viewer did within the last minute, as its answer says it: Learning opened again still undoes it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import url_for

from connector.auth.access import EngagementView
from connector.pages.act import Notice, open_undo
from connector.pages.labels import objective_name
from connector.pages.learning.rungs import Own
from connector.pages.learning.sign_offs import Pair, Signing
from connector.pages.panel.roles import NAMELESS
from mappings.events.types import Instant
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ticket import TeachBack
from mappings.translation import gettext, mark

# What is said to whoever answered a teach-back.
ACCEPTED = mark("Accepted: %(name)s.")
DECLINED = mark("Not accepted yet: %(name)s. They read that at the ticket, and can explain it again.")


def own_near(objective: str) -> str:
    """Return where the answer to what one did with one's own rung stands: in its row."""
    return f"own {objective}"


def lowered_notice(engagement: Engagement, pair: Pair) -> Notice:
    """Return what is said to whoever took back a rung of their own, with what undoes that."""
    name = objective_name(engagement, pair[0])
    text = gettext("Your rung on %(objective)s is lowered by one. The team’s counts follow on Monday.", objective=name)
    return Notice(text, undo_sign_address(engagement.key, pair), own_near(pair[0]))


def undo_sign_address(engagement: str, pair: Pair) -> str:
    """Return where the latest that one signed for a pair, or took back of one's own, is undone."""
    return url_for("learning.undo", engagement=engagement, objective=pair[0], learner=pair[1])


def lowered_notices(view: EngagementView, own: Own) -> Mapping[str, Notice]:
    """Return by objective that the viewer took back their rung, as long as that can be undone."""
    acted = {
        pair.objective: max((record.at for record in pair.records if record.signer == own.account), default=0)
        for pair in own.views
    }
    notices = {key: (at, lowered_notice(view.engagement, (key, own.account))) for key, at in acted.items()}
    return {key: left for key, (at, notice) in notices.items() if (left := _left(notice, at)) is not None}


def answered_notice(engagement: str, about: tuple[int, Pair], name: str, *, accepts: bool) -> Notice:
    """Return what is said to whoever answered a teach-back, with what undoes that; `about`: its ticket and learner."""
    issue_id, (objective, learner) = about
    sent: dict[str, Any] = {"issue": issue_id, "objective": objective, "learner": learner}
    undo = url_for("learning.undo_accept" if accepts else "learning.undo_decline", engagement=engagement, **sent)
    return Notice(gettext(ACCEPTED if accepts else DECLINED, name=name), undo, "waiting")


def answered_notices(view: EngagementView, signing: Signing, names: Mapping[str, str]) -> list[Notice]:
    """Return which teach-backs the viewer answered, as long as that can be undone, the latest first."""
    notices = []
    for issue_id, item in sorted(signing.answered, key=lambda each: _answered_at(each[1]), reverse=True):
        person = names.get(item.account) or gettext(NAMELESS)
        name = f"{person}, {objective_name(view.engagement, item.objective)}"
        about = issue_id, (item.objective, item.account)
        notice = answered_notice(view.engagement.key, about, name, accepts=item.accepted is not None)
        notices.append(_left(notice, _answered_at(item)))
    return [notice for notice in notices if notice is not None]


def _answered_at(item: TeachBack) -> Instant:
    return item.accepted or item.declined or 0


def _left(notice: Notice, acted: Instant) -> Notice | None:
    undo = open_undo(acted, notice.undo)
    return replace(notice, rest=undo.rest) if undo.address else None
