"""A running installation for the browser: rounds of every kind behind a real HTTP server."""

import dataclasses
import datetime as dt
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from config import Settings
from survey.app import create_app
from survey.db.schema import migrate
from survey.instruments.loader import load_builtin, load_instrument
from survey.instruments.model import Instrument
from survey.models import Response
from survey.operations.rounds import NewRound, open_round, publish_instrument
from survey.web.store import Store

EVERY_KIND = Path(__file__).parent / "every_kind"
LONG_AGO, FAR_OFF = dt.date(2020, 1, 1), dt.date(2099, 12, 31)
CONSENT = {
    "vi": (
        "Mục đích: biết người dân được phục vụ thế nào để sửa những việc chưa tốt.\n"
        "Tự nguyện: Ông/Bà có thể không tham gia, hoặc bỏ qua bất cứ câu nào.\n"
        "Ai đọc: chỉ nhóm thống kê của tỉnh; cơ quan được đánh giá không xem được phiếu nào.\n"
        "Giữ bao lâu: đến hết ngày 31/12/2027 rồi xóa.\n"
        "Hỏi ai: Tổ khảo sát, Văn phòng UBND tỉnh (số điện thoại mẫu 0000 000 000)."
    ),
    "en": (
        "Purpose: to learn how people are served, and to mend what is not good.\n"
        "Voluntary: you may decline, or leave out any question.\n"
        "Who reads it: only the statistics team; the office that is rated sees none.\n"
        "How long it is kept: until 31/12/2027, then it is erased.\n"
        "Whom to ask: the survey team of the province (sample number 0000 000 000)."
    ),
}

PURPOSE = {
    "vi": "biết nhóm nào còn khó tiếp cận dịch vụ.",
    "en": "learn which groups are hard to reach.",
}


@dataclasses.dataclass(frozen=True)
class Live:
    """A server that answers, and the way to look at what it stored."""

    address: str
    app: Flask

    def stored(self) -> list[Response]:
        """Return every stored response."""
        store: Store = self.app.extensions["store"]
        with store.database.reading() as connection:
            return list(connection.execute(select(Response.__table__)))


@contextmanager
def serving(folder: Path) -> Iterator[Live]:
    """Serve a new installation with its rounds until the block ends."""
    settings = Settings(data_dir=folder, min_free_mb=1, rate_open=100_000, rate_login=100_000)
    app = create_app(settings)
    app.debug = True
    store: Store = app.extensions["store"]
    migrate(store.database)
    _open_rounds(store)
    with answering(app) as live:
        yield live
    store.database.close()


@contextmanager
def answering(app: Flask, tls: ssl.SSLContext | None = None) -> Iterator[Live]:
    """Answer for an application at a free port until the block ends, over https with a context."""
    server = make_server(
        "127.0.0.1", 0, app, threaded=True, request_handler=_Silent, ssl_context=tls
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Live(f"{'https' if tls else 'http'}://127.0.0.1:{server.port}", app)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Silent(WSGIRequestHandler):
    def log_request(self, *_arguments: object) -> None:
        """Leave the test's output alone."""


def _open_rounds(store: Store) -> None:
    every_kind = load_instrument(EVERY_KIND)
    one_stop, sipas = load_builtin("one_stop"), load_builtin("sipas")
    with store.database.writing() as connection:
        for instrument in (every_kind, one_stop, sipas):
            publish_instrument(connection, instrument)
        for new in (
            a_round(
                "one-stop",
                one_stop,
                {"vi": "Đánh giá tại Bộ phận Một cửa", "en": "Rating at the one-stop counter"},
            ),
            a_round(
                "sipas",
                sipas,
                {
                    "vi": "Khảo sát mức độ hài lòng của người dân",
                    "en": "Survey of people's satisfaction",
                },
            ),
            a_round(
                "every-kind",
                every_kind,
                {"vi": "Phiếu có mọi loại câu hỏi", "en": "A form with every kind of question"},
            ),
            a_round(
                "over",
                one_stop,
                {"vi": "Đợt đã kết thúc", "en": "A round that is over"},
                dt.date(2020, 1, 2),
            ),
            dataclasses.replace(
                a_round("later", one_stop, {"vi": "Đợt sắp mở", "en": "A round to come"}),
                opens_on=FAR_OFF,
            ),
        ):
            open_round(connection, new)


def a_round(
    code: str, instrument: Instrument, title: dict[str, str], closes_on: dt.date = FAR_OFF
) -> NewRound:
    """Return an open round of an instrument."""
    return NewRound(
        code=code,
        title=title,
        instrument=instrument.code,
        instrument_version=instrument.version,
        opens_on=LONG_AGO,
        closes_on=closes_on,
        is_open_access=True,
        consent_version="1",
        consent=CONSENT,
        is_simulated=True,
        purposes={"ethnic": PURPOSE} if "ethnic" in instrument.items_by_name else {},
    )
