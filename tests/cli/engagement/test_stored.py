"""What is stored of engagements: listed, shown, and exported as a file that changes nothing."""

from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from hypothesis import HealthCheck, Phase, given, settings

from connector.clock import now
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.formats.engagement_file.writer import write_engagement
from mappings.measure.model.engagement import Engagement
from mappings.records.agreement.engagements import save_engagement
from mappings.records.operations.tenants import select_tenants
from mappings.records.sql.engine import open_engine
from tests.cli.conftest import APPLY, SITE, Cloud, User, agreement, dump
from tests.formats.test_engagement import engagements
from tests.upgraded import upgrade_copy


def test_engagements_are_listed_and_shown(user: User) -> None:
    user.run("import", user.write("dump.jsonl", dump()), "--site", SITE)
    assert user.run("engagement", "list", "--site", SITE).err == "0 engagements\n"
    for key in ("growth-acme", "growth-bolt"):
        user.run(*APPLY, user.write("file.yaml", agreement(key)), "--site", SITE)
    listed = user.run("engagement", "list", "--site", SITE)
    first, second = listed.out.splitlines()
    assert first.startswith("growth-acme  Growth and Acme  Acme Experiments  GROW  ")
    assert first.endswith("not measured yet")
    assert second.startswith("growth-bolt  ")
    assert listed.err == "2 engagements\n"
    user.report()
    shown = user.run("engagement", "show", "growth-acme", "--site", SITE).out.splitlines()
    assert shown[0] == "Engagement:  Growth and Acme (growth-acme)"
    assert "Figures:     measured" in shown
    assert any(line.startswith("  ab-design: Design an A/B test; 3 independent by ") for line in shown)
    assert any(line.startswith("People:      10 agency, ") for line in shown)


def test_an_engagement_that_is_not_there_is_named(user: User) -> None:
    user.run(*APPLY, user.write("file.yaml", agreement()), "--site", SITE)
    for command in ("show", "export"):
        printed = user.run("engagement", command, "growth-bolt", "--site", SITE, status=2).line
        assert "no engagement 'growth-bolt' on this site: apply its file first (known: growth-acme)" in printed


def test_sites_are_listed_with_how_they_are_reached_and_what_is_read(cloud: Cloud) -> None:
    user = cloud.user
    user.run("sync", "--site", cloud.url, "--project", "GROW")
    user.run("import", user.write("one.jsonl", dump().splitlines()[0]), "--site", SITE)
    listed = user.run("site", "list")
    direct, file = listed.out.splitlines()
    assert direct.startswith(f"{cloud.host}  by API token  ")
    assert direct.endswith("0 engagements  GROW read")
    assert file == f"{SITE}  by files  1 issue  0 engagements"
    assert listed.err == "2 sites\n"


def check_export(user: User, agreed: Engagement) -> None:
    """An export is accepted, changes nothing when it is applied, and is the same again."""
    exported = user.run("engagement", "export", agreed.key, "--site", SITE).out
    assert read_engagement(exported) == agreed
    applied = user.run(*APPLY, user.write("exported.yaml", exported), "--site", SITE)
    assert applied.out == f"{agreed.key}: nothing changed\n"
    assert user.run("engagement", "export", agreed.key, "--site", SITE).out == exported


# Each example is several calls of the command: shrinking one takes minutes.
RANDOM = settings(
    deadline=None,
    max_examples=15,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)


@RANDOM
@given(engagements())
def test_applying_what_was_exported_changes_nothing(drawn: Engagement) -> None:
    """From a file, and from an engagement that was stored without one, as pages do."""
    agreed = msgspec.structs.replace(drawn, ruleset="default")
    with TemporaryDirectory() as folder:
        user = User(Path(folder), {"TEACHBACK_DATABASE_URL": f"sqlite:///{folder}/teachback.db"})
        upgrade_copy(user.environ["TEACHBACK_DATABASE_URL"])
        user.run(*APPLY, user.write("file.yaml", write_engagement(agreed)), "--site", SITE)
        check_export(user, agreed)
        stored = msgspec.structs.replace(agreed, key="from-pages")
        engine = open_engine(user.environ["TEACHBACK_DATABASE_URL"])
        with engine.begin() as connection:
            tenant_id = select_tenants(connection)[0].tenant_id
            save_engagement(connection, tenant_id, stored, engagement_hash(stored), now=now(), by=None)
        engine.dispose()
        check_export(user, stored)
