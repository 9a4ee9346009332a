"""The `teachback` command: one line for each error, on standard error, with what to do."""

import os
import sys
from collections.abc import Callable
from importlib import metadata
from typing import Any

import click

from connector.commands.context import FAILURE, WRONG_INPUT, CommandError
from connector.config_parsers import SettingError
from connector.logs import name_frames
from mappings.formats.engagement_file.errors import FileError
from mappings.records.sql.engine import StoreError

STOPPED = 130

COMMANDS = {
    "serve": "serve",
    "worker": "serve",
    "db": "database",
    "config": "database",
    "doctor": "doctor",
    "import": "import_file",
    "sync": "sync",
    "engagement": "previews",
    "people": "engagements",
    "ruleset": "rulesets",
    "snapshot": "snapshots",
    "report": "reports",
    "explain": "reports",
    "exit": "exit_plan",
    "learning": "learning",
    "dispute": "disputes",
    "letters": "dead_letters",
    "tag": "tags",
    "person": "privacy",
    "retention": "privacy",
    "purge": "privacy",
    "jobs": "jobs",
    "link": "links",
    "webhook": "webhooks",
}
"""Each command's file: only what is called is imported, so that `--help` is quick."""

NAMES = {"import": "load", "exit": "leave"}


class Teachback(click.Group):
    """Loads a command when it is called, and says every error in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of the documents."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = __import__(f"connector.commands.{COMMANDS[cmd_name]}", fromlist=["commands"])
        command = getattr(module, NAMES.get(cmd_name, cmd_name))
        assert isinstance(command, click.Command)
        return command

    def main(self, *args: Any, **more: Any) -> Any:
        """Run, and end the process with the status."""
        try:
            status = super().main(*args, **{**more, "prog_name": "teachback", "standalone_mode": False})
        except Exception as error:  # noqa: BLE001 each kind has its ending below, the last of them takes any
            status = next(end(error) for kind, end in ENDINGS if isinstance(error, kind))
        sys.exit(status if isinstance(status, int) else 0)


def complain(text: str, status: int) -> int:
    """Say what is wrong on standard error, a line for each problem; return the status to end with."""
    for line in text.splitlines():
        click.echo(f"teachback: {line}", err=True)
    return status


def show_help(error: click.UsageError) -> int:
    """A group without a command: its help is what was meant."""
    error.show()
    return WRONG_INPUT


def complain_of_usage(error: click.UsageError) -> int:
    """Words that do not fit together."""
    called = error.ctx.command_path if error.ctx else "teachback"
    return complain(f"{error.format_message()} See: {called} --help", WRONG_INPUT)


def fall_silent(_: BrokenPipeError) -> int:
    """Whoever reads us has gone, as `head` does: nothing is wrong, and nothing more can be said."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILURE


def complain_of_ourselves(error: Exception) -> int:
    """A fault of ours: its class and place, since its message may quote what was read."""
    frames = ", ".join(reversed(name_frames(error.__traceback__)[-3:]))
    return complain(f"a fault of ours, please report it: {type(error).__name__} at {frames}", FAILURE)


ENDINGS: tuple[tuple[type[Exception], Callable[[Any], int]], ...] = (
    (click.exceptions.NoArgsIsHelpError, show_help),
    (click.UsageError, complain_of_usage),
    (click.ClickException, lambda error: complain(error.format_message(), error.exit_code)),
    (click.Abort, lambda _: STOPPED),
    (CommandError, lambda error: complain(str(error), error.status)),
    (SettingError, lambda error: complain(str(error), WRONG_INPUT)),
    (FileError, lambda error: complain(str(error), WRONG_INPUT)),
    (StoreError, lambda error: complain(str(error), FAILURE)),
    (BrokenPipeError, fall_silent),
    (OSError, lambda error: complain(str(error), FAILURE)),
    (Exception, complain_of_ourselves),
)
"""How a command ends on each kind of error; the first that fits."""


@click.group(cls=Teachback, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(metadata.version("teachback"), prog_name="teachback")
def main() -> None:
    """Measure from Jira tickets how much an agency teaches, and how much it only does."""
