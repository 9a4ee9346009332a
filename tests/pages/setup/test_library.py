"""The library of objectives: in the language of who adds from it, with one key in all languages."""

import re

from mappings.formats.engagement_file.draft_sections import read_draft
from mappings.formats.engagement_file.objective_library import read_library
from mappings.formats.engagement_file.writer import write_engagement
from tests.pages.conftest import LEAD, PageClient
from tests.pages.html_reader import text_of
from tests.pages.setup.fields import address, draft_of
from tests.pages.translation.test_pseudo_locale import ask

ADDED = "check-an-experiment-before-launch"


def test_an_objective_is_named_in_the_language_of_who_adds_it_and_is_there_once(ready: PageClient) -> None:
    offered = text_of(ask(ready, LEAD, address("draft")).text)
    assert "Ein Experiment vor dem Start prüfen Findet defekte Varianten" in offered
    library = address("objectives/library")
    added = ask(ready, LEAD, library, method="POST", data={"pick": ADDED}).text
    assert "Ein Experiment vor dem Start prüfen" in added
    again = ask(ready, LEAD, library, "en", method="POST", data={"pick": ADDED}).text
    assert "It is there already." in again
    # The agreement holds the name as it was added, for readers of every language.
    assert "Ein Experiment vor dem Start prüfen" in text_of(ask(ready, LEAD, address("draft"), "en").text)
    objectives = draft_of(ready).bodies["objectives"]["objectives"]
    assert objectives[-1] | {"mapping": None} == {
        "key": ADDED, "name": "Ein Experiment vor dem Start prüfen", "mapping": None
    }  # fmt: skip
    assert objectives[-1]["mapping"] == {"labels": ["experiment-qa"]}
    assert "name: Ein Experiment vor dem Start prüfen" in write_engagement(read_draft(draft_of(ready).bodies))


def test_adding_from_the_library_with_nothing_ticked_is_refused(ready: PageClient) -> None:
    answer = ready.press(LEAD, address("objectives/library"))
    assert answer.status_code == 422
    assert "Tick at least one objective first." in answer.text
    assert "It is there already." not in answer.text


def test_what_somebody_writes_gets_a_key_of_its_name_and_one_from_csv_too(ready: PageClient) -> None:
    ready.press(LEAD, address("objectives/write"), text="Run a retro")
    ready.press(LEAD, address("objectives/csv"), text="name,labels\nRun a Retro!,retro")
    keys = [each["key"] for each in draft_of(ready).bodies["objectives"]["objectives"]]
    assert keys[-2:] == ["run-a-retro", "run-a-retro-2"]


def test_keys_of_the_library_are_one_each() -> None:
    keys = [each.key for trade in read_library() for each in trade.objectives]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z0-9-]{3,60}", key) for key in keys)
