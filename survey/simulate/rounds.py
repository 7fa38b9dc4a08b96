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
CONSENT = {
    "vi": (
        "Đây là đợt khảo sát trình diễn, dữ liệu là mô phỏng. Phiếu hỏi về sự hài lòng của người "
        "dân đối với sự phục vụ của cơ quan nhà nước. Việc trả lời là tự nguyện; ông/bà có thể bỏ "
        "qua câu hỏi hoặc dừng bất cứ lúc nào. Phiếu không hỏi họ tên, số điện thoại hay số định "
        "danh. Xin không nhập thông tin thật của người khác."
    ),
    "en": (
        "This is a demonstration round with simulated data. The form asks how satisfied people "
        "are with the services of state agencies. Answering is voluntary; you may skip a question "
        "or stop at any time. The form does not ask for a name, a phone number or an identity "
        "number. Please do not enter real information about other people."
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
        title={
            "vi": "Khảo sát mở tại quầy và trên mạng (mô phỏng)"
            if is_open
            else "Khảo sát hộ gia đình tỉnh Sơn La (mô phỏng)",
            "en": "Open survey at counters and online (simulated)"
            if is_open
            else "Household survey, Sơn La province (simulated)",
        },
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
