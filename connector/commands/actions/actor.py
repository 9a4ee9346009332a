"""Options and transaction of the commands by which a person acts in an engagement."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

from connector.actions.actor import Actor
from connector.actions.errors import ActionRefused
from connector.clock import now
from connector.commands.context import open_context, require_measured_engagement, require_tenant
from connector.commands.errors import CommandError
from connector.commands.options import SITE
from connector.figures.prepared import select_prepared
from mappings.measure.model.engagement import RUNGS
from mappings.records.facts.issues import select_issue_id

_Command = TypeVar("_Command", bound=Callable[..., object])

OBJECTIVE = click.option("--objective", required=True, metavar="KEY", help="The objective's key.")
LEARNER = click.option("--learner", required=True, metavar="ACCOUNT", help="The learner's account id.")
RUNG = click.option("--rung", type=click.Choice(RUNGS), required=True, help="The rung.")
TICKET = click.option("--ticket", required=True, metavar="KEY", help="The ticket's key, such as GROW-12.")


def with_actor(command: _Command) -> _Command:
    """Add ENGAGEMENT, `--site` and `--as`: who acts, and where."""
    account = click.option(
        "--as", "account", required=True, metavar="ACCOUNT", help="The account id of the person who acts."
    )
    for add in (account, SITE, click.argument("engagement")):
        command = add(command)
    return command


@contextmanager
def open_actor(engagement: str, site: str, account: str) -> Iterator[Actor]:
    """Open a transaction in which a person acts. Raises CommandError, and saves nothing, where it is refused."""
    with open_context() as context, context.engine.begin() as connection:
        tenant_id = require_tenant(connection, site).tenant_id
        stored = require_measured_engagement(connection, tenant_id, engagement)
        prepared = select_prepared(connection, tenant_id, stored)
        try:
            yield Actor(connection, tenant_id, stored, prepared, account, now())
        except ActionRefused as refusal:
            reason = str(refusal).rstrip(".")
            raise CommandError(f"refused ({reason[:1].lower()}{reason[1:]})", "nothing was saved") from refusal


def require_ticket(actor: Actor, key: str) -> int:
    """Return the issue id of a ticket. Raises CommandError where the site has no such key."""
    issue_id = select_issue_id(actor.connection, actor.tenant_id, key)
    if issue_id is None:
        raise CommandError(f"no ticket {key} is known on this site", "check the key; new tickets come with sync")
    return issue_id
