"""Parsers of settings: each reads a value from its text. Raises SettingError."""

import re
from urllib.parse import SplitResult, urlsplit

from cryptography.fernet import Fernet
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
DIALECTS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}

FEWEST_MONTHS, MOST_MONTHS = 7, 1200
LONGEST_LINE = 2048

_HOST = re.compile(r"\.?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_APP_KEY = re.compile(r"[A-Za-z0-9._-]{1,64}")
_APP_ID = re.compile(r"ari:cloud:ecosystem::app/[0-9a-f-]{36}")


class SettingError(Exception):
    """A setting that cannot be used: `name` is the variable, `what` is wrong with it, `hint` is what to do."""

    def __init__(self, name: str, what: str, hint: str) -> None:
        super().__init__(f"{name}: {what}. {hint}")
        self.name, self.what, self.hint = name, what, hint


def read_address(variable: str, text: str) -> str:
    # Plain http is for this machine alone.
    url = _split(variable, text)
    if url.query or url.fragment or url.username is not None:
        raise SettingError(variable, "holds more than an address", "Leave out user, query and fragment.")
    _require_https(variable, url)
    if _hidden(url.path):
        raise SettingError(variable, "has a path with encoded or empty parts", "Use plain letters, digits and dashes.")
    return text.rstrip("/")


def read_link(variable: str, text: str) -> str:
    _require_https(variable, _split(variable, text))
    return text


def read_database(variable: str, text: str) -> str:
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
    keys = tuple(text.replace(",", " ").split())
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError as cause:
            # The key itself is never repeated: what is nearly a key may be one with a typing slip.
            raise SettingError(variable, f"key {number} is not a Fernet key", KEY_HINT) from cause
    if not keys:
        raise SettingError(variable, "is empty", KEY_HINT)
    return keys


def read_hosts(variable: str, text: str) -> tuple[str, ...]:
    """Return host names, suffixes (`.example.net`) and exact origins, lower case. Never an empty list."""
    hosts = tuple(_read_host(variable, part) for part in text.lower().replace(",", " ").split())
    if not hosts:
        raise SettingError(variable, "is empty", "Name at least one host, or leave it unset for Atlassian's own.")
    return hosts


def read_key_hosts(variable: str, text: str) -> tuple[str, ...]:
    # Return the hosts that publish Atlassian's keys: whole names, since a suffix cannot be asked.
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
    if not _APP_KEY.fullmatch(text):
        raise SettingError(variable, "is not an app key", "Use at most 64 letters, digits, dots, dashes, underscores.")
    return text


def read_months(variable: str, text: str) -> int:
    # Return for how many months raw facts are kept: no fewer than the measures look back, which is half a year.
    if not text.isascii() or not text.isdigit() or not FEWEST_MONTHS <= int(text[:6]) <= MOST_MONTHS:
        raise SettingError(variable, "is not a number of months", f"Use {FEWEST_MONTHS} to {MOST_MONTHS}.")
    return int(text)


def read_app_id(variable: str, text: str) -> str:
    if not _APP_ID.fullmatch(text):
        raise SettingError(variable, "is not the ARI of a Forge app", "It looks like ari:cloud:ecosystem::app/<uuid>.")
    return text


def read_points(variable: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 100 <= int(text[:9]) <= 10_000_000):
        raise SettingError(variable, "is not a number of points", "Leave it unset for Atlassian's 65000 an hour.")
    return int(text[:9])


def read_line(variable: str, text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text or len(text) > LONGEST_LINE:
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
    # Return scheme, host and port of an address, in lower case and without a port that goes without saying.
    return f"{url.scheme}://{url.netloc.rpartition('@')[2]}".lower().removesuffix(
        ":443" if url.scheme == "https" else ":80"
    )


_DATABASE = "Use sqlite:///file.db or postgresql://user:password@host/name."
KEY_HINT = "Make one with: python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
