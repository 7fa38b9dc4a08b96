"""Is the installation sound? What no request would notice until it is too late, in words."""

import datetime as dt
import json
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from config import Settings, SettingsError
from survey import clock
from survey.db.database import MEGABYTE, Database
from survey.models import InstrumentVersion
from survey.operations.backups import all_backups
from survey.operations.certificates import server_certificate
from survey.operations.findings import Finding, Grade
from survey.operations.health import readiness
from survey.operations.restores import LAST_CHECK

OLDEST_BACKUP: Final = dt.timedelta(hours=26)
OLDEST_CHECK: Final = dt.timedelta(days=7)
ENDS_SOON: Final = dt.timedelta(days=30)
LEAST_FREE_SHARE: Final = 0.05
WRITTEN_ON: Final = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
"""No honest clock shows an earlier moment to this program."""

PRIVATE: Final = (
    "secret_key",
    "receipt_key",
    "demo-accounts.txt",
    "langnghe.db",
    "backups",
    "tls",
)
PARTS: Final = {
    "writer": ("Luồng ghi dữ liệu", "The writer"),
    "disk": ("Chỗ trống trên đĩa (SURVEY_MIN_FREE_MB)", "Room on the disk (SURVEY_MIN_FREE_MB)"),
    "schema": ("Cấu trúc dữ liệu", "The schema"),
    "store": ("Ghi và đọc lại", "Writing and reading back"),
}


def examine(database: Database, settings: Settings) -> list[Finding]:
    """Return how every part of the installation stands."""
    checks = readiness(database)
    findings = [_part(name, outcome) for name, outcome in checks.items()]
    first_use = _first_use(database) if checks["schema"] == "ok" else None
    return [
        *findings,
        _disk(settings),
        *_clock(settings),
        _backup(settings, first_use),
        _last_check(settings),
        _backup_place(settings),
        _https(settings),
        _contact(settings),
        _secrets(settings),
    ]


def _part(name: str, outcome: str) -> Finding:
    vi, en = PARTS[name]
    if outcome == "ok":
        return Finding(name, Grade.FINE, f"{vi}: tốt.", f"{en}: fine.")
    return Finding(name, Grade.BAD, f"{vi}: có lỗi ({outcome}).", f"{en}: {outcome}.")


def _disk(settings: Settings) -> Finding:
    usage = shutil.disk_usage(settings.data_dir)
    grade = Grade.FINE if usage.free > LEAST_FREE_SHARE * usage.total else Grade.BAD
    free, share = usage.free // MEGABYTE, round(100 * usage.free / usage.total)
    return Finding(
        "disk-share", grade, f"Còn trống {free} MB ({share} %).", f"{free} MB free ({share} %)."
    )


def _clock(settings: Settings) -> Iterator[Finding]:
    now = clock.now()
    shown = f"{now.astimezone(clock.VIETNAM):%d/%m/%Y %H:%M:%S}"
    latest = max([WRITTEN_ON, *(backup.made_at for backup in all_backups(settings))])
    if now < latest:
        yield Finding(
            "clock",
            Grade.BAD,
            f"Đồng hồ chạy lùi hoặc sai: {shown}.",
            f"The clock is wrong or went back: {shown}, yet {latest:%Y-%m-%d %H:%M} UTC was seen.",
        )
    else:
        yield Finding("clock", Grade.FINE, f"Đồng hồ: {shown}.", f"The clock shows {shown} (+07).")
    if _is_synchronised():
        yield Finding("time-server", Grade.FINE, "Giờ được đồng bộ.", "Time is synchronised.")
    else:
        yield Finding(
            "time-server",
            Grade.DOUBT,
            "Không thấy đồng bộ giờ; hãy bật systemd-timesyncd hoặc chrony.",
            "No time synchronisation was seen; turn on systemd-timesyncd or chrony.",
        )


def _is_synchronised() -> bool:
    program = shutil.which("timedatectl")
    if program is None:
        return False
    command = [program, "show", "--property=NTPSynchronized", "--value"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    return said.stdout.strip() == "yes"


def _first_use(database: Database) -> dt.datetime | None:
    with database.reading() as connection:
        return connection.scalars(select(func.min(InstrumentVersion.published_at))).one()


def _backup(settings: Settings, first_use: dt.datetime | None) -> Finding:
    backups, now = all_backups(settings), clock.now()
    since = backups[0].made_at if backups else first_use
    grade = Grade.FINE if backups else Grade.DOUBT
    if since is not None and now - since > OLDEST_BACKUP:
        grade = Grade.BAD
    if not backups:
        return Finding("backup", grade, "Chưa có bản sao lưu nào.", "There is no backup yet.")
    hours = round((now - backups[0].made_at).total_seconds() / 3600)
    return Finding(
        "backup",
        grade,
        f"Bản sao lưu mới nhất cách đây {hours} giờ: {backups[0].folder.name}.",
        f"The newest backup is {hours} hours old.",
    )


def _last_check(settings: Settings) -> Finding:
    try:
        noted = json.loads((settings.backup_folder / LAST_CHECK).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Finding(
            "restore-check",
            Grade.DOUBT,
            "Chưa khôi phục thử lần nào: flask --app wsgi restore latest --check.",
            "No backup was ever restored on trial: flask --app wsgi restore latest --check.",
        )
    checked_at = dt.datetime.fromisoformat(noted["checked_at"])
    is_fine = noted["ok"] and clock.now() - checked_at <= OLDEST_CHECK
    outcome = ("đạt", "passed") if noted["ok"] else ("KHÔNG đạt", "FAILED")
    day = f"{checked_at.astimezone(clock.VIETNAM):%d/%m/%Y}"
    return Finding(
        "restore-check",
        Grade.FINE if is_fine else Grade.BAD,
        f"Khôi phục thử ngày {day}: {outcome[0]} ({noted['backup']}).",
        f"The trial restore of {day} {outcome[1]}.",
    )


def _backup_place(settings: Settings) -> Finding:
    folder = settings.backup_folder
    if folder.is_dir() and folder.stat().st_dev != settings.data_dir.stat().st_dev:
        return Finding(
            "backup-place", Grade.FINE, "Sao lưu ở đĩa khác.", "Backups are on another disk."
        )
    return Finding(
        "backup-place",
        Grade.DOUBT,
        "Sao lưu nằm cùng ổ đĩa với dữ liệu: hỏng đĩa là mất cả hai; hãy chép sang máy khác.",
        "Backups share the disk of the data: copy them to another machine.",
    )


def _https(settings: Settings) -> Finding:
    if settings.tls_cert or settings.tls_own:
        return _certificate(settings)
    if settings.allow_http:
        return Finding(
            "https",
            Grade.DOUBT,
            "Cán bộ đăng nhập được qua http (SURVEY_ALLOW_HTTP=1): chỉ để trình diễn.",
            "Staff may log in over plain http (SURVEY_ALLOW_HTTP=1): for demonstrations only.",
        )
    if settings.proxy_count == 0:
        return Finding(
            "https",
            Grade.DOUBT,
            "Chưa khai báo máy chủ https phía trước (SURVEY_PROXY_COUNT): điện thoại cần https.",
            "No https server in front is declared (SURVEY_PROXY_COUNT): phones need https.",
        )
    return Finding("https", Grade.FINE, "Có https phía trước.", "https stands in front.")


def _certificate(settings: Settings) -> Finding:
    try:
        certificate = server_certificate(settings, "")
    except SettingsError as error:
        return Finding("https", Grade.BAD, error.faults[0], error.faults[0])
    ends_at = certificate.ends_at if certificate else clock.now()
    grade = Grade.FINE if ends_at - clock.now() > ENDS_SOON else Grade.BAD
    day = f"{ends_at.astimezone(clock.VIETNAM):%d/%m/%Y}"
    vi = f"Máy chủ tự phục vụ https; chứng chỉ dùng đến {day}."
    return Finding("https", grade, vi, f"The server itself speaks https until {day}.")


def _contact(settings: Settings) -> Finding:
    if settings.contact:
        return Finding(
            "contact",
            Grade.FINE,
            "Lời mời nêu đầu mối bảo vệ dữ liệu.",
            "The consent page names a data-protection contact.",
        )
    return Finding(
        "contact",
        Grade.DOUBT,
        "Lời mời chưa nêu ai chịu trách nhiệm bảo vệ dữ liệu: hãy đặt SURVEY_CONTACT.",
        "The consent page names no data-protection contact: set SURVEY_CONTACT.",
    )


def _secrets(settings: Settings) -> Finding:
    paths = [settings.data_dir / name for name in PRIVATE]
    open_to_others = [path.name for path in paths if path.exists() and _is_open(path)]
    if open_to_others:
        names = ", ".join(open_to_others)
        return Finding(
            "secrets",
            Grade.BAD,
            f"Người khác trên máy đọc được: {names}; hãy chmod go-rwx.",
            f"Others on this machine can read: {names}; chmod go-rwx.",
        )
    return Finding("secrets", Grade.FINE, "Tệp bí mật kín.", "Secret files are private.")


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
