"""Cache of display names: fetched from Jira when a page needs them, kept in memory for a day, never stored."""

import threading
from collections.abc import Callable, Collection

from cachetools import TTLCache

from connector.jira.client import JiraClient
from mappings.events.pseudonyms import is_erased
from mappings.events.times import DAY
from mappings.events.types import Instant

MAX_NAMES = 20_000


class DisplayNameCache:
    """Names by tenant and account. Safe for threads."""

    def __init__(self, clock: Callable[[], Instant]) -> None:
        self._names: TTLCache[tuple[int, str], str] = TTLCache(MAX_NAMES, DAY, timer=clock)
        self._lock = threading.Lock()

    def fetch(self, tenant_id: int, client: JiraClient, accounts: Collection[str]) -> dict[str, str]:
        """Return the names of accounts that Jira knows; the others are left out. Raises JiraError."""
        wanted = {account for account in accounts if not is_erased(account)}
        with self._lock:
            cached = {account: self._names.get((tenant_id, account)) for account in wanted}
        names = {account: name for account, name in cached.items() if name is not None}
        missing = sorted(wanted - names.keys())
        if missing:
            fetched = client.fetch_names(missing)
            # An account that Jira does not name is kept as nameless, or each page would ask again.
            fresh = {account: fetched.get(account, "") for account in missing}
            with self._lock:
                self._names.update({(tenant_id, account): name for account, name in fresh.items()})
            names |= fresh
        return {account: name for account, name in names.items() if name}

    def forget(self, tenant_id: int, account: str) -> None:
        # Somebody who was erased is named no more.
        with self._lock:
            self._names.pop((tenant_id, account), None)
