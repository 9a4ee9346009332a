"""What could lift the agency's own figure of the score most: the same amounts as where that figure opens."""

from dataclasses import dataclass, replace
from decimal import Decimal

from connector.pages.labels import COMPONENT_NAMES
from mappings.formats.explain.component_basis import PROGRESS
from mappings.formats.explain.process_checks import CHECKS
from mappings.formats.explain.rule_texts import fill_move
from mappings.formats.explain.rule_texts_score import COMPONENTS
from mappings.formats.explain.what_if import full_value, gains_of
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.score.dimensions import PARTS, Component
from mappings.measure.score.window import Scored, owner_shares
from mappings.translation import decimal_text, gettext, ngettext

NAMED = 3
# What is given by the next tickets that the agency leads.
TAUGHT = f"dimensions.{PARTS['taught_through'].dimension}.taught_through"


@dataclass(frozen=True)
class Lift:
    """A part of the agency's figure: how many points it could still give, what gives them, and what it opens.

    `address` is where the tickets are by which it is given, "" where they are in no list.
    """

    name: str
    gain: str
    move: str
    figure: str
    address: str = ""


def lifts_of(
    scored: Scored, engagement: Engagement, rules: Ruleset, *, is_of_few: bool, open_tickets: str
) -> tuple[Lift, ...]:
    """Return the parts by which most is to gain. `is_of_few`: fewer than k people are in the group.

    `open_tickets` is the address of the open tickets with an objective.
    """

    def reach(part: Component) -> float:
        # Of few people less than 1 would tell how many they are.
        return 1.0 if is_of_few and part.key == PROGRESS else full_value(part, part.n - part.x, rules)

    gains = gains_of(scored, owner_shares(scored, "agency"), reach, scored.owners["agency"] or 0.0)
    lifts = [_lift(gain, part.key, engagement, rules) for gain, part in gains[:NAMED]]
    return tuple(replace(each, address=open_tickets) if each.figure == TAUGHT else each for each in lifts)


def _lift(gain: Decimal, key: str, engagement: Engagement, rules: Ruleset) -> Lift:
    amount = decimal_text(gain)
    text = ngettext("up to %(gain)s point", "up to %(gain)s points", 1 if amount == "1" else 2, gain=amount)
    move = _checks_move() if key == CHECKS else fill_move(COMPONENTS[key], engagement, rules)
    return Lift(COMPONENT_NAMES[key], text, move, f"dimensions.{PARTS[key].dimension}.{key}")


def _checks_move() -> str:
    # By which checks most is to gain takes measuring each ticket again, which its drawer does.
    return gettext("Finish tickets that pass the checks; open the points to see which are missed most often.")
