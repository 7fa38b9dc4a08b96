"""The check of a device behind the server's own certificate: trusted, or only clicked through."""

import dataclasses
import re
import ssl
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from survey.operations.certificates import server_certificate
from survey.web.store import Store
from tests.browser.live import Live, answering
from tests.chromium import ARGUMENTS, chromium_path


@pytest.fixture
def secured(live: Live) -> Iterator[Live]:
    """The same server over https, with a certificate that no browser knows."""
    store: Store = live.app.extensions["store"]
    settings = dataclasses.replace(store.settings, tls_own=True)
    certificate = server_certificate(settings, "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)
    with answering(live.app, context) as secured:
        yield secured


def verdicts(browser: Browser, address: str, names: tuple[str, ...]) -> list[str]:
    """Open the page past a warning; return what it says of each thing."""
    context = browser.new_context(locale="vi", ignore_https_errors=True)
    page = context.new_page()
    page.goto(f"{address}/check")
    said = []
    for name in names:
        row = page.locator(f'[data-check="{name}"]')
        expect(row).to_have_class(re.compile("good|bad"))
        said.append("good" if "good" in (row.get_attribute("class") or "").split() else "bad")
    context.close()
    return said


def test_a_warning_that_was_only_clicked_through_does_not_count_as_working_offline(
    chromium: Browser, secured: Live
) -> None:
    assert verdicts(chromium, secured.address, ("secure", "worker")) == ["good", "bad"]


def test_a_trusted_certificate_works_offline(chromium: Browser, secured: Live) -> None:
    arguments = [*ARGUMENTS, "--ignore-certificate-errors"]
    trusting = chromium.browser_type.launch(executable_path=chromium_path(), args=arguments)
    said = verdicts(trusting, secured.address, ("secure", "worker", "store"))
    trusting.close()
    assert said == ["good", "good", "good"]
