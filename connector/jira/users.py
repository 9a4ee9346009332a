"""Reads permissions, display names and groups of people."""

from collections.abc import Collection, Mapping
from itertools import zip_longest
from typing import Any

from msgspec import Struct

from connector.jira.session import Body, JiraBase, as_object, as_objects, chunks

# Projects, and issues, that a permission check may name at once (Atlassian: REST v3).
CHUNK = 1000
NAMES_AT_ONCE = 90
BROWSE = "BROWSE_PROJECTS"
BROWSE_PEOPLE = "USER_PICKER"
GROUPS_AT_ONCE = 50


class Permitted(Struct, frozen=True):
    """The projects and issues, of those asked about, that a person may see: their ids."""

    projects: frozenset[int] = frozenset()
    issues: frozenset[int] = frozenset()


class Profile(Struct, frozen=True):
    """What Jira shows of a person now; the address is "" where it is hidden."""

    name: str = ""
    email: str = ""
    groups: tuple[str, ...] = ()


class GroupList(Struct, frozen=True):
    """Groups by name. `is_whole`: Jira shows us groups, and left out none that were asked for."""

    names: tuple[str, ...]
    is_whole: bool


def read_profile(person: Mapping[str, Any]) -> Profile:
    groups = person.get("groups")
    items = groups.get("items") if isinstance(groups, Mapping) else None
    return Profile(
        str(person.get("displayName") or ""), str(person.get("emailAddress") or ""), read_groups(items or [])
    )


def read_groups(groups: Any) -> tuple[str, ...]:
    return tuple(str(group["name"]) for group in as_objects(groups) if group.get("name"))


class JiraPeople(JiraBase):
    """Permissions and names."""

    def fetch_permissions(
        self, account: str, *, projects: Collection[int] = (), issues: Collection[int] = (), permission: str = BROWSE
    ) -> Permitted:
        """Return which of the projects and issues the person may see; what Jira does not name, they may not."""
        if not projects and not issues:
            return Permitted()
        granted, none = [Permitted()], list[int]()
        parts = zip_longest(chunks(list(projects), CHUNK), chunks(list(issues), CHUNK), fillvalue=none)
        for projects_asked, issues_asked in parts:
            asked = {"permissions": [permission], "projects": projects_asked, "issues": issues_asked}
            body = {"accountId": account, "globalPermissions": [], "projectPermissions": [asked]}
            granted.append(
                read_permitted(as_object(self._ask(self._cloud.get_bulk_permissions, data=body)), permission)
            )
        return Permitted(
            frozenset().union(*(part.projects for part in granted)) & frozenset(projects),
            frozenset().union(*(part.issues for part in granted)) & frozenset(issues),
        )

    def fetch_may_browse(self, project: int | str) -> bool:
        return self._fetch_holds(BROWSE, project_id=project)

    def _fetch_holds(self, permission: str, **place: int | str) -> bool:
        answer = as_object(self._ask(self._cloud.get_my_permissions, permissions=permission, **place))
        granted = as_object(answer.get("permissions")).get(permission)
        return isinstance(granted, dict) and granted.get("havePermission") is True

    def fetch_administers(self, account: str) -> bool:
        body = {"accountId": account, "globalPermissions": ["ADMINISTER"], "projectPermissions": []}
        answer = as_object(self._ask(self._cloud.get_bulk_permissions, data=body))
        return "ADMINISTER" in (answer.get("globalPermissions") or [])

    def fetch_names(self, accounts: Collection[str]) -> dict[str, str]:
        # For showing, and never for keeping.
        profiles = self.fetch_profiles(accounts)
        return {account: profile.name for account, profile in profiles.items() if profile.name}

    def fetch_profiles(self, accounts: Collection[str]) -> dict[str, Profile]:
        """Return what Jira shows of accounts, without their groups, never for keeping; unknown ones are left out."""
        profiles: dict[str, Profile] = {}
        for chunk in chunks(sorted(accounts), NAMES_AT_ONCE):
            answer = as_object(self._ask(self._cloud.bulk_get_users, account_id=chunk, max_results=len(chunk)))
            for person in answer.get("values") or []:
                profiles[str(person.get("accountId"))] = read_profile(person)
        return profiles

    def fetch_myself(self) -> Body:
        return as_object(self._ask(self._cloud.get, self._cloud.resource_url("myself", api_version=self._version)))

    def fetch_groups(self, account: str) -> tuple[str, ...]:
        # Return the groups that an account is in, as far as we may see them.
        path = self._cloud.resource_url("user/groups", api_version=3)
        return read_groups(self._ask(self._cloud.get, path, params={"accountId": account}))

    def fetch_groups_like(self, name: str) -> GroupList:
        """Return the groups whose names have the text in them, in upper or lower case."""
        path = self._cloud.resource_url("groups/picker", api_version=self._version)
        asked = {"query": name, "maxResults": GROUPS_AT_ONCE, "caseInsensitive": "true"}
        answer = as_object(self._ask(self._cloud.get, path, params=asked))
        names = read_groups(answer.get("groups") or [])
        # Without the permission the list is empty, which says nothing.
        is_whole = int(answer.get("total") or 0) <= len(names) and (bool(names) or self._fetch_holds(BROWSE_PEOPLE))
        return GroupList(names, is_whole)


def read_permitted(answer: Mapping[str, Any], permission: str) -> Permitted:
    grants = [
        grant for grant in as_objects(answer.get("projectPermissions", [])) if grant.get("permission") == permission
    ]
    return Permitted(
        frozenset(int(project) for grant in grants for project in grant.get("projects") or []),
        frozenset(int(issue) for grant in grants for issue in grant.get("issues") or []),
    )
