"""The cookie by which a browser at a counter is known as an enrolled device.

It is worth as much as the device's key, so no script can read it and no other site can use it:
only a request that the browser itself calls same-origin counts.
"""

from flask import Response, request

TWO_YEARS = 2 * 365 * 24 * 3600


def device_key() -> str | None:
    """Return the device key of the cookie, None without one."""
    return request.cookies.get(_name())


def own_device_key() -> str | None:
    """Return the device key of the cookie when our own page sent the request, else None."""
    is_own = request.headers.get("Sec-Fetch-Site") == "same-origin" or not _tells_site()
    return device_key() if is_own else None


def give_device_key(response: Response, key: str) -> None:
    """Make the browser a device; it may hold on to the cookie for two years."""
    response.set_cookie(
        _name(),
        key,
        max_age=TWO_YEARS,
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )


def _name() -> str:
    return "__Host-device" if request.is_secure else "device"


def _tells_site() -> bool:
    """Tell whether the browser says which site asks: over plain http none does."""
    return request.is_secure or "Sec-Fetch-Site" in request.headers
