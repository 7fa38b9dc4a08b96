"""Groups in words: what a column is called, what is told apart, why a group is hidden."""

from collections.abc import Sequence

from survey.analyst.groups import Group, hidden_count
from survey.analyst.words import note_words
from survey.web.i18n import number
from survey.web.speech import say as _


def column_words(column: str) -> str:
    """Return what a column of groups is called."""
    words = {
        "stratum": _("Khu vực"),
        "commune": _("Xã, phường"),
        "sex": _("Giới tính"),
        "age_band": _("Nhóm tuổi"),
        "ethnic": _("Dân tộc"),
    }
    return words.get(column, column)


def group_sentences(groups: Sequence[Group]) -> list[str]:
    """Say which groups differ, that others cannot be told apart, and how many are hidden."""
    shown = [group for group in groups if group.estimate is not None]
    if not shown:
        return [_("Chưa nhóm nào có đủ người trả lời để hiển thị.")]
    other = sum(group.has_other_parts for group in shown)
    return [*_differences(shown), *_lacking(other), *_hidden(hidden_count(groups))]


def hidden_words(group: Group) -> str:
    """Return why a group is hidden, or what its notes say."""
    if group.reason is not None:
        return reason_words(group.reason)
    notes = [note_words(note) for note in group.notes]
    if group.has_other_parts:
        notes.append(_("Không so sánh: một bên thiếu thành phần vì quá ít người trả lời"))
    return "; ".join(notes)


def reason_words(reason: str) -> str:
    """Return why a figure is hidden."""
    words = {
        "small-cell": _("Không hiển thị: quá ít người trả lời"),
        "moved": _("Không hiển thị: số phiếu thay đổi quá ít so với lần công bố trước"),
        "extreme": _("Không hiển thị: câu nhạy cảm, mọi người trả lời như nhau"),
        "complement": _("Không hiển thị: phép trừ sẽ làm lộ một nhóm nhỏ khác"),
        "part-hidden": _("Không hiển thị: có thành phần không được hiển thị"),
    }
    return words[reason]


def difference_words(group: Group, decimals: int) -> str:
    """Return a difference with its interval, signed; a dash where there is none."""
    if group.difference is None:
        return "–"
    if group.difference_low is None or group.difference_high is None:
        return _signed(group.difference, decimals)
    return _(
        "%(difference)s (từ %(low)s đến %(high)s)",
        difference=_signed(group.difference, decimals),
        low=number(group.difference_low, decimals),
        high=number(group.difference_high, decimals),
    )


def verdict_words(group: Group) -> str:
    """Return what the difference lets one say."""
    if group.difference is None:
        return ""
    if not group.is_apart:
        return _("chưa phân biệt được")
    return _("cao hơn rõ") if group.difference > 0 else _("thấp hơn rõ")


def method_sentences(groups: Sequence[Group]) -> list[str]:
    """Say how groups were compared and what was done so that nobody is known by a figure."""
    is_pair = any(group.against for group in groups)
    compared = (
        _("Hai nhóm được so với nhau; sai số của chênh lệch tính cả phần địa bàn chung.")
        if is_pair
        else _(
            "Mỗi nhóm được so với toàn mẫu; sai số của chênh lệch tính cả việc nhóm nằm trong mẫu."
        )
    )
    return [
        compared,
        _(
            "“Rõ” nghĩa là vẫn đứng vững khi xét cùng lúc mọi so sánh của cách chia này, với "
            "không quá 5 % kết luận sai (Benjamini–Hochberg); vì thế một khoảng tin cậy riêng lẻ "
            "không chứa số 0 chưa đủ để nói là rõ."
        ),
        _(
            "Nhóm xếp theo tên, không xếp hạng. Nhóm dưới 10 người trả lời (xã, phường: dưới 30; "
            "hoặc mức cao hơn của cây chỉ số) không hiển thị, và những nhóm mà phép trừ sẽ làm lộ "
            "nhóm đó cũng vậy. Số người làm tròn đến 5."
        ),
    ]


def _signed(value: float, decimals: int) -> str:
    return f"{'+' if value > 0 else ''}{number(value, decimals)}"


def _differences(shown: Sequence[Group]) -> list[str]:
    higher = [group.name for group in shown if group.is_apart and (group.difference or 0) > 0]
    lower = [group.name for group in shown if group.is_apart and (group.difference or 0) < 0]
    if not any(group.difference is not None for group in shown):
        return [_("Chưa đủ nhóm để so sánh.")]
    if not higher and not lower:
        return [_("Chưa phân biệt được: không nhóm nào khác rõ với phần được so sánh.")]
    sentences = []
    if higher:
        sentences.append(_("Cao hơn rõ: %(groups)s.", groups=", ".join(higher)))
    if lower:
        sentences.append(_("Thấp hơn rõ: %(groups)s.", groups=", ".join(lower)))
    compared = [group for group in shown if group.difference is not None]
    if len(higher) + len(lower) < len(compared):
        sentences.append(_("Các nhóm khác chưa phân biệt được."))
    return sentences


def _lacking(count: int) -> list[str]:
    if count == 0:
        return []
    return [
        _(
            "%(n)s nhóm thiếu một số thành phần nên không được so sánh và không có trong biểu đồ.",
            n=number(count),
        )
    ]


def _hidden(count: int) -> list[str]:
    if count == 0:
        return []
    return [_("%(n)s nhóm không hiển thị, để không ai bị nhận ra.", n=number(count))]
