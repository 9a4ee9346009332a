"""Evidence of a person on an objective in order of time, page after page by key, each of which costs the same."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, Table, and_, bindparam, or_, select, union_all

from mappings.events.times import EVER
from mappings.events.types import Instant
from mappings.records.figures.evidence import Pair
from mappings.records.figures.rung_evidence import KINDS, Source
from mappings.records.sql.scope import Scope, bound_values, in_generation
from mappings.records.tables import evidence, hire

# Rows of one page. Of each kind so many are read, in the order of the index.
PAGE_ROWS = 1_000
_TABLES: Mapping[Source, Table] = {"evidence": evidence, "hire": hire}


class EvidencePlace(NamedTuple):
    """A row of evidence without its body, and so where the next page begins."""

    at: Instant
    issue_id: int
    entry: int
    kind: int


BEGIN = EvidencePlace(-EVER, 0, 0, 0)


def select_evidence_page(
    scope: Scope, pair: Pair, source: Source, *, after: EvidencePlace, as_of: Instant
) -> list[EvidencePlace]:
    """Return the next rows of a pair up to an instant, by time, ticket and entry."""
    values = bound_values(scope) | {"objective": pair[0], "account": pair[1], "until": as_of, "most": PAGE_ROWS}
    values |= {"after_at": after.at, "after_issue": after.issue_id, "after_entry": after.entry}
    return [EvidencePlace(*row) for row in scope.connection.execute(_page_of(source), values)]


@cache
def _page_of(source: Source) -> Select[Any]:
    # Kind by kind, since the index has the kind before the time: one question for all kinds would sort all rows.
    of_kinds = union_all(*(select(_of_kind(_TABLES[source], kind).subquery()) for kind in KINDS)).subquery()
    in_order = (of_kinds.c.at, of_kinds.c.issue_id, of_kinds.c.entry)
    return select(of_kinds).order_by(*in_order).limit(bindparam("most"))


def _of_kind(table: Table, kind: int) -> Select[Any]:
    c = table.c
    of_pair = and_(in_generation(table), c.objective == bindparam("objective"), c.account == bindparam("account"))
    later = or_(
        c.at > bindparam("after_at"),
        c.issue_id > bindparam("after_issue"),
        and_(c.issue_id == bindparam("after_issue"), c.entry > bindparam("after_entry")),
    )
    # The instants alone enter the index; what is left apart are rows of the last page's instant.
    within = and_(c.kind == kind, c.at >= bindparam("after_at"), c.at <= bindparam("until"), later)
    rows = select(c.at, c.issue_id, c.entry, c.kind).where(of_pair, within)
    return rows.order_by(c.at, c.issue_id, c.entry).limit(bindparam("most"))
