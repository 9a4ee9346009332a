"""Disputes of both sides as the Agency tab lists them, each with its state."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from flask import url_for

from connector.pages.drawer.marks import answer_texts
from connector.pages.together.viewer import Viewer
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.measure.model.statements import Dispute
from mappings.measure.period.disputes import OPEN, days_left, is_open
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext, ngettext

# How far back disputes are listed.
LISTED = 180 * DAY


@dataclass(frozen=True)
class Case:
    """A dispute; `withdraw` is its number where the viewer may withdraw it, 0 else.

    `withdrawn` is it where they did, 0 else, and `at` when they did the last of it; 0 of others' disputes.
    """

    key: str
    summary: str
    about: str
    reason: str
    by: str
    state: str
    note: str
    is_open: bool
    withdraw: int
    evidence: str
    answered: str
    answer: str
    withdrawn: int = 0
    at: Instant = 0


def cases_of(
    viewer: Viewer, disputes: Sequence[Dispute], labels: Mapping[int, IssueLabel], seen: AbstractSet[int]
) -> list[Case]:
    """Return the disputes of tickets that the viewer may browse, open ones first, then the newest."""
    cases = [
        _case(viewer, dispute, labels[dispute.issue_id]) for dispute in reversed(disputes) if dispute.issue_id in seen
    ]
    return sorted(cases, key=lambda case: not case.is_open)


def _case(viewer: Viewer, dispute: Dispute, label: IssueLabel) -> Case:
    objectives = {objective.key: objective.name for objective in viewer.view.engagement.objectives}
    mine, opened = dispute.filed_by == viewer.account, is_open(dispute, viewer.now)
    who = gettext("you") if mine else viewer.side_name(dispute.side)
    state, note = _state(viewer, dispute, opened=opened)
    answered, answer = answer_texts(viewer.view, dispute)
    return Case(
        label.key,
        label.summary,
        objectives.get(dispute.objective, dispute.objective) if dispute.objective else gettext("how its work is split"),
        dispute.reason,
        f"{who}, {viewer.date_text(dispute.at)}",
        state,
        note,
        opened,
        dispute.number if mine and opened else 0,
        url_for("evidence.show", engagement=viewer.key, issue=label.issue_id),
        answered,
        answer,
        dispute.number if mine and dispute.withdrawn_at is not None else 0,
        (dispute.withdrawn_at or dispute.at) if mine else 0,
    )


def _state(viewer: Viewer, dispute: Dispute, *, opened: bool) -> tuple[str, str]:
    if opened:
        left = ngettext(
            "%(num)s day left; figures also show their value without this ticket",
            "%(num)s days left; figures also show their value without this ticket",
            days_left(dispute, viewer.now),
        )
        return gettext("Open"), left
    if dispute.withdrawn_at is not None:
        return gettext("Withdrawn"), viewer.date_text(dispute.withdrawn_at)
    ended = gettext("%(day)s, after 30 days; no figure changed", day=viewer.date_text(dispute.at + OPEN))
    return gettext("Ended"), ended
