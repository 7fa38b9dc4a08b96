"""The page docs/pictures.md: every picture of the documentation, by subject and state."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[2] / "docs" / "pictures.md"
HEADINGS: Final = {
    "citizen": "Người dân, trên máy của mình / Citizens on their own devices",
    "slip": "Phiếu mã / Slips",
    "petition": "Phản ánh, kiến nghị / Petitions",
    "withdrawal": "Rút lại phiếu / Withdrawal",
    "kiosk": "Máy bảng ở quầy / The counter's tablet",
    "check": "Kiểm tra thiết bị / Check of a device",
    "paper": "Giấy in / On paper",
    "counter": "Cán bộ của quầy và báo cáo / The office's own pages and reports",
    "admin": "Người quản trị, người thiết kế phiếu, kiểm tra viên / Administration",
    "analyst": "Người phân tích / Analysts",
}
"""Subject, as the names of its pictures begin -> heading, in the order of the page."""

TAILS: Final = {"vi", "en", "nojs"}
HEAD: Final = """# Ảnh của mọi màn hình / Pictures of every screen

Tệp này do `make screenshots` viết, cùng với các ảnh. Tên ảnh: màn hình, cỡ, ngôn ngữ; `nojs` là
không có JavaScript. / Written by `make screenshots` with the pictures. Names: state, size,
language; `nojs` is without JavaScript.
"""


def index_of(names: Iterable[str]) -> str:
    """Return the page that shows these pictures."""
    by_subject = {
        subject: sorted(group)
        for subject, group in groupby(sorted(names), lambda name: name.partition("-")[0])
    }
    parts = [HEAD, *(_part(by_subject[subject], HEADINGS[subject]) for subject in HEADINGS)]
    return "\n".join(parts)


def _part(names: list[str], heading: str) -> str:
    states = groupby(names, _state)
    rows = "".join(f"| {state} | {_shown(group)} |\n" for state, group in states)
    return f"## {heading}\n\n| màn hình / state | ảnh / pictures |\n|---|---|\n{rows}"


def _state(name: str) -> str:
    """Return a name without subject, size and language."""
    words = name.split("-")[1:]
    return " ".join(word for word in words if not word[0].isdigit() and word not in TAILS) or "–"


def _shown(names: Iterable[str]) -> str:
    return " ".join(
        f'<a href="images/{name}.png"><img src="images/{name}.png" alt="{name}" height="200"></a>'
        for name in names
    )
