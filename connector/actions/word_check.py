"""Which words of an engagement file match nothing on a site: by what was read, then by what Jira itself says."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Engine

from connector.jira.client import JiraClient
from connector.jira.errors import JiraError
from mappings.events import vocabulary as kinds
from mappings.events.pseudonyms import Swap
from mappings.events.vocabulary import Vocabulary
from mappings.formats.engagement_file.errors import Problem
from mappings.formats.engagement_file.words import Word, incomparable_kinds, unmatched_words
from mappings.records.facts.vocabulary import select_vocabulary

Fetch = Callable[[JiraClient, Sequence[Word]], Iterable[str]]


class WordCheck(Struct, frozen=True):
    """What comparing a file's words gave; `unreached` says why Jira was not asked, where it was needed."""

    problems: tuple[Problem, ...] = ()
    incomparable: tuple[str, ...] = ()
    unreached: str = ""


def check_words(
    reader: Engine, tenant_id: int, words: Sequence[Word], *, swap: Swap | None, jira: Callable[[], JiraClient]
) -> WordCheck:
    """Compare the words of a file with a site. `jira` is asked only for what was not read; it may raise JiraError."""
    with reader.connect() as connection:
        vocabulary = select_vocabulary(connection, tenant_id)
    # The accounts of erased people stay in the file and are pseudonyms here.
    compared = [word for word in words if swap is None or word.kind != kinds.ACCOUNT or swap(word.text) == word.text]
    missing = [word for word in compared if not vocabulary.has(word.kind, word.text, word.field)]
    unreached = ""
    if missing:
        try:
            vocabulary = add_words(vocabulary, fetch_words(jira(), missing, words))
        except JiraError as error:
            unreached = str(error)
    problems = tuple(unmatched_words(missing, vocabulary))
    return WordCheck(problems, tuple(incomparable_kinds(missing, vocabulary)), unreached)


def add_words(vocabulary: Vocabulary, fetched: Mapping[str, Iterable[str]]) -> Vocabulary:
    """Return a vocabulary with more words, which no issue carries yet."""
    # A word from Jira's lists has no issue yet: its count is 0.
    words = {kind: {**dict.fromkeys(texts, 0), **vocabulary.words.get(kind, {})} for kind, texts in fetched.items()}
    return replace(vocabulary, words={**vocabulary.words, **words})


def fetch_words(client: JiraClient, missing: Sequence[Word], words: Sequence[Word]) -> dict[str, list[str]]:
    """Return what Jira knows of the kinds of the words that are missing. Raises JiraError."""
    wanted = {word.kind for word in missing}
    if kinds.DECLINED in wanted:
        wanted.add(kinds.STATUS)
    fetched: dict[str, list[str]] = {}
    if kinds.STATUS in wanted:
        fetched[kinds.STATUS] = [str(status.get("name")) for status in client.fetch_statuses()]
    if kinds.FIELD in wanted:
        fetched[kinds.FIELD] = [str(field.get(name)) for field in client.fetch_fields() for name in ("id", "name")]
    if kinds.ACCOUNT in wanted:
        accounts = [word.text for word in missing if word.kind == kinds.ACCOUNT]
        fetched[kinds.ACCOUNT] = list(client.fetch_names(accounts))
    if wanted & {kinds.PROJECT, kinds.TYPE, kinds.COMPONENT}:
        fetched |= _fetch_project_words(client, [word.text.upper() for word in words if word.kind == kinds.PROJECT])
    return fetched


def _fetch_project_words(client: JiraClient, keys: Sequence[str]) -> dict[str, list[str]]:
    fetched: dict[str, list[str]] = {kinds.PROJECT: [], kinds.TYPE: [], kinds.COMPONENT: []}
    for key in keys:
        try:
            project = client.fetch_project(key)
        except JiraError as error:
            if error.status not in {400, 403, 404}:
                raise
            continue
        # A project that was renamed answers to its earlier keys.
        fetched[kinds.PROJECT] += [key, str(project.get("key"))]
        for kind, name in ((kinds.TYPE, "issueTypes"), (kinds.COMPONENT, "components")):
            fetched[kind] += [str(entry.get("name")) for entry in project.get(name) or () if isinstance(entry, dict)]
    return fetched
