"""The `teachback` command: which commands there are, and how each is loaded."""

import difflib
import sys
from typing import Any, NamedTuple

import click


class Entry(NamedTuple):
    """A command: the module of connector.commands that defines it, its name there, and its line in `--help`."""

    module: str
    name: str
    help: str


# Every command, in the order of the documents. Only the module of the command that is called is imported.
COMMANDS = {
    "serve": Entry("installation.serve", "serve", "Run the web process; on SQLite it also runs the jobs."),
    "worker": Entry(
        "installation.serve", "worker", "Drain webhooks and run jobs, beside other workers, on PostgreSQL."
    ),
    "db": Entry("installation.database", "db", "Upgrade the schema, rotate the keys of secrets."),
    "config": Entry("installation.database", "config", "Show the effective settings, or make a key for secrets."),
    "doctor": Entry("installation.doctor", "doctor", "Check database, settings, keys and addresses."),
    "import": Entry("site.import_file", "load", "Load issues from an export file."),
    "sync": Entry("site.sync", "sync", "Read a site's issues from Jira with an API token."),
    "site": Entry("site.sites", "site", "List the sites that are known, and what is read of each."),
    "engagement": Entry("engagement.files", "engagement", "Write, check, apply, show and export engagement files."),
    "people": Entry("engagement.people", "people", "List the accounts seen on a site, for an engagement file."),
    "ruleset": Entry("figures.rulesets", "ruleset", "Show, propose and approve weights and thresholds."),
    "snapshot": Entry("figures.snapshots", "snapshot", "List and take frozen weeks and quarters."),
    "report": Entry("figures.reports", "report", "Print the report of a period."),
    "explain": Entry("figures.reports", "explain", "Print the rule and the tickets behind a figure."),
    "exit": Entry("figures.exit_plan", "leave", "Print what the team could carry without the agency."),
    "learning": Entry("actions.learning", "learning", "Sign off rungs, record teach-backs, feedback and pulses."),
    "dispute": Entry("actions.disputes", "dispute", "List, file and withdraw disputes of tickets."),
    "dead-letters": Entry("site.dead_letters", "letters", "List and requeue deliveries that failed five times."),
    "tag": Entry("actions.tags", "tag", "Tag many tickets with an objective, undo, confirm."),
    "person": Entry("site.privacy", "person", "Export or erase what is stored about a person."),
    "retention": Entry("site.privacy", "retention", "Show or set how long raw data of a site is kept."),
    "purge": Entry("site.privacy", "purge", "Delete all data of a site."),
    "jobs": Entry("installation.jobs", "jobs", "List, run, pause and resume background jobs."),
    "forge": Entry("installation.forge", "forge", "Write and check the Forge app that a site installs."),
    "link": Entry("site.links", "link", "Create and revoke signed links to pages."),
    "webhook": Entry("site.webhooks", "webhook", "Create and delete webhooks that an admin enters in Jira."),
}


class Teachback(click.Group):
    """Imports the module of a command when it is called, and prints each error in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module = __import__(f"connector.commands.{entry.module}", fromlist=["commands"])
        command = getattr(module, entry.name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # List the commands from the table: `--help` imports none of them.
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            nearest = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {nearest[0]}?" if nearest else ""
            ctx.fail(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **more: Any) -> Any:
        try:
            status = super().main(*args, **{**more, "prog_name": "teachback", "standalone_mode": False})
        except Exception as error:  # noqa: BLE001 the table in connector.commands.exits answers each kind
            from connector.commands.exits import exit_status_of

            status = exit_status_of(error)
        sys.exit(status if isinstance(status, int) else 0)


@click.group(cls=Teachback, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="teachback", prog_name="teachback")
def main() -> None:
    """Measure from Jira tickets how much of an agency's work teaches the in-house team."""
