"""Each attack gets in once what stops it is taken out: no test of test_attacks.py passes for another reason."""

import pytest

from tests.connector.attacks.connect_attacks import ATTACKS

SEVERAL = [attack for attack in ATTACKS if len(attack.off) > 1]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_without_its_check_the_attack_gets_in(installed_app, monkeypatch, attack):
    for off in attack.off:
        off(monkeypatch, installed_app)
    answer = attack.act(installed_app)
    assert answer in {200, 204} if isinstance(attack.refused, int) and attack.refused > 1 else answer != attack.refused
    assert installed_app.last_status() < 500


@pytest.mark.parametrize("attack", SEVERAL, ids=lambda attack: attack.name)
def test_without_its_first_check_the_log_names_another(installed_app, monkeypatch, attack):
    attack.off[0](monkeypatch, installed_app)
    assert (attack.act(installed_app), installed_app.codes()) != (attack.refused, [attack.code])
