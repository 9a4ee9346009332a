"""Bodies in the inbox: compressed on their way in, and byte for byte the same on their way out."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.records.operations import inbox_bodies
from mappings.records.operations.inbox_bodies import LONGEST, MARK, SHORTEST, pack_body, unpack_body
from webhooks.drain import BATCH
from webhooks.receive import BODY_LIMIT

LENGTHS = [0, 1, SHORTEST - 1, SHORTEST, 7_500, LONGEST, LONGEST + 1, 1_000_000]


@given(st.binary(), st.sampled_from(LENGTHS), st.sampled_from([b"", MARK, MARK[:3]]))
def test_a_body_comes_back_as_it_was(start: bytes, length: int, begins: bytes) -> None:
    body = (begins + start).ljust(length, b"{")
    assert unpack_body(pack_body(body)) == body


def test_what_an_earlier_release_stored_is_read() -> None:
    body = b'{"webhookEvent": "jira:issue_updated"}' * 200
    assert unpack_body(body) == body


def test_a_body_that_looks_compressed_is_never_decompressed_as_it_came() -> None:
    """A caller could write few bytes that become many."""
    body = MARK + zlib.compress(bytes(10_000_000))
    assert unpack_body(pack_body(body)) == body


def test_a_long_body_that_looks_compressed_is_stored_at_its_length() -> None:
    """A batch ends by the bytes that are stored: few of them would become more than the drainer's memory holds."""
    body = MARK.ljust(LONGEST + 1, b" ")
    assert len(pack_body(body)) > len(body)


@pytest.mark.parametrize("length", [SHORTEST, LONGEST])
def test_most_bodies_are_stored_in_a_fraction_of_their_bytes(length: int) -> None:
    assert len(pack_body(b'{"id": "10001"}'.ljust(length, b" "))) < length / 4


def test_both_compressors_read_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"webhookEvent": "jira:issue_updated"}' * 200
    packed = pack_body(body)
    monkeypatch.setattr(inbox_bodies, "decompress", zlib.decompress)
    assert unpack_body(packed) == body
    assert unpack_body(MARK + zlib.compress(body)) == body


def test_a_batch_of_compressed_bodies_has_no_more_bytes_than_one_body_may_have() -> None:
    """A batch ends by the bytes that are stored, so what they become has a limit of its own."""
    assert BATCH * LONGEST <= BODY_LIMIT
