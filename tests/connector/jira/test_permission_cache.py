"""What Jira said of people is remembered no longer than it may be."""

from connector.jira.client import Permitted
from connector.jira.display_names import DisplayNameCache
from connector.jira.permission_cache import PermissionCache

MINUTE = 60_000_000
DAY = 24 * 60 * MINUTE


class Jira:
    """Grants even numbers, and remembers what it was asked."""

    def __init__(self):
        self.asked = []
        self.now = 0

    def fetch_permissions(self, account, *, projects=(), issues=()):
        self.asked.append((account, tuple(projects), tuple(issues)))
        return Permitted(
            frozenset(each for each in projects if each % 2 == 0), frozenset(each for each in issues if each % 2 == 0)
        )

    def fetch_administers(self, account):
        self.asked.append(account)
        return account == "admin"

    def fetch_names(self, accounts):
        self.asked.append(tuple(accounts))
        return {account: account.upper() for account in accounts if account != "closed"}


def clocked(jira, kind):
    return kind(lambda: jira.now)


def test_a_permission_is_asked_for_once_a_minute():
    jira = Jira()
    browse = clocked(jira, PermissionCache)
    assert browse.may_browse_project(1, jira, "a", 10)
    assert not browse.may_browse_project(1, jira, "a", 11)
    jira.now = MINUTE - 1
    assert browse.may_browse_project(1, jira, "a", 10)
    assert len(jira.asked) == 2
    jira.now = MINUTE
    assert browse.may_browse_project(1, jira, "a", 10)
    assert len(jira.asked) == 3


def test_one_persons_permission_is_not_anothers():
    jira = Jira()
    browse = clocked(jira, PermissionCache)
    for tenant_id, account in ((1, "a"), (1, "b"), (2, "a")):
        browse.may_browse_project(tenant_id, jira, account, 10)
    assert len(jira.asked) == 3


def test_only_the_issues_that_are_not_known_are_asked_for():
    jira = Jira()
    browse = clocked(jira, PermissionCache)
    assert browse.fetch_browsable(1, jira, "a", [1, 2]) == {2}
    assert browse.fetch_browsable(1, jira, "a", [1, 2, 3, 4]) == {2, 4}
    assert jira.asked == [("a", (), (1, 2)), ("a", (), (3, 4))]


def test_a_project_is_no_issue_of_the_same_number():
    jira = Jira()
    browse = clocked(jira, PermissionCache)
    browse.may_browse_project(1, jira, "a", 2)
    browse.fetch_browsable(1, jira, "a", [2])
    assert len(jira.asked) == 2


def test_who_administers_is_remembered_for_a_minute():
    jira = Jira()
    browse = clocked(jira, PermissionCache)
    answers = [browse.may_administer(1, jira, account) for account in ("admin", "admin", "member", "member")]
    assert answers == [True, True, False, False]
    assert jira.asked == ["admin", "member"]


def test_names_are_held_for_a_day_even_where_there_is_none():
    jira = Jira()
    names = clocked(jira, DisplayNameCache)
    assert names.fetch(1, jira, ["b", "a", "closed"]) == {"a": "A", "b": "B"}
    assert names.fetch(1, jira, ["a", "closed", "c"]) == {"a": "A", "c": "C"}
    assert jira.asked == [("a", "b", "closed"), ("c",)]
    jira.now = DAY
    names.fetch(1, jira, ["a"])
    assert jira.asked[-1] == ("a",)


def test_names_of_one_tenant_are_not_anothers_and_are_forgotten_on_demand():
    jira = Jira()
    names = clocked(jira, DisplayNameCache)
    names.fetch(1, jira, ["a"])
    names.fetch(2, jira, ["a"])
    names.forget(1, "a")
    names.fetch(1, jira, ["a"])
    names.fetch(2, jira, ["a"])
    assert len(jira.asked) == 3
