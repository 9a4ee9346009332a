"""`teachback dispute`: say that what a ticket counts as is wrong, take it back, and see what is disputed."""

from typing import Any

import click

from connector.actions import disputes
from connector.commands.learning import TICKET, speaking, spoken, ticket_of
from mappings.formats.export.numbers import instant_text
from mappings.measure.model.statements import Dispute
from mappings.measure.period.disputes import OPEN, is_open
from mappings.records.facts.issues import select_labels


@click.group()
def dispute() -> None:
    """Tickets of which somebody of either side says that they count wrongly: for 30 days, and no figure changes."""


@dispute.command("file")
@spoken
@TICKET
@click.option("--objective", default="", help="The evidence for this objective (default: how the work is split).")
@click.option("--reason", required=True, help="Why: read by the people of the two sides.")
def file_(ticket: str, objective: str, reason: str, **who: Any) -> None:
    """Dispute a ticket's evidence for an objective, or how its work is split between the sides."""
    with speaking(**who) as actor:
        number = disputes.file_dispute(actor, ticket_of(actor, ticket), objective, reason)
        until = instant_text((actor.now + OPEN) // 1_000_000 * 1_000_000)
    click.echo(f"Dispute {number}: open until {until}; figures show what they are without the ticket, too")


@dispute.command()
@spoken
@click.option("--dispute", "number", type=int, required=True, help="The dispute's number.")
def withdraw(number: int, **who: Any) -> None:
    """Withdraw one's own dispute."""
    with speaking(**who) as actor:
        disputes.withdraw_dispute(actor, number)
    click.echo("Withdrawn")


@dispute.command("list")
@spoken
def list_(**who: Any) -> None:
    """List what was disputed in the last 30 days, for the people of the two sides."""
    with speaking(**who) as actor:
        told = disputes.select_told(actor)
        labels = select_labels(actor.connection, actor.tenant_id, {one.issue_id for one in told})
        now = actor.now
    for one in told:
        key = labels[one.issue_id].key if one.issue_id in labels else f"issue {one.issue_id}"
        click.echo(f"{one.number}  {key}  {one.objective or 'split'}  {one.side}  {_state(one, now)}  {one.reason}")


def _state(one: Dispute, now: int) -> str:
    if is_open(one, now):
        return f"open until {instant_text((one.at + OPEN) // 1_000_000 * 1_000_000)}"
    return "withdrawn" if one.withdrawn_at is not None else "expired"
