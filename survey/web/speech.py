"""The texts of staff pages, as plain text: flask-babel carries no types."""

from flask_babel import gettext


def say(msgid: str, **facts: object) -> str:
    """Return a text in the language of the page; imported as ``_``, which catalogs look for."""
    return str(gettext(msgid, **facts))
