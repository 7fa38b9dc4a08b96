"""An administrator makes a round: prepared, given its sample, opened; on a phone and a desk."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from survey import clock
from survey.instruments.loader import BUILTIN, load_builtin
from survey.instruments.trees import load_trees
from survey.operations.places import bring_builtin_places
from survey.operations.rounds import keep_tree
from survey.operations.staff import Attempt, NewStaff, add_staff, finish_log_in
from survey.terms import Role
from tests.browser.conftest import LARGE, SMALL
from tests.browser.live import Live, serving

SAMPLE = """place,name,stratum,psu,base_weight,target,class,certainty
03694.01,Bản Một,vùng núi,a,120,20,xã,1
03694.02,Bản Hai,vùng núi,b,"96,5",20,xã,0
03688.01,Bản Ba,vùng thấp,c,88,20,xã,0
"""
LAST = "03688.02,Bản Bốn,vùng thấp,d,92,20,xã,0\n"


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Iterator[Live]:
    """A server with the questionnaire of SIPAS, its trees and the places of the country."""
    with serving(tmp_path_factory.mktemp("rounds")) as live:
        with live.app.extensions["store"].database.writing() as connection:
            bring_builtin_places(connection)
            sipas = load_builtin("sipas")
            for tree in load_trees(BUILTIN / "sipas", sipas):
                keep_tree(connection, sipas, tree)
        yield live


@pytest.fixture
def enter(chromium: Browser, office: Live) -> Iterator[Callable[..., Page]]:
    """Log somebody in with a browser of their own; its console must stay silent."""
    pages: list[Page] = []
    said: list[str] = []

    def make(role: Role, size=SMALL, language="vi") -> Page:
        with office.app.extensions["store"].database.writing() as connection:
            login = f"{role}-{len(pages)}-{clock.now():%H%M%S%f}"
            person = add_staff(connection, NewStaff(login, "Lò Thị Lan", role), "x")
            attempt = Attempt(person, "", login, role.value)
            token = finish_log_in(connection, attempt, clock.now())
        viewport = {"width": size[0], "height": size[1]}
        context = chromium.new_context(viewport=viewport, locale=language, base_url=office.address)
        context.add_cookies([{"name": "staff", "value": token, "url": office.address}])
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        pages.append(page)
        return page

    yield make
    for page in pages:
        page.context.close()
    assert said == []


def owes_nothing(page: Page) -> None:
    """Expect of the page, on a desk and on a phone, what every page owes to everyone."""
    for width, height in (LARGE, SMALL):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found] == []


def upload(page: Page, text: str) -> None:
    file = {"name": "mẫu.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("#sample").set_input_files(file)
    page.get_by_role("button", name="Kiểm tra và lưu mẫu").click()


def test_an_administrator_makes_a_round(enter):
    page, code = enter(Role.ADMIN), "son-la"
    page.goto("/admin/rounds")
    owes_nothing(page)
    page.locator("summary", has_text="Chuẩn bị đợt mới").click()
    page.get_by_role("link", name="SIPAS").click()
    page.locator("#code").fill(code)
    page.locator("#title_vi").fill("Đợt khảo sát tỉnh Sơn La")
    page.locator("#title_en").fill("Round of Sơn La province")
    page.locator("#opens_on").fill("2026-12-01")
    page.locator("#closes_on").fill("2027-09-30")
    page.locator("#ask_ethnic").check()
    owes_nothing(page)
    page.get_by_role("button", name="Lưu bản nháp").click()
    expect(page.get_by_role("alert")).to_contain_text("chỉ được hỏi khi nêu rõ mục đích")
    page.locator("#why_ethnic_vi").fill("biết nhóm nào còn khó tiếp cận dịch vụ")
    page.get_by_role("button", name="Lưu bản nháp").click()
    expect(page.get_by_role("status")).to_contain_text("Đã lưu bản nháp")
    page.get_by_role("link", name="Mẫu và quyền số").click()
    upload(page, SAMPLE)
    expect(page.get_by_role("alert")).to_contain_text("dòng 4, cột stratum")
    owes_nothing(page)
    upload(page, SAMPLE + LAST)
    expect(page.get_by_role("status")).to_contain_text("Đã lưu mẫu")
    owes_nothing(page)
    page.get_by_role("link", name="Đợt khảo sát tỉnh Sơn La").click()
    page.get_by_role("button", name="Mở đợt").click()
    expect(page.get_by_role("alert")).to_contain_text("tháng 8 đến tháng 11")
    page.locator("#reason").fill("Đã thống nhất với đơn vị khảo sát")
    page.get_by_role("button", name="Mở đợt").click()
    expect(page.get_by_role("status")).to_contain_text("Đã mở đợt khảo sát")
    owes_nothing(page)
