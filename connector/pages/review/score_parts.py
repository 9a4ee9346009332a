"""The parts of the score for the review's appendix, as everywhere else, and of which days they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connector.pages.project.score_text import ComponentLine, component_line
from connector.pages.project.score_window import ended_text, parts_text
from connector.pages.terms import BEFORE_START, LITTLE_BEFORE, not_compared
from connector.text import days
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.period.rounding import shown_parts, shown_sum
from mappings.measure.score.window import Scored, find_component, is_cut, owner_shares, score_shares
from mappings.translation import decimal_text

Pack = Mapping[str, Any]
NONE = "–"


@dataclass(frozen=True)
class ScorePart:
    """A component: whose it is, its weight of 100 and what it adds to the score as printed, "–" where it does not."""

    line: ComponentLine
    owner: str
    weight: str
    adds: str


def score_parts(scored: Scored, rules: Ruleset, *, is_of_few: bool) -> list[ScorePart]:
    """Return the components in the order of their owners; weights and additions add up to the score's own."""
    shares, score = score_shares(scored), scored.score
    parts = [find_component(scored, key) for key in shares]
    owners = {key: owner for owner in scored.owners for key in owner_shares(scored, owner)}
    adds = _printed(
        {part.key: 100 * shares[part.key] * part.value for part in parts}, float(shown_sum(score.value or 0.0))
    )
    weights = _printed({key: share * score.weight_covered for key, share in shares.items()}, score.weight_covered)
    return [
        ScorePart(
            component_line(part, None, rules, is_of_few=is_of_few),
            owners[part.key],
            weights[part.key] if shares[part.key] else NONE,
            adds[part.key] if shares[part.key] else NONE,
        )
        for part in parts
    ]


def _printed(parts: Mapping[str, float], whole: float) -> dict[str, str]:
    if not any(parts.values()):
        return dict.fromkeys(parts, NONE)
    return dict(zip(parts, map(decimal_text, shown_parts(list(parts.values()), whole)), strict=True))


def no_window_text(pack: Pack, rules: Ruleset) -> str:
    """Return why the score has no window before it to compare with; "" where the review has no score."""
    if not pack.get("score"):
        return ""
    start, end, _ = _window_of(pack)
    return not_compared(BEFORE_START if is_cut(start, end, rules) else LITTLE_BEFORE)


def window_text(pack: Pack, rules: Ruleset) -> str:
    """Return of which days the parts of the score are, as Agency names them; "" where the review has no score."""
    if not pack.get("score"):
        return ""
    start, end, crisis = _window_of(pack)
    last = (end - timedelta(days=1)).date()
    why = ended_text(rules.window_days, pack["quarter"], is_cut=is_cut(start, end, rules))
    return parts_text(days(start.date(), last), days(crisis.date(), last), why)


def _window_of(pack: Pack) -> tuple[datetime, datetime, datetime]:
    """Return where the score's window begins and ends and that of incidents begins, on the engagement's clock."""
    window, zone = pack["score"]["window"], ZoneInfo(pack["timezone"])
    start, end, crisis = (
        datetime.fromisoformat(window[name]).astimezone(zone) for name in ("from", "to", "crisis_from")
    )
    return start, end, crisis
