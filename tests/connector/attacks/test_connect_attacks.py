"""Every attack on the Connect door is refused, and for its own reason."""

import pytest

from tests.connector.attacks.connect_attacks import ATTACKS


def test_there_are_enough_of_them_and_none_twice():
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 35


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack(town, attack):
    assert attack.act(town) == attack.refused
    assert town.codes() == ([attack.code] if attack.code else [])
