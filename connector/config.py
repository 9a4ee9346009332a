"""Settings: read once from the environment and checked; an error names the variable, what is wrong and what to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import make_url

from connector.config_parsers import (
    KEY_HINT,
    SettingError,
    origin_of,
    read_address,
    read_app_id,
    read_app_key,
    read_database,
    read_hosts,
    read_key_hosts,
    read_keys,
    read_line,
    read_link,
    read_months,
    read_points,
)

PREFIX = "TEACHBACK_"
APP_KEY = "io.teachback.jira"
# Where Atlassian publishes the keys of signed installs, newer host first (Atlassian: signed install).
KEY_HOSTS = ("asap-distribution.us-west-2.prod.atl-asap.net", "connect-install-keys.atlassian.com")
JIRA_HOSTS = (".atlassian.net", ".jira.com", "api.atlassian.com")
JWKS_URL = "https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json"
# Where Forge apps call Jira (Atlassian: Forge Remote, calling product APIs).
FORGE_API = "https://api.atlassian.com"
# Points an hour that Atlassian gives one app over all its sites (Atlassian: rate limits, tier 1).
QUOTA = 65_000
CONNECT_SCRIPT = "https://connect-cdn.atl-paas.net/all.js"


@dataclass(frozen=True, slots=True)
class Settings:
    """All that an installation may choose. `base_url` and `secret_keys` are empty where no web process runs."""

    base_url: str = ""
    database_url: str = field(default="sqlite:///teachback.db", repr=False)
    secret_keys: tuple[str, ...] = field(default=(), repr=False)
    connect_key_hosts: tuple[str, ...] = KEY_HOSTS
    forge_app_id: str = ""
    forge_jwks_url: str = JWKS_URL
    forge_api_url: str = FORGE_API
    jira_hosts: tuple[str, ...] = JIRA_HOSTS
    connect_script: str = CONNECT_SCRIPT
    app_key: str = APP_KEY
    retention_months: int = 24
    hourly_points: int = QUOTA
    jira_email: str = ""
    jira_token: str = field(default="", repr=False)
    metrics_token: str = field(default="", repr=False)

    @property
    def base_path(self) -> str:
        return urlsplit(self.base_url).path

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def script_origin(self) -> str:
        return origin_of(urlsplit(self.connect_script))


def read_settings(environ: Mapping[str, str], *, web: bool = False) -> Settings:
    """Return the settings that `environ` holds. Raises SettingError.

    With `web` the settings that the web process needs are required: the address and the keys.
    """
    refuse_unknown(environ)
    given = {name: read(f"{PREFIX}{name.upper()}", text) for name, text, read in _given(environ)}
    settings = Settings(**given)
    if web:
        require_web_settings(settings)
    return settings


def require_web_settings(settings: Settings) -> None:
    if not settings.base_url:
        raise SettingError(
            "TEACHBACK_BASE_URL",
            "is not set",
            "Set it to the address at which people, and an app's Jira, reach this installation.",
        )
    if not settings.secret_keys:
        raise SettingError(
            "TEACHBACK_SECRET_KEYS",
            "is not set",
            KEY_HINT,
        )


def refuse_unknown(environ: Mapping[str, str]) -> None:
    # A misspelt name would silently leave a default in force.
    known = {f"{PREFIX}{name.upper()}" for name in READERS} | {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            raise SettingError(name, "is not a setting of Teachback", f"Known are: {', '.join(sorted(known))}.")


def _given(environ: Mapping[str, str]) -> list[tuple[str, str, Callable[[str, str], Any]]]:
    texts = [(name, _text(environ, name), read) for name, read in READERS.items()]
    return [(name, text, read) for name, text, read in texts if text is not None]


def _text(environ: Mapping[str, str], name: str) -> str | None:
    variable = f"{PREFIX}{name.upper()}"
    text, file = environ.get(variable), environ.get(f"{variable}_FILE") if name in SECRETS else None
    if text is not None and file is not None:
        raise SettingError(variable, f"is set twice, here and in {variable}_FILE", "Keep one of the two.")
    if file is not None:
        return _read_file(f"{variable}_FILE", file)
    return text.strip() if text is not None else None


def _read_file(variable: str, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as cause:
        raise SettingError(
            variable, f"the file {file} cannot be read", "Name a file that this user may read."
        ) from cause


READERS: dict[str, Callable[[str, str], Any]] = {
    "base_url": read_address,
    "database_url": read_database,
    "secret_keys": read_keys,
    "connect_key_hosts": read_key_hosts,
    "forge_app_id": read_app_id,
    "forge_jwks_url": read_link,
    "forge_api_url": read_link,
    "jira_hosts": read_hosts,
    "connect_script": read_link,
    "app_key": read_app_key,
    "retention_months": read_months,
    "hourly_points": read_points,
    "jira_email": read_line,
    "jira_token": read_line,
    "metrics_token": read_line,
}
# May also come from a file named by the variable with `_FILE` behind it.
SECRETS = ("database_url", "secret_keys", "jira_token", "metrics_token")


def masked(settings: Settings) -> dict[str, str]:
    return {
        f"{PREFIX}{part.name.upper()}": _shown(part.name, getattr(settings, part.name)) for part in fields(settings)
    }


def _shown(name: str, value: Any) -> str:
    if name in {"jira_token", "metrics_token"}:
        return "set" if value else "not set"
    if name == "secret_keys":
        return f"{len(value)} set" if value else "not set"
    if name == "database_url":
        return make_url(value).render_as_string(hide_password=True)
    return (", ".join(value) if isinstance(value, tuple) else str(value)) or "not set"
