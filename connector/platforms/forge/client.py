"""Jira client of a site with the Forge app: as the app by its system token, as a person by the token of the call."""

from collections.abc import Collection, Sequence

from connector.auth.invocation_tokens import api_base_url
from connector.jira.client import AccessToken, JiraClient
from connector.jira.rate_limits import CallPolicy
from connector.jira.session import as_object, chunks
from connector.jira.users import BROWSE, CHUNK, Permitted, read_permitted


class ForgeUserClient(JiraClient):
    """Jira as the person sees it, by their own token: an app may not ask what others may."""

    def fetch_permissions(
        self, account: str, *, projects: Collection[int] = (), issues: Collection[int] = (), permission: str = BROWSE
    ) -> Permitted:
        if not projects and not issues:
            return Permitted()
        granted: list[Permitted] = []
        for number, chunk in enumerate(chunks(list(issues), CHUNK) or [[]]):
            asked = {"permissions": [permission], "projects": [] if number else list(projects), "issues": chunk}
            answer = self._ask(self._cloud.get_bulk_permissions, data={"projectPermissions": [asked]})
            granted.append(read_permitted(as_object(answer), permission))
        return Permitted(
            frozenset().union(*(part.projects for part in granted)) & frozenset(projects),
            frozenset().union(*(part.issues for part in granted)) & frozenset(issues),
        )

    def fetch_administers(self, account: str) -> bool:
        answer = as_object(self._ask(self._cloud.get_bulk_permissions, data={"globalPermissions": ["ADMINISTER"]}))
        return "ADMINISTER" in (answer.get("globalPermissions") or [])


def forge_client(
    cloud_id: str, token: str, *, api: str, policy: CallPolicy, hosts: Sequence[str], person: bool = False
) -> JiraClient:
    """Return Jira of a site. Raises JiraError where the address may not be called."""
    base_url = api_base_url(cloud_id, api)
    make = ForgeUserClient if person else JiraClient
    return make(base_url, AccessToken(base_url, token), hosts, policy=policy)
