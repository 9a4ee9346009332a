"""`teachback forge`: write the folder of the Forge app that is deployed, and check it."""

from pathlib import Path

import click

from connector.commands.errors import FAILURE, CommandError
from connector.commands.options import CommandGroup, examples
from connector.platforms.forge.manifest import ManifestError, check_app, render_app

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group(cls=CommandGroup)
def forge() -> None:
    """Write and check the Forge app that a Jira Cloud site installs."""


@forge.command(
    epilog=examples(
        "forge render --base-url https://teachback.example.com --app-id ari:cloud:ecosystem::app/… --to app",
    )
)
@click.option(
    "--base-url", metavar="URL", required=True, help="The https address of this installation, without a path."
)
@click.option("--app-id", metavar="ARI", required=True, help="The app's id, as `forge register` prints it.")
@click.option("--to", "folder", metavar="FOLDER", type=FOLDER, default=Path("teachback-forge"), show_default=True,
              help="A new or empty folder.")  # fmt: skip
def render(base_url: str, app_id: str, folder: Path) -> None:
    """Write the Forge app for one installation into a folder."""
    try:
        files = render_app(base_url.removesuffix("/"), app_id, folder)
    except ManifestError as error:
        raise CommandError(str(error), "nothing was written") from error
    then = "npm ci --ignore-scripts && npm run build && teachback forge check ."
    click.echo(f"{len(files)} files in {folder}. Next: cd {folder} && {then}")


@forge.command(epilog=examples("forge check ."))
@click.argument("folder", type=FOLDER)
def check(folder: Path) -> None:
    """Say what is wrong with a rendered app before it is deployed: addresses, keys, events, scopes, files."""
    try:
        problems = check_app(folder)
    except ManifestError as error:
        raise CommandError(str(error), "render it with `teachback forge render`") from error
    if problems:
        raise CommandError("\n".join(problems), "fix these, then deploy", FAILURE)
    click.echo("Nothing is wrong. Run `forge lint` and `forge deploy` next.")
