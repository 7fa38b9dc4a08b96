"""A night without a backup does not go by unnoticed, and a day brings no second one."""

import datetime as dt
import subprocess

import pytest

from config import Settings
from survey import nightly
from survey.clock import VIETNAM


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("now", "last", "expected"),
    [
        (at(21, 1, 59), at(20, 2, 1), False),
        (at(21, 2), at(20, 2, 1), True),
        (at(21, 2, 5), at(21, 2, 1), False),
        (at(21, 15), at(20, 23), True),
        (at(21, 1), at(20, 1), True),
        (at(21, 12), at(21, 9), False),
    ],
)
def test_a_backup_is_due_once_a_night(now, last, expected) -> None:
    assert nightly.is_due(now.astimezone(dt.UTC), last.astimezone(dt.UTC)) is expected


class Stop(BaseException):
    """Ends the watch in a test."""


def test_the_watch_runs_the_command_at_night_and_waits_an_hour_after_a_failure(
    monkeypatch, clock, tmp_path
) -> None:
    clock.moment = at(21, 1, 58)
    ran = []

    def look(_event: object, seconds: float) -> bool:
        clock.moment += dt.timedelta(seconds=seconds)
        if clock.moment > at(21, 3, 30):
            raise Stop
        return False

    def run(command: tuple[str, ...], **_options: object) -> subprocess.CompletedProcess:
        ran.append(clock.moment)
        assert command[-2:] == ("backup", "--check")
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr("threading.Event.wait", look)
    monkeypatch.setattr("subprocess.run", run)
    with pytest.raises(Stop):
        nightly._watch(Settings(data_dir=tmp_path))
    assert ran == [at(21, 2), at(21, 3)]


def test_a_system_with_a_timer_starts_no_watch(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("threading.Thread.start", lambda _self: pytest.fail("a watch was started"))
    nightly.keep_nightly_backups(Settings(data_dir=tmp_path, backup_nightly=False))
