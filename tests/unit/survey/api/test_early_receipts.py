"""A device tells in the content type which receipt it drew, alone and in a batch alike."""

import base64

import pytest

from survey.errors import NotFound
from survey.queries.withdrawals import response_of_receipt
from survey.seals import early_hash, new_code, sha256_hex
from tests.build import a_body, an_id
from tests.wire import is_error


def content_type(code: str) -> str:
    return f"application/json; early-receipt={early_hash(code)}"


@pytest.fixture
def found(store):
    """Return the id that a code leads to, None without one."""

    def by(code: str) -> str | None:
        with store.database.reading() as connection:
            try:
                return response_of_receipt(connection, store.keys, code).id
            except NotFound:
                return None

    return by


@pytest.fixture
def batch(client, key):
    """Send one interview in a batch; return its result."""

    def send(kind: str, interview: str) -> dict:
        body = a_body()
        parcel = {
            "id": interview, "content_type": kind, "sha256": sha256_hex(body),
            "body": base64.b64encode(body).decode(),
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {key}"}
        reply = client.post("/api/v1/batches", json={"interviews": [parcel]}, headers=headers)
        return reply.get_json()["results"][0]

    return send


def test_by_itself_it_is_found_and_answered_as_ever(put, found) -> None:
    code, interview = new_code(), an_id()
    first = put(a_body(), interview, device=True, Content_Type=content_type(code))
    assert first.status_code == 201
    assert found(code) == found(first.get_json()["receipt"]) == interview
    again = put(a_body(), interview, device=True)
    assert (again.status_code, again.get_json()) == (200, first.get_json())


def test_in_a_batch_it_is_found_too(batch, found) -> None:
    code, interview = new_code(), an_id()
    assert batch(content_type(code), interview)["status"] == 201
    assert found(code) == interview


@pytest.mark.parametrize("said", ["0", "A" * 64, "0" * 65])
def test_what_is_no_hash_is_refused_not_forgotten(put, batch, stored, said) -> None:
    kind = f"application/json; early-receipt={said}"
    refusal = put(a_body(), device=True, Content_Type=kind)
    assert is_error(refusal, 415, "unsupported", where="Content-Type")
    assert batch(kind, an_id())["status"] == 415
    assert stored() == (0, 0)


def test_without_a_credential_nobody_claims_a_code(put, found) -> None:
    """Whoever saw a code on a screen could else take it for a form of their own."""
    code = new_code()
    assert put(a_body(), Content_Type=content_type(code)).status_code == 201
    assert found(code) is None
