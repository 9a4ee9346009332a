"""Whom the tickets of an engagement's projects name, kept in this process until something happens in it."""

from collections.abc import Callable, Collection
from threading import Lock
from typing import Any, TypeVar

from cachetools import LRUCache
from msgspec import Struct

from mappings.records.figures.figure_tokens import select_figure_token
from mappings.records.sql.scope import AgreementScope

T = TypeVar("T")
# Accounts of all engagements together: about 100 bytes each.
MOST = 50_000
# A tenant, an engagement, projects, and those who were not asked.
_Key = tuple[int, str, tuple[str, ...], frozenset[str]]


class NamedPeople(Struct, frozen=True):
    """The accounts, and the token of the engagement's figures as they were read."""

    token: str
    accounts: frozenset[str]


_kept: LRUCache[_Key, NamedPeople] = LRUCache(MOST, getsizeof=lambda named: 1 + len(named.accounts))
# What some of them did, of so many settings pages, with the token of the engagement's figures as it was read.
_acts: LRUCache[_Key, tuple[str, Any]] = LRUCache(200)
_lock = Lock()


def find_named(scope: AgreementScope, project_keys: Collection[str], without: frozenset[str]) -> frozenset[str] | None:
    """Return the accounts that were kept; None where none were, or something happened since."""
    with _lock:
        named = _kept.get(_key(scope, project_keys, without))
    return named.accounts if named is not None and named.token == select_figure_token(scope) else None


def keep_named(
    scope: AgreementScope,
    project_keys: Collection[str],
    without: frozenset[str],
    select_named: Callable[[], frozenset[str]],
) -> frozenset[str]:
    """Return the accounts that are selected, and keep them; not those of an engagement that has no token yet."""
    # The token first: what is committed while the accounts are read has another one.
    token = select_figure_token(scope)
    accounts = select_named()
    if token is not None and len(accounts) < MOST:
        with _lock:
            _kept[_key(scope, project_keys, without)] = NamedPeople(token, accounts)
    return accounts


def _key(scope: AgreementScope, project_keys: Collection[str], without: frozenset[str]) -> _Key:
    return scope.tenant_id, scope.engagement, tuple(sorted(project_keys)), without


def find_acts(
    scope: AgreementScope, project_keys: Collection[str], among: frozenset[str], select: Callable[[], T]
) -> T:
    """Return what was kept of what `among` did, or else select and keep it until something happens."""
    key, token = _key(scope, project_keys, among), select_figure_token(scope)
    with _lock:
        known = _acts.get(key)
    if known is not None and known[0] == token:
        acts: T = known[1]
        return acts
    acts = select()
    if token is not None:
        with _lock:
            _acts[key] = token, acts
    return acts
