"""What an engagement keeps about one person: theirs alone, of this engagement and this tenant alone."""

from sqlalchemy import Engine

from mappings.measure.model.statements import SignOff
from mappings.measure.model.ticket import TeachBack
from mappings.records.agreement import consents, roles, sign_offs, teach_backs
from mappings.records.privacy.export import OTHERS, select_own_rows
from mappings.records.sql.scope import AgreementScope
from tests.records.fact_builders import at, enter

MINE = ("role", "sign_off", "teach_back", "consent")


def say(connection, tenant_id: int, engagement: str, account: str) -> None:
    scope = AgreementScope(connection, tenant_id, engagement)
    roles.save_role(scope, 1, name="shadow", account=account, at=at(0), by="lead")
    sign_off = SignOff("attest", at(1), "lead", "agency", 2)
    sign_offs.insert_sign_off(
        scope, sign_off, pair=("seo", account), reason="As [~accountid:712020:eve] says", issues=()
    )
    teach_backs.insert_teach_back(scope, 1, TeachBack("seo", account, at(2)))
    consents.insert_consent(scope, account, kind="named", at=at(3))


def test_ones_own_rows_and_no_others(engine: Engine) -> None:
    with engine.begin() as connection:
        ours, theirs = enter(connection, "acme"), enter(connection, "globex")
        for tenant_id in (ours, theirs):
            for engagement in ("growth", "other"):
                for account in ("ada", "eve"):
                    say(connection, tenant_id, engagement, account)
        own_rows = select_own_rows(AgreementScope(connection, ours, "growth"), "ada")
    assert {name: len(own_rows[name]) for name in MINE} == dict.fromkeys(MINE, 1)
    assert {row["account"] for name in MINE for row in own_rows[name]} == {"ada"}
    assert own_rows["sign_off"][0]["signer"] == OTHERS
    assert "712020:eve" not in own_rows["sign_off"][0]["reason"]
    assert {row["engagement"] for name in MINE for row in own_rows[name]} == {"growth"}
