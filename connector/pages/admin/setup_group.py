"""The Jira group whose members set engagements up: whether Jira has one of that name."""

from collections.abc import Sequence

from connector.container import request_jira
from connector.jira.client import JiraError
from connector.pages.visibility import refuse
from connector.web.gate import caller
from mappings.translation import gettext


def check_group(name: str) -> str:
    """Return what could not be checked, "" where Jira has the group or none is named; refuse a name that it has not.

    Members are told by the name exactly as Jira writes it, so that a group of another spelling would let in nobody.
    """
    if not name:
        return ""
    try:
        groups = request_jira(caller().tenant_id).fetch_groups_like(name)
    except JiraError:
        groups = None
    if groups is not None and name in groups.names:
        return ""
    if groups is not None and groups.is_whole:
        refuse(422, _unknown(name, groups.names))
    return gettext("Whether Jira has a group of that name could not be checked: compare it with the one in Jira.")


def _unknown(name: str, others: Sequence[str]) -> str:
    alike = [other for other in others if other.casefold() == name.casefold()]
    if alike:
        return gettext("Jira writes that group “%(group)s”. Write it the same way.", group=alike[0])
    return gettext("Jira has no group “%(group)s”. Write its name as Jira shows it.", group=name)
