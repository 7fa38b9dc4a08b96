"""The page that says what works on a device and why: it asks for nothing and keeps nothing."""

from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding
from flask import Blueprint, Response, current_app, g, make_response, render_template, request

from survey import clock
from survey.errors import NotFound
from survey.operations.certificates import fingerprint, own_authority
from survey.web.headers import OWN_CERTIFICATE, allow_microphone
from survey.web.origin import is_local, is_named_local
from survey.web.store import current_store

check: Final = Blueprint("check", __name__, url_prefix="/check")


@check.before_request
def _mark() -> None:
    g.is_citizen = True


@check.get("")
def device() -> Response:
    """Show what this device can do: the server's side at once, the rest by script."""
    authority = own_authority(current_store().settings) if _is_own() else None
    page = render_template(
        "kiosk/check.html",
        is_https=request.is_secure,
        is_here=is_local(request) and is_named_local(request),
        now=clock.now(),
        fingerprint=fingerprint(authority) if authority else None,
    )
    return allow_microphone(make_response(page))


@check.get("/worker.js")
def trial_worker() -> Response:
    """Return a worker that does nothing: the page tries whether the browser takes one."""
    return Response("// Nothing: only whether a browser takes it.\n", mimetype="text/javascript")


@check.get("/certificate.crt")
def certificate() -> Response:
    """Return the authority that devices must trust; NotFound with the operator's certificate."""
    authority = own_authority(current_store().settings) if _is_own() else None
    if authority is None:
        raise NotFound("not-found", where="certificate")
    response = Response(
        authority.public_bytes(Encoding.DER), mimetype="application/x-x509-ca-cert"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="langnghe.crt"'
    return response


def _is_own() -> bool:
    return bool(current_app.config.get(OWN_CERTIFICATE))
