"""What the page of an engagement's settings shows."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from connector.actions.engagement_setup import may_begin
from connector.actions.settings.current import follow_agreement
from connector.actions.settings.end import is_over, may_reopen, today_of
from connector.container import container
from connector.figures.people import load_weekly_people
from connector.figures.prepared import select_prepared
from connector.pages.project.coverage import coverage_rows, exit_sentence
from connector.pages.settings.access import SettingsView
from connector.pages.settings.change import change_values
from connector.pages.settings.due_date import due_date_of
from connector.pages.settings.facts import folds_of
from connector.pages.settings.no_side import select_no_side
from connector.pages.settings.people import shown_accounts
from connector.pages.settings.privacy import ROLE_TEXTS, select_links, select_privacy
from connector.pages.settings.unconfirmed import UNNAMED, counted_text, select_unconfirmed
from connector.pages.settings.undecided import Undecided
from connector.pages.setup.access import DraftView
from connector.pages.setup.open_drafts import select_open_drafts
from connector.pages.setup.sections import named_problems, names_of
from connector.pages.visibility import fetch_display_names
from connector.text import count
from connector.web.gate import caller, tenant
from mappings.events.pseudonyms import is_erased
from mappings.records.agreement.drafts import select_change
from mappings.records.operations.audit import AGREEMENT_CHANGED, select_acts_on
from mappings.translation import gettext, list_text, ngettext

Values = dict[str, Any]


def content_values(connection: Connection, view: SettingsView) -> Values:
    """Return what is agreed, what waits, privacy, links and the end, as the caller may see them."""
    agreed, tenant_id = view.engagement, caller().tenant_id
    today = today_of(agreed, container().clock())
    change = select_change_values(connection, view)
    names = _names(view) | (change["names"] if change else {})
    changes = select_acts_on(connection, tenant_id, AGREEMENT_CHANGED, agreed.key, since=0)
    privacy = select_privacy(connection, view)
    unconfirmed, no_side = select_unconfirmed(connection, view, names), select_no_side(connection, view)
    return {
        "view": view,
        "query": view.query,
        "site": tenant().display_url,
        "change": change,
        "folds": folds_of(connection, view, names),
        "privacy": privacy,
        "links": select_links(connection, view) if view.keeps_rules else [],
        "link_roles": ROLE_TEXTS if view.may_set_up and container().settings.base_url else {},
        "changes": count(len(changes), "change"),
        "state": _state(view, today),
        **_begun(connection, view),
        "may_reopen": may_reopen(agreed, today),
        "waiting_rules": privacy["waiting"],
        "unconfirmed": unconfirmed,
        "undecided": no_side.undecided,
        "sponsors": no_side.sponsors,
        "asked": _asked(view, names) if view.is_agency else "",
        "due_date": due_date_of(connection, view, today),
        "operator_lines": _operator_lines(view) if view.is_file and view.keeps_rules else (),
        "beside": [text for text in (counted_text(unconfirmed), _needs_side(no_side.undecided)) if text],
    }


def _begun(connection: Connection, view: SettingsView) -> Values:
    """Return whether the caller may begin another engagement here, and the drafts to go on with."""
    may = may_begin(connection, caller().tenant_id, view.administers)
    project = str(view.query["project.key"])
    drafts, more = select_open_drafts(connection, project) if view.may_set_up else ([], 0)
    return {"may_begin": may, "open_drafts": drafts, "more_drafts": more}


def _operator_lines(view: SettingsView) -> tuple[tuple[str, str], ...]:
    """Return what can be asked of whoever runs Teachback for an engagement of a file: what for, and the message."""
    key, site = view.engagement.key, tenant().site
    apply = gettext("Please put the changed file %(file)s in force:", file=f"{key}.yaml")
    keep = gettext("Please let %(key)s be changed on its page, where leads of both sides agree:", key=key)
    return (
        (gettext("To put a changed file in force"), f"{apply}\n{view.apply_command}"),
        (
            gettext("To change it on this page from now on"),
            f"{keep}\nteachback engagement keep {key} --in pages --site {site}",
        ),
    )


def _asked(view: SettingsView, names: Mapping[str, str]) -> str:
    """Return whom an agency asks for what the in-house side alone may do."""
    leads = [names[each] for each in view.engagement.leads.get("inhouse", ()) if each in names]
    return list_text(leads, "or") or gettext(UNNAMED["inhouse"])


def _needs_side(undecided: Undecided | None) -> str:
    if undecided is None:
        return ""
    return ngettext("%(num)s person needs a side", "%(num)s people need a side", undecided.count)


def select_change_values(connection: Connection, view: SettingsView) -> Values | None:
    """Return the change of the agreement that is open, as the caller may see it, or None."""
    draft = select_change(connection, caller().tenant_id, view.engagement.key)
    if draft is None:
        return None
    followed = follow_agreement(draft, view.engagement)
    draft_view = DraftView(followed, view.roles, view.administers, view.project, view.stored)
    of_draft = names_of(draft_view)
    names = _names(view) | of_draft
    change = change_values(draft_view, names, named_problems(draft_view.draft, names))
    return change | {"number": draft.number, "names": of_draft}


def _names(view: SettingsView) -> dict[str, str]:
    """Return the names of the people whom the page may name; without names of Jira they are numbered."""
    accounts = dict.fromkeys(shown_accounts(view))
    leads = dict.fromkeys(account for side in ("inhouse", "agency") for account in view.engagement.leads.get(side, ()))
    shown = [each for each in {**accounts, **leads} if not is_erased(each)]
    # In works-council mode nobody is named on any page (measurement (f)).
    names = fetch_display_names(shown) if view.stored.rules.names else {}
    return {
        each: names.get(each) or gettext("Person %(number)s", number=number)
        for number, each in enumerate(shown, start=1)
    }


def _state(view: SettingsView, today: Any) -> str:
    agreed = view.engagement
    if agreed.ends is None:
        return "running"
    return "ended" if is_over(agreed, today) else "ending"


def without_agency(connection: Connection, view: SettingsView) -> Values:
    """Return who could carry what without the agency, to whoever may see that."""
    if not view.roles & {"inhouse_lead", "admin"}:
        return {"sentence": "", "left": [], "links": select_links(connection, view)}
    app, stored = container(), view.stored.as_shown
    prepared = select_prepared(connection, caller().tenant_id, stored)
    now = app.clock()
    people = load_weekly_people(app.engine, caller().tenant_id, stored, prepared, now=now, end=None, reader=app.reader)
    rows = coverage_rows(stored.engagement.objectives, people, counts=False)
    left = [(row.coverage, row.name) for row in rows if row.holders < 2]
    sentence = exit_sentence(people, stored.engagement.agency_name)
    return {"sentence": sentence, "left": left, "links": select_links(connection, view)}
