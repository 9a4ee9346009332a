"""Names of a site's ids, and the ids of a name (measurement (g) 15)."""

from collections.abc import Mapping

from msgspec import Struct

from mappings.events.names import fold_name
from mappings.measure.model.cached_value import CachedValue

# Fields that share their ids with another.
ONE_KIND: Mapping[str, str] = {"versions": "fixVersions"}
# Jira's own fields whose values have ids, by the folded names of changelogs: id of the field, kind of the ids.
NAMED_FIELDS: Mapping[str, tuple[str, str]] = {
    "issuetype": ("issuetype", "issuetype"),
    "issue type": ("issuetype", "issuetype"),
    "component": ("components", "components"),
    "components": ("components", "components"),
    "priority": ("priority", "priority"),
    "resolution": ("resolution", "resolution"),
    "fix version": ("fixVersions", "fixVersions"),
    "fixversions": ("fixVersions", "fixVersions"),
    "version": ("versions", "fixVersions"),
    "versions": ("versions", "fixVersions"),
}
EPIC_LINKS = ("epic link", "parent link")
EPIC_NAME = "epic name"


class SiteNames(Struct, frozen=True, dict=True):
    """The names of a site's ids.

    `values`: for each kind of id (NAMED_FIELDS, otherwise the field's id) the folded names that each id has or had.
    `fields`: the ids of the fields of a folded name. `nameless`: folded names of fields that changelogs gave without
    an id. `project_keys`: every key of each project id, `current_keys` today's. `users`: accounts by user name.
    `epics`: ids of the types that are Epics.
    """

    values: Mapping[str, Mapping[str, frozenset[str]]] = {}
    fields: Mapping[str, frozenset[str]] = {}
    nameless: frozenset[str] = frozenset()
    project_keys: Mapping[str, frozenset[str]] = {}
    current_keys: Mapping[str, str] = {}
    users: Mapping[str, str] = {}
    epics: frozenset[str] = frozenset()

    @CachedValue
    def _ids(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        return {kind: _by_name(names) for kind, names in self.values.items()}

    @CachedValue
    def _projects(self) -> Mapping[str, frozenset[str]]:
        return _by_name(self.project_keys)

    def ids_of(self, kind: str, name: str) -> frozenset[str]:
        """Return the ids that have or had a name."""
        return self._ids.get(kind, {}).get(fold_name(name), frozenset())

    def texts_of(self, kind: str, name: str) -> tuple[str, ...]:
        """Return all texts that a rewritten ticket can have for a name in an agreement."""
        return (*dict.fromkeys((name, fold_name(name))), *sorted(map(as_id, self.ids_of(kind, name))))

    def field_of(self, field: str) -> str:
        """Return the id of the field that an agreement names by id or name; the name itself where no id is known."""
        ids = self.fields.get(fold_name(field), frozenset())
        return next(iter(ids)) if len(ids) == 1 and not field.startswith("customfield_") else field

    def projects_of(self, key: str) -> tuple[str, ...]:
        """Return today's keys of the projects that have or had a key, the key itself among them."""
        upper = key.upper()
        return tuple(
            dict.fromkeys(
                (upper, *sorted(self.current_keys.get(number, upper) for number in self._projects.get(upper, ())))
            )
        )

    def current_key(self, key: str, project_id: str | None) -> str:
        """Return an issue's key with today's key of its project."""
        front, dash, number = key.rpartition("-")
        if project_id is None:
            ids = self._projects.get(front, frozenset())
            carries = [number for number in ids if self.current_keys.get(number) == front]
            project_id = next(iter(sorted(carries or ids)), None)
        return f"{self.current_keys.get(project_id or '', front)}{dash}{number}"


def _by_name(names: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    ids: dict[str, set[str]] = {}
    for number, texts in names.items():
        for text in texts:
            ids.setdefault(text, set()).add(number)
    return {text: frozenset(numbers) for text, numbers in ids.items()}


def as_id(number: str) -> str:
    """Return the text that replaces a name by its id; no name in Jira begins like it."""
    return f"\x02{number}"
