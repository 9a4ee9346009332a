"""The administrators' page: what runs and how far it is, for them alone; acts that do what they say; nobody named."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, update
from werkzeug.test import TestResponse

from connector.jobs.runner import JobRunner
from mappings.events.types import Instant
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.records.agreement.engagements import save_engagement
from mappings.records.facts.issues import count_issues
from mappings.records.operations.access_links import insert_access_link
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.dead_letters import insert_dead_letter
from mappings.records.operations.issue_properties import (
    Wait,
    count_marked_by_project,
    save_marks,
    save_refused,
    select_choices,
)
from mappings.records.operations.jira_quota import RetryAfter, save_retry_after
from mappings.records.operations.jobs import insert_jobs, select_job
from mappings.records.operations.sync_listings import Listing, save_listing, select_listing
from mappings.records.tables import issue, job, mirror
from tests.audit_log import select_acts
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    BOLT,
    DAY,
    LEAD,
    LEARNER,
    OTHER_LEAD,
    STRANGER,
    PageClient,
)
from tests.pages.html_reader import Reader, text_of
from tests.pages.test_matrix import visitor
from tests.records.fact_builders import enter

MINUTE = 60_000_000
PLACE = "/pages/admin/content"
ACTS = ("history/pause", "history/resume", "history/anew", "history/cancel", "job/run", "job/pause", "mirror/show")
ADMIN = STRANGER
NOT_READ = "Not read from Jira yet; tickets that came by webhooks or from a file count."


@pytest.fixture
def hall(apart: PageClient) -> Iterator[PageClient]:
    """The story with an administrator, and with its jobs entered."""
    apart.story_site.site.admins.add(account_of(ADMIN))
    JobRunner(apart.story_site.container).insert_missing()
    yield apart
    apart.story_site.site.admins.discard(account_of(ADMIN))


def page(page_client: PageClient) -> Reader:
    return page_client.read(page_client.follow(ADMIN, PLACE))


def act(page_client: PageClient, name: str, who: str = ADMIN, **query: str) -> TestResponse:
    return page_client.press(who, f"/pages/admin/{name}?{urlencode(query)}")


def step(page_client: PageClient, name: str = "sync") -> str:
    """One step of a job, as a worker does it."""
    done = JobRunner(page_client.story_site.container).run_now(page_client.story_site.tenant_id, name)
    return done.outcome if done else "not taken"


def is_begun(page_client: PageClient) -> bool:
    with page_client.story_site.container.reader.connect() as connection:
        return select_listing(connection, page_client.story_site.tenant_id, "history", "GROW") is not None


def history(page_client: PageClient) -> Listing:
    with page_client.story_site.container.reader.connect() as connection:
        listing = select_listing(connection, page_client.story_site.tenant_id, "history", "GROW")
    assert listing is not None
    return listing


def keep(page_client: PageClient, *listings: Listing) -> None:
    with page_client.story_site.container.engine.begin() as connection:
        for listing in listings:
            save_listing(connection, page_client.story_site.tenant_id, listing)


def now(page_client: PageClient) -> Instant:
    return page_client.story_site.clock.now()


def set_job(page_client: PageClient, name: str, **values: object) -> None:
    with page_client.story_site.container.engine.begin() as connection:
        row = (job.c.tenant_id == page_client.story_site.tenant_id) & (job.c.name == name)
        connection.execute(update(job).where(row).values(**values))


def buttons(read: Reader) -> set[str]:
    return {element.get("aria-label") or "" for element in read.all("button")}


def searches(page_client: PageClient) -> int:
    return sum("search/jql" in call.path for call in page_client.story_site.site.faults.calls)


def last_act(page_client: PageClient) -> tuple[str, str, str | None] | None:
    with page_client.story_site.container.reader.connect() as connection:
        acts = select_acts(connection, page_client.story_site.tenant_id, 1)
    return (acts[0].act, acts[0].object, acts[0].account) if acts else None


# -- who may -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD, LEARNER, OTHER_LEAD, "Portal visitor 17"])
def test_whoever_does_not_administer_the_site_reads_who_may_and_nothing_else(hall: PageClient, who: str) -> None:
    for answer in (hall.story_site.page(account_of(who), "teachback-admin", {}), hall.follow(who, PLACE)):
        assert "does not administer this site" in hall.read(answer).text
        assert [word for word in ("GROW", "History", "Inbox", "hx-post") if word in answer.text] == []
    assert hall.follow(who, "/pages/admin/people").status_code == 403
    assert hall.follow(who, "/pages/admin/ask?act=anew&project=GROW").status_code == 403


@pytest.mark.parametrize("name", ACTS)
def test_whoever_does_not_administer_the_site_changes_nothing(hall: PageClient, name: str) -> None:
    before = last_act(hall)
    for who in (LEAD, AGENCY_LEAD, OTHER_LEAD):
        answer = act(hall, name, who, project="GROW", job="sync")
        assert (answer.status_code, "does not administer" in answer.text) == (403, True)
    assert last_act(hall) == before


def test_jira_is_asked_each_minute_whether_one_still_administers(hall: PageClient) -> None:
    assert "Teachback: how it runs" in hall.follow(ADMIN, PLACE).text
    hall.story_site.site.admins.discard(account_of(ADMIN))
    assert "Result" in hall.follow(ADMIN, PLACE).text
    hall.story_site.clock.at = now(hall) + MINUTE
    assert "does not administer" in hall.follow(ADMIN, PLACE).text


def test_while_jira_is_away_nothing_is_shown_and_the_next_step_is_named(hall: PageClient) -> None:
    hall.story_site.site.faults.fail("permissions/check", status=503, times=20)
    answer = hall.follow(ADMIN, PLACE)
    assert "Jira does not answer just now" in hall.read(answer).text
    assert [element["hx-get"] for element in hall.read(answer).all("button")] == [PLACE]
    refused = act(hall, "job/pause", job="sync")
    assert (refused.status_code, "Try again in a minute" in refused.text) == (503, True)


@pytest.mark.parametrize("path", ["", "/content", "/people", "/ask?act=anew"])
def test_a_signed_link_opens_no_administration(hall: PageClient, path: str) -> None:
    assert visitor(hall.story_site, role="inhouse_lead").get(f"/pages/admin{path}").status_code == 401


def test_nobody_is_named_and_no_account_stands_on_it(hall: PageClient) -> None:
    assert act(hall, "job/pause", job="mirror").status_code == 200
    opened = hall.story_site.page(account_of(ADMIN), "teachback-admin", {})
    shown = opened.text + hall.follow(ADMIN, "/pages/admin/people").text
    people = hall.story_site.story.people
    assert [person.name for person in people if person.name in shown or person.account in shown] == []
    assert "712020:" not in shown


def test_another_site_is_never_seen_nor_changed(hall: PageClient) -> None:
    with hall.story_site.container.engine.begin() as connection:
        other = enter(connection, "stranger", hall.story_site.container.vault)
        insert_jobs(connection, [(other, "mirror", now(hall) - DAY), (other, "strange", now(hall))])
        save_listing(connection, other, Listing("history", "SECRET", done=5, total=10))
        insert_dead_letter(
            connection, other, vault=hall.story_site.container.vault, dkey="d", body=b"{}", reason="why", at=0
        )
        insert_act(connection, other, Act(now(hall), None, "link made", "77", None, "inhouse_lead"))
        save_refused(connection, other, {1: Wait(3, now(hall) + DAY), 2: Wait(3, now(hall) + DAY)})
        save_marks(connection, other, [1, 2], now(hall))
        save_retry_after(connection, RetryAfter(other, "GET strange", now(hall) + MINUTE, "quota of theirs"))
    answer = hall.follow(ADMIN, PLACE)
    assert [word for word in ("SECRET", "trange", "link 77", "quota of theirs") if word in answer.text] == []
    shown = text_of(answer.text)
    assert ("Events given up none" in shown, "Written on tickets all kept" in shown) == (True, True)
    assert "of 65,000" not in answer.text
    assert act(hall, "job/pause", job="mirror").status_code == 200
    with hall.story_site.container.reader.connect() as connection:
        row = select_job(connection, other, "mirror")
    assert row is not None
    assert row.paused is False


# -- how far it is -----------------------------------------------------------------------------------------------------


def test_the_sentence_says_what_is_in_how_far_the_rest_is_and_that_events_count(hall: PageClient) -> None:
    started = now(hall) - 6 * MINUTE
    keep(
        hall,
        Listing("history", "GROW", jql="x", token="t", started=started, done=630, total=1000, changed_at=now(hall)),
        Listing("history", "SHOP", state="done", done=4, total=4),
    )
    read = page(hall)
    assert "is in for 1 of 2 projects; GROW is 63 % read, about 4 minutes left; live events count already." in read.text
    bar = next(element for element in read.all("progress") if element["id"] == "progress-GROW")
    assert (bar["value"], bar["max"]) == ("63", "100")
    assert "630 of 1,000 tickets, 4 minutes left" in read.text
    assert next(element for element in read.all("div") if element.get("id") == "poll")["hx-trigger"] == "every 5s"


def test_it_looks_again_each_minute_once_nothing_is_under_way(hall: PageClient) -> None:
    keep(hall, *(Listing("history", key, state="done", done=4, total=4) for key in ("GROW", "SHOP")))
    read = page(hall)
    assert "History is in for both projects; what happens in Jira counts as it happens." in read.text
    assert next(element for element in read.all("div") if element.get("id") == "poll")["hx-trigger"] == "every 60s"


def test_while_projects_wait_it_is_said_that_nothing_runs_and_what_they_wait_for(hall: PageClient) -> None:
    set_job(hall, "sync", due_at=now(hall) + 9 * MINUTE)
    read = page(hall)
    assert f"waits for its turn {NOT_READ} It begins in 9 minutes." in read.text
    assert f"waits for its turn {NOT_READ} It is read after GROW." in read.text
    assert "Nothing is running; the page refreshes every five seconds until reading begins." in read.text
    assert "while something is running" not in read.text
    set_job(hall, "sync", due_at=now(hall) - 9 * MINUTE)
    assert "It begins once a worker takes the job “History”." in page(hall).text
    set_job(hall, "sync", lease_until=now(hall) + MINUTE)
    read = page(hall)
    assert f"{NOT_READ} It is next." in read.text
    assert "refreshes every five seconds while something is running" in read.text


def test_nothing_is_read_of_a_project_without_a_ticket_alone(hall: PageClient) -> None:
    with hall.story_site.container.engine.begin() as connection:
        at = issue.c.tenant_id == hall.story_site.tenant_id
        connection.execute(update(issue).where(at, issue.c.project_key == "SHOP").values(project_key="GROW"))
    read = page(hall)
    assert f"waits for its turn {NOT_READ}" in read.text
    assert "waits for its turn Nothing is read yet. It is read after GROW." in read.text


def test_jobs_that_never_ran_are_not_called_without_an_error(hall: PageClient) -> None:
    read = page(hall)
    # As the fold and as the caption of its table.
    [number] = set(re.findall(r"(\d+) jobs, of which none has run yet", read.text))
    assert "without an error" not in read.text
    assert re.search(r"\d checks? found nothing wrong; no job has run yet", read.text)
    set_job(hall, "reread", runs=1, ended_at=now(hall) - MINUTE)
    assert f"{number} jobs without an error, {int(number) - 1} not run yet" in page(hall).text
    assert "no job has run yet" not in page(hall).text


def to_do_links(read: Reader) -> list[str]:
    """The parts of the page to which what is to do leads; `#content` is where other pages are opened."""
    links = [element["href"] for element in read.all("a")]
    return [link for link in links if link.startswith("#") and link != "#content"]


def test_a_project_that_the_app_cannot_see_comes_with_its_mend(hall: PageClient) -> None:
    keep(hall, Listing("history", "GROW", state="hidden"), Listing("history", "SHOP", state="done", done=4, total=4))
    read = page(hall)
    assert "To do: GROW cannot be seen As of now." in read.text
    assert to_do_links(read) == ["#histories"]
    assert "Let the app browse the project" in read.text


def test_what_stops_the_reading_is_said_at_the_project_that_is_read(hall: PageClient) -> None:
    hall.story_site.site.faults.quota("search/jql", times=9, tenant=True)
    assert step(hall) == "put off"
    text = hall.read(hall.follow(ADMIN, PLACE)).text
    assert "GROW Growth being read" in text
    assert text.count("Jira asked to wait; it goes on in") == 2  # at the project, and at the job
    assert "Jira does not want to be asked for everything" in text


def test_where_the_reading_job_is_paused_that_is_said_at_the_project(hall: PageClient) -> None:
    assert act(hall, "job/pause", job="sync").status_code == 200
    assert "Reading is paused for all projects. Resume the job “History” below." in page(hall).text


# -- what may be done --------------------------------------------------------------------------------------------------


def test_a_pause_stops_the_reading_and_resume_goes_on_where_it_was(hall: PageClient) -> None:
    assert step(hall) == "more to do"
    half = history(hall)
    assert 0 < half.done < half.total
    assert (
        "Reading GROW is paused. New changes in Jira still count."
        in hall.read(act(hall, "history/pause", project="GROW")).text
    )
    while step(hall) == "more to do":
        pass
    asked = searches(hall)
    assert (step(hall), history(hall).state, history(hall).done) == ("done", "paused", half.done)
    assert searches(hall) == asked
    assert {"Resume: GROW", "Cancel…: GROW"} <= buttons(page(hall))
    assert act(hall, "history/resume", project="GROW").status_code == 200
    while step(hall) == "more to do":
        pass
    whole = history(hall)
    assert (whole.state, whole.done, whole.started) == ("done", whole.total, half.started)


def test_a_restart_loses_nothing(hall: PageClient) -> None:
    """What a step kept is in the database: another process, with nothing in its memory, goes on from there."""
    assert step(hall) == "more to do"
    half, before = history(hall), hall.follow(ADMIN, PLACE).text
    hall.story_site.container.engine.dispose()
    hall.story_site.container.reader.dispose()
    assert history(hall) == half
    assert hall.follow(ADMIN, PLACE).text == before
    while step(hall) == "more to do":
        pass
    assert history(hall).done == history(hall).total


def test_reading_anew_asks_first_deletes_nothing_and_begins_at_the_start(hall: PageClient) -> None:
    while step(hall) == "more to do":
        pass
    assert history(hall).state == "done"
    asked = hall.read(hall.follow(ADMIN, "/pages/admin/ask?act=anew&project=GROW"))
    assert "Nothing is deleted" in asked.text
    with hall.story_site.container.reader.connect() as connection:
        before = count_issues(connection, hall.story_site.tenant_id)
    (button,) = [issue for issue in asked.all("button") if issue.get("hx-post")]
    assert "Nothing was deleted." in hall.read(hall.press(ADMIN, button["hx-post"] or "")).text
    with hall.story_site.container.reader.connect() as connection:
        assert count_issues(connection, hall.story_site.tenant_id) == before
    assert not is_begun(hall)
    assert last_act(hall) == ("history begun anew", "GROW", account_of(ADMIN))
    while step(hall) == "more to do":
        pass
    assert history(hall).state == "done"


def test_what_is_cancelled_is_read_no_more_and_can_be_resumed(hall: PageClient) -> None:
    step(hall)
    assert (
        "What was imported stays and counts"
        in hall.read(hall.follow(ADMIN, "/pages/admin/ask?act=cancel&project=GROW")).text
    )
    read = hall.read(act(hall, "history/cancel", project="GROW"))
    assert "GROW is cancelled at" in read.text
    assert {"Resume: GROW", "Read again…: GROW"} <= buttons(read)
    assert "Cancel…: GROW" not in buttons(read)


@pytest.mark.parametrize(
    ("name", "query", "message"),
    [
        ("history/pause", {"project": "GROW"}, "GROW is not being read."),
        ("history/resume", {"project": "NONE"}, "Reading NONE is not paused or cancelled."),
        ("history/anew", {"project": "NONE"}, "No engagement and no draft names that project."),
        ("job/run", {"job": "nothing"}, "This site has no such job."),
        ("job/pause", {"job": "sweep"}, "This site has no such job."),
        ("mirror/show", {"project": "NONE"}, "No engagement names that project."),
    ],
)
def test_what_cannot_be_done_is_said_in_words_and_leaves_no_act(
    hall: PageClient, name: str, query: dict[str, str], message: str
) -> None:
    before = last_act(hall)
    answer = act(hall, name, **query)
    assert (answer.status_code, answer.text, last_act(hall)) == (422, message, before)


def test_there_are_no_other_acts(hall: PageClient) -> None:
    for path in ("history/delete", "job/delete", "mirror/objectives"):
        assert act(hall, path, project="GROW", job="sync").status_code == 404
    assert hall.follow(ADMIN, "/pages/admin/ask?act=pause&project=GROW").status_code == 404


def test_what_failed_stands_first_with_its_reason_and_what_to_do(hall: PageClient) -> None:
    again = now(hall) + 9 * MINUTE
    set_job(hall, "reread", attempts=3, error="JiraError: answered 403", due_at=again)
    read = page(hall)
    first = read.tables[0].rows[1]
    assert first[0].startswith("Second read")
    assert first[3].startswith("Jira refused to answer (403), 3 times in a row; it goes on in 9 minutes. Check that")
    assert "To do: “Second read” failed As of now." in read.text
    assert to_do_links(read) == ["#jobs"]


def test_a_job_is_paused_resumed_and_asked_for(hall: PageClient) -> None:
    set_job(hall, "reread", due_at=now(hall) + DAY)
    assert "“Second read” is paused" in act(hall, "job/pause", job="reread").text
    assert step(hall, "reread") == "not taken"
    assert {"Resume: Second read"} <= buttons(page(hall))
    assert act(hall, "job/resume", job="reread").status_code == 200
    assert act(hall, "job/run", job="reread").status_code == 200
    with hall.story_site.container.reader.connect() as connection:
        row = select_job(connection, hall.story_site.tenant_id, "reread")
    assert row is not None
    assert (row.due_at, row.paused) == (now(hall), False)
    assert step(hall, "reread") == "done"


def test_a_paused_job_says_since_when_and_by_whom_and_how_it_went_the_last_time(hall: PageClient) -> None:
    """Its last result was hidden by the word "paused", which stood twice."""

    def shown() -> list[str]:
        return next(row for row in jobs_of(page(hall)) if row[0].startswith("Second read"))[2:4]

    set_job(hall, "reread", due_at=now(hall) + DAY, runs=3, error=None, attempts=0)
    assert act(hall, "job/pause", job="reread").status_code == 200
    hall.story_site.clock.at = now(hall) + 120 * MINUTE
    assert shown() == ["paused 2 hours ago by an administrator", "OK"]
    set_job(hall, "reread", error="JiraError: answered 403", attempts=1)
    assert shown()[1].startswith("Jira refused to answer (403).")
    # What never ran has no result; a pause that is in no audit says no more than that.
    set_job(hall, "reread", runs=0, error=None, attempts=0)
    assert shown()[1] == "–"
    assert act(hall, "job/resume", job="reread").status_code == 200
    set_job(hall, "reread", paused=True)
    assert shown()[0] == "paused"
    set_job(hall, "reread", paused=False)


def test_the_answer_stands_beside_what_was_pressed_and_no_row_moves(hall: PageClient) -> None:
    before = page(hall)
    order = next(element["value"] for element in before.all("input") if element.get("id") == "kept")
    names = [row[0] for row in jobs_of(before)]
    answer = hall.press(ADMIN, "/pages/admin/job/pause?job=reread", kept=order)
    place = [row[0] for row in jobs_of(hall.read(answer))]
    answered = place.index("“Second read” is paused until you resume it.")
    assert place[answered - 1].startswith("Second read")
    assert place[:answered] + place[answered + 1 :] == names
    # What refreshes by itself leaves both; a page that is loaded anew has what is paused by itself.
    again = hall.follow(ADMIN, f"{PLACE}?{urlencode({'by': 'clock', 'near': 'job-reread', 'kept': order})}")
    assert 'id="here" tabindex="-1" hx-morph-skip-children' in again.text
    assert [row[0] for row in jobs_of(hall.read(again)) if row[0]] == names
    assert jobs_of(page(hall))[0][0].startswith("Second read")
    # What fails meanwhile comes up.
    set_job(hall, "mirror", attempts=1, error="JiraError: answered 403")
    read = hall.read(hall.press(ADMIN, "/pages/admin/job/resume?job=reread", kept=order))
    assert jobs_of(read)[0][0].startswith("Objectives on tickets")


def test_the_latest_changes_say_from_what_to_what(hall: PageClient) -> None:
    stored = (
        ("retention changed", "site", "24", "12"),
        ("retention changed", "site", "the installation’s default", "24"),
        ("group sets up", "site", "", "jira-admins"),
        ("who sets up", "site", "project_admins", "admins"),
        ("engagement ended", ACME, "open", "2026-12-31"),
        ("engagement kept", ACME, "file", "pages"),
        ("mirror chosen", "GROW", "objectives always, bucket not shown", "objectives always, bucket shown"),
        # A hash, and an account: neither is for this page.
        ("ruleset approved", ACME, None, "sha256:1234"),
        ("link made", "3", None, account_of(LEAD)),
    )
    with hall.story_site.container.engine.begin() as connection:
        for name, about, before, after in stored:
            insert_act(connection, hall.story_site.tenant_id, Act(now(hall), None, name, about, before, after))
    rows = [row[1] for row in reversed(page(hall).tables[-1].rows[1 : len(stored) + 1])]
    assert rows == [
        "the whole site24 months → 12 months",
        "the whole sitethe installation’s default → 24 months",
        "the whole sitenone → “jira-admins”",
        "the whole siteadministrators of projects and of the site → administrators of the site alone",
        "Growth and Acmeopen → 31 Dec 2026",
        "Growth and Acmeas a file → on its pages",
        "GROWbuckets not shown → buckets shown",
        "Growth and Acme",
        "link 3",
    ]


def jobs_of(read: Reader) -> list[list[str]]:
    return [row for table in read.tables if table.rows[0][0] == "Job" for row in table.rows[1:]]


def test_what_does_not_stay_on_tickets_is_counted_with_its_mend(hall: PageClient) -> None:
    with hall.story_site.container.engine.begin() as connection:
        save_refused(connection, hall.story_site.tenant_id, {7: Wait(3, now(hall) + DAY)})
        save_marks(connection, hall.story_site.tenant_id, [7], now(hall))
    read = page(hall)
    assert "1 ticket did not keep what we wrote. Let the app edit issues there" in read.text
    assert "To do: Written on tickets: 1 ticket did not keep what we wrote" in read.text


def test_it_is_said_when_nothing_works_off_what_is_due(hall: PageClient) -> None:
    set_job(hall, "reread", due_at=now(hall) - 20 * MINUTE)
    assert "has been due since 20 minutes ago and no worker takes it" in page(hall).text


def test_the_budget_of_the_hour_is_told_to_the_point_where_there_is_one_site(hall: PageClient) -> None:
    step(hall)
    assert "of 65,000 that Jira allows" in page(hall).text


def test_buckets_are_shown_where_one_agency_works_and_the_act_is_kept(hall: PageClient) -> None:
    with hall.story_site.container.engine.begin() as connection:
        connection.execute(update(mirror).values(marked_at=None))
    read = page(hall)
    assert {"Show buckets…: SHOP"} <= buttons(read)
    assert not {"Show buckets…: GROW"} & buttons(read)
    assert "hidden: several agencies work here" in read.text
    asked = hall.read(hall.follow(ADMIN, "/pages/admin/ask?act=show&project=SHOP"))
    assert "to whoever may see it, the agency included. You can hide them again." in asked.text
    (button,) = [row for row in asked.all("button") if row.get("hx-post")]
    shown = hall.read(hall.press(ADMIN, button["hx-post"] or ""))
    assert {"Hide buckets: SHOP"} <= buttons(shown)
    assert last_act(hall) == ("mirror chosen", "SHOP", account_of(ADMIN))
    with hall.story_site.container.reader.connect() as connection:
        assert select_choices(connection, hall.story_site.tenant_id)["SHOP"].bucket is True
        marked = count_marked_by_project(connection, hall.story_site.tenant_id)
    # What another project shows did not change.
    assert marked.keys() == {"SHOP"}
    assert "SHOP: tickets carry their objectives and their bucket, and nothing about people" in shown.text
    assert re.search(r"Teachback still checks what \d+ tickets show\. Nothing to do\.", shown.text)
    # Below one another, in a narrow window, the cells have their names.
    cells = re.findall(r'(?s)<th scope="row">SHOP</th>(.*?)</tr>', hall.follow(STRANGER, PLACE).text)
    assert any(re.findall('data-label="([^"]*)"', cell) == ["Objectives", "Buckets", "Waiting"] for cell in cells)
    assert "What tickets show changed SHOP buckets not shown → buckets shown" in shown.text
    hidden = hall.read(act(hall, "mirror/hide", project="SHOP"))
    assert "SHOP: tickets carry their objectives, and nothing about people" in hidden.text
    assert last_act(hall) == ("mirror chosen", "SHOP", account_of(ADMIN))


# -- what stands there besides -----------------------------------------------------------------------------------------


def test_it_is_said_which_tickets_carry_their_objectives(hall: PageClient) -> None:
    text = hall.read(hall.follow(ADMIN, PLACE)).text
    assert "SHOP: tickets carry their objectives, and nothing about people" in text
    assert "GROW: tickets carry no objectives, as several agencies work there." in text
    assert "Each ticket carries" not in text


def test_people_are_counted_by_side_with_who_is_unknown(hall: PageClient) -> None:
    read = hall.read(hall.follow(ADMIN, "/pages/admin/people"))
    head, acme, bolt = read.tables[-1].rows
    assert head[1:] == ["Agency", "In-house", "Gatekeepers", "Others", "Left", "Need a side", "In conflict"]
    assert acme[0] == "Growth and Acme"
    assert (acme[1], bolt[1]) == (bolt[4], acme[4])  # each agency's people are the other's others
    assert int(acme[6]) > 0
    assert "Need a side: worked on the tickets and is on none." in read.text
    way = "The engagement’s settings name who needs a side and have the lines to send; its file gives them one."
    assert way in read.text
    assert 'class="hint"' not in hall.follow(ADMIN, "/pages/admin/people").text


def test_that_reading_goes_on_without_the_page_is_said_while_something_is_read(hall: PageClient) -> None:
    keep(hall, *(Listing("history", key, state="done", done=4, total=4) for key in ("GROW", "SHOP")))
    assert "You can close this page" not in hall.follow(ADMIN, PLACE).text
    keep(hall, Listing("history", "GROW", state="running"))
    assert "You can close this page" in hall.follow(ADMIN, PLACE).text


def needs(page_client: PageClient, **query: str) -> str:
    text = page_client.follow(ADMIN, f"{PLACE}?{urlencode(query)}").text
    match = re.search(r'<p id="needs">(.*?)</p>', text, re.DOTALL)
    assert match
    return match[1]


def test_people_without_a_side_say_in_how_many_of_the_engagements(hall: PageClient) -> None:
    story_site = hall.story_site
    agreed = read_engagement(engagement_file(story_site.story, ACME))
    # By its key it comes first, by its name last.
    third = replace(agreed, key="a-third", name="Growth and Bolt mobile")
    with story_site.container.engine.begin() as connection:
        save_engagement(connection, story_site.tenant_id, third, engagement_hash(third), now=now(hall), by=None)
    words = '<a href="#people">1 person needs a side, in two of three engagements</a>'
    assert words in needs(hall, undecided=f"1 {ACME}:1 {BOLT}:1")
    for part in ("content", "people"):
        names = re.findall(r"Growth and (?:Acme|Bolt(?: mobile)?)", hall.follow(ADMIN, f"/pages/admin/{part}").text)
        assert list(dict.fromkeys(names)) == ["Growth and Acme", "Growth and Bolt", "Growth and Bolt mobile"], part


def test_what_is_to_do_holds_all_that_somebody_has_to_do(hall: PageClient) -> None:
    people = hall.follow(ADMIN, "/pages/admin/people").text
    undecided = re.search(r'id="undecided" name="undecided" value="([^"]*)"', people)
    assert undecided
    assert undecided[1] == f"1 {ACME}:1 {BOLT}:1"
    # The page asks for itself again with how many they are, and every part of it takes that along.
    taken = 'hx-include="#undecided, #near, #kept"'
    assert re.search(rf'{taken} hx-get="/pages/admin/content[^"]*" hx-trigger="load"', people)
    assert '<a href="#people">1 person needs a side, in both engagements</a>' in needs(hall, undecided=undecided[1])
    # Of one engagement it leads to its settings, as the table of engagements does.
    at = needs(hall, undecided=f"1 {ACME}:1")
    assert re.search(rf'hx-get="[^"]*engagement={ACME}[^"]*"[^>]*showTarget:#waits">1 person needs a side</a>', at)
    assert 'href="#people"' not in at
    assert '<a href="#people">2 people need a side</a>' in needs(hall, undecided=f"2 {ACME}:1 {BOLT}:1")
    assert '<a href="#people">7 people need a side</a>' in needs(hall, undecided="7")
    assert "who needs a side is still being counted" in needs(hall)
    assert text_of(needs(hall, undecided="0")) == "Nothing to do."
    for wrong in ("-1", "many", "9" * 40, f"{ACME}:1", ""):
        assert "still being counted" in needs(hall, undecided=wrong)
    keep(hall, Listing("history", "GROW", state="paused"), Listing("history", "SHOP", state="cancelled"))
    act(hall, "job/pause", job="sync")
    shown = needs(hall, undecided="1")
    for part, words in (
        ("histories", "GROW paused"),
        ("histories", "SHOP cancelled"),
        ("jobs", "“History” is paused"),
        ("people", "1 person needs a side"),
    ):
        assert f'<a href="#{part}">{words}</a>' in shown
    with hall.story_site.container.engine.begin() as connection:
        agreed = read_engagement(engagement_file(hall.story_site.story, ACME))
        led = replace(agreed, leads={"inhouse": agreed.leads["inhouse"]})
        save_engagement(
            connection, hall.story_site.tenant_id, led, engagement_hash(led), now=hall.story_site.clock.now(), by=None
        )
    assert '<a href="#engagements">Growth and Acme: no lead of the agency</a>' in needs(hall, undecided="0")


def test_the_last_acts_stand_there_by_role_and_none_about_people(hall: PageClient) -> None:
    with hall.story_site.container.engine.begin() as connection:
        for this_act in (
            Act(now(hall), account_of(LEARNER), "sign-off veto", "growth-acme tracking"),
            Act(now(hall), account_of(LEAD), "ruleset approved", "growth-acme", None, "x"),
            Act(now(hall), account_of(LEARNER), "tagged in bulk", "7"),
            Act(now(hall), None, "person erased", "erased:abc"),
            Act(now(hall), None, "link made", "3", None, account_of(LEAD)),
        ):
            insert_act(connection, hall.story_site.tenant_id, this_act)
    act(hall, "job/pause", job="sync")
    rows = page(hall).tables[-1].rows[1:6]
    assert [row[:3] for row in rows] == [
        ["Job paused", "History", "an administrator"],
        ["Signed link created", "link 3", "the command line"],
        ["Person erased", "–", "the command line"],
        ["Tickets tagged by a search", "act 7", "the command line, in somebody’s name"],
        ["Rules approved", "Growth and Acme", "in-house lead"],
    ]
    assert "veto" not in page(hall).text


def test_what_became_of_drafts_stands_there_and_to_nobody_of_an_agency(hall: PageClient) -> None:
    acts = (
        ("draft begun", "draft 4", LEAD), ("draft agreed", "draft 4 inhouse", LEAD),
        ("draft discarded", "draft 4", STRANGER), ("change agreed", "growth-bolt people agency", OTHER_LEAD),
    )  # fmt: skip
    with hall.story_site.container.engine.begin() as connection:
        for name, about, who in acts:
            insert_act(connection, hall.story_site.tenant_id, Act(now(hall), account_of(who), name, about))
    assert [row[:3] for row in page(hall).tables[-1].rows[1:5]] == [
        ["Section of a change agreed to", "Growth and Bolt", "agency lead"],
        ["Draft of an engagement discarded", "draft 4", "an administrator"],
        ["Draft of an engagement agreed to", "draft 4", "in-house lead"],
        ["Draft of an engagement begun", "draft 4", "an administrator"],
    ]
    hall.story_site.site.admins.add(account_of(AGENCY_LEAD))
    read = text_of(hall.follow(AGENCY_LEAD, PLACE).text)
    hall.story_site.site.admins.discard(account_of(AGENCY_LEAD))
    assert [words for words in ("Draft of an", "growth-bolt", "Section of a change") if words in read] == []


def test_links_and_drafts_say_what_they_are_about(hall: PageClient) -> None:
    tenant_id, at = hall.story_site.tenant_id, now(hall)

    def link_of(connection: Connection, key: str, role: str | None) -> str:
        number = insert_access_link(
            connection,
            tenant_id,
            digest=f"{key} {role}",
            engagement=key,
            account=None if role else account_of(LEAD),
            role=role,
            tickets=False,
            made_at=at,
            expires_at=at + DAY,
        )
        return str(number)

    with hall.story_site.container.engine.begin() as connection:
        links = [link_of(connection, BOLT, "sponsor"), link_of(connection, ACME, None)]
        for name, about, after in (
            ("link made", links[0], "sponsor"), ("link revoked", links[1], None),
            ("draft begun", "draft 8", "GROW, SHOP"), ("draft discarded", "draft 8", None),
        ):  # fmt: skip
            insert_act(connection, tenant_id, Act(at, account_of(LEAD), name, about, None, after))
    assert [row[1] for row in page(hall).tables[-1].rows[1:5]] == [
        "draft on GROW, SHOP",
        "draft on GROW, SHOP",
        "One person’s view of Growth and Acme",
        "A sponsor’s view of Growth and Bolt",
    ]
    # Who is on an agency's side reads of no other agency's engagement.
    hall.story_site.site.admins.add(account_of(AGENCY_LEAD))
    read = text_of(hall.follow(AGENCY_LEAD, PLACE).text)
    hall.story_site.site.admins.discard(account_of(AGENCY_LEAD))
    assert f"link {links[0]}" in read
    assert "Growth and Bolt" not in read


def test_what_the_list_of_changes_leaves_out_is_said_beside_the_first_of_them(hall: PageClient) -> None:
    note = "By role, without names."
    before = page(hall).text
    assert ("No changes yet." in before, note in before) == (True, False)
    act(hall, "job/pause", job="sync")
    after = page(hall).text
    assert ("No changes yet." in after, note in after) == (False, True)
