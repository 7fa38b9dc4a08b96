"""Languages: which one a page speaks, its texts in both, its numbers and its dates.

The msgid of every text is the Vietnamese text itself; English lies in the catalog. A page of the
interview carries every text in all languages at once, so that switching loses no answer. It must
not know any route.
"""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, urlencode

from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, Response, request
from flask_babel import Babel, get_locale
from markupsafe import Markup, escape

from survey.clock import VIETNAM

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
"""Code -> its own name, in the order of the switch; the first is the source and the default."""

CATALOGS = Path(__file__).parent / "translations"
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
A_YEAR = 365 * 24 * 3600
LONGEST_TOPIC = 40


def N_(msgid: str) -> str:  # noqa: N802 - the name by which catalogs find texts kept for later
    """Mark a text for the catalog; it is translated where it is shown."""
    return msgid


def init_i18n(app: Flask) -> None:
    """Let the application speak its languages: locale, catalogs, template filters, the cookie."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "vi")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", str(VIETNAM))
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(CATALOGS))
    Babel(app, locale_selector=chosen_language)
    app.jinja_env.globals.update(
        LANGUAGES=LANGUAGES,
        language=language,
        both=both,
        spoken=spoken,
        paragraphs=paragraphs,
        translated=translated,
        N_=N_,
        slot=slot,
        here=here,
    )
    app.jinja_env.filters.update(
        number=number, percent=percent, day=day, moment=moment, in_language=in_language
    )
    app.after_request(_remember_language)


def chosen_language() -> str:
    """Return the language asked for: address or form, cookie, browser, else Vietnamese."""
    for code in (_asked_language(), request.cookies.get(_cookie_name())):
        if code in LANGUAGES:
            return str(code)
    return request.accept_languages.best_match(list(LANGUAGES)) or next(iter(LANGUAGES))


def language() -> str:
    """Return the code of the language that the page being made speaks."""
    return str(get_locale() or next(iter(LANGUAGES)))


def translated(msgid: str, code: str) -> str:
    """Return a text of the interface in the given language."""
    return _catalog(code).gettext(msgid)


def both(msgid: str, **facts: object) -> Markup:
    """Return a text of the interface in all languages, all but the spoken one hidden."""
    return spoken({code: translated(msgid, code) for code in LANGUAGES}, **facts)


def spoken(text: Mapping[str, str], **facts: object) -> Markup:
    """Return a text kept by language in all languages, all but the spoken one hidden.

    The words shown are in the language of the page. A language that the text lacks shows the
    Vietnamese, or whatever there is, and says so to screen readers by its ``lang``. Facts fill
    ``%(name)s``; without facts a % sign stands.
    """
    return Markup().join(_span(code, text, facts) for code in LANGUAGES)


def paragraphs(text: Mapping[str, str]) -> Markup:
    """Return a text of several lines in all languages, each line a paragraph.

    A line that begins with what it is about ("Mục đích: ...") has those words set off.
    """
    return Markup().join(
        Markup('<div data-in="{}"{}{}>{}</div>').format(
            code,
            _told(code, _nearest(text, code)),
            _hidden(code),
            Markup().join(map(_paragraph, in_language(text, code).splitlines())),
        )
        for code in LANGUAGES
    )


def in_language(text: Mapping[str, str], code: str | None = None) -> str:
    """Return a text kept by language in one of them, else in Vietnamese, else in any."""
    return text[_nearest(text, code or language())] if text else ""


def slot(name: str) -> Markup:
    """Return an empty place in a text, which the player fills."""
    return Markup('<span data-slot="{}"></span>').format(name)


def here(code: str) -> str:
    """Return the address of the present page in another language.

    Arguments go into the query by hand: ``url_for`` would take some of them as its own options.
    """
    query = urlencode({**request.args.to_dict(), "lang": code})
    return f"{request.root_path}{quote(request.path)}?{query}"


def number(value: float | None, decimals: int = 0) -> str:
    """Write a number with a fixed count of decimals, as the language does; None is a dash."""
    if value is None:
        return "–"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, pattern, locale=language())


def percent(share: float | None, decimals: int = 0) -> str:
    """Write a share of one as a percentage."""
    return "–" if share is None else f"{number(100 * share, decimals)} %"


def day(value: dt.date) -> str:
    """Write a date as dd/mm/yyyy, the form that people in Vietnam read in both languages."""
    return f"{value:%d/%m/%Y}"


def moment(value: dt.datetime) -> str:
    """Write a moment in Vietnam's time."""
    return f"{value.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


@lru_cache
def _catalog(code: str) -> NullTranslations:
    return Translations.load(CATALOGS, [code])


def _paragraph(line: str) -> Markup:
    topic, mark, rest = line.partition(": ")
    if not mark or len(topic) > LONGEST_TOPIC:
        return Markup("<p>{}</p>").format(line)
    return Markup("<p><strong>{}:</strong> {}</p>").format(topic, rest)


def _nearest(text: Mapping[str, str], code: str) -> str:
    return next((known for known in (code, *LANGUAGES) if text.get(known)), next(iter(text)))


def _span(code: str, text: Mapping[str, str], facts: Mapping[str, object]) -> Markup:
    words = _nearest(text, code) if text else code
    content = escape(text.get(words, ""))
    return Markup('<span data-in="{}"{}{}>{}</span>').format(
        code, _told(code, words), _hidden(code), content % facts if facts else content
    )


def _told(code: str, words: str) -> Markup:
    """Return the ``lang`` of words that stand in for those of another language, else nothing."""
    return Markup("") if words == code else Markup(' lang="{}"').format(words)


def _hidden(code: str) -> Markup:
    return Markup("") if code == language() else Markup(" hidden")


def _cookie_name() -> str:
    return "__Host-lang" if request.is_secure else "lang"


def _asked_language() -> str | None:
    """Return what address or form ask for; a body that is no form, or too large, is not read."""
    if request.mimetype in FORMS:
        limit = request.max_content_length or 0
        if 0 < (request.content_length or 0) <= limit:
            return request.values.get("lang")
    return request.args.get("lang") if request.query_string else None


def _remember_language(response: Response) -> Response:
    code = _asked_language()
    if code in LANGUAGES:
        response.set_cookie(
            _cookie_name(), code, max_age=A_YEAR, secure=request.is_secure, samesite="Lax"
        )
    return response
