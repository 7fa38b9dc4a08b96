"""The operator's pages: who sees what."""

from dataclasses import replace

import pytest

from survey.db.writer import WAIT_SECONDS
from tests.build import a_body

STRANGER = {"REMOTE_ADDR": "203.0.113.9"}
THROUGH_A_PROXY = {"X-Forwarded-For": "203.0.113.9"}


@pytest.fixture
def settings(settings):
    return replace(settings, metrics_token="s3cret-token-of-the-metrics")


def test_the_living_and_the_ready_answer(client, monkeypatch) -> None:
    monkeypatch.setattr("survey.operations.health.SLOWEST_PROBE_SECONDS", WAIT_SECONDS)
    assert client.get("/livez").get_json() == {"status": "ok"}
    reply = client.get("/readyz")
    assert reply.status_code == 200
    assert reply.get_json() == {
        "status": "ok",
        "checks": {"writer": "ok", "disk": "ok", "schema": "ok", "store": "ok"},
    }


def test_a_stranger_learns_only_whether_it_is_ready(client) -> None:
    reply = client.get("/readyz", environ_base=STRANGER)
    assert reply.get_json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("headers", "address", "status"),
    [
        ({}, {}, 200),
        ({}, STRANGER, 404),
        (THROUGH_A_PROXY, {}, 404),
        ({"Authorization": "Bearer wrong"}, STRANGER, 404),
        ({"Authorization": "Bearer s3cret-token-of-the-metrics"}, STRANGER, 200),
    ],
)
def test_counts_are_for_this_machine_or_the_token(client, headers, address, status) -> None:
    reply = client.get("/metrics", headers=headers, environ_base=address)
    assert reply.status_code == status


def test_counts_name_routes_and_outcomes_never_ids(client, put) -> None:
    put(a_body())
    put(b"{")
    text = client.get("/metrics").get_data(as_text=True)
    assert 'langnghe_intake_total{outcome="acked"}' in text
    assert 'langnghe_intake_total{outcome="malformed"}' in text
    assert 'route="/api/v1/interviews/<interview>",method="PUT",status="201"' in text
    assert "langnghe_writer_queue 0" in text
