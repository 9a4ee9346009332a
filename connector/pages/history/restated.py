"""What of a frozen quarter is another figure today, in a few words."""

from collections.abc import Sequence
from typing import NamedTuple

from connector.figures.recorded import Recorded
from connector.pages.history.changed_parts import changed_parts, parts_text
from connector.pages.history.known_now import KnownNow
from connector.pages.project.score_text import OWNER_NAMES
from connector.text import percent, whole
from mappings.formats.report.source import Scores
from mappings.measure.period.figures import Figures
from mappings.measure.score.dimensions import Owner
from mappings.translation import gettext, list_text


class Restated(NamedTuple):
    """What a figure was and is, and the name by which its drawer opens; "" where none does.

    `parts` says which parts of a score made the change.
    """

    text: str
    figure: str = ""
    parts: str = ""


def restated_of(frozen: Recorded, now: Figures, known: KnownNow | None, *, moved: bool) -> list[Restated]:
    """Return each figure that is another one now, and which are the same; `moved`: the taught share's units are not.

    Of old quarters the taught share alone is known, as of any to who sees no score.
    """
    scores = known.scores if known and frozen.score else None
    score = _score_changes(frozen, scores) if scores else []
    changes = [*_share_changes(now, moved=moved), *score, *_exit_changes(frozen, known)]
    is_same = scores is not None and not any(change.figure == "score" for change in score)
    same = _same_text(moved=moved, is_integration_same=is_same)
    if not changes:
        return [Restated(gettext("the same") if known else same)]
    return [*([Restated(same)] if same else []), *changes]


def _share_changes(now: Figures, *, moved: bool) -> list[Restated]:
    if not moved:
        return []
    share = now.taught_share
    if share.published and share.value is not None:
        return [Restated(gettext("now %(share)s", share=percent(share.value)))]
    return [Restated(gettext("moved since"))]


def _same_text(*, moved: bool, is_integration_same: bool) -> str:
    same = [] if moved else [gettext("taught share")]
    same += [gettext("Integration")] if is_integration_same else []
    return gettext("%(figures)s the same", figures=list_text(same)) if same else ""


def _score_changes(frozen: Recorded, scores: Scores) -> list[Restated]:
    """Return what integration and the owners were and are, each part at its owner, else at the integration score."""
    owners = [key for key, value in scores.now.owners.items() if whole(frozen.owners.get(key)) != whole(value)]
    return [*_integration_changes(frozen, scores, owners), *_owner_changes(frozen, scores, owners)]


def _integration_changes(frozen: Recorded, scores: Scores, changed: Sequence[Owner]) -> list[Restated]:
    then = frozen.score.value if frozen.score else None
    others = [key for key in scores.now.owners if key not in changed]
    # What owners that changed name is not said twice.
    parts = (changed_parts if changed else parts_text)(frozen, scores.now, others)
    changes = _change("score", gettext("Integration"), whole(then), whole(scores.now.score.value))
    return [change._replace(parts=parts) for change in changes]


def _owner_changes(frozen: Recorded, scores: Scores, owners: Sequence[Owner]) -> list[Restated]:
    then, now = frozen.owners, scores.now
    return [
        change._replace(parts=parts_text(frozen, now, (key,)))
        for key in owners
        for change in _change(f"owners.{key}", OWNER_NAMES[key], whole(then.get(key)), whole(now.owners[key]))
    ]


def _exit_changes(frozen: Recorded, known: KnownNow | None) -> list[Restated]:
    then = frozen.exit_coverage.two_holders if frozen.exit_coverage else None
    now = known.people.exit_two if known else None
    # Where one of them is unknown, nothing is compared.
    if then is None or now is None:
        return []
    return _change("exit_coverage.two_holders", gettext("exit coverage"), percent(then), percent(now))


def _change(figure: str, name: str, then: str, now: str) -> list[Restated]:
    """Return what a figure was and is; [] where that is the same."""
    if then == now:
        return []
    return [Restated(gettext("%(figure)s %(then)s, now %(now)s", figure=name, then=then, now=now), figure)]
