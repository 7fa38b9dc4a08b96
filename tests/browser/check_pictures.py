"""Pictures of the page that checks a device: over https with an own certificate, and over http."""

import dataclasses
import ssl
from typing import Final

from playwright.sync_api import Browser, expect

from survey.operations.certificates import server_certificate
from survey.web.headers import OWN_CERTIFICATE
from survey.web.store import Store
from tests.browser.camera import Camera
from tests.browser.citizen_pictures import LANGUAGES, PHONE, TABLET
from tests.browser.live import Live, answering
from tests.chromium import ARGUMENTS, chromium_path

NAME: Final = "may-chu.test"
"""A name of the server that a browser does not take for its own machine."""

TRUSTING: Final = (
    f"--host-resolver-rules=MAP {NAME} 127.0.0.1",
    "--ignore-certificate-errors",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
WAYS: Final = {"https": "good", "http": "bad"}
"""How the page is reached, and what it then says of its surroundings."""

NAMES: Final = frozenset(
    f"check-{way}-{width}x{height}-{language}"
    for way in WAYS
    for width, height in (PHONE, TABLET)
    for language in LANGUAGES
)


def take(chromium: Browser, live: Live, camera: Camera) -> None:
    """Take the whole page over https and over http, on a phone and a tablet."""
    browser = chromium.browser_type.launch(
        executable_path=chromium_path(), args=[*ARGUMENTS, *TRUSTING]
    )
    store: Store = live.app.extensions["store"]
    settings = dataclasses.replace(store.settings, tls_own=True)
    certificate = server_certificate(settings, "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)
    live.app.config[OWN_CERTIFICATE] = True
    with answering(live.app, context) as secured:
        _visit(browser, camera, "https", secured.address)
    live.app.config[OWN_CERTIFICATE] = False
    _visit(browser, camera, "http", live.address)
    browser.close()


def _visit(browser: Browser, camera: Camera, way: str, address: str) -> None:
    for width, height in (PHONE, TABLET):
        for language in LANGUAGES:
            context = browser.new_context(
                viewport={"width": width, "height": height}, locale=language, has_touch=True
            )
            page = context.new_page()
            page.goto(address.replace("127.0.0.1", NAME) + "/check")
            expect(page.locator(f'[data-check="secure"].{WAYS[way]}')).to_be_visible()
            expect(page.locator('[data-check="clock"].good')).to_be_visible()
            picture = page.screenshot(full_page=True, animations="disabled")
            camera.keep(f"check-{way}-{width}x{height}-{language}", picture)
            context.close()
