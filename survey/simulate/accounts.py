"""Log-ins of the demonstration, kept with their passwords in a file that only its owner reads."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from survey.operations.devices import enrol_device
from survey.operations.passwords import hash_password
from survey.operations.staff import NewStaff, add_staff, set_password
from survey.queries.staff import is_login_taken
from survey.seals import CROCKFORD
from survey.simulate.rounds import PROVINCE
from survey.terms import Role

FILE_NAME = "demo-accounts.txt"
DEVICE = "device-key"
PEOPLE = (
    NewStaff("analyst", "Phân tích viên (mô phỏng)", Role.ANALYST),
    NewStaff("supervisor", "Giám sát viên (mô phỏng)", Role.SUPERVISOR, PROVINCE),
    NewStaff("admin", "Quản trị viên (mô phỏng)", Role.ADMIN),
    NewStaff("designer", "Người thiết kế phiếu (mô phỏng)", Role.DESIGNER),
    NewStaff("auditor", "Kiểm tra viên (mô phỏng)", Role.AUDITOR),
)
GROUPS, LETTERS = 4, 4


@dataclass(frozen=True)
class DemoDevice:
    """The device whose key is handed out: where it stands and which round it serves."""

    place: str
    round: str


def prepare_accounts(connection: Connection, folder: Path, device: DemoDevice) -> dict[str, str]:
    """Make what is missing, keep what is there, write the file; return name -> secret."""
    path = folder / FILE_NAME
    known = _read(path)
    secrets_by_name = {}
    for person in PEOPLE:
        kept = known.get(person.login)
        if kept is None or not is_login_taken(connection, person.login):
            kept = _new_password()
            _give_password(connection, person, kept)
        secrets_by_name[person.login] = kept
    if DEVICE not in known:
        name = "Thiết bị trình diễn (mô phỏng)"
        known[DEVICE] = enrol_device(connection, name, device.place)[1]
    secrets_by_name[DEVICE] = known[DEVICE]
    _write(path, _text(secrets_by_name, device))
    return secrets_by_name


def _give_password(connection: Connection, person: NewStaff, password: str) -> None:
    password_hash = hash_password(password)
    if is_login_taken(connection, person.login):
        set_password(connection, person.login, password_hash)
    else:
        add_staff(connection, person, password_hash)


def _new_password() -> str:
    groups = ("".join(secrets.choice(CROCKFORD) for _ in range(LETTERS)) for _ in range(GROUPS))
    return "-".join(groups).lower()


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line.strip() and not line.startswith("#"))
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}  # noqa: PLR2004 - name, secret


def _text(secrets_by_name: dict[str, str], device: DemoDevice) -> str:
    people = [f"{person.login} {secrets_by_name[person.login]}" for person in PEOPLE]
    return "\n".join(
        [
            "# Tài khoản trình diễn, trang /login / demonstration log-ins, page /login",
            *people,
            f"# Khóa của thiết bị ở {device.place}, đợt {device.round}; cách dùng:",
            f"# The key of a device at {device.place}, round {device.round}; its use:",
            "# curl -X PUT http://127.0.0.1:8000/api/v1/interviews/$(uuidgen -r) \\",
            "#   -H 'Authorization: Bearer KEY' -H 'Content-Type: application/json' \\",
            "#   -H 'Content-Digest: sha-256=:BASE64:' --data-binary @response.json",
            f"{DEVICE} {secrets_by_name[DEVICE]}",
            "",
        ]
    )


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
