"""What the other commands promise: settings shown without secrets, letters tried anew, files applied once."""

import os
import re
import shlex
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from connector.cli import COMMANDS, Teachback, main
from mappings.records.agreement.engagements import select_engagement
from mappings.records.operations.audit import AGREEMENT_CHANGED, select_acts_on
from mappings.records.operations.dead_letters import insert_dead_letter
from mappings.records.operations.inbox import select_waiting
from mappings.records.operations.tenants import select_tenants
from mappings.records.sql.engine import open_engine
from mappings.records.sql.secrets import Vault
from tests.cli.conftest import APPLY, SITE, User, agreement, dump

KEY = "B9n8Rj1DZbcQoBwVp5VYqfsCr7ppEjUbXJQ4oR0nU8k="


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help(user: User, name: str) -> None:
    assert user.run(name, "--help").out.startswith(f"Usage: teachback {name}")
    assert user.run("--help").out.count(f"\n  {name} ") == 1


def test_the_version_is_that_of_the_release(user: User) -> None:
    assert user.run("--version").out == "teachback, version 0.1.0\n"


def test_settings_are_shown_without_secrets(user: User) -> None:
    url = "postgresql://teach:hush@127.0.0.1:9/teach"
    inside = {"TEACHBACK_DATABASE_URL": url, "TEACHBACK_SECRET_KEYS": KEY}
    result = user.run("config", "check", status=1, inside=inside)
    assert "TEACHBACK_SECRET_KEYS = 1 set" in result.out
    assert "hush" not in result.out + result.err
    assert KEY not in result.out + result.err


def test_config_check_says_what_is_missing(new_user: User) -> None:
    assert "database: empty: run teachback db upgrade" in new_user.run("config", "check").out
    new_user.run("db", "upgrade")
    assert "database: ready for this release" in new_user.run("config", "check").out
    assert "serve: needs TEACHBACK_BASE_URL" in new_user.run("config", "check").out
    inside = {"TEACHBACK_BASE_URL": "https://t.example", "TEACHBACK_SECRET_KEYS": KEY}
    assert "serve: can start" in new_user.run("config", "check", inside=inside).out


def test_an_upgrade_may_be_repeated(new_user: User) -> None:
    assert new_user.run("db", "upgrade").out == new_user.run("db", "upgrade").out


def test_the_key_of_a_file_is_for_its_owner_alone(user: User) -> None:
    user.run(*APPLY, user.write("acme.yaml", agreement()), "--site", SITE)
    mode = (user.folder / "teachback.db.key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_what_was_kept_under_the_own_key_opens_beside_a_new_one(user: User) -> None:
    user.run("import", user.write("one.jsonl", dump().splitlines()[0]), "--site", SITE)
    user.run(
        "import", user.write("one.jsonl", dump().splitlines()[0]), "--site", SITE, inside={"TEACHBACK_SECRET_KEYS": KEY}
    )


def test_what_a_changed_file_changed_is_kept_by_part(user: User) -> None:
    user.run(*APPLY, user.write("acme.yaml", agreement()), "--site", SITE)
    other = agreement().replace("Growth and Acme", "Growth with Acme").replace("side: gatekeeper", "side: inhouse", 1)
    user.run(*APPLY, user.write("acme.yaml", other), "--site", SITE)
    engine = open_engine(user.environ["TEACHBACK_DATABASE_URL"], read_only=True)
    with engine.connect() as connection:
        acts = select_acts_on(connection, 1, AGREEMENT_CHANGED, "growth-acme", since=0)
    engine.dispose()
    assert [act.after for act in acts] == ["terms, people"]


def test_a_file_is_applied_once(user: User) -> None:
    path = user.write("acme.yaml", agreement())
    result = user.run(*APPLY, path, "--site", SITE)
    assert result.out.splitlines() == [
        f"new site {SITE}",
        "new engagement growth-acme: 21 people, 5 objectives, projects GROW",
    ]
    assert user.run(*APPLY, path, "--site", SITE).out == "growth-acme: nothing changed\n"
    engine = open_engine(user.environ["TEACHBACK_DATABASE_URL"], read_only=True)
    with engine.connect() as connection:
        stored = select_engagement(connection, 1, "growth-acme")
    engine.dispose()
    assert stored is not None
    assert (stored.generation, stored.next_generation) == (None, 1)


def test_a_site_may_be_named_by_its_address(user: User) -> None:
    path = user.write("acme.yaml", agreement())
    user.run(*APPLY, path, "--site", f"https://{SITE.upper()}/")
    assert user.run(*APPLY, path, "--site", SITE).out == "growth-acme: nothing changed\n"


def test_lint_says_what_a_good_file_holds(user: User) -> None:
    result = user.run("engagement", "lint", user.write("acme.yaml", agreement()))
    assert result.out == "growth-acme: 21 people, 5 objectives, nothing wrong\n"


def test_a_dead_letter_is_looked_at_and_tried_anew(user: User) -> None:
    user.run("import", user.write("one.jsonl", dump().splitlines()[0]), "--site", SITE)
    engine = open_engine(user.environ["TEACHBACK_DATABASE_URL"])
    vault = Vault(Path("teachback.db.key").read_text().split())
    at = int(datetime(2026, 7, 2, 10, tzinfo=UTC).timestamp()) * 1_000_000
    with engine.begin() as connection:
        (tenant,) = select_tenants(connection)
        insert_dead_letter(
            connection, tenant.tenant_id, vault=vault, dkey="d1", body=b'{"odd": 1}', reason="issue: missing", at=at
        )
    assert user.run("dead-letters", "list", "--site", SITE).out == "1  2026-07-02T10:00:00Z  issue: missing\n"
    assert user.run("dead-letters", "show", "1", "--site", SITE).out == '{"odd": 1}\n'
    user.run("dead-letters", "requeue", "1", "2", "--site", SITE, status=2)
    assert user.run("dead-letters", "requeue", "1", "--site", SITE).out == "1 back in the inbox\n"
    assert user.run("dead-letters", "list", "--site", SITE).out == ""
    with engine.connect() as connection:
        assert select_waiting(connection).deliveries == 1
    engine.dispose()


def test_help_lists_every_command_and_imports_none() -> None:
    code = "import sys; from connector.cli import main\ntry: main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    words = " ".join(printed.split())
    assert all(f"{name} {entry.help}" in words for name, entry in COMMANDS.items())
    assert not {"sqlalchemy", "flask", "requests", "cryptography", "marshmallow"} & set(printed.split())


def test_the_shell_completes_commands() -> None:
    environ = os.environ | {"COMP_WORDS": "teachback engagement ex", "COMP_CWORD": "2"}
    environ |= {"_TEACHBACK_COMPLETE": "bash_complete"}
    command = [sys.executable, "-m", "connector"]
    completed = subprocess.run(command, capture_output=True, text=True, env=environ, check=False)
    assert completed.stdout == "plain,export\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_loads(name: str) -> None:
    assert Teachback(name="teachback").get_command(click.Context(main), name) is not None


GROUPS = [
    name
    for name in COMMANDS
    if isinstance(Teachback(name="teachback").get_command(click.Context(main), name), click.Group)
]


@pytest.mark.parametrize("name", GROUPS)
def test_the_help_of_a_group_cuts_no_description_off(user: User, name: str) -> None:
    assert "..." not in user.run(name, "--help").out.partition("Commands:")[2]


def test_a_misspelt_command_names_the_nearest(user: User) -> None:
    words = "teachback: There is no command 'serv'. Did you mean serve? See: teachback --help"
    assert user.run("serv", status=2).line == words


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield (*path, name), command


LEAVES = [pytest.param(path, command, id=" ".join(path)) for path, command in leaves(main)]


@pytest.mark.parametrize(("path", "command"), LEAVES)
def test_the_examples_of_a_help_are_calls_of_its_command(path: tuple[str, ...], command: click.Command) -> None:
    calls = re.findall(r"^ +teachback (.+)$", command.epilog or "", re.MULTILINE)
    assert calls
    for call in calls:
        words = shlex.split(call.partition(" > ")[0])
        assert words[: len(path)] == list(path)
        values, rest, _ = command.make_parser(click.Context(command)).parse_args(words[len(path) :])
        assert not rest
        assert all(
            values.get(str(parameter.name)) not in (None, ()) for parameter in command.params if parameter.required
        )


@pytest.mark.parametrize(("path", "command"), LEAVES)
def test_a_help_reads_alike(path: tuple[str, ...], command: click.Command) -> None:
    text = command.get_help(click.Context(command, info_name=" ".join(path)))
    assert "{" not in text.splitlines()[0], "choices belong to the text, not into the usage line"
    assert "see above" not in text
    assert re.findall(r"--site (\S+)", text.partition("Example")[0]) in ([], ["NAME"])
    assert not re.search(r"--[a-z-]+ (TEXT|INTEGER)\b", text.replace("--reason TEXT", "").replace("--words TEXT", ""))
