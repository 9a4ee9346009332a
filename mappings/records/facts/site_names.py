"""Names that the ids of a site have or had: saved from issues, selected for measuring."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, or_, select

from mappings.events.names import fold_name
from mappings.events.site_pairs import (
    EPIC,
    FIELD,
    GUESSED,
    NAMELESS,
    OF_NAMELESS,
    PROJECT,
    REFUTED,
    Pair,
    guess_fields,
    last_nameless,
    pairs_of,
    refute_fields,
)
from mappings.events.types import Change, Issue
from mappings.measure.model.site_names import EPIC_LINKS, SiteNames
from mappings.records.facts.accounts import select_user_names
from mappings.records.sql.bulk import insert_rows
from mappings.records.tables import issue, project, site_name

# An issue and what was told of its changelog.
Seen = tuple[Issue, Sequence[Change]]

_unpack = msgspec.msgpack.Decoder(Issue).decode
_COLUMNS = ("tenant_id", "kind", "object_id", "name")
# Kind of the keys and ids of issues that an Epic Link points at, which may come later than what points at them.
_LINKED = "linked epic"


def save_site_names(connection: Connection, tenant_id: int, seen: Sequence[Seen]) -> None:
    # Add the names found in issues and their changelogs to those known.
    pairs = {pair for seen_issue, changes in seen for pair in pairs_of(seen_issue, changes)}
    nameless = [(seen_issue, last) for seen_issue, changes in seen if (last := last_nameless(changes))]
    if nameless:
        guesses = {pair for seen_issue, last in nameless for pair in guess_fields(seen_issue, last)}
        pairs |= guesses
        guesses |= _select_pairs(connection, tenant_id, (GUESSED,))
        pairs |= {pair for seen_issue, last in nameless for pair in refute_fields(seen_issue, last, guesses)}
    _insert(connection, tenant_id, pairs)
    leveless = [seen_issue for seen_issue, _ in seen if seen_issue.level is None and not seen_issue.subtask]
    if leveless:
        _save_epics(connection, tenant_id, leveless, [change for _, changes in seen for change in changes])


def _save_epics(connection: Connection, tenant_id: int, seen: Sequence[Issue], changes: Iterable[Change]) -> None:
    links = [change for change in changes if fold_name(change.field) == EPIC_LINKS[0]]
    fresh = {end for change in links for end in (change.new_text, change.old_text) if end}
    fields = {
        pair.object_id for pair in _select_pairs(connection, tenant_id, (FIELD, GUESSED)) if pair.name == EPIC_LINKS[0]
    }
    fresh |= {text for seen_issue in seen for field in fields for text in seen_issue.fields.get(field, ())}
    # A link may be read before the epic that it names, or after it.
    _insert(connection, tenant_id, {Pair(_LINKED, key, "") for key in fresh})
    linked = {pair.object_id for pair in _select_pairs(connection, tenant_id, (_LINKED,))}
    mine = (issue.c.tenant_id == tenant_id) & issue.c.key.in_(fresh)
    stored = [_unpack(body) for body in connection.execute(select(issue.c.body).where(mine)).scalars()] if fresh else []
    epics = [*stored, *(seen_issue for seen_issue in seen if seen_issue.key in linked)]
    _insert(connection, tenant_id, {Pair(EPIC, seen_issue.type_id, "") for seen_issue in epics if seen_issue.type_id})


def save_field_names(connection: Connection, tenant_id: int, names: Mapping[str, Iterable[str]]) -> None:
    _insert(
        connection, tenant_id, {Pair(FIELD, field, fold_name(name)) for field, texts in names.items() for name in texts}
    )


def _insert(connection: Connection, tenant_id: int, pairs: Collection[Pair]) -> None:
    rows = sorted((tenant_id, kind[:255], object_id[:255], name[:255]) for kind, object_id, name in pairs)
    insert_rows(connection, site_name, _COLUMNS, rows)


_PAIRS = select(site_name.c.kind, site_name.c.object_id, site_name.c.name).where(
    site_name.c.tenant_id == bindparam("tenant")
)
_KEYS = select(project.c.project_id, project.c.key).where(project.c.tenant_id == bindparam("tenant"))


def _select_pairs(connection: Connection, tenant_id: int, kinds: Collection[str] | None = None) -> set[Pair]:
    query = _PAIRS if kinds is None else _PAIRS.where(or_(*(site_name.c.kind == kind for kind in kinds)))
    return {Pair(*row) for row in connection.execute(query, {"tenant": tenant_id}).all()}


def select_site_names(connection: Connection, tenant_id: int) -> SiteNames:
    kinds: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for pair in _select_pairs(connection, tenant_id):
        kinds[pair.kind][pair.object_id].add(pair.name)
    fields = _fields(kinds)
    rows = connection.execute(_KEYS, {"tenant": tenant_id}).all()
    earlier = frozenset((number, name) for number, names in kinds[PROJECT].items() for name in names)
    projects = _project_keys(tuple((row[0], row[1]) for row in rows), earlier)
    return SiteNames(
        values=_values(kinds, fields),
        fields=fields,
        nameless=frozenset(kinds[NAMELESS].get("", ())),
        project_keys=projects.known,
        current_keys=projects.now,
        users=select_user_names(connection, tenant_id),
        epics=frozenset(kinds[EPIC]),
    )


class ProjectKeys(NamedTuple):
    """By a project's id every key that it has or had, and the one that it has now."""

    known: Mapping[str, frozenset[str]]
    now: Mapping[str, str]


# A page asks some times, and a company has hundreds of projects: equal keys are put together once, and equal rules that
# rest on them are seen to be so at once.
@lru_cache(maxsize=100)
def _project_keys(rows: tuple[tuple[str, str], ...], earlier: frozenset[tuple[str, str]]) -> ProjectKeys:
    known: defaultdict[str, set[str]] = defaultdict(set)
    for number, key in (*rows, *earlier):
        known[number].add(key)
    return ProjectKeys({number: frozenset(keys) for number, keys in known.items()}, dict(rows))


_Kinds = Mapping[str, Mapping[str, set[str]]]


def _fields(kinds: _Kinds) -> dict[str, frozenset[str]]:
    known: defaultdict[str, set[str]] = defaultdict(set)
    for number, names in kinds.get(FIELD, {}).items():
        for name in names:
            known[name].add(number)
    guessed: defaultdict[str, set[str]] = defaultdict(set)
    for number, names in kinds.get(GUESSED, {}).items():
        for name in names - kinds.get(REFUTED, {}).get(number, set()):
            guessed[name].add(number)
    # A guess counts where it is the only one and nothing contradicts it.
    alone = {name: ids for name, ids in guessed.items() if name not in known and len(ids) == 1}
    return {name: frozenset(ids) for name, ids in (*known.items(), *alone.items())}


def _values(kinds: _Kinds, fields: Mapping[str, frozenset[str]]) -> dict[str, dict[str, frozenset[str]]]:
    values: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for kind, things in kinds.items():
        ids = fields.get(kind.removeprefix(OF_NAMELESS), ()) if kind.startswith(OF_NAMELESS) else (kind,)
        for field in ids if kind not in _NO_VALUES else ():
            for number, names in things.items():
                values[field][number] |= names
    return {kind: {number: frozenset(names) for number, names in things.items()} for kind, things in values.items()}


_NO_VALUES = frozenset({FIELD, GUESSED, REFUTED, NAMELESS, PROJECT, EPIC, _LINKED})
