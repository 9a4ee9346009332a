"""Where our calls may go: an address is compared with the hosts that the settings list, and with nothing else."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from connector.config import origin_of

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


def is_allowed(address: str, hosts: Iterable[str]) -> bool:
    """Tell whether `address` is an origin that `hosts` allow: no user, port, path or query, and https.

    An entry of `hosts` is a suffix (`.atlassian.net`), a whole host, or an exact origin with its scheme; only the last
    may have a port or stand for http, and the settings take that for this machine alone.
    """
    try:
        url = urlsplit(address)
        origin = origin_of(url)
    except ValueError:
        return False
    if origin != address.lower().removesuffix("/"):
        return False
    return any(origin == entry if "://" in entry else _matches(origin, entry) for entry in hosts)


def _matches(origin: str, entry: str) -> bool:
    scheme, _, host = origin.partition("://")
    if scheme != "https" or not _HOST.fullmatch(host):
        return False
    return host.endswith(entry) if entry.startswith(".") else host == entry


def origin_at(entry: str) -> str:
    """Return the origin of a host of the settings."""
    return entry if "://" in entry else f"https://{entry}"
