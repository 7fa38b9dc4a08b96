"""Addresses as QR pictures: drawn here, as SVG that a page shows without markup of its own."""

import segno


def qr_picture(address: str) -> str:
    """Return the picture of an address as a ``data:`` URI that stands in an ``img``."""
    drawn = segno.make(address, error="m", micro=False)
    return str(drawn.svg_data_uri(scale=1, border=4, omitsize=True))
