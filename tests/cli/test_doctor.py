"""`teachback doctor`: one line a check, and a mend where something is wrong."""

from cryptography.fernet import Fernet

from tests.cli.conftest import Cloud, User

BASE = {"TEACHBACK_BASE_URL": "https://teachback.example.com"}


def test_an_empty_installation_is_told_what_it_lacks(user: User) -> None:
    said = user.run("doctor", status=1).out
    assert "Set TEACHBACK_BASE_URL" in said
    assert "Run: teachback db upgrade" in said


def test_a_well_one_has_no_mend(user: User) -> None:
    user.environ |= {**BASE, "TEACHBACK_SECRET_KEYS": Fernet.generate_key().decode()}
    user.run("db", "upgrade")
    said = user.run("doctor").out
    assert "WRONG" not in said
    assert said.count("ok ") >= 7


def test_a_lost_key_is_named_by_the_site_that_it_shuts(cloud: Cloud) -> None:
    keys = Fernet.generate_key().decode()
    cloud.user.environ |= {**BASE, "TEACHBACK_SECRET_KEYS": keys}
    cloud.user.run("sync", "--site", cloud.url, "--project", "GROW")
    assert "WRONG" not in cloud.user.run("doctor").out
    other = {"TEACHBACK_SECRET_KEYS": Fernet.generate_key().decode()}
    said = cloud.user.run("doctor", status=1, inside=other).out
    assert f"no key opens those of {cloud.host}" in said


def test_a_token_that_was_taken_back_says_how_to_give_another(cloud: Cloud) -> None:
    cloud.user.environ |= {**BASE, "TEACHBACK_SECRET_KEYS": Fernet.generate_key().decode()}
    cloud.user.run("sync", "--site", cloud.url, "--project", "GROW")
    cloud.site.tokens.clear()
    said = cloud.user.run("doctor", status=1).out
    assert "401" in said
    assert f"teachback sync --site {cloud.url}" in said
