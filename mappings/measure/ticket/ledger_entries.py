"""Ledger entries built from what was measured at a done moment."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from mappings.events.types import Instant
from mappings.measure.model.apportion import equal_parts
from mappings.measure.model.ticket import Entry, Evidence
from mappings.measure.ticket.contributions import DoneMoment
from mappings.measure.ticket.work_shares import AGENCY, INHOUSE


class DoneTicket(Struct, frozen=True, gc=False):
    """A done moment measured, before it is known which objectives count: parts in billionths, `paused` in µs.

    `sizes` are the story points and the hours, as entries keep them.
    """

    moment: DoneMoment
    sized: bool
    sizes: tuple[int, int]
    parts: tuple[int, ...]
    paused: int
    project: str
    retro: tuple[str, ...]
    retro_at: tuple[Instant, ...]
    retro_until: Instant | None


def entry_of(
    done: DoneTicket,
    objectives: tuple[str, ...],
    rows: Sequence[Evidence],
    *,
    number: int,
    at: Instant,
    changing: Instant | None,
) -> Entry:
    # The +u entry dated `at`: the agency's part is taught where `rows` hold E2 or E3 (measurement (g) 9).
    moment, agency = done.moment, done.parts[AGENCY]
    kinds = tuple(sorted({row.kind for row in rows}))
    taught = agency if 2 in kinds or 3 in kinds else 0
    return Entry(
        number=number,
        done=number,
        sign=1,
        at=at,
        done_at=at,
        units=moment.units,
        sized=done.sized,
        sizes=done.sizes,
        method=moment.share.method,
        weights=moment.share.weights,
        parts=done.parts,
        active=tuple(moment.active.sides),
        paused_on_client=done.paused,
        objectives=objectives,
        kinds=kinds,
        taught=taught,
        done_only=agency - taught,
        inhouse_parts=equal_parts(done.parts[INHOUSE], len(objectives) or 1),
        alone=tuple((row.objective, row.account) for row in rows if row.kind == 4),
        retro=done.retro,
        project=done.project,
        changing_until=changing,
        retro_at=done.retro_at,
        retro_until=done.retro_until,
        confirmed=at != moment.done,
    )


def reversal_of(entry: Entry, at: Instant, *, confirmed: bool = False) -> Entry:
    # The -u entry that takes back exactly what `entry` gave (measurement (g) 2).
    return replace(entry, number=entry.number + 1, done=entry.number, sign=-1, at=at, confirmed=confirmed)
