"""People's names, for showing: asked of Jira when a page needs them, held in memory for a day, never stored."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection

from connector.jira.client import JiraClient
from mappings.events.pseudonyms import is_erased
from mappings.events.times import DAY
from mappings.events.types import Instant

HELD_FOR = DAY
KEPT = 20_000


class DisplayNameCache:
    """Names by tenant and account. Safe for threads."""

    def __init__(self, clock: Callable[[], Instant]) -> None:
        self._clock = clock
        self._held: OrderedDict[tuple[int, str], tuple[Instant, str]] = OrderedDict()
        self._lock = threading.Lock()

    def fetch(self, tenant_id: int, client: JiraClient, accounts: Collection[str]) -> dict[str, str]:
        """Return the names of accounts that Jira knows; the others are left out. Raises JiraError."""
        wanted = sorted(account for account in set(accounts) if not is_erased(account))
        held = self._holding(tenant_id, wanted)
        missing = [account for account in wanted if account not in held]
        if missing:
            found = client.fetch_names(missing)
            # An account that Jira does not name is held as nameless, or each page would ask again.
            self._hold(tenant_id, {account: found.get(account, "") for account in missing})
            held |= found
        return {account: name for account, name in held.items() if name}

    def forget(self, tenant_id: int, account: str) -> None:
        """Drop a name, for somebody who was erased."""
        with self._lock:
            self._held.pop((tenant_id, account), None)

    def _holding(self, tenant_id: int, accounts: Collection[str]) -> dict[str, str]:
        now = self._clock()
        found = {account: self._held.get((tenant_id, account)) for account in accounts}
        return {account: entry[1] for account, entry in found.items() if entry and now - entry[0] < HELD_FOR}

    def _hold(self, tenant_id: int, names: dict[str, str]) -> None:
        now = self._clock()
        with self._lock:
            self._held.update({(tenant_id, account): (now, name) for account, name in names.items()})
            while len(self._held) > KEPT:
                self._held.popitem(last=False)
