"""Open tickets that could teach as rows: who would do what on each, and how far it leads."""

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from msgspec.structs import replace

from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.own_steps import MENTORS
from connector.pages.enrolled import is_enrolled
from connector.pages.project.own_moves import NO_MOVES, OwnMove
from connector.pages.step_text import assign_text, hours_text, rule_places, ticket_text
from connector.pages.visibility import fetch_names
from connector.text import EVIDENCE_NAMES
from connector.web.gate import caller
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.people.teaching_opportunities import Part, TeachingOpportunity
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext, list_text, mark, ngettext

# What somebody does: it is another thing for who is named for it already.
Act: TypeAlias = Part | Literal["named_shadow", "named_driver"]
NAMED_ACTS: Mapping[Part, Act] = {"shadow": "named_shadow", "driver": "named_driver"}
# After "If" and with it: other languages put the verb elsewhere in each.
DOES: Mapping[Act, str] = {
    "shadow": mark("shadows"),
    "named_shadow": mark("writes one comment of %(letters)s characters or more, already named under Shadows"),
    "driver": mark("drives %(learner)s of it%(hours)s, named under Drives"),
    "named_driver": mark("drives %(learner)s of it%(hours)s, already named under Drives"),
    "alone": mark("drives %(driver)s of it without the agency"),
}
MOVES: Mapping[Act, str] = {
    "shadow": mark("If %(who)s shadows: %(rung)s"),
    "named_shadow": mark(
        "If %(who)s writes one comment of %(letters)s characters or more, already named under Shadows: %(rung)s"
    ),
    "driver": mark("If %(who)s drives %(learner)s of it%(hours)s, named under Drives: %(rung)s"),
    "named_driver": mark("If %(who)s drives %(learner)s of it%(hours)s, already named under Drives: %(rung)s"),
    "alone": mark("If %(who)s drives %(driver)s of it without the agency: %(rung)s"),
}
# The same for the reader.
YOURS: Mapping[Act, str] = {
    "shadow": mark("If you shadow it"),
    "named_shadow": mark("If you write one comment of %(letters)s characters or more, already named under Shadows"),
    "driver": mark("If you drive %(learner)s of it%(hours)s, named under Drives"),
    "named_driver": mark("If you drive %(learner)s of it%(hours)s, already named under Drives"),
    "alone": mark("If you drive %(driver)s of it without the agency"),
}
# For whom a ticket is that helps without the agency alone.
LEAVE = mark("Leave to a learner: if you take it instead, or help, it counts as assisted at most.")
ASSIGN_SELF = mark("For you alone: assign it to yourself; with any help of %(agency)s it counts as assisted at most.")
# The same for whom it lifts without being enrolled for its objective.
ASK_FIRST = mark(
    "Ask your lead first: an enrolled learner may need it. With any help of %(agency)s it counts as assisted at most."
)
FOR_COLLEAGUE = mark(
    "For an enrolled colleague: your lead knows who that is. You are independent already. With any help of %(agency)s "
    "it counts as assisted at most."
)
# Whom mentoring leads on.
FOR_COLLEAGUE_MENTOR = mark(
    "For an enrolled colleague: your lead knows who that is. You can mentor it (for you: teaches). With any help of "
    "%(agency)s it counts as assisted at most."
)
FOR_ENROLLED = mark(
    "For an enrolled learner: your lead knows who that is. With any help of %(agency)s it counts as assisted at most."
)


# Another ticket that leads the same person as far.
OR = mark("or %(ticket)s: one of the two is enough")
OR_LESS_WORK = mark("or %(ticket)s, which is less work: one of the two is enough")
OR_MORE_WORK = mark("or %(ticket)s, which is more work: one of the two is enough")


@dataclass(frozen=True)
class Pips:
    """How far a ticket brings somebody to a rung: in words, and by a circle for each ticket it takes."""

    text: str
    circles: tuple[str, ...]


@dataclass(frozen=True)
class Next:
    key: str
    summary: str
    objective: str
    who: str
    act: Act
    # Whether `who` is somebody by name, or the reader.
    is_named: bool
    rung: str
    pips: Pips | None
    is_assigned: bool
    rules: Ruleset
    work: int
    missing: int = 0
    # The tickets that count for the rung beside it.
    further: tuple[str, ...] = ()
    instead: str = ""
    instead_work: int = 0
    # What the reader would do where it helps themselves, and for whom it is that helps without the agency alone.
    yours: str = ""
    whose: str = ""

    @property
    def does(self) -> str:
        return gettext(DOES[self.act], **self.places)

    @property
    def is_alone(self) -> bool:
        """Whether it helps without the agency alone: it is no ticket to teach on."""
        return self.act == "alone"

    @property
    def move(self) -> str:
        """Who would do what, and the rung it leads to."""
        text = gettext(MOVES[self.act], who=self.who, rung=self.rung, **self.places)
        return f"{text}, {self.pips.text}" if self.pips else text

    @property
    def is_last(self) -> bool:
        """Whether it is the last ticket that the rung takes."""
        return self.pips is None or "later" not in self.pips.circles

    @property
    def alternative(self) -> str:
        if not self.instead:
            return ""
        # By the same hours as are printed; 0 is not known.
        if not self.work or not self.instead_work or self.work == self.instead_work:
            return gettext(OR, ticket=self.instead)
        return gettext(OR_LESS_WORK if self.instead_work < self.work else OR_MORE_WORK, ticket=self.instead)

    @property
    def lacks(self) -> str:
        """Say that the open tickets are too few for the rung, where that is known."""
        if not self.missing:
            return ""
        if self.pips is not None and self.missing == self.pips.circles.count("later"):
            return gettext("No other open ticket of this objective can be driven without the agency.")
        return ngettext(
            "%(num)s more ticket is missing: too few open ones of this objective can be driven without the agency.",
            "%(num)s more tickets are missing: too few open ones of this objective can be driven without the agency.",
            self.missing,
        )

    @property
    def places(self) -> dict[str, object]:
        return rule_places(self.rules) | {"hours": hours_text(self.work)}


def issues_of(opportunities: Iterable[TeachingOpportunity]) -> set[int]:
    """Return the tickets that rows name."""
    return {issue for opportunity in opportunities for issue in opportunity.issue_ids}


def browsed_of(opportunities: Iterable[TeachingOpportunity], seen: Collection[int]) -> tuple[TeachingOpportunity, ...]:
    """Return those of the tickets that a reader may browse, without the others that count beside them."""
    return tuple(
        replace(opportunity, further=tuple(issue for issue in opportunity.further if issue in seen))
        for opportunity in opportunities
        if opportunity.issue_id in seen
    )


def rows_of(
    view: EngagementView,
    opportunities: Sequence[TeachingOpportunity],
    labels: dict[int, IssueLabel],
    moves: Mapping[TeachingOpportunity, OwnMove] = NO_MOVES,
) -> list[Next]:
    names = {objective.key: objective.name for objective in view.engagement.objectives}
    wanted = {account for opportunity in opportunities for account in opportunity.learners if may_name(view, account)}
    people = fetch_names(container(), view, wanted)
    # One row for each ticket and objective: its first way up.
    first: dict[tuple[int, str], TeachingOpportunity] = {}
    for opportunity in opportunities:
        first.setdefault((opportunity.issue_id, opportunity.objective), opportunity)
    rows = []
    for (issue_id, key), opportunity in first.items():
        # It tells where the learner stands, whom others may know without being told the name.
        nearer = opportunity.at_once if "names" in view.sees else 0
        row = Next(
            labels[issue_id].key,
            labels[issue_id].summary,
            names.get(key, key),
            *_who_acts(opportunity, people),
            EVIDENCE_NAMES[nearer or opportunity.kind],
            pips_of(opportunity, EVIDENCE_NAMES[opportunity.kind] if nearer else ""),
            opportunity.is_assigned,
            view.stored.rules,
            opportunity.work,
            opportunity.missing,
            tuple(labels[issue].key for issue in opportunity.further),
            whose=_whose(view, opportunity, moves.get(opportunity)),
        )
        rows.append(_for_reader(row, opportunity, moves.get(opportunity)))
    return rows


def _for_reader(row: Next, opportunity: TeachingOpportunity, move: OwnMove | None) -> Next:
    """Return the row by where the reader stands, where it helps them; what others still lack is no matter of theirs."""
    if move is None or not _is_for_reader(opportunity, move):
        return row
    # A colleague may be named for it, and not the reader.
    own = _named_act(opportunity.part) if caller().account in opportunity.named else opportunity.part
    row = dataclasses.replace(row, act=own, work=opportunity.own_work)
    yours = gettext(YOURS[row.act], **row.places)
    if not move.lifts:
        return dataclasses.replace(row, who=gettext("you"), is_named=True, yours=yours)
    rung = EVIDENCE_NAMES[move.to]
    row = dataclasses.replace(row, who=gettext("you"), is_named=True, yours=yours, rung=rung)
    return dataclasses.replace(row, pips=None, missing=0, further=())


def _is_for_reader(opportunity: TeachingOpportunity, move: OwnMove) -> bool:
    return move.lifts or caller().account in opportunity.learners


def _whose(view: EngagementView, opportunity: TeachingOpportunity, move: OwnMove | None) -> str:
    agency = view.engagement.agency_name
    if view.agency:
        return gettext(LEAVE)
    if "names" in view.sees:
        return assign_text(agency)
    if move is not None and _is_for_reader(opportunity, move):
        return gettext(
            ASSIGN_SELF if is_enrolled(view.engagement, opportunity.objective, caller().account) else ASK_FIRST,
            agency=agency,
        )
    if move is None or move.at < move.kind:
        return gettext(FOR_ENROLLED, agency=agency)
    return gettext(FOR_COLLEAGUE_MENTOR if move.at < MENTORS else FOR_COLLEAGUE, agency=agency)


def by_whose(rows: Sequence[Next]) -> Mapping[str, list[Next]]:
    """Return the tickets that help without the agency, by what is said of whom they are for."""
    groups: dict[str, list[Next]] = {}
    for row in rows:
        groups.setdefault(row.whose, []).append(row)
    return groups


def with_instead(rows: Sequence[Next]) -> list[Next]:
    """Return the rows, each with the ticket above it that leads the same person to the same rung by itself."""
    first, following = dict[tuple[str, str, str], Next](), list[Next]()
    for row in rows:
        key = (row.objective, row.rung, row.who)
        # Of somebody who is not named it is not known that they are the same.
        known = row.is_last and row.is_named
        above = first.setdefault(key, row) if known else row
        is_alike = above is not row
        following.append(dataclasses.replace(row, instead=above.key, instead_work=above.work) if is_alike else row)
    return following


def _who_acts(opportunity: TeachingOpportunity, people: dict[str, str]) -> tuple[str, Act, bool]:
    """Return who would do what, and whether they are named. Where somebody has its role already, it is for them."""
    named = tuple(account for account in opportunity.named if people.get(account))
    if named:
        return learners_text(replace(opportunity, learners=named), people), _named_act(opportunity.part), True
    is_named = any(people.get(account) for account in opportunity.learners)
    return learners_text(opportunity, people), opportunity.part, is_named


def _named_act(part: Part) -> Act:
    return NAMED_ACTS.get(part, part)


def may_name(view: EngagementView, account: str) -> bool:
    # Leads read the names of those who agreed to it, everybody their own.
    return "names" in view.sees or account == caller().account


def learners_text(opportunity: TeachingOpportunity, people: dict[str, str]) -> str:
    named = [people[account] for account in opportunity.learners if people.get(account)]
    # Any of them would do.
    if named:
        return list_text(sorted(named), "or")
    # How far it leads is that of an enrolled learner: others may be further.
    return gettext("an enrolled learner") if opportunity.part == "alone" else gettext("a learner")


def pips_of(opportunity: TeachingOpportunity, farther: str) -> Pips | None:
    """Return how far the ticket brings somebody, None where one ticket is all it takes.

    `farther` is the rung of which it is one of several, where it brings them to a nearer one at once; else "".
    """
    nth, needed = opportunity.nth, opportunity.needed
    if needed < 2:
        return None
    circles = ("had",) * (nth - 1) + ("would",) + ("later",) * (needed - nth)
    return Pips(ticket_text(nth, needed, farther), circles)
