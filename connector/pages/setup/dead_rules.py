"""Objectives and signals of a draft whose words no ticket carries, as far as the words that were read tell."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connector.actions.draft_proposals import MOST_WORDS
from connector.pages.setup.read_words import Words, signal_words, tickets_with, words_of
from connector.pages.setup.words import KINDS_OF_WORDS, SIGNALS
from mappings.records.agreement.drafts import Draft
from mappings.translation import gettext, list_text, mark_plural, ngettext

MOST_LISTED = 5
OBJECTIVES = mark_plural(
    "No ticket has what this is known by: %(names)s. Put it on tickets, or change it.",
    "No ticket has what these are known by: %(names)s. Put it on tickets, or change it.",
)
SIGNAL_WORDS = mark_plural(
    "No ticket has what is set for %(names)s. Put it on tickets, or change it.",
    "No ticket has what is set for %(names)s. Put it on tickets, or change it.",
)


def dead_rules(draft: Draft) -> Iterator[tuple[str, str]]:
    """Give the section and a sentence where something that is looked for is on no ticket."""
    words = words_of(draft)
    # Before anything was read nothing is known to be missing.
    if not any(words.values()):
        return
    objectives = draft.bodies["objectives"].get("objectives", ())
    yield from _sentence("objectives", OBJECTIVES, [each["name"] for each in objectives if _is_dead(each, words)])
    yield from _sentence("more", SIGNAL_WORDS, list(_dead_signals(draft, words)))


def _sentence(section: str, forms: tuple[str, str], names: list[str]) -> Iterator[tuple[str, str]]:
    if names:
        more = [gettext("%(more)s more", more=len(names) - MOST_LISTED)] if len(names) > MOST_LISTED else []
        yield section, ngettext(*forms, len(names), names=list_text([*names[:MOST_LISTED], *more]))


def _is_dead(objective: Mapping[str, Any], words: Words) -> bool:
    mapping = objective.get("mapping", {})
    # On how many tickets a field or an epic stands was not read.
    if not mapping or not KINDS_OF_WORDS.keys() >= mapping.keys():
        return False
    return all(_is_on_none(words, kind, mapping[kind]) for kind in mapping)


def _dead_signals(draft: Draft, words: Words) -> Iterator[str]:
    for signal, lists in signal_words(draft).items():
        chosen = {kind: texts for kind, texts in lists.items() if kind in KINDS_OF_WORDS}
        if chosen and "links" not in lists and all(_is_on_none(words, kind, chosen[kind]) for kind in chosen):
            yield gettext(SIGNALS[signal][0])


def _is_on_none(words: Words, kind: str, texts: Iterable[str]) -> bool:
    """Tell whether no ticket carries any of these texts; where only the first words were kept nobody knows."""
    if len(words.get(KINDS_OF_WORDS[kind], {})) >= MOST_WORDS:
        return False
    return not any(tickets_with(words, kind, text) for text in texts)
