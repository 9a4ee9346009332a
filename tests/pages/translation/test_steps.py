"""The steps to a reader in German: each is an imperative, so that the sentences around them read as German."""

import re
from typing import get_args

import pytest
from babel import Locale

from connector.figures.own_steps import OwnPart
from connector.pages.learning.next_steps import DO, DO_ALONE, DO_ALONE_LIFTS, DO_LIFTS, DO_ONE_OF
from connector.pages.panel.next_step_text import STARTED, STARTED_ALONE
from connector.pages.step_text import SHADOW_BY_WORK, STARTING, STEPS, action_of
from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.ticket.next_steps import Start
from mappings.translation import gettext, in_locale

STARTS: tuple[Start, ...] = get_args(Start)
IMPERATIVE = re.compile(
    r"(?:Sie sind unter [^;]+; )?(?:tragen|verschieben|schreiben|übernehmen|erfassen|weisen|lassen) Sie[ ,]"
)


@pytest.mark.parametrize("part", [*STEPS, *SHADOW_BY_WORK])
def test_a_step_to_the_reader_is_an_imperative(part: OwnPart) -> None:
    with in_locale(Locale("de")):
        for start in STARTS:
            do = action_of(part, DEFAULT, start)
            assert IMPERATIVE.match(do), do
            assert not re.search(r" (?:ist|schreibt|übernimmt|erfasst|setzt|zuweist)\b", do), do


@pytest.mark.parametrize("words", [DO, DO_ALONE, DO_LIFTS, DO_ALONE_LIFTS, DO_ONE_OF, STARTED, STARTED_ALONE])
def test_what_a_step_brings_goes_on_from_an_imperative(words: str) -> None:
    with in_locale(Locale("de")):
        do = action_of("driver", DEFAULT, "assign_and_move")
        text = gettext(words, do=do, hours="", rung="begleitet", one_of="eines der 2 Tickets")
    assert f"{do}, " in text
    assert ", dann " in text
    assert "wer " not in text.lower()


def test_what_takes_work_begins_with_its_start() -> None:
    with in_locale(Locale("de")):
        for part in STARTING:
            assert action_of(part, DEFAULT, "assign").startswith("weisen Sie es sich zu")
