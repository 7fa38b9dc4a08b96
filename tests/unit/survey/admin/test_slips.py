"""Slips and posters at the administrators' door: printed once, on every paper, and made void."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from survey.models import Slip, SlipBatch
from tests.build import with_rounds

CODE = re.compile(r'<p class="code">([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</p>')
TYPED = {"place": "00001", "group": "Hộ tịch", "count": "6", "expires_on": "2026-11-30"}


@pytest.fixture
def lan(enter, database):
    """An administrator at a browser, with rounds to print for."""
    with_rounds(database)
    return enter("lan")


@pytest.fixture
def phone(app, client):
    """A citizen's own phone: its pages carry their tokens."""

    def opens(address: str):
        app.config["WTF_CSRF_ENABLED"] = True
        return client.get(address)

    return opens


def test_the_form_offers_the_last_day_of_the_round(lan):
    page = lan.get("/admin/rounds/kin/slips")
    assert page.status_code == 200
    assert 'value="2026-11-30"' in page.text


@pytest.mark.parametrize("paper", ["58", "80", "a4"])
def test_slips_are_shown_once_and_open_the_form(lan, phone, database, paper):
    page = lan.post("/admin/rounds/kin/slips", data={**TYPED, "paper": paper})
    codes = CODE.findall(page.text)
    assert len(set(codes)) == 6
    assert page.text.count('src="data:image/svg+xml') == 6
    assert f'class="paper-{paper}"' in page.text
    assert "30/11/2026" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert phone(f"/t/{codes[3]}").status_code == 200
    again = lan.get("/admin/rounds/kin/slips").text
    assert not any(code in again for code in codes)
    with database.reading() as connection:
        assert len(list(connection.scalars(select(Slip.code_digest)))) == 6


def test_links_come_as_a_file_to_send(lan, phone):
    reply = lan.post("/admin/rounds/kin/slips", data={**TYPED, "paper": "links"})
    assert reply.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(reply.text.removeprefix("\ufeff"))))
    assert len(rows) == 6
    assert all(row["link"].endswith(f"/t/{row['code']}") for row in rows)
    assert phone(rows[0]["link"]).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": "0"}, {"count": "501"}, {"count": "nhiều"}, {"expires_on": "2026-12-01"},
        {"expires_on": "2026-11-20"}, {"place": ""}, {"place": "Không có xã này"},
        {"paper": "a0"},
    ],
)  # fmt: skip
def test_what_cannot_be_printed_is_refused_aloud(lan, database, wrong):
    page = lan.post("/admin/rounds/kin/slips", data={**TYPED, "paper": "80", **wrong})
    assert page.status_code == 422
    assert "Chưa in được" in page.text
    with database.reading() as connection:
        assert connection.execute(select(SlipBatch.id)).first() is None


def test_a_lost_stack_is_made_void(lan, phone, database):
    page = lan.post("/admin/rounds/kin/slips", data={**TYPED, "paper": "80"})
    code = CODE.search(page.text)[1]
    with database.reading() as connection:
        batch = connection.scalars(select(SlipBatch.id)).one()
    done = lan.post(f"/admin/rounds/kin/slips/{batch}/void", follow_redirects=True)
    assert "Đã hủy tập phiếu mã." in done.text
    lost = phone(f"/t/{code}")
    assert lost.status_code == 410
    assert "đã hết hạn" in lost.text


@pytest.mark.parametrize("paper", ["a4", "a5"])
def test_the_poster_of_an_open_round_says_all_in_both_languages(lan, paper):
    page = lan.get(f"/admin/rounds/mo/poster?paper={paper}")
    assert page.status_code == 200
    assert f'class="paper-{paper} poster"' in page.text
    for words in ("Đợt thử", "Trial round", "/r/mo", "Từ 01/11/2026 đến hết 30/11/2026"):
        assert words in page.text
    assert "From 01/11/2026 to 30/11/2026" in page.text
    assert "nobody at the place being rated" in page.text


def test_a_round_by_credentials_has_no_poster(lan):
    assert lan.get("/admin/rounds/kin/poster").status_code == 404
