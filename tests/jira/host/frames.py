"""The frames in the host's pages: which modules stand where, their signed addresses, and what their tokens say."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import yaml

from tests.jira.apps.forge_host import SHELL
from tests.jira.apps.frames import NoSuchModule, modules
from tests.jira.apps.installs import AppOnSite
from tests.jira.model import Issue, Project

FORGE_KINDS = {
    "jiraProjectPages": "jira:projectPage",
    "jiraIssueContents": "jira:issuePanel",
    "jiraIssueContexts": "jira:issueContext",
    "adminPages": "jira:adminPage",
    "generalPages": "jira:globalPage",
}
"""Where a Forge module stands: in the place of the Connect module of that kind."""

SANDBOX = (
    "allow-downloads allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-same-origin "
    "allow-scripts allow-top-navigation-by-user-activation allow-storage-access-by-user-activation"
)
"""As on Jira's frames of Connect apps."""


def modules_at(app: AppOnSite, kind: str) -> list[dict[str, Any]]:
    """Those of the app's modules that belong at one place, in their order; none where it is away or switched off."""
    installed = app.site.apps.get(app.key)
    if installed is None or not installed.enabled:
        return []
    rows = [module for each, module in modules(installed.descriptor) if each == kind]
    return sorted(rows, key=lambda module: int(module.get("weight", 100)))


def forge_modules_at(kind: str) -> list[dict[str, Any]]:
    """The same of the Forge app, named as a Connect module is."""
    manifest = yaml.safe_load((SHELL.parents[1] / "manifest.yml").read_text(encoding="utf-8"))
    modules = manifest["modules"].get(FORGE_KINDS.get(kind, ""), ())
    texts = json.loads((SHELL.parents[1] / "locales" / "en-US.json").read_text(encoding="utf-8"))
    return [{**module, "name": {"value": text_of(texts, module["title"]["i18n"])}} for module in modules]


def text_of(texts: Mapping[str, Mapping[str, str]], key: str) -> str:
    """The text of a manifest's key, "project.title"."""
    module, name = key.split(".")
    return texts[module][name]


def forge_frame_of(shell_url: str, module_key: str, context: Mapping[str, str]) -> dict[str, Any]:
    """A frame of the Forge shell. Raises NoSuchModule."""
    known = {module["key"]: module for kind in FORGE_KINDS for module in forge_modules_at(kind)}
    if module_key not in known:
        raise NoSuchModule(module_key)
    return {
        "url": f"{shell_url}/?module={module_key}",
        "origin": shell_url,
        "module": module_key,
        "name": known[module_key]["name"]["value"],
        "context": json.dumps(dict(context)),
        "sandbox": SANDBOX,
    }


def context_of(project: Project, issue: Issue | None = None, issue_type: str = "") -> dict[str, str]:
    """What the addresses of modules may name."""
    named = {"project.id": str(project.id), "project.key": project.key}
    if issue is not None:
        named |= {"issue.id": str(issue.id), "issue.key": issue.key, "issuetype.name": issue_type}
    return named


def frame_of(app: AppOnSite, module_key: str, account: str, context: Mapping[str, str]) -> dict[str, Any]:
    """One frame: where it starts, whom it may speak with, what its tokens are made of. Raises NoSuchModule."""
    address = urlsplit(app.installed.base_url)
    return {
        "url": app.page_url(module_key, account, context),
        "origin": f"{address.scheme}://{address.netloc}",
        "module": module_key,
        "name": name_of(app, module_key),
        "context": json.dumps(dict(context)),
        "sandbox": SANDBOX,
    }


def name_of(app: AppOnSite, module_key: str) -> str:
    for _, module in modules(app.installed.descriptor):
        if module.get("key") == module_key:
            return str(module.get("name", {}).get("value", module_key))
    return module_key
