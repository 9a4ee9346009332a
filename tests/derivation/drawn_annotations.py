"""What people of a story set by hand beside the panel's roles, drawn: into the product and into the derivation."""

from collections.abc import Callable
from random import Random

from sqlalchemy import Connection

from mappings.measure.model.ticket import TeachBack
from mappings.records.agreement.consents import insert_consent, save_consent_withdrawn
from mappings.records.agreement.roles import save_role
from mappings.records.agreement.tags import insert_confirmation, insert_tag, save_tag_confirmed
from mappings.records.agreement.teach_backs import insert_teach_back, save_accepted
from tests.derivation.business_hours import DAY
from tests.derivation.engagement import Panel
from tests.derivation.story import Story
from tests.jira.story.objectives import GOALS
from tests.jira.story.people import CONVERT, GROWTH, LEAVER, account_of
from tests.webhooks.site import Ground

LEARNERS = [account_of(name) for name in (*GROWTH, LEAVER, CONVERT)]
Place = tuple[Connection, int, str, int]


class Hands:
    """Sets everything twice, on tickets of one engagement."""

    def __init__(self, ground: Ground, story: Story, key: str, seed: int) -> None:
        self.ground, self.story, self.key, self.panel = ground, story, key, story.panel(key)
        self.rng = Random(f"{seed} {key} hands")
        self.goals = [goal.key for goal in GOALS[key]]

    def set(self, deeds: dict[Callable[["Hands", Place], None], int]) -> Panel:
        """Do each deed so many times, on a ticket drawn for each."""
        numbers = sorted(one.number for one in self.story.jira.issues)
        with self.ground.engine.begin() as connection:
            for deed, times in deeds.items():
                for _ in range(times):
                    deed(self, (connection, self.ground.tenant_id, self.key, self.rng.choice(numbers)))
        return self.panel

    def moment(self) -> int:
        plan = self.story.plan
        return self.rng.randrange(plan.start, plan.end, DAY // 3)


def teach_back(hands: Hands, place: Place) -> None:
    """Given at any time, accepted or not."""
    goal, learner, at = hands.rng.choice(hands.goals), hands.rng.choice(LEARNERS), hands.moment()
    accepted = hands.rng.choice([None, at + DAY, at + 30 * DAY])
    if insert_teach_back(*place, TeachBack(goal, learner, at)):
        if accepted is not None:
            save_accepted(*place, TeachBack(goal, learner, at, accepted), by="lead")
        hands.panel.explained.setdefault(place[3], []).append((goal, learner, at, accepted))


def role(hands: Hands, place: Place) -> None:
    """Given to somebody, which ends it for whoever had it, or to nobody."""
    name, who, at = (
        hands.rng.choice(["shadow", "learner", "mentor"]),
        hands.rng.choice([*LEARNERS, None]),
        hands.moment(),
    )
    save_role(*place, name=name, account=who, at=at, by="x")  # type: ignore[arg-type]  # one of three names
    held = hands.panel.roles.setdefault(place[3], [])
    held[:] = [(a, r, since, at if r == name and until is None else until) for a, r, since, until in held]
    held += [(who, name, at, None)] if who else []


def consent(hands: Hands, place: Place) -> None:
    """To a distribution, by anybody who was ever in-house; some take it back."""
    who, at = hands.rng.choice(LEARNERS), hands.story.plan.start + len(hands.panel.said.consents) * DAY
    if insert_consent(*place[:3], who, kind="distribution", at=at):
        until = hands.rng.choice([None, None, None, at + 20 * DAY])
        if until is not None:
            save_consent_withdrawn(*place[:3], who, kind="distribution", at=until)
        hands.panel.said.consents.append((who, at, until))


def late_tag(hands: Hands, place: Place) -> None:
    """Set by hand at any time, on a ticket that may be done, and confirmed by the other side or not."""
    goal, at = hands.rng.choice(hands.goals), hands.moment()
    if insert_tag(*place, objective=goal, at=at, by="x"):
        hands.panel.tags.setdefault(place[3], []).append((goal, at))


def confirmation(hands: Hands, place: Place) -> None:
    """Of any objective at any time: it counts where one waited then."""
    goal, at = hands.rng.choice(hands.goals), hands.moment()
    by_hand = [since for one, since in hands.panel.tags.get(place[3], ()) if one == goal]
    if not by_hand:
        insert_confirmation(*place, objective=goal, at=at, by="y")
    elif not save_tag_confirmed(*place, objective=goal, at=at):
        return
    hands.panel.confirmed.setdefault(place[3], []).append((goal, at))
