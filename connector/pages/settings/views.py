"""The settings of an engagement: what is agreed and what waits, changed here or read where it is kept as a file."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from connector.actions import engagement_setup
from connector.actions.draft_proposals import offered_bodies
from connector.actions.engagement_setup import SetupActor
from connector.actions.policy import PROPOSE, SET_UP, may
from connector.actions.settings import change, end, links, privacy
from connector.actions.settings.copy import copied_bodies
from connector.container import container
from connector.pages.act import perform_setup
from connector.pages.settings.access import SettingsView, require_change_view, require_settings_view
from connector.pages.settings.content import content_values, without_agency
from connector.pages.settings.privacy import select_links
from connector.pages.setup import site_facts
from connector.pages.setup.access import draft_number, read_draft_view
from connector.pages.setup.draft_page import render_draft
from connector.pages.setup.views import begin_or_go_on
from connector.pages.setup.words import TITLES
from connector.pages.visibility import refuse
from connector.platforms.direct.link_sessions import digest_of, make_token
from connector.text import full_day
from connector.web.gate import SETUP, SHARED, Rule
from mappings.formats.engagement_file.draft_sections import SECTIONS
from mappings.formats.engagement_file.writer import write_engagement
from mappings.translation import Texts, gettext, mark

blueprint = Blueprint("settings", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "settings.content": SHARED,
    "settings.show": SETUP,
    "settings.file": SETUP,
    "settings.begin": SETUP,
    "settings.agree": SETUP,
    "settings.undo_agree": SETUP,
    "settings.decline": SETUP,
    "settings.put_in_force": SETUP,
    "settings.apply": SETUP,
    "settings.ask_withdraw": SETUP,
    "settings.withdraw": SETUP,
    "settings.copy": SETUP,
    "settings.propose_privacy": SETUP,
    "settings.make_link": SETUP,
    "settings.ask_revoke": SETUP,
    "settings.revoke": SETUP,
    "settings.ask_end": SETUP,
    "settings.end_engagement": SETUP,
    "settings.reopen": SETUP,
}
BECAME: Mapping[str, str] = Texts(
    {
        "agreed": mark("You agreed. The change is in force when the other side agrees, too."),
        "partly": mark("You agreed. It is in force together with what it needs, which waits still."),
        "changed": mark("Both sides agreed. Figures are measured by the change from now on."),
    }
)


@blueprint.get("/pages/settings")
def content() -> str:
    """Show what is agreed, what waits for whom, privacy, links and the end: the content of the tab."""
    return _content(require_settings_view())


@blueprint.get("/pages/settings/page")
def show() -> str:
    """Show the same as a page of its own, for who comes from a change or from outside the tabs."""
    return _page(require_settings_view())


@blueprint.get("/pages/settings/file")
def file() -> Response:
    """Give the engagement as its file: applying it changes nothing."""
    view = require_change_view()
    return Response(write_engagement(view.engagement), mimetype="application/yaml")


@blueprint.post("/pages/settings/begin")
def begin() -> str:
    """Open the change of an engagement, the one that is open or a new one."""
    view = require_settings_view()
    if not may(PROPOSE, view.roles):
        refuse(403, gettext(PROPOSE.refusal))
    # Jira and the tickets are read before the database's one writer is taken.
    agreed = view.engagement
    read = site_facts.read_first_file(agreed.projects, agreed.groups, site_facts.agreed_agency(agreed))
    offers = offered_bodies({section: {} for section in SECTIONS}, read) if read else {}
    number = perform_setup(view.administers, lambda actor: change.begin_change(actor, view.engagement.key, offers))
    return render_draft(read_draft_view(number))


@blueprint.post("/pages/settings/agree")
def agree() -> str:
    """Agree to sections of a change for the sides that the caller leads."""
    view, number = require_settings_view(), draft_number()
    hashes = {name.removeprefix("hash."): text for name, text in request.form.items() if name.startswith("hash.")}
    became = perform_setup(view.administers, lambda actor: change.agree_to_parts(actor, number, hashes))
    query: dict[str, Any] = {**view.query, "section": sorted(hashes)}
    undo = url_for("settings.undo_agree", draft=number, **query)
    return _page(require_settings_view(), BECAME[became], "" if became == "changed" else undo)


@blueprint.post("/pages/settings/undo-agree")
def undo_agree() -> str:
    """Take the caller's agreement of the last minute back, as long as it is not in force."""
    view, number, sections = require_settings_view(), draft_number(), request.args.getlist("section")
    perform_setup(view.administers, lambda actor: change.undo_agreement(actor, number, sections))
    return _page(require_settings_view(), gettext("Undone."))


@blueprint.post("/pages/settings/decline")
def decline() -> str:
    """Decline a section of a change, with the reason."""
    view, number = require_settings_view(), draft_number()
    section, read_hash, reason = (request.form.get(name, "") for name in ("section", "hash", "reason"))

    def act(actor: SetupActor) -> None:
        change.decline_part(actor, number, section, read_hash=read_hash, reason=reason)

    perform_setup(view.administers, act)
    return _page(
        require_settings_view(), gettext("Declined. The other side reads your reason, and what is agreed holds.")
    )


@blueprint.post("/pages/settings/apply")
def apply() -> str:
    """Put in force what one side decides alone."""
    view, number = require_change_view(), draft_number()
    perform_setup(view.administers, lambda actor: change.apply_own_changes(actor, number))
    return _page(require_settings_view(), gettext("In force. Figures are measured by it from now on."))


@blueprint.post("/pages/settings/force")
def put_in_force() -> str:
    """Put a change in force by an administrator’s link, where no leads agree in Jira."""
    view, number = require_change_view(), draft_number()
    perform_setup(view.administers, lambda actor: change.put_change_in_force(actor, number))
    return _page(require_settings_view(), gettext("In force. Figures are measured by it from now on."))


@blueprint.get("/pages/settings/withdraw")
def ask_withdraw() -> str:
    """Ask before a change, or a section of it, is withdrawn."""
    view, part = _require_withdraw_view()
    section = TITLES.get(part, "")
    return render_template("settings/withdraw.html", view=view, number=draft_number(), section=section, part=part)


@blueprint.post("/pages/settings/withdraw")
def withdraw() -> str:
    """Withdraw a change, or a section of it: what is agreed holds."""
    (view, section), number = _require_withdraw_view(), draft_number()

    def act(actor: SetupActor) -> None:
        if section:
            change.withdraw_part(actor, number, section)
        else:
            engagement_setup.discard_draft(actor, number)

    perform_setup(view.administers, act)
    return _page(view, gettext("The change is withdrawn. What is agreed holds."))


def _require_withdraw_view() -> tuple[SettingsView, str]:
    section = request.args.get("section", "")
    view = require_settings_view() if section == "objectives" else require_change_view()
    if not may(PROPOSE, view.roles):
        refuse(403, gettext(PROPOSE.refusal))
    return view, section


@blueprint.post("/pages/settings/copy")
def copy() -> str:
    """Begin a new engagement on the same projects as a copy, without the people of an agency."""
    view = require_settings_view()
    if not view.may_set_up:
        refuse(403, gettext(SET_UP.refusal))
    read = site_facts.read_first_file(view.engagement.projects, view.engagement.groups)
    bodies = copied_bodies(view.engagement, starts=end.today_of(view.engagement, container().clock()))
    bodies |= offered_bodies(bodies, read) if read else {}
    return begin_or_go_on(view.administers, bodies, gettext("Copied. Choose the other agency and its people."))


@blueprint.post("/pages/settings/privacy")
def propose_privacy() -> str:
    """Propose the smallest group shown and works-council mode."""
    people, works_council = request.form.get("people", ""), bool(request.form.get("works_council"))
    return _act("private", lambda actor, key: privacy.propose_privacy(actor, key, people, works_council=works_council))


@blueprint.post("/pages/settings/link")
def make_link() -> str:
    """Make a link, and show its address this once."""
    token, form = make_token(), request.form
    role, days, tickets = form.get("role", ""), form.get("days", ""), bool(form.get("tickets"))

    def act(actor: SetupActor, key: str) -> str:
        links.make_link(actor, key, digest_of(token), role=role, days=days, tickets=tickets)
        return gettext("The link is made. Copy it now: it is not shown again.")

    address = f"{container().settings.base_url}/direct/{token}"
    return _act("links", act, new_link=address)


@blueprint.get("/pages/settings/revoke")
def ask_revoke() -> str:
    """Ask before a link is revoked."""
    view, number = require_change_view(), request.args.get("link", "")
    with container().reader.connect() as connection:
        shown = [each for each in select_links(connection, view) if str(each["number"]) == number]
    asked = shown[0] if shown else refuse(422, gettext(links.NO_LINK))
    return render_template("settings/revoke.html", view=view, link=asked)


@blueprint.post("/pages/settings/revoke")
def revoke() -> str:
    """Revoke a link."""
    number = request.args.get("link", "")
    return _act("links", lambda actor, key: links.revoke_link(actor, key, number))


@blueprint.get("/pages/settings/end")
def ask_end() -> str:
    """Say what is left without the agency, and ask for the last day."""
    view = require_change_view()
    today = end.today_of(view.engagement, container().clock())
    with container().reader.connect() as connection:
        values = without_agency(connection, view)
    return render_template("settings/end.html", view=view, today=today, days=end.REOPEN_DAYS, **values)


@blueprint.post("/pages/settings/end")
def end_engagement() -> str:
    """End the engagement after a day."""
    day, revokes_links = request.form.get("day", ""), bool(request.form.get("links"))

    def act(actor: SetupActor, key: str) -> str:
        ends = end.end_engagement(actor, key, day, revokes_links=revokes_links)
        return gettext("It ends: %(ends)s is the first day that no longer counts.", ends=full_day(ends))

    return _act("ending", act)


@blueprint.post("/pages/settings/reopen")
def reopen() -> str:
    """Take the end back."""

    def act(actor: SetupActor, key: str) -> str:
        end.reopen_engagement(actor, key)
        return gettext("It runs on, without an end. Figures are measured anew.")

    return _act("ending", act)


def _act(near: str, act: Callable[[SetupActor, str], str], **shown: str) -> str:
    """Let the caller act on the engagement, and show its settings with the notice in the section `near`."""
    view = require_change_view()
    words = perform_setup(view.administers, lambda actor: act(actor, view.engagement.key))
    return _content(require_settings_view(), words, near=near, **shown)


def _content(view: SettingsView, notice: str = "", **shown: str) -> str:
    return render_template("settings/body.html", **_values(view), notice=notice, **shown)


def _page(view: SettingsView, notice: str = "", undo: str = "") -> str:
    return render_template("settings/page.html", **_values(view), notice=notice, undo=undo)


def _values(view: SettingsView) -> dict[str, Any]:
    with container().reader.connect() as connection:
        return content_values(connection, view)
