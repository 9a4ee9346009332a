"""The hosts that the app may call: those that the settings list, and no others."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from connector.config_parsers import origin_of

_PLAIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+")
# Atlassian's gateway: the one path below which another site's REST answers (Atlassian: Forge Remote).
_GATEWAY = re.compile(r"(?P<origin>[^/]+//[^/]+)/ex/jira/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# An address of Jira below a path, such as the context path of Data Center; no segment begins with a dot.
_BELOW = re.compile(r"(?P<origin>[^/]+//[^/]+)(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*){1,4}")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


def is_origin(address: str) -> bool:
    """Tell whether `address` is an origin and nothing else: no user, path, query or odd character."""
    try:
        url = urlsplit(address)
        return bool(url.hostname) and origin_of(url) == address.lower() and _PLAIN.fullmatch(address) is not None
    except ValueError:
        return False


def is_allowed(address: str, hosts: Iterable[str]) -> bool:
    """Tell whether `address` is an origin that `hosts` allow: https, without user, port, path or query.

    An entry of `hosts` is a suffix (`.atlassian.net`), a whole host, or an exact origin with its scheme; only the last
    may have a port or stand for http, and the settings take that for this machine alone.
    """
    origin = address.lower().removesuffix("/")
    gateway = _GATEWAY.fullmatch(origin)
    origin = gateway["origin"] if gateway else origin
    return is_origin(origin) and any(origin == entry if "://" in entry else _matches(origin, entry) for entry in hosts)


def is_allowed_site(address: str, hosts: Iterable[str]) -> bool:
    below = _BELOW.fullmatch(address.removesuffix("/"))
    return is_allowed(below["origin"] if below else address, hosts)


def site_hosts(hosts: Iterable[str]) -> tuple[str, ...]:
    return tuple(entry for entry in hosts if entry.startswith(".") or "://" in entry)


def _matches(origin: str, entry: str) -> bool:
    scheme, _, host = origin.partition("://")
    if scheme != "https" or not _HOST.fullmatch(host):
        return False
    return host.endswith(entry) if entry.startswith(".") else host == entry


def origin_at(entry: str) -> str:
    return entry if "://" in entry else f"https://{entry}"
