"""One table: what a person or a program is told when something fails; it knows no route."""

import traceback
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, InternalServerError

from survey.errors import (
    ConflictError,
    InputError,
    NotAllowed,
    NotFound,
    StateError,
    SurveyError,
    Throttled,
    Unavailable,
)

LOG = structlog.get_logger()


@dataclass(frozen=True)
class Words:
    """The status of an error code and its message for people."""

    status: int
    vi: str
    en: str


WORDS: Final[dict[str, Words]] = {
    "bad-request": Words(400, "Yêu cầu không hợp lệ.", "The request is not valid."),
    "digest-missing": Words(
        400,
        "Thiếu mã kiểm tra nội dung (Content-Digest).",
        "The Content-Digest header is missing.",
    ),
    "digest-mismatch": Words(
        400,
        "Nội dung nhận được không khớp mã kiểm tra; xin gửi lại.",
        "The content does not match its digest; please send it again.",
    ),
    "malformed": Words(
        400,
        "Phiếu trả lời không đúng định dạng.",
        "The response is not in the agreed form.",
    ),
    "unauthorised": Words(
        401,
        "Đợt khảo sát này cần thiết bị hoặc tài khoản đã đăng ký.",
        "A known device or account is needed here.",
    ),
    "forbidden": Words(403, "Ông/Bà không có quyền xem mục này.", "You may not see this."),
    "revoked": Words(
        403,
        "Thiết bị này đã bị thu hồi quyền gửi; phiếu được giữ riêng để kiểm tra.",
        "This device was revoked; what it sent is kept apart for review.",
    ),
    "cross-site": Words(
        403,
        "Yêu cầu đến từ một trang khác nên bị từ chối.",
        "The request came from another site and was refused.",
    ),
    "not-found": Words(404, "Không tìm thấy trang này.", "There is no such page."),
    "bad-id": Words(404, "Mã phiếu không hợp lệ.", "The id of the response is not a UUIDv4."),
    "unknown-round": Words(422, "Không có đợt khảo sát này.", "There is no such round."),
    "unknown-version": Words(
        422,
        "Không có bộ công cụ khảo sát hoặc phiên bản này trong đợt khảo sát.",
        "The round has no such instrument or version.",
    ),
    "unknown-language": Words(
        422,
        "Bộ công cụ khảo sát không có ngôn ngữ này.",
        "The instrument does not have this language.",
    ),
    "unknown-consent": Words(
        422,
        "Nội dung đồng ý tham gia đã thay đổi; xin đọc lại.",
        "The consent text is not the current one; please read it again.",
    ),
    "invalid-answer": Words(
        422,
        "Có câu trả lời chưa hợp lệ.",
        "An answer is not valid.",
    ),
    "method-not-allowed": Words(
        405, "Cách gọi này không được hỗ trợ ở đây.", "This method is not allowed here."
    ),
    "conflict": Words(
        409,
        "Đã có một phiếu khác với cùng mã; phiếu đầu tiên được giữ nguyên.",
        "Another response has this id; the first one stays.",
    ),
    "closed": Words(
        410,
        "Đợt khảo sát hiện không nhận phiếu trả lời. Xin cảm ơn Ông/Bà.",
        "This round does not take responses now. Thank you.",
    ),
    "slip-used": Words(
        410,
        "Mã này đã được dùng để gửi một phiếu. Mỗi mã chỉ dùng được một lần. Xin cảm ơn Ông/Bà.",
        "This code was used to send a form. Each code can be used once. Thank you.",
    ),
    "slip-expired": Words(
        410,
        "Mã này đã hết hạn. Xin cảm ơn Ông/Bà đã quan tâm.",
        "This code has expired. Thank you for your interest.",
    ),
    "withdrawn": Words(
        410,
        "Phiếu này đã được rút lại. Câu trả lời đã bị xóa và không được nhận lại.",
        "This form was withdrawn. Its answers were erased and are not taken again.",
    ),
    "unknown-slip": Words(
        404,
        "Không có mã này. Xin đối chiếu từng chữ với mã in trên giấy.",
        "There is no such code. Please compare each letter with the printed code.",
    ),
    "unknown-receipt": Words(
        404,
        "Không tìm thấy phiếu nào có mã biên nhận này. Xin đối chiếu từng chữ của mã.",
        "No form has this receipt. Please compare each letter of the code.",
    ),
    "too-large": Words(
        413, "Nội dung gửi lên quá lớn.", "What was sent is too large."
    ),
    "unsupported": Words(
        415,
        "Kiểu nội dung này chưa được nhận.",
        "This content type is not accepted.",
    ),
    "rate-limit": Words(
        429,
        "Có quá nhiều yêu cầu; xin thử lại sau ít phút.",
        "Too many requests; please try again in a moment.",
    ),
    "internal": Words(
        500,
        "Hệ thống gặp lỗi; lỗi đã được ghi lại.",
        "Something failed here; it has been recorded.",
    ),
    "busy": Words(
        503,
        "Hệ thống đang bận; xin thử lại sau giây lát.",
        "The system is busy; please try again in a moment.",
    ),
    "full": Words(
        503,
        "Kho lưu trữ đã đầy nên chưa nhận được; xin giữ phiếu và gửi lại sau.",
        "There is no room to store this now; keep the response and send it later.",
    ),
}  # fmt: skip

BY_CLASS: Final[dict[type[SurveyError], str]] = {
    Throttled: "rate-limit",
    Unavailable: "busy",
    NotFound: "not-found",
    NotAllowed: "forbidden",
    ConflictError: "conflict",
    StateError: "conflict",
    InputError: "invalid-answer",
}
"""For a code that has no words of its own: the words of its class."""

STEP_OF_SECONDS: Final = 5
SECONDS_TOLD: Final = 90
"""Longer waits are told in minutes."""

BY_STATUS: Final = {
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
}


def init_errors(app: Flask) -> None:
    """Let every failure end in this table."""
    app.register_error_handler(SurveyError, _survey_error)
    app.register_error_handler(HTTPException, _http_error)
    # Flask would print the message of what failed, which may hold an answer; we say where only.
    app.logger.disabled = True


def words_of(error: SurveyError) -> Words:
    """Return status and message of an error; what is not found is 404 under any code."""
    words = WORDS.get(error.code) or WORDS[_class_code(error)]
    status = HTTPStatus.NOT_FOUND if isinstance(error, NotFound) else words.status
    texts = getattr(error, "texts", {})
    return Words(status, texts.get("vi", words.vi), texts.get("en", words.en))


def error_body(error: SurveyError) -> dict[str, object]:
    """Return the JSON of an error, the same on every route."""
    words = words_of(error)
    return {
        "error": error.code,
        "where": error.where,
        "expected": error.expected,
        "message": {"vi": words.vi, "en": words.en},
    }


def waiting_time(seconds: int) -> str:
    """Return how long to wait as people say it: never less than it is, and never to the second."""
    if seconds <= SECONDS_TOLD:
        told = -(-seconds // STEP_OF_SECONDS) * STEP_OF_SECONDS
        return str(_("%(n)s giây", n=max(STEP_OF_SECONDS, told)))
    return str(_("%(n)s phút", n=-(-seconds // 60)))


def _class_code(error: SurveyError) -> str:
    return next((code for kind, code in BY_CLASS.items() if isinstance(error, kind)), "internal")


def _survey_error(error: SurveyError) -> Response:
    words = words_of(error)
    if words.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        LOG.warning("unavailable", error=error.code)
    response = _in_the_reader_form(error, words)
    if isinstance(error, Throttled | Unavailable):
        response.headers["Retry-After"] = str(error.retry_after)
    if words.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _http_error(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if error.response is not None or status < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    if isinstance(error, InternalServerError):
        _log_failure(error.original_exception)
    code = BY_STATUS.get(status, "internal" if status >= 500 else "bad-request")  # noqa: PLR2004
    words = Words(status, WORDS[code].vi, WORDS[code].en)
    response = _in_the_reader_form(SurveyError(code), words)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _in_the_reader_form(error: SurveyError, words: Words) -> Response:
    """Return JSON to programs and a page to people."""
    if request.path.startswith("/api/"):
        response = jsonify(error_body(error))
    else:
        wait = waiting_time(getattr(error, "retry_after", STEP_OF_SECONDS))
        response = make_response(
            render_template("error.html", error=error, words=words, wait=wait)
        )
    response.status_code = words.status
    return response


def _log_failure(cause: BaseException | None) -> None:
    """Record where it failed; never the message or the locals, which may hold an answer."""
    frames = traceback.extract_tb(cause.__traceback__) if cause is not None else []
    places = [f"{frame.filename}:{frame.lineno}" for frame in frames[-8:]]
    LOG.error("failure", kind=type(cause).__name__, frames=places)
