"""`teachback ruleset`: show, propose and approve the weights and thresholds that an engagement is measured by."""

from pathlib import Path

import click

from connector.actions.rulesets import approve_rules, propose_rules, select_versions
from connector.clock import now
from connector.commands.context import open_context, require_engagement, require_tenant
from connector.commands.engagement.files import HOURS_HINT
from connector.commands.errors import CommandError
from connector.commands.options import FILE, SITE, CommandGroup, examples, read_text_file, site_option
from mappings.formats.engagement_file.difference import render_change, ruleset_difference
from mappings.formats.engagement_file.ruleset import read_ruleset, write_ruleset
from mappings.formats.export.numbers import instant_text
from mappings.measure.model.ruleset import DEFAULT, Ruleset, hash_of
from mappings.measure.period.ruleset_approval import SIDES, Approval, ApprovalRefused, Proposal
from mappings.records.agreement.rulesets import select_rulesets

SIDE_NAMES = {"inhouse": "the in-house lead", "agency": "the agency's lead"}


@click.group(cls=CommandGroup)
def ruleset() -> None:
    """Show, propose and approve rulesets: the weights and thresholds that an engagement is measured by."""


@ruleset.command(epilog=examples("ruleset show", "ruleset show growth-acme --site NAME --version 2"))
@click.argument("engagement", required=False)
@site_option("The Jira site of ENGAGEMENT.", required=False)
@click.option("--version", type=click.IntRange(min=0), metavar="NUMBER", help="A version (default: the one in force).")
def show(engagement: str | None, site: str | None, version: int | None) -> None:
    """Print the ruleset of ENGAGEMENT as a file for propose; without ENGAGEMENT the one of this release."""
    if engagement is None:
        _print_rules("the rules of this release", DEFAULT)
        return
    if site is None:
        raise CommandError("ENGAGEMENT needs its site", "add --site NAME")
    with open_context() as context, context.reader.connect() as connection:
        tenant_id = require_tenant(connection, site).tenant_id
        stored = require_engagement(connection, tenant_id, engagement)
        versions = {known.version: known.rules for known in select_rulesets(connection, tenant_id, engagement)}
    if version is None:
        _print_rules(f"what {engagement} is measured by", stored.rules)
    elif version and version not in versions:
        raise CommandError(f"{engagement} has no version {version}", f"see teachback ruleset history {engagement}")
    else:
        _print_rules(f"version {version} of {engagement}", versions.get(version, DEFAULT))


def _print_rules(title: str, rules: Ruleset) -> None:
    click.echo(f"# {title}: {hash_of(rules)}\n{write_ruleset(rules)}", nl=False)


@ruleset.command(epilog=examples("ruleset propose growth-acme ruleset.yaml --site NAME"))
@click.argument("engagement")
@click.argument("file", type=FILE)
@SITE
def propose(engagement: str, file: Path, site: str) -> None:
    """Propose the ruleset in FILE for ENGAGEMENT, and print what it changes."""
    rules = read_ruleset(read_text_file(file))
    with open_context() as context, context.engine.begin() as connection:
        tenant_id = require_tenant(connection, site).tenant_id
        stored = require_engagement(connection, tenant_id, engagement)
        if rules.works_council and stored.engagement.units.by == "hours":
            problem = f"works-council mode shows no hours, and {engagement} counts units by hours"
            raise CommandError(problem, HOURS_HINT)
        proposal = propose_rules(connection, tenant_id, stored, rules, now=now(), by=None)
    if proposal is None:
        click.echo(f"{engagement}: nothing changed")
        return
    changes = map(render_change, ruleset_difference(stored.next_rules, rules))
    click.echo("\n".join((f"version {proposal.version} {hash_of(rules)}", *changes)))
    click.echo("It applies from the quarter after a lead of each side approved it.", err=True)


@ruleset.command(epilog=examples("ruleset approve growth-acme --site NAME --as 5b10a2844c20165700ede21g"))
@click.argument("engagement")
@SITE
@click.option("--as", "account", required=True, metavar="ACCOUNT", help="The account id of the lead who approves.")
@click.option("--version", type=click.IntRange(min=0), metavar="NUMBER", help="A version (default: the newest).")
def approve(engagement: str, site: str, account: str, version: int | None) -> None:
    """Approve a version of ENGAGEMENT's ruleset for the side that ACCOUNT leads."""
    with open_context() as context, context.engine.begin() as connection:
        tenant_id = require_tenant(connection, site).tenant_id
        stored = require_engagement(connection, tenant_id, engagement)
        versions = select_rulesets(connection, tenant_id, engagement)
        if not versions:
            raise CommandError("nothing is proposed", f"run teachback ruleset propose {engagement} FILE first")
        chosen = versions[-1].version if version is None else version
        try:
            approved = approve_rules(connection, tenant_id, stored.engagement, chosen, account=account, now=now())
        except ApprovalRefused as cause:
            hint = f"see teachback ruleset history {engagement}, and leads in the engagement file"
            raise CommandError(f"{account} {cause}", hint) from cause
    click.echo(f"version {approved.version} {hash_of(approved.rules)}: {_approval_state(approved)}")


def _approval_state(proposal: Proposal) -> str:
    missing = [SIDE_NAMES[side] for side in SIDES if getattr(proposal, side) is None]
    return f"waits for {' and '.join(missing)}" if missing else f"applies from {proposal.applies_from}"


@ruleset.command(epilog=examples("ruleset history growth-acme --site NAME"))
@click.argument("engagement")
@SITE
def history(engagement: str, site: str) -> None:
    """List the versions of ENGAGEMENT's ruleset: who proposed and approved each, and from when it applies."""
    with open_context() as context, context.reader.connect() as connection:
        tenant_id = require_tenant(connection, site).tenant_id
        stored = require_engagement(connection, tenant_id, engagement)
        rows = select_versions(connection, tenant_id, stored)
    state = "over" if stored.ruleset else "in force"
    click.echo(f"version 0  {state}  {DEFAULT.name}  {hash_of(DEFAULT)}  comes with this release")
    for row in rows:
        click.echo(f"version {row.proposal.version}  {row.state}  {_proposal_text(row.proposal)}")


def _proposal_text(proposal: Proposal) -> str:
    acts = (
        ("proposed", Approval(proposal.by or "the command line", proposal.at)),
        ("in-house", proposal.inhouse),
        ("agency", proposal.agency),
    )
    texts = [f"{act} {approval.account} {instant_text(approval.at)}" for act, approval in acts if approval]
    return f"{proposal.rules.name}  {hash_of(proposal.rules)}  {', '.join(texts)}; {_approval_state(proposal)}"
