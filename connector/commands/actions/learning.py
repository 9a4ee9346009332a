"""`teachback learning`: sign-offs, teach-backs, consents, feedback, pulses and definitions."""

from datetime import date
from typing import Any

import click

from connector.actions import feedback as feedback_actions
from connector.actions import sign_offs
from connector.actions.feedback import ABOUT
from connector.commands.actions.actor import LEARNER, OBJECTIVE, RUNG, TICKET, open_actor, require_ticket, with_actor
from connector.commands.options import CommandGroup, examples
from connector.commands.periods import QuarterParam
from mappings.measure.model.engagement import RUNGS, Rung

CALL = "growth-acme --site NAME --as 5b10a2844c20165700ede21g"
ON = "--objective ab-design"


def rung_number(rung: Rung) -> int:
    return RUNGS.index(rung) + 1


@click.group(cls=CommandGroup)
def learning() -> None:
    """Sign off rungs, record teach-backs, feedback and pulses. An act is refused unless the person's role allows it."""


@learning.command(epilog=examples(f"learning attest {CALL} {ON} --learner 5b109f2e9729b51b54dc274d --rung assisted"))
@with_actor
@OBJECTIVE
@LEARNER
@RUNG
@click.option("--reason", default="", metavar="TEXT", help="Why.")
def attest(objective: str, learner: str, rung: Rung, reason: str, **who: Any) -> None:
    """Sign a learner off at a rung, at most one above the evidence. From independent on both sides have to sign."""
    with open_actor(**who) as actor:
        sign_offs.attest(actor, (objective, learner), rung_number(rung), reason=reason)
    click.echo("Signed")


@learning.command(
    epilog=examples(
        f"learning revoke {CALL} {ON} --learner 5b109f2e9729b51b54dc274d --rung exposed --reason 'long ago'"
    )
)
@with_actor
@OBJECTIVE
@LEARNER
@RUNG
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
def revoke(objective: str, learner: str, rung: Rung, reason: str, **who: Any) -> None:
    """Lower a learner to a rung until new evidence follows."""
    with open_actor(**who) as actor:
        sign_offs.revoke(actor, (objective, learner), rung_number(rung), reason=reason)
    click.echo("Lowered")


@learning.command(epilog=examples(f"learning veto {CALL} {ON}"))
@with_actor
@OBJECTIVE
def veto(objective: str, **who: Any) -> None:
    """Lower one's own rung by one. No reason is needed."""
    with open_actor(**who) as actor:
        sign_offs.veto(actor, objective)
    click.echo("Your rung is one lower")


@learning.command("teach-back", epilog=examples(f"learning teach-back {CALL} {ON} --ticket GROW-12"))
@with_actor
@OBJECTIVE
@TICKET
def teach_back(objective: str, ticket: str, **who: Any) -> None:
    """Record that one explained back what a ticket taught. It counts once somebody else accepts it."""
    with open_actor(**who) as actor:
        sign_offs.give_teach_back(actor, require_ticket(actor, ticket), objective)
    click.echo("Recorded; it counts once somebody accepts it")


@learning.command(epilog=examples(f"learning accept {CALL} {ON} --learner 5b109f2e9729b51b54dc274d --ticket GROW-12"))
@with_actor
@OBJECTIVE
@LEARNER
@TICKET
def accept(objective: str, learner: str, ticket: str, **who: Any) -> None:
    """Accept a learner's teach-back. It is evidence from then on."""
    with open_actor(**who) as actor:
        sign_offs.accept_teach_back(actor, require_ticket(actor, ticket), (objective, learner))
    click.echo("Accepted")


@learning.command(epilog=examples(f"learning decline {CALL} {ON} --learner 5b109f2e9729b51b54dc274d --ticket GROW-12"))
@with_actor
@OBJECTIVE
@LEARNER
@TICKET
def decline(objective: str, learner: str, ticket: str, **who: Any) -> None:
    """Answer a learner's teach-back with "not yet". No figure changes; the learner can give it again."""
    with open_actor(**who) as actor:
        sign_offs.decline_teach_back(actor, require_ticket(actor, ticket), (objective, learner))
    click.echo("Declined; the learner can explain it again")


CONSENT = click.option(
    "--to",
    "kind",
    type=click.Choice(["named", "distribution"]),
    required=True,
    help="named: leads and mentors read one's name; distribution: a small team's rungs are shown as counts.",
)


@learning.command(epilog=examples(f"learning consent {CALL} --to named"))
@with_actor
@CONSENT
def consent(kind: Any, **who: Any) -> None:
    """Give a consent. It can be withdrawn at any time."""
    with open_actor(**who) as actor:
        sign_offs.agree_to(actor, kind)
    click.echo("Saved; it can be withdrawn at any time")


@learning.command(epilog=examples(f"learning withdraw {CALL} --to named"))
@with_actor
@CONSENT
def withdraw(kind: Any, **who: Any) -> None:
    """Withdraw a consent."""
    with open_actor(**who) as actor:
        sign_offs.withdraw(actor, kind)
    click.echo("Withdrawn")


@learning.command(epilog=examples(f"learning feedback {CALL} --about reviews --words 'Reviews took ten days'"))
@with_actor
@click.option("--about", type=click.Choice(ABOUT), required=True, help="What it is about.")
@click.option("--words", required=True, metavar="TEXT", help="The agency's feedback.")
def feedback(about: str, words: str, **who: Any) -> None:
    """File the agency's feedback on how the client works."""
    with open_actor(**who) as actor:
        number = feedback_actions.file_feedback(actor, about, words)
    click.echo(f"Item {number}; the client answers with an action within 60 days")


@learning.command(epilog=examples(f"learning act {CALL} --item 1 --words 'Reviews within two days'"))
@with_actor
@click.option("--item", type=int, required=True, metavar="NUMBER", help="The item's number.")
@click.option("--words", required=True, metavar="TEXT", help="What is done about it.")
def act(item: int, words: str, **who: Any) -> None:
    """Answer an item of feedback with what the client does about it."""
    with open_actor(**who) as actor:
        feedback_actions.tie_action(actor, item, words)
    click.echo("Saved")


@learning.command(epilog=examples(f"learning pulse {CALL} --quarter 2026Q3 --answer 4"))
@with_actor
@click.option("--quarter", type=QuarterParam(), required=True, help="A quarter such as 2026Q3.")
@click.option("--answer", type=click.IntRange(1, 5), required=True, metavar="NUMBER", help="1 to 5.")
def pulse(quarter: tuple[date, date], answer: int, **who: Any) -> None:
    """Give a side's pulse on a quarter. It cannot be changed."""
    with open_actor(**who) as actor:
        feedback_actions.give_pulse(actor, quarter[0], answer)
    click.echo("Saved")


@learning.command(epilog=examples(f"learning agree {CALL} {ON}"))
@with_actor
@OBJECTIVE
@click.option("--edit", is_flag=True, help="Record that one's side edited the definition today, instead of agreeing.")
def agree(objective: str, edit: bool, **who: Any) -> None:  # noqa: FBT001 click passes options by name
    """Confirm for one's side that it agreed to an objective's definition."""
    with open_actor(**who) as actor:
        (feedback_actions.edit_definition if edit else feedback_actions.confirm_agreement)(actor, objective)
    click.echo("Saved")
