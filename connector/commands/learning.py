"""`teachback learning`: what people say of a rung, of each other and of a definition, told at the command line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

import click

from connector.actions import feedback as answering
from connector.actions import sign_offs
from connector.actions.actor import ActionRefused, Actor
from connector.actions.feedback import ABOUT
from connector.commands.context import find_tenant, open_ground
from connector.commands.engagements import SITE
from connector.commands.errors import CommandError
from connector.commands.periods import QuarterParam
from connector.container import now
from connector.figures.scores import select_lens
from mappings.measure.model.engagement import RUNGS, Rung
from mappings.records.agreement.engagements import select_engagement
from mappings.records.facts.issues import select_issue_id

_Command = TypeVar("_Command", bound=Callable[..., object])
OBJECTIVE = click.option("--objective", required=True, help="The objective's key.")
LEARNER = click.option("--learner", required=True, help="The learner's account id.")
RUNG = click.option("--rung", type=click.Choice(RUNGS), required=True, help="The rung.")
TICKET = click.option("--ticket", required=True, help="The ticket's key.")


def spoken(command: _Command) -> _Command:
    """Give a command what says who speaks in which engagement."""
    whose = click.option("--as", "account", required=True, help="The account id of whoever says it.")
    for add in (whose, SITE, click.argument("engagement")):
        command = add(command)
    return command


@contextmanager
def speaking(engagement: str, site: str, account: str) -> Iterator[Actor]:
    """Let somebody speak; all of it is kept, or nothing. Raises CommandError where it may not be said."""
    with open_ground() as ground, ground.engine.begin() as connection:
        tenant_id = find_tenant(connection, site).tenant_id
        stored = select_engagement(connection, tenant_id, engagement)
        if stored is None or stored.generation is None:
            raise CommandError(f"no measured engagement {engagement!r} on this site", "apply its file, then report")
        prepared = select_lens(connection, tenant_id, stored)
        try:
            yield Actor(connection, tenant_id, stored, prepared, account, now())
        except ActionRefused as refusal:
            words = str(refusal).rstrip(".")
            raise CommandError(f"not said ({words[:1].lower()}{words[1:]})", "nothing was kept") from refusal


def number_of(rung: Rung) -> int:
    """Return a rung's number."""
    return RUNGS.index(rung) + 1


def ticket_of(actor: Actor, key: str) -> int:
    """Return a ticket's id. Raises CommandError."""
    found = select_issue_id(actor.connection, actor.tenant_id, key)
    if found is None:
        raise CommandError(f"no ticket {key} is known on this site", "look at its key")
    return found


@click.group()
def learning() -> None:
    """What people say of learning; each act is refused unless a role of whoever says it allows it."""


@learning.command()
@spoken
@OBJECTIVE
@LEARNER
@RUNG
@click.option("--reason", default="", help="Why.")
def attest(objective: str, learner: str, rung: Rung, reason: str, **who: Any) -> None:
    """Sign that a learner stands at a rung: one above the evidence at most; from independent on each side signs."""
    with speaking(**who) as actor:
        sign_offs.attest(actor, (objective, learner), number_of(rung), reason=reason)
    click.echo("Signed")


@learning.command()
@spoken
@OBJECTIVE
@LEARNER
@RUNG
@click.option("--reason", required=True, help="Why.")
def revoke(objective: str, learner: str, rung: Rung, reason: str, **who: Any) -> None:
    """Take a learner back to a lower rung until new evidence follows."""
    with speaking(**who) as actor:
        sign_offs.revoke(actor, (objective, learner), number_of(rung), reason=reason)
    click.echo("Taken back")


@learning.command()
@spoken
@OBJECTIVE
def veto(objective: str, **who: Any) -> None:
    """Say "not yet" of one's own rung: it goes back by one, and no reason is asked."""
    with speaking(**who) as actor:
        sign_offs.veto(actor, objective)
    click.echo("Your rung went back by one")


@learning.command("teach-back")
@spoken
@OBJECTIVE
@TICKET
def teach_back(objective: str, ticket: str, **who: Any) -> None:
    """Say that one explained back what a ticket taught; somebody else accepts it."""
    with speaking(**who) as actor:
        sign_offs.give_teach_back(actor, ticket_of(actor, ticket), objective)
    click.echo("Given; it counts once somebody accepts it")


@learning.command()
@spoken
@OBJECTIVE
@LEARNER
@TICKET
def accept(objective: str, learner: str, ticket: str, **who: Any) -> None:
    """Accept a learner's teach-back: it is evidence from then on."""
    with speaking(**who) as actor:
        sign_offs.accept_teach_back(actor, ticket_of(actor, ticket), (objective, learner))
    click.echo("Accepted")


KIND = click.option("--to", "kind", type=click.Choice(["named", "distribution"]), required=True, help="To what.")


@learning.command()
@spoken
@KIND
def consent(kind: Any, **who: Any) -> None:
    """Opt in: to be named to the leads, or to a distribution over a small team."""
    with speaking(**who) as actor:
        sign_offs.agree_to(actor, kind)
    click.echo("Kept; it can be withdrawn at any time")


@learning.command()
@spoken
@KIND
def withdraw(kind: Any, **who: Any) -> None:
    """Opt out again."""
    with speaking(**who) as actor:
        sign_offs.withdraw(actor, kind)
    click.echo("Withdrawn")


@learning.command()
@spoken
@click.option("--about", type=click.Choice(ABOUT), required=True, help="What it is about.")
@click.option("--words", required=True, help="What the agency has to say.")
def feedback(about: str, words: str, **who: Any) -> None:
    """File what the agency has to say of the client's behaviour."""
    with speaking(**who) as actor:
        number = answering.file_feedback(actor, about, words)
    click.echo(f"Item {number}; the client ties what it does about it within 60 days")


@learning.command()
@spoken
@click.option("--item", type=int, required=True, help="The item's number.")
@click.option("--words", required=True, help="What is done about it.")
def act(item: int, words: str, **who: Any) -> None:
    """Tie what the client does about it to an item of feedback."""
    with speaking(**who) as actor:
        answering.tie_action(actor, item, words)
    click.echo("Kept")


@learning.command()
@spoken
@click.option("--quarter", type=QuarterParam(), required=True, help="A quarter such as 2026Q3.")
@click.option("--answer", type=click.IntRange(1, 5), required=True, help="1 to 5.")
def pulse(quarter: tuple[date, date], answer: int, **who: Any) -> None:
    """Give a side's pulse on a quarter, once."""
    with speaking(**who) as actor:
        answering.give_pulse(actor, quarter[0], answer)
    click.echo("Kept")


@learning.command()
@spoken
@OBJECTIVE
@click.option("--edit", is_flag=True, help="One's side wrote at it today, instead of agreeing.")
def agree(objective: str, edit: bool, **who: Any) -> None:  # noqa: FBT001 click hands options over by name
    """Confirm for one's side that it agreed to an objective's definition."""
    with speaking(**who) as actor:
        (answering.edit_definition if edit else answering.confirm_agreement)(actor, objective)
    click.echo("Kept")
