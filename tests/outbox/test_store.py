"""What is on the disk of a tablet: sealed bytes, and they outlive the page; SHA-256 is right."""

import hashlib
import json

import numpy as np
from playwright.sync_api import Page

from survey.seals import early_hash
from tests.build import a_body, an_id

PUT = """async ([id, text]) => {
  const store = await outbox.openStore();
  await store.put(id, new TextEncoder().encode(text), "0".repeat(64));
  return store.isKept;
}"""
READ = """async (id) => {
  const bytes = await (await outbox.openStore()).body(id);
  return bytes && new TextDecoder().decode(bytes);
}"""
LIST = "async () => (await outbox.openStore()).list()"
RAW = """() => new Promise((resolve) => {
  indexedDB.open("lang-nghe-outbox").onsuccess = ({target}) => {
    target.result.transaction("items").objectStore("items").getAll().onsuccess = ({target}) => {
      resolve(target.result.map((item) => ({
        names: Object.keys(item).sort(),
        isExtractable: item.key.extractable,
        sealed: [...new Uint8Array(item.sealed)],
      })));
    };
  };
})"""


def test_what_waits_is_sealed_and_outlives_the_page(opened) -> None:
    first: Page = opened("https://outbox.test")
    interview, body = an_id(), a_body().decode()
    assert first.evaluate(PUT, [interview, body])
    first.close()
    second: Page = opened("https://outbox.test")
    assert second.evaluate(LIST) == [{"id": interview, "refusal": None, "hash": "0" * 64}]
    assert second.evaluate(READ, interview) == body
    (raw,) = second.evaluate(RAW)
    assert raw["names"] == ["hash", "id", "iv", "key", "refusal", "sealed"]
    assert not raw["isExtractable"]
    sealed = bytes(raw["sealed"])
    for words in ("Cán bộ nhiệt tình", "answers", "zalo"):
        for encoding in ("utf-8", "utf-16-le"):
            assert words.encode(encoding) not in sealed


def test_a_refusal_is_noted_and_taken_back_and_an_end_is_an_end(page) -> None:
    interview = an_id()
    page.evaluate(PUT, [interview, "x"])
    refusal = {"status": 409, "error": "conflict", "where": "id"}
    note = "async ([id, why]) => (await outbox.openStore()).refuse(id, why)"
    page.evaluate(note, [interview, refusal])
    assert page.evaluate(LIST) == [{"id": interview, "refusal": refusal, "hash": "0" * 64}]
    page.evaluate(note, [interview, None])
    assert page.evaluate(LIST) == [{"id": interview, "refusal": None, "hash": "0" * 64}]
    page.evaluate("async (id) => (await outbox.openStore()).remove(id)", interview)
    assert page.evaluate(LIST) == []
    assert page.evaluate(READ, interview) is None
    page.evaluate(note, [interview, refusal])
    assert page.evaluate(LIST) == []


def test_one_items_bytes_do_not_pass_for_anothers(page) -> None:
    page.evaluate(PUT, ["one", "first"])
    swapped = """(id) => new Promise((resolve) => {
      indexedDB.open("lang-nghe-outbox").onsuccess = ({target}) => {
        const items = target.result.transaction("items", "readwrite").objectStore("items");
        items.get("one").onsuccess = ({target}) => {
          items.put({...target.result, id}).onsuccess = () => resolve();
        };
      };
    })"""
    page.evaluate(swapped, "two")
    read = "async (id) => (await outbox.openStore()).body(id).then(() => 'read', (e) => e.name)"
    assert page.evaluate(read, "one") == "read"
    assert page.evaluate(read, "two") == "OperationError"


def test_over_plain_http_items_are_in_memory_only_and_it_says_so(opened) -> None:
    page: Page = opened("http://outbox.test")
    assert page.evaluate(PUT, [an_id(), a_body().decode()]) is False
    assert page.evaluate("async () => (await indexedDB.databases()).length") == 0


def test_sha256_is_that_of_the_standard(page) -> None:
    rng = np.random.default_rng(5)
    lengths = [*range(130), 1000, 65_535, 262_144]
    contents = [rng.bytes(length) for length in lengths]
    script = "(all) => all.map((bytes) => outbox.sha256Hex(new Uint8Array(bytes)))"
    found = page.evaluate(script, [list(content) for content in contents])
    assert found == [hashlib.sha256(content).hexdigest() for content in contents]


def test_a_whole_outbox_sends_what_the_contract_says(page) -> None:
    asked: list[dict[str, object]] = []

    def answer(route) -> None:
        request = route.request
        asked.append({"headers": request.headers, "body": request.post_data_buffer})
        sha256 = hashlib.sha256(request.post_data_buffer).hexdigest()
        said = {"sha256": sha256, "receipt": "AAAA-BBBB-CCCC"}
        route.fulfill(status=201, body=json.dumps(said), content_type="application/json")

    page.route("**/api/v1/interviews/*", answer)
    body = a_body().decode()
    script = """async ([id, body, hash]) => new Promise((resolve) => {
      const words = [];
      outbox.openOutbox({
        onChange: ({word}) => words.push(word),
        onReceipt: (id, receipt) => resolve({id, receipt, words}),
      }).then((box) => box.add({id, body, hash}));
    })"""
    interview, hashed = an_id(), early_hash("7K3M-Q9XA-2WTE")
    done = page.evaluate(script, [interview, body, hashed])
    assert (done["id"], done["receipt"]) == (interview, "AAAA-BBBB-CCCC")
    assert list(dict.fromkeys(done["words"])) == ["received", "waiting", "sending"]
    (request,) = asked
    assert request["body"] == body.encode()
    assert request["headers"]["content-type"] == f"application/json; early-receipt={hashed}"
    assert request["headers"]["content-digest"].startswith("sha-256=:")
    assert request["headers"]["outbox-waiting"] == "0"
    assert page.evaluate(LIST) == []


def test_an_outbox_says_how_safely_it_keeps(opened) -> None:
    script = "async () => (await outbox.openOutbox({onChange() {}})).persisted()"
    kept = opened("https://outbox.test").evaluate(script)
    assert kept["keeping"] in {"safe", "perhaps"}
    assert kept["freeMegabytes"] > 0
    bare = opened("http://outbox.test").evaluate(script)
    assert bare == {"keeping": "memory", "freeMegabytes": None}


def test_an_outbox_tells_the_server_how_safely_it_keeps(opened) -> None:
    page: Page = opened("https://outbox.test")
    page.evaluate("() => { navigator.storage.persisted = async () => true; }")
    with page.expect_request("**/api/v1/receipts/query") as told:
        page.evaluate("() => outbox.openOutbox({onChange() {}}).then(() => null)")
    assert told.value.headers["outbox-keeping"] == "safe"
    assert told.value.headers["outbox-waiting"] == "0"
