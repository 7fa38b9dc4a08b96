"""What is refused before any round is looked at: the id, the kind, the size, the form."""

import json

import pytest

from tests.build import a_body, a_document, answers, digest_of
from tests.wire import is_error


@pytest.mark.parametrize(
    "interview",
    ["x", "00000000-0000-1000-8000-000000000000", "6f2c1d04a3f24c5e8b9a0d1e2f3a4b5c", "%7Bx%7D"],
)
def test_an_id_that_is_not_a_uuid4_is_not_found(put, stored, interview) -> None:
    assert is_error(put(a_body(), interview), 404, "bad-id")
    assert stored() == (0, 0)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Type": "application/vnd.langnghe.sealed+json"},
        {"Content_Type": "text/plain"},
        {"Content_Type": ""},
        {"Content_Encoding": "gzip"},
    ],
)
def test_another_kind_of_content_is_not_taken(put, stored, headers) -> None:
    assert is_error(put(a_body(), **headers), 415, "unsupported")
    assert stored() == (0, 0)


def test_a_device_must_send_a_digest(put, stored) -> None:
    reply = put(a_body(), device=True, Content_Digest="")
    assert is_error(reply, 400, "digest-missing")
    assert stored() == (0, 0)


@pytest.mark.parametrize("device", [False, True])
@pytest.mark.parametrize("digest", [digest_of(b"other"), "sha-256=:AAAA:", "sha-256=abc", "foo"])
def test_a_wrong_digest_is_refused_from_anyone(put, stored, device, digest) -> None:
    reply = put(a_body(), device=device, Content_Digest=digest)
    assert is_error(reply, 400, "digest-mismatch")
    assert stored() == (0, 0)


def test_digests_by_unknown_algorithms_are_as_none(put) -> None:
    sent = "sha-512=:AAAA:, md5=:AA==:"
    assert put(a_body(), Content_Digest=sent).status_code == 201
    assert is_error(put(a_body(), device=True, Content_Digest=sent), 400, "digest-missing")


def test_a_right_digest_among_others_is_found(put) -> None:
    body = a_body()
    assert put(body, Content_Digest=f"sha-512=:AAAA:, {digest_of(body)}").status_code == 201


def _without(name: str) -> bytes:
    return json.dumps({key: value for key, value in a_document().items() if key != name}).encode()


MALFORMED = {
    "not-json": (b"{", "line 1, column 2"),
    "empty": (b"", None),
    "a-list": (b"[]", ""),
    "not-utf8": (a_body().replace(b'"vi"', b'"\xff"'), None),
    "byte-order-mark": (b"\xef\xbb\xbf" + a_body(), None),
    "twice": (a_body().replace(b'"seconds"', b'"round": "mo", "seconds"'), "round"),
    "twice-inside": (a_body().replace(b'"sex"', b'"s01": "1", "sex"'), "s01"),
    "twice-in-nfd": ('{"ệ": 1, "e\u0323\u0302": 1}'.encode(), "ệ"),
    "too-deep": (a_body(missing={"a": json.loads("[" * 33 + "]" * 33)}), None),
    "bottomless": (b"[" * 100_000 + b"]" * 100_000, None),
    "nan": (a_body().replace(b"312", b"NaN"), None),
    "infinite": (a_body().replace(b"1.5", b"1e400"), None),
    "huge-integer": (a_body().replace(b"47", b"9" * 5000), None),
    "lone-surrogate": (a_body().replace(b'"vi"', b'"\\ud800"'), None),
    "zero-character": (a_body().replace(b'"vi"', b'"\\u0000"'), None),
    "unknown-key": (a_body(device_seq=1), "device_seq"),
    "minutes": (a_body(answered_hour="2026-11-21T09:15+07:00"), "answered_hour"),
    "no-offset": (a_body(answered_hour="2026-11-21T09:00"), "answered_hour"),
    "no-such-day": (a_body(answered_hour="2026-02-30T09:00+07:00"), "answered_hour"),
    "hour-as-number": (a_body(answered_hour=9), "answered_hour"),
    "edge-of-time": (a_body(answered_hour="9999-12-31T23:00-12:00"), "answered_hour"),
    "negative-seconds": (a_body(seconds=-1), "seconds"),
    "true-seconds": (a_body(seconds=True), "seconds"),
    "assisted": (a_body(assisted="no"), "assisted"),
    "state": (a_body(state="done"), "state"),
    "answers": (a_body(answers=[]), "answers"),
    "round": (a_body(round=1), "round"),
    **{f"without-{name}": (_without(name), name) for name in a_document()},
}


@pytest.mark.parametrize("device", [False, True])
@pytest.mark.parametrize(("body", "where"), MALFORMED.values(), ids=MALFORMED)
def test_what_is_not_in_the_agreed_form_names_the_spot(put, stored, device, body, where) -> None:
    assert is_error(put(body, device=device), 400, "malformed", where)
    assert stored() == (0, 0)


@pytest.mark.parametrize("device", [False, True])
def test_more_than_256_kib_is_too_large(put, stored, device) -> None:
    body = a_body(answers=answers(note="a" * 256 * 1024))
    assert is_error(put(body, device=device), 413, "too-large")
    assert stored() == (0, 0)
