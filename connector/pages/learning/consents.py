"""What a person agreed that others may see of them, and what each consent does in a team of their size."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.actions.actor import Actor
from mappings.events.types import Instant
from mappings.measure.model.statements import ConsentKind
from mappings.measure.people.standing import group_of
from mappings.measure.people.suppression import shows_people
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.consents import select_consents
from mappings.records.sql.scope import AgreementScope
from mappings.translation import Texts, gettext, mark

CONSENTS: Mapping[ConsentKind, str] = Texts(
    {
        "named": mark("Show my name to leads and mentors"),
        "distribution": mark("Show counts by rung of a small team"),
    }
)
# What is read of somebody who is named: what a ticket counts as tells where they stand, but as a beginner's nothing.
READ_OF_ONE = mark(
    "Once it is on, leads of both sides can work out your rung on the objectives where you are enrolled, by the open "
    "tickets on which you could learn next. They and your mentors can sign for you."
)
# That leads can work it out stands above the ladder then.
READ_NOW = mark(
    "Leads of both sides read on which open tickets you could learn next. They and your mentors can sign for you."
)
READ_OF_BEGINNER = mark(
    "Where you are enrolled, leads of both sides then read on which open tickets you could learn next, as if you were "
    "a beginner: in a small team they tell nothing of where you stand. They and your mentors can sign for you."
)
ON_NONE = mark("You are enrolled for none of them now.")
OF_SMALL_TEAM = mark("They are shown only once everybody in the team agreed.")
OF_LARGE_TEAM = mark("It does nothing now: your team has %(k)s people or more, whose counts are shown in any case.")
NOT_NAMED = mark("In works-council mode nobody is named, so it does nothing.")
ALONE = mark("Only you see this ladder. Leads see counts, and only of a group that is large enough.")
NAMED = mark(
    "Because your name is on, leads of both sides can work out your rung on the objectives where you are enrolled."
)

# What is answered to a teach-back: who sees it, by whether the name is on.
EXPLAINED = mark("Saved. It counts when a lead or a mentor accepts it; they see it once you show them your name.")
EXPLAINED_BY_NAME = mark("Saved. It counts when a lead or a mentor accepts it; they see it now.")
EXPLAINED_UNNAMED = mark("Saved. It counts when a lead or a mentor accepts it.")


@dataclass(frozen=True)
class OwnConsents:
    """What the viewer agreed to; `is_large`: counts of the team are shown anyway, `tells_rungs`: they are shown.

    `names`: by the ruleset somebody may be named at all. `is_enrolled`: for an objective, of which alone that tells.
    """

    agreed: frozenset[ConsentKind]
    is_large: bool
    tells_rungs: bool
    names: bool
    is_enrolled: bool

    @property
    def tells_own(self) -> bool:
        """Whether leads read something that tells where the viewer stands."""
        return self.names and self.tells_rungs and "named" in self.agreed


@dataclass(frozen=True)
class ConsentRow:
    kind: ConsentKind
    label: str
    effect: str
    is_given: bool


def select_own_consents(
    scope: AgreementScope, prepared: PreparedEngagement, account: str, *, now: Instant
) -> OwnConsents:
    given = {kind: select_consents(scope, kind, as_of=now) for kind in CONSENTS}
    group, k = group_of(prepared, now), prepared.ruleset.k
    return OwnConsents(
        frozenset(kind for kind, accounts in given.items() if account in accounts),
        len(group) >= k,
        shows_people(len(group), len(group & given["distribution"]), k),
        prepared.ruleset.names,
        any(account in objective.learners for objective in prepared.engagement.objectives),
    )


def rows_of(own: OwnConsents, k: int) -> list[ConsentRow]:
    """Return the switches: in a team whose counts are shown anyway that one only to take it back."""
    effects: Mapping[ConsentKind, str] = {
        "named": _named_effect(own),
        "distribution": gettext(OF_LARGE_TEAM, k=k) if own.is_large else gettext(OF_SMALL_TEAM),
    }
    return [
        ConsentRow(kind, label, effects[kind], kind in own.agreed)
        for kind, label in CONSENTS.items()
        if kind == "named" or kind in own.agreed or not own.is_large
    ]


def _named_effect(own: OwnConsents) -> str:
    if not own.names:
        return gettext(NOT_NAMED)
    if own.tells_own:
        return gettext(READ_NOW)
    return _of_enrolled(own, READ_OF_ONE if own.tells_rungs else READ_OF_BEGINNER)


def _of_enrolled(own: OwnConsents, text: str) -> str:
    """Return what is read of somebody on the objectives where they are enrolled, and whether they are on any."""
    return gettext(text) if own.is_enrolled else f"{gettext(text)} {gettext(ON_NONE)}"


def explained_text(actor: Actor) -> str:
    """Return what is answered to somebody who explained a ticket back; in works-council mode nobody is named."""
    own = select_own_consents(actor.scope, actor.prepared, actor.account, now=actor.now)
    if not own.names:
        return gettext(EXPLAINED_UNNAMED)
    is_named = "named" in own.agreed
    return gettext(EXPLAINED_BY_NAME if is_named else EXPLAINED)


def privacy_of(own: OwnConsents) -> str:
    """Return who reads of the ladder, for the line above it."""
    return _of_enrolled(own, NAMED) if own.tells_own else gettext(ALONE)
