"""`teachback people`: who was seen on a site, with names and a side where something speaks for one."""

import yaml

from tests.cli.conftest import SITE, TOKEN, Cloud, User, dump
from tests.jira.story.people import ACME, BOLT, GROWTH, LEGAL, STRANGERS, account_of


def lines_of(out: str) -> dict[str, str]:
    """The lines by account, as they are."""
    return {line.partition("account: '")[2].partition("'")[0]: line for line in out.splitlines()[1:]}


def check_sides(cloud: Cloud) -> None:
    cloud.user.run("sync", "--site", cloud.url, "--project", "GROW")
    printed = cloud.user.run("people", "--site", cloud.host)
    sides = {person["account"]: person for person in yaml.safe_load(printed.out)["people"]}
    lines = lines_of(printed.out)
    assert sides[account_of(ACME[0])]["side"] == "agency"
    assert "agency" not in sides[account_of(ACME[0])]
    assert f"# {ACME[0]}, " in lines[account_of(ACME[0])]
    assert "proposed by address at acme.example" in lines[account_of(ACME[0])]
    assert sides[account_of(GROWTH[0])]["side"] == "inhouse"
    assert sides[account_of(BOLT)] == {"account": account_of(BOLT), "side": "agency", "agency": "bolt"}
    assert sides[account_of(LEGAL)]["side"] == "gatekeeper"
    assert "proposed by Jira group legal-reviewers" in lines[account_of(LEGAL)]
    for stranger in set(map(account_of, STRANGERS)) & set(lines):
        assert lines[stranger].startswith("  # - {account: ")
        assert "side: TODO}" in lines[stranger]


def test_people_have_names_and_sides_on_cloud(cloud: Cloud) -> None:
    check_sides(cloud)
    assert ACME[0].encode() not in (cloud.user.folder / "teachback.db").read_bytes()


def test_people_have_names_and_sides_on_data_center(cloud: Cloud) -> None:
    cloud.site.server = True
    cloud.user.environ.pop("TEACHBACK_JIRA_EMAIL")
    check_sides(cloud)


def test_the_in_house_domain_can_be_named(cloud: Cloud) -> None:
    cloud.user.run("sync", "--site", cloud.url, "--project", "GROW")
    printed = cloud.user.run("people", "--site", cloud.host, "--inhouse-domain", "acme.example").out
    sides = {person["account"]: person["side"] for person in yaml.safe_load(printed)["people"]}
    assert (sides[account_of(ACME[0])], sides[account_of(GROWTH[0])]) == ("inhouse", "agency")


def test_without_jira_nobody_has_a_side_and_the_reason_is_printed(cloud: Cloud) -> None:
    cloud.user.run("sync", "--site", cloud.url, "--project", "GROW")
    cloud.site.tokens.pop(TOKEN)
    printed = cloud.user.run("people", "--site", cloud.host)
    assert yaml.safe_load(printed.out) == {"people": []}
    assert printed.line.startswith("Jira was not asked for names, groups and addresses: ")


def test_names_come_from_the_export_file(user: User) -> None:
    path = user.write("dump.jsonl.gz", dump())
    user.run("import", path, "--site", SITE)
    assert GROWTH[0] not in user.run("people", "--site", SITE).out
    printed = user.run("people", "--site", SITE, "--names", path)
    assert f"# {GROWTH[0]}, " in lines_of(printed.out)[account_of(GROWTH[0])]
