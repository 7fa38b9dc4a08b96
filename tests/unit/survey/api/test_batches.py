"""Batches: each item as if it came by itself, one commit, and receipts asked again."""

import base64
import hashlib
import json
from dataclasses import replace

import pytest

from survey.operations.devices import enrol_device, revoke_device
from survey.queries.devices import device_of_key
from survey.seals import token_digest
from tests.build import a_body, an_id, digest_of
from tests.wire import is_error


@pytest.fixture
def settings(settings, database_url):
    """Batches are stored on both databases."""
    return replace(settings, database_url=database_url, rate_sync=10**6)


def a_parcel(content: bytes, interview: str | None = None, **changes: str) -> dict[str, str]:
    parcel = {
        "id": interview or an_id(),
        "content_type": "application/json",
        "sha256": hashlib.sha256(content).hexdigest(),
        "body": base64.b64encode(content).decode(),
    }
    return {**parcel, **changes}


@pytest.fixture
def post(client, key):
    """Send a document to a route of the hatch as the device does."""

    def send(path: str, document: object, *, with_key: str | None = key, **headers: str):
        sent = {"Content-Type": "application/json"}
        if with_key:
            sent["Authorization"] = f"Bearer {with_key}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        return client.post(f"/api/v1/{path}", data=body, headers=sent)

    return send


@pytest.fixture
def batch(post):
    """Send parcels; return the results."""

    def send(*parcels: dict[str, str]) -> list[dict]:
        reply = post("batches", {"interviews": parcels})
        assert reply.status_code == 200, reply.get_json()
        return reply.get_json()["results"]

    return send


def test_fifty_are_stored_in_one_commit_each_with_its_receipt(
    batch, put, stored, database, monkeypatch
):
    # A slow machine must not hear the device anew in between: that would be a commit of its own.
    monkeypatch.setattr(database.recent, "_seconds", 600)
    bodies = [a_body(seconds=number) for number in range(50)]
    parcels = [a_parcel(body) for body in bodies]
    batch(a_parcel(a_body()))
    before = database.writer.figures.commits
    results = batch(*parcels)
    assert database.writer.figures.commits == before + 1
    assert [each["status"] for each in results] == [201] * 50
    assert [each["id"] for each in results] == [each["id"] for each in parcels]
    assert stored() == (51, 0)
    for parcel, body, result in zip(parcels, bodies, results, strict=True):
        again = put(body, parcel["id"], device=True)
        assert (again.status_code, again.get_json()) == (200, result["body"])


def test_each_is_answered_as_if_it_came_by_itself(batch, put, stored) -> None:
    taken = an_id()
    put(a_body(), taken, device=True)
    wrong = a_body(answers={})
    cases = [
        (a_parcel(a_body(seconds=1)), 201, None),
        (a_parcel(a_body(), taken), 200, None),
        (a_parcel(a_body(seconds=2), taken), 409, "conflict"),
        (a_parcel(a_body(), "7"), 404, "bad-id"),
        (a_parcel(a_body(), content_type="text/plain"), 415, "unsupported"),
        (a_parcel(a_body(), sha256=""), 400, "digest-missing"),
        (a_parcel(a_body(), sha256="0" * 64), 400, "digest-mismatch"),
        (a_parcel(a_body(), body="%%%"), 400, "malformed"),
        (a_parcel(a_body(), body="ô"), 400, "malformed"),
        (a_parcel(b"{}"), 400, "malformed"),
        (a_parcel(b" " * (256 * 1024 + 1)), 413, "too-large"),
        (a_parcel(a_body(round="nowhere")), 422, "unknown-round"),
        (a_parcel(wrong), 422, "invalid-answer"),
    ]
    results = batch(*(parcel for parcel, _, _ in cases))
    found = [(each["status"], each["body"].get("error")) for each in results]
    assert found == [(status, code) for _, status, code in cases]
    assert stored() == (2, 3)
    single = put(wrong, device=True)
    assert results[-1]["body"] == single.get_json()


def test_the_same_id_twice_in_a_batch(batch, stored) -> None:
    twice, other = an_id(), an_id()
    results = batch(
        a_parcel(a_body(), twice),
        a_parcel(a_body(), twice),
        a_parcel(a_body(), other),
        a_parcel(a_body(seconds=9), other),
    )
    assert [each["status"] for each in results] == [201, 200, 201, 409]
    assert results[0]["body"] == results[1]["body"]
    assert stored() == (2, 1)


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ([], "interviews"),
        ({"interviews": {}}, "interviews"),
        ({"interviews": [], "more": 1}, "interviews"),
        ({"interviews": [a_parcel(a_body())] * 51}, "interviews"),
        ({"interviews": [1]}, "interviews[0]"),
        ({"interviews": [{**a_parcel(b""), "seq": 1}]}, "interviews[0]"),
        ({"interviews": [a_parcel(b""), {**a_parcel(b""), "sha256": 1}]}, "interviews[1].sha256"),
    ],
)
def test_what_is_no_batch_is_refused_whole(post, stored, document, where) -> None:
    assert is_error(post("batches", document), 400, "malformed", where)
    assert stored() == (0, 0)


def test_a_batch_over_four_mebibytes_is_refused_before_it_is_read(post) -> None:
    assert is_error(post("batches", b" " * (4 * 1024 * 1024 + 1)), 413, "too-large")
    assert is_error(post("batches", b" " * (4 * 1024 * 1024)), 400, "malformed")


def test_a_large_batch_is_taken(batch) -> None:
    big = [a_parcel(a_body(answers={"note": "x" * 55_000}) + b" " * 5_000) for _ in range(50)]
    assert 3_900_000 < len(json.dumps(big)) < 4 * 1024 * 1024
    assert {each["status"] for each in batch(*big)} == {422}


@pytest.mark.parametrize("path", ["batches", "receipts/query"])
def test_a_credential_is_needed(post, path) -> None:
    assert is_error(post(path, {}, with_key=None), 401, "unauthorised")
    assert is_error(post(path, {}, with_key="nobody's"), 401, "unauthorised")
    assert is_error(post(path, {}, Content_Type="text/plain"), 415, "unsupported")


def test_a_digest_that_came_along_is_checked(post) -> None:
    document = json.dumps({"interviews": []}).encode()
    assert post("batches", document, Content_Digest=digest_of(document)).status_code == 200
    reply = post("batches", document, Content_Digest=digest_of(b"other"))
    assert is_error(reply, 400, "digest-mismatch")


def test_what_a_revoked_device_sends_is_refused_and_kept(post, database, key, stored) -> None:
    with database.writing() as connection:
        revoke_device(connection, device_of_key(connection, token_digest(key)).device)
    results = post("batches", {"interviews": [a_parcel(a_body())]}).get_json()["results"]
    assert (results[0]["status"], results[0]["body"]["error"]) == (403, "revoked")
    assert stored() == (0, 1)
    assert is_error(post("receipts/query", {"ids": []}), 403, "revoked")


def test_interviews_are_counted_not_requests(post, store, monkeypatch) -> None:
    monkeypatch.setitem(vars(store), "settings", replace(store.settings, rate_sync=60))
    some = {"interviews": [a_parcel(b"{}") for _ in range(40)]}
    assert post("batches", some).status_code == 200
    assert post("batches", some).status_code == 200
    reply = post("batches", some)
    assert is_error(reply, 429, "rate-limit")
    assert int(reply.headers["Retry-After"]) > 0


def test_receipts_are_told_again_to_the_device_that_sent(post, put, database) -> None:
    mine, missing, garbage = an_id(), an_id(), "no id at all"
    said = put(a_body(), mine, device=True).get_json()
    others = an_id()
    put(a_body(), others)
    ids = [mine.upper(), missing, others, garbage]
    reply = post("receipts/query", {"ids": ids}).get_json()
    known = {name: said[name] for name in ("id", "sha256", "receipt", "proof")}
    assert reply == {"known": [known], "unknown": [missing, others, garbage]}
    with database.writing() as connection:
        _, foreign = enrol_device(connection, "Máy khác", "00004")
    reply = post("receipts/query", {"ids": [mine]}, with_key=foreign).get_json()
    assert reply == {"known": [], "unknown": [mine]}


def test_many_receipts_are_asked_in_one_go(post, batch) -> None:
    sent = [a_parcel(a_body(seconds=number)) for number in range(20)]
    batch(*sent)
    ids = [each["id"] for each in sent] + [an_id() for _ in range(3000)]
    reply = post("receipts/query", {"ids": ids}).get_json()
    assert {each["id"] for each in reply["known"]} == set(ids[:20])
    assert reply["unknown"] == ids[20:]


@pytest.mark.parametrize(
    ("document", "where"), [({}, "ids"), ({"ids": "x"}, "ids"), ({"ids": ["x", 1]}, "ids[1]")]
)
def test_what_is_no_list_of_ids_is_refused(post, document, where) -> None:
    assert is_error(post("receipts/query", document), 400, "malformed", where)
