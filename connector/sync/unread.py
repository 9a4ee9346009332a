"""Reads and saves around an issue that cannot be read: pages by halves, batches one by one, the rest is noted."""

import logging
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from sqlalchemy import Connection

from connector.jira.client import Body, JiraError
from connector.jira.halves import fetch_halved
from connector.jira.issues import SearchPage
from connector.sync.issues import Batch
from connector.sync.source import Source
from mappings.events.types import Instant
from mappings.records.operations.unread_issues import UnreadIssue, select_unread_ids
from mappings.records.sql.engine import StoreError
from webhooks.rest_intake import save_issue_reads

log = logging.getLogger(__name__)

T = TypeVar("T")
# By issue id.
Unread = dict[int, UnreadIssue]


def fetch_search_page(source: Source, jql: str, token: str | None = None) -> tuple[SearchPage, Unread]:
    """Return a page of a search, and which of its issues cannot be read. Raises JiraError."""
    try:
        return source.ask(source.jira.fetch_page, jql, token=token), {}
    except JiraError as error:
        if not error.unreadable:
            raise
    keys_page = source.ask(source.jira.fetch_key_page, jql, token=token)
    keys = _keys(keys_page.issues)
    bodies, unread = fetch_whole_issues(source, keys, keys)
    # In the order of the search, by which the listing goes on.
    place = {issue_id: number for number, issue_id in enumerate(keys)}
    bodies.sort(key=lambda body: place.get(int(body["id"]), len(place)))
    return SearchPage(bodies, keys_page.token), unread


def fetch_whole_issues(
    source: Source, issue_ids: Collection[int], keys: Mapping[int, str] | None = None
) -> tuple[list[Body], Unread]:
    """Return at most 100 issues by id, and which of them cannot be read. Raises JiraError."""
    with source.engine.connect() as connection:
        suspects = select_unread_ids(connection, source.tenant_id)
    bodies, reasons = fetch_halved(lambda part: source.ask(source.jira.fetch_issues, part), sorted(issue_ids), suspects)
    if reasons and keys is None:
        light, _ = fetch_halved(lambda part: source.ask(source.jira.fetch_keys, part), sorted(reasons))
        keys = _keys(light)
    unread = {issue: UnreadIssue(issue, (keys or {}).get(issue, ""), reason) for issue, reason in reasons.items()}
    for issue in unread.values():
        log.warning("issue unread", extra={"tenant_id": source.tenant_id, "reason": issue.reason})
    return bodies, unread


def _keys(bodies: Collection[Body]) -> dict[int, str]:
    return {int(body["id"]): str(body.get("key") or "") for body in bodies}


def save_batch(source: Source, batch: Batch, started: Instant, finish: Callable[[Connection, Batch], T]) -> T:
    """Save issues and, in the same transaction, what `finish` writes. Raises StoreError.

    Where the batch fails, each issue is saved alone, and one that fails by itself is given to `finish` as unread.
    """
    try:
        with source.engine.begin() as connection:
            _take(connection, source, batch, started)
            return finish(connection, batch)
    except StoreError:
        raise
    except Exception:  # whatever an issue holds, it must cost this issue alone
        log.warning("batch failed, taken apart", exc_info=True)
    batch = _save_apart(source, batch, started)
    with source.engine.begin() as connection:
        return finish(connection, batch)


def _take(connection: Connection, source: Source, batch: Batch, started: Instant) -> None:
    save_issue_reads(
        connection, source.tenant_id, batch.reads, digest=source.digest, started=started, now=source.clock()
    )


def _save_apart(source: Source, batch: Batch, started: Instant) -> Batch:
    unread = dict(batch.unread)
    for read in batch.reads:
        try:
            with source.engine.begin() as connection:
                _take(connection, source, batch._replace(reads=[read]), started)
        except StoreError:
            raise
        except Exception as cause:  # as above
            log.warning("issue failed", extra={"tenant_id": source.tenant_id}, exc_info=True)
            unread[read.issue.issue_id] = UnreadIssue(read.issue.issue_id, read.issue.key, type(cause).__name__)
    return batch._replace(unread=unread)
