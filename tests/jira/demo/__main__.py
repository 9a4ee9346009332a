"""`python -m tests.jira.demo [--port PORT] [--fresh]`: a stand-in Jira with half a year of work, and Teachback."""

import click

from tests.jira.demo.demo import main


@click.command()
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="The stand-in's port.")
@click.option("--fresh", is_flag=True, help="Start again from the beginning of the story.")
def demo(port: int, fresh: bool) -> None:
    """Run a stand-in for Jira with half a year of work, and Teachback behind it."""
    main(port, fresh)


demo(prog_name="demo")
