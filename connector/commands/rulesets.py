"""Commands about rules: print them, propose others, agree to them on behalf of a side, and look back."""

from pathlib import Path

import click
from sqlalchemy import Connection

from connector.actions.rulesets import approve_rules, propose_rules, standings
from connector.commands.context import find_tenant, open_ground
from connector.commands.engagements import FILE, HOURS_MEND, SITE
from connector.commands.errors import CommandError
from connector.container import now
from mappings.formats.engagement_file.difference import render_change, ruleset_difference
from mappings.formats.engagement_file.ruleset import read_ruleset, write_ruleset
from mappings.formats.report.json_report import instant_text
from mappings.measure.model.ruleset import DEFAULT, Ruleset, hash_of
from mappings.measure.period.ruleset_approval import SIDES, Approval, NotAgreed, Proposal
from mappings.records.agreement.engagements import StoredEngagement, select_engagement, select_engagements
from mappings.records.agreement.rulesets import select_rulesets

VERSION = click.option("--version", type=click.IntRange(min=0), help="A version (default: see above).")
SIDE_NAMES = {"inhouse": "the in-house lead", "agency": "the agency's lead"}


@click.group()
def ruleset() -> None:
    """Rules: the weights and thresholds that an engagement is measured by."""


@ruleset.command()
@click.argument("engagement", required=False)
@click.option("--site", metavar="NAME", help="The Jira site, such as acme.atlassian.net.")
@VERSION
def show(engagement: str | None, site: str | None, version: int | None) -> None:
    """Print the rules that ENGAGEMENT's figures are measured by, as a file for propose.

    Without ENGAGEMENT those that come with this release.
    """
    if engagement is None:
        _print_rules("the rules of this release", DEFAULT)
        return
    if site is None:
        raise CommandError("ENGAGEMENT needs its site", "add --site NAME")
    with open_ground() as ground, ground.reader.connect() as connection:
        tenant_id = find_tenant(connection, site).tenant_id
        stored = find_engagement(connection, tenant_id, engagement)
        known = {one.version: one.rules for one in select_rulesets(connection, tenant_id, engagement)}
    if version is None:
        _print_rules(f"what {engagement} is measured by", stored.rules)
    elif version and version not in known:
        raise _missing(version, engagement)
    else:
        _print_rules(f"version {version} of {engagement}", known.get(version, DEFAULT))


def _print_rules(what: str, rules: Ruleset) -> None:
    click.echo(f"# {what}: {hash_of(rules)}\n{write_ruleset(rules)}", nl=False)


def find_engagement(connection: Connection, tenant_id: int, key: str) -> StoredEngagement:
    """Return an engagement of a site. Raises CommandError where it is not there."""
    stored = select_engagement(connection, tenant_id, key)
    if stored is None:
        known = ", ".join(one.engagement.key for one in select_engagements(connection, tenant_id)) or "none yet"
        raise CommandError(f"no engagement {key!r} on this site", f"apply its file first (known: {known})")
    return stored


@ruleset.command()
@click.argument("engagement")
@click.argument("file", type=FILE)
@SITE
def propose(engagement: str, file: Path, site: str) -> None:
    """Propose the rules of FILE for ENGAGEMENT, and say what they change."""
    try:
        rules = read_ruleset(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as cause:
        raise CommandError(f"{file} is not UTF-8", "save it as UTF-8") from cause
    with open_ground() as ground, ground.engine.begin() as connection:
        tenant_id = find_tenant(connection, site).tenant_id
        stored = find_engagement(connection, tenant_id, engagement)
        if rules.works_council and stored.engagement.units.by == "hours":
            said = f"works-council mode shows no hours, and {engagement} counts units by hours"
            raise CommandError(said, HOURS_MEND)
        made = propose_rules(connection, tenant_id, stored, rules, now=now(), by=None)
    if made is None:
        click.echo(f"{engagement}: nothing changed")
        return
    changes = map(render_change, ruleset_difference(stored.next_rules, rules))
    click.echo("\n".join((f"version {made.version} {hash_of(rules)}", *changes)))
    click.echo("It applies from the quarter after a lead of each side approved it.", err=True)


@ruleset.command()
@click.argument("engagement")
@SITE
@click.option("--as", "account", required=True, metavar="ACCOUNT", help="The account id of the lead who agrees.")
@VERSION
def approve(engagement: str, site: str, account: str, version: int | None) -> None:
    """Agree to the newest version of ENGAGEMENT's rules on behalf of the side that ACCOUNT leads."""
    with open_ground() as ground, ground.engine.begin() as connection:
        tenant_id = find_tenant(connection, site).tenant_id
        stored = find_engagement(connection, tenant_id, engagement)
        known = select_rulesets(connection, tenant_id, engagement)
        if not known:
            raise CommandError("nothing is proposed", f"teachback ruleset propose {engagement} FILE")
        chosen = known[-1].version if version is None else version
        try:
            signed = approve_rules(connection, tenant_id, stored.engagement, chosen, account=account, now=now())
        except NotAgreed as cause:
            mend = f"see teachback ruleset history {engagement}, and leads in the engagement file"
            raise CommandError(f"{account} {cause}", mend) from cause
    click.echo(f"version {signed.version} {hash_of(signed.rules)}: {_waits_for(signed)}")


def _waits_for(one: Proposal) -> str:
    missing = [SIDE_NAMES[side] for side in SIDES if getattr(one, side) is None]
    return f"waits for {' and '.join(missing)}" if missing else f"applies from {one.applies_from}"


@ruleset.command()
@click.argument("engagement")
@SITE
def history(engagement: str, site: str) -> None:
    """List the versions of ENGAGEMENT's rules: who proposed and approved each, and from when it applies."""
    with open_ground() as ground, ground.reader.connect() as connection:
        tenant_id = find_tenant(connection, site).tenant_id
        stored = find_engagement(connection, tenant_id, engagement)
        found = standings(connection, tenant_id, stored)
    first = "over" if stored.ruleset else "in force"
    click.echo(f"version 0  {first}  {DEFAULT.name}  {hash_of(DEFAULT)}  comes with this release")
    for one in found:
        click.echo(f"version {one.proposal.version}  {one.state}  {_line(one.proposal)}")


def _line(one: Proposal) -> str:
    proposed = Approval(one.by or "the command line", one.at)
    acts = [_act("proposed", proposed), _act("in-house", one.inhouse), _act("agency", one.agency)]
    return f"{one.rules.name}  {hash_of(one.rules)}  {', '.join(filter(None, acts))}; {_waits_for(one)}"


def _act(what: str, one: Approval | None) -> str:
    return f"{what} {one.account} {instant_text(one.at)}" if one else ""


def _missing(version: int, engagement: str) -> CommandError:
    return CommandError(f"{engagement} has no version {version}", f"see teachback ruleset history {engagement}")
