"""The rounds of the demonstration, and the instruments and trees that they stand on."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from survey import clock
from survey.clock import VIETNAM
from survey.errors import NotFound
from survey.instruments.loader import BUILTIN, load_builtin
from survey.instruments.model import Text
from survey.instruments.trees import load_trees
from survey.operations.places import bring_builtin_places
from survey.operations.rounds import NewRound, keep_tree, open_round, publish_instrument
from survey.queries.rounds import PlaceInSample, published_instrument, round_facts

PROVINCE: Final = "14"
"""Sơn La: where the people of the demonstration live and work."""

SAMPLED, OPEN, PAPI_LIKE, COUNTER = "demo-sipas", "demo-open", "demo-papi", "demo-counter"
PETITION: Final = "demo-petition"


@dataclass(frozen=True)
class Description:
    """A round as it is shown: what is asked, when it began, who may answer.

    ``began`` is how many days ago; None means the first day of this year, with an instrument that
    is published only now.
    """

    code: str
    instrument: str
    title: Text
    items_off: tuple[str, ...]
    place_item: str | None = None
    is_open_access: bool = False
    began: int | None = None

    def opens_on(self, today: dt.date) -> dt.date:
        """Return the first day of the round when it is made today."""
        if self.began is None:
            return dt.date(today.year, 1, 1)
        return today - dt.timedelta(days=self.began)


HOUSEHOLD: Final = Description(
    code=SAMPLED,
    instrument="sipas",
    title={
        "vi": "Khảo sát hộ gia đình tỉnh Sơn La",
        "en": "Household survey in Sơn La province",
    },
    items_off=("commune", "ethnic"),
)
PASSERS_BY: Final = Description(
    code=OPEN,
    instrument="sipas",
    title={
        "vi": "Khảo sát mở về sự hài lòng của người dân",
        "en": "Open survey of people's satisfaction",
    },
    items_off=("ethnic",),
    place_item="commune",
    is_open_access=True,
)
GOVERNANCE: Final = Description(
    code=PAPI_LIKE,
    instrument="papi_like",
    title={
        "vi": "Khảo sát quản trị và hành chính công tỉnh Sơn La (theo cách của PAPI)",
        "en": "Governance and public administration survey in Sơn La province (PAPI-like)",
    },
    items_off=("commune", "ethnic"),
    began=35,
)
COUNTERS: Final = Description(
    code=COUNTER,
    instrument="one_stop",
    title={
        "vi": "Đánh giá tại quầy của các Trung tâm Phục vụ hành chính công",
        "en": "Ratings at the counters of Public Administration Service Centres",
    },
    items_off=(),
    began=181,
)
PETITIONS: Final = Description(
    code=PETITION,
    instrument="petition",
    title={
        "vi": "Đánh giá việc trả lời phản ánh, kiến nghị",
        "en": "Rating of how petitions are answered",
    },
    items_off=(),
    began=31,
)

PURPOSES: Final[dict[str, Text]] = {
    "sipas": {
        "vi": "giới thiệu cách khảo sát sự hài lòng của người dân đối với sự phục vụ của cơ "
        "quan nhà nước",
        "en": "to show how people's satisfaction with the services of state agencies is surveyed",
    },
    "papi_like": {
        "vi": "giới thiệu cách khảo sát ý kiến của người dân về quản trị và hành chính công",
        "en": "to show how people are asked about governance and public administration",
    },
    "one_stop": {
        "vi": "giới thiệu cách người dân đánh giá việc giải quyết thủ tục hành chính",
        "en": "to show how people rate the handling of administrative procedures",
    },
    "petition": {
        "vi": "giới thiệu cách người dân đánh giá việc trả lời phản ánh, kiến nghị",
        "en": "to show how people rate the answers to their petitions",
    },
}


def publish(connection: Connection, code: str, at: dt.datetime | None = None) -> tuple[str, ...]:
    """Publish a built-in instrument with its trees; return the hashes of the trees."""
    instrument = load_builtin(code)
    publish_instrument(connection, instrument, at=at)
    trees = load_trees(BUILTIN / code, instrument)
    for tree in trees:
        keep_tree(connection, instrument, tree)
    return tuple(tree.sha256 for tree in trees)


def open_if_missing(
    connection: Connection, round_: Description, places: Sequence[PlaceInSample] = ()
) -> None:
    """Publish what the round asks and open it, unless it is there."""
    today = clock.now().astimezone(VIETNAM).date()
    opens_on = round_.opens_on(today)
    midnight = dt.datetime.combine(opens_on, dt.time(), VIETNAM)
    trees = publish(connection, round_.instrument, None if round_.began is None else midnight)
    try:
        round_facts(connection, round_.code)
    except NotFound:
        bring_builtin_places(connection)  # a round names its province
        open_round(connection, _new_round(round_, trees, today), places)


def first_hour(connection: Connection, code: str) -> dt.datetime:
    """Return the first hour at which a round could be answered: the same on every run."""
    facts = round_facts(connection, code)
    published = published_instrument(connection, facts.instrument, facts.instrument_version)
    opened = dt.datetime.combine(facts.opens_on, dt.time(), VIETNAM)
    return max(opened, clock.to_hour(published.published_at))


def _new_round(round_: Description, trees: tuple[str, ...], today: dt.date) -> NewRound:
    return NewRound(
        code=round_.code,
        title=round_.title,
        instrument=round_.instrument,
        instrument_version=load_builtin(round_.instrument).version,
        opens_on=round_.opens_on(today),
        closes_on=dt.date(today.year + 1, 12, 31),
        is_open_access=round_.is_open_access,
        consent_version="1",
        consent=_consent(round_.instrument),
        trees=trees,
        is_simulated=True,
        place=PROVINCE,
        place_item=round_.place_item,
        items_off=round_.items_off,
    )


def _consent(instrument: str) -> Text:
    purpose = PURPOSES[instrument]
    return {
        "vi": (
            f"Mục đích: {purpose['vi']}.\n"
            "Tự nguyện: Ông/Bà có thể không tham gia, bỏ qua bất cứ câu nào hoặc dừng lại lúc "
            "nào cũng được.\n"
            "Ai đọc: không ai đọc từng phiếu; chỉ các con số chung được hiển thị.\n"
            "Giữ bao lâu: cho đến khi bản trình diễn này bị xóa.\n"
            "Xin không ghi họ tên, số điện thoại, địa chỉ hay thông tin của người khác."
        ),
        "en": (
            f"Purpose: {purpose['en']}.\n"
            "Voluntary: you may decline, leave out any question, or stop at any time.\n"
            "Who reads it: nobody reads single forms; only common figures are shown.\n"
            "How long it is kept: until this demonstration is deleted.\n"
            "Please do not write names, phone numbers, addresses or facts about other people."
        ),
    }
