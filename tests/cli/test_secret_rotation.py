"""A new key for secrets takes over, and the old one can go."""

from cryptography.fernet import Fernet

from tests.cli.conftest import SITE, dump


def test_after_rotating_the_old_key_is_needed_no_more(user):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    with_old, with_both, with_new = ({"TEACHBACK_SECRET_KEYS": keys} for keys in (old, f"{new},{old}", new))
    user.run("db", "upgrade", inside=with_old)
    file = user.folder / "one.jsonl"
    file.write_text(dump().splitlines()[0])
    user.run("import", str(file), "--site", SITE, inside=with_old)
    user.run("import", str(file), "--site", SITE, inside=with_new, status=1)
    assert "sites (1)" in user.run("db", "rotate", inside=with_both).out
    user.run("import", str(file), "--site", SITE, inside=with_new)
