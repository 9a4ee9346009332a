"""Reports stored accounts to Atlassian, as its user privacy guide asks."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from msgspec import Struct

from connector.jira.errors import JiraError
from connector.jira.session import JiraBase, as_object, as_objects
from mappings.events.types import Instant

# How many accounts one report may name (Atlassian: user privacy guide).
ACCOUNTS_AT_ONCE = 90
LONGEST_CYCLE = 365
_PATH = "rest/atlassian-connect/latest/report-accounts"

AccountState: TypeAlias = Literal["closed", "updated"]


class Verdicts(Struct, frozen=True):
    """What became of reported accounts, those unchanged left out; `cycle_days` where Atlassian named it."""

    states: Mapping[str, AccountState]
    cycle_days: int | None


class JiraPrivacy(JiraBase):
    """Reports of accounts."""

    def report_accounts(self, accounts: Mapping[str, Instant]) -> Verdicts:
        """Report at most 90 accounts, each with the time when its data was last fetched; return what became of them."""
        named = [{"accountId": account, "updatedAt": time_text(at)} for account, at in sorted(accounts.items())]
        response, answer = self._ask_response(self._cloud.post, _PATH, data={"accounts": named})
        if response.status_code not in {200, 204}:
            raise JiraError("answered something that is no verdict", permanent=False)
        states = {} if response.status_code == 204 else _read_states(answer)
        known = {account: state for account, state in states.items() if account in accounts}
        return Verdicts(known, read_cycle(response.headers.get("Cycle-Period")))


def _read_states(answer: object) -> dict[str, AccountState]:
    states: dict[str, AccountState] = {}
    for verdict in as_objects(as_object(answer).get("accounts")):
        account, state = str(verdict.get("accountId")), verdict.get("status")
        if state in {"closed", "updated"}:
            states[account] = state
    return states


def read_cycle(text: str | None) -> int | None:
    """Return the days between two reports of an account, None where the header holds no such number."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 3:
        return None
    return int(text) if 1 <= int(text) <= LONGEST_CYCLE else None


def time_text(at: Instant) -> str:
    moment = datetime.fromtimestamp(at // 1_000_000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at // 1000 % 1000:03}Z"
