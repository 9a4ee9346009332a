"""What is known now of quarters: their score and exit coverage, as the Overview has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.people import load_site_people
from connector.figures.scores import select_scores_at
from connector.pages.periods import Period
from connector.pages.prepared import prepared_of
from connector.web.gate import caller
from mappings.formats.report.source import Scores
from mappings.measure.people.standing import PeopleFigures

# A quarter reads the people's figures of its own end. They are stored once computed, and few look back further.
NEWEST = 4


@dataclass(frozen=True)
class KnownNow:
    """A quarter as known now; `scores` are None for who sees none."""

    people: PeopleFigures
    scores: Scores | None


def select_known_now(
    connection: Connection, view: EngagementView, periods: Sequence[Period], unrecorded: Sequence[Period]
) -> Mapping[date, KnownNow]:
    """Return the newest quarters, and the newest that were not frozen, by first day.

    Each is to the digit as the Overview of that quarter has it.
    """
    asked = [*dict.fromkeys((*periods[:NEWEST], *unrecorded[:NEWEST]))]
    if not asked:
        return {}
    app, prepared, tenant_id = container(), prepared_of(connection, view), caller().tenant_id
    now = app.clock()
    scores: Sequence[Scores | None] = [None] * len(asked)
    if "scores" in view.sees:
        ends = [period.end for period in asked]
        scores = select_scores_at(connection, tenant_id, view.stored, prepared, ends=ends, as_of=now)
    wanted = [(view.stored, prepared, prepared.calendar.midnight(period.end)) for period in asked]
    people = load_site_people(app.engine, tenant_id, wanted, now=now, reader=app.reader)
    figures = zip(asked, people, scores, strict=True)
    return {period.first: KnownNow(able, scored) for period, able, scored in figures}
