"""The message on standard error and the exit status for each kind of error."""

import os
import sys
from collections.abc import Callable
from typing import Any

import click

from connector.commands.errors import FAILURE, WRONG_INPUT, CommandError
from connector.config_parsers import SettingError
from connector.logs import name_frames
from mappings.formats.engagement_file.errors import FileError
from mappings.records.sql.engine import StoreError

STOPPED = 130


def exit_status_of(error: Exception) -> int:
    """Print an error as the first fitting row of EXITS does, and return its exit status."""
    return next(end(error) for kind, end in EXITS if isinstance(error, kind))


def print_error(text: str, status: int) -> int:
    for line in text.splitlines():
        click.echo(f"teachback: {line}", err=True)
    return status


def print_help(error: click.UsageError) -> int:
    error.show()
    return WRONG_INPUT


def print_usage_error(error: click.UsageError) -> int:
    command = error.ctx.command_path if error.ctx else "teachback"
    message = error.format_message()
    stop = "" if message.endswith((".", "?", "!")) else "."
    return print_error(f"{message}{stop} See: {command} --help", WRONG_INPUT)


def end_silently(_: BrokenPipeError) -> int:
    # The reader of the output closed it, as `head` does: this is no error, and nothing more can be printed.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILURE


def print_internal_error(error: Exception) -> int:
    # Only class and place are printed: the message of an unforeseen error may quote personal data.
    frames = ", ".join(reversed(name_frames(error.__traceback__)[-3:]))
    return print_error(f"internal error, please report it: {type(error).__name__} at {frames}", FAILURE)


EXITS: tuple[tuple[type[Exception], Callable[[Any], int]], ...] = (
    (click.exceptions.NoArgsIsHelpError, print_help),
    (click.UsageError, print_usage_error),
    (click.ClickException, lambda error: print_error(error.format_message(), error.exit_code)),
    (click.Abort, lambda _: STOPPED),
    (CommandError, lambda error: print_error(str(error), error.status)),
    (SettingError, lambda error: print_error(str(error), WRONG_INPUT)),
    (FileError, lambda error: print_error(str(error), WRONG_INPUT)),
    (StoreError, lambda error: print_error(str(error), FAILURE)),
    (BrokenPipeError, end_silently),
    (OSError, lambda error: print_error(str(error), FAILURE)),
    (Exception, print_internal_error),
)
