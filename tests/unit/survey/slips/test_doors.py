"""A slip at the doors: the page it opens, the credential it is, and what becomes of guessers."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import structlog
from sqlalchemy import func, select

from survey.models import Response
from survey.seals import new_code
from tests.build import a_body, an_id, digest_of
from tests.unit.survey.slips.long_form import fill_in
from tests.wire import is_error

RECEIPT = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.fixture
def put(client):
    """Send a response as the page of a slip does."""

    def send(code: str, body: bytes = b"", interview: str = "", **headers: str):
        return client.put(
            f"/api/v1/interviews/{interview or an_id()}",
            data=body or a_body(round="kin"),
            headers={
                "Content-Type": "application/json", "Authorization": f"Slip {code}", **headers,
            },
        )  # fmt: skip

    return send


def responses(database) -> int:
    with database.reading() as connection:
        return connection.scalars(select(func.count()).select_from(Response)).one()


def test_a_slip_opens_the_form_of_its_round_on_ones_own_phone(client, printed) -> None:
    code = printed()[0]
    page = client.get(f"/t/{code}")
    assert page.status_code == 200
    assert f'data-slip="{code}"' in page.text
    assert f'action="/t/{code}"' in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_code_typed_by_hand_leads_to_the_form(client, printed) -> None:
    code = printed()[0]
    typed = client.post("/t", data={"code": f" {code.lower().replace('-', ' ')} "})
    assert (typed.status_code, typed.headers["Location"]) == (303, f"/t/{code}")
    assert client.get(f"/t/{code.lower()}").headers["Location"] == f"/t/{code}"


def test_what_cannot_be_a_code_is_asked_again(client) -> None:
    again = client.post("/t", data={"code": "12345"})
    assert again.status_code == 404
    assert "Không có mã này" in again.text
    assert 'value="12345"' in again.text


def test_the_long_form_takes_a_slip_and_gives_its_receipt_again(app, printed, database) -> None:
    browser, code = app.test_client(), printed()[0]
    page = browser.get(f"/t/{code}").text
    first, again = (fill_in(browser, f"/t/{code}", page) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert RECEIPT.search(first.text)[0] == RECEIPT.search(again.text)[0]
    assert responses(database) == 1
    other = app.test_client().get(f"/t/{code}")
    assert other.status_code == 410
    assert "đã được dùng" in other.text


def test_the_hatch_takes_a_slip_as_credential_with_or_without_a_digest(put, printed) -> None:
    first, second = printed(2)
    body, interview = a_body(round="kin"), an_id()
    created = put(first, body, interview)
    assert created.status_code == 201
    assert put(first, body, interview).get_json() == created.get_json()
    assert put(second, body, **{"Content-Digest": digest_of(body)}).status_code == 201
    wrong = put(second, body, **{"Content-Digest": digest_of(b"x")})
    assert is_error(wrong, 400, "digest-mismatch")


def test_the_hatch_says_what_is_wrong_with_a_slip(put, printed, database) -> None:
    code = printed()[0]
    assert put(code).status_code == 201
    assert is_error(put(code), 410, "slip-used")
    assert is_error(put(new_code()), 401, "unauthorised")
    assert is_error(put("quá ngắn"), 401, "unauthorised")
    assert responses(database) == 1


def test_a_round_that_is_over_says_so_before_anybody_answers(client, printed, clock) -> None:
    code = printed()[0]
    clock.moment = clock.moment.replace(month=12)
    assert client.get(f"/t/{code}").status_code == 410


def test_who_guesses_waits_and_right_codes_from_there_wait_too(client, put, printed) -> None:
    code = printed()[0]
    outcomes = [client.get(f"/t/{new_code()}").status_code for _ in range(8)]
    assert outcomes == [404] * 5 + [429] * 3
    blocked = client.get(f"/t/{code}")
    assert blocked.status_code == 429
    assert int(blocked.headers["Retry-After"]) > 0
    assert is_error(put(code), 429, "rate-limit")
    elsewhere = client.get(f"/t/{code}", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert elsewhere.status_code == 200


def test_many_guesses_from_everywhere_raise_one_alarm_a_minute(client, printed) -> None:
    printed()
    with structlog.testing.capture_logs() as lines:
        for number in range(130):
            address = {"REMOTE_ADDR": f"10.{number}.0.1"}
            client.get(f"/t/{new_code()}", environ_base=address)
    alarms = [line for line in lines if line["event"] == "code-guessing"]
    assert [(line["kind"], line["count"]) for line in alarms] == [("slip", 100)]
    metrics = client.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}).text
    assert int(re.search(r'wrong_codes_total\{kind="slip"\} (\d+)', metrics)[1]) >= 130


def test_of_1000_random_codes_at_the_hatch_none_is_taken_and_five_are_looked_up(
    app, printed, database
) -> None:
    printed(100)

    def attempt(_turn: int) -> int:
        headers = {"Content-Type": "application/json", "Authorization": f"Slip {new_code()}"}
        path = f"/api/v1/interviews/{an_id()}"
        client = app.test_client(use_cookies=False)
        return client.put(path, data=a_body(round="kin"), headers=headers).status_code

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(1000)))
    assert set(outcomes) == {401, 429}
    assert outcomes.count(401) == 5
    assert responses(database) == 0
