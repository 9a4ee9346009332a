"""Other ids in the place of account ids: what was read of people, before anything of it is kept."""

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

# Returns what stands for an account id; the id itself where nothing does.
Swap: TypeAlias = Callable[[str], str]

# How the pseudonym of an erased account begins: no account id of Jira's does.
ERASED = "erased:"

# An account id within other words; a key of Data Center such as "ada" is one only where nothing else stands.
_WITHIN = re.compile(rf"(?<![0-9A-Za-z:-])(accountid:)?({ONE_ACCOUNT})(?![0-9A-Za-z:-])")

_QUOTED = re.compile(r'"([^"\\]{1,255})"')


def is_erased(account: str) -> bool:
    """Tell whether an id is the pseudonym of somebody who was erased."""
    return account.startswith(ERASED)


def mask_texts(text: str, swap: Swap) -> str:
    """Return a text with other ids in the place of the account ids in it."""
    whole = swap(text)
    return whole if whole != text else _mask_within(text, swap)


def _mask_within(text: str, swap: Swap) -> str:
    return _WITHIN.sub(lambda found: f"{found[1] or ''}{swap(found[2])}", text)


def names_any(text: str, swap: Swap) -> bool:
    """Tell whether a body, whole or cut off, names somebody for whom something else stands."""
    return _mask_within(text, swap) != text or any(swap(one) != one for one in _QUOTED.findall(text))


def mask_issue(one: Issue, swap: Swap) -> Issue:
    """Return an issue with other ids in the place of people's."""
    return replace(
        one,
        summary=_mask_within(one.summary, swap),
        creator=_mask(one.creator, swap),
        reporter=_mask(one.reporter, swap),
        assignee=_mask(one.assignee, swap),
        fields={name: tuple(mask_texts(text, swap) for text in texts) for name, texts in one.fields.items()},
    )


def mask_change(one: Change, swap: Swap) -> Change:
    """Return a history item with other ids in the place of its author and of the people it moved between."""
    ends = {name: _mask_end(one, getattr(one, name), swap) for name in ("old", "old_text", "new", "new_text")}
    return replace(one, author=_mask(one.author, swap), **ends)


def _mask_end(one: Change, text: str | None, swap: Swap) -> str | None:
    if text is None:
        return None
    if one.field.casefold() in PEOPLE_FIELDS:
        return swap(text)
    return mask_texts(text, swap) if ACCOUNTS.fullmatch(text) else text


def mask_worklog(one: Worklog, swap: Swap) -> Worklog:
    """Return a worklog with another id in the place of its author."""
    return replace(one, author=_mask(one.author, swap))


def mask_comment(one: Comment, swap: Swap) -> Comment:
    """Return a comment with other ids in the place of its author and of those it mentions."""
    return replace(one, author=_mask(one.author, swap), mentions=tuple(swap(account) for account in one.mentions))


def swap_names(accounts: Iterable[Account], swap: Swap) -> Swap:
    """Return the swap that also puts pseudonyms in the place of these people's user names, which mentions give."""
    names = {person.user_name: swap(person.account_id) for person in accounts if person.user_name}
    erased = {name: other for name, other in names.items() if is_erased(other)}
    return (lambda text: erased.get(text) or swap(text)) if erased else swap


def mask_read(one: IssueRead, swap: Swap) -> IssueRead:
    """Return an issue as REST gave it, with other ids in the place of people's everywhere."""
    swap = swap_names(one.accounts, swap)
    return replace(
        one,
        issue=mask_issue(one.issue, swap),
        changes=tuple(mask_change(part, swap) for part in one.changes),
        worklogs=tuple(mask_worklog(part, swap) for part in one.worklogs),
        comments=tuple(mask_comment(part, swap) for part in one.comments),
        accounts=_mask_accounts(one.accounts, swap),
    )


def mask_event(one: Event, swap: Swap) -> Event:
    """Return an event with other ids in the place of people's; one that names nobody is returned as it is."""
    mask = _EVENTS.get(type(one))
    return mask(one, swap) if mask else one


def _mask(account: str | None, swap: Swap) -> str | None:
    return None if account is None else swap(account)


def _mask_accounts(accounts: tuple[Account, ...], swap: Swap) -> tuple[Account, ...]:
    return tuple(_mask_account(person, swap) for person in accounts)


def _mask_account(person: Account, swap: Swap) -> Account:
    account = swap(person.account_id)
    return person if account == person.account_id else replace(person, account_id=account, user_name=None)


def _mask_issue_seen(one: IssueSeen, swap: Swap) -> IssueSeen:
    changes = tuple(mask_change(part, swap) for part in one.changes)
    return replace(one, issue=mask_issue(one.issue, swap), changes=changes, accounts=_mask_accounts(one.accounts, swap))


def _mask_comment_seen(one: CommentSeen, swap: Swap) -> CommentSeen:
    swap = swap_names(one.accounts, swap)
    return replace(one, comment=mask_comment(one.comment, swap), accounts=_mask_accounts(one.accounts, swap))


def _mask_worklog_seen(one: WorklogSeen, swap: Swap) -> WorklogSeen:
    return replace(one, worklog=mask_worklog(one.worklog, swap), accounts=_mask_accounts(one.accounts, swap))


# AccountGone keeps its id: it says whom to erase.
_EVENTS: Mapping[type, Callable[[Any, Swap], Event]] = {
    IssueSeen: _mask_issue_seen,
    CommentSeen: _mask_comment_seen,
    WorklogSeen: _mask_worklog_seen,
}
