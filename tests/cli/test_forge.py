"""The Forge app: rendered by the command, and each fault that Forge's own linters miss is named by the check."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from mappings.events.forge import READERS
from tests.cli.conftest import User

APP_ID = "ari:cloud:ecosystem::app/3a0b6c1e-5d3f-4b7a-9c39-7f0c2d1e8a11"
ADDRESS = "https://teachback.example.com"
EVENT_SCOPES = "out/mapping/product-event-to-scope-mapping.json"
TEMPLATES = Path(__file__).parents[2] / "connector" / "pages" / "templates"
FORGE_MANIFEST = Path(__file__).parents[1] / "checks" / "node_modules" / "@forge" / "manifest"


@pytest.fixture
def app(user: User) -> Path:
    """An app as a deployer has it after the build."""
    user.run("forge", "render", "--base-url", ADDRESS, "--app-id", APP_ID, "--to", "app")
    folder = user.folder / "app"
    (folder / "static" / "shell" / "shell.js").write_text("// built", encoding="utf-8")
    return folder


def test_what_is_rendered_is_right_and_names_the_installation(user: User, app: Path) -> None:
    manifest = yaml.safe_load((app / "manifest.yml").read_text(encoding="utf-8"))
    assert manifest["app"]["id"] == APP_ID
    assert [remote["baseUrl"] for remote in manifest["remotes"]] == [ADDRESS]
    assert user.run("forge", "check", "app").out.startswith("Nothing is wrong.")


def test_each_page_of_the_manifest_opens_in_the_shell_with_every_style_sheet(app: Path) -> None:
    modules = yaml.safe_load((app / "manifest.yml").read_text(encoding="utf-8"))["modules"]
    pages = {module["key"] for kind in modules.values() for module in kind if "resolver" in module}
    script = (app / "src" / "shell.js").read_text(encoding="utf-8")
    assert set(re.findall(r'^  "(teachback-[a-z-]+)": ', script, re.MULTILINE)) == pages
    assert len(pages) == 8
    base = (TEMPLATES / "base.html").read_text(encoding="utf-8")
    sheets = [name.rpartition("/")[2] for name in re.findall(r"static\('([\w/]+\.css)'\)", base)]
    shell = (app / "static" / "shell" / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="(\w+\.css)"', shell) == sheets
    assert all((app / "static" / "shell" / name).is_file() for name in sheets)


def test_an_app_that_was_not_built_is_named(user: User, app: Path) -> None:
    (app / "static" / "shell" / "shell.js").unlink()
    assert "the resource shell has no shell.js" in user.run("forge", "check", "app", status=1).err


Change = Callable[[dict[str, Any]], None]


def change_endpoint(manifest: dict[str, Any], key: str, **values: Any) -> None:
    next(endpoint for endpoint in manifest["modules"]["endpoint"] if endpoint["key"] == key).update(values)


FAULTS: dict[str, tuple[Change, str]] = {
    "a misspelt event": (
        lambda m: m["modules"]["trigger"][0]["events"].append("avi:jira:update:issue"),
        "nothing reads the event avi:jira:update:issue",
    ),
    "an uninstalled event": (
        lambda m: m["modules"]["trigger"][-1]["events"].append("avi:forge:uninstalled:app"),
        "nothing reads the event avi:forge:uninstalled:app",
    ),
    "an event left out": (
        lambda m: m["modules"]["trigger"][0]["events"].remove("avi:jira:deleted:worklog"),
        "the event avi:jira:deleted:worklog is not subscribed to",
    ),
    "no system token scope": (
        lambda m: m["permissions"]["scopes"].remove("read:app-system-token"),
        "the scope read:app-system-token is missing",
    ),
    "no user token scope": (
        lambda m: m["permissions"]["scopes"].remove("read:app-user-token"),
        "the scope read:app-user-token is missing",
    ),
    "a long endpoint key": (
        lambda m: m["modules"]["endpoint"].append({"key": "teachback-endpoint-with-24"}),
        "is longer than 23 characters",
    ),
    "a scheduled endpoint without path": (
        lambda m: change_endpoint(m, "teachback-tick", route=None),
        "the endpoint teachback-tick has the path None, Teachback answers at /forge/tick",
    ),
    "a path that nobody answers": (
        lambda m: change_endpoint(m, "teachback-events", route={"path": "/events"}),
        "the endpoint teachback-events has the path /events",
    ),
    "no system token at an endpoint": (
        lambda m: change_endpoint(m, "teachback-tick", auth={}),
        "the endpoint teachback-tick asks for no system token",
    ),
    "an endpoint left out": (
        lambda m: m["modules"]["endpoint"].pop(),
        "the endpoint teachback-uninstall is missing",
    ),
    "six schedules": (
        lambda m: m["modules"]["scheduledTrigger"].extend([{"key": f"s{n}"} for n in range(5)]),
        "6 scheduled triggers: Forge allows 5",
    ),
    "six property paths": (
        lambda m: m["modules"]["trigger"][0].update(payload={"include": {"propertyPaths": list("abcdef")}}),
        "6 property paths: Forge allows 5",
    ),
    "Connect modules": (lambda m: m.update(connectModules={}), "connectModules and app.connect are for listed"),
    "no app id": (lambda m: m["app"].update(id="mine"), "app.id 'mine' is not an app id"),
    "an http address": (
        lambda m: m["remotes"][0].update(baseUrl="http://teachback.example.com"),
        "is not an https address without a path",
    ),
    "an address with a path": (
        lambda m: m["remotes"][0].update(baseUrl=f"{ADDRESS}/jira"), "is not an https address without a path",
    ),
    "a title that no language has": (
        lambda m: m["modules"]["jira:issuePanel"][0].update(title={"i18n": "panel.name"}),
        "locales/de-DE.json has no text for panel.name",
    ),
    "no languages": (lambda m: m.pop("translations"), "the titles are keys of translations, and there are none"),
    "an icon that is not there": (
        lambda m: m["modules"]["jira:issuePanel"][0].update(icon="resource:shell;icons/none.svg"),
        "the icon resource:shell;icons/none.svg does not exist",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_before_it_is_deployed(user: User, app: Path, name: str) -> None:
    change, words = FAULTS[name]
    manifest = yaml.safe_load((app / "manifest.yml").read_text(encoding="utf-8"))
    change(manifest)
    (app / "manifest.yml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
    assert words in user.run("forge", "check", "app", status=1).err


@pytest.mark.parametrize(
    ("address", "app_id", "words"),
    [
        ("http://teachback.example.com", APP_ID, "is not an https address without a path"),
        (ADDRESS, "teachback", "is not an app id: copy ari:cloud:ecosystem::app/"),
    ],
)
def test_a_wrong_option_writes_nothing(user: User, address: str, app_id: str, words: str) -> None:
    result = user.run("forge", "render", "--base-url", address, "--app-id", app_id, "--to", "app", status=2)
    assert words in result.err
    assert not (user.folder / "app").exists()


def test_a_folder_that_holds_something_is_left_alone(user: User) -> None:
    (user.folder / "app").mkdir()
    (user.folder / "app" / "mine").write_text("kept", encoding="utf-8")
    result = user.run("forge", "render", "--base-url", ADDRESS, "--app-id", APP_ID, "--to", "app", status=2)
    assert "app is not empty" in result.err


def test_forge_knows_every_event_that_we_read() -> None:
    path = FORGE_MANIFEST / EVENT_SCOPES
    if not path.is_file():
        pytest.skip("@forge/manifest is not installed: make tests/checks/node_modules/.package-lock.json")
    known = json.loads(path.read_text(encoding="utf-8"))["mapping"]
    assert set(READERS) <= {row["productEvent"] for row in known}
