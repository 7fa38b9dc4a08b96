"""The rehearsal of ``make faults`` in small, and the proof that its checker sees damage."""

from pathlib import Path

import pytest

from tests.fault.checker import find_damage
from tests.fault.kill_server import Plan, rehearse, unseen_damages


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("killed")
    return rehearse(folder, Plan(n_people=40, n_each=4, n_kills=2))


def test_what_was_acknowledged_is_stored_once_and_whole_after_two_kills(rehearsal) -> None:
    crowd, n_killed, file = rehearsal
    assert n_killed == 2
    assert len(crowd.journal.receipts) == 160
    assert find_damage(file, crowd.journal) == []


def test_the_checker_sees_every_damage_made_on_purpose(rehearsal) -> None:
    crowd, _, file = rehearsal
    assert unseen_damages(file, crowd.journal) == []
