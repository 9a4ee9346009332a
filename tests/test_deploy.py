"""What operators are given: alert rules, the dashboard, the image, Compose and systemd name what there is."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client

from connector.app import create_app
from connector.cli import main
from connector.config import PREFIX, Settings
from connector.container import EXTENSION, Container
from mappings.records.sql.engine import upgrade
from tests.jira.story_site import settings_for

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"


def alerts() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((DEPLOY / "alerts.yaml").read_text())["groups"]
    return list(group["rules"])


def expressions() -> dict[str, str]:
    panels = json.loads((DEPLOY / "dashboard.json").read_text())["panels"]
    drawn = {f"{panel['title']} {target['refId']}": target["expr"] for panel in panels for target in panel["targets"]}
    return drawn | {rule["alert"]: rule["expr"] for rule in alerts()}


@pytest.fixture(scope="module")
def metric_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names that an installation without any site gives."""
    url = f"sqlite:///{tmp_path_factory.mktemp('metrics') / 'teachback.db'}"
    upgrade(url)
    settings = settings_for(url, "http://127.0.0.1:1", "http://127.0.0.1:1")
    app = create_app(replace(settings, metrics_token="x"))
    text = Client(app).get("/metrics", headers={"Authorization": "Bearer x"}).text
    container: Container = app.extensions[EXTENSION]
    container.engine.dispose()
    container.reader.dispose()
    families = list(text_string_to_metric_families(text))
    suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}
    return {family.name + suffix for family in families for suffix in suffixes.get(family.type, [""])}


@pytest.mark.parametrize("title", expressions())
def test_an_expression_is_promql_on_metrics_that_there_are(title: str, metric_names: set[str]) -> None:
    expression = expressions()[title]
    promql_parser.parse(expression)
    assert set(re.findall(r"teachback_\w+", expression)) <= metric_names


def test_every_alert_says_what_to_do_where_it_is_written() -> None:
    for rule in alerts():
        path, _, anchor = rule["annotations"]["runbook"].partition("#")
        headings = re.findall(r"^#+ (.*)$", (ROOT / path).read_text(), re.MULTILINE)
        anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
        assert not anchor or anchor in anchors, rule["alert"]
        assert rule["annotations"]["summary"]


def is_command(words: list[str]) -> bool:
    return CliRunner().invoke(main, [*words, "--help"]).exit_code == 0


def test_compose_names_settings_commands_and_secrets_that_there_are() -> None:
    composed = yaml.safe_load((ROOT / "compose.yaml").read_text())
    settings = {f"{PREFIX}{field.name.upper()}" for field in fields(Settings)}
    own = {name: service for name, service in composed["services"].items() if "build" in service}
    assert set(own) == {"upgrade", "web", "worker"}
    for service in own.values():
        assert {name.removesuffix("_FILE") for name in service["environment"]} <= settings
        assert set(service["secrets"]) <= set(composed["secrets"])
        assert is_command([word for word in service["command"] if not word.startswith(("-", "0"))])
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert (ROOT / service["build"]["dockerfile"]).exists()


def test_the_image_takes_files_that_there_are_and_runs_without_rights() -> None:
    names = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert [name for name in names if not (ROOT / name).exists()] == []
    text = (ROOT / "Containerfile").read_text()
    assert "--require-hashes -r requirements.txt" in text
    assert text.index("USER 10001") < text.index("ENTRYPOINT")
    assert is_command(["serve"])


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_the_unit_of_systemd_starts_commands_that_there_are(command: str, tmp_path: Path) -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]  # systemd's names have capitals
    template = DEPLOY / "teachback@.service"
    unit.read(template)
    lines = [unit["Service"][key].replace("%i", command) for key in ("ExecStartPre", "ExecStart")]
    assert all(is_command(shlex.split(line)[1:]) for line in lines)
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    # Where it is installed to is not there yet: a command that is stands for it.
    name = f"teachback@{command}.service"
    text = template.read_text().replace("/opt/teachback/bin/teachback", "/bin/true")
    (tmp_path / name).write_text(text)
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)], capture_output=True, text=True, check=False
    )
    assert [line for line in verified.stderr.splitlines() if name in line] == []
