"""A person's data at the command line: shown, erased for good, and a site's end."""

import json

from tests.cli.conftest import APPLY, SITE, User, agreement, dump
from tests.jira.story.story import account_of

INA = account_of("Maren Vogt")


def ready(user: User) -> str:
    user.run("import", user.write("issues.jsonl", dump()), "--site", SITE)
    file = user.write("growth.yaml", agreement())
    user.run(*APPLY, file, "--site", SITE)
    return file


def test_a_person_is_shown_then_erased_and_stays_so(user: User) -> None:
    file = ready(user)
    before = user.report("--as-of", "2026-10-01T00:00:00Z")
    held = json.loads(user.run("person", "export", INA, "--site", SITE).out)["held"]
    assert {"account", "affiliation", "change", "issue"} <= held.keys()
    assert account_of("Ina Berg") not in json.dumps(held)
    assert user.run("person", "erase", INA, "--site", SITE).out.startswith("erased; erased:")
    assert json.loads(user.run("person", "export", INA, "--site", SITE).out)["held"] == {"inbox": [], "dead_letter": []}
    assert "nothing changed" in user.run(*APPLY, file, "--site", SITE).out
    user.run("import", user.write("again.jsonl", dump()), "--site", SITE)
    assert INA not in user.run("people", "--site", SITE).out
    assert user.report("--as-of", "2026-10-01T00:00:00Z") == before


def test_retention_is_said_and_set(user: User) -> None:
    ready(user)
    assert user.run("retention", "--site", SITE).out == f"{SITE}: 24 months\n"
    assert user.run("retention", "--site", SITE, "--months", "36").out == f"{SITE}: 36 months\n"
    assert "look back that far" in user.run("retention", "--site", SITE, "--from", "2090-01-01", status=2).line
    assert "nothing from before 2020-01-01 is read" in user.run("retention", "--site", SITE, "--from", "2020-01-01").out


def test_a_site_is_purged_only_when_it_is_said_twice(user: User) -> None:
    ready(user)
    assert "add --yes" in user.run("purge", "--site", SITE, status=2).line
    assert "rows deleted" in user.run("purge", "--site", SITE, "--yes").out
    assert "no site" in user.run("people", "--site", SITE, status=2).line
