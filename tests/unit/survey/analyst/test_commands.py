"""Commands: the newest estimates as JSON, a new log-in, a port that is taken."""

import json
import socket

from tests.unit.survey.analyst.conftest import PASSWORD


def run(app, *words):
    return app.test_cli_runner().invoke(args=words)


def test_score_prints_the_estimates_of_each_tree(app, fieldwork):
    fieldwork.answer_everywhere(5)
    printed = json.loads(run(app, "score", "mau").output)
    assert [run["tree"] for run in printed["runs"]] == ["nho", "doi"]
    first = printed["runs"][0]
    assert first["responses_count"] == 20
    assert [row["node"] for row in first["estimates"]] == ["total", "A", "B"]
    assert first["estimates"][0]["low"] < first["estimates"][0]["high"]


def test_score_prints_one_tree_when_asked(app, fieldwork):
    fieldwork.answer_everywhere(5)
    printed = json.loads(run(app, "score", "mau", "--tree", "doi").output)
    assert [run["tree"] for run in printed["runs"]] == ["doi"]


def test_score_says_in_one_line_what_is_wrong(app, fieldwork):
    fieldwork.answer("01.a", 12)
    fieldwork.leave_out("02.b")
    for words, part in (
        (("score", "none"), "unknown-round"),
        (("score", "mau", "--tree", "none"), "nho, doi"),
        (("score", "mau"), "lonely-psu"),
    ):
        done = run(app, *words)
        assert done.exit_code == 1
        assert part in done.output
        assert len(done.output.strip().splitlines()) == 1


def test_an_added_person_logs_in_with_the_printed_password(app):
    done = run(
        app, "staff-add", "Lò.Thị", "--name", "Lò Thị", "--role", "analyst", "--place", "01"
    )
    password = done.output.split("password ")[1].strip()
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    wrong = browser.post("/login", data={"login": "lò.thị", "password": PASSWORD})
    right = browser.post("/login", data={"login": "lò.thị", "password": password})
    assert (wrong.status_code, right.status_code) == (401, 302)


def test_a_taken_name_is_refused_in_one_line(app):
    words = ("staff-add", "an", "--name", "An", "--role", "analyst")
    run(app, *words)
    again = run(app, *words)
    assert again.exit_code == 1
    assert "login-taken" in again.output


def test_a_demonstration_on_a_taken_port_ends_at_once(app):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run(app, "demo", "--port", str(taken.getsockname()[1]))
    assert done.exit_code == 1
    assert len(done.output.strip().splitlines()) == 1
