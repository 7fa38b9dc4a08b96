"""Tablets that die, a network that loses, a server that refuses: nothing is lost or invented.

The queue is the one that tablets run, driven by seeded events in `world.js`. After the storm a
program that knows nothing of the queue compares what was made, kept, stored and refused.
"""

import pytest
from playwright.sync_api import Page

N_RUNS, N_STEPS = 1500, 100
FEW = 60
PLAY = "([seeds, steps, broken]) => outbox.play(seeds, steps, broken)"
KINDS = {
    "kill", "disk", "request lost", "request doubled", "reply lost", "reordered", "bytes damaged",
    "gateway page", "busy or not", "revoked",
}  # fmt: skip


def test_nothing_is_lost_doubled_or_invented_and_it_ends(page: Page) -> None:
    played = page.evaluate(PLAY, [list(range(N_RUNS)), N_STEPS, None])
    print(  # noqa: T201 - the figures, for whoever runs it with -s
        f"\noutbox: {played['runs']} runs, {played['steps']} steps, {played['made']} interviews, "
        f"{sum(played['faults'].values())} faults {played['faults']}"
    )
    assert played["findings"] == []
    assert played["stored"] > 10 * N_RUNS
    assert played["faults"].keys() == KINDS
    assert min(played["faults"].values()) > N_RUNS / 5


@pytest.mark.parametrize(
    ("broken", "what"),
    [
        ("hasty", "lost"),
        ("trusting", "lost"),
        ("minting", "invented"),
        ("forgetful", "unpaired"),
        ("sleepy", "unfinished"),
    ],
)
def test_a_queue_with_one_fault_is_caught(page: Page, broken: str, what: str) -> None:
    played = page.evaluate(PLAY, [list(range(FEW)), N_STEPS, broken])
    assert what in {finding["what"] for finding in played["findings"]}
