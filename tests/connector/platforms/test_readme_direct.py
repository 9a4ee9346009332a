"""Somebody new does what the README says under "Direct", against the stand-in, and sees the project page."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet
from werkzeug.test import Client

from connector.app import create_app
from connector.cli import main
from connector.config import read_settings
from tests.jira.server import serve
from tests.jira.site import Site
from tests.jira.story.story import plan, play, populate

README = Path(__file__).parents[3] / "README.md"
BASE_URL = "http://127.0.0.1:8090"
TOKEN = "a-token-of-somebody"


def commands() -> list[list[str]]:
    """The commands of the README's part on direct sites, without what the shell itself does."""
    part = README.read_text().split("**Direct**")[1].split("```")[1]
    return [shlex.split(line, comments=True)[1:] for line in part.splitlines() if line.startswith("teachback ")]


def redirected(words: list[str]) -> tuple[list[str], Path | None]:
    """The words of a call, and the file into which the shell writes what it prints."""
    if ">" not in words:
        return words, None
    place = words.index(">")
    return words[:place], Path(words[place + 1])


@pytest.fixture(params=["cloud", "server"])
def site(request: pytest.FixtureRequest) -> Site:
    """The story on Jira Cloud, and on Data Center."""
    story = plan(tickets=60)
    made = Site("Growth", "https://growth.example")
    populate(made, story)
    play(made, story)
    made.tokens[TOKEN] = next(account for account, user in made.users.items() if user.active)
    made.server = request.param == "server"
    return made


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_what_the_readme_says_leads_to_the_project_page(own_folder: None, site: Site) -> None:
    running = serve(site)
    environ = {
        "TEACHBACK_BASE_URL": BASE_URL,
        "TEACHBACK_SECRET_KEYS": Fernet.generate_key().decode(),
        "TEACHBACK_JIRA_EMAIL": "you@acme.example",
        "TEACHBACK_JIRA_TOKEN": TOKEN,
        "TEACHBACK_JIRA_HOSTS": running.url,
    }
    if site.server:
        environ.pop("TEACHBACK_JIRA_EMAIL")
    *before, last = commands()
    assert last == ["serve", "--port", BASE_URL.rpartition(":")[2]]
    printed: dict[str, str] = {}
    for line in before:
        words, file = redirected(line)
        host = running.url.removeprefix("http://")
        words = [re.sub(r"https://acme\.atlassian\.net", running.url, word) for word in words]
        words = [word.replace("acme.atlassian.net", host) for word in words]
        run_command = CliRunner(env=environ).invoke(main, words)
        assert run_command.exit_code == 0, run_command.output
        printed[words[0]] = run_command.stdout
        if file is not None:
            file.write_text(run_command.stdout)
    assert printed["report"].startswith("Growth and Acme (grow-acme)")
    assert "Delivered " in printed["report"]
    page = open_link(printed["link"].split()[0], environ)
    assert "Acme" in page
    assert "Integration" in page
    assert "finished ticket" in page
    running.stop()


def open_link(link: str, environ: dict[str, str]) -> str:
    """Open a link in a browser, press its button, and return the page behind it."""
    visitor = Client(create_app(read_settings(environ, web=True)))
    path = link.removeprefix(BASE_URL)
    assert "Open the figures" in visitor.get(path, base_url=BASE_URL).text
    opened = visitor.post(path, base_url=BASE_URL)
    return visitor.get(opened.location, base_url=BASE_URL).text
