"""The security headers of every reply, the nonce of a page, and the refusal of other sites."""

import secrets
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request

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
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
]

TRANSPORT = "max-age=63072000; includeSubDomains; preload"


def init_headers(app: Flask) -> None:
    """Refuse state-changing requests of other sites; put the headers on every reply."""
    app.before_request(_refuse_other_sites)
    app.after_request(_protect)
    app.wsgi_app = _with_constant_headers(app.wsgi_app)  # type: ignore[assignment, method-assign]
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """Return the nonce of this page: a script without it does not run."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _refuse_other_sites() -> None:
    if is_foreign(request):
        raise NotAllowed("cross-site", "another site caused the request")


def _protect(response: Response) -> Response:
    headers = response.headers
    is_page = response.mimetype == "text/html"
    policy = POLICY.format(nonce=csp_nonce()) if is_page else POLICY_OF_DATA
    headers.setdefault("Content-Security-Policy", policy)
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        headers["Strict-Transport-Security"] = TRANSPORT
    return response


def _with_constant_headers(inner: "WSGIApplication") -> "WSGIApplication":
    """Put the headers that never vary on every reply, whoever makes it."""

    def outer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], object]:
            return start_response(status, headers + ALWAYS, exc_info)  # type: ignore[arg-type]

        return inner(environ, start)

    return outer
