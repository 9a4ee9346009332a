"""Reads whole issues: collections that Jira embeds whole are used as they are, the others are paged."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from connector.jira.client import Body, JiraError
from connector.sync.source import Source
from mappings.events.errors import UnreadableBody
from mappings.events.rest import read_changelog_page, read_comment_page, read_issue, read_worklog_page
from mappings.events.types import Account, IssueRead
from mappings.records.operations.unread_issues import UnreadIssue

Accounts = dict[str, Account]


class Paged(NamedTuple):
    """A collection of an issue: where it is embedded, under which name, and how its pages are asked and read."""

    inside: tuple[str, str]
    name: str
    fetch: Callable[[Source, int], Any]
    read: Callable[[Source, list[Body], int, list[str], Accounts], tuple[Any, ...]]


PAGED: Mapping[str, Paged] = {
    "changes": Paged(
        ("", "changelog"), "histories",
        lambda source, issue: source.jira.fetch_changelog(issue),
        lambda _, page, issue, refused, met: read_changelog_page({"values": page}, issue, refused, accounts=met),
    ),
    "worklogs": Paged(
        ("fields", "worklog"), "worklogs",
        lambda source, issue: source.jira.fetch_worklogs(issue),
        lambda _, page, issue, refused, met: read_worklog_page({"worklogs": page}, issue, refused, accounts=met),
    ),
    "comments": Paged(
        ("fields", "comment"), "comments",
        lambda source, issue: source.jira.fetch_comments(issue),
        lambda source, page, issue, refused, met: read_comment_page(
            {"comments": page}, issue, source.digest, refused, accounts=met
        ),
    ),
}  # fmt: skip


class Batch(NamedTuple):
    """Issues read. `short` lack a part that Jira would not give now; `error` is the gravest of `failed` refusals.

    `unread` cannot be read, by id, or in part only: then they are among the reads, too.
    """

    reads: list[IssueRead]
    short: list[int]
    error: JiraError | None
    unread: dict[int, UnreadIssue]
    failed: int = 0


# Issues of a batch whose parts may fail before the others are left for later, too: one alone must not stop them.
SINGLE = 3


def read_batch(source: Source, bodies: list[Body], unread: Mapping[int, UnreadIssue] | None = None) -> Batch:
    """Read issues, and page what is not embedded whole; after Jira puts us off, the rest stays as it was embedded.

    What cannot be read at all is noted in `unread`: it stays out, as with an import.
    """
    batch = Batch([], [], None, dict(unread or {}))
    for body in bodies:
        try:
            read = read_issue(body, source.digest)
        except Exception as cause:  # noqa: BLE001  whatever an issue holds, it must cost this issue alone
            _note_unread(batch, body, str(cause) if isinstance(cause, UnreadableBody) else type(cause).__name__)
            continue
        batch = _complete(source, batch, body, read)
    return batch


def _note_unread(batch: Batch, body: Body, reason: str) -> None:
    number = str(body.get("id") or "")
    if number.isascii() and number.isdigit() and len(number) < 19:
        batch.unread[int(number)] = UnreadIssue(int(number), str(body.get("key") or ""), reason)


def _complete(source: Source, batch: Batch, body: Body, read: IssueRead) -> Batch:
    lacking = [name for name in PAGED if is_short(body, PAGED[name])]
    problem: JiraError | None = None
    for name in lacking if not _must_wait(batch) else ():
        try:
            read = _paged(source, read, name)
        except JiraError as error:
            # Gone or closed meanwhile: what is embedded stands. Anything else passes, and the issue is read again.
            problem = None if error.permanent or error.unreadable else error
            if error.unreadable:
                batch.unread[read.issue.issue_id] = UnreadIssue(read.issue.issue_id, read.issue.key, f"{name}: {error}")
        if problem is not None:
            break
    if lacking and (problem is not None or _must_wait(batch)):
        batch.short.append(read.issue.issue_id)
    batch.reads.append(read)
    return batch._replace(error=_graver_error(batch.error, problem), failed=batch.failed + (problem is not None))


def _must_wait(batch: Batch) -> bool:
    # We were told to wait, or more than single issues fail.
    return batch.failed >= SINGLE or (batch.error is not None and batch.error.put_off)


def _graver_error(before: JiraError | None, now: JiraError | None) -> JiraError | None:
    return now if now is not None and (before is None or now.put_off) else before


# Jira embeds at most a page of a collection, and says how many there are.
def is_short(body: Body, paged: Paged) -> bool:
    parent, name = paged.inside
    shape = body.get(parent, {}) if parent else body
    collection = shape.get(name) if isinstance(shape, dict) else None
    if not isinstance(collection, dict):
        return False
    total, embedded = collection.get("total"), collection.get(paged.name)
    return isinstance(total, int) and total > (len(embedded) if isinstance(embedded, list) else 0)


def _paged(source: Source, read: IssueRead, name: str) -> IssueRead:
    refused: list[str] = []
    met: Accounts = {}
    parts: list[Any] = []
    issue_id = read.issue.issue_id
    for page in source.each(PAGED[name].fetch(source, issue_id)):
        parts += PAGED[name].read(source, page, issue_id, refused, met)
    accounts = {account.account_id: account for account in read.accounts} | met
    partial = read.partial if refused else read.partial - {name}
    whole: dict[str, Any] = {name: tuple(parts)}
    return replace(read, **whole, accounts=tuple(accounts.values()), partial=partial, refused=(*read.refused, *refused))
