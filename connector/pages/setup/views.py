"""Setting up an engagement on pages: the draft in sections that save as one goes, reading it and agreeing to it."""

from collections.abc import Mapping

from flask import Blueprint, render_template, request

from connector.actions import draft_agreements, engagement_setup
from connector.actions.draft_fields import read_fields
from connector.actions.draft_proposals import Bodies, filled_bodies, first_bodies
from connector.actions.engagement_setup import FieldChange, SavedFields
from connector.actions.policy import SET_UP, ActingRole, may
from connector.container import container
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.act import perform_setup
from connector.pages.setup import previews, site_facts
from connector.pages.setup.access import (
    DraftView,
    draft_number,
    find_administered,
    find_administered_of,
    page_project,
    read_draft_view,
    require_setup,
    way_back,
)
from connector.pages.setup.draft_page import render_draft, render_section
from connector.pages.setup.objectives import OBJECTIVE_ACTS
from connector.pages.setup.open_drafts import begun_text, find_twin, own_address
from connector.pages.setup.people_rows import accepted_fields
from connector.pages.setup.sections import Outcome
from connector.pages.setup.start import find_start
from connector.pages.setup.words import TITLES
from connector.pages.visibility import refuse
from connector.web.gate import SETUP, Rule, tenant
from mappings.translation import gettext, ngettext

blueprint = Blueprint("setup", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "setup.start": SETUP,
    "setup.begin": SETUP,
    "setup.show": SETUP,
    "setup.fill": SETUP,
    "setup.change": SETUP,
    "setup.set_people": SETUP,
    "setup.accept_people": SETUP,
    "setup.change_objectives": SETUP,
    "setup.preview": SETUP,
    "setup.agree": SETUP,
    "setup.decline": SETUP,
    "setup.put_in_force": SETUP,
    "setup.ask_discard": SETUP,
    "setup.discard": SETUP,
}
MOST_FIELDS = 5000
READ_ANEW = frozenset({"projects", "agency"})
# The sections that are filled in from what was read of the projects.
FILLED = ("basics", "people", "workflow", "units", "objectives")


@blueprint.get("/pages/setup/start")
def start() -> str:
    """Show the steps from here to the first figure."""
    with container().reader.connect() as connection:
        values = find_start(connection, page_project())
    if values is None:
        refuse(404, gettext("There is nothing to set up here for you."))
    return render_template("setup/start.html", start=values)


@blueprint.post("/pages/setup/begin")
def begin() -> str:
    """Begin a draft for the page's project, with what was read of it."""
    project = page_project()
    try:
        with container().reader.connect() as connection:
            administers = find_administered(connection, [project])
        if not may(SET_UP, administers):
            refuse(403, gettext(SET_UP.refusal))
        basics = site_facts.fetch_basics(project)
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)
    read = site_facts.read_first_file([project])
    bodies = first_bodies(project, zone=basics.zone, starts=read.starts if read else basics.quarter)
    bodies |= filled_bodies(bodies, read) if read else {}
    return begin_or_go_on(administers, bodies)


def begin_or_go_on(administers: frozenset[ActingRole], bodies: Bodies, notice: str = "") -> str:
    """Begin a draft, or go on with the caller's own one in which the same is chosen, which offers to begin another."""
    twin = None if "another" in request.form else find_twin(bodies)
    if twin is not None:
        return render_draft(read_draft_view(twin.number), begun_text(twin), another=own_address())
    number = perform_setup(administers, lambda actor: engagement_setup.begin_draft(actor, bodies))
    return render_draft(read_draft_view(number), notice)


@blueprint.get("/pages/setup/draft")
def show() -> str:
    """Show a draft: its sections to who may set it up, what is agreed to its leads."""
    return render_draft(read_draft_view(draft_number()))


@blueprint.post("/pages/setup/fill")
def fill() -> str:
    """Look again at what was read of the projects, and fill in what nobody chose yet."""
    view = require_setup()
    number, is_filled = view.draft.number, fill_in(view)
    # A page that waits asks by itself, and somebody may be writing in another section.
    if "waiting" in request.args:
        return render_section(number, Outcome("people"), FILLED if is_filled else ())
    if not is_filled:
        return render_draft(view, gettext("Nothing was read of the projects yet. Try again later."))
    return render_draft(read_draft_view(number), gettext("Filled in from what was read."))


def fill_in(view: DraftView) -> bool:
    """Fill a draft in with what was read of its projects; False where nothing was."""
    draft = view.draft
    read = site_facts.read_first_file(draft.projects, site_facts.group_rules(draft), site_facts.known_agency(draft))
    if read is not None:
        perform_setup(view.administers, lambda actor: engagement_setup.fill_draft(actor, draft.number, read))
    return read is not None


@blueprint.post("/pages/setup/change")
def change() -> str:
    """Save the fields of a section that were changed."""
    section = request.args.get("section", "")
    view = require_setup(section)
    if section not in TITLES:
        refuse(404, gettext("There is no such section."))
    return change_section(view, section, _sent_changes(), gettext("Undone.") if "undo" in request.form else "")


@blueprint.post("/pages/setup/people")
def set_people() -> str:
    """Set the selected people at once."""
    view = require_setup()
    texts = {name: request.form.get(name, "").strip() for name in ("side", "team", "from")}
    accounts = request.form.getlist("pick")
    if not accounts or not texts["side"]:
        refuse(422, gettext("Select people and a side first."))
    chosen = {name: text for name, text in texts.items() if text}
    return _change_people(view, dict.fromkeys(accounts, chosen))


@blueprint.post("/pages/setup/accept")
def accept_people() -> str:
    """Set people without a side as proposed: the one that is named, or all."""
    view = require_setup()
    return _change_people(view, accepted_fields(view, request.form.getlist("account")))


def _change_people(view: DraftView, wanted: Mapping[str, Mapping[str, str]]) -> str:
    stored = read_fields("people", view.draft.bodies["people"])
    changes = [
        FieldChange(field, text, request.form.get(f"was.{field}", stored.get(field, "")))
        for each, values in wanted.items()
        for field, text in ((f"{name} {each}", text) for name, text in values.items())
    ]
    people = len({who.partition(" ")[0] for who in wanted})
    return change_section(view, "people", changes, ngettext("%(num)s person set.", "%(num)s people set.", people))


@blueprint.post("/pages/setup/objectives/<act>")
def change_objectives(act: str) -> str:
    """Add, remove or map objectives."""
    view, action = require_setup("objectives"), OBJECTIVE_ACTS.get(act)
    if action is None:
        refuse(404, gettext("There is no such act."))
    done = perform_setup(view.administers, lambda actor: action(actor, view.draft.number))
    outcome = Outcome("objectives", notice=done.words, undo=(done.undo, done.fields) if done.undo else None)
    return render_section(view.draft.number, outcome)


@blueprint.get("/pages/setup/preview")
def preview() -> str:
    """Say which tickets an objective finds, of those that were read."""
    view = require_setup("objectives")
    return render_template(
        "setup/preview.html",
        site=tenant().display_url,
        preview=previews.select_preview(view.draft, request.args.get("key", "")),
    )


@blueprint.post("/pages/setup/agree")
def agree() -> str:
    """Agree for the sides that the caller leads; once both sides agreed, measuring begins."""
    view, read_hash = read_draft_view(draft_number()), request.form.get("hash", "")
    became = perform_setup(view.administers, lambda actor: draft_agreements.agree(actor, view.draft.number, read_hash))
    if became == "begun":
        return render_template("setup/begun.html", project=view.project, name=view.name)
    return render_draft(
        read_draft_view(view.draft.number), gettext("Recorded. Measuring begins when the other side agrees, too.")
    )


@blueprint.post("/pages/setup/force")
def put_in_force() -> str:
    """Begin an engagement by an administrator’s link, where no leads agree in Jira."""
    view, read_hash = require_setup(), request.form.get("hash", "")
    perform_setup(view.administers, lambda actor: draft_agreements.put_in_force(actor, view.draft.number, read_hash))
    return render_template("setup/begun.html", project=view.project, name=view.name, is_by_link=True)


@blueprint.post("/pages/setup/decline")
def decline() -> str:
    """Decline a draft for the side that the caller leads, with the reason."""
    view = read_draft_view(draft_number())
    read_hash, reason = request.form.get("hash", ""), request.form.get("reason", "")
    number = view.draft.number
    perform_setup(view.administers, lambda actor: draft_agreements.decline(actor, number, read_hash, reason))
    return render_draft(
        read_draft_view(number), gettext("Declined. The other side reads your reason; it is a draft again.")
    )


@blueprint.get("/pages/setup/discard")
def ask_discard() -> str:
    """Ask before a draft is discarded."""
    view = require_setup()
    return render_template("setup/discard.html", name=view.name, query=view.query)


@blueprint.post("/pages/setup/discard")
def discard() -> str:
    """Delete a draft."""
    view = require_setup()
    perform_setup(view.administers, lambda actor: engagement_setup.discard_draft(actor, view.draft.number))
    return render_template("setup/discarded.html", address=way_back(view, said="discarded"))


def _sent_changes() -> list[FieldChange]:
    """Return the fields of a form; a group of checkboxes that nobody ticked sends nothing but what was shown."""
    shown = {name.removeprefix("was."): text for name, text in request.form.items() if name.startswith("was.")}
    if len(shown) > MOST_FIELDS:
        refuse(422, gettext("This form has too many fields."))
    return [FieldChange(field, " ".join(request.form.getlist(f"f.{field}")), text) for field, text in shown.items()]


def change_section(view: DraftView, section: str, changes: list[FieldChange], words: str = "") -> str:
    """Save changes of a section, and give it anew with what came of them."""
    named = [each.text for each in changes if each.field == "projects" and each.text != each.shown]
    # Jira is asked before anything is written.
    projects = find_administered_of(named if section == "basics" else ())
    number = view.draft.number
    saved = perform_setup(
        view.administers, lambda actor: engagement_setup.change_fields(actor, number, section, changes), projects
    )
    # Who worked on another project, its statuses, and who is of another agency are looked up without being asked for.
    is_filled = section == "basics" and bool(READ_ANEW & set(saved.fields)) and fill_in(read_draft_view(number))
    outcome = _outcome(section, saved, changes, words or gettext("Saved."))
    return render_section(number, outcome, FILLED if is_filled else ())


def _outcome(section: str, saved: SavedFields, changes: list[FieldChange], words: str) -> Outcome:
    refused = {problem.field for problem in saved.problems}
    typed = {change.field: change.text for change in changes if change.field in refused}
    return Outcome(section, saved, typed, words if saved.fields and not refused and not saved.conflicts else "")
