"""The manners of the queue, one reply after the other, with a clock that the test moves."""

from itertools import pairwise

import pytest
from playwright.sync_api import Page

DRIVE = """async ({replies, deeds}) => {
  const disk = new Map(), sent = [], receipts = [];
  let now = 0, woken = null;
  const store = {
    list: async () => [...disk].map(([id, {refusal, hash}]) => ({id, refusal, hash})),
    put: async (id, body, hash) => void disk.set(id, {body, hash, refusal: null}),
    body: async (id) => disk.get(id)?.body ?? null,
    refuse: async (id, refusal) => { disk.get(id).refusal = refusal; },
    remove: async (id) => void disk.delete(id),
  };
  const send = async ({id, sha256, others}) => {
    const {content = null, ...reply} = replies.shift();
    sent.push({id, sha256, others, at: now});
    const own = content?.sha256 === "own" ? {sha256} : {};
    return {after: null, ...reply, content: content && {...content, ...own}};
  };
  const wake = (milliseconds) => { woken = now + milliseconds; };
  const ports = {store, send, now: () => now, random: () => 1, wake};
  const listener = {changed() {}, received: (id, receipt) => receipts.push([id, receipt])};
  const queue = new outbox.Queue(ports, listener);
  const deedsOf = {
    add: (id) => queue.add(id, new TextEncoder().encode(`body of ${id}`)),
    turn: () => queue.turn(), nudge: () => queue.nudge(),
    resume: () => queue.resume(), retry: () => queue.retry(),
    wait: (milliseconds) => { now += milliseconds; },
    wake: () => { now = woken; return queue.turn(); },
  };
  const words = [];
  for (const [deed, argument] of deeds) {
    await deedsOf[deed](argument);
    words.push(queue.word());
  }
  return {sent, receipts, words, woken, counts: queue.counts(), kept: [...disk.keys()],
          refusals: queue.refusals()};
}"""

OK = {"status": 201, "content": {"sha256": "own", "receipt": "AAAA-BBBB-CCCC"}}
SILENCE = {"status": 0}


def a_refusal(status: int, error: str, **more: object) -> dict[str, object]:
    return {"status": status, "content": {"error": error}, **more}


def drive(page: Page, replies: list[dict[str, object]], *deeds: tuple[object, ...]) -> dict:
    named = [[*deed, None][:2] for deed in deeds]
    return page.evaluate(DRIVE, {"replies": replies, "deeds": named})


def test_a_receipt_over_its_own_bytes_lets_an_item_go(page) -> None:
    after = drive(page, [OK], ("add", "a"), ("turn",))
    assert after["words"] == ["waiting", "received"]
    assert (after["kept"], after["receipts"]) == ([], [["a", "AAAA-BBBB-CCCC"]])
    assert after["counts"]["received"] == 1


@pytest.mark.parametrize(
    "reply",
    [
        {"status": 200, "content": {"sha256": "0" * 64, "receipt": "x"}},
        {"status": 200, "content": None},
        {"status": 404, "content": None},
        {"status": 403, "content": {"title": "Log in to this Wi-Fi"}},
        a_refusal(400, "digest-mismatch"),
        a_refusal(500, "internal"),
        SILENCE,
    ],
)
def test_whatever_is_unclear_is_sent_again_the_same_bytes(page, reply) -> None:
    after = drive(page, [reply, OK], ("add", "a"), ("turn",), ("wake",))
    first, second = after["sent"]
    assert (first["id"], first["sha256"]) == (second["id"], second["sha256"])
    assert (after["kept"], after["words"][-1]) == ([], "received")


def test_pauses_double_up_to_five_minutes(page) -> None:
    wakes = [("wake",)] * 11
    after = drive(page, [SILENCE] * 12, ("add", "a"), ("turn",), *wakes)
    times = [each["at"] / 1000 for each in after["sent"]]
    pauses = [late - early for early, late in pairwise(times)]
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_a_success_ends_the_pauses(page) -> None:
    replies = [SILENCE, SILENCE, OK, SILENCE]
    deeds = [("add", "a"), ("turn",), ("wake",), ("wake",), ("add", "b"), ("turn",)]
    after = drive(page, replies, *deeds)
    assert after["woken"] - after["sent"][-1]["at"] == 2000


def test_the_servers_own_pause_is_kept_whatever_the_line_does(page) -> None:
    busy = a_refusal(503, "busy", after=120)
    deeds = [("add", "a"), ("turn",), ("nudge",), ("wait", 119_999), ("nudge",), ("wake",)]
    after = drive(page, [busy, OK], *deeds)
    assert [each["at"] for each in after["sent"]] == [0, 120_000]


def test_a_line_that_is_back_ends_our_own_pause(page) -> None:
    after = drive(page, [SILENCE, OK], ("add", "a"), ("turn",), ("nudge",))
    assert [each["at"] for each in after["sent"]] == [0, 0]


@pytest.mark.parametrize(("status", "error"), [(401, "unauthorised"), (403, "revoked")])
def test_a_refused_credential_stops_all_until_it_changes(page, status, error) -> None:
    refused = a_refusal(status, error)
    quiet = [("wait", 10_000_000), ("nudge",), ("turn",)]
    stopped = drive(page, [refused], ("add", "a"), ("add", "b"), ("turn",), *quiet)
    assert len(stopped["sent"]) == 1
    assert stopped["counts"]["isHalted"]
    assert (stopped["kept"], stopped["words"][-1]) == (["a", "b"], "waiting")
    deeds = [("add", "a"), ("add", "b"), ("turn",), *quiet, ("resume",)]
    after = drive(page, [refused, OK, OK], *deeds)
    assert (after["kept"], after["counts"]["received"]) == ([], 2)


@pytest.mark.parametrize(
    ("status", "error"), [(409, "conflict"), (422, "invalid-answer"), (410, "closed")]
)
def test_a_refused_item_is_kept_and_shown_and_holds_up_nobody(page, status, error) -> None:
    refused = a_refusal(status, error)
    refused["content"]["where"] = "s01"
    after = drive(page, [refused, OK], ("add", "a"), ("add", "b"), ("turn",))
    assert after["kept"] == ["a"]
    assert after["refusals"] == [{"id": "a", "status": status, "error": error, "where": "s01"}]
    assert (after["counts"]["refused"], after["counts"]["received"]) == (1, 1)
    assert after["words"][-1] == "waiting"
    again = drive(page, [refused, OK, OK], ("add", "a"), ("add", "b"), ("turn",), ("retry",))
    assert (again["kept"], again["refusals"]) == ([], [])


def test_one_that_never_succeeds_stops_nobody(page) -> None:
    full = a_refusal(503, "full")
    after = drive(page, [full, OK, OK], ("add", "a"), ("add", "b"), ("turn",), ("wake",))
    assert [each["id"] for each in after["sent"]] == ["a", "b", "a"]
    assert [each["others"] for each in after["sent"]] == [1, 1, 0]


def test_an_id_is_used_once(page) -> None:
    after = drive(page, [], ("add", "a"), ("add", "a"))
    assert after["counts"]["waiting"] == 1
    script = """async () => {
      const store = {body: async () => new Uint8Array([1]), put: async () => {}};
      return new outbox.Queue({store}, {changed() {}}).add("a", new Uint8Array([2])).catch(String);
    }"""
    assert "in use for other bytes" in page.evaluate(script)
