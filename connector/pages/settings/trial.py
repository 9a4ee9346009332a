"""What a waiting change would do to the figures of the current quarter, before anybody agrees."""

import threading
from collections.abc import Mapping
from typing import Any

from cachetools import TTLCache
from flask import Blueprint, render_template
from msgspec import Struct

from connector.actions.settings.current import follow_agreement
from connector.actions.settings.parts import OWN_SECTIONS, bodies_with, waiting_parts
from connector.container import container
from connector.figures.trial import DAYS_BACK, MOST_TICKETS, Trial, TrialFigures, TrialTooLong, measure_trial
from connector.pages.settings.access import SEES_FIGURES, SettingsView, require_settings_view
from connector.pages.setup.access import draft_number
from connector.pages.visibility import has_open_project
from connector.text import KIND_NAMES, amount, day, percent
from connector.web.gate import CONTEXT, Rule, caller
from mappings.formats.engagement_file.draft_sections import read_draft
from mappings.formats.engagement_file.errors import EngagementError
from mappings.formats.engagement_file.reader import engagement_hash
from mappings.records.agreement.drafts import select_draft
from mappings.records.figures.measure_state import select_latest
from mappings.translation import Texts, gettext, mark, ngettext

blueprint = Blueprint("settings_trial", __name__)
ROUTES: dict[str, Rule] = {"settings_trial.show": CONTEXT}

# Seconds that a trial is kept, where nothing was measured meanwhile; one is made at a time.
KEPT = 600
_trials: TTLCache[tuple[object, ...], Trial] = TTLCache(64, KEPT)
_lock = threading.Lock()
# Seconds that somebody waits for the trial of somebody else.
PATIENCE = 20.0

NO_PART = mark("Only people’s sides wait. They are not tried: the difference would be a figure about single people.")
REASONS: Mapping[str, str] = Texts(
    {
        "people": NO_PART,
        "long": mark("These tickets take too long to try. The figures are made by the change once both sides agreed."),
        "busy": mark("Another change is being tried. Open the page again in a minute."),
        "wrong": mark("Something of the change has to be corrected first."),
    }
)
COVERAGE: Mapping[str, str] = Texts(
    {
        "covered": mark("Objectives covered"),
        "single holder": mark("Objectives with a single holder"),
        "not covered": mark("Objectives not covered"),
    }
)
BUCKETS = ("taught", "done_only", "handed_over", "own")


class TrialRow(Struct, frozen=True):
    """A figure as it is and as it would be."""

    name: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@blueprint.get("/pages/settings/trial")
def show() -> str:
    """Show what the sections that wait would do together, to whoever sees the engagement’s figures."""
    view = require_settings_view()
    with container().reader.connect() as connection:
        if not (view.roles & SEES_FIGURES and has_open_project(connection, view.engagement)):
            return ""
    trial = _find_trial(view)
    if isinstance(trial, str):
        return render_template("settings/trial.html", reason=REASONS.get(trial, ""), rows=())
    rows = _rows(trial)
    changed = sum(row.is_changed for row in rows)
    return render_template(
        "settings/trial.html",
        reason="",
        rows=rows,
        sentence=_sentence(rows, changed),
        scope=_scope(trial),
    )


def _find_trial(view: SettingsView) -> Trial | str:
    """Return the trial of what waits, or why there is none."""
    app, tenant_id, now = container(), caller().tenant_id, container().clock()
    with app.reader.connect() as connection:
        draft = select_draft(connection, tenant_id, draft_number())
        if draft is None or draft.engagement != view.engagement.key:
            return ""
        followed = follow_agreement(draft, view.engagement)
        try:
            # People are left out: who tries one person’s side would read that person’s part off the difference.
            parts = [part for part in waiting_parts(view.engagement, followed, now) if part not in OWN_SECTIONS]
            changed = read_draft(bodies_with(view.engagement, followed, parts, now)) if parts else None
        except EngagementError:
            return "wrong"
        if changed is None:
            return "people"
        key = tenant_id, view.stored.hash, engagement_hash(changed), select_latest(connection, tenant_id)
        if not _lock.acquire(timeout=PATIENCE):
            return "busy"
        try:
            if key not in _trials:
                _trials[key] = measure_trial(connection, tenant_id, view.stored, changed, now=now)
            return _trials[key]
        except TrialTooLong:
            return "long"
        finally:
            _lock.release()


def _rows(trial: Trial) -> list[TrialRow]:
    names = {
        gettext("Taught share"): _share,
        gettext("Tickets finished"): lambda each: str(each.tickets["all"]),
        **{KIND_NAMES[kind]: _bucket(kind) for kind in BUCKETS},
    }
    if trial.before.coverage is not None:
        names |= {name: _covered(kind) for kind, name in COVERAGE.items()}
    return [TrialRow(name, text(trial.before), text(trial.after)) for name, text in names.items()]


def _share(each: TrialFigures) -> str:
    share = each.figures.taught_share
    return percent(share.value) if share.published and share.value is not None else gettext("not published yet")


def _bucket(kind: str) -> Any:
    def text(each: TrialFigures) -> str:
        units = amount(getattr(each.figures.sums, kind), each.units)
        return ngettext("%(num)s ticket, %(units)s", "%(num)s tickets, %(units)s", each.tickets[kind], units=units)

    return text


def _covered(kind: str) -> Any:
    return lambda each: str((each.coverage or {}).get(kind, 0))


def _sentence(rows: list[TrialRow], changed: int) -> str:
    share = rows[0]
    places = {"before": share.before, "after": share.after}
    if not changed:
        return gettext("No figure of the quarter changes. The taught share stays: %(before)s.", **places)
    if share.is_changed:
        return gettext("The taught share becomes %(after)s; it is %(before)s.", **places)
    return ngettext(
        "The taught share stays: %(before)s. %(num)s other figure changes.",
        "The taught share stays: %(before)s. %(num)s other figures change.",
        changed,
        **places,
    )


def _scope(trial: Trial) -> str:
    if trial.is_estimate:
        return gettext(
            "An estimate: there are more than %(most)s tickets, so those that changed in the last %(days)s days were"
            " tried, and coverage was not. Nothing was saved.",
            most=MOST_TICKETS,
            days=DAYS_BACK,
        )
    return gettext("Tried on the same tickets, since %(day)s. Nothing was saved.", day=day(trial.first))
