"""Visibility: engagements whose figures a caller may see, and tickets that Jira lets them browse."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import NoReturn, TypeAlias

from flask import Response, abort, request
from sqlalchemy import Connection

from connector.auth.access import MATRIX, EngagementView, is_on_agency_side, linked_views, views_of
from connector.container import Container, container, request_jira
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.sample.people import NAMES
from connector.web.file_stream import UnfinishedError
from connector.web.gate import caller, link, sample, tenant
from mappings.measure.model.engagement import Engagement
from mappings.records.agreement.engagements import StoredEngagement, select_engagements
from mappings.records.facts.issues import IssueLabel
from mappings.records.facts.projects import select_project, select_project_ids
from mappings.translation import gettext, mark, mark_plural, ngettext

PROJECT_KEY = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
NO_TICKETS = mark("This link was made without tickets. Whoever made it can make one that shows them.")
SECURED = mark("A link shows no tickets with a security level.")
UNSEEN = mark_plural("You may not browse it in Jira.", "You may not browse them in Jira.")
AWAY = mark_plural(
    "Jira does not answer just now, so nobody can say whether you may see it.",
    "Jira does not answer just now, so nobody can say which of them you may see.",
)
# Why tickets are not listed, by how many they are, and beside it those that are.
Reason: TypeAlias = Callable[[int], str]
Seen: TypeAlias = tuple[frozenset[int], Reason]


def account() -> str:
    person = caller().account
    # The gate lets nobody without an account come to a page.
    assert person is not None
    return person


def refuse(status: int, text: str) -> NoReturn:
    # A bare error would only show its own name.
    abort(Response(text, status, mimetype="text/plain"))


def select_standing(connection: Connection) -> tuple[EngagementView, ...]:
    """Return the engagements in which the caller has a part at this moment by which figures are seen (measurement (f)).

    Before a figure is shown Jira has to let them browse a project of it: the project of the page, the ticket's, or one
    of `has_open_project`.
    """
    tenant_id, access_link = caller().tenant_id, link()
    if access_link is not None:
        return tuple(
            view for view in linked_views(connection, access_link, container().clock()) if "ratios" in view.sees
        )
    return standing_views(select_engagements(connection, tenant_id))


def select_visible(connection: Connection) -> list[EngagementView]:
    """Return the engagements whose figures the caller may see. Raises JiraError."""
    views = select_standing(connection)
    open_keys = _open_engagements(connection, [view.engagement for view in views])
    return [view for view in views if view.engagement.key in open_keys]


def has_open_project(connection: Connection, engagement: Engagement) -> bool:
    """Tell whether Jira lets the caller browse a project of an engagement: its figures come from their tickets.

    By a signed link, and in the sample data, Jira is not asked. Where it does not answer, the caller is told so.
    """
    try:
        return bool(_open_engagements(connection, [engagement]))
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)


def _open_engagements(connection: Connection, engagements: Sequence[Engagement]) -> frozenset[str]:
    if link() is not None or sample() is not None:
        return frozenset(engagement.key for engagement in engagements)
    app, tenant_id, person = container(), caller().tenant_id, account()
    numbers = {
        engagement.key: {
            int(number)
            for number in select_project_ids(connection, tenant_id, engagement.projects)
            if number.isdecimal()
        }
        for engagement in engagements
    }
    # The page of one of the projects has asked within the minute: its answer is shared, and Jira is not asked again.
    known = app.browse.known_browsable_projects(tenant_id, person, frozenset[int]().union(*numbers.values()))
    unknown = frozenset[int]().union(*(ids for ids in numbers.values() if not ids & known))
    if unknown:
        known |= app.browse.fetch_browsable_projects(tenant_id, request_jira(tenant_id), person, unknown)
    return frozenset(key for key, ids in numbers.items() if ids & known)


def select_gatekept(connection: Connection) -> list[EngagementView]:
    """Return the engagements in which the caller is a gatekeeper now; none by a signed link.

    As of `select_standing`, Jira has still to let them browse a project of it.
    """
    if link() is not None:
        return []
    views = views_of(select_engagements(connection, caller().tenant_id), account(), container().clock())
    return [view for view in views if "own_latency" in view.sees]


def standing_views(stored: Sequence[StoredEngagement]) -> tuple[EngagementView, ...]:
    """Return those of a site's engagements in which the caller, who came by no link, has a part that sees figures."""
    app, person, now = container(), account(), container().clock()
    views = tuple(view for view in views_of(stored, person, now) if "ratios" in view.sees)
    # Jira is asked only where its answer would show more: to administer adds nothing on an agency's side.
    if len(views) == len(stored) or is_on_agency_side(stored, person, now) or not administers(app):
        return views
    return views_of(stored, person, now, admin=True)


def find_standing_view(connection: Connection) -> EngagementView | None:
    """Return the engagement that the call asks for by the caller's part in it, whatever Jira lets them browse.

    For what tells no figure: the version of an open page, and one's own rows.
    """
    if link() is not None:
        return _find_asked(select_standing(connection))
    stored = select_engagements(connection, caller().tenant_id)
    own = _find_asked(views_of(stored, account(), container().clock()))
    # Whoever sees as much by their own part as an administrator is not asked about in Jira.
    if own is not None and own.sees >= MATRIX["admin"]:
        return own
    return _find_asked(standing_views(stored))


def _find_asked(views: Iterable[EngagementView]) -> EngagementView | None:
    key = request.args.get("engagement", "")
    return next((view for view in views if view.engagement.key == key), None)


def find_view(connection: Connection) -> EngagementView | None:
    """Return the engagement that the call asks for as the caller may see it, by the agreement that stands now."""
    view = find_standing_view(connection)
    return view if view is not None and has_open_project(connection, view.engagement) else None


def require_view(connection: Connection) -> EngagementView:
    """Return the engagement that the call asks for; one whose tickets the caller may not open is not found."""
    view = find_view(connection)
    if view is None or "drilldown" not in view.sees:
        refuse(404, gettext("No such engagement of yours."))
    return view


def administers(app: Container) -> bool:
    """Return whether Jira says that the caller administers the site; False where it does not answer."""
    if sample() is not None:
        return False
    try:
        return app.browse.may_administer(caller().tenant_id, request_jira(caller().tenant_id), account())
    except JiraError:
        return False


def browsable(app: Container, labels: Iterable[IssueLabel]) -> frozenset[int]:
    """Return the issues that the caller may browse in Jira: by their project, and one by one where they are secured.

    By a signed link Jira is not asked: tickets are named where whoever made it allowed it, secured ones never.

    Raises JiraError where Jira does not answer: nothing may be shown then, as its permissions cannot be checked.
    """
    if sample() is not None:
        return frozenset(label.issue_id for label in labels)
    access_link = link()
    if access_link is not None:
        return frozenset(label.issue_id for label in labels if access_link.tickets and not label.secured)
    tenant_id, person = caller().tenant_id, account()
    labels = [label for label in labels if (label.project_id or "").isdecimal()]
    client = request_jira(tenant_id)
    # One question for each project: most tickets of a page are in one or two.
    projects = {int(label.project_id or 0) for label in labels}
    open_to = {project for project in projects if app.browse.may_browse_project(tenant_id, client, person, project)}
    # Only tickets with a security level are asked about one by one.
    within = [label for label in labels if int(label.project_id or 0) in open_to]
    secured = [label.issue_id for label in within if label.secured]
    allowed = app.browse.fetch_browsable(tenant_id, client, person, secured) if secured else frozenset()
    return frozenset(label.issue_id for label in within if not label.secured or label.issue_id in allowed)


@contextmanager
def connect_for_page(
    view: EngagementView, find: Callable[[Connection], EngagementView | None] | None = None, *, is_own: bool = False
) -> Iterator[Connection]:
    """Give a connection for the next page of a file of an engagement, with a transaction of its own.

    `find` finds the engagement of somebody whom `find_view` does not know; `is_own`: it is of the caller's own rows,
    which are theirs in whatever project. Whoever takes the file slowly keeps neither. Raises UnfinishedError where the
    caller may not see the engagement any more, by the figures that the file began with.
    """
    find = find or (find_standing_view if is_own else find_view)
    with container().reader.connect() as connection:
        current = find(connection)
        if current is None or current.stored.generation != view.stored.generation:
            raise UnfinishedError("the engagement was measured anew, or is not shown any more")
        if ("drilldown" in current.sees) != ("drilldown" in view.sees):
            raise UnfinishedError("tickets are not shown any more")
        yield connection


def visible_tickets(view: EngagementView, labels: Mapping[int, IssueLabel]) -> Seen:
    """Return the tickets that the caller may open in a drawer, and why the others are not listed."""
    return _none_while_away(partial(visible_strictly, view), labels)


def visible_strictly(view: EngagementView, labels: Mapping[int, IssueLabel]) -> Seen:
    """Return the same. Raises JiraError."""
    if "drilldown" not in view.sees:
        return frozenset(), reason_of(mark("Aggregates only: tickets open for the people of the two sides."))
    access_link = link()
    if access_link is not None:
        return browsable(container(), labels.values()), reason_of(SECURED if access_link.tickets else NO_TICKETS)
    return browsable_strictly(labels)


def browsable_tickets(labels: Mapping[int, IssueLabel]) -> Seen:
    """Return the tickets that Jira lets the caller browse, and why the others are not listed."""
    return _none_while_away(browsable_strictly, labels)


def browsable_strictly(labels: Mapping[int, IssueLabel]) -> Seen:
    """Return the same. Raises JiraError."""
    return browsable(container(), labels.values()), reason_of(*UNSEEN)


def _none_while_away(see: Callable[[Mapping[int, IssueLabel]], Seen], labels: Mapping[int, IssueLabel]) -> Seen:
    try:
        return see(labels)
    except JiraError:
        return frozenset(), reason_of(*AWAY)


def reason_of(text: str, several: str = "") -> Reason:
    """Return a reason by its marked text: the same for any number of tickets, but for a text for `several`."""
    return partial(ngettext, text, several) if several else lambda _tickets: gettext(text)


def find_project_id(connection: Connection, app: Container, key: str) -> str:
    """Return the id of the project that a key names, "" where there is none. Raises JiraError."""
    if not PROJECT_KEY.fullmatch(key):
        return ""
    known = select_project(connection, caller().tenant_id, key)
    # A project that was never read is asked of Jira.
    if known or sample() is not None:
        return known.project_id if known else ""
    # Anybody can have Jira sign any id beside any key, so the id is looked up by the key.
    try:
        return str(app.client(tenant()).fetch_project(key).get("id", ""))
    except JiraError as error:
        if error.permanent:
            return ""
        raise


def may_browse(app: Container, project_id: str) -> bool:
    tenant_id = caller().tenant_id
    return sample() is not None or app.browse.may_browse_project(
        tenant_id, request_jira(tenant_id), account(), int(project_id)
    )


def select_open_projects(connection: Connection, view: EngagementView) -> list[str]:
    """Return the ids of an engagement's projects that the caller may browse; by a link, all. Raises JiraError."""
    keys = sorted(view.engagement.projects)
    projects = [select_project(connection, caller().tenant_id, key) for key in keys]
    ids = [project.project_id for project in projects if project is not None]
    return ids if link() is not None else [project_id for project_id in ids if may_browse(container(), project_id)]


def fetch_names(app: Container, view: EngagementView, accounts: Iterable[str]) -> dict[str, str]:
    """Return people's names as Jira has them now; none where it does not answer, and none by a signed link.

    In works-council mode nobody is named on any page, not even to themselves (measurement (f)).
    """
    return fetch_display_names(accounts) if view.stored.rules.names else {}


def fetch_display_names(accounts: Iterable[str]) -> dict[str, str]:
    """Return names as Jira has them now; none where it does not answer, and by a link to an administrator alone."""
    access_link = link()
    if access_link is not None and not access_link.is_admin:
        return {}
    if sample() is not None:
        return {account_id: NAMES[account_id] for account_id in accounts if account_id in NAMES}
    app, tenant_id = container(), caller().tenant_id
    try:
        return app.names.fetch(tenant_id, request_jira(tenant_id), list(accounts))
    except JiraError:
        return {}
