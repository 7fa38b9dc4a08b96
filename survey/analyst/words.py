"""Facts as words for people: notes beside numbers, what the rules of an estimate mean."""

from collections.abc import Mapping
from typing import Any

from survey.errors import StateError
from survey.web.speech import say as _


def note_words(note: Mapping[str, Any]) -> str:
    """Return what a note of the engine says."""
    words = {
        "small-n": _("Chưa đủ phiếu nên chưa hiển thị"),
        "missing-child": _("Có thành phần chưa có giá trị"),
        "missing-below": _("Ở cấp dưới có thành phần chưa có giá trị"),
        "too-few-psus": _("Câu trả lời chỉ đến từ một địa bàn nên chưa biết sai số"),
        "within-psu": _("Sai số tính từ các đơn vị cấp hai trong một địa bàn"),
        "no-df": _("Không đủ bậc tự do để tính khoảng tin cậy"),
        "df-1": _("Khoảng tin cậy chỉ dựa trên một bậc tự do"),
        "cut": _("Khoảng tin cậy vượt quá thang điểm, ở đây chỉ hiển thị đến đầu thang"),
        "lonely-psu": _("Có tầng chỉ gồm một địa bàn"),
        "no-se": _("Số liệu lấy từ bên ngoài không kèm sai số chuẩn"),
        "no-value": _("Chưa có số liệu lấy từ bên ngoài"),
        "blank-domain": _("Có phiếu không thuộc nhóm nào"),
        "calibrated": _("Quyền số đã hiệu chỉnh"),
        "not-converged": _("Hiệu chỉnh quyền số chưa hội tụ"),
        "negative-weights": _("Hiệu chỉnh cho ra quyền số âm"),
        "trimmed": _("Quyền số thiết kế quá lớn đã được cắt bớt"),
        "indicative": _("Chỉ báo tham khảo, không có khoảng tin cậy"),
        "counter-bias": _("Đã trừ độ chệch của phiếu tại quầy, học từ khảo sát chọn mẫu"),
        "coverage": _("Tỷ lệ giao dịch có phiếu trả lời"),
        "out-of-range": _("Có câu trả lời nằm ngoài khoảng quy định"),
        "no-spread": _("Mọi câu trả lời hợp lệ có cùng giá trị"),
        "satterthwaite": _("Bậc tự do tính theo quy tắc Satterthwaite"),
        "at-bound": _("Ước lượng nằm ở đầu mút của thang điểm"),
        "interval": _("Khoảng tin cậy không đối xứng, luôn nằm trong thang điểm"),
    }
    return words.get(note["code"], str(note["code"]))


def doubt_words(doubt: StateError) -> str:
    """Return why estimates could not be computed."""
    if doubt.code == "nothing-to-release":
        return _("Không có ước lượng nào mới hơn lần công bố trước.")
    if doubt.code == "lonely-psu":
        return _(
            "Tầng %(strata)s mới có phiếu từ một địa bàn. Cần ít nhất hai địa bàn trong mỗi tầng "
            "để biết sai số.",
            strata=doubt.where,
        )
    return _("Bộ tính điểm không nhận dữ liệu này: %(reason)s", reason=str(doubt))
