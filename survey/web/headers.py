"""The security headers of every reply, the nonce of a page, and the refusal of other sites."""

import secrets
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, request

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

ALWAYS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(self), payment=(), usb=()"),
]

NONCE = "langnghe.csp_nonce"
TRANSPORT = "max-age=63072000; includeSubDomains; preload"


def init_headers(app: Flask) -> None:
    """Refuse state-changing requests of other sites; put the headers on every reply."""
    app.before_request(_refuse_other_sites)
    app.wsgi_app = _protected(app.wsgi_app)  # type: ignore[assignment, method-assign]
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """Return the nonce of this page: a script without it does not run."""
    return str(request.environ.setdefault(NONCE, secrets.token_urlsafe(16)))


def _refuse_other_sites() -> None:
    if is_foreign(request):
        raise NotAllowed("cross-site", "another site caused the request")


def _protected(inner: "WSGIApplication") -> "WSGIApplication":
    """Put the headers on every reply, whoever makes it, at the outermost spot and least cost."""

    def outer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], object]:
            headers = headers + ALWAYS + _varying(environ, headers)
            return start_response(status, headers, exc_info)  # type: ignore[arg-type]

        return inner(environ, start)

    return outer


def _varying(environ: "WSGIEnvironment", headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the headers that depend on what is sent: policy, caching, transport."""
    if any(name == "Content-Type" and kind.startswith("text/html") for name, kind in headers):
        nonce = environ.get(NONCE) or secrets.token_urlsafe(16)
        varying = [("Content-Security-Policy", POLICY.format(nonce=nonce))]
    elif any(name == "Content-Security-Policy" for name, _ in headers):
        varying = []  # a worker's script brings the policy under which it runs
    else:
        varying = [("Content-Security-Policy", POLICY_OF_DATA)]
    if not str(environ["PATH_INFO"]).startswith("/static/"):
        varying.append(("Cache-Control", "no-store"))
    if environ["wsgi.url_scheme"] == "https":
        varying.append(("Strict-Transport-Security", TRANSPORT))
    return varying
