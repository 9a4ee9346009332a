"""Every attack on Connect's requests is refused, and for its own reason."""

import pytest

from tests.connector.attacks.connect_attacks import ATTACKS


def test_there_are_enough_of_them_and_none_twice():
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 35


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack(installed_app, attack):
    assert attack.act(installed_app) == attack.refused
    assert installed_app.codes() == ([attack.code] if attack.code else [])
