"""Settings: read once, refused with the name and what to do."""

import pytest
from cryptography.fernet import Fernet

from connector.config import APP_KEY, JIRA_HOSTS, KEY_HOSTS, masked, read_settings
from connector.config_parsers import SettingError

KEY = Fernet.generate_key().decode()


def settings(**given):
    return read_settings({f"TEACHBACK_{name}": text for name, text in given.items()})


def test_defaults_hold_no_secret_and_no_address():
    read = settings()
    assert (read.base_url, read.secret_keys, read.app_key) == ("", (), APP_KEY)
    assert (read.jira_hosts, read.connect_key_hosts) == (JIRA_HOSTS, KEY_HOSTS)
    assert read.database_url == "sqlite:///teachback.db"


def test_everything_may_be_set():
    read = settings(
        BASE_URL="https://kt.example.com/app/",
        DATABASE_URL="postgresql://me:secret@db.example.com/teachback",
        SECRET_KEYS=f"{KEY},{KEY}",
        CONNECT_KEY_HOSTS="keys.example.com, http://127.0.0.1:8080",
        JIRA_HOSTS=".example.net http://127.0.0.1:8080/",
        CONNECT_SCRIPT="http://127.0.0.1:8080/all.js",
        APP_KEY="com.example.kt",
        FORGE_APP_ID="ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000",
        FORGE_JWKS_URL="https://keys.example.com/jwks.json",
    )
    assert (read.base_url, read.base_path, read.secure) == ("https://kt.example.com/app", "/app", True)
    assert read.database_url == "postgresql+psycopg://me:secret@db.example.com/teachback"
    assert read.connect_key_hosts == ("keys.example.com", "http://127.0.0.1:8080")
    assert read.jira_hosts == (".example.net", "http://127.0.0.1:8080")
    assert read.script_origin == "http://127.0.0.1:8080"
    assert len(read.secret_keys) == 2


REFUSED = [
    ("BASE_URL", "http://kt.example.com", "is not https"),
    ("BASE_URL", "https://user@kt.example.com", "more than an address"),
    ("BASE_URL", "https://kt.example.com?x=1", "more than an address"),
    ("BASE_URL", "https://kt.example.com/a%20b", "encoded"),
    ("BASE_URL", "kt.example.com", "not an address"),
    ("BASE_URL", "https://kt.example.com:port", "not an address"),
    ("BASE_URL", "", "not an address"),
    ("DATABASE_URL", "mysql://db/teachback", "does not speak: mysql"),
    ("DATABASE_URL", "nonsense", "not the address of a database"),
    ("DATABASE_URL", "sqlite://", "in memory"),
    ("SECRET_KEYS", "short", "key 1 is not a Fernet key"),
    ("SECRET_KEYS", "", "is empty"),
    ("CONNECT_KEY_HOSTS", ".example.com", "holds a suffix"),
    ("CONNECT_KEY_HOSTS", "http://keys.example.com", "is not https"),
    ("JIRA_HOSTS", "net", "not the name of a host"),
    ("JIRA_HOSTS", ".net", "not the name of a host"),
    ("JIRA_HOSTS", "*.atlassian.net", "not the name of a host"),
    ("JIRA_HOSTS", "http://127.0.0.1:8080/path", "more than an origin"),
    ("JIRA_HOSTS", " ", "is empty"),
    ("CONNECT_SCRIPT", "http://cdn.example.com/all.js", "is not https"),
    ("APP_KEY", "a b", "not an app key"),
    ("FORGE_APP_ID", "app", "not the ARI"),
    ("BASE_URI", "https://kt.example.com", "is not a setting"),
    ("BASE_URL_FILE", "/base", "is not a setting"),
]


@pytest.mark.parametrize(("name", "text", "what"), REFUSED)
def test_a_wrong_setting_is_named_with_its_mend(name, text, what):
    with pytest.raises(SettingError) as refused:
        settings(**{name: text})
    assert refused.value.name == f"TEACHBACK_{name}"
    assert what in refused.value.what
    assert refused.value.hint.endswith((".", "'"))


@pytest.mark.parametrize("missing", ["TEACHBACK_BASE_URL", "TEACHBACK_SECRET_KEYS"])
def test_the_doors_need_an_address_and_keys(missing):
    environ = {"TEACHBACK_BASE_URL": "https://kt.example.com", "TEACHBACK_SECRET_KEYS": KEY}
    environ.pop(missing)
    with pytest.raises(SettingError, match="is not set") as refused:
        read_settings(environ, web=True)
    assert refused.value.name == missing


def test_a_secret_may_come_from_a_file(tmp_path):
    file = tmp_path / "keys"
    file.write_text(f"{KEY}\n")
    assert settings(SECRET_KEYS_FILE=str(file)).secret_keys == (KEY,)


def test_a_secret_from_two_places_is_refused(tmp_path):
    with pytest.raises(SettingError, match="set twice"):
        settings(SECRET_KEYS=KEY, SECRET_KEYS_FILE=str(tmp_path / "keys"))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SettingError, match="cannot be read") as refused:
        settings(SECRET_KEYS_FILE=str(tmp_path / "none"))
    assert refused.value.name == "TEACHBACK_SECRET_KEYS_FILE"


def test_a_nearly_right_key_is_not_repeated():
    with pytest.raises(SettingError) as refused:
        settings(SECRET_KEYS=KEY[:-3])
    assert KEY[:-3] not in str(refused.value)


def test_masked_settings_and_repr_show_no_secret():
    read = settings(SECRET_KEYS=KEY, DATABASE_URL="postgresql://me:word@db.example.com/teachback")
    shown = masked(read)
    assert shown["TEACHBACK_SECRET_KEYS"] == "1 set"
    assert shown["TEACHBACK_DATABASE_URL"] == "postgresql+psycopg://me:***@db.example.com/teachback"
    assert shown["TEACHBACK_BASE_URL"] == "not set"
    assert KEY not in f"{shown}{read!r}"
    assert "word" not in f"{shown}{read!r}"
