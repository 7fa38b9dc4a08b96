"""Facts as words for people: roles, notes beside numbers, what the rules of an estimate mean."""

from collections.abc import Mapping
from typing import Any

from survey.analyst.speech import say as _
from survey.errors import StateError
from survey.terms import Role


def role_name(role: Role) -> str:
    """Return what a role is called."""
    words = {
        Role.INTERVIEWER: _("Điều tra viên"),
        Role.SUPERVISOR: _("Giám sát viên"),
        Role.ANALYST: _("Người phân tích"),
        Role.MICRO_ANALYST: _("Người phân tích dữ liệu chi tiết"),
        Role.DESIGNER: _("Người thiết kế phiếu"),
        Role.ADMIN: _("Quản trị hệ thống"),
        Role.AUDITOR: _("Người kiểm tra nhật ký"),
        Role.KEY_OFFICER: _("Người giữ khóa"),
        Role.DEVICE: _("Thiết bị"),
    }
    return words[role]


def role_words(role: Role) -> str:
    """Return what a role may see and do."""
    words = {
        Role.INTERVIEWER: _("Phỏng vấn và gửi phiếu của mình. Không xem phiếu đã gửi."),
        Role.SUPERVISOR: _("Xem tiến độ thực địa. Không xem câu trả lời và không xem ước lượng."),
        Role.ANALYST: _("Xem tiến độ và ước lượng. Không xem câu trả lời của từng người."),
        Role.MICRO_ANALYST: _(
            "Làm việc với dữ liệu đã khử định danh, có lý do và bước xác nhận thứ hai."
        ),
        Role.DESIGNER: _("Soạn bộ công cụ khảo sát và cây chỉ số. Không xem dữ liệu."),
        Role.ADMIN: _(
            "Quản lý tài khoản, thiết bị, đợt khảo sát và địa bàn. "
            "Không xem câu trả lời và không xem ước lượng."
        ),
        Role.AUDITOR: _("Chỉ xem nhật ký kiểm tra."),
        Role.KEY_OFFICER: _("Giữ khóa của đợt khảo sát. Không xem dữ liệu."),
        Role.DEVICE: _("Chỉ gửi phiếu trả lời."),
    }
    return words[role]


def note_words(note: Mapping[str, Any]) -> str:
    """Return what a note of the engine says."""
    words = {
        "small-n": _("Chưa đủ phiếu nên chưa hiển thị"),
        "missing-child": _("Có thành phần chưa có giá trị"),
        "too-few-psus": _("Câu trả lời chỉ đến từ một địa bàn nên chưa biết sai số"),
        "within-psu": _("Sai số tính từ các đơn vị cấp hai trong một địa bàn"),
        "no-df": _("Không đủ bậc tự do để tính khoảng tin cậy"),
        "df-1": _("Khoảng tin cậy chỉ dựa trên một bậc tự do"),
        "lonely-psu": _("Có tầng chỉ gồm một địa bàn"),
        "no-se": _("Số liệu lấy từ bên ngoài không kèm sai số chuẩn"),
        "no-value": _("Chưa có số liệu lấy từ bên ngoài"),
        "blank-domain": _("Có phiếu không thuộc nhóm nào"),
        "calibrated": _("Quyền số đã hiệu chỉnh"),
        "not-converged": _("Hiệu chỉnh quyền số chưa hội tụ"),
        "out-of-range": _("Có câu trả lời nằm ngoài khoảng quy định"),
        "at-bound": _("Ước lượng nằm ở đầu mút của thang điểm"),
    }
    return words.get(note["code"], str(note["code"]))


def doubt_words(doubt: StateError) -> str:
    """Return why estimates could not be computed."""
    if doubt.code == "lonely-psu":
        return _(
            "Tầng %(strata)s mới có phiếu từ một địa bàn. Cần ít nhất hai địa bàn trong mỗi tầng "
            "để biết sai số.",
            strata=doubt.where,
        )
    return _("Bộ tính điểm không nhận dữ liệu này: %(reason)s", reason=str(doubt))
