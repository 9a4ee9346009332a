"""The Forge app as a folder that `forge deploy` takes: rendered for one installation, and checked before that."""

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlsplit

import yaml

from connector.platforms.forge.calls import ENDPOINTS
from mappings.events.forge import READERS

ROOT = Path(__file__).resolve().parents[3]
# The folder of a checkout, or where a wheel puts it.
PLACES = (ROOT / "forge", Path(sys.prefix) / "share" / "teachback" / "forge")
STATIC = ROOT / "connector" / "static"
SHELL = Path("static") / "shell"
# What is taken from forge/ as it is; the bridge that shell.js imports is fetched when the deployer builds.
COPIED = ("package.json", "package-lock.json", "src/shell.js", "locales/en-US.json", "locales/de-DE.json")

LIFECYCLE_EVENTS = frozenset({"avi:forge:installed:app", "avi:forge:upgraded:app"})
TOKEN_SCOPES = frozenset({"read:app-system-token", "read:app-user-token"})
PATHS: Mapping[str, str] = {key: path for path, key in ENDPOINTS.items()}
LONGEST_KEY = 23
MOST_SCHEDULES = 5
MOST_PROPERTY_PATHS = 5
LARGEST = 200_000

_APP_ID = re.compile(r"ari:cloud:ecosystem::app/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Manifest = Mapping[str, Any]


class ManifestError(Exception):
    """What is wrong with a Forge app before it is deployed, a line for each problem."""


def render_app(base_url: str, app_id: str, folder: Path) -> tuple[Path, ...]:
    """Write the app into a folder that is new or empty. Returns the files. Raises ManifestError, OSError."""
    problems = [*_check_address(base_url), *_check_app_id(app_id)]
    if problems:
        raise ManifestError("\n".join(problems))
    if folder.exists() and any(folder.iterdir()):
        raise ManifestError(f"{folder} is not empty: name a new folder")
    source = next(place for place in PLACES if place.is_dir())
    text = Template((source / "manifest.yml").read_text(encoding="utf-8"))
    (folder / SHELL / "icons").mkdir(parents=True)
    (folder / "manifest.yml").write_text(text.substitute(APP_ID=app_id, BASE_URL=base_url), encoding="utf-8")
    for name in COPIED:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(source / name, folder / name)
    shutil.copyfile(source / "static" / "index.html", folder / SHELL / "index.html")
    for name, target in _STATIC_FILES.items():
        shutil.copyfile(STATIC / name, folder / SHELL / target)
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))


_STATIC_FILES: Mapping[str, str] = {
    "teachback.svg": "icons/teachback.svg",
    "teachback.css": "teachback.css",
    "tabs.css": "tabs.css",
    "review.css": "review.css",
    "program.css": "program.css",
    "page.js": "page.js",
    "live.js": "live.js",
    "parts/htmx.min.js": "htmx.min.js",
    "parts/htmx.LICENSE.txt": "htmx.LICENSE.txt",
    "parts/tokens.css": "tokens.css",
    "parts/tokens.LICENSE.txt": "tokens.LICENSE.txt",
}


def check_app(folder: Path) -> list[str]:
    """Return what is wrong with a rendered app, above all what Forge's own linters miss. Raises ManifestError."""
    try:
        text = (folder / "manifest.yml").read_text(encoding="utf-8")
        manifest = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as cause:
        raise ManifestError(f"{folder / 'manifest.yml'} cannot be read: {type(cause).__name__}") from cause
    if not isinstance(manifest, dict) or not isinstance(manifest.get("modules"), dict):
        raise ManifestError(f"{folder / 'manifest.yml'} is not a Forge manifest")
    problems = [f"manifest.yml is larger than {LARGEST:,} bytes"] if len(text.encode()) > LARGEST else []
    for check in CHECKS:
        problems += check(manifest, folder)
    return problems


def _modules(manifest: Manifest, kind: str) -> list[Mapping[str, Any]]:
    return list(manifest["modules"].get(kind) or ())


def _check_app_id(app_id: str) -> Iterator[str]:
    if not _APP_ID.fullmatch(app_id):
        yield f"app.id {app_id!r} is not an app id: copy ari:cloud:ecosystem::app/… from `forge register`"


def _check_address(address: str) -> Iterator[str]:
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.path or parts.query or parts.fragment or parts.username:
        yield f"the address {address!r} is not an https address without a path, such as https://teachback.example.com"


def _check_identity(manifest: Manifest, _: Path) -> Iterator[str]:
    yield from _check_app_id(str((manifest.get("app") or {}).get("id")))


def _check_remotes(manifest: Manifest, _: Path) -> Iterator[str]:
    for remote in manifest.get("remotes") or ():
        yield from _check_address(str(remote.get("baseUrl")))
        yield from _check_key(remote, "remote")


def _check_key(entry: Mapping[str, Any], kind: str) -> Iterator[str]:
    if len(str(entry.get("key"))) > LONGEST_KEY:
        yield f"the key {entry['key']} of a {kind} is longer than {LONGEST_KEY} characters"


def _check_endpoints(manifest: Manifest, _: Path) -> Iterator[str]:
    for endpoint in _modules(manifest, "endpoint"):
        key, path = str(endpoint.get("key")), (endpoint.get("route") or {}).get("path")
        yield from _check_key(endpoint, "endpoint")
        if path != PATHS.get(key):
            yield f"the endpoint {key} has the path {path}, Teachback answers at {PATHS.get(key)}"
        if not ((endpoint.get("auth") or {}).get("appSystemToken") or {}).get("enabled"):
            yield f"the endpoint {key} asks for no system token: background jobs could not call Jira"
    missing = set(PATHS) - {str(endpoint.get("key")) for endpoint in _modules(manifest, "endpoint")}
    yield from (f"the endpoint {key} is missing" for key in sorted(missing))


def _check_events(manifest: Manifest, _: Path) -> Iterator[str]:
    named = {event for trigger in _modules(manifest, "trigger") for event in trigger.get("events") or ()}
    yield from (f"nothing reads the event {event}" for event in sorted(named - set(READERS) - LIFECYCLE_EVENTS))
    yield from (
        f"the event {event} is not subscribed to" for event in sorted((set(READERS) | LIFECYCLE_EVENTS) - named)
    )


def _check_scopes(manifest: Manifest, _: Path) -> Iterator[str]:
    scopes = set((manifest.get("permissions") or {}).get("scopes") or ())
    yield from (f"the scope {scope} is missing: Forge would send no token" for scope in sorted(TOKEN_SCOPES - scopes))


def _check_counts(manifest: Manifest, _: Path) -> Iterator[str]:
    schedules = _modules(manifest, "scheduledTrigger")
    if len(schedules) > MOST_SCHEDULES:
        yield f"{len(schedules)} scheduled triggers: Forge allows {MOST_SCHEDULES}"
    included = [(trigger.get("payload") or {}).get("include") or {} for trigger in _modules(manifest, "trigger")]
    paths = {path for include in included for path in include.get("propertyPaths") or ()}
    if len(paths) > MOST_PROPERTY_PATHS:
        yield f"{len(paths)} property paths: Forge allows {MOST_PROPERTY_PATHS}"


def _check_connect(manifest: Manifest, _: Path) -> Iterator[str]:
    if "connectModules" in manifest or "connect" in (manifest.get("app") or {}):
        yield "connectModules and app.connect are for listed Connect apps alone: leave them out"


def _check_files(manifest: Manifest, folder: Path) -> Iterator[str]:
    resources = {resource["key"]: folder / resource["path"] for resource in manifest.get("resources") or ()}
    for key, path in resources.items():
        yield from (
            f"the resource {key} has no {name}" for name in ("index.html", "shell.js") if not (path / name).is_file()
        )
    icons = {module["icon"] for modules in manifest["modules"].values() for module in modules if "icon" in module}
    for icon in sorted(icons):
        key, _, name = str(icon).removeprefix("resource:").partition(";")
        if key not in resources or not (resources[key] / name).is_file():
            yield f"the icon {icon} does not exist"


def _check_translations(manifest: Manifest, folder: Path) -> Iterator[str]:
    modules = (module for modules in manifest["modules"].values() for module in modules)
    keys = {
        value["i18n"] for module in modules for value in module.values() if isinstance(value, dict) and "i18n" in value
    }
    for resource in (manifest.get("translations") or {}).get("resources") or ():
        texts = _read_texts(folder / resource["path"])
        yield from (f"{resource['path']} has no text for {key}" for key in sorted(keys - texts))
    if keys and not manifest.get("translations"):
        yield "the titles are keys of translations, and there are none"


def _read_texts(path: Path) -> set[str]:
    try:
        groups = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    return {f"{group}.{name}" for group, texts in groups.items() for name, text in texts.items() if text}


CHECKS: tuple[Callable[[Manifest, Path], Iterator[str]], ...] = (
    _check_identity,
    _check_remotes,
    _check_endpoints,
    _check_events,
    _check_scopes,
    _check_counts,
    _check_connect,
    _check_files,
    _check_translations,
)
