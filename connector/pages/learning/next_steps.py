"""The open ticket on which a learner could take the next step of an objective, for the learner's own eyes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from connector.figures.own_steps import MENTORS, OwnStep
from connector.pages.learning.listed_steps import Listed, NextStep, listed_as
from connector.pages.learning.rung_names import NO_NEEDS, WORDS, Needs, one_of_text, one_of_words
from connector.pages.learning.step_order import is_of, leaves
from connector.pages.step_text import ALONE, MENTORING, STARTING, action_of, rule_places
from connector.text import THIN, number
from mappings.events.times import HOUR
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.people.next_ticket import HELPED
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext, mark

FINISH = mark("open; it counts as %(rung)s once it is done")
FINISH_ALONE = mark("open; it counts as %(rung)s once it is done, if no agency helps")
DO = mark("open; %(do)s, and it counts as %(rung)s")
DO_ALONE = mark("open; %(do)s without help of an agency, and it counts as %(rung)s")
# The same on a list of open tickets, which says already what shadowing one takes.
LIFTS = mark("it would bring you to %(rung)s")
DO_LIFTS = mark("%(do)s, and it would bring you to %(rung)s")
DO_ALONE_LIFTS = mark("%(do)s without help of an agency, and it would bring you to %(rung)s")
# The same of one of several that a rung takes.
DO_ONE_OF = mark("%(do)s: %(one_of)s")
DO_ALONE_ONE_OF = mark("%(do)s without help of an agency: %(one_of)s")
FINISHED_ONE_OF = mark("once it is done, it is %(one_of)s")
NEEDED = mark("%(step)s; an enrolled learner may need it")
NEEDED_OR_ASK = mark("%(step)s; an enrolled learner may need it: ask your lead")
# To who mentors.
LEFT = mark("%(step)s; an enrolled colleague needs it: leave the driving to them")
LEFT_OR_ASK = mark("%(step)s; an enrolled colleague needs it: leave the driving to them; your lead knows who that is")


@dataclass(frozen=True)
class NextSteps:
    """The steps for one person, the best first, what their tickets are called, and the rules that they follow."""

    steps: Sequence[OwnStep]
    labels: Mapping[int, IssueLabel]
    rules: Ruleset = DEFAULT
    # The rung that is named as next on an objective, of those on which one is.
    next_rungs: Mapping[str, int] = field(default_factory=dict)
    # The rung to which a ticket leads at once, of those objectives on which one leads further than to the next.
    leaps: Mapping[str, int] = field(default_factory=dict)
    # The objectives on which one driven with help leads further, too, but less far.
    helped: AbstractSet[str] = frozenset()
    # The rung to which a ticket of each kind brings them, by objective.
    brings: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    # Where they are on each objective, 0 to 5.
    rungs: Mapping[str, int] = field(default_factory=dict)
    # What the rungs take, by objective.
    needs: Mapping[str, Needs] = field(default_factory=dict)
    # How many open tickets of each objective were read for them, of those that have any.
    open_objectives: Mapping[str, int] = field(default_factory=dict)
    # Of the tickets that wait, whom they are said to wait for.
    waiting: Mapping[int, str] = field(default_factory=dict)
    # The tickets, each with its objective, that only others, who are enrolled, are to drive alone.
    needed: AbstractSet[tuple[int, str]] = frozenset()
    # Who leads knows who that is.
    asks_lead: bool = True

    def shown(self, seen: AbstractSet[int]) -> dict[str, NextStep]:
        """Return the first ticket of each objective that the person may browse."""
        return self._first_of(step for step in self.steps if step.issue_id in seen)

    def leaping(self, seen: AbstractSet[int]) -> dict[str, NextStep]:
        """Return the first that leads further than to the next rung, where `shown` has another one."""
        shown = self.shown(seen)
        far = self._first_of(step for step in self.steps if step.issue_id in seen and self._leaps(step))
        return {key: step for key, step in far.items() if step != shown[key]}

    def helping(self, seen: AbstractSet[int]) -> dict[str, NextStep]:
        """Return the first to drive with help that leads further than to the next rung, where `shown` has another."""
        shown = self.shown(seen)
        helped = self._first_of(step for step in self.steps if step.issue_id in seen and self._helps(step))
        return {key: step for key, step in helped.items() if step != shown[key]}

    def on_ticket(self, issue_id: int) -> OwnStep | None:
        """Return the step on a ticket that brings the person highest, the best of these; None where there is none."""
        return max((step for step in self.steps if step.issue_id == issue_id), key=self._to, default=None)

    def lifting_ids(self, objective: str = "") -> frozenset[int]:
        """Return the tickets that bring the person to a higher rung, on one objective or on any."""
        lifting = (step for step in self.steps if self.leads_to(step))
        return frozenset(step.issue_id for step in lifting if objective in {"", step.objective})

    def more_lifting(self, seen: AbstractSet[int]) -> dict[str, int]:
        """Return by objective how many tickets lift the person besides those that `listed` names."""
        named = {key: {item.key for item in tickets} for key, tickets in self.listed(seen).items()}
        lifting = {key: self.lifting_ids(key) & seen for key in named}
        return {key: sum(self.labels[each].key not in named[key] for each in lifting[key]) for key in named}

    def more_towards(self, seen: AbstractSet[int]) -> dict[str, int]:
        """Return by objective of which the next rung takes several tickets how many count that `listed` leaves out."""
        named = {key: {item.key for item in tickets} for key, tickets in self.listed(seen).items()}
        counting = self._counting(seen)
        return {
            key: sum(self.labels[step.issue_id].key not in named[key] for step in steps)
            for key, steps in counting.items()
        }

    def counting_ids(self, seen: AbstractSet[int], objective: str = "") -> frozenset[int]:
        """Return the tickets that count towards the next rung where none lifts at once, on one objective or on any."""
        counting = self._counting(seen).items()
        return frozenset(step.issue_id for key, steps in counting if objective in {"", key} for step in steps)

    def _counting(self, seen: AbstractSet[int]) -> dict[str, list[OwnStep]]:
        """Return the first step on each ticket that counts towards the next rung, where no ticket lifts at once."""
        counting: dict[str, dict[int, OwnStep]] = {}
        for step in self.steps:
            if step.issue_id in seen and self._counts(step):
                counting.setdefault(step.objective, {}).setdefault(step.issue_id, step)
        return {key: list(steps.values()) for key, steps in counting.items() if not self.lifting_ids(key) & seen}

    def _seconds(self, seen: AbstractSet[int]) -> dict[str, NextStep]:
        """Return by objective another ticket beside the one that `shown` has, where the rung takes several."""
        shown, best = self.shown(seen), list[OwnStep]()
        for key, steps in self._counting(seen).items():
            others = [step for step in steps if self.labels[step.issue_id].key != shown[key].key]
            best += sorted(others, key=self._place_of)[:1]
        return self._first_of(best)

    def _place_of(self, step: OwnStep) -> tuple[bool, bool, bool]:
        # What is driven alone counts for the rung above, too.
        is_helped = step.kind == HELPED and self.next_rungs[step.objective] == HELPED
        return self._is_needed(step), step.issue_id in self.waiting, is_helped

    def lift_text(self, issue_id: int, *, clause: str = "") -> str:
        """Return to which rungs a ticket brings the person, and by what; "" for none.

        `clause` is how that goes on where what shadowing it takes stands before it; "" where nothing does.
        """
        first: dict[int, OwnStep] = {}
        for step in self.steps:
            if step.issue_id == issue_id and self.leads_to(step):
                first.setdefault(self.leads_to(step), step)
        ways = sorted(first.items(), key=lambda way: way[0])
        if not ways:
            return self._one_of_by(issue_id, is_told=bool(clause))
        text = self._lift_by(*ways[0], clause=clause)
        for to, step in ways[1:]:
            if step.kind == MENTORS:
                text = f"{text}; {self._lift_by(to, step)}"
            elif step.part in STARTING:
                text = gettext("%(step)s, and to %(rung)s when you drive it", step=text, rung=WORDS[to])
        return self._with_needed(text, first.values())

    def listed(self, seen: AbstractSet[int]) -> dict[str, list[Listed]]:
        """Return by objective the tickets of `shown`, `helping` and `leaping`, each once, and a second of several.

        Of two of several comes first what waits for nobody.
        """
        by_objective: dict[str, dict[str, list[NextStep]]] = {}
        seconds = self._seconds(seen)
        for steps in (self.shown(seen), self.helping(seen), self.leaping(seen), seconds):
            for objective, step in steps.items():
                by_objective.setdefault(objective, {}).setdefault(step.key, []).append(step)
        listed = {key: [listed_as(ways) for ways in tickets.values()] for key, tickets in by_objective.items()}
        return {
            key: sorted(tickets, key=lambda item: bool(item.waits)) if key in seconds else tickets
            for key, tickets in listed.items()
        }

    def lifting(self, seen: AbstractSet[int]) -> list[tuple[str, NextStep]]:
        """Return those of all three that bring the person to a higher rung, with their objectives.

        What nobody else needs comes first, and of that the highest.
        """
        each = [*self.shown(seen).items(), *self.helping(seen).items(), *self.leaping(seen).items()]
        lifting = [own for own in each if own[1].to]
        return sorted(lifting, key=lambda own: (own[1].is_needed, -own[1].to, own[1].effort))

    def _first_of(self, steps: Iterable[OwnStep]) -> dict[str, NextStep]:
        first: dict[str, NextStep] = {}
        for step in steps:
            if step.objective not in first:
                label = self.labels[step.issue_id]
                named = (label.key, label.summary, self._text(step))
                waits = self.waiting.get(step.issue_id, "")
                first[step.objective] = NextStep(*named, step.effort, self._to(step), waits, self._is_needed(step))
        return first

    def _leaps(self, step: OwnStep) -> bool:
        return step.kind >= self.leaps.get(step.objective, MENTORS + 1)

    def _helps(self, step: OwnStep) -> bool:
        return step.kind == HELPED and step.objective in self.helped

    def _text(self, step: OwnStep) -> str:
        to, one_of = self._to(step), self._one_of(step)
        if to:
            text = gettext("%(step)s; it would bring you to %(rung)s", step=self._onward_text(step), rung=WORDS[to])
        else:
            text = f"{self._step_text(step)}; {one_of}" if one_of else self._onward_text(step)
        return self._with_needed(text, [step])

    def _with_needed(self, text: str, steps: Collection[OwnStep]) -> str:
        """Return a text of steps on a ticket with who else needs it."""
        if any(self._is_left(step) for step in steps):
            text = gettext(LEFT_OR_ASK if self.asks_lead else LEFT, step=text)
        if any(self._is_needed(step) for step in steps):
            text = gettext(NEEDED_OR_ASK if self.asks_lead else NEEDED, step=text)
        return text

    def _lift_by(self, to: int, step: OwnStep, *, clause: str = "") -> str:
        if step.kind == MENTORS:
            return gettext(MENTORING[step.part].lifts, **rule_places(self.rules), rung=WORDS[to])
        do, rung = action_of(step.part, self.rules, step.start), WORDS[to]
        if not do or (clause and step.part not in STARTING):
            return gettext(clause if do else LIFTS, rung=rung)
        return gettext(DO_ALONE_LIFTS if step.kind >= ALONE else DO_LIFTS, do=do, rung=rung)

    def _one_of_by(self, issue_id: int, *, is_told: bool) -> str:
        """Return of which tickets one is that lifts the person not at once, and by what; "" for none."""
        steps = [step for step in self.steps if step.issue_id == issue_id and self._counts(step)][:1]
        if not steps:
            return ""
        step, do = steps[0], action_of(steps[0].part, self.rules, steps[0].start)
        text = one_of_words(self.rungs[step.objective], step.kind, self.needs[step.objective])
        if not do:
            text = gettext(FINISHED_ONE_OF, one_of=text)
        elif step.part in STARTING or not is_told:
            text = gettext(DO_ALONE_ONE_OF if step.kind >= ALONE else DO_ONE_OF, do=do, one_of=text)
        return self._with_needed(text, steps)

    def _counts(self, step: OwnStep) -> bool:
        return step.objective in self.next_rungs and bool(self._one_of(step))

    def _one_of(self, step: OwnStep) -> str:
        # Mentoring hangs on a colleague.
        if step.kind == MENTORS or self._to(step):
            return ""
        return one_of_text(self.rungs.get(step.objective, 0), step.kind, self.needs.get(step.objective, NO_NEEDS))

    def _is_needed(self, step: OwnStep) -> bool:
        return is_of(step, self.needed)

    def _is_left(self, step: OwnStep) -> bool:
        return leaves(step) and (step.issue_id, step.objective) in self.needed

    def _to(self, step: OwnStep) -> int:
        return 0 if step.kind == MENTORS else self.leads_to(step)

    def leads_to(self, step: OwnStep) -> int:
        """Return the higher rung to which a step brings the person; 0 for none."""
        return self.brings.get(step.objective, {}).get(step.kind, 0)

    def _onward_text(self, step: OwnStep) -> str:
        text = self._step_text(step)
        named = self.next_rungs.get(step.objective, step.kind)
        # Where it leads further, what is next says so.
        if step.kind <= named or self._leaps(step) or self._helps(step):
            return text
        # The rung that is named as next is another one: why the ticket leads there.
        return gettext(
            "%(step)s, and so towards %(next)s: what counts as a rung counts for those below it, too",
            step=text,
            next=WORDS[named],
        )

    def _step_text(self, step: OwnStep) -> str:
        do, places = action_of(step.part, self.rules, step.start), {"rung": WORDS[step.kind]}
        if step.part in MENTORING and step.kind == MENTORS:
            return gettext(MENTORING[step.part].listed, **rule_places(self.rules), **places)
        if not do:
            return gettext(FINISH_ALONE if step.kind >= ALONE else FINISH, **places)
        # In works-council mode no row has hours (measurement (f)).
        if step.work and not self.rules.works_council:
            do = gettext("%(do)s (at least %(hours)s more)", do=do, hours=f"{number(step.work / HOUR)}{THIN}h")
        return gettext(DO_ALONE if step.kind >= ALONE else DO, do=do, **places)
