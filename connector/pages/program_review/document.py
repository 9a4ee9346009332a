"""The program's review as a document: one template for page, paper and PDF, of the figures of the program page."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from connector.pages.program import texts, totals
from connector.pages.program.engagement_row import engagement_row
from connector.pages.program.exits import exit_rows, meaning
from connector.pages.program.experiments import ExperimentFacts, experiment_facts, experiment_rows, experiments_scope
from connector.pages.program.quarter_names import row_before, window_before
from connector.pages.program.recorded import recorded_rows
from connector.pages.program.sections import count_departments, proposal_rows
from connector.pages.program.summary import summary_values
from connector.pages.program_review.bounds import (
    asks_waiting,
    bound,
    clear_changes,
    holders_missing,
    proposals_unanswered,
)
from connector.pages.program_review.pack import experiment_values, experiments_of, proposals_of
from connector.pages.program_review.source import ProgramReview
from connector.pages.review.document import document_environment
from connector.pages.review.program import DEPARTMENT_WORDS, proposed_text
from connector.text import days, full_day
from mappings.translation import gettext, ngettext


def render_document(review: ProgramReview) -> Markup:
    """Return the review as an `article` element."""
    template = document_environment().get_template("program_review/document.html")
    return Markup(template.render(document_values(review)))  # noqa: S704 the template escapes


def render_file(review: ProgramReview, *, style: str, size: str) -> str:
    """Return the review as a whole HTML file that needs no other; `size` is that of its paper, A4 or letter."""
    template = document_environment().get_template("program_review/file.html")
    return template.render(style=style, size=size, **document_values(review))


def document_values(review: ProgramReview) -> dict[str, Any]:
    """Return all that the document prints."""
    program = review.program
    own, values = program.engagements, summary_values(review, review.since)
    return {
        **values,
        "review": review,
        "title": own[0].engagement.name if len(own) == 1 else gettext("Program"),
        "part": _part(review),
        "days": days(program.period.first, program.period.last),
        **_sentence(review),
        **_experiment_values(review, "" if values["has_experiment_sum"] else values["not_added_up"]),
        "proposed": proposals_of(review.proposals[-1]),
        "partners_lead": _partners_lead(review),
        "recorded": recorded_rows(program, own),
        "statements": [
            (_name(review, key), statement.text, full_day(day)) for key, statement, day in review.statements
        ],
        "asked": any(any(row.counts.values()) for row in review.asks),
        "asks_lead": _asks_lead(review),
        "today": full_day(program.today),
        "chapters": _chapters(review),
        **_bounded_tables(review),
    }


def _part(review: ProgramReview) -> str:
    """Return of how many of all engagements the sums are; "" where they are of all."""
    recorded, missing = len(review.recorded), len(review.program.missing)
    if not missing:
        return ""
    return gettext("%(part)s of %(whole)s engagements recorded", part=recorded, whole=recorded + missing)


def _experiment_values(review: ProgramReview, not_added_up: str) -> dict[str, Any]:
    """Return the values of the chapter; `not_added_up` is why the quarter has no sum, "" where it has one."""
    names, since, scope = review.program.names, review.since, experiments_scope(review.program.engagements)
    facts = experiment_facts(review.experiments[-1], review.experiments[-2], names[-2], review.sums[-2].absence)
    return {
        "experiments": [(name, experiments_of(review, place)) for place, name in enumerate(names) if place >= since],
        "facts": facts,
        "experiments_lead": f"{not_added_up or _experiments_lead(facts)} {scope}",
    }


def _bounded_tables(review: ProgramReview) -> dict[str, Any]:
    """Return the tables with a row for each engagement, department, ask or gap, of which a sheet holds so many."""
    own = review.program.engagements
    before, window = (name_of(own, review.program.period) for name_of in (row_before, window_before))
    sides = [engagement_row(item, before, window) for item in own]
    departments = [
        (name or gettext("No team named"), tuple(DEPARTMENT_WORDS[state] for state in states[review.since :]))
        for name, states in review.departments.items()
    ]
    proposals = [(name, proposals_of(made)) for name, made in proposal_rows(own)]
    experiments = [(row.name, experiment_values(row.own)) for row in experiment_rows(own)]
    exits = exit_rows(own, review.program.period.last, is_running=False)
    return {
        "side": bound(sides, clear_changes),
        "experiments_by": bound(experiments),
        "departments": bound(departments),
        "proposals": bound(proposals, proposals_unanswered),
        "exits": bound(exits, holders_missing),
        "exit_meaning": meaning(exits),
        "asks": bound(review.asks, asks_waiting),
        "suppressed": bound(_suppressed(review)),
    }


def _asks_lead(review: ProgramReview) -> str:
    """Return how many asks the two sides have of each other in the reviews of their engagements, and what became."""
    total = sum((Counter(row.counts) for row in review.asks), Counter())
    asked = total["by_inhouse"] + total["by_agency"]
    if not asked:
        return gettext("Nothing was asked, as of %(day)s.", day=full_day(review.program.today))
    counts = ngettext(
        "The two sides asked %(num)s thing of each other: %(done)s done, %(open)s open, %(overdue)s of these overdue.",
        "The two sides asked %(num)s things of each other: %(done)s done, %(open)s open, %(overdue)s of these overdue.",
        asked,
        done=total["done"],
        open=total["open"],
        overdue=total["overdue"],
    )
    words = gettext("Their words are for the two sides.")
    return f"{counts} {words}"


def _sentence(review: ProgramReview) -> dict[str, Any]:
    known, sums = [item for item in review.program.engagements if item.now is not None], review.sums
    lead = totals.lead_values(known, sums[-1], sums[-2], review.program.period)
    return {"lead": lead, "delivered": lead["delivered"], "taught": lead["taught"], "remains": lead["left"]}


def _partners_lead(review: ProgramReview) -> str:
    departments, proposals = count_departments(review.departments, -1), review.proposals[-1]
    learned = gettext(
        "Departments with somebody at assisted or above: %(learned)s of %(shown)s.",
        learned=departments.learned,
        shown=departments.shown,
    )
    if proposals is None:
        return learned
    own = review.program.engagements
    agency = own[0].engagement.agency_name if len(own) == 1 else ""
    return f"{learned} {proposed_text(agency, proposals.made, proposals.adopted)}"


def _experiments_lead(facts: ExperimentFacts) -> str:
    own = facts.own
    if own is None:
        return gettext("Experiments were not recorded.")
    return gettext(
        "%(decided)s decided: %(won)s won, %(lost)s lost, %(inconclusive)s inconclusive. "
        "The in-house team led %(led)s.",
        decided=own.decided,
        won=own.won,
        lost=own.lost,
        inconclusive=own.inconclusive,
        led=own.led_inhouse,
    )


def _suppressed(review: ProgramReview) -> Sequence[tuple[str, str]]:
    # Each that was not recorded has its row in the table of frozen reports: many are not told again.
    missing = len(review.program.missing)
    if missing <= texts.NAMED:
        return review.suppressed
    counted = ngettext("%(num)s engagement", "%(num)s engagements", missing)
    return [(counted, gettext("not recorded: named in A1")), *review.not_shown]


def _name(review: ProgramReview, key: str) -> str:
    return next(item.engagement.name for item in review.program.engagements if item.engagement.key == key)


def _chapters(review: ProgramReview) -> list[tuple[str, str]]:
    # The cover has all figures of one engagement, and all of a quarter that is the only one.
    is_single, is_only = len(review.program.engagements) == 1, review.since == len(review.sums) - 1
    return [
        *(() if is_single else [("side", gettext("Engagements side by side"))]),
        ("experiments", gettext("Experiments")),
        ("partners", gettext("Departments and partners")),
        ("exit", gettext("Exit readiness")),
        ("asks", gettext("Asks of each other")),
        *(() if is_only else [("quarters", gettext("Quarter against quarter"))]),
        ("appendix", gettext("Appendix")),
    ]
