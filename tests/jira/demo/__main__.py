"""`python -m tests.jira.demo [--port PORT] [--fresh] [--forge]`: a stand-in Jira with half a year of work."""

import click

from tests.jira.demo.demo import main


@click.command()
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="The stand-in's port.")
@click.option("--fresh", is_flag=True, help="Start again from the beginning of the story.")
@click.option("--forge", is_flag=True, help="Show it as a Forge app instead of a Connect app.")
def demo(port: int, fresh: bool, forge: bool) -> None:
    """Run a stand-in for Jira with half a year of work, and Teachback behind it."""
    main(port, fresh, forge=forge)


demo(prog_name="demo")
