"""Facts of administration as words for people: states, deeds, and why something was refused."""

from collections.abc import Mapping

from survey.errors import SurveyError
from survey.queries.accounts import AccountState
from survey.queries.staff import OPERATOR
from survey.terms import AuditAction, Role
from survey.web.role_words import role_name
from survey.web.speech import say as _


def state_words(state: AccountState) -> str:
    """Return in which state an account is."""
    words = {
        AccountState.ACTIVE: _("đang hoạt động"),
        AccountState.INVITED: _("đã mời, chưa đặt mật khẩu"),
        AccountState.LAPSED: _("lời mời hết hạn"),
        AccountState.LOCKED: _("tạm khóa do nhập sai mật khẩu"),
        AccountState.DISABLED: _("đã đóng"),
    }
    return words[state]


def action_words(action: str) -> str:
    """Return what a line of the audit chain says was done."""
    return _action_words().get(action, action)


def _action_words() -> Mapping[str, str]:
    return {
        AuditAction.LOG_IN: _("Đăng nhập"),
        AuditAction.LOG_IN_FAILED: _("Đăng nhập không được"),
        AuditAction.LOCK_OUT: _("Tạm khóa tài khoản"),
        AuditAction.LOG_OUT: _("Đăng xuất"),
        AuditAction.SESSIONS_ENDED: _("Kết thúc phiên làm việc"),
        AuditAction.PASSWORD_SET: _("Đặt mật khẩu"),
        AuditAction.STAFF_ADDED: _("Thêm tài khoản"),
        AuditAction.STAFF_INVITED: _("Gửi lời mời"),
        AuditAction.STAFF_DISABLED: _("Đóng tài khoản"),
        AuditAction.STAFF_ENABLED: _("Mở lại tài khoản"),
        AuditAction.ROLE_CHANGED: _("Đổi vai trò hoặc địa bàn"),
        AuditAction.DEVICE_OFFERED: _("Tạo mã đăng ký thiết bị"),
        AuditAction.DEVICE_ENROLLED: _("Đăng ký thiết bị"),
        AuditAction.DEVICE_REVOKED: _("Thu hồi thiết bị"),
        AuditAction.INSTRUMENT_PUBLISHED: _("Công bố bộ công cụ khảo sát"),
        AuditAction.TREE_KEPT: _("Lưu cây chỉ số"),
        AuditAction.RECORDING_KEPT: _("Lưu ghi âm của câu hỏi"),
        AuditAction.RECORDING_REMOVED: _("Xóa ghi âm của câu hỏi"),
        AuditAction.ROUND_PREPARED: _("Chuẩn bị đợt khảo sát"),
        AuditAction.ROUND_CHANGED: _("Sửa đợt khảo sát"),
        AuditAction.ROUND_DISCARDED: _("Bỏ bản nháp đợt khảo sát"),
        AuditAction.SAMPLE_STORED: _("Lưu mẫu của đợt khảo sát"),
        AuditAction.WEIGHTS_PROPOSED: _("Đề nghị quyền số"),
        AuditAction.WEIGHTS_ACCEPTED: _("Chấp nhận quyền số"),
        AuditAction.CERTAINTY_OVERRIDDEN: _("Khảo sát ở địa bàn chắc chắn thuộc mẫu chính thức"),
        AuditAction.ROUND_OPENED: _("Mở đợt khảo sát"),
        AuditAction.ROUND_CLOSED: _("Đóng đợt khảo sát"),
        AuditAction.SLIPS_PRINTED: _("In phiếu mã"),
        AuditAction.SLIPS_VOIDED: _("Hủy tập phiếu mã"),
        AuditAction.FILES_ENTERED: _("Nhập số hồ sơ đã giải quyết"),
        AuditAction.PLACES_IMPORTED: _("Nạp danh mục địa bàn"),
        AuditAction.OFFICIAL_IMPORTED: _("Nạp kết quả chính thức"),
        AuditAction.SCORES_PUBLISHED: _("Tính điểm"),
        AuditAction.SCORES_RELEASED: _("Công bố bản chụp có số liệu theo nhóm"),
        AuditAction.EXPORTED: _("Xuất dữ liệu"),
        AuditAction.BACKED_UP: _("Sao lưu"),
        AuditAction.RESTORED: _("Khôi phục"),
    }


def acting_role_words(role: str) -> str:
    """Return in which role a deed was done."""
    if role == OPERATOR.role:
        return _("Người vận hành máy chủ")
    return role_name(Role(role)) if role in set(Role) else _("chưa đăng nhập")


def fact_words(name: str, fact: str | int) -> str:
    """Return one fact beside a deed."""
    names = {
        "place": _("Địa bàn"),
        "place_before": _("Địa bàn trước đó"),
        "role": _("Vai trò"),
        "role_before": _("Vai trò trước đó"),
        "added": _("Thêm mới"),
        "changed": _("Thay đổi"),
        "count": _("Số phiên"),
        "instrument": _("Bộ công cụ khảo sát"),
        "round": _("Đợt khảo sát"),
        "places": _("Số địa bàn"),
        "trees": _("Số cây chỉ số"),
        "responses": _("Số phiếu"),
        "batch": _("Tập phiếu mã"),
        "group": _("Nhóm thủ tục"),
        "slips": _("Số phiếu mã"),
        "withdrawn": _("Phiếu đã rút được xóa lại"),
    }
    shown = role_name(Role(fact)) if fact in set(Role) else fact
    return f"{names.get(name, name)}: {shown}"


def refusal_words(error: SurveyError) -> str:
    """Return why a deed was refused."""
    words = {
        "login-taken": _("Tên đăng nhập này đã có người dùng."),
        "bad-login": _("Tên đăng nhập không được để trống."),
        "role-without-place": _("Vai trò này làm việc trên toàn bộ địa bàn."),
        "device-role": _("Thiết bị dùng khóa, không dùng tài khoản."),
        "own-account": _("Tài khoản của chính mình phải do quản trị viên khác thay đổi."),
        "last-admin": _("Phải còn ít nhất một quản trị viên đăng nhập được."),
        "disabled-account": _("Tài khoản đã đóng; hãy mở lại trước khi mời."),
        "short-password": _("Mật khẩu phải có ít nhất 12 ký tự."),
        "common-password": _(
            "Nhiều người dùng mật khẩu này nên rất dễ đoán. Xin chọn cụm từ khác."
        ),
        "login-in-password": _("Mật khẩu không được chứa tên đăng nhập."),
        "no-place": _("Xin chọn địa bàn, hoặc đánh dấu toàn bộ địa bàn."),
        "unknown-place": _("Không tìm thấy địa bàn này trong danh mục."),
        "many-places": _("Chưa rõ là địa bàn nào. Xin nhập mã: %(places)s.", places=error.got),
    }
    return words.get(error.code, _("Chưa thực hiện được: %(reason)s", reason=str(error)))


def recording_refusal(error: SurveyError) -> str:
    """Return why a recording was not taken."""
    words = {
        "not-a-sound": _(
            "Câu %(name)s: tệp không phải âm thanh WebM, Ogg, M4A, MP3 hoặc WAV.", name=error.where
        ),
        "sound-too-large": _("Câu %(name)s: tệp lớn hơn 1 MB.", name=error.where),
        "sounds-full": _("Ghi âm của phiên bản này đã đủ 24 MB, không thêm được nữa."),
        "unknown-recording-name": _(
            "Tên tệp %(name)s không cho biết là câu nào, ngôn ngữ nào.", name=error.where
        ),
    }
    return words.get(error.code) or refusal_words(error)
