"""What people of a story say by hand, drawn from its seed: into the product's rows and into the derivation's panel."""

from collections.abc import Collection
from datetime import date
from random import Random
from typing import Literal

from mappings.measure.model.statements import DefinitionEdit, Dispute, LeadSide, Pulse, SignOff
from mappings.records.agreement.definitions import insert_definition_edit
from mappings.records.agreement.disputes import insert_dispute, save_dispute_withdrawn
from mappings.records.agreement.feedback import insert_feedback, save_action
from mappings.records.agreement.pulses import insert_pulse
from mappings.records.agreement.sign_offs import insert_sign_off
from mappings.records.sql.scope import AgreementScope
from tests.derivation.business_hours import DAY
from tests.derivation.statements import Dispute as Doubted
from tests.derivation.statements import Edit, Signed, Statements
from tests.jira.story.objectives import GOALS
from tests.jira.story.people import GROWTH, account_of
from tests.jira.story.story import Plan
from tests.webhooks.site import SiteTenant

SIDES: tuple[LeadSide, LeadSide] = ("agency", "inhouse")
KINDS: tuple[Literal["attest", "revoke", "veto"], ...] = (
    "attest", "attest", "attest", "revoke", "veto",
)  # fmt: skip

EDITS: tuple[Literal["edit", "agree"], ...] = ("edit", "edit", "agree")


class DrawnStatements:
    """Says everything twice."""

    def __init__(self, site_tenant: SiteTenant, plan: Plan, key: str, numbers: Collection[int]) -> None:
        self.site_tenant, self.plan, self.key, self.statements = site_tenant, plan, key, Statements()
        self.rng = Random(f"{plan.seed} {key}")
        self.goals = [goal.key for goal in GOALS[key]]
        self.numbers = sorted(numbers)

    def day(self) -> int:
        return self.plan.start + self.rng.randrange((self.plan.end - self.plan.start) // DAY) * DAY

    def speak(self) -> Statements:
        with self.site_tenant.engine.begin() as connection:
            scope = AgreementScope(connection, self.site_tenant.tenant_id, self.key)
            for at in sorted(self.day() + turn * 1000 for turn in range(40)):
                self.sign(scope, at)
            for turn in range(6):
                self.give_feedback(scope, self.day() + turn)
            for goal in self.goals:
                self.define(scope, goal)
            for turn in range(12):
                self.dispute(scope, turn)
            for side, quarter in zip(SIDES, (date(2026, 4, 1), date(2026, 7, 1)), strict=True):
                self.statements.pulses.append((quarter, side))
                insert_pulse(scope, Pulse(side, quarter, self.plan.end - DAY, 4), by="x")
        return self.statements

    def sign(self, scope: AgreementScope, at: int) -> None:
        goal, learner, side = self.rng.choice(self.goals), account_of(self.rng.choice(GROWTH)), self.rng.choice(SIDES)
        kind, rung = self.rng.choice(KINDS), self.rng.randint(1, 5)
        signer = self.rng.choice(["lead of " + side, learner])
        self.statements.signed.setdefault((goal, learner), []).append(Signed(at, kind, rung, signer, side))
        insert_sign_off(scope, SignOff(kind, at, signer, side, rung), pair=(goal, learner))

    def give_feedback(self, scope: AgreementScope, at: int) -> None:
        linked = self.rng.choice([None, at + self.rng.randint(1, 80) * DAY])
        linked = linked if linked is None or linked <= self.plan.end else None
        self.statements.feedback.append((at, linked))
        number = insert_feedback(scope, about="reviews", words="late", at=at, by="x")
        if linked is not None:
            save_action(scope, number, action="a rota", at=linked, by="y")

    def dispute(self, scope: AgreementScope, turn: int) -> None:
        """Some that are open at the story's end, some that expired, some that were withdrawn."""
        number, goal = self.rng.choice(self.numbers), self.rng.choice([*self.goals, ""])
        at = self.plan.end - self.rng.choice([1, 29, 30, 31, 60]) * DAY + turn % 2 * 1000
        withdrawn = self.rng.choice([None, None, at + DAY, self.plan.end + DAY])
        self.statements.disputes.append(Doubted(number, goal, at, withdrawn))
        made = insert_dispute(scope, Dispute(number, goal, self.rng.choice(SIDES), at, "x", "Nobody was there"))
        if withdrawn is not None:
            save_dispute_withdrawn(scope, made, by="x", at=withdrawn, opened=at)

    def define(self, scope: AgreementScope, goal: str) -> None:
        for turn in range(self.rng.randint(0, 5)):
            side, kind = self.rng.choice(SIDES), self.rng.choice(EDITS)
            day = date(2026, 5, self.rng.randint(1, 30))
            self.statements.edits.setdefault(goal, []).append(Edit(side, kind, day))
            edit = DefinitionEdit(goal, side, kind, day, self.plan.start - DAY + turn)
            insert_definition_edit(scope, edit, by="x")
