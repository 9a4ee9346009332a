"""Names of a site: the keys of its projects, put together once while they stay as they are."""

from mappings.events.site_pairs import PROJECT, Pair
from mappings.events.types import ProjectSeen
from mappings.records.facts.projects import save_projects
from mappings.records.facts.site_names import _insert, select_site_names
from tests.records.fact_builders import at


def test_keys_of_projects_are_put_together_again_only_once_one_changes(connection, ours, theirs):
    save_projects(connection, ours, [ProjectSeen(at(0), str(n), f"P{n}", "") for n in range(3)])
    save_projects(connection, theirs, [ProjectSeen(at(0), "0", "OTHER", "")])
    first = select_site_names(connection, ours)
    assert first.current_keys == {"0": "P0", "1": "P1", "2": "P2"}
    assert select_site_names(connection, ours).project_keys is first.project_keys
    assert select_site_names(connection, theirs).project_keys == {"0": frozenset({"OTHER"})}
    # A key that a project had, and one of a project that is gone.
    _insert(connection, ours, [Pair(PROJECT, "0", "OLD"), Pair(PROJECT, "9", "GONE")])
    save_projects(connection, ours, [ProjectSeen(at(1), "1", "NEW", "")])
    after = select_site_names(connection, ours)
    assert after.current_keys == {"0": "P0", "1": "NEW", "2": "P2"}
    assert after.project_keys == {
        "0": frozenset({"P0", "OLD"}), "1": frozenset({"NEW"}), "2": frozenset({"P2"}), "9": frozenset({"GONE"}),
    }  # fmt: skip
    assert select_site_names(connection, ours) == after
