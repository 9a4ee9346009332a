"""What is known of an engagement of the program, by quarter, and what is asked of a site."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct
from sqlalchemy import Engine

from connector.figures.program.cache import ProgramCache
from mappings.events.types import Instant
from mappings.formats.report.source import Scores
from mappings.measure.model.engagement import Engagement
from mappings.measure.people.standing import PeopleFigures
from mappings.measure.period.figures import Figures
from mappings.measure.score.composite import Score
from mappings.measure.score.program_counts import Experiments, Proposals
from mappings.records.agreement.engagements import StoredEngagement

# The first and the last day of a quarter.
Days = tuple[date, date]


class QuarterFigures(Struct, frozen=True):
    """An engagement in a quarter: what was delivered, who can do what at its end, experiments and proposals."""

    figures: Figures
    people: PeopleFigures
    experiments: Experiments
    proposals: Proposals
    by: str


class Freeze(Struct, frozen=True):
    """When a quarter was frozen and by which rules. `is_whole`: experiments, proposals and departments are in it."""

    taken_at: Instant
    as_of: Instant
    ruleset: str
    ruleset_hash: str
    report_hash: str
    is_whole: bool


class ProgramEngagement(Struct, frozen=True):
    """An engagement by quarter, oldest first; None before its begin, and all None until it is measured.

    `freezes` has for each quarter when it was frozen, None where it was not; it is None for figures of today.
    `ran` tells beside it in which quarters the engagement was under way. `again` has by quarter what its experiments
    add that engagements before it have; it is empty where none shares a ticket with them, and for frozen figures, which
    have numbers alone. For those `shares` tells by quarter whether another recorded engagement may have the same
    experiments, so that there is no sum. `scored` has by quarter the integration of the window to its end, None
    where it was not published.
    """

    stored: StoredEngagement
    quarters: tuple[QuarterFigures | None, ...]
    scores: Scores | None
    freezes: tuple[Freeze | None, ...] | None = None
    ran: tuple[bool, ...] = ()
    again: tuple[Experiments, ...] = ()
    shares: tuple[bool, ...] = ()
    scored: tuple[Score | None, ...] = ()

    def is_missing(self, place: int) -> bool:
        """Tell whether it was under way in a quarter (its index) that was not recorded."""
        return self.freezes is not None and self.freezes[place] is None and self.ran[place]

    @property
    def is_unmeasured(self) -> bool:
        """Whether its figures of today are measured for the first time."""
        return self.freezes is None and self.stored.generation is None

    @property
    def engagement(self) -> Engagement:
        return self.stored.engagement

    @property
    def now(self) -> QuarterFigures | None:
        return self.quarters[-1]

    @property
    def before(self) -> QuarterFigures | None:
        return self.quarters[-2]

    @property
    def freeze(self) -> Freeze | None:
        return None if self.freezes is None else self.freezes[-1]

    @property
    def by(self) -> str:
        """What a unit of the newest quarter is."""
        return self.engagement.units.by if self.now is None else self.now.by


def published_score(scores: Scores | None) -> Score | None:
    score = None if scores is None else scores.now.score
    return score if score is not None and score.published else None


class ProgramSelection(Struct, frozen=True):
    """What is asked of a site: some quarters that follow each other, oldest first, as known at `as_of`.

    `engine` stores the figures about people of a week once they are computed; `reader` only reads. `cache` has what
    this process made before.
    """

    tenant_id: int
    quarters: tuple[Days, ...]
    as_of: Instant
    engine: Engine
    reader: Engine
    cache: ProgramCache


def in_order(stored: Iterable[StoredEngagement]) -> list[StoredEngagement]:
    # There is no other order: by any figure it would be a ranking.
    return sorted((item.as_shown for item in stored), key=lambda item: item.engagement.name.casefold())


def is_running(engagement: Engagement, first: date, last: date) -> bool:
    return engagement.starts <= last and (engagement.ends is None or first < engagement.ends)
