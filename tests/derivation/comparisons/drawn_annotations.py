"""What people of a story set by hand beside the panel's roles, drawn: into the product and into the derivation."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from mappings.measure.model.ticket import TeachBack
from mappings.records.agreement.consents import insert_consent, save_consent_withdrawn
from mappings.records.agreement.roles import save_role
from mappings.records.agreement.tags import insert_confirmation, insert_tag, save_tag_confirmed
from mappings.records.agreement.teach_backs import insert_teach_back, save_accepted
from mappings.records.sql.scope import AgreementScope
from tests.derivation.business_hours import DAY
from tests.derivation.comparisons.story import Story
from tests.derivation.engagement import Panel
from tests.jira.story.objectives import GOALS
from tests.jira.story.people import CONVERT, GROWTH, LEAVER, account_of
from tests.webhooks.site import SiteTenant

LEARNERS = [account_of(name) for name in (*GROWTH, LEAVER, CONVERT)]


class OnTicket(NamedTuple):
    """A ticket of an engagement."""

    scope: AgreementScope
    issue_id: int


class DrawnAnnotations:
    """Sets everything twice, on tickets of one engagement."""

    def __init__(self, site_tenant: SiteTenant, story: Story, key: str, seed: int) -> None:
        self.site_tenant, self.story, self.key, self.panel = site_tenant, story, key, story.panel(key)
        self.rng = Random(f"{seed} {key} hands")
        self.goals = [goal.key for goal in GOALS[key]]

    def set(self, deeds: dict[Callable[["DrawnAnnotations", OnTicket], None], int]) -> Panel:
        """Do each deed so many times, on a ticket drawn for each."""
        numbers = sorted(issue.number for issue in self.story.jira.issues)
        with self.site_tenant.engine.begin() as connection:
            for deed, times in deeds.items():
                for _ in range(times):
                    scope = AgreementScope(connection, self.site_tenant.tenant_id, self.key)
                    deed(self, OnTicket(scope, self.rng.choice(numbers)))
        return self.panel

    def moment(self) -> int:
        plan = self.story.plan
        return self.rng.randrange(plan.start, plan.end, DAY // 3)


def teach_back(hands: DrawnAnnotations, ticket: OnTicket) -> None:
    """Given at any time, accepted or not."""
    goal, learner, at = hands.rng.choice(hands.goals), hands.rng.choice(LEARNERS), hands.moment()
    accepted = hands.rng.choice([None, at + DAY, at + 30 * DAY])
    if insert_teach_back(*ticket, TeachBack(goal, learner, at)):
        if accepted is not None:
            save_accepted(*ticket, TeachBack(goal, learner, at, accepted), by="lead")
        hands.panel.explained.setdefault(ticket.issue_id, []).append((goal, learner, at, accepted))


def role(hands: DrawnAnnotations, ticket: OnTicket) -> None:
    """Given to somebody, which ends it for whoever had it, or to nobody."""
    name, who, at = (
        hands.rng.choice(["shadow", "learner", "mentor"]),
        hands.rng.choice([*LEARNERS, None]),
        hands.moment(),
    )
    save_role(*ticket, name=name, account=who, at=at, by="x")  # type: ignore[arg-type]  # one of three names
    held = hands.panel.roles.setdefault(ticket.issue_id, [])
    held[:] = [(a, r, since, at if r == name and until is None else until) for a, r, since, until in held]
    held += [(who, name, at, None)] if who else []


def consent(hands: DrawnAnnotations, ticket: OnTicket) -> None:
    """To a distribution, by anybody who was ever in-house; some take it back."""
    who, at = hands.rng.choice(LEARNERS), hands.story.plan.start + len(hands.panel.statements.consents) * DAY
    if insert_consent(ticket.scope, who, kind="distribution", at=at):
        until = hands.rng.choice([None, None, None, at + 20 * DAY])
        if until is not None:
            save_consent_withdrawn(ticket.scope, who, kind="distribution", at=until)
        hands.panel.statements.consents.append((who, at, until))


def late_tag(hands: DrawnAnnotations, ticket: OnTicket) -> None:
    """Set by hand at any time, on a ticket that may be done, and confirmed by the other side or not."""
    goal, at = hands.rng.choice(hands.goals), hands.moment()
    if insert_tag(*ticket, objective=goal, at=at, by="x"):
        hands.panel.tags.setdefault(ticket.issue_id, []).append((goal, at))


def confirmation(hands: DrawnAnnotations, ticket: OnTicket) -> None:
    """Of any objective at any time: it counts where one waited then."""
    goal, at = hands.rng.choice(hands.goals), hands.moment()
    by_hand = [since for tagged, since in hands.panel.tags.get(ticket.issue_id, ()) if tagged == goal]
    if not by_hand:
        insert_confirmation(*ticket, objective=goal, at=at, by="y")
    elif not save_tag_confirmed(*ticket, objective=goal, at=at):
        return
    hands.panel.confirmed.setdefault(ticket.issue_id, []).append((goal, at))
