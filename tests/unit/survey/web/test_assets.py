"""Static files may be kept for good, because their path changes with their content."""

import re

import pytest

from survey.kiosk.shell import FILES
from survey.web import assets
from survey.web.joining import modules_of

SOURCES = {path.name: path.read_text("utf-8") for path in assets.STATIC.iterdir()}


def test_a_static_file_may_be_kept_for_a_year(app, client) -> None:
    reply = client.get(f"{app.static_url_path}/base.css")
    assert reply.status_code == 200
    assert reply.headers["Cache-Control"] == f"public, max-age={assets.KEPT_SECONDS}"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("player.js", "text/javascript"), ("base.css", "text/css"), ("icon.svg", "image/svg+xml")],
)
def test_a_static_file_says_what_it_is(app, client, name, kind) -> None:
    assert client.get(f"{app.static_url_path}/{name}").mimetype == kind


@pytest.mark.parametrize("name", ["none.css", "../assets.py", "player.js/"])
def test_nothing_else_is_sent_as_a_static_file(app, client, name) -> None:
    assert client.get(f"{app.static_url_path}/{name}").status_code == 404


def test_one_changed_byte_gives_another_path() -> None:
    before = assets.versioned_path({"a.css": b"one", "b.css": b"two"})
    assert assets.versioned_path({"b.css": b"two", "a.css": b"one"}) == before
    assert assets.versioned_path({"a.css": b"one", "b.css": b"twO"}) != before
    assert assets.versioned_path({"a.css": b"one", "c.css": b"two"}) != before


def test_pages_name_the_versioned_path(app, client) -> None:
    assert f"{app.static_url_path}/base.css" in client.get("/").get_data(as_text=True)


def test_files_go_out_without_their_comments_and_in_development_with_them(tmp_path) -> None:
    (tmp_path / "a.css").write_text("/* Why. */\nmain > p { color: red; }\n", encoding="utf-8")
    (tmp_path / "a.js").write_text('// Why.\nconst link = "//a /* b */";\n', encoding="utf-8")
    (tmp_path / "a.svg").write_text("<svg/>", encoding="utf-8")
    sent = assets.sent_files(tmp_path)
    assert sent == {
        "a.css": b"main>p{color:red}",
        "a.js": b'const link="//a /* b */";',
        "a.svg": b"<svg/>",
    }
    readable = assets.sent_files(tmp_path, is_pressed=False)
    assert readable == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_the_shell_of_a_tablet_holds_every_script_that_its_screens_fetch_later() -> None:
    text = SOURCES["kiosk.js"] + SOURCES["interview.js"]
    named = set(re.findall(r'"\./(\w+\.js)"\)', text))
    assert "kiosk_later.js" in named
    assert named <= set(FILES)


def test_no_page_runs_a_module_twice() -> None:
    """Two copies of a module would each have their own memory."""
    first, *later = (modules_of(name, SOURCES) for name in FILES if name.endswith(".js"))
    for parts in later:
        assert not parts & first
        first |= parts
