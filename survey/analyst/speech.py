"""The texts of staff pages, as plain text: flask-babel carries no types."""

from flask_babel import gettext


def say(msgid: str, **facts: object) -> str:
    """Return a text of the interface in the language of the page; imported under the name ``_``."""
    return str(gettext(msgid, **facts))
