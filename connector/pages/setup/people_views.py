"""What is set about people besides their fields: another stay of a person, and rules by Jira group."""

from flask import Blueprint, request

from connector.actions import draft_groups
from connector.actions.draft_fields import read_fields, stay_names
from connector.actions.draft_roles import people_of
from connector.actions.engagement_setup import FieldChange
from connector.pages.act import perform_setup
from connector.pages.setup.access import DraftView, read_draft_view, require_setup
from connector.pages.setup.draft_page import render_section
from connector.pages.setup.sections import Outcome
from connector.pages.setup.views import FILLED, change_section, fill_in
from connector.pages.visibility import refuse
from connector.web.gate import SETUP, Rule
from mappings.translation import gettext

blueprint = Blueprint("setup_people", __name__)
ROUTES: dict[str, Rule] = {"setup_people.add_stay": SETUP, "setup_people.change_groups": SETUP}


@blueprint.post("/pages/setup/stay")
def add_stay() -> str:
    """End somebody's last stay on a side, and begin another from that day on."""
    view, account = require_setup(), request.args.get("account", "")
    people = people_of(view.draft)
    stays = [name for name in stay_names(people) if name.partition(" ")[0] == account]
    texts = {name: request.form.get(f"stay-{name} {account}", "").strip() for name in ("side", "team", "from")}
    if not stays:
        refuse(422, gettext("This person has no side yet. Choose one first."))
    if not texts["side"] or not texts["from"]:
        refuse(422, gettext("Choose the side to which the person changed, and the first day on it."))
    following = f"{account} {len(stays) + 1}"
    wanted = {f"{name} {following}": text for name, text in texts.items() if text}
    # The day on which one stay begins is the first after the stay before.
    wanted |= {f"to {stays[-1]}": texts["from"]}
    shown = read_fields("people", view.draft.bodies["people"])
    changes = [FieldChange(field, text, shown.get(field, "")) for field, text in wanted.items()]
    return change_section(view, "people", changes, gettext("Saved."))


@blueprint.post("/pages/setup/groups/<act>")
def change_groups(act: str) -> str:
    """Set or remove a rule by Jira group, and propose by it at once."""
    view, form = require_setup(), request.form
    if act not in {"set", "remove"}:
        refuse(404, gettext("There is no such act."))
    number, group = view.draft.number, form.get("group", "")
    if act == "set":
        side, team = form.get("side", ""), form.get("team", "")
        perform_setup(
            view.administers, lambda actor: draft_groups.add_group(actor, number, group, side=side, team=team)
        )
    else:
        perform_setup(view.administers, lambda actor: draft_groups.remove_group(actor, number, group))
    return _proposed_anew(read_draft_view(number))


def _proposed_anew(view: DraftView) -> str:
    is_filled = fill_in(view)
    return render_section(view.draft.number, Outcome("people", notice=gettext("Saved.")), FILLED if is_filled else ())
