"""Which parts of a frozen quarter's score have another value now."""

from typing import Any

import msgspec

from connector.figures.recorded import Recorded
from connector.pages.history.changed_parts import ARROW, changed_parts, parts_text
from connector.pages.history.restated import _score_changes as score_changes
from mappings.formats.report.score import scores_keys
from mappings.formats.report.source import Scores
from mappings.measure.model.opportunity import Window
from mappings.measure.score.window import score_counts

ALL = ("agency", "client", "joint")
NAMES = ("taught_through", "progression", "workflow_checks", "proposals", "agency_done", "uptake", "reviews_in_time",
         "questions_answered", "brief_stable", "feedback_given", "feedback_acted_on", "earliness")  # fmt: skip


def scores(**counts: tuple[float, float]) -> Scores:
    scored = score_counts(dict.fromkeys(NAMES, (10.0, 20.0)) | counts)
    return Scores(scored, scored, None, Window(0, 1, 1), Window(0, 1, 1))


def frozen(of: Scores, **other: Any) -> Recorded:
    """Return what a report holds of a score."""
    place = {"from": "2026-07-01", "to": "2026-10-01", "as_of": "", "complete": True, "engagement_hash": ""}
    rest = {
        "ruleset": {"name": "", "hash": ""},
        "units": {"agency": 0, "taught": 0},
        "taught_share": {"n": 0, "published": False},
    }
    return msgspec.convert(place | rest | scores_keys(of) | other, Recorded)


def test_each_part_that_reads_otherwise_is_named_with_both_values() -> None:
    now = scores(taught_through=(16.0, 20.0), earliness=(0.0, 0.0)).now
    then = frozen(scores())
    assert parts_text(then, now, ("agency",)) == f"Learners taught 50{ARROW}71"
    assert parts_text(then, now, ("joint",)) == f"Brought in early 50{ARROW}–"
    assert parts_text(then, now, ("client",)) == "no part by a whole point"


def test_a_report_without_parts_says_so() -> None:
    assert parts_text(frozen(scores(), dimensions=[]), scores().now, ALL) == "its parts were not recorded"
    assert changed_parts(frozen(scores(), dimensions=[]), scores().now, ALL) == ""


def test_a_part_stands_once_at_its_owner_or_at_the_score_that_it_moved() -> None:
    now = scores(taught_through=(16.0, 20.0))
    texts = [(change.text, change.parts) for change in score_changes(frozen(scores()), now)]
    assert [text.split()[0] for text, _ in texts] == ["Integration", "Agency"]
    assert [parts for _, parts in texts] == ["", f"Learners taught 50{ARROW}71"]
    # The owner reads the same: what moved the score stands there.
    owners = scores_keys(now)["owners"]
    (change,) = score_changes(frozen(scores(), owners=owners), now)
    assert change.parts == f"Learners taught 50{ARROW}71"
