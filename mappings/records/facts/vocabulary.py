"""The words of a site, as its issues and their histories tell them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec
from sqlalchemy import Connection, select

from mappings.events import vocabulary as kinds
from mappings.events.names import fold_name
from mappings.events.types import Issue
from mappings.events.vocabulary import Vocabulary
from mappings.measure.model.site_names import SiteNames
from mappings.records.facts.site_names import select_site_names
from mappings.records.tables import account, change, issue, link, status_name

_unpack = msgspec.msgpack.Decoder(Issue).decode
_KINDS_OF_IDS: Mapping[str, str] = {
    kinds.COMPONENT: "components",
    kinds.TYPE: "issuetype",
    kinds.RESOLUTION: "resolution",
}
SHORT = 80
"""Characters of a field's text that may be a value to name; longer ones are prose."""


class WordCounts:
    """How many issues carry each word now."""

    def __init__(self) -> None:
        self.counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.values: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.keys: set[str] = set()

    def add(self, read: Issue) -> None:
        self.keys.add(read.key)
        for kind, texts in (
            (kinds.STATUS, (read.status.name if read.status else None,)),
            (kinds.LABEL, read.labels),
            (kinds.COMPONENT, read.components),
            (kinds.TYPE, (read.type_name,)),
            (kinds.EPIC, (None if read.subtask else read.parent_key,)),
            (kinds.RESOLUTION, (read.resolution,)),
            (kinds.PROJECT, (read.project_key,)),
        ):
            self.counts[kind].update(text for text in texts if text)
        self.counts[kinds.FIELD].update(read.fields.keys())
        for field, texts in read.fields.items():
            self.values[field].update(text for text in texts if len(text) <= SHORT)


def select_vocabulary(connection: Connection, tenant_id: int, projects: Collection[str] = ()) -> Vocabulary:
    """Return the words of a site; with `projects` their counts are of these projects' issues alone."""
    counted = WordCounts()
    for stored in _stream_issues(connection, tenant_id, projects):
        counted.add(stored)
    if not counted.keys:
        return Vocabulary()
    names = select_site_names(connection, tenant_id)
    earlier = _select_earlier(connection, tenant_id, names)
    words = {kind: _merge(counted.counts[kind], texts, exact=kind in kinds.EXACT) for kind, texts in earlier.items()}
    field_values = {field: _merge(texts, ()) for field, texts in counted.values.items()}
    for field, carried in names.values.items():
        field_values[field] = _merge(field_values.get(field, {}), (text for own in carried.values() for text in own))
    return Vocabulary(words, field_values, names.fields, frozenset(counted.keys), len(counted.keys))


def _stream_issues(connection: Connection, tenant_id: int, projects: Collection[str]) -> Iterator[Issue]:
    query = select(issue.c.body).where(issue.c.tenant_id == tenant_id)
    if projects:
        query = query.where(issue.c.project_key.in_(projects))
    rows = connection.execute(query, execution_options={"yield_per": 500})
    return (_unpack(body) for body in rows.scalars())


def _select_earlier(connection: Connection, tenant_id: int, names: SiteNames) -> dict[str, Iterable[str]]:
    """Return what is known besides the issues as they are now, by kind."""
    earlier: dict[str, Iterable[str]] = {
        kind: (text for carried in names.values.get(field, {}).values() for text in carried)
        for kind, field in _KINDS_OF_IDS.items()
    }
    own = status_name.c.tenant_id == tenant_id
    earlier[kinds.STATUS] = connection.execute(select(status_name.c.name).where(own)).scalars().all()
    earlier[kinds.LABEL] = _select_labels_ever(connection, tenant_id)
    earlier[kinds.EPIC] = ()
    earlier[kinds.FIELD] = (field for ids in names.fields.values() for field in ids)
    earlier[kinds.PROJECT] = (key for carried in names.project_keys.values() for key in carried)
    accounts = select(account.c.account_id).where(account.c.tenant_id == tenant_id)
    earlier[kinds.ACCOUNT] = connection.execute(accounts).scalars().all()
    links = select(link.c.type_name, link.c.name).where(link.c.tenant_id == tenant_id).distinct()
    earlier[kinds.LINK] = [text for row in connection.execute(links) for text in row if text]
    return earlier


def select_statuses_passed(connection: Connection, tenant_id: int, projects: Collection[str]) -> frozenset[str]:
    """Return the folded names of the statuses that issues of projects were moved to or from."""
    within = select(issue.c.issue_id).where(issue.c.tenant_id == tenant_id, issue.c.project_key.in_(projects))
    moves = select(change.c.old_text, change.c.new_text).where(
        change.c.tenant_id == tenant_id, change.c.field == "status", change.c.issue_id.in_(within)
    )
    return frozenset(fold_name(name) for row in connection.execute(moves.distinct()) for name in row if name)


def _select_labels_ever(connection: Connection, tenant_id: int) -> list[str]:
    mine = (change.c.tenant_id == tenant_id) & (change.c.field == "labels")
    rows = connection.execute(select(change.c.old_text, change.c.new_text).where(mine).distinct())
    # Jira writes the labels of one end with spaces between them.
    return [label for row in rows for text in row for label in (text or "").split()]


def _merge(counts: Mapping[str, int], earlier: Iterable[str], *, exact: bool = False) -> dict[str, int]:
    """Return counted words, and those of earlier; unless `exact`, one that differs only in case is the same word."""
    words = dict(counts)
    known = set(words) if exact else set(map(fold_name, words))
    for text in earlier:
        form = text if exact else fold_name(text)
        if form not in known:
            known.add(form)
            words[text] = 0
    return words
