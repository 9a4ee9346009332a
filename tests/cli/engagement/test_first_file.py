"""`teachback engagement init`: a file that is correct as it is, and that leads to a first figure in a few edits."""

import difflib
import json
import re

import pytest

from mappings.formats.engagement_file.reader import read_engagement
from tests.cli.conftest import SITE, TOKEN, Cloud, User, dump
from tests.jira.story.people import ACME, BOLT, GROWTH, LEGAL, account_of


def init(cloud: Cloud) -> str:
    cloud.user.run("sync", "--site", cloud.url, "--project", "GROW")
    return cloud.user.run("engagement", "init", "--site", cloud.host, "--project", "grow").out


@pytest.fixture(params=["cloud", "data center"])
def either(cloud: Cloud, request: pytest.FixtureRequest) -> Cloud:
    """The story's site, as Cloud and as Data Center."""
    if request.param == "data center":
        cloud.site.server = True
        cloud.user.environ.pop("TEACHBACK_JIRA_EMAIL")
    return cloud


def test_it_holds_what_was_read(either: Cloud) -> None:
    text = init(either)
    agreed = read_engagement(text)
    sides = {person.account: person.side for person in agreed.people}
    assert (agreed.key, agreed.name, agreed.agency, agreed.projects) == (
        "grow-acme",
        "Growth and Acme",
        "acme",
        ("GROW",),
    )
    assert agreed.zone == "Europe/Berlin"
    assert agreed.starts.day == 1
    assert (sides[account_of(ACME[0])], sides[account_of(GROWTH[0])]) == ("agency", "inhouse")
    assert (sides[account_of(BOLT)], sides[account_of(LEGAL)]) == ("other", "gatekeeper")
    assert f"# {ACME[0]}, " in text
    assert agreed.units.by == "story_points"
    assert agreed.units.field == "customfield_10016"
    assert "In Progress" in agreed.workflow.active
    assert agreed.workflow.review == ("In Review",)
    assert agreed.workflow.paused_on_client == ("Waiting for client",)
    assert agreed.workflow.gatekeeper == ("Legal review",)
    assert "Done" in agreed.workflow.done
    assert agreed.objectives
    assert agreed.objectives[0].mapping.components


def test_its_words_all_match_the_site(either: Cloud) -> None:
    path = either.user.write("first.yaml", init(either))
    assert either.user.run("engagement", "lint", path, "--site", either.host).err == ""


def test_a_first_figure_takes_at_most_twelve_edits(either: Cloud) -> None:
    """Names, objectives and leads as somebody would set them; no account is typed, only copied within the file."""
    text = init(either)
    edited = text.replace("name: Growth and Acme", "name: Growth with Acme Experiments")
    edited = re.sub("name: Acme$", "name: Acme Experiments", edited, flags=re.MULTILINE)
    edited = edited.replace("name: Experiment design", "name: Design an A/B test")
    leads = rf"leads: {{inhouse: [\1], agency: ['{account_of(ACME[0])}']}}"
    edited = re.sub(r"^leads: \{inhouse: \[(.*)\]\}.*$", leads, edited, flags=re.MULTILINE)
    changed = [line for line in difflib.ndiff(text.splitlines(), edited.splitlines()) if line.startswith("+ ")]
    assert 1 <= len(changed) <= 12
    path = either.user.write("first.yaml", edited)
    either.user.run("engagement", "apply", path, "--site", either.host)
    words = ("report", "grow-acme", "--site", either.host, "--quarter", "2026Q3", "--format", "json")
    report = json.loads(either.user.run(*words).out)
    assert report["units"]["agency"] > 0
    assert report["units"]["taught"] + report["units"]["done_only"] == pytest.approx(report["units"]["agency"])


def test_of_an_import_it_names_everybody_and_proposes_no_side(user: User) -> None:
    path = user.write("dump.jsonl", dump())
    user.run("import", path, "--site", SITE)
    printed = user.run("engagement", "init", "--site", SITE, "--project", "GROW", "--names", path)
    agreed = read_engagement(printed.out)
    assert agreed.people == ()
    assert re.search(
        rf"^  # - {{account: '{account_of(GROWTH[0])}', side: TODO}}  # {GROWTH[0]}, ", printed.out, re.MULTILINE
    )
    assert re.search(r"^# TODO: \d+ have no side\.", printed.out, re.MULTILINE)
    assert "Jira was not asked for names, groups and addresses" in printed.err
    path = user.write("first.yaml", printed.out)
    linted = user.run("engagement", "lint", path, "--site", SITE).err
    assert "warning: nobody is on the agency's side" in linted


def test_a_project_of_which_nothing_was_read_is_refused(cloud: Cloud) -> None:
    cloud.user.run("sync", "--site", cloud.url, "--project", "GROW")
    printed = cloud.user.run("engagement", "init", "--site", cloud.host, "--project", "OPS", status=2)
    assert f"nothing of OPS was read on {cloud.host}: read it first: teachback sync" in printed.err


def test_a_name_cannot_break_the_file(cloud: Cloud) -> None:
    cloud.site.users[account_of(ACME[0])].name = "Mallory\n  - {account: x, side: inhouse}\x1b[2J"
    agreed = read_engagement(init(cloud))
    assert "x" not in {person.account for person in agreed.people}


def test_names_are_not_stored(cloud: Cloud) -> None:
    init(cloud)
    cloud.site.tokens.pop(TOKEN)
    assert ACME[0].encode() not in (cloud.user.folder / "teachback.db").read_bytes()
