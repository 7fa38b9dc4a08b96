"""Facts about rounds as words for people: why a deed was refused, and a consent text to begin."""

from typing import Final

from survey.admin.words import refusal_words
from survey.errors import SurveyError
from survey.web.speech import say as _

FIRST_CONSENT: Final = {
    "vi": (
        "Mục đích: tìm hiểu ý kiến của người dân để cải thiện việc phục vụ của cơ quan nhà nước.\n"
        "Tự nguyện: Ông/Bà có thể không tham gia, bỏ qua bất cứ câu nào hoặc dừng lại lúc nào "
        "cũng được.\n"
        "Ai đọc: không ai đọc từng phiếu; chỉ các con số chung được công bố.\n"
        "Giữ bao lâu: (xin ghi thời hạn lưu giữ).\n"
        "Liên hệ: (xin ghi tên cơ quan, số điện thoại)."
    ),
    "en": (
        "Purpose: to learn what people think, so that state agencies serve them better.\n"
        "Voluntary: you may decline, leave out any question, or stop at any time.\n"
        "Who reads it: nobody reads single forms; only common figures are published.\n"
        "How long it is kept: (please state the period).\n"
        "Contact: (please state the agency and its telephone)."
    ),
}


def round_refusal(error: SurveyError) -> str:
    """Return why a deed about a round was refused."""
    words = {
        "round-taken": _("Mã này đã có đợt khảo sát khác dùng."),
        "bad-period": _("Ngày cuối phải từ ngày đầu trở đi."),
        "no-purpose": _(
            "Dân tộc là thông tin nhạy cảm: chỉ được hỏi khi nêu rõ mục đích. "
            "Xin điền mục đích hoặc bỏ câu này."
        ),
        "unknown-item": _("Câu hỏi cho biết địa bàn phải là câu được hỏi trong đợt này."),
        "round-has-responses": _(
            "Đã có phiếu trả lời nên không thay đổi được nữa: %(what)s.", what=error.where
        ),
        "round-is-open": _("Đợt khảo sát này đã mở."),
        "no-sample": _("Đợt theo mẫu cần có mẫu trước khi mở. Xin nạp tệp mẫu."),
        "no-trees": _("Xin chọn ít nhất một cây chỉ số."),
        "open-access": _("Đợt mở không có thiết kế mẫu."),
        "certainty-places": _(
            "Mẫu có địa bàn chắc chắn thuộc mẫu của cuộc khảo sát PAPI chính thức (%(places)s), "
            "và thời gian của đợt chạm vào tháng 8 đến tháng 11. Hỏi ở đó lúc này có thể làm hỏng "
            "kết quả chính thức. Xin đổi thời gian hoặc địa bàn; nếu vẫn phải làm, xin ghi lý do: "
            "lý do được lưu vào nhật ký kiểm tra.",
            places=error.got,
        ),
        "no-margins": _("Xin chọn tệp CSV của các biên."),
        "one-variable": _(
            "Hậu phân tầng chỉ dùng một biến. Xin chọn hiệu chỉnh lặp hoặc tệp biên khác."
        ),
        "no-targets": _("Hiệu chỉnh theo nhóm cần cột target ở mọi địa bàn của mẫu."),
        "published-version": _(
            "Phiên bản này đã công bố với nội dung khác. Phiên bản đã công bố không bao giờ đổi: "
            "xin tăng số phiên bản ở trang settings."
        ),
        "unknown-version": _("Không có phiên bản này của bộ công cụ khảo sát."),
    }
    return words.get(error.code) or refusal_words(error)
