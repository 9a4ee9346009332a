"""Settings: read once from the environment, each with its check; what is wrong is named together with its mend."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from cryptography.fernet import Fernet
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "TEACHBACK_"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
DIALECTS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}

FEWEST_MONTHS, MOST_MONTHS = 7, 1200
APP_KEY = "io.teachback.jira"
KEY_HOSTS = ("asap-distribution.us-west-2.prod.atl-asap.net", "connect-install-keys.atlassian.com")
"""Where Atlassian publishes the keys of signed installs, newer host first (Atlassian: signed install)."""
JIRA_HOSTS = (".atlassian.net", ".jira.com", "api.atlassian.com")
JWKS_URL = "https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json"
QUOTA = 65_000
"""Points an hour that Atlassian gives one app over all its sites (Atlassian: rate limits, tier 1)."""
CONNECT_SCRIPT = "https://connect-cdn.atl-paas.net/all.js"

LONGEST_WORDS = 2048

_HOST = re.compile(r"\.?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_APP_KEY = re.compile(r"[A-Za-z0-9._-]{1,64}")
_APP_ID = re.compile(r"ari:cloud:ecosystem::app/[0-9a-f-]{36}")


class SettingError(Exception):
    """A setting that cannot be used: `name` is the variable, `what` is wrong with it, `mend` says what to do."""

    def __init__(self, name: str, what: str, mend: str) -> None:
        super().__init__(f"{name}: {what}. {mend}")
        self.name, self.what, self.mend = name, what, mend


@dataclass(frozen=True, slots=True)
class Settings:
    """All that an installation may choose. `base_url` is empty and `secret_keys` has none where no door is open."""

    base_url: str = ""
    database_url: str = field(default="sqlite:///teachback.db", repr=False)
    secret_keys: tuple[str, ...] = field(default=(), repr=False)
    connect_key_hosts: tuple[str, ...] = KEY_HOSTS
    forge_app_id: str = ""
    forge_jwks_url: str = JWKS_URL
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
        """The path below which the world sees us; empty at the root."""
        return urlsplit(self.base_url).path

    @property
    def secure(self) -> bool:
        """Whether the world reaches us by https."""
        return self.base_url.startswith("https://")

    @property
    def script_origin(self) -> str:
        """The origin that Jira's frame script is loaded from."""
        return origin_of(urlsplit(self.connect_script))


def read_settings(environ: Mapping[str, str], *, doors: bool = False) -> Settings:
    """Return the settings that `environ` holds. Raises SettingError.

    With `doors` the settings without which nobody could come in are required: the address and the keys.
    """
    refuse_unknown(environ)
    given = {name: read(f"{PREFIX}{name.upper()}", text) for name, text, read in _given(environ)}
    settings = Settings(**given)
    if doors:
        require_doors(settings)
    return settings


def require_doors(settings: Settings) -> None:
    """Raise SettingError where a setting is missing without which the web process cannot serve."""
    if not settings.base_url:
        raise SettingError(
            "TEACHBACK_BASE_URL", "is not set", "Set it to the https address under which Jira reaches this server."
        )
    if not settings.secret_keys:
        raise SettingError(
            "TEACHBACK_SECRET_KEYS",
            "is not set",
            _KEY,
        )


def refuse_unknown(environ: Mapping[str, str]) -> None:
    """A misspelt name would silently leave a default in force."""
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


# -- one reader a setting --------------------------------------------------------------------------------------------


def read_address(variable: str, text: str) -> str:
    """Return an https address without a slash at its end; http only on this machine itself."""
    url = _split(variable, text)
    if url.query or url.fragment or url.username is not None:
        raise SettingError(variable, "holds more than an address", "Leave out user, query and fragment.")
    _require_https(variable, url)
    if _hidden(url.path):
        raise SettingError(variable, "has a path with encoded or empty parts", "Use plain letters, digits and dashes.")
    return text.rstrip("/")


def read_link(variable: str, text: str) -> str:
    """Return the https address of one document."""
    _require_https(variable, _split(variable, text))
    return text


def read_database(variable: str, text: str) -> str:
    """Return the database's address with the driver named."""
    try:
        url = make_url(text)
    except ArgumentError as cause:
        raise SettingError(variable, "is not the address of a database", _DATABASE) from cause
    if url.drivername not in DIALECTS:
        raise SettingError(variable, f"names a database that Teachback does not speak: {url.drivername}", _DATABASE)
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise SettingError(variable, "keeps the database in memory, where it ends with the process", _DATABASE)
    return url.set(drivername=DIALECTS[url.drivername]).render_as_string(hide_password=False)


def read_keys(variable: str, text: str) -> tuple[str, ...]:
    """Return the Fernet keys, newest first."""
    keys = tuple(text.replace(",", " ").split())
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError as cause:
            # The key itself is never repeated: what is nearly a key may be one with a typing slip.
            raise SettingError(variable, f"key {number} is not a Fernet key", _KEY) from cause
    if not keys:
        raise SettingError(variable, "is empty", _KEY)
    return keys


def read_hosts(variable: str, text: str) -> tuple[str, ...]:
    """Return host names, suffixes (`.example.net`) and exact origins, lower case. Never an empty list."""
    hosts = tuple(_read_host(variable, part) for part in text.lower().replace(",", " ").split())
    if not hosts:
        raise SettingError(variable, "is empty", "Name at least one host, or leave it unset for Atlassian's own.")
    return hosts


def read_key_hosts(variable: str, text: str) -> tuple[str, ...]:
    """Return the hosts that publish Atlassian's keys: whole names, since a suffix cannot be asked."""
    hosts = read_hosts(variable, text)
    if any(host.startswith(".") for host in hosts):
        raise SettingError(variable, "holds a suffix", "Name whole hosts.")
    return hosts


def _read_host(variable: str, part: str) -> str:
    if "://" not in part:
        if not _HOST.fullmatch(part) or part.count(".") - part.startswith(".") < 1:
            raise SettingError(variable, f"{part} is not the name of a host", "Name hosts such as .atlassian.net.")
        return part
    url = _split(variable, part)
    _require_https(variable, url)
    if origin_of(url) != part.rstrip("/"):
        raise SettingError(variable, f"{part} is more than an origin", "Name scheme, host and port only.")
    return origin_of(url)


def read_app_key(variable: str, text: str) -> str:
    """Return the key under which Jira knows the app."""
    if not _APP_KEY.fullmatch(text):
        raise SettingError(variable, "is not an app key", "Use at most 64 letters, digits, dots, dashes, underscores.")
    return text


def read_months(variable: str, text: str) -> int:
    """Return for how many months raw facts are kept: no fewer than the measures look back, which is half a year."""
    if not text.isascii() or not text.isdigit() or not FEWEST_MONTHS <= int(text[:6]) <= MOST_MONTHS:
        raise SettingError(variable, "is not a number of months", f"Use {FEWEST_MONTHS} to {MOST_MONTHS}.")
    return int(text)


def read_app_id(variable: str, text: str) -> str:
    """Return the Forge app's ARI."""
    if not _APP_ID.fullmatch(text):
        raise SettingError(variable, "is not the ARI of a Forge app", "It looks like ari:cloud:ecosystem::app/<uuid>.")
    return text


def read_points(variable: str, text: str) -> int:
    """Return how many points Atlassian lets the app spend in an hour over all its sites."""
    if not (text.isascii() and text.isdigit() and 100 <= int(text[:9]) <= 10_000_000):
        raise SettingError(variable, "is not a number of points", "Leave it unset for Atlassian's 65000 an hour.")
    return int(text[:9])


def read_words(variable: str, text: str) -> str:
    """Return a token or an address of one line without spaces."""
    if not text.isascii() or not text.isprintable() or " " in text or len(text) > LONGEST_WORDS:
        raise SettingError(variable, "holds spaces or more than one line", "Copy it again, without anything around it.")
    return text


def _split(variable: str, text: str) -> SplitResult:
    try:
        url = urlsplit(text)
        if url.port == 0 or not url.hostname or not text.isascii() or not text.isprintable() or " " in text:
            raise ValueError(text)
    except ValueError as cause:
        raise SettingError(variable, f"{text} is not an address", "Write it as https://host/path.") from cause
    return url


def _require_https(variable: str, url: SplitResult) -> None:
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in LOOPBACK):
        raise SettingError(variable, "is not https", "Use https; http serves only on 127.0.0.1 and localhost.")


def _hidden(path: str) -> bool:
    return "%" in path or "//" in path or ".." in path


def origin_of(url: SplitResult) -> str:
    """Return scheme, host and port of an address, in lower case and without a port that goes without saying."""
    return f"{url.scheme}://{url.netloc.rpartition('@')[2]}".lower().removesuffix(
        ":443" if url.scheme == "https" else ":80"
    )


_DATABASE = "Use sqlite:///file.db or postgresql://user:password@host/name."
_KEY = "Make one with: python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"

READERS: dict[str, Callable[[str, str], Any]] = {
    "base_url": read_address,
    "database_url": read_database,
    "secret_keys": read_keys,
    "connect_key_hosts": read_key_hosts,
    "forge_app_id": read_app_id,
    "forge_jwks_url": read_link,
    "jira_hosts": read_hosts,
    "connect_script": read_link,
    "app_key": read_app_key,
    "retention_months": read_months,
    "hourly_points": read_points,
    "jira_email": read_words,
    "jira_token": read_words,
    "metrics_token": read_words,
}
SECRETS = ("database_url", "secret_keys", "jira_token", "metrics_token")
"""May also come from a file named by the variable with `_FILE` behind it."""


def masked(settings: Settings) -> dict[str, str]:
    """Return the settings in force by the name of their variable, with every secret masked."""
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
