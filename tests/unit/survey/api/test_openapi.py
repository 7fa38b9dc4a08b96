"""The OpenAPI document and the routes say the same, and what the server says fits the document."""

import base64
import json

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from survey.api.instruments import DESCRIPTION
from survey.errors import InputError, NotFound, Throttled, Unavailable
from survey.seals import sha256_hex
from survey.web.errors import WORDS, words_of
from tests.build import a_body, a_document, an_id

HERE = "urn:openapi"
REGISTRY = Registry().with_resource(HERE, Resource.opaque(DESCRIPTION))
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def fits(said: object, path: str, method: str, status: int) -> bool:
    """Validate a reply against what the document says of this path, method and status."""
    answers = DESCRIPTION["paths"][path][method]["responses"]
    assert str(status) in answers, f"{status} is not in the document"
    pointer = "/".join(
        part.replace("~", "~0").replace("/", "~1")
        for part in (
            *("paths", path, method, "responses", str(status)),
            *("content", "application/json", "schema"),
        )
    )
    schema = {"$ref": f"{HERE}#/{pointer}"}
    Draft202012Validator(schema, registry=REGISTRY).validate(said)
    return True


def test_every_route_of_the_hatch_is_described_and_no_other(app) -> None:
    routes = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {
        (path, method)
        for path, operations in DESCRIPTION["paths"].items()
        for method in operations
        if method != "parameters"
    }
    assert routes == described


def test_the_document_is_served(client) -> None:
    assert client.get("/api/v1/openapi.json").get_json() == DESCRIPTION


def test_every_error_code_stands_under_its_status() -> None:
    for path, operations in DESCRIPTION["paths"].items():
        for method in operations.keys() - {"parameters"}:
            for status, reply in operations[method]["responses"].items():
                if int(status) >= 400:
                    schema = reply["content"]["application/json"]["schema"]
                    for code in schema["allOf"][1]["properties"]["error"]["enum"]:
                        kind = NotFound if status == "404" else InputError
                        assert words_of(kind(code)).status == int(status), (path, code)


@pytest.mark.parametrize("code", WORDS)
def test_every_code_speaks_both_languages(code) -> None:
    words = WORDS[code]
    assert words.vi
    assert words.en
    assert words.vi != words.en


def test_errors_without_words_of_their_own_speak_for_their_class() -> None:
    assert words_of(Throttled(3)).status == 429
    assert words_of(Unavailable("not-at-head", "x")).status == 503
    assert words_of(NotFound("anything")).status == 404


def test_the_round_and_its_instrument_fit(client, key) -> None:
    del key
    reply = client.get("/api/v1/rounds/mo")
    assert fits(reply.get_json(), "/api/v1/rounds/{code}", "get", 200)
    said = reply.get_json()
    assert (said["open"], said["page"], said["place_item"]) == (True, "/r/mo", "place")
    closed = client.get("/api/v1/rounds/kin").get_json()
    assert (closed["open"], closed["page"], closed["place_item"]) == (False, None, None)
    reply = client.get("/api/v1/instruments/small/1")
    assert fits(reply.get_json(), "/api/v1/instruments/{code}/{version}", "get", 200)
    assert [item["name"] for item in reply.get_json()["items"]][:3] == ["sex", "place", "s01"]


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/api/v1/rounds/x", "/api/v1/rounds/{code}"),
        ("/api/v1/instruments/small/9", "/api/v1/instruments/{code}/{version}"),
    ],
)
def test_what_is_not_there_fits_too(client, key, path, template) -> None:
    del key
    reply = client.get(path)
    assert fits(reply.get_json(), template, "get", reply.status_code)


@given(changes=st.dictionaries(st.sampled_from(sorted(a_document())), ANY_JSON, max_size=2))
@hypothesis_settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_document_gets_an_answer_that_the_document_knows(put, changes) -> None:
    body = json.dumps({**a_document(), **changes}).encode()
    reply = put(body)
    assert reply.status_code < 500
    assert fits(reply.get_json(), "/api/v1/interviews/{interview}", "put", reply.status_code)


@given(body=st.binary(max_size=64) | st.text(max_size=64).map(str.encode))
@hypothesis_settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_bytes_get_an_answer_that_the_document_knows(put, body) -> None:
    reply = put(body)
    assert reply.status_code == 400
    assert fits(reply.get_json(), "/api/v1/interviews/{interview}", "put", 400)


def test_an_acknowledgement_fits(put) -> None:
    interview, body = an_id(), a_body()
    for status in (201, 200):
        reply = put(body, interview)
        assert reply.status_code == status
        assert fits(reply.get_json(), "/api/v1/interviews/{interview}", "put", status)


@given(document=ANY_JSON)
@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@pytest.mark.parametrize(
    ("path", "name"), [("/api/v1/batches", "interviews"), ("/api/v1/receipts/query", "ids")]
)
def test_any_many_get_an_answer_that_the_document_knows(client, key, path, name, document) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    for sent in (document, {name: document}, {name: [document]}):
        reply = client.post(path, json=sent, headers=headers)
        assert fits(reply.get_json(), path, "post", reply.status_code)


def test_a_batch_and_its_receipts_fit(client, key) -> None:
    interview, headers = an_id(), {"Authorization": f"Bearer {key}"}
    parcel = {
        "id": interview,
        "content_type": "application/json",
        "sha256": sha256_hex(a_body()),
        "body": base64.b64encode(a_body()).decode(),
    }
    parcels = [parcel, {**parcel, "id": "x"}]
    reply = client.post("/api/v1/batches", json={"interviews": parcels}, headers=headers)
    assert fits(reply.get_json(), "/api/v1/batches", "post", 200)
    assert [each["status"] for each in reply.get_json()["results"]] == [201, 404]
    reply = client.post("/api/v1/receipts/query", json={"ids": [interview]}, headers=headers)
    assert fits(reply.get_json(), "/api/v1/receipts/query", "post", 200)
    assert len(reply.get_json()["known"]) == 1
