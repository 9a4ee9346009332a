"""`teachback doctor`: one line a check, and a hint where something is wrong."""

from cryptography.fernet import Fernet

from tests.cli.conftest import APPLY, Cloud, User

BASE = {"TEACHBACK_BASE_URL": "https://teachback.example.com"}


def test_an_empty_installation_is_told_what_it_lacks(new_user: User) -> None:
    output = new_user.run("doctor", status=1).out
    assert "Set TEACHBACK_BASE_URL" in output
    assert "Run: teachback db upgrade" in output


def test_a_well_one_has_no_mend(new_user: User) -> None:
    new_user.environ |= {**BASE, "TEACHBACK_SECRET_KEYS": Fernet.generate_key().decode()}
    new_user.run("db", "upgrade")
    output = new_user.run("doctor").out
    assert "WRONG" not in output
    assert output.count("ok ") >= 7


def test_a_lost_key_is_named_by_the_site_that_it_shuts(cloud: Cloud) -> None:
    keys = Fernet.generate_key().decode()
    cloud.user.environ |= {**BASE, "TEACHBACK_SECRET_KEYS": keys}
    cloud.user.run("sync", "--site", cloud.url, "--project", "GROW")
    assert "WRONG" not in cloud.user.run("doctor").out
    other = {"TEACHBACK_SECRET_KEYS": Fernet.generate_key().decode()}
    output = cloud.user.run("doctor", status=1, inside=other).out
    assert f"no key opens those of {cloud.host}" in output


def test_a_token_that_was_taken_back_says_how_to_give_another(cloud: Cloud) -> None:
    cloud.user.environ |= {**BASE, "TEACHBACK_SECRET_KEYS": Fernet.generate_key().decode()}
    cloud.user.run("sync", "--site", cloud.url, "--project", "GROW")
    cloud.site.tokens.clear()
    output = cloud.user.run("doctor", status=1).out
    assert "401" in output
    assert f"teachback sync --site {cloud.url}" in output


def read_site(cloud: Cloud) -> None:
    """A site whose engagement is applied and whose history is in."""
    cloud.user.environ |= {**BASE, "TEACHBACK_SECRET_KEYS": Fernet.generate_key().decode()}
    cloud.user.run(*APPLY, cloud.agreement(), "--site", cloud.host)
    cloud.user.run("sync", "--site", cloud.url)


def test_every_project_of_an_engagement_can_be_read(cloud: Cloud) -> None:
    read_site(cloud)
    assert "lets us read 1 project of engagements" in cloud.user.run("doctor").out


def test_a_project_that_may_not_be_browsed_is_named_with_its_mend(cloud: Cloud) -> None:
    read_site(cloud)
    (account,) = cloud.site.tokens.values()
    cloud.site.deny(account, "GROW", "BROWSE_PROJECTS")
    output = cloud.user.run("doctor", status=1).out
    assert output.count("shows us no project GROW") == output.count("permission scheme") == 1


def test_a_project_in_the_archive_is_named(cloud: Cloud) -> None:
    read_site(cloud)
    project = cloud.site.project("GROW")
    cloud.site.archive_project("GROW", by=project.lead, at=cloud.site.now())
    assert "has GROW in its archive" in cloud.user.run("doctor", status=1).out


def test_a_project_under_another_key_is_named_with_both(cloud: Cloud) -> None:
    read_site(cloud)
    project = cloud.site.project("GROW")
    cloud.site.rename_project_key("GROW", "GREW", by=project.lead, at=cloud.site.now())
    output = cloud.user.run("doctor", status=1).out
    assert "calls project GROW GREW now" in output
    assert "beside GROW" in output
