"""What the host's pages stand on: the site and its app, whom a visitor acts as, and what that person may see."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import abort, g, request

from tests.jira.apps.forge import ForgeOnSite
from tests.jira.apps.installs import AppOnSite
from tests.jira.host import views
from tests.jira.host.frames import forge_modules_at, modules_at
from tests.jira.model import Instant, Issue, NotHere, Project
from tests.jira.site import Site

PERSON, THEME, LOCALE = "person", "theme", "locale"
LOCALES = {"": "Their own", "en_GB": "English", "de_DE": "Deutsch"}
THEMES = ("light", "dark", "auto")


def act_at_once(site: Site, name: str, given: dict[str, Any]) -> Any:
    """What a visitor does, done. The demo keeps a note of it as well."""
    return getattr(site, name)(**given)


@dataclass
class Host:
    """One site's pages with the app that they frame. `first` is whom a new visitor acts as."""

    app: AppOnSite
    first: str = ""
    act: Callable[[Site, str, dict[str, Any]], Any] = act_at_once
    wall: Callable[[], float] = field(default=time.time)
    forge: ForgeOnSite | None = None
    shell_url: str = ""
    """Where the Forge shell is served, once the site has the Forge app: then its frames stand everywhere."""

    @property
    def site(self) -> Site:
        return self.app.site

    def modules_at(self, kind: str) -> list[dict[str, Any]]:
        """The modules that stand at one place: those of the Forge app where the site has it."""
        return forge_modules_at(kind) if self.forge else modules_at(self.app, kind)

    def moment(self) -> Instant:
        """When what a visitor does happens: next, in the site's own time."""
        return self.site.now() // 1000 * 1000 + 1000

    def people(self) -> list[str]:
        """Whom one can act as."""
        users = self.site.users.values()
        return [user.account for user in users if user.active and user.kind == "atlassian"]

    def person(self) -> str:
        """Whom this visitor acts as; empty on a site without people."""
        asked, people = request.cookies.get(PERSON), self.people()
        return asked if asked in people else self.first or next(iter(people), "")

    def locale(self) -> str:
        """The language of whom this visitor acts as, or another that they try."""
        chosen, person = request.cookies.get(LOCALE), self.site.users.get(self.person())
        return chosen if chosen in LOCALES and chosen else person.locale if person else "en_US"


def the_host() -> Host:
    host: Host = g.host
    return host


def begin(host: Host) -> None:
    g.host = host
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        abort(403)  # a framed page may not act here in its viewer's name


def around() -> dict[str, Any]:
    """What every page shows around its own matter."""
    host = the_host()
    site = host.site
    return {
        "site": site,
        "person": site.users.get(host.person()),
        "people": [site.users[account] for account in host.people()],
        "theme": request.cookies.get(THEME) if request.cookies.get(THEME) in THEMES else "auto",
        "locale": host.locale(),
        "locales": LOCALES,
        "chosen_locale": request.cookies.get(LOCALE, ""),
        "projects": [project for project in site.projects.values() if may_browse(project)],
        "general": host.modules_at("generalPages"),
        # Jira shows these to administrators alone; whoever knows the address is the app's to refuse.
        "administered": host.modules_at("adminPages") if host.site.may(host.person(), "ADMINISTER") else [],
        "here": request.full_path.rstrip("?"),
        "when": lambda at: views.when(at, site.zone),
        "words": lambda text: views.words(site, text),
    }


def may_browse(project: Project) -> bool:
    host = the_host()
    return not project.trashed and host.site.may(host.person(), "BROWSE_PROJECTS", project)


def the_project(key: str) -> Project:
    try:
        project = the_host().site.project(key)
    except NotHere:
        abort(404)
    return project if may_browse(project) else abort(404)


def the_issue(key: str) -> Issue:
    host = the_host()
    try:
        issue = host.site.issue(key)
    except NotHere:
        abort(404)
    return issue if host.site.sees(host.person(), issue) else abort(404)
