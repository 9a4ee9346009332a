"""The values of the ladder's template: own rungs, the sign-off form, what waits, and what was signed and agreed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.actions.policy import LEAD, TAG
from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.own_steps import MENTORS
from connector.jira.client import JiraError
from connector.pages.act import is_read_only, may_act
from connector.pages.labels import RUNG_NAMES, objective_name, rung_meanings
from connector.pages.learning import consents, own_evidence, rungs
from connector.pages.learning import sign_offs as signatures
from connector.pages.learning.asked import asked_of, other_leads
from connector.pages.learning.next_steps import NextSteps
from connector.pages.learning.rung_names import NAMES, WORDS
from connector.pages.learning.standing_lines import rung_lines, sentence_of
from connector.pages.learning.targets import own_deadlines, targets_of
from connector.pages.learning.too_few import too_few_gaps
from connector.pages.learning.undoable import answered_notices, lowered_notices, own_near
from connector.pages.panel.roles import NAMELESS, Person
from connector.pages.project.opening_gap import untagged_gap
from connector.pages.tabs import frame_address
from connector.pages.tickets.filters import LIFTS, TOWARDS
from connector.pages.visibility import browsable, fetch_names
from connector.web.gate import tenant
from mappings.measure.people.decay import fresh_days
from mappings.translation import gettext, mark, mark_plural, ngettext

MENTORS_SIGN = mark(
    "You can sign for enrolled learners who show their name, once somebody in-house or a lead names you under Mentors "
    "on a ticket that names them under Shadows or Drives."
)
# A form that shows nobody's rung takes any: whoever signs too high reads what it does.
SIGNED = mark("Signed: %(name)s, %(rung)s. It lifts by one rung at most above what the tickets show.")
# How many tickets lift the viewer besides those that are named; where nothing else leads on, by mentoring.
MORE = mark_plural("and %(num)s more lifts you", "and %(num)s more lift you")
MORE_TOWARDS = mark_plural("and %(num)s more that counts towards it", "and %(num)s more that count towards it")
MORE_TO_MENTOR = mark_plural("and %(num)s more that you could mentor", "and %(num)s more that you could mentor")


@dataclass(frozen=True)
class Ladder:
    """The viewer's own part: what is known of them, their rungs, and the tickets that lead on."""

    own: rungs.Own
    rows: Sequence[rungs.RungRow]
    steps: NextSteps


def values_of(
    context: rungs.LadderContext,
    ladder: Ladder | None,
    signing: signatures.Signing | None,
    *,
    chosen: signatures.Pair,
) -> dict[str, Any]:
    """Return the template's values; `chosen` is what the sign-off form opens with."""
    seen = _browsable(ladder, signing)
    frame: dict[str, Any] = {
        "acts": not is_read_only(),
        "away": seen is None,
        "own_near": own_near,
        "site": tenant().display_url,
        "rung_names": tuple(NAMES.values()),
        "rung_words": tuple(WORDS.values()),
        "rung_lines": rung_lines(),
        "nearest_address": frame_address("overview", context.view.engagement, ""),
        "open_address": frame_address("tickets", context.view.engagement, "", show="open", mine="1"),
    }
    meanings = rung_meanings(context.prepared.ruleset)
    frame["meanings"] = [(RUNG_NAMES[rung], meaning) for rung, meaning in meanings.items()]
    frame["rules"], frame["fresh_days"] = context.prepared.ruleset, int(fresh_days(context.prepared.ruleset))
    return frame | _own_values(context, ladder, seen) | _signing_values(context, signing, seen, chosen)


def _browsable(ladder: Ladder | None, signing: signatures.Signing | None) -> frozenset[int] | None:
    labels = [*(signing.labels if signing else {}).values()]
    if ladder is not None:
        labels += [*ladder.own.labels.values(), *ladder.steps.labels.values()]
    try:
        return browsable(container(), labels)
    # None, not an empty set: the page then says that Jira does not answer.
    except JiraError:
        return None


def _own_values(context: rungs.LadderContext, ladder: Ladder | None, seen: frozenset[int] | None) -> dict[str, Any]:
    if ladder is None:
        return {"own": None}
    own, rows = ladder.own, list(ladder.rows)
    targets = targets_of(context, rows)
    tags = may_act(context.view, TAG)
    pieces, hidden = own_evidence.pieces_of(context, own, seen or frozenset())
    return {
        "own": rows,
        "has_signed": any(row.signed > row.rung for row in rows),
        "steps": ladder.steps.listed(seen or frozenset()),
        "more_steps": _more_texts(context.view, rows, ladder.steps.more_lifting(seen or frozenset()))
        | _towards_texts(context.view, ladder.steps.more_towards(seen or frozenset())),
        "too_few": too_few_gaps(context.view, ladder.steps, seen or frozenset()),
        "open_objectives": ladder.steps.open_objectives,
        "untagged": {row.key: untagged_gap("", context.view, "", row.key) for row in rows if tags},
        "lead": sentence_of(rows) if rows else "",
        "targets": targets,
        "lowered": lowered_notices(context.view, own),
        "deadlines": own_deadlines(context.view, rows, targets),
        "open_tickets": {row.key: _open_tickets_address(context.view, row.key) for row in rows},
        "groups": {group.key: group for group in own_evidence.by_objective(context.view, own, pieces)},
        "explained": own_evidence.explained_of(context.view, own, seen or frozenset()),
        "latest": own_evidence.LATEST,
        "hidden": hidden if seen is not None else 0,
        "consents": consents.rows_of(own.consents, context.prepared.ruleset.k),
        "privacy": consents.privacy_of(own.consents),
        "is_private": not own.consents.tells_own,
    }


def _more_texts(
    view: EngagementView, rows: Iterable[rungs.RungRow], more: Mapping[str, int]
) -> dict[str, tuple[str, str]]:
    """Return by objective how many more tickets lift the viewer, and where these are listed."""
    mentored = {row.key for row in rows if row.counts_from == MENTORS}
    return {
        key: (
            ngettext(*(MORE_TO_MENTOR if key in mentored else MORE), number),
            frame_address("tickets", view.engagement, "", show="open", objective=key, mine=LIFTS),
        )
        for key, number in more.items()
        if number
    }


def _towards_texts(view: EngagementView, more: Mapping[str, int]) -> dict[str, tuple[str, str]]:
    """Return by objective how many more tickets count towards the next rung, and where these are listed."""
    return {
        key: (
            ngettext(*MORE_TOWARDS, number),
            frame_address("tickets", view.engagement, "", show="open", objective=key, mine=TOWARDS),
        )
        for key, number in more.items()
        if number
    }


def _open_tickets_address(view: EngagementView, objective: str) -> str:
    return frame_address("tickets", view.engagement, "", show="open", objective=objective)


def _signing_values(
    context: rungs.LadderContext,
    signing: signatures.Signing | None,
    seen: frozenset[int] | None,
    chosen: signatures.Pair,
) -> dict[str, Any]:
    if signing is None:
        return {"signing": None}
    view = context.view
    others = other_leads(view.engagement, signing.side) if chosen[1] else ()
    names = fetch_names(container(), view, {learner for _, learner in signing.pairs}.union(others))
    choices = signatures.choices_of(view, signing, names)
    learners = choices.get(chosen[0], [])
    values = {
        "objectives": [(item.key, item.name) for item in view.engagement.objectives if item.key in choices],
        "chosen": chosen[0],
        "learners": learners,
        "asked": asked_of(view.engagement, chosen, learners, side=signing.side, names=names),
        "waiting": signatures.waiting_of(view, context.prepared, signing, names),
        "teach_backs": signatures.teach_backs_of(view, signing, names, seen or frozenset()),
        "answered": answered_notices(view, signing, names),
        "signed": signatures.signed_of(view, context.prepared, signing, names),
        "lead": may_act(view, LEAD),
        "named": context.prepared.ruleset.names,
    }
    values["sentence"] = _signing_sentence(values, len({person for persons in choices.values() for person in persons}))
    return {"signing": values}


def _signing_sentence(values: dict[str, Any], learners: int) -> str:
    """Return what there is to sign: the first sentence for who has no ladder of their own."""
    if not values["named"]:
        return ""
    if not learners:
        # A lead has nobody to sign for before learners show their name, which the form's place says.
        return "" if values["lead"] else gettext(MENTORS_SIGN)
    waiting = _waiting_text(sum(item.is_own_side for item in values["waiting"]), len(values["teach_backs"]))
    persons = ngettext("You can sign for %(num)s learner.", "You can sign for %(num)s learners.", learners)
    return f"{waiting} {persons}"


def _waiting_text(signatures: int, teach_backs: int) -> str:
    texts = [
        ngettext("%(num)s signature waits for you.", "%(num)s signatures wait for you.", signatures)
        if signatures
        else "",
        ngettext("%(num)s teach-back waits for you.", "%(num)s teach-backs wait for you.", teach_backs)
        if teach_backs
        else "",
    ]
    return " ".join(filter(None, texts)) or gettext("Nothing waits for your signature.")


def learners_of(view: EngagementView, objective: str) -> list[Person]:
    with container().reader.connect() as connection:
        signing = signatures.select_signing(rungs.select_context(connection, view))
    names = fetch_names(container(), view, {learner for _, learner in signing.pairs})
    return signatures.choices_of(view, signing, names).get(objective, [])


def pair_name(view: EngagementView, pair: signatures.Pair) -> str:
    name = fetch_names(container(), view, {pair[1]}).get(pair[1]) or gettext(NAMELESS)
    return f"{name}, {objective_name(view.engagement, pair[0])}"
