"""The words of a draft beside those that were read: what each signal looks for, and on how many tickets that stands."""

from collections.abc import Mapping

from connector.actions.draft_fields import read_fields
from connector.pages.setup.words import KINDS_OF_WORDS, NOTHING_LOOKED_FOR, SIGNALS
from mappings.events.names import fold_name
from mappings.records.agreement.drafts import Draft
from mappings.translation import ngettext

# By the kind of a word the words that were read, each with its number of tickets.
Words = Mapping[str, Mapping[str, int]]


def words_of(draft: Draft) -> Words:
    words: Words = draft.bodies["objectives"].get("words", {})
    return words


def signal_words(draft: Draft) -> dict[str, dict[str, list[str]]]:
    """Return by signal and list what is looked for, without the lists that are empty."""
    fields = read_fields("more", draft.bodies["more"])
    texts = {
        signal: {name: list(filter(None, fields[f"{signal} {name}"].split(", "))) for name, _ in lists}
        for signal, (_, _, lists) in SIGNALS.items()
    }
    return {signal: {name: chosen for name, chosen in lists.items() if chosen} for signal, lists in texts.items()}


def tickets_with(words: Words, kind: str, text: str) -> int:
    """Return on how many tickets a text stands, compared as measuring compares it: labels alone by case."""
    known = words.get(KINDS_OF_WORDS[kind], {})
    if kind == "labels":
        return known.get(text, 0)
    return sum(tickets for word, tickets in known.items() if fold_name(word) == fold_name(text))


def signal_texts(draft: Draft) -> dict[str, str]:
    """Return by signal on how many tickets its words stand, as far as the words that were read tell."""
    words = words_of(draft)
    texts = {}
    for signal, lists in signal_words(draft).items():
        listed = [
            ngettext("%(word)s on %(num)s ticket", "%(word)s on %(num)s tickets", tickets, word=word)
            for kind, chosen in lists.items()
            if kind in KINDS_OF_WORDS
            for word in chosen
            for tickets in (tickets_with(words, kind, word),)
        ]
        # On how many tickets a link stands was not read, and it is looked for all the same.
        texts[signal] = ", ".join([*listed, *lists.get("links", ())]) or NOTHING_LOOKED_FOR[signal]
    return texts
