"""Cookies that only this host can set and, over https, that nobody can read on the way."""

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from typing_extensions import override


class HostCookies(SecureCookieSessionInterface):
    """The signed session: ``__Host-`` and Secure over https, a plain name over plain http."""

    @override
    def get_cookie_name(self, app: Flask) -> str:
        """Return the name: a browser accepts the prefix only with Secure."""
        return "__Host-session" if request.is_secure else "session"

    @override
    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of the cookie; without one an empty session, at no cost."""
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    @override
    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie of a session that somebody changed; any other costs nothing."""
        if session.modified or session.permanent:
            super().save_session(app, session, response)

    @override
    def get_cookie_secure(self, app: Flask) -> bool:
        """Tell whether the cookie must stay on https."""
        return request.is_secure


def init_cookies(app: Flask) -> None:
    """Use these cookies for the session, closed to scripts and to other sites."""
    app.session_interface = HostCookies()
    app.config.update(SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")
