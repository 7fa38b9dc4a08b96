"""What people read when they came too often: how long to wait, and that nothing is lost."""

import pytest

from survey.errors import Unavailable
from survey.seals import new_code
from survey.web.errors import waiting_time

WAITS = [
    (1, "5 giây"),
    (5, "5 giây"),
    (58, "60 giây"),
    (90, "90 giây"),
    (91, "2 phút"),
    (3600, "60 phút"),
]


@pytest.mark.parametrize(("seconds", "told"), WAITS)
def test_a_wait_is_never_told_shorter_than_it_is(app, seconds, told):
    with app.test_request_context("/"):
        assert waiting_time(seconds) == told


@pytest.mark.parametrize("door", ["t", "w"])
@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "vi",
            ("Xin Ông/Bà chờ một lát", "Xin chờ khoảng 60 giây", "Không có gì bị mất", "Thử lại"),
        ),
        ("en", ("Please wait a moment", "about 60 seconds", "Nothing is lost", "Try again")),
    ],
)
def test_whoever_came_too_often_learns_how_long_to_wait(client, door, language, told):
    spoken = {"Accept-Language": language}
    for _ in range(5):
        client.get(f"/{door}/{new_code()}", headers=spoken)
    address = f"/{door}/{new_code()}"
    page = client.get(address, headers=spoken)
    assert page.status_code == 429
    for words in told:
        assert words in page.text
    assert f'href="{address}"' in page.text


def test_whoever_sent_a_form_is_shown_the_way_back_to_it(client, app):
    def cannot() -> None:
        raise Unavailable("busy", "locked", retry_after=7)

    app.config["WTF_CSRF_ENABLED"] = False
    app.add_url_rule("/busy", "busy", cannot, methods=["GET", "POST"])
    asked, sent = client.get("/busy"), client.post("/busy")
    assert "Thử lại" in asked.text
    for words in ("khoảng 10 giây", "Bấm nút quay lại"):
        assert words in sent.text
    assert "Thử lại" not in sent.text
