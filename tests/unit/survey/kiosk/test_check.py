"""The page that checks a device: what the server says of itself, and the certificate to trust."""

import dataclasses

import pytest
from cryptography import x509

from survey.operations.certificates import fingerprint, server_certificate
from survey.web.headers import OWN_CERTIFICATE


def test_plain_http_from_another_machine_is_told_what_it_lacks(client) -> None:
    page = client.get("/check", environ_base={"REMOTE_ADDR": "192.168.1.9"})
    assert "Đang dùng http thường" in page.text
    assert "microphone=(self)" in page.headers["Permissions-Policy"]
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(
    ("host", "is_here"),
    [("localhost:8000", True), ("127.0.0.1", True), ("[::1]:8000", True), ("may-chu.test", False)],
)
def test_plain_http_on_the_server_itself_is_safe_only_by_a_local_name(
    client, host, is_here
) -> None:
    page = client.get("/check", base_url=f"http://{host}")
    assert ("Đây là chính máy chủ" in page.text) is is_here
    assert ("Đang dùng http thường" in page.text) is not is_here


def test_https_is_told(client) -> None:
    page = client.get("/check?lang=en", base_url="https://khaosat.example")
    assert "speaks to this device over https" in page.text
    assert "SHA-256" not in page.text
    assert client.get("/check/certificate.crt").status_code == 404


def test_an_own_certificate_is_offered_with_its_fingerprint(app, client, settings) -> None:
    made = server_certificate(dataclasses.replace(settings, tls_own=True), "127.0.0.1")
    app.config[OWN_CERTIFICATE] = True
    page = client.get("/check", base_url="https://192.168.1.2")
    assert fingerprint(made.authority) in page.text
    assert "Strict-Transport-Security" not in page.headers
    sent = client.get("/check/certificate.crt")
    assert x509.load_der_x509_certificate(sent.data) == made.authority
    assert sent.headers["Content-Type"] == "application/x-x509-ca-cert"
    assert b"PRIVATE KEY" not in sent.data


def test_the_worker_on_trial_does_nothing(client) -> None:
    trial = client.get("/check/worker.js")
    assert trial.mimetype == "text/javascript"
    assert all(line.startswith("//") for line in trial.text.splitlines())
