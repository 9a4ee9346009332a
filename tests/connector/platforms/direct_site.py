"""Teachback on a site where no app is installed: read by the commands with somebody's own token."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner
from cryptography.fernet import Fernet
from flask import Flask

from connector.app import create_app
from connector.cli import main
from connector.config import read_settings
from connector.container import EXTENSION, Container
from tests.jira.story.story import engagement_file
from tests.jira.story_site import APP_URL, StorySite
from webhooks.generations import measure_pending

TOKEN = "a-token-of-somebody"


@dataclass(repr=False)
class DirectSite:
    """Such an installation, on the site of `story_site`."""

    app: Flask
    container: Container
    tenant_id: int = 1


def run_command(story_site: StorySite, environ: dict[str, str], *words: str) -> str:
    done = CliRunner(env=environ).invoke(main, [*words, "--site", story_site.jira.url])
    assert done.exit_code == 0, done.output
    return done.stdout


@contextmanager
def direct_site(story_site: StorySite, folder: Path, key: str) -> Iterator[DirectSite]:
    """Read the site's history with a token, and apply one of the story's engagement files."""
    environ = {
        "TEACHBACK_BASE_URL": APP_URL,
        "TEACHBACK_DATABASE_URL": f"sqlite:///{folder / 'direct.db'}",
        "TEACHBACK_SECRET_KEYS": Fernet.generate_key().decode(),
        "TEACHBACK_JIRA_EMAIL": "you@acme.example",
        "TEACHBACK_JIRA_TOKEN": TOKEN,
        "TEACHBACK_JIRA_HOSTS": story_site.jira.url,
    }
    story_site.site.tokens[TOKEN] = next(account for account, user in story_site.site.users.items() if user.active)
    file = folder / "engagement.yaml"
    file.write_text(engagement_file(story_site.story, key))
    run_command(story_site, environ, "sync", "--project", "GROW", "--quiet")
    run_command(story_site, environ, "engagement", "apply", "--yes", str(file))
    app = create_app(read_settings(environ, web=True), clock=story_site.clock.now)
    container: Container = app.extensions[EXTENSION]
    measure_pending(container.engine, 1, story_site.clock.now())
    yield DirectSite(app, container)
    container.engine.dispose()
    container.reader.dispose()
