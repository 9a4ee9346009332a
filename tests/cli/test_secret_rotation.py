"""A new key for secrets takes over, and the old one can go."""

import re
from pathlib import Path

from cryptography.fernet import Fernet

from mappings.records.operations.forge_installations import save_system_token, select_system_token
from mappings.records.operations.tenants import select_tenants
from mappings.records.sql.engine import open_engine
from mappings.records.sql.secrets import Vault
from tests.cli.conftest import SITE, dump


def test_after_rotating_the_old_key_is_needed_no_more(new_user):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    with_old, with_both, with_new = ({"TEACHBACK_SECRET_KEYS": keys} for keys in (old, f"{new},{old}", new))
    new_user.run("db", "upgrade", inside=with_old)
    file = new_user.folder / "one.jsonl"
    file.write_text(dump().splitlines()[0])
    new_user.run("import", str(file), "--site", SITE, inside=with_old)
    new_user.run("import", str(file), "--site", SITE, inside=with_new, status=1)
    engine = open_engine(new_user.environ["TEACHBACK_DATABASE_URL"])
    with engine.begin() as connection:
        (tenant,) = select_tenants(connection)
        save_system_token(connection, tenant.tenant_id, "of-forge", 1 << 62, vault=Vault([old]))
    assert "sites (1)" in new_user.run("db", "rotate", inside=with_both).out
    new_user.run("import", str(file), "--site", SITE, inside=with_new)
    with engine.connect() as connection:
        assert select_system_token(connection, tenant.tenant_id, 0, vault=Vault([new])) == "of-forge"
    engine.dispose()


def test_the_command_rotates_every_kind_of_secret_that_is_stored():
    root = Path(__file__).resolve().parents[2]
    command = (root / "connector/commands/installation/database.py").read_text()
    kinds = {
        name
        for path in (root / "mappings/records").rglob("*.py")
        for name in re.findall(r"^def (rotate_\w+)", path.read_text(), re.MULTILINE)
    }
    # What each of them calls, row by row.
    kinds.remove("rotate_column")
    assert len(kinds) >= 5
    assert {name for name in kinds if f"{name}(connection" not in command} == set()
