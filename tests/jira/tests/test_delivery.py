"""The stand-in delivers webhooks as Jira does, and as badly as one asks."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.jira.apps.installs import AppOnSite
from tests.jira.apps.key_host import KeyHost
from tests.jira.apps.rest_client import app_headers
from tests.jira.apps.signing import query_hash
from tests.jira.apps.transport import Reply, over_http, through_client
from tests.jira.delivery import MINUTE, Deliverer, DeliveryFaults
from tests.jira.rest.app import create_app
from tests.jira.server import serve
from tests.jira.site import Site
from tests.jira.small_site import HOUR, Sample, sample
from tests.jira.tests.recording_app import TinyApp, claims_by_secret, descriptor, webhook

ALL = [
    webhook("jira:issue_created"),
    webhook("jira:issue_updated", propertyKeys=["shadow"]),
    webhook("jira:issue_deleted"),
    webhook("comment_deleted"),
    webhook("worklog_created"),
]


@dataclass
class Post:
    made: Sample
    tiny: TinyApp
    app: AppOnSite
    deliverer: Deliverer


def a_post(delivery_faults: DeliveryFaults | None = None, webhooks: Any = None, **more: Any) -> Post:
    made = sample()
    tiny = TinyApp(descriptor(webhooks=webhooks or ALL), **more)
    app = AppOnSite(made.site, KeyHost(), through_client(tiny.app().test_client()))
    app.install()
    return Post(made, tiny, app, Deliverer(app, delivery_faults=delivery_faults))


def log_work(post: Post, times: int = 1) -> None:
    for _ in range(times):
        site = post.made.site
        site.add_worklog(post.made.issue, by="bo", at=site.now() + HOUR, started=site.now(), seconds=60)


def identifiers(post: Post) -> list[str]:
    return [headers["X-Atlassian-Webhook-Identifier"] for headers in post.tiny.headers("hooks")]


def test_each_delivery_is_signed_for_its_own_address() -> None:
    post = a_post()
    log_work(post)
    post.deliverer.settle()
    claims = claims_by_secret(post.tiny.token(), post.app.installed.secret)
    assert claims["iss"] == post.app.client_key
    assert claims["qsh"] == query_hash("POST", "/hooks?v=1")
    assert claims["exp"] - claims["iat"] == 180
    assert "aud" not in claims


def test_only_what_the_descriptor_names_is_sent() -> None:
    post = a_post()
    post.made.site.add_comment(post.made.issue, by="bo", at=post.made.site.now() + HOUR, text="Hello.")
    post.deliverer.settle()
    assert [body["webhookEvent"] for body in post.tiny.bodies("hooks")] == ["jira:issue_updated"]


def test_a_filter_lets_through_only_its_issues() -> None:
    post = a_post(webhooks=[webhook("jira:issue_updated", filter="project = OPS")])
    post.made.site.edit(post.made.issue, by="bo", at=post.made.site.now() + HOUR, summary="No")
    post.made.site.move_issue(post.made.issue, "OPS", by="bo", at=post.made.site.now() + HOUR)
    post.deliverer.settle()
    assert [body["issue"]["key"] for body in post.tiny.bodies("hooks")] == ["OPS-1"]


def test_properties_that_the_descriptor_asks_for_come_along() -> None:
    post = a_post()
    post.made.site.edit(post.made.issue, by="bo", at=post.made.site.now() + HOUR, summary="Yes")
    post.deliverer.settle()
    assert post.tiny.bodies("hooks")[0]["issue"]["properties"] == {"shadow": {"accounts": ["bo"], "weight": 2}}


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 503])
def test_what_may_pass_is_tried_again_under_the_same_identifier(status: int) -> None:
    post = a_post(answers=[status, status])
    log_work(post)
    tried = post.deliverer.settle()
    worklog = [attempt for attempt in tried if attempt.delivery.event.name == "worklog_created"]
    assert [attempt.reply.status for attempt in worklog][-1] == 204
    headers = [each for each in post.tiny.headers("hooks") if "X-Atlassian-Webhook-Retry" in each]
    assert {each["X-Atlassian-Webhook-Retry"] for each in headers} <= {"1", "2"}
    assert headers
    assert len(set(identifiers(post))) == 2
    assert post.deliverer.lost == []


@pytest.mark.parametrize("status", [400, 401, 404])
def test_other_refusals_lose_the_event(status: int) -> None:
    post = a_post(answers=[status])
    log_work(post)
    assert len(post.deliverer.settle()) == 2
    assert len(set(identifiers(post))) == 2


def test_retries_wait_five_to_fifteen_minutes_and_end_after_five() -> None:
    post = a_post(webhooks=[webhook("worklog_created")], answers=[503])
    log_work(post)
    first, second = post.deliverer.settle()
    assert 5 * MINUTE <= second.delivery.due - first.delivery.due <= 15 * MINUTE
    post.tiny.answers = [503] * 50
    log_work(post)
    assert 1 < len(post.deliverer.settle()) <= 6
    assert [event.name for event in post.deliverer.lost] == ["worklog_created"]


def test_what_was_given_up_is_listed_to_the_app() -> None:
    post = a_post(webhooks=[webhook("worklog_created")], answers=[503] * 9)
    log_work(post)
    post.deliverer.settle()
    path = "/rest/api/3/webhook/failed"
    headers = app_headers(post.app.installed, "GET", path, int(post.made.site.wall()))
    shown = create_app(post.made.site).test_client().get(path, headers=headers).get_json()
    assert [each["id"] for each in shown["values"]] == identifiers(post)[:1]
    assert shown["values"][0]["url"].endswith("/base/hooks?v=1")


def test_an_app_that_is_down_is_tried_again() -> None:
    post = a_post(webhooks=[webhook("worklog_created")])
    log_work(post)
    up, post.app.send = post.app.send, lambda method, path, headers, body: Reply(0)
    post.deliverer.settle(until=post.made.site.now() + MINUTE)
    post.app.send = up
    post.deliverer.settle()
    assert [headers["X-Atlassian-Webhook-Retry"] for headers in post.tiny.headers("hooks")] == ["1"]


def test_cascades_take_the_secondary_flow_a_quarter_of_an_hour_later() -> None:
    post = a_post()
    post.made.site.delete_issue(post.made.issue, by="ada", at=post.made.site.now() + HOUR)
    post.deliverer.settle(until=post.made.site.now() + 14 * MINUTE)
    early = [body["webhookEvent"] for body in post.tiny.bodies("hooks")]
    post.deliverer.settle()
    assert set(early) == {"jira:issue_deleted"}
    assert post.tiny.bodies("hooks")[-1]["webhookEvent"] == "comment_deleted"
    assert post.tiny.headers("hooks")[-1]["X-Atlassian-Webhook-Flow"] == "Secondary"


def test_doubled_deliveries_share_their_identifier() -> None:
    post = a_post(DeliveryFaults(doubled=1.0))
    log_work(post)
    post.deliverer.settle()
    assert len(identifiers(post)) == 4
    assert len(set(identifiers(post))) == 2


def test_dropped_ones_never_come() -> None:
    post = a_post(DeliveryFaults(drop=lambda event: event.name == "worklog_created"))
    log_work(post)
    post.deliverer.settle()
    assert [body["webhookEvent"] for body in post.tiny.bodies("hooks")] == ["jira:issue_updated"]
    assert [event.name for event in post.deliverer.lost] == ["worklog_created"]


def test_late_and_shuffled_ones_come_out_of_order_but_all() -> None:
    post = a_post()
    log_work(post, times=8)
    post.deliverer.shuffle(seed=3)
    post.deliverer.settle()
    stamps = [body["timestamp"] for body in post.tiny.bodies("hooks")]
    assert stamps != sorted(stamps)
    assert len(stamps) == 16


def test_a_new_secret_signs_from_the_next_delivery_on() -> None:
    post = a_post(webhooks=[webhook("worklog_created")])
    log_work(post)
    post.app.install()
    post.deliverer.settle()
    assert claims_by_secret(post.tiny.token(), post.app.installed.secret)


def test_nothing_is_sent_to_an_app_that_was_uninstalled() -> None:
    post = a_post()
    post.app.uninstall()
    log_work(post)
    assert post.deliverer.settle() == []


def test_an_apps_own_writing_is_echoed_by_its_trace() -> None:
    post = a_post(webhooks=[webhook("issue_property_set")])
    path = f"/rest/api/3/issue/{post.made.issue}/properties/k"
    headers = app_headers(post.app.installed, "PUT", path, int(post.made.site.wall()))
    client = create_app(post.made.site).test_client()
    client.put(path, headers={**headers, "X-Atlassian-Webhook-Trace": "mine"}, json=1)
    post.made.site.set_property(post.made.issue, "k", 2, by="ada", at=post.made.site.now() + HOUR)
    post.deliverer.settle()
    assert [each.get("X-Atlassian-Webhook-Trace") for each in post.tiny.headers("hooks")] == ["mine", None]


def test_over_http_one_connection_carries_many() -> None:
    running = serve(Site("Empty", ""))
    send = over_http(running.url)
    replies = [send("GET", "/rest/api/3/myself", {}, b"") for _ in range(3)]
    running.stop()
    assert [reply.status for reply in replies] == [401, 401, 401]
    assert send("GET", "/rest/api/3/myself", {}, b"").status == 0
