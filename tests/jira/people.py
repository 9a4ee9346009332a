"""Accounts of a site, what they may see, and the tokens they call REST with."""

from collections.abc import Iterable

from tests.jira.collections import Store, deed
from tests.jira.events import user_body
from tests.jira.model import AccountKind, Instant, Issue, Named, Project, User

OPEN_TO_ALL = frozenset(
    {"BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES", "ADD_COMMENTS", "WORK_ON_ISSUES", "TRANSITION_ISSUES"}
)
FORMER_USER = "Former user"


class People(Store):
    """Permissions are asked in one place, `may`: an app may all, a closed account nothing, an admin all."""

    def __init__(self, name: str, base_url: str, *, seed: int = 1) -> None:
        super().__init__(name, base_url, seed=seed)
        self.admins: set[str] = set()
        self.tokens: dict[str, str] = {}
        self._granted: set[tuple[str, int, str]] = set()
        self._denied: set[tuple[str, int, str]] = set()
        self._members: dict[str, set[str]] = {}
        self.groups: dict[str, set[str]] = {}

    @deed
    def add_user(
        self,
        account: str,
        name: str,
        *,
        kind: AccountKind = "atlassian",
        active: bool = True,
        zone: str = "Europe/Berlin",
        email: str = "",
    ) -> User:
        """Add an account; an address that is hidden from others is ""."""
        made = User(account, name, kind, active, zone, email=email)
        self.users[account] = made
        self.emit("user_created", self.now(), lambda: user_body(self, account))
        return made

    @deed
    def rename_user(self, account: str, name: str, *, at: Instant) -> None:
        user = self.user(account)
        user.name, user.updated = name, self.touch(at)
        self.emit("user_updated", at, lambda: user_body(self, account))

    @deed
    def deactivate(self, account: str, *, at: Instant) -> None:
        """Take the person's access away; the name stays."""
        user = self.user(account)
        user.active, user.updated = False, self.touch(at)
        self.emit("user_updated", at, lambda: user_body(self, account))

    @deed
    def close_account(self, account: str, *, at: Instant | None = None) -> None:
        """Atlassian closed the account: only the id stays, the name is "Former user", and user_deleted is sent."""
        user = self.user(account)
        moment = self.touch(self.now() if at is None else at)
        self.emit("user_deleted", moment, lambda: user_body(self, account))
        user.name, user.email, user.active, user.closed, user.updated = FORMER_USER, "", False, True, moment
        for token in [token for token, owner in self.tokens.items() if owner == account]:
            del self.tokens[token]

    @deed
    def add_token(self, account: str) -> str:
        """An API token of that person: the password of Basic, or the whole of Bearer."""
        token = f"token-{self.next_id('token')}-{account}"
        self.tokens[token] = self.user(account).account
        return token

    @deed
    def add_group(self, name: str, members: Iterable[str]) -> None:
        self.groups[name] = set(members)

    @deed
    def add_level(self, name: str, members: tuple[str, ...] = ()) -> str:
        """An issue security level: its name, and who sees the issues that have it."""
        self.levels[name] = Named(self.next_id("level"), name)
        self._members[name] = set(members)
        return name

    @deed
    def admit(self, level: str, account: str) -> None:
        self._members[level].add(account)

    @deed
    def dismiss(self, level: str, account: str) -> None:
        self._members[level].discard(account)

    @deed
    def grant(self, account: str, project_key: str, permission: str) -> None:
        entry = (account, self.project(project_key).id, permission)
        self._denied.discard(entry)
        self._granted.add(entry)

    @deed
    def deny(self, account: str, project_key: str, permission: str) -> None:
        """Take a permission away; without BROWSE_PROJECTS none of the others is left."""
        entry = (account, self.project(project_key).id, permission)
        self._granted.discard(entry)
        self._denied.add(entry)

    def may(self, account: str, permission: str, project: Project | None = None) -> bool:
        """Whether that account has the permission, in the project or (without one) on the site."""
        user = self.users.get(account)
        if user is None or not user.active:
            return False
        if user.kind == "app":
            return project is None or (account, project.id, permission) not in self._denied
        if project is None:
            return account in self.admins
        return self._may_in(user, permission, project)

    def _may_in(self, user: User, permission: str, project: Project) -> bool:
        if (user.account, project.id, permission) in self._denied:
            return False
        if permission != "BROWSE_PROJECTS" and not self._may_in(user, "BROWSE_PROJECTS", project):
            return False
        if (user.account, project.id, permission) in self._granted or user.account in self.admins:
            return True
        if permission == "ADMINISTER_PROJECTS":
            return user.account == project.lead
        return not project.private and user.kind == "atlassian" and permission in OPEN_TO_ALL

    def sees(self, account: str, issue: Issue) -> bool:
        """BROWSE_PROJECTS on its project, and membership of its security level where it has one."""
        project = self.projects[issue.project_id]
        if project.trashed or not self.may(account, "BROWSE_PROJECTS", project):
            return False
        if issue.security is None or self.users[account].kind == "app":
            return True
        return account in self._members[issue.security]
