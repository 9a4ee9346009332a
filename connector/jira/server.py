"""Reads from Jira Data Center by REST v2, whose search pages by offset and embeds whole histories."""

from collections.abc import Collection, Iterator

from connector.jira.errors import JiraError
from connector.jira.issues import EVERYTHING, KEY_FIELDS, PAGE, SearchPage
from connector.jira.session import Body, JiraBase, as_object, as_objects, path_part
from connector.jira.users import Profile, read_profile

# Data Center's own limit for a page, `jira.search.views.default.max`, unless its admin set another.
PAGE_OF_IDS = 1000


class ServerReads(JiraBase):
    """The reads that Data Center answers otherwise than Cloud."""

    def fetch_page(self, jql: str, *, token: str | None = None) -> SearchPage:
        return self._search_v2(
            {"jql": jql, "fields": list(EVERYTHING), "expand": ["changelog"], "maxResults": PAGE}, token
        )

    def fetch_key_page(self, jql: str, *, token: str | None = None) -> SearchPage:
        return self._search_v2({"jql": jql, "fields": list(KEY_FIELDS), "maxResults": PAGE}, token)

    def fetch_keys(self, issues: Collection[int | str]) -> list[Body]:
        return self._present(issues, fields=",".join(KEY_FIELDS))

    def fetch_ids(self, jql: str) -> Iterator[list[int]]:
        token = None
        while True:
            page = self._search_v2({"jql": jql, "fields": ["id"], "maxResults": PAGE_OF_IDS}, token)
            yield [int(body["id"]) for body in page.issues]
            token = page.token
            if token is None:
                return

    def fetch_count(self, jql: str) -> int:
        return int(self._post_search({"jql": jql, "fields": ["id"], "maxResults": 0}).get("total") or 0)

    def fetch_issues(self, issues: Collection[int]) -> list[Body]:
        # Return issues whole, one by one: Data Center gives no list of them. What is not seen is left out.
        return self._present(issues, fields="*all", expand="changelog")

    def fetch_profiles(self, accounts: Collection[str]) -> dict[str, Profile]:
        profiles = {account: self._profile_or_none(account) for account in sorted(accounts)}
        return {account: profile for account, profile in profiles.items() if profile is not None}

    def fetch_groups(self, account: str) -> tuple[str, ...]:
        profile = self._profile_or_none(account, expand="groups")
        return profile.groups if profile else ()

    def _profile_or_none(self, account: str, **options: str) -> Profile | None:
        # Data Center answers 404 for one that is gone, where Cloud leaves it out of a list.
        path = self._cloud.resource_url("user", api_version=2)
        try:
            return read_profile(as_object(self._ask(self._cloud.get, path, params={"key": account, **options})))
        except JiraError as error:
            if error.status == 404:
                return None
            raise

    def _present(self, issues: Collection[int | str], **options: str) -> list[Body]:
        bodies = (self._issue_or_none(issue, **options) for issue in issues)
        return [body for body in bodies if body is not None]

    def _issue_or_none(self, issue: int | str, **options: str) -> Body | None:
        try:
            return as_object(self._ask(self._cloud.get_issue, path_part(issue), **options))
        except JiraError as error:
            if error.status == 404:
                return None
            raise

    def _search_v2(self, body: Body, token: str | None) -> SearchPage:
        # The token is how many issues came before.
        start = int(token or 0)
        answer = self._post_search({**body, "startAt": start})
        issues = as_objects(answer.get("issues"))
        after = start + len(issues)
        ends = not issues or after >= int(answer.get("total") or 0)
        return SearchPage(issues, None if ends else str(after))

    def _post_search(self, body: Body) -> Body:
        return as_object(self._ask(self._cloud.post, self._cloud.resource_url("search", api_version=2), data=body))
