"""The slip that a citizen shows instead of a device key: ``Authorization: Slip CODE``."""

from flask import g, request

from survey.errors import NotAllowed, NotFound
from survey.queries.slips import HeldSlip
from survey.web.codes import found_slip


def shown_slip() -> HeldSlip | None:
    """Return the slip of the request, used or not, None without one; raise NotAllowed."""
    scheme, _, code = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "slip":
        return None
    g.is_citizen = True
    try:
        return found_slip(code)
    except NotFound as unknown:
        raise NotAllowed("unauthorised", where="Authorization", expected="Slip") from unknown
