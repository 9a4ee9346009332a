"""Options and arguments that several commands share, and the examples in their help."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from connector.commands.errors import CommandError

_Command = TypeVar("_Command", bound=Callable[..., object])


class CommandGroup(click.Group):
    """A group whose help shows the whole first sentence of each command."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(300)) for name, command in commands if command])


FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
SITE_EXAMPLE = "acme.atlassian.net"
# Bytes of a file that a person writes: an engagement of a thousand people has about 100 KiB.
MAX_FILE_BYTES = 1024 * 1024


def site_option(
    text: str = f"The Jira site, such as {SITE_EXAMPLE}.", *, required: bool = True
) -> Callable[[_Command], _Command]:
    return click.option("--site", required=required, metavar="NAME", help=text)


SITE = site_option()


def examples(*lines: str) -> str:
    """Return the end of a command's help: calls as one types them. `NAME` stands for a site."""
    calls = [f"  teachback {line}".replace("NAME", SITE_EXAMPLE) for line in lines]
    # click joins the lines of a paragraph unless it begins with this mark.
    return "\b\n" + "\n".join((f"Example{'s' if len(lines) > 1 else ''}:", *calls))


def read_text_file(path: Path) -> str:
    """Return the text of a file that somebody wrote. Raises CommandError where it is too large or not UTF-8."""
    # The size is asked first: YAML of 10 MB takes half a minute to be refused.
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise CommandError(f"{path} has {size:,} bytes, more than {MAX_FILE_BYTES:,}", "split it, or name another file")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as cause:
        raise CommandError(f"{path} is not UTF-8", "save it as UTF-8") from cause
