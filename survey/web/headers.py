"""The security headers of every reply, the nonce of a page, and the refusal of other sites."""

import secrets
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, request

from survey.errors import NotAllowed
from survey.web.origin import is_foreign

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; media-src 'self' blob:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; object-src 'none'; require-trusted-types-for 'script'"
)
POLICY_OF_DATA = "default-src 'none'; frame-ancestors 'none'"

NO_DEVICES = "camera=(), microphone=(), geolocation=(self), payment=(), usb=()"
WITH_MICROPHONE = "camera=(), microphone=(self), geolocation=(self), payment=(), usb=()"
"""What a page may use of a device; the second, on the pages that record or try the microphone."""

ALWAYS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]

NONCE = "langnghe.csp_nonce"
TRANSPORT = "max-age=63072000; includeSubDomains; preload"
SOUNDS = "/audio"
SOUND_KEPT = "public, max-age=31536000, immutable"
OWN_CERTIFICATE = "HAS_OWN_CERTIFICATE"
"""The setting of an application whose certificate no browser knows: it must not bind browsers."""


def init_headers(app: Flask) -> None:
    """Refuse state-changing requests of other sites; put the headers on every reply."""
    app.before_request(_refuse_other_sites)
    app.wsgi_app = _protected(app.wsgi_app, app)  # type: ignore[assignment, method-assign]
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def allow_microphone(response: Response) -> Response:
    """Let this page use the microphone: no other may."""
    response.headers["Permissions-Policy"] = WITH_MICROPHONE
    return response


def csp_nonce() -> str:
    """Return the nonce of this page: a script without it does not run."""
    return str(request.environ.setdefault(NONCE, secrets.token_urlsafe(16)))


def _refuse_other_sites() -> None:
    if is_foreign(request):
        raise NotAllowed("cross-site", "another site caused the request")


def _protected(inner: "WSGIApplication", app: Flask) -> "WSGIApplication":
    """Put the headers on every reply, whoever makes it, at the outermost spot and least cost."""

    def outer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], object]:
            headers = headers + ALWAYS + _varying(environ, headers)
            if environ["wsgi.url_scheme"] == "https" and not app.config.get(OWN_CERTIFICATE):
                headers.append(("Strict-Transport-Security", TRANSPORT))
            return start_response(status, headers, exc_info)  # type: ignore[arg-type]

        return inner(environ, start)

    return outer


def _varying(environ: "WSGIEnvironment", headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the headers that depend on what is sent: policies and caching."""
    if any(name == "Content-Type" and kind.startswith("text/html") for name, kind in headers):
        nonce = environ.get(NONCE) or secrets.token_urlsafe(16)
        varying = [("Content-Security-Policy", POLICY.format(nonce=nonce))]
    elif any(name == "Content-Security-Policy" for name, _ in headers):
        varying = []  # a worker's script brings the policy under which it runs
    else:
        varying = [("Content-Security-Policy", POLICY_OF_DATA)]
    if not any(name == "Permissions-Policy" for name, _ in headers):
        varying.append(("Permissions-Policy", NO_DEVICES))
    if not str(environ["PATH_INFO"]).startswith(("/static/", f"{SOUNDS}/")):
        varying.append(("Cache-Control", "no-store"))
    return varying
