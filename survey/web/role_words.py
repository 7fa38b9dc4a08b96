"""What the roles of staff are called, and what each may see and do, in words for people."""

from survey.terms import Role
from survey.web.speech import say as _


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
