"""The two rounds of the demonstration, and the instruments and trees that they stand on."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection

from survey.errors import NotFound
from survey.instruments.loader import BUILTIN, load_builtin
from survey.instruments.trees import load_trees
from survey.operations.rounds import NewRound, keep_tree, open_round, publish_instrument
from survey.queries.rounds import PlaceInSample, round_facts

PUBLISHED = ("one_stop", "sipas")
ASKED = "sipas"
SAMPLED, OPEN = "demo-sipas", "demo-open"
TITLES = {
    SAMPLED: {
        "vi": "Khảo sát hộ gia đình tỉnh Sơn La",
        "en": "Household survey in Sơn La province",
    },
    OPEN: {
        "vi": "Khảo sát mở về sự hài lòng của người dân",
        "en": "Open survey of people's satisfaction",
    },
}
CONSENT = {
    "vi": (
        "Mục đích: giới thiệu cách khảo sát sự hài lòng của người dân đối với sự phục vụ của cơ "
        "quan nhà nước.\n"
        "Tự nguyện: Ông/Bà có thể không tham gia, bỏ qua bất cứ câu nào hoặc dừng lại lúc nào "
        "cũng được.\n"
        "Ai đọc: không ai đọc từng phiếu; chỉ các con số chung được hiển thị.\n"
        "Giữ bao lâu: cho đến khi bản trình diễn này bị xóa.\n"
        "Xin không ghi họ tên, số điện thoại, địa chỉ hay thông tin của người khác."
    ),
    "en": (
        "Purpose: to show how people's satisfaction with the services of state agencies is "
        "surveyed.\n"
        "Voluntary: you may decline, leave out any question, or stop at any time.\n"
        "Who reads it: nobody reads single forms; only common figures are shown.\n"
        "How long it is kept: until this demonstration is deleted.\n"
        "Please do not write names, phone numbers, addresses or facts about other people."
    ),
}


@dataclass(frozen=True)
class Period:
    """From the first day of this year to the last day of the next."""

    opens_on: dt.date
    closes_on: dt.date

    @classmethod
    def around(cls, today: dt.date) -> "Period":
        """Return the period of a demonstration that is made today."""
        return cls(dt.date(today.year, 1, 1), dt.date(today.year + 1, 12, 31))


def publish_builtin(connection: Connection) -> tuple[str, ...]:
    """Publish the instruments with their trees; return the hashes of the trees of the rounds."""
    hashes: dict[str, tuple[str, ...]] = {}
    for code in PUBLISHED:
        instrument = load_builtin(code)
        publish_instrument(connection, instrument)
        trees = load_trees(BUILTIN / code, instrument)
        for tree in trees:
            keep_tree(connection, instrument, tree)
        hashes[code] = tuple(tree.sha256 for tree in trees)
    return hashes[ASKED]


def open_missing_rounds(
    connection: Connection, trees: tuple[str, ...], places: list[PlaceInSample], today: dt.date
) -> None:
    """Open the rounds that are not there yet."""
    version = load_builtin(ASKED).version
    for code, in_round in ((SAMPLED, places), (OPEN, [])):
        try:
            round_facts(connection, code)
        except NotFound:
            open_round(
                connection, _new_round(code, version, trees, Period.around(today)), in_round
            )


def _new_round(code: str, version: str, trees: tuple[str, ...], period: Period) -> NewRound:
    is_open = code == OPEN
    return NewRound(
        code=code,
        title=TITLES[code],
        instrument=ASKED,
        instrument_version=version,
        opens_on=period.opens_on,
        closes_on=period.closes_on,
        is_open_access=is_open,
        consent_version="1",
        consent=CONSENT,
        trees=trees,
        is_simulated=True,
        place_item="commune" if is_open else None,
        items_off=("ethnic",) if is_open else ("commune", "ethnic"),
    )
