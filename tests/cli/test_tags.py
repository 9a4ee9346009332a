"""`teachback tag`: what a search would tag, what it tags, and that undoing takes back exactly that."""

from tests.cli.conftest import Cloud

QUERY = "project = GROW"
WHERE = ("growth-acme", "--objective", "interviews", "--jql", QUERY)
PERIOD = ("--from", "2026-01-01", "--to", "2027-01-01", "--as-of", "2027-02-01T12:00:00Z")


def ready(cloud: Cloud) -> str:
    """The site read and the engagement measured; returns the report."""
    cloud.user.run("engagement", "apply", cloud.agreement(), "--site", cloud.host)
    cloud.user.run("sync", "--site", cloud.url)
    return report(cloud)


def report(cloud: Cloud) -> str:
    return cloud.user.run("report", "growth-acme", "--site", cloud.host, *PERIOD).out


def test_a_dry_run_says_what_would_be_tagged_and_changes_nothing(cloud: Cloud) -> None:
    before = ready(cloud)
    said = cloud.user.run("tag", "bulk", *WHERE, "--site", cloud.host, "--dry-run").out
    assert "to be tagged" in said
    assert "done already" in said
    assert report(cloud) == before
    assert cloud.user.run("tag", "list", "--site", cloud.host).out == ""


def test_undo_takes_back_exactly_what_was_set(cloud: Cloud) -> None:
    before = ready(cloud)
    cloud.user.run("tag", "bulk", *WHERE, "--site", cloud.host)
    again = cloud.user.run("tag", "bulk", *WHERE, "--site", cloud.host, "--dry-run").out
    assert " 0 to be tagged" in again
    assert "have the objective by hand already" in again
    cloud.user.run("tag", "undo", "1", "--site", cloud.host)
    assert report(cloud) == before
    assert "taken back" in cloud.user.run("tag", "list", "--site", cloud.host).out
    assert cloud.user.run("tag", "undo", "1", "--site", cloud.host, status=2).line


def test_an_unknown_objective_names_those_there_are(cloud: Cloud) -> None:
    ready(cloud)
    said = cloud.user.run("tag", "bulk", "growth-acme", "--objective", "nothing", "--jql", QUERY,
                          "--site", cloud.host, status=2).line  # fmt: skip
    assert "interviews" in said


def test_an_unbounded_search_is_refused_with_what_to_do(cloud: Cloud) -> None:
    ready(cloud)
    said = cloud.user.run("tag", "bulk", "growth-acme", "--objective", "interviews", "--jql", "ORDER BY created",
                          "--site", cloud.host, status=1).line  # fmt: skip
    assert "bounded" in said


def test_what_tickets_show_is_chosen_by_project(cloud: Cloud) -> None:
    ready(cloud)
    said = cloud.user.run("tag", "mirror", "GROW", "--site", cloud.host, "--no-objectives").out
    assert said == "GROW: objectives never, bucket not shown\n"
    assert "never" in cloud.user.run("tag", "mirror", "GROW", "--site", cloud.host).out
