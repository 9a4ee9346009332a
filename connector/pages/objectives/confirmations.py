"""The objectives that a side has still to confirm: agreed by the file alone, or not yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from connector.pages.objectives.target_text import dated_target, target_text
from connector.text import day, number
from mappings.events.types import Instant
from mappings.formats.explain.what_if import needed_for
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.statements import DefinitionEdit, LeadSide
from mappings.measure.score.definitions import SIDES, claims_of
from mappings.records.agreement.definitions import select_definition_edits
from mappings.records.sql.scope import AgreementScope
from mappings.translation import gettext, ngettext


@dataclass(frozen=True)
class Confirmation:
    """An objective that waits for a lead of one side; `claimed` is the day on which the file says that it agreed.

    `target` is what is agreed, in words: who is to stand where, and until when.
    """

    key: str
    name: str
    claimed: date | None
    target: str

    @property
    def text(self) -> str:
        if self.claimed is None:
            return gettext("No agreement of your side is recorded yet")
        return gettext("The file says: agreed on %(day)s", day=day(self.claimed))

    @property
    def note(self) -> str:
        """What is confirmed, and by what it is agreed so far."""
        return f"{self.target} \N{MIDDLE DOT} {self.text}"


def counts_text(engagement: Engagement, rules: Ruleset) -> str:
    """Return what confirming is for, said once of all that wait; where it shows in no figure yet, when it will."""
    objectives, needed = len(engagement.objectives), needed_for("cocreation", rules)
    if objectives >= needed:
        return gettext(
            "An objective counts for Written together from the day that the file says, once both sides confirmed it."
        )
    return ngettext(
        "An objective counts for Written together from the day that the file says, once both sides confirmed it and "
        "there are %(needed)s objectives: so far there is %(num)s.",
        "An objective counts for Written together from the day that the file says, once both sides confirmed it and "
        "there are %(needed)s objectives: so far there are %(num)s.",
        objectives,
        needed=number(needed),
    )


def lacking_objectives(engagement: Engagement, rules: Ruleset) -> str:
    """Return until when confirming changes no figure, as a sentence; "" where it does."""
    needed = needed_for("cocreation", rules)
    if len(engagement.objectives) >= needed:
        return ""
    return gettext("Confirming changes no figure until there are %(needed)s objectives.", needed=number(needed))


def select_confirmations(
    scope: AgreementScope, engagement: Engagement, now: Instant
) -> Mapping[LeadSide, tuple[Confirmation, ...]]:
    """Return what waits for each side, in the order of the file."""
    return confirmations_of(engagement, select_definition_edits(scope, as_of=now))


def confirmations_of(
    engagement: Engagement, edits: Iterable[DefinitionEdit]
) -> Mapping[LeadSide, tuple[Confirmation, ...]]:
    edits = tuple(edits)
    confirmed = {(edit.side, edit.objective) for edit in edits if edit.kind == "agree"}
    claims = {item.key: claims_of(item, edits) for item in engagement.objectives}
    return {
        side: tuple(
            Confirmation(item.key, item.name, claims[item.key].get(side), dated_target(target_text(item), item.by))
            for item in engagement.objectives
            if side in claims[item.key] or (side, item.key) not in confirmed
        )
        for side in SIDES
    }
