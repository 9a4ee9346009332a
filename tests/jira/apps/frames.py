"""The pages of an app in Jira's frames: which module, at what address, for whom."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode

from tests.jira.model import Installed

Context: TypeAlias = Mapping[str, Any]
"""Names as a descriptor's templates have them, {"project.id": "10000"}, or nested, {"project": {"id": "10000"}}."""

CONTEXT_LIFETIME = 900
VARIABLE = re.compile(r"\{([\w.]+)\}")
IN_TOKENS = ("issue", "project")


class NoSuchModule(KeyError):
    """The descriptor has no module of that key with a page."""


def modules(descriptor: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every module with the name of its kind; those given as one object come as one."""
    for kind, given in descriptor.get("modules", {}).items():
        for module in [given] if isinstance(given, dict) else given:
            yield kind, module


def template_of(descriptor: Mapping[str, Any], module_key: str) -> str:
    """The address of a page as the descriptor has it, variables and all. Raises NoSuchModule."""
    for _, module in modules(descriptor):
        if module.get("key") == module_key:
            url = module.get("url") or module.get("target", {}).get("url")
            if url:
                return str(url)
    raise NoSuchModule(module_key)


def module_url(app: Installed, module_key: str, context: Context, site_url: str) -> str:
    """Variables without a value become empty, as in Jira, which adds what its bridge to the frame needs."""
    given = flat(context)
    template = template_of(app.descriptor, module_key)
    path = VARIABLE.sub(lambda match: quote(str(given.get(match[1], "")), safe=""), template)
    bridge = {
        "xdm_e": site_url,
        "xdm_c": f"channel-{app.key}__{module_key}",
        "cp": "",
        "lic": "none",
        "cv": "1001.0.0-SNAPSHOT",
    }
    return f"{app.base_url}{path}{'&' if '?' in path else '?'}{urlencode(bridge, quote_via=quote, safe='')}"


def flat(context: Context) -> dict[str, Any]:
    by_key: dict[str, Any] = {}
    for name, value in context.items():
        if isinstance(value, Mapping):
            by_key |= {f"{name}.{inner}": each for inner, each in flat(value).items()}
        else:
            by_key[name] = value
    return by_key


def person_claims(account: str | None, context: Context) -> dict[str, Any]:
    """`sub` where a person looks, and the issue or project that the frame stands in."""
    places: dict[str, dict[str, str]] = {}
    for name, value in flat(context).items():
        kind, _, part = name.partition(".")
        if kind in IN_TOKENS and part:
            places.setdefault(kind, {})[part] = str(value)
    claims: dict[str, Any] = {"context": {"jira": places, "user": {"accountId": account} if account else {}}}
    return {"sub": account, **claims} if account else claims
