"""Static files may be kept for good, because their path changes with their content."""

from survey.web import assets


def test_a_static_file_may_be_kept_for_a_year(app, client) -> None:
    with client.get(f"{app.static_url_path}/base.css") as reply:
        assert reply.status_code == 200
        assert reply.headers["Cache-Control"] == f"public, max-age={assets.KEPT_SECONDS}"


def test_one_changed_byte_gives_another_path(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    (tmp_path / "a.css").write_text("/* one */", encoding="utf-8")
    before = assets.versioned_path()
    assert assets.versioned_path() == before
    (tmp_path / "a.css").write_text("/* two */", encoding="utf-8")
    assert assets.versioned_path() != before


def test_pages_name_the_versioned_path(app, client) -> None:
    assert f"{app.static_url_path}/base.css" in client.get("/").get_data(as_text=True)
