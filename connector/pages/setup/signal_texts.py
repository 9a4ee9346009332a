"""What each signal of a draft looks for, in words, or what follows where it has none."""

from connector.actions.draft_fields import read_fields
from connector.pages.setup.words import KINDS_OF_WORDS, NOTHING_LOOKED_FOR, SIGNALS
from mappings.records.agreement.drafts import Draft
from mappings.translation import ngettext


def signal_texts(draft: Draft) -> dict[str, str]:
    """Return by signal on how many tickets its words stand, as far as the words that were read tell."""
    words = draft.bodies["objectives"].get("words", {})
    fields = read_fields("more", draft.bodies["more"])
    texts = {}
    for signal, (_, _, lists) in SIGNALS.items():
        chosen = [
            (word, words.get(KINDS_OF_WORDS[name], {}).get(word, 0))
            for name, _ in lists
            if name in KINDS_OF_WORDS
            for word in filter(None, fields[f"{signal} {name}"].split(", "))
        ]
        listed = [
            ngettext("%(word)s on %(num)s ticket", "%(word)s on %(num)s tickets", tickets, word=word)
            for word, tickets in chosen
        ]
        # On how many tickets a link stands was not read, and it is looked for all the same.
        links = fields.get(f"{signal} links")
        texts[signal] = ", ".join([*listed, *([links] if links else [])]) or NOTHING_LOOKED_FOR[signal]
    return texts
