"""Decoded engagements of sites, kept in this process until one of the site's engagements changes."""

from collections.abc import Sequence
from threading import Lock
from typing import Any

from cachetools import LRUCache

# Engagements of all sites together: about 10 kB each.
MOST = 2000

# By tenant and by the random token that each change renews: an older state is never found again.
_decoded: LRUCache[tuple[int, str], Any] = LRUCache(MOST, getsizeof=lambda engagements: 1 + len(engagements))
_lock = Lock()


def find_decoded(tenant_id: int, token: str) -> Any:
    """Return what was kept under a token of the tenant's agreements, or None."""
    with _lock:
        return _decoded.get((tenant_id, token))


def keep_decoded(tenant_id: int, token: str, engagements: Sequence[Any]) -> None:
    """Keep engagements as they are while the token stands; a site of more than MOST is read each time."""
    if len(engagements) < MOST:
        with _lock:
            _decoded[tenant_id, token] = engagements
