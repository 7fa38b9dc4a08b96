"""When something fails on the way, no answer is lost, none is sent twice, none is left behind."""

import json
import re

import pytest
from playwright.sync_api import Route, expect

SEND_TO = re.compile(r"/api/v1/interviews/")


def answer_one_stop(one) -> None:
    one.begin("one-stop")
    one.choose("Hỏi thông tin hoặc việc khác")
    one.next()
    one.pass_all()


def refusing(status: int, after: int = 7, **error):
    """Answer with a refusal; ``after`` so many seconds the page tries again by itself."""
    body = {"error": "x", "where": "", "expected": "", "message": {"vi": "Lý do", "en": "Why"}}
    return lambda route: route.fulfill(
        status=status, json={**body, **error}, headers={"Retry-After": str(after)}
    )


def test_a_reload_goes_on_where_the_person_was(respondent):
    one = respondent()
    one.begin("every-kind")
    one.next()
    one.choose("Sơn La")
    one.next()
    one.page.locator("select:visible").select_option("muong_bu")
    one.next()
    one.write("47")
    one.page.reload()
    one.expect_question("age")
    expect(one.page.locator("#age-answer")).to_have_value("47")
    one.back()
    expect(one.page.locator("select:visible")).to_have_value("muong_bu")


def test_a_new_tab_asks_before_it_shows_what_was_answered(respondent):
    one = respondent()
    one.begin("one-stop")
    one.choose("Nộp hồ sơ")
    one.next()
    tab = one.page.context.new_page()
    tab.goto(one.page.url)
    expect(tab.locator(".words:focus")).to_contain_text("đang trả lời dở")
    expect(tab.locator('[data-screen="resume"]')).to_contain_text("Đã trả lời 1 câu")
    tab.locator('[data-do="resume"]').click()
    expect(tab.locator("#q-contacts")).to_be_visible()
    other = one.page.context.new_page()
    other.goto(one.page.url)
    other.locator('[data-do="restart"]:visible').click()
    expect(other.locator('[data-do="agree"]')).to_be_visible()
    assert other.evaluate("() => localStorage.length") == 0


def test_without_network_the_answers_wait_and_go_out_later(respondent, far, line):
    one = respondent()
    one.live = far
    answer_one_stop(one)
    line.cut()
    one.send()
    expect(one.page.get_by_role("heading", name="Chưa gửi được")).to_be_focused()
    expect(one.page.locator('[data-screen="waiting"]')).to_contain_text("không mất câu nào")
    line.mend()
    one.page.evaluate("() => dispatchEvent(new Event('online'))")
    one.receipt()
    assert one.document()["answers"]["purpose"] == "ask"


def test_a_lost_answer_of_the_server_is_asked_for_again_with_the_same_bytes(respondent):
    one = respondent()
    answer_one_stop(one)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    one.page.route(SEND_TO, lose, times=1)
    one.send()
    one.receipt()
    first, second = (request.post_data_buffer for request in one.sent)
    assert first == second
    assert one.document() == json.loads(first)


def test_a_busy_server_is_given_the_time_it_asks_for(respondent):
    one = respondent()
    answer_one_stop(one)
    one.page.route(SEND_TO, refusing(503, error="busy"), times=1)
    one.send()
    waiting = one.page.locator('[data-screen="waiting"] [data-slot="seconds"]:visible')
    expect(waiting).to_have_text(re.compile(r"^([7-9]|\d\d)$"))


def test_an_interview_that_was_being_sent_is_sent_after_a_reload(respondent):
    one = respondent()
    answer_one_stop(one)
    one.page.route(SEND_TO, refusing(503, after=300, error="busy"), times=1)
    one.send()
    expect(one.page.locator('[data-screen="waiting"]')).to_be_visible()
    one.page.go_back()
    expect(one.page.locator('[data-screen="waiting"]')).to_be_visible()
    one.page.reload()
    one.receipt()
    assert one.sent[0].post_data_buffer == one.sent[1].post_data_buffer


def test_an_answer_that_the_server_refuses_can_be_corrected_and_sent(respondent):
    one = respondent()
    answer_one_stop(one)
    refusal = refusing(422, error="invalid-answer", where="answers.purpose")
    one.page.route(SEND_TO, refusal, times=1)
    one.send()
    expect(one.page.locator('[data-screen="refused"]')).to_contain_text("Lý do")
    one.page.locator('[data-do="correct"]').click()
    one.see("để làm gì?")
    one.choose("Nộp hồ sơ")
    one.next()
    one.pass_all()
    one.send()
    one.receipt()
    assert one.document()["answers"]["purpose"] == "submit"


@pytest.mark.parametrize(("status", "code"), [(410, "closed"), (422, "unknown-consent")])
def test_a_refusal_that_nobody_can_mend_says_why_and_can_be_cleared(respondent, status, code):
    one = respondent()
    answer_one_stop(one)
    one.page.route(SEND_TO, refusing(status, error=code), times=1)
    one.send()
    expect(one.page.locator('[data-screen="refused"]')).to_contain_text("Lý do")
    expect(one.page.locator('[data-do="correct"]')).to_be_hidden()
    one.page.locator('[data-do="restart"]:visible').click()
    expect(one.page.locator('[data-do="agree"]')).to_be_visible()


def test_once_received_nothing_of_the_answers_is_left_on_the_device(respondent):
    canary = "CHIM HOÀNG YẾN 4711"
    one = respondent()
    one.begin("every-kind")
    one.pass_all("opinion")
    one.write(canary)
    one.next()
    expect(one.page.locator(".answers")).to_contain_text(canary)
    one.send()
    code = one.receipt()
    left = (
        "() => document.documentElement.outerHTML"
        " + JSON.stringify({ ...localStorage, ...sessionStorage })"
    )
    assert canary not in one.page.evaluate(left)
    one.page.go_back()
    assert canary not in one.page.evaluate(left)
    one.open("/r/every-kind")
    assert canary not in one.page.evaluate(left)
    assert code not in one.page.evaluate(left)
    one.expect_question("consent")


def test_without_storage_the_interview_goes_on(respondent):
    one = respondent()
    one.page.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        " { get() { throw new DOMException('off', 'SecurityError'); } });"
    )
    answer_one_stop(one)
    one.send()
    one.receipt()


def test_where_the_browser_cannot_hash_the_answers_are_sent_without_a_digest(respondent):
    one = respondent()
    one.page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined });")
    answer_one_stop(one)
    one.send()
    one.receipt()
    assert "content-digest" not in one.sent[0].headers
