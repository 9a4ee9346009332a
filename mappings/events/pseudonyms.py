"""Replacement of account ids in events and reads by pseudonyms, before anything is stored."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from msgspec.structs import replace

from mappings.events.items import ACCOUNTS, ONE_ACCOUNT, PEOPLE_FIELDS
from mappings.events.types import (
    Account,
    Change,
    Comment,
    CommentSeen,
    Event,
    Issue,
    IssueRead,
    IssueSeen,
    Worklog,
    WorklogSeen,
)

# Returns the replacement of an account id; the id itself where it has none.
Swap: TypeAlias = Callable[[str], str]

# Prefix of the pseudonym of an erased account: no account id of Jira's has it.
ERASED = "erased:"

# An account id within other text; a key of Data Center such as "ada" counts only as the whole text.
_WITHIN = re.compile(rf"(?<![0-9A-Za-z:-])(accountid:)?({ONE_ACCOUNT})(?![0-9A-Za-z:-])")

_QUOTED = re.compile(r'"([^"\\]{1,255})"')


def is_erased(account: str) -> bool:
    return account.startswith(ERASED)


def mask_texts(text: str, swap: Swap) -> str:
    """Return a text with the account ids in it swapped."""
    whole = swap(text)
    return whole if whole != text else _mask_within(text, swap)


def _mask_within(text: str, swap: Swap) -> str:
    return _WITHIN.sub(lambda match: f"{match[1] or ''}{swap(match[2])}", text)


def names_any(text: str, swap: Swap) -> bool:
    """Return whether a body, whole or cut off, contains an id that `swap` replaces."""
    return _mask_within(text, swap) != text or any(swap(quoted) != quoted for quoted in _QUOTED.findall(text))


def mask_issue(issue: Issue, swap: Swap) -> Issue:
    return replace(
        issue,
        summary=_mask_within(issue.summary, swap),
        creator=_mask(issue.creator, swap),
        reporter=_mask(issue.reporter, swap),
        assignee=_mask(issue.assignee, swap),
        fields={name: tuple(mask_texts(text, swap) for text in texts) for name, texts in issue.fields.items()},
    )


def mask_change(change: Change, swap: Swap) -> Change:
    ends = {name: _mask_end(change, getattr(change, name), swap) for name in ("old", "old_text", "new", "new_text")}
    return replace(change, author=_mask(change.author, swap), **ends)


def _mask_end(change: Change, text: str | None, swap: Swap) -> str | None:
    if text is None:
        return None
    if change.field.casefold() in PEOPLE_FIELDS:
        return swap(text)
    return mask_texts(text, swap) if ACCOUNTS.fullmatch(text) else text


def mask_worklog(worklog: Worklog, swap: Swap) -> Worklog:
    return replace(worklog, author=_mask(worklog.author, swap))


def mask_comment(comment: Comment, swap: Swap) -> Comment:
    return replace(
        comment, author=_mask(comment.author, swap), mentions=tuple(swap(account) for account in comment.mentions)
    )


def swap_names(accounts: Iterable[Account], swap: Swap) -> Swap:
    # The swap that also replaces these people's user names, which mentions use.
    names = {person.user_name: swap(person.account_id) for person in accounts if person.user_name}
    erased = {name: other for name, other in names.items() if is_erased(other)}
    return (lambda text: erased.get(text) or swap(text)) if erased else swap


def mask_read(read: IssueRead, swap: Swap) -> IssueRead:
    swap = swap_names(read.accounts, swap)
    return replace(
        read,
        issue=mask_issue(read.issue, swap),
        changes=tuple(mask_change(part, swap) for part in read.changes),
        worklogs=tuple(mask_worklog(part, swap) for part in read.worklogs),
        comments=tuple(mask_comment(part, swap) for part in read.comments),
        accounts=_mask_accounts(read.accounts, swap),
    )


def mask_event(event: Event, swap: Swap) -> Event:
    """Return an event with account ids swapped."""
    mask = _EVENTS.get(type(event))
    return mask(event, swap) if mask else event


def _mask(account: str | None, swap: Swap) -> str | None:
    return None if account is None else swap(account)


def _mask_accounts(accounts: tuple[Account, ...], swap: Swap) -> tuple[Account, ...]:
    return tuple(_mask_account(person, swap) for person in accounts)


def _mask_account(person: Account, swap: Swap) -> Account:
    account = swap(person.account_id)
    return person if account == person.account_id else replace(person, account_id=account, user_name=None)


def _mask_issue_seen(event: IssueSeen, swap: Swap) -> IssueSeen:
    changes = tuple(mask_change(part, swap) for part in event.changes)
    return replace(
        event, issue=mask_issue(event.issue, swap), changes=changes, accounts=_mask_accounts(event.accounts, swap)
    )


def _mask_comment_seen(event: CommentSeen, swap: Swap) -> CommentSeen:
    swap = swap_names(event.accounts, swap)
    return replace(event, comment=mask_comment(event.comment, swap), accounts=_mask_accounts(event.accounts, swap))


def _mask_worklog_seen(event: WorklogSeen, swap: Swap) -> WorklogSeen:
    return replace(event, worklog=mask_worklog(event.worklog, swap), accounts=_mask_accounts(event.accounts, swap))


# AccountGone keeps its id, since it says whom to erase.
_EVENTS: Mapping[type, Callable[[Any, Swap], Event]] = {
    IssueSeen: _mask_issue_seen,
    CommentSeen: _mask_comment_seen,
    WorklogSeen: _mask_worklog_seen,
}
