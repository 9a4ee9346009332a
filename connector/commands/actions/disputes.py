"""`teachback dispute`: file, withdraw, answer and list disputes of tickets."""

from typing import Any

import click

from connector.actions import disputes
from connector.commands.actions.actor import TICKET, open_actor, require_ticket, with_actor
from connector.commands.options import CommandGroup, examples
from mappings.events.types import Instant
from mappings.formats.export.numbers import instant_text
from mappings.measure.model.statements import Dispute
from mappings.measure.period.disputes import OPEN, is_open
from mappings.records.facts.issues import select_labels

CALL = "growth-acme --site NAME --as 5b10a2844c20165700ede21g"


@click.group(cls=CommandGroup)
def dispute() -> None:
    """List, file, withdraw and answer disputes of tickets. A dispute lasts 30 days and changes no figure."""


@dispute.command("file", epilog=examples(f"dispute file {CALL} --ticket GROW-12 --reason 'Ben drove it'"))
@with_actor
@TICKET
@click.option(
    "--objective", default="", metavar="KEY", help="The objective whose evidence is wrong (default: the split)."
)
@click.option("--reason", required=True, metavar="TEXT", help="Why. People of both sides can read it.")
def file_(ticket: str, objective: str, reason: str, **who: Any) -> None:
    """Dispute a ticket's evidence for an objective, or how its work is split between the sides."""
    with open_actor(**who) as actor:
        number = disputes.file_dispute(actor, require_ticket(actor, ticket), objective, reason)
        until = _end_text(actor.now)
    click.echo(f"Dispute {number}: open until {until}; figures also show their value without this ticket")


@dispute.command(epilog=examples(f"dispute withdraw {CALL} --dispute 1"))
@with_actor
@click.option("--dispute", "number", type=int, required=True, metavar="NUMBER", help="The dispute's number.")
def withdraw(number: int, **who: Any) -> None:
    """Withdraw one's own dispute."""
    with open_actor(**who) as actor:
        disputes.withdraw_dispute(actor, number)
    click.echo("Withdrawn")


@dispute.command(epilog=examples(f"dispute answer {CALL} --dispute 1 --keep --words 'Ada reviewed it'"))
@with_actor
@click.option("--dispute", "number", type=int, required=True, metavar="NUMBER", help="The dispute's number.")
@click.option("--accept/--keep", "accepted", required=True, help="Accept it, or keep what stands.")
@click.option("--words", required=True, metavar="TEXT", help="What changes, or why it stands. Both sides can read it.")
def answer(number: int, accepted: bool, words: str, **who: Any) -> None:  # noqa: FBT001 click passes options by name
    """Answer a dispute of the other side, once, as a lead. No figure changes by it."""
    with open_actor(**who) as actor:
        disputes.answer_dispute(actor, number, accepted=accepted, words=words)
    click.echo(f"Dispute {number}: {'accepted' if accepted else 'kept as it stands'}")


@dispute.command("list", epilog=examples(f"dispute list {CALL}"))
@with_actor
def list_(**who: Any) -> None:
    """List the disputes of the last 30 days."""
    with open_actor(**who) as actor:
        rows = disputes.select_recent_disputes(actor)
        labels = select_labels(actor.connection, actor.tenant_id, {row.issue_id for row in rows})
        now = actor.now
    for row in rows:
        key = labels[row.issue_id].key if row.issue_id in labels else f"issue {row.issue_id}"
        click.echo(f"{row.number}  {key}  {row.objective or 'split'}  {row.side}  {_state(row, now)}  {row.reason}")
        if row.answer is not None:
            click.echo(f"    {'accepted' if row.accepted else 'kept'}: {row.answer}")


def _state(row: Dispute, now: Instant) -> str:
    if is_open(row, now):
        return f"open until {_end_text(row.at)}"
    return "withdrawn" if row.withdrawn_at is not None else "expired"


def _end_text(filed_at: Instant) -> str:
    return instant_text((filed_at + OPEN) // 1_000_000 * 1_000_000)
