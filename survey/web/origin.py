"""Where a request comes from: this machine, this site, which part of the network."""

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})


def is_local(request: Request) -> bool:
    """Tell whether the request comes from this machine itself and not through a proxy on it."""
    return _address(request).is_loopback and "X-Forwarded-For" not in request.headers


def is_named_local(request: Request) -> bool:
    """Tell whether the address bar names this machine: browsers trust that without https."""
    name = urlsplit(f"//{request.host}").hostname or ""
    return name == "localhost" or _read(name).is_loopback


def address_class(request: Request) -> str:
    """Return all that the audit chain keeps of an address: this machine, a private network, no."""
    if is_local(request):
        return "local"
    return "private" if _address(request).is_private else "public"


def is_foreign(request: Request) -> bool:
    """Tell whether a browser says that another site causes this state-changing request."""
    if request.headers.get("Sec-Fetch-Site", "none") in OWN_SITES:
        return False
    return request.method not in SAFE_METHODS and not request.headers.get("Authorization")


def address_prefix(request: Request) -> str:
    """Return the network part of the sender's address (/24, /48): it is counted, never stored."""
    return _prefix(request.remote_addr or "")


@lru_cache(maxsize=4096)
def _prefix(text: str) -> str:
    address = _read(text)
    length = 24 if address.version == 4 else 48  # noqa: PLR2004 - versions of IP
    return str(ipaddress.ip_network((address, length), strict=False))


def _address(request: Request) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return _read(request.remote_addr or "")


def _read(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return ipaddress.ip_address("0.0.0.0")  # noqa: S104 - the address of nobody, not a binding
