"""Each attack gets in once what stops it is taken out: no test of test_attacks.py passes for another reason."""

import pytest

from tests.connector.attacks.connect_attacks import ATTACKS

SEVERAL = [attack for attack in ATTACKS if len(attack.off) > 1]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_without_its_check_the_attack_gets_in(town, monkeypatch, attack):
    for off in attack.off:
        off(monkeypatch, town)
    answer = attack.act(town)
    assert answer in {200, 204} if isinstance(attack.refused, int) and attack.refused > 1 else answer != attack.refused
    assert town.last_status() < 500


@pytest.mark.parametrize("attack", SEVERAL, ids=lambda attack: attack.name)
def test_without_its_first_check_the_log_names_another(town, monkeypatch, attack):
    attack.off[0](monkeypatch, town)
    assert (attack.act(town), town.codes()) != (attack.refused, [attack.code])
