"""Engagements with their people, and the generations of figures that belong to each."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, update

from mappings.events.types import Instant
from mappings.measure.model.engagement import Affiliation, Engagement
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.records.agreement.engagement_cache import find_decoded, keep_decoded
from mappings.records.agreement.rulesets import decode_ruleset
from mappings.records.figures.entries import delete_generation
from mappings.records.operations.progress import delete_progress
from mappings.records.operations.tenants import renew_agreement_token, select_agreement_token
from mappings.records.tables import affiliation, engagement, ruleset

KeptIn: TypeAlias = Literal["file", "pages"]
"""Where an engagement is changed: in a file that the command line applies, or on its pages."""

_decode = msgspec.json.Decoder(Engagement).decode
_PERSON = ("account", "side", "org", "start_at", "end_at", "source", "name")


class StoredEngagement(Struct, frozen=True):
    """An engagement; `generation` is the one shown (None: none is complete), `next_generation` one being built.

    `shown` and `shown_hash` are the agreement by which the shown generation was measured, where a newer one has been
    saved. `rules` are those of the shown generation, `next_rules` those of the next; `ruleset` is the version of the
    latter (0: the release's rules). `recorded_at` is when the engagement was first saved; `kept_in` is where it is
    changed.
    """

    engagement: Engagement
    hash: str
    generation: int | None
    next_generation: int | None
    shown: Engagement | None = None
    rules: Ruleset = DEFAULT
    next_rules: Ruleset = DEFAULT
    ruleset: int = 0
    recorded_at: Instant = 0
    shown_hash: str | None = None
    kept_in: KeptIn = "file"

    @property
    def as_shown(self) -> "StoredEngagement":
        """The same with the agreement by which the figures shown were measured."""
        # For figures only: who may see and do what follows from the newest agreement.
        if self.shown is None:
            return self
        return replace(self, engagement=self.shown, hash=self.shown_hash or self.hash)

    @property
    def shown_generation(self) -> int:
        """The generation that is shown; -1, of which there is no row, before the first one is complete."""
        return -1 if self.generation is None else self.generation

    @property
    def generations(self) -> tuple[tuple[int, Engagement], ...]:
        # The generations to keep up to date, each with the agreement that measures it.
        both = ((self.generation, self.shown or self.engagement), (self.next_generation, self.engagement))
        return tuple((number, agreement) for number, agreement in both if number is not None)

    def rules_of(self, generation: int) -> Ruleset:
        return self.next_rules if generation == self.next_generation else self.rules


class SiteEngagements(tuple[StoredEngagement, ...]):  # noqa: SLOT001  the index is kept beside the items
    """All engagements of a site, in the order of their keys."""

    def naming(self, account: str) -> tuple[StoredEngagement, ...]:
        """Return those that name a person: among its people, as a lead or as a learner."""
        return self._by_account.get(account, ())

    @cached_property
    def _by_account(self) -> dict[str, tuple[StoredEngagement, ...]]:
        by_account: defaultdict[str, list[StoredEngagement]] = defaultdict(list)
        for stored in self:
            for account in set(_accounts_of(stored.engagement)):
                by_account[account].append(stored)
        return {account: tuple(named) for account, named in by_account.items()}


def _accounts_of(agreed: Engagement) -> Iterator[str]:
    yield from (person.account for person in agreed.people)
    for accounts in agreed.leads.values():
        yield from accounts
    for objective in agreed.objectives:
        yield from objective.learners


def select_engagements(connection: Connection, tenant_id: int) -> SiteEngagements:
    """Return all engagements of a site; a process reads and decodes them once, until one of them changes."""
    token = select_agreement_token(connection, tenant_id)
    decoded: SiteEngagements | None = find_decoded(tenant_id, token) if token else None
    if decoded is None:
        # The token first: what is committed meanwhile has another one.
        decoded = SiteEngagements(_select_engagements(connection, tenant_id))
        if token:
            keep_decoded(tenant_id, token, decoded)
    return decoded


def _select_engagements(connection: Connection, tenant_id: int) -> tuple[StoredEngagement, ...]:
    rows = connection.execute(_ENGAGEMENTS, {"tenant": tenant_id}).all()
    people = _select_people(connection, tenant_id) if rows else {}
    return tuple(_read_row(row, people) for row in rows)


def _version(named: Any, column: Any) -> ColumnElement[bool]:
    same = (named.c.tenant_id == engagement.c.tenant_id) & (named.c.engagement == engagement.c.key)
    version: ColumnElement[bool] = same & (named.c.version == column)
    return version


_shown, _next = ruleset.alias("shown_rules"), ruleset.alias("next_rules")
_ENGAGEMENTS = (
    select(
        *(engagement.c[name] for name in ("body", "hash", "generation", "next_generation", "shown", "shown_hash")),
        engagement.c.ruleset,
        _shown.c.body.label("shown_rules_body"),
        _next.c.body.label("next_rules_body"),
        func.coalesce(engagement.c.recorded_at, engagement.c.changed_at),
        engagement.c.kept_in,
    )
    .outerjoin(_shown, _version(_shown, engagement.c.shown_ruleset))
    .outerjoin(_next, _version(_next, engagement.c.ruleset))
    .where(engagement.c.tenant_id == bindparam("tenant"))
    .order_by(engagement.c.key)
)


def _read_row(row: Sequence[Any], people: dict[str, list[Affiliation]]) -> StoredEngagement:
    body, named, now, following, shown, shown_hash, version, rules, next_rules, recorded_at, kept_in = row
    before = _decode(shown) if shown else None
    both = decode_ruleset(rules), decode_ruleset(next_rules)
    current = StoredEngagement(_with_people(body, people), named, now, following, before, *both)
    current = replace(current, ruleset=version or 0, recorded_at=recorded_at, shown_hash=shown_hash)
    return replace(current, kept_in=kept_in or "file")


def select_building(connection: Connection) -> list[int]:
    query = select(engagement.c.tenant_id).where(engagement.c.next_generation.is_not(None)).distinct()
    return list(connection.execute(query.order_by(engagement.c.tenant_id)).scalars())


def select_engagement(connection: Connection, tenant_id: int, key: str) -> StoredEngagement | None:
    return next((stored for stored in select_engagements(connection, tenant_id) if stored.engagement.key == key), None)


def _with_people(body: str, people: dict[str, list[Affiliation]]) -> Engagement:
    bare = _decode(body)
    return replace(bare, people=tuple(people.get(bare.key, ())))


_PEOPLE = (
    select(affiliation.c.engagement, *(affiliation.c[name] for name in _PERSON))
    .where(affiliation.c.tenant_id == bindparam("tenant"))
    .order_by(affiliation.c.engagement, affiliation.c.place)
)


def _select_people(connection: Connection, tenant_id: int) -> dict[str, list[Affiliation]]:
    people: defaultdict[str, list[Affiliation]] = defaultdict(list)
    for key, *values in connection.execute(_PEOPLE, {"tenant": tenant_id}):
        people[key].append(Affiliation(*values))
    return people


def save_engagement(
    connection: Connection, tenant_id: int, new: Engagement, engagement_hash: str, *, now: Instant, by: str | None
) -> StoredEngagement:
    """Save an engagement; a changed one gets a next generation of figures, to be built.

    `by` None is the command line: the engagement is kept as a file from then on, and on pages otherwise.
    """
    before = select_engagement(connection, tenant_id, new.key)
    if before is not None and before.hash == engagement_hash:
        return before
    if before is not None and before.next_generation is not None:
        delete_generation(connection, tenant_id, new.key, before.next_generation)
        delete_progress(connection, tenant_id, "measure", new.key)
    kept_in: KeptIn = "file" if by is None else "pages"
    after = replace(_with_next_generation(before, new, engagement_hash, now), kept_in=kept_in)
    values = {"hash": after.hash, "next_generation": after.next_generation, "changed_at": now}
    values["body"] = msgspec.json.encode(replace(new, people=())).decode()
    values["shown"] = None if after.shown is None else msgspec.json.encode(after.shown).decode()
    values |= {"shown_hash": after.shown_hash, "kept_in": kept_in}
    if before is None:
        connection.execute(insert(engagement).values(tenant_id=tenant_id, key=new.key, recorded_at=now, **values))
    else:
        connection.execute(update(engagement).where(_row(tenant_id, new.key)).values(**values))
    _save_people(connection, tenant_id, new, now=now, by=by)
    renew_agreement_token(connection, tenant_id)
    return after


def _with_next_generation(
    before: StoredEngagement | None, new: Engagement, engagement_hash: str, now: Instant
) -> StoredEngagement:
    if before is None:
        return StoredEngagement(new, engagement_hash, None, 1, recorded_at=now)
    # What is shown keeps its agreement until the next generation is complete.
    shown = None if before.generation is None else before.shown or before.engagement
    return replace(
        before,
        engagement=new,
        hash=engagement_hash,
        next_generation=(before.next_generation or before.generation or 0) + 1,
        shown=shown,
        shown_hash=None if shown is None else before.as_shown.hash,
    )


def _row(tenant_id: int, key: str) -> ColumnElement[bool]:
    return (engagement.c.tenant_id == tenant_id) & (engagement.c.key == key)


def _save_people(connection: Connection, tenant_id: int, saved: Engagement, *, now: Instant, by: str | None) -> None:
    rows = (affiliation.c.tenant_id == tenant_id) & (affiliation.c.engagement == saved.key)
    connection.execute(delete(affiliation).where(rows))
    values = [
        {"tenant_id": tenant_id, "engagement": saved.key, "place": place, "account": p.account, "side": p.side}
        | {"org": p.org, "start_at": p.start, "end_at": p.end, "source": p.source, "name": p.name}
        | {"recorded_at": now, "recorded_by": by}
        for place, p in enumerate(saved.people)
    ]
    if values:
        connection.execute(insert(affiliation), values)


def save_kept_in(connection: Connection, tenant_id: int, key: str, kept_in: KeptIn) -> None:
    """Say where an engagement is changed from now on."""
    _update(connection, tenant_id, key, kept_in=kept_in)


def switch_generation(connection: Connection, tenant_id: int, key: str) -> None:
    # One update, so that nobody sees half of each.
    changed = {"generation": engagement.c.next_generation, "next_generation": None, "shown": None, "shown_hash": None}
    changed["shown_ruleset"] = engagement.c.ruleset
    _update(connection, tenant_id, key, **changed)


def restart_generation(connection: Connection, tenant_id: int, stored: StoredEngagement) -> None:
    """Start a next generation under the same agreement; one being built is dropped."""
    key, building = stored.engagement.key, (stored.next_generation or stored.generation or 0) + 1
    delete_generation(connection, tenant_id, key, stored.next_generation)
    delete_progress(connection, tenant_id, "measure", key)
    _update(connection, tenant_id, key, next_generation=building)


def adopt_version(connection: Connection, tenant_id: int, stored: StoredEngagement, version: int) -> None:
    """Start a next generation under another version of the rules."""
    restart_generation(connection, tenant_id, stored)
    _update(connection, tenant_id, stored.engagement.key, ruleset=version)


def _update(connection: Connection, tenant_id: int, key: str, **values: Any) -> None:
    connection.execute(update(engagement).where(_row(tenant_id, key)).values(**values))
    # After what it stands for: engagements read in between are kept under the token before.
    renew_agreement_token(connection, tenant_id)
