"""The `teachback` command: one line for each error, on standard error, with what to do."""

import os
import sys
from importlib import metadata
from typing import Any

import click

from connector.commands.ground import FAILURE, WRONG_INPUT, CommandError
from connector.config import SettingError
from mappings.formats.engagement import EngagementError
from mappings.records.engine import StoreError

STOPPED = 130

ERRORS: dict[type[Exception], int] = {
    SettingError: WRONG_INPUT,
    EngagementError: WRONG_INPUT,
    StoreError: FAILURE,
    OSError: FAILURE,
}
"""The errors a command may end with, and the exit status of each."""

COMMANDS = {
    "serve": "serving",
    "worker": "serving",
    "demo": "serving",
    "db": "database",
    "config": "database",
    "import": "loading",
    "engagement": "engagements",
    "people": "engagements",
    "report": "reports",
    "explain": "reports",
    "letters": "letters",
}
"""Each command's file: only what is called is imported, so that `--help` is quick."""

NAMES = {"import": "load"}


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
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            status = WRONG_INPUT
        except click.UsageError as error:
            called = error.ctx.command_path if error.ctx else "teachback"
            status = complain(f"{error.format_message()} See: {called} --help", WRONG_INPUT)
        except click.ClickException as error:
            status = complain(error.format_message(), error.exit_code)
        except click.Abort:
            status = STOPPED
        except BrokenPipeError:
            # Whoever reads us has gone, as `head` does: nothing is wrong, and nothing more can be said.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            status = FAILURE
        except CommandError as error:
            status = complain(str(error), error.status)
        except tuple(ERRORS) as error:
            status = complain(str(error), next(code for kind, code in ERRORS.items() if isinstance(error, kind)))
        sys.exit(status if isinstance(status, int) else 0)


def complain(text: str, status: int) -> int:
    """Say what is wrong on standard error, a line for each problem; return the status to end with."""
    for line in text.splitlines():
        click.echo(f"teachback: {line}", err=True)
    return status


@click.group(cls=Teachback, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(metadata.version("teachback"), prog_name="teachback")
def main() -> None:
    """Measure from Jira tickets how much an agency teaches, and how much it only does."""
