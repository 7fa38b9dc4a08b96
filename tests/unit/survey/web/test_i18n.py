"""Languages of pages: which is chosen, both texts at once, numbers and dates as people write."""

import datetime as dt

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from survey.web.i18n import (
    CATALOGS,
    both,
    day,
    here,
    in_language,
    moment,
    number,
    paragraphs,
    percent,
    slot,
    spoken,
)


@pytest.mark.parametrize(
    ("address", "headers", "expected"),
    [
        ("/", {}, "vi"),
        ("/?lang=en", {}, "en"),
        ("/", {"Accept-Language": "en-GB,en"}, "en"),
        ("/", {"Accept-Language": "fr"}, "vi"),
        ("/?lang=vi", {"Accept-Language": "en"}, "vi"),
        ("/?lang=xx", {}, "vi"),
        ("/", {"Cookie": "lang=en"}, "en"),
    ],
)
def test_the_language_is_asked_for_remembered_or_vietnamese(client, address, headers, expected):
    page = client.get(address, headers=headers)
    assert f'<html lang="{expected}"' in page.text


def test_a_chosen_language_is_remembered_and_only_then(client):
    assert "lang=en" in client.get("/?lang=en").headers["Set-Cookie"]
    assert "Set-Cookie" not in client.get("/").headers


def test_the_cookie_is_held_to_this_host_over_https(client):
    cookie = client.get("/?lang=en", base_url="https://localhost").headers["Set-Cookie"]
    assert cookie.startswith("__Host-lang=en")
    assert {"Secure", "Path=/"} <= set(cookie.split("; "))


def test_a_text_stands_in_both_languages_and_one_is_hidden(app):
    with app.test_request_context("/"):
        assert both("Không biết") == (
            '<span data-in="vi">Không biết</span><span data-in="en" hidden>Don&#39;t know</span>'
        )


def test_a_text_lacking_a_language_says_in_which_it_speaks(app):
    with app.test_request_context("/?lang=en"):
        assert '<span data-in="en" lang="vi">Xã &lt;b&gt;</span>' in spoken({"vi": "Xã <b>"})
        assert in_language({"vi": "Xã"}) == "Xã"
        assert in_language({}) == ""


def test_facts_fill_a_text_and_a_slot_is_left_for_the_player(app):
    with app.test_request_context("/"):
        text = both("Câu %(n)s trên %(total)s", n=slot("n"), total=9)
    assert 'Câu <span data-slot="n"></span> trên 9' in text


def test_a_line_of_consent_has_its_topic_set_off(app):
    with app.test_request_context("/"):
        text = paragraphs({"vi": "Mục đích: để sửa\nKhông có đề mục"})
    assert "<p><strong>Mục đích:</strong> để sửa</p><p>Không có đề mục</p>" in text


@pytest.mark.parametrize(
    ("language", "expected"),
    [("vi", ["1.234,50", "12,5 %", "–"]), ("en", ["1,234.50", "12.5 %", "–"])],
)
def test_numbers_are_written_as_the_language_does(app, language, expected):
    with app.test_request_context(f"/?lang={language}"):
        assert [number(1234.5, 2), percent(0.125, 1), number(None)] == expected


def test_dates_are_day_month_year_and_moments_in_vietnam():
    utc = dt.datetime(2026, 11, 21, 18, 5, tzinfo=dt.UTC)
    assert (day(utc.date()), moment(utc)) == ("21/11/2026", "01:05 22/11/2026")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/?page=2", "/?page=2&lang=en"),
        ("/r/m%E1%BB%9F?lang=vi", "/r/m%E1%BB%9F?lang=en"),
        ("/?_external=1&_scheme=javascript", "/?_external=1&_scheme=javascript&lang=en"),
    ],
)
def test_the_switch_keeps_the_page_its_filters_and_nothing_else(app, address, expected):
    with app.test_request_context(address):
        assert here("en") == expected


def texts_of_the_pages() -> set[str]:
    with (CATALOGS / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {**DEFAULT_KEYWORDS, "both": None, "translated": (1,)}
    found = extract_from_dir(CATALOGS.parents[2], methods, options, keywords=keywords)
    return {message for _file, _line, message, _comments, _context in found}


def test_every_text_of_the_pages_has_its_english():
    with (CATALOGS / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        english = {message.id: message.string for message in read_po(file)}
    texts = texts_of_the_pages()
    assert {"Không biết", "Chọn trong danh sách"} <= texts
    assert [text for text in texts if not english.get(text)] == []
