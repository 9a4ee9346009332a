"""The rule of each figure in one sentence, with its id and what would move it, for pages and files alike."""

from collections.abc import Callable, Mapping
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from mappings.measure.model.apportion import equal_parts
from mappings.measure.model.engagement import RUNGS, SIDES, Engagement, Signals
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.ticket import Entry
from mappings.measure.period.publish_gap import tickets_needed
from mappings.measure.ticket.work_shares import INHOUSE
from mappings.translation import gettext, list_text, mark


class Counted(Protocol):
    """A ledger entry, and what of its in-house parts is handed over, by objective."""

    @property
    def entry(self) -> Entry:
        """The entry."""

    @property
    def handed(self) -> tuple[int, ...]:
        """Billionths handed over, in the order of the entry's in-house parts; () for none."""


# Billionths of a unit that a done entry gives a figure; a reopening subtracts the same.
Part = Callable[[Counted], int]
# By what a proposal is known: any one of them is enough (docs/engagement.md).
KNOWN_BY: Mapping[str, str] = {
    "labels": mark("with the label %(names)s"),
    "components": mark("with the component %(names)s"),
    "types": mark("of the type %(names)s"),
    "epics": mark("below %(names)s"),
    "links": mark("with the link %(names)s"),
}


class Rule(Struct, frozen=True):
    """The rule of a figure: title, sentence, id, what would move it, the part it counts, and its column.

    The texts are marked. In a sentence and a move `{agency}` is the agency's name, `{rules…}` a value of the ruleset,
    `{helps}` the part of the work that is a help, `{alone}` the number of tickets that independent takes, and `{least}`
    that from which a share is published; in a move `{proposals}` is how a proposal is known.
    """

    title: str
    sentence: str
    rule_id: str
    move: str
    part: Part = lambda counted: 0
    column: str = mark("Counted")


def fill_move(rule: Rule, engagement: Engagement, rules: Ruleset) -> str:
    """Return what would move a figure, in the reader's language, by what the engagement agreed."""
    return fill_placeholders(rule.move, engagement.agency_name, rules, proposals=proposal_signals(engagement.signals))


def proposal_signals(signals: Signals) -> str:
    """Return by what a proposal is known, as a part of a sentence: "with the label proposal"."""
    rule = signals.proposals
    known = [gettext(text, names=list_text(rule[kind], "or")) for kind, text in KNOWN_BY.items() if rule.get(kind)]
    return list_text(known, "or") or gettext("as the engagement’s signals know it")


def fill_placeholders(text: str, agency: str, rules: Ruleset = DEFAULT, *, proposals: str = "") -> str:
    """Return a marked text in the reader's language, with the agency's name and the thresholds of the ruleset."""
    return gettext(text).format(
        agency=agency,
        rules=rules,
        least=tickets_needed(rules),
        target=f"{rules.proposals_per_hundred:g}",
        helps=f"{rules.helps / 10:g} %",
        alone=rules.rung_tickets[RUNGS.index("independent")],
        proposals=proposals,
    )


class ObjectivePart(Struct, frozen=True):
    entry: Entry
    handed: tuple[int, ...]


def of_objective(counted: Counted, key: str) -> ObjectivePart:
    """Return one objective's part of an entry, by equal parts as in the sums of days (docs/measurement.md (g) 11)."""
    entry, place = counted.entry, counted.entry.objectives.index(key)

    def share(amount: int) -> int:
        return equal_parts(amount, len(entry.objectives))[place]

    parts = tuple(share(part) for part in entry.parts)
    narrow = replace(entry, parts=parts, taught=share(entry.taught), done_only=share(entry.done_only))
    return ObjectivePart(narrow, counted.handed[place : place + 1])


def _sides(*names: str) -> Part:
    places = [place for place, side in enumerate(SIDES) if side in names]
    return lambda counted: sum(counted.entry.parts[place] for place in places)


def _own(counted: Counted) -> int:
    return counted.entry.parts[INHOUSE] - sum(counted.handed)


ANY = mark("A ticket that is finished, reopened or reassigned, on the day it happens.")
PLACE = mark(
    "Give the people who are on no side one: their work then counts there. An in-house lead or an administrator does "
    "it under Settings, People; where the engagement is kept as a file, whoever runs Teachback does."
)
SHADOW = mark(
    "An in-house person who is named under Shadows and comments once, comments on {rules.shadow_days} days, or does "
    "{helps} of the work makes a ticket shadowed."
)

# All figures that tickets add up to. The report calls `own` inhouse_own.
RULES: Mapping[str, Rule] = {
    "total": Rule(
        mark("Delivered"),
        mark("The size of every finished ticket, whoever worked on it; a reopening takes back what its ticket gave."),
        "units@1",
        ANY,
        _sides(*SIDES),
        mark("Size"),
    ),
    "tickets": Rule(
        mark("Finished tickets"),
        mark("Tickets that were finished in these days and are not open again at their end, each once."),
        "tickets@1",
        mark("A ticket that is finished, or reopened."),
        column=mark("Finished"),
    ),
    "unsized": Rule(
        mark("Finished without a size"),
        mark(
            "Tickets that were finished in these days without a size and are not open again at their end, each once. "
            "They count 0: nobody estimated them, or nobody logged time on them before they were finished."
        ),
        "unsized_finished@1",
        mark("Give a ticket its estimate, or log its time, before it is finished."),
        column=mark("Finished"),
    ),
    "taught_share": Rule(
        mark("Taught share"),
        mark(
            "What {agency} delivered on tickets where an in-house person shadowed or was assisted, divided by all that "
            "{agency} delivered. Published from {least} finished tickets."
        ),
        "taught_share@1",
        SHADOW,
        lambda counted: counted.entry.taught,
        mark("Taught"),
    ),
    "taught": Rule(
        mark("Taught"),
        mark(
            "{agency}’s part of tickets with a learning objective on which an in-house person shadowed or was assisted."
        ),
        "taught@1",
        SHADOW,
        lambda counted: counted.entry.taught,
        mark("Taught"),
    ),
    "done_only": Rule(
        mark("Done only"),
        mark(
            "{agency}’s part of tickets without a learning objective, or on which no in-house person shadowed or was "
            "assisted."
        ),
        "done_only@1",
        mark("Tag the tickets with an objective, and let an in-house person shadow or drive a part of them."),
        lambda counted: counted.entry.done_only,
        mark("Done only"),
    ),
    "agency": Rule(
        mark("Delivered by the agency"),
        mark(
            "{agency}’s part of every finished ticket: its share of the active business hours, times the "
            "ticket’s units."
        ),
        "agency_units@1",
        ANY,
        _sides("agency"),
        mark("Agency"),
    ),
    "inhouse": Rule(
        mark("Delivered in-house"),
        mark("The in-house part of every finished ticket: handed over and own together."),
        "inhouse_units@1",
        ANY,
        _sides("inhouse"),
        mark("In-house"),
    ),
    "handed_over": Rule(
        mark("Handed over"),
        mark(
            "The in-house part of tickets that somebody did alone, without help of an agency, whom {agency} had "
            "taught the "
            "same objective before."
        ),
        "handed_over@1",
        mark("Somebody who was taught an objective finishes a ticket with it alone, without help of the agency."),
        lambda counted: sum(counted.handed),
        mark("Handed over"),
    ),
    "own": Rule(
        mark("Own"),
        mark("The in-house part that is not handed over."),
        "own@1",
        mark("In-house people finish tickets."),
        _own,
        mark("Own"),
    ),
    "other": Rule(
        mark("Other agency"),
        mark("The part of people of another agency."),
        "other@1",
        ANY,
        _sides("other"),
        mark("Other"),
    ),
    "gatekeeper": Rule(
        mark("Gatekeeper"),
        mark("The part of gatekeepers, such as legal."),
        "gatekeeper@1",
        ANY,
        _sides("gatekeeper"),
        mark("Gatekeeper"),
    ),
    "unknown": Rule(
        mark("Unknown"),
        mark(
            "The part of people whom the engagement puts on no side at that time, and of tickets nobody can be "
            "named for."
        ),
        "unknown@1",
        PLACE,
        _sides("unknown"),
        mark("Unknown"),
    ),
    "not_known": Rule(
        mark("Side not known"),
        mark(
            "The part of people whom the engagement puts on no side at that time or on two, and of tickets "
            "nobody can be "
            "named for: unknown and in conflict together."
        ),
        "not_known@1",
        PLACE,
        _sides("unknown", "conflict"),
        mark("Not known"),
    ),
    "conflict": Rule(
        mark("In conflict"),
        mark("The part of people who were on two sides at the same time."),
        "conflict@1",
        mark("Give each of these people dates that do not overlap."),
        _sides("conflict"),
        mark("In conflict"),
    ),
    "rest": Rule(
        mark("Others"),
        mark("The part of everybody who is on neither side of this engagement."),
        "rest@1",
        ANY,
        _sides("other", "unknown", "conflict"),
        mark("Others"),
    ),
}

# Figures that an agency may not open: to it all of these are one bucket (docs/measurement.md (f)).
HIDDEN_FROM_AGENCY = frozenset({"other", "unknown", "conflict", "not_known"})
