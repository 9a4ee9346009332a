"""Who reads the steps of a ticket's panel: which of them would do anything for them, and what is said beside each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from connector.pages.learning.rung_names import NO_NEEDS, WORDS, Needs, one_of_text, one_of_words
from connector.pages.step_text import ALONE, most_text
from connector.text import capital, full_stop
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import TEACHING, Kind
from mappings.measure.people.next_ticket import HELPED
from mappings.measure.people.teaching_opportunities import Reach
from mappings.measure.ticket.next_steps import NextStep, StepName
from mappings.translation import gettext, mark

DRIVING: Collection[StepName] = ("learner", "learner_and_drive", "drive", "learner_drives")

STAYS = mark("You stay without a rung.")
STAYS_AT = mark("Your rung stays %(rung)s.")
LIFTS = mark("It would bring you to %(rung)s.")
LIFTS_LESS = mark("It would bring you to %(rung)s. It is %(one_of)s.")
LIFTS_NOBODY = mark("It lifts nobody enrolled for its objective: none gains a rung that they lack.")
# Behind the second of two ways.
LIFTS_NOBODY_EITHER_WAY = mark(
    "Either way it lifts nobody enrolled for its objective: none gains a rung that they lack."
)
# After it, of a ticket that counts as taught already, for who reads a score: no reader is told who of it is enrolled.
COUNTS_FOR_LEARNERS = mark(
    "For “Learners taught” it counts if somebody enrolled for its objective shadows or drives it."
)
# Where a step that is left out for its work would lift somebody.
LONG_LIFTS = mark("To rise a rung, a learner would have to do more than %(hours)s of it (two working days).")
# For leads in-house: no page of the agency's people has the plan. Said alike of whoever is enrolled and who is not, so
# that it tells of nobody without a name which they are. What an objective needs is counted of all of the team.
OFF_PLAN = mark("Not only the enrolled count: so does anybody in-house who reaches the agreed rung.")
OWN_OFF_PLAN = mark("You are not enrolled; it counts for you all the same.")


@dataclass(frozen=True)
class StepViewer:
    """Who reads the steps: `least` is by objective the kind of evidence from which on one leads them on.

    `traces` are the words for who may not be named and left a trace on the ticket. `is_driven` and `is_shadowed`:
    somebody else is named as who drives it, or shadows it. `off_plan` are the objectives for which it is told that the
    plan takes a learner. `lifts` are by objective the rungs to which evidence of a kind would bring the viewer, and
    `needs` what the rungs take. By a step of `taught_by` that teaches somebody the ticket comes to count
    as taught. On the objectives `taught` the viewer was taught before: what they do alone of them is handed over.
    `is_untaught`: so far the ticket does not count as taught. `rungs` are by objective the viewer's, 0 to 5. On the
    objectives `needed` others are to drive it alone, by the words for that. `is_shared`: somebody in-house worked on
    it. `asks_lead`: who is enrolled is their lead's to tell them. To an agency `drivers` are who is named as who drives
    a ticket that it leaves to whoever in-house does; None where nobody does. Of a learner whose steps are read,
    `reaches` are by kind how far it brings them, and as evidence of an `idle` kind it lifts nobody enrolled, but where
    `is_long` by more work than anybody takes on. Without `is_lifting_told` it is not told whether it would, driven
    alone. `is_named`: the learner is named.
    """

    account: str
    least: Mapping[str, int]
    rules: Ruleset
    traces: Mapping[str, str] = field(default_factory=dict)
    is_driven: bool = False
    is_shadowed: bool = False
    off_plan: Collection[str] = ()
    lifts: Mapping[str, Mapping[Kind, int]] = field(default_factory=dict)
    needs: Mapping[str, Needs] = field(default_factory=dict)
    taught_by: Collection[StepName] = ()
    taught: Collection[str] = ()
    is_untaught: bool = False
    rungs: Mapping[str, int] = field(default_factory=dict)
    reaches: Mapping[Kind, Reach] = field(default_factory=dict)
    idle: Collection[Kind] = ()
    is_long: bool = False
    is_lifting_told: bool = True
    is_named: bool = False
    needed: Mapping[str, str] = field(default_factory=dict)
    is_shared: bool = False
    asks_lead: bool = False
    drivers: Collection[str] | None = None

    def gains_by(self, step: NextStep) -> bool:
        """Whether a step would do anything: one alone, which teaches nobody, is for whoever stands below it."""
        if step.account != self.account:
            return True
        if self.is_driven and step.name in DRIVING:
            return False
        return step.kind < ALONE or step.kind >= self.least.get(step.objective, 0)

    def teaches_by(self, step: NextStep) -> bool:
        """Whether the ticket comes to count as taught by a step of the viewer's own, which it does not so far."""
        is_own = self.is_untaught and step.account == self.account
        return is_own and step.kind in TEACHING and step.name in self.taught_by

    def is_for_learner(self, step: NextStep) -> bool:
        """Whether a ticket that a learner would drive alone is told to bring them further."""
        return self.is_lifting_told and step.kind not in self.idle

    def keeps_rung(self, step: NextStep) -> bool:
        """Whether a step of the viewer's own would leave their rung as it is."""
        least = self.least.get(step.objective)
        return step.account == self.account and least is not None and not 0 < least <= step.kind

    def hands_over(self, step: NextStep) -> bool:
        """Whether the part of the step's objective is handed over by it; told of the viewer's own steps alone."""
        return step.account == self.account and step.kind == ALONE and step.objective in self.taught

    def note_of(self, step: NextStep) -> str:
        notes = [stays_text(self.rungs.get(step.objective, 0))] if self.keeps_rung(step) else []
        if step.account == self.account:
            notes += [*self._lift_of(step), *self._needed_of(step)]
        elif step.kind in self.idle:
            notes.append(long_text() if self.is_long else gettext(LIFTS_NOBODY))
        return " ".join(notes)

    def plan_of(self, step: NextStep) -> str:
        # What leaves the reader's rung as it is adds nothing to what is needed.
        if step.objective not in self.off_plan or self.keeps_rung(step):
            return ""
        return gettext(OWN_OFF_PLAN if step.account == self.account else OFF_PLAN)

    def _needed_of(self, step: NextStep) -> list[str]:
        if step.objective not in self.needed or step.kind < HELPED:
            return []
        return [self.needed[step.objective]]

    def _lift_of(self, step: NextStep) -> list[str]:
        now, to = self.rungs.get(step.objective, 0), self.lifts.get(step.objective, {}).get(step.kind, 0)
        text = lift_text(now, to, step.kind, self.needs.get(step.objective, NO_NEEDS))
        return [text] if text else []


def long_text() -> str:
    return gettext(LONG_LIFTS, hours=most_text())


def lift_text(now: int, to: int, kind: Kind, needs: Needs) -> str:
    """Return what evidence of a kind makes of the reader's rung: `to` is the higher one, 0 for none; "" for nothing."""
    if to:
        # What counts as a rung above the one that it brings says why it brings no more.
        one_of = one_of_words(to, kind, needs)
        return gettext(LIFTS_LESS if one_of else LIFTS, rung=WORDS[to], one_of=one_of)
    text = one_of_text(now, kind, needs)
    return full_stop(capital(text)) if text else ""


def stays_text(rung: int) -> str:
    """Return that the reader's rung stays as it is, or that they have none then either."""
    return gettext(STAYS_AT, rung=WORDS[rung]) if rung else gettext(STAYS)
