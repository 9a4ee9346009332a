"""At the front: kept on disk before Jira hears of it, refused where it is not Jira's, and never more than fits."""

import asyncio
import json
import threading
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest

from mappings.records.operations.inbox import select_batch
from mappings.records.operations.inbox_bodies import MARK
from mappings.records.sql.engine import StoreError, open_engine
from tests.conftest import PostgresCopies
from tests.connector.atlassian_signer import Site, header
from tests.connector.installed_sites import ACME, GLOBEX, InstalledApp, open_installed_app
from tests.rsgi import event_loop
from tests.webhooks.site import small
from webhooks.inbox import open_intake
from webhooks.inbox_postgresql import PostgresWriter
from webhooks.inbox_rows import BadRowError
from webhooks.receive import BODY_LIMIT, HASHED_AT_ONCE, LARGE, Refused, Verified, save_verified
from webhooks.worker import step


@pytest.fixture
def installed_app(migrated_url: str, caplog: pytest.LogCaptureFixture) -> Iterator[InstalledApp]:
    with open_installed_app(migrated_url, caplog) as opened:
        yield opened


def signed(body: Any, length: int, site: Site = ACME) -> dict[str, Any]:
    """A webhook of a site's as a server hands it over."""
    token = header(site.token("POST", "/webhooks/jira"))["Authorization"]
    return {"HTTP_AUTHORIZATION": token, "CONTENT_LENGTH": str(length), "wsgi.input": body}


def test_a_redelivery_that_comes_after_the_drain_counts_once(installed_app: InstalledApp) -> None:
    raw = next(json.dumps(event.body).encode() for event in small().events if event.name == "comment_created")
    for _ in range(2):
        assert installed_app.deliver(ACME, raw, named="delivery-1").status_code == 204
        assert step(installed_app.container.engine, installed_app.container.vault, installed_app.container.clock)
        assert not step(installed_app.container.engine, installed_app.container.vault, installed_app.container.clock)
    assert installed_app.rows("SELECT count(*) FROM comment") == [(1,)]
    assert installed_app.waiting() == []


def test_a_bad_signature_is_401_and_nothing_is_kept(installed_app: InstalledApp) -> None:
    answer = installed_app.deliver(ACME, secret="not-acmes-secret-" * 3)
    assert (answer.status_code, answer.data, installed_app.waiting()) == (401, b"", [])


def test_a_database_that_takes_no_row_is_503(installed_app: InstalledApp) -> None:
    installed_app.deliver(ACME, named="one")
    with installed_app.container.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO elsewhere")
    answer = installed_app.deliver(ACME, named="two")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    with installed_app.container.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO inbox")
    assert installed_app.deliver(ACME, named="two").status_code == 204
    assert [row[1] for row in installed_app.waiting()] == ["one", "two"]


@pytest.mark.parametrize(
    ("length", "status"), [("", 411), ("x", 400), ("-1", 400), ("9" * 5000, 413), (str(BODY_LIMIT + 1), 413)]
)
def test_a_length_that_cannot_be_is_refused_unread(installed_app: InstalledApp, length: str, status: int) -> None:
    assert installed_app.raw({**signed(None, 0), "CONTENT_LENGTH": length}) == status


def test_a_body_of_26_megabytes_is_kept_and_a_shorter_one_than_announced_is_not(installed_app: InstalledApp) -> None:
    body = b'{"hello": "' + b"x" * (BODY_LIMIT - 13) + b'"}'
    assert installed_app.raw(signed(BytesIO(body), len(body))) == 204
    assert installed_app.raw(signed(BytesIO(body[:-1]), len(body))) == 400
    assert [len(row[2]) for row in installed_app.waiting()] == [BODY_LIMIT]


@pytest.mark.parametrize("start", [b'{"hello": "', MARK])
def test_a_body_that_is_compressed_in_the_inbox_comes_out_as_it_was_sent(
    installed_app: InstalledApp, start: bytes
) -> None:
    body = start.ljust(7_500, b"x")
    assert installed_app.deliver(ACME, body).status_code == 204
    (stored,) = installed_app.rows("SELECT length(body) FROM inbox")[0]
    with installed_app.container.reader.connect() as connection:
        acme = installed_app.container.tenants.find(ACME.client_key)
        assert acme is not None
        assert [delivery.body for delivery in select_batch(connection, acme.tenant_id, 9)] == [body]
    assert stored < 1_000


class Slow(BytesIO):
    """A body that comes when it is told to."""

    def __init__(self, come: threading.Event) -> None:
        super().__init__(b"x" * (LARGE + 1))
        self.come, self.asked = come, threading.Event()

    def read(self, size: int | None = -1) -> bytes:
        self.asked.set()
        assert self.come.wait(20)
        return super().read(size)


def test_two_large_bodies_at_a_time_one_of_each_site_and_the_next_is_503(installed_app: InstalledApp) -> None:
    come, statuses = threading.Event(), []
    slow = {ACME: Slow(come), GLOBEX: Slow(come)}
    threads = [
        threading.Thread(
            target=lambda site=site, body=body: statuses.append(installed_app.raw(signed(body, LARGE + 1, site)))
        )
        for site, body in slow.items()
    ]
    for thread, body in zip(threads, slow.values(), strict=True):
        thread.start()
        assert body.asked.wait(20)
    assert installed_app.raw(signed(BytesIO(b"x" * (LARGE + 1)), LARGE + 1)) == 503
    assert installed_app.raw(signed(BytesIO(b"x" * LARGE), LARGE)) == 204
    come.set()
    for thread in threads:
        thread.join()
    assert statuses == [204, 204]
    assert installed_app.raw(signed(BytesIO(b"y" * (LARGE + 1)), LARGE + 1)) == 204


def test_a_row_is_on_disk_before_the_caller_hears_of_it(migrated_url: str, installed_app: InstalledApp) -> None:
    other = open_engine(migrated_url, read_only=True)
    for number in range(5):
        installed_app.deliver(ACME, named=f"delivery-{number}")
        with other.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM inbox").scalar() == number + 1
    other.dispose()


def test_the_insert_of_deliveries_is_planned_once(postgres_copies: PostgresCopies) -> None:
    """Whatever the arrays hold the plan is the same, and to make it takes half as long as the insert."""
    engine = open_engine(postgres_copies.empty())
    writer = PostgresWriter(engine)
    for number in range(7):
        with pytest.raises(BadRowError):
            writer.write([(1, str(number), 0, b"of a site that is not", "")])
    plans = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = 'keep'"
    assert writer._driver.execute(plans).fetchall() == [(7, 0)]
    writer.close()
    engine.dispose()


def test_deliveries_of_one_moment_are_written_together_and_a_bad_one_costs_itself(installed_app: InstalledApp) -> None:
    """The site of one was deleted between its verification and its insert; another came twice."""
    intake = open_intake(installed_app.container.engine)
    acme = installed_app.container.tenants.find(ACME.client_key)
    assert acme is not None
    tenant_id = acme.tenant_id
    sent = [(tenant_id, f"d{number % 40}", bytes([number % 40, 0, 255]), 7) for number in range(50)]
    sent.insert(20, (tenant_id + 1000, "gone", b"", 7))

    async def send() -> list[object]:
        return await asyncio.gather(*(intake(*delivery) for delivery in sent), return_exceptions=True)

    outcomes = asyncio.run_coroutine_threadsafe(send(), event_loop()).result()
    intake.close()
    assert [place for place, outcome in enumerate(outcomes) if outcome is not None] == [20]
    assert isinstance(outcomes[20], StoreError)
    assert sorted((row[1], bytes(row[2])) for row in installed_app.waiting()) == sorted(
        (f"d{number}", bytes([number, 0, 255])) for number in range(40)
    )


@pytest.mark.parametrize(("length", "apart"), [(HASHED_AT_ONCE, False), (HASHED_AT_ONCE + 1, True)])
def test_a_large_body_is_proved_and_hashed_in_a_thread_so_that_the_loop_serves_others(length: int, apart: bool) -> None:
    proved_in: list[threading.Thread] = []
    stored: list[tuple[str, bytes]] = []

    def prove(body: bytes) -> bool:
        proved_in.append(threading.current_thread())
        return body.startswith(b"ours")

    async def save(_: int, delivery: str, body: bytes, __: int, *, request: str = "") -> None:
        stored.append((delivery, body))

    loop = event_loop()
    for body in (b"ours".ljust(length), b"not ours".ljust(length)):
        receive = save_verified(save, Verified(1, None, prove), body, 0)
        refused = asyncio.run_coroutine_threadsafe(receive, loop).exception(30)
        assert isinstance(refused, Refused) is body.startswith(b"not")
    serving = asyncio.run_coroutine_threadsafe(current_thread(), loop).result(30)
    assert [thread is not serving for thread in proved_in] == [apart, apart]
    body = b"ours".ljust(length)
    assert stored == [(sha256(body).hexdigest(), body)]


async def current_thread() -> threading.Thread:
    return threading.current_thread()
