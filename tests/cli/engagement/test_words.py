"""Words of an engagement file that match nothing on the site are named, with the nearest, and asked about."""

import re

import pytest

from tests.cli.conftest import SITE, TOKEN, Cloud, User, dump, type_answer
from tests.cli.conftest import agreement as story_agreement


def agreement() -> str:
    """The file of the story without the one word that its site does not have."""
    assert "Won't do, Declined" in story_agreement()
    return story_agreement().replace("Won't do, Declined", "Won't do")


FIRST_ACCOUNT = re.search(r"account: '?([^',}]+)", agreement())
assert FIRST_ACCOUNT is not None
ACCOUNT = FIRST_ACCOUNT[1]

SLIPS = {
    "status": ("active: [In Progress]", "active: [In Progres]", "workflow.active.0", "did you mean In Progress?"),
    "project": ("projects: [GROW]", "projects: [GRWO]", "engagement.projects.0", "did you mean GROW?"),
    "field": ("field: customfield_10016", "field: customfield_10061", "units.field", "did you mean customfield_10016?"),
    "component": (
        "[Experiment design]",
        "[Experimnt design]",
        ".mapping.components.0",
        "did you mean Experiment design?",
    ),
    "label": ("labels: [proposal]", "labels: [Proposal]", "signals.proposals.labels.0", "did you mean proposal?"),
    "issue type": ("types: [Incident]", "types: [Incidnt]", "signals.incidents.types.0", "did you mean Incident?"),
    "link": ("[reviewed by]", "[reviewd by]", "signals.incidents.review.links.0", "did you mean reviewed by?"),
    "resolution": ("won: [Won]", "won: [Wonn]", "signals.experiments.won.0", "did you mean Won?"),
    "account": (ACCOUNT, ACCOUNT[:-1] + "0z", ".account", f"did you mean {ACCOUNT}?"),
    "status or resolution": ("[Won't do]", "[Wont do]", ".declined.0", "did you mean Won't do?"),
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> User:
    """Somebody who has imported the story, and applied nothing."""
    folder = tmp_path_factory.mktemp("reader")
    user = User(folder, {"TEACHBACK_DATABASE_URL": f"sqlite:///{folder}/teachback.db"})
    user.run("import", user.write("dump.jsonl", dump()), "--site", SITE)
    return user


def lint(user: User, text: str, *words: str, status: int = 0) -> list[str]:
    path = user.write("words.yaml", text)
    return user.run("engagement", "lint", path, "--site", SITE, *words, status=status).err.splitlines()


def test_the_words_of_the_story_match(reader: User) -> None:
    assert lint(reader, agreement()) == []


@pytest.mark.parametrize("kind", SLIPS)
def test_a_word_that_matches_nothing_is_named_with_its_line_and_the_nearest(reader: User, kind: str) -> None:
    right, wrong, field, hint = SLIPS[kind]
    assert right in agreement()
    text = agreement().replace(right, wrong)
    *problems, reach, end = lint(reader, text, status=2)
    assert reach.startswith(f"compared with what was read of {SITE}; Jira was not asked: ")
    named = [line for line in problems if f"matches no {kind} of the site; {hint}" in line]
    assert len(named) == len(problems) == 1
    place = re.match(r"line (\d+): (\S+) ", named[0])
    assert place is not None
    assert place[2].endswith(field)
    assert wrong.strip("[]").split(",")[0].rpartition(": ")[2].strip("[]") in text.splitlines()[int(place[1]) - 1]
    assert end == f"teachback: 1 word matches nothing on {SITE}: correct the file, or pass --yes"


@pytest.mark.parametrize(
    ("mapping", "kind"),
    [
        ("epics: [GROW-99999]", "epic"),
        ("fields: {customfield_99: [x]}", "field"),
        ("fields: {customfield_10016: [many]}", "field value of customfield_10016"),
    ],
)
def test_words_of_a_mapping_are_compared(reader: User, mapping: str, kind: str) -> None:
    text = agreement().replace("components: [Experiment design]", mapping)
    assert text != agreement()
    assert f"matches no {kind} of the site" in "\n".join(lint(reader, text, status=2))


def test_names_are_compared_as_measuring_does(reader: User) -> None:
    text = agreement().replace("[In Progress]", "[in PROGRESS]").replace("[Incident]", "[INCIDENT]")
    assert lint(reader, text.replace("projects: [GROW]", "projects: [grow]")) == []


def test_preview_names_the_words_and_goes_on(reader: User) -> None:
    path = reader.write("words.yaml", agreement().replace("[In Progress]", "[In Progres]"))
    printed = reader.run("engagement", "preview", path, "--site", SITE)
    assert "did you mean In Progress?" in printed.err
    assert "without an objective: " in printed.out


def test_apply_saves_nothing_without_a_terminal_or_yes(reader: User) -> None:
    path = reader.write("words.yaml", agreement().replace("[In Progress]", "[In Progres]"))
    refused = reader.run("engagement", "apply", path, "--site", SITE, status=2).err
    assert "1 word matches nothing on growth.example: correct the file, or pass --yes to take it as it is" in refused
    assert "none yet" in reader.run("report", "growth-acme", "--site", SITE, status=2).err
    applied = reader.run("engagement", "apply", path, "--site", SITE, "--yes")
    assert "did you mean In Progress?" in applied.err
    assert applied.out.startswith("new engagement growth-acme")
    # A script may apply the same file again and again.
    assert reader.run("engagement", "apply", path, "--site", SITE).out == "growth-acme: nothing changed\n"


def test_apply_names_a_word_unlike_all_others_and_takes_it_without_a_terminal(reader: User) -> None:
    path = reader.write("words.yaml", agreement().replace("[In Progress]", "[Wartend]"))
    applied = reader.run("engagement", "apply", path, "--site", SITE)
    assert "'Wartend' matches no status" in applied.err
    assert reader.run("engagement", "apply", path, "--site", SITE).out == "growth-acme: nothing changed\n"


@pytest.mark.parametrize(("answer", "status"), [("n", 2), ("y", 0)])
def test_apply_asks_back_at_a_terminal(user: User, answer: str, status: int) -> None:
    user.run("import", user.write("dump.jsonl", dump()), "--site", SITE)
    path = user.write("words.yaml", agreement().replace("[In Progress]", "[In Progres]"))
    ended, shown = type_answer(user, answer, "engagement", "apply", path, "--site", SITE)
    assert "1 word matches nothing on growth.example. Apply the file all the same? [y/N]" in shown
    assert ended == status
    assert ("nothing was saved" in shown, "new engagement growth-acme" in shown) == (status != 0, status == 0)


def test_a_new_site_is_made_on_request_alone(user: User) -> None:
    path = user.write("acme.yaml", agreement())
    refused = user.run("engagement", "apply", path, "--site", SITE, status=2).line
    assert refused.endswith(
        f"no site {SITE} is known: use teachback import or teachback sync first, or pass --new-site (known: none yet)"
    )
    applied = user.run("engagement", "apply", path, "--site", SITE, "--new-site")
    assert applied.out.startswith(f"new site {SITE}\nnew engagement growth-acme")
    assert f"nothing of {SITE} was read yet, so these words were not compared: account, component" in applied.err


def test_a_mistyped_site_names_the_nearest(reader: User) -> None:
    path = reader.write("acme.yaml", agreement())
    printed = reader.run("engagement", "apply", path, "--site", "growht.example", status=2).line
    assert "no site growht.example is known: did you mean growth.example?" in printed


@pytest.mark.parametrize("server", [False, True])
def test_what_no_issue_carries_is_asked_of_jira(cloud: Cloud, server: bool) -> None:
    cloud.site.server = server
    cloud.user.environ.pop("TEACHBACK_JIRA_EMAIL") if server else None
    newcomer = cloud.site.add_user("712020:newcomer", "Nora Newcomer").account
    cloud.user.run("sync", "--site", cloud.url, "--project", "GROW")
    text = (cloud.user.folder / "growth-acme.yaml").read_text() if cloud.agreement() else ""
    text = text.replace("people:\n", f"people:\n- {{account: '{newcomer}', side: inhouse}}\n", 1)
    path = cloud.user.write("new.yaml", text)
    printed = cloud.user.run("engagement", "lint", path, "--site", cloud.host, "--yes").err
    assert newcomer not in printed
    wrong = cloud.user.write("wrong.yaml", text.replace(newcomer, "712020:nobody"))
    assert (
        "'712020:nobody' matches no account"
        in cloud.user.run("engagement", "lint", wrong, "--site", cloud.host, "--yes").err
    )
    cloud.site.tokens.pop(TOKEN)
    printed = cloud.user.run("engagement", "lint", path, "--site", cloud.host, "--yes").err
    assert "Jira was not asked" in printed


def test_lint_warns_where_nobody_is_of_the_agency(user: User) -> None:
    head, _, rest = agreement().partition("people:\n")
    person = "people:\n- {account: somebody, side: inhouse}\nworkflow"
    text = f"{head}{person}{rest.partition('workflow')[2].partition('objectives')[0]}"
    printed = user.run("engagement", "lint", user.write("acme.yaml", text))
    assert "warning: nobody is on the agency's side" in printed.err
    assert "warning: there are no objectives" in printed.err
