"""Official results and what a comparison with them lets one say, as words for people."""

from collections.abc import Collection

from survey.analyst.official import Comparison, Verdict
from survey.queries.official import OfficialFigure
from survey.web.i18n import in_language, number
from survey.web.speech import say as _

SHOWN_DECIMALS = 4


def verdict_words(comparison: Comparison) -> str:
    """Return what the difference from the official figure lets one say."""
    if comparison.verdict is Verdict.BROKEN:
        years = ", ".join(str(found.year) for found in comparison.breaks)
        return _("không so sánh: cách đo đã đổi năm %(years)s", years=years)
    words = {
        Verdict.RISE: _("tăng rõ"),
        Verdict.FALL: _("giảm rõ"),
        Verdict.APART: _("khác rõ"),
        Verdict.UNCLEAR: _("chưa phân biệt được"),
        Verdict.UNKNOWN: _("chưa so sánh được"),
    }
    said = words[comparison.verdict]
    return _("%(said)s; khác định nghĩa", said=said) if comparison.is_own else said


def difference_words(comparison: Comparison, decimals: int) -> str:
    """Return the difference with its interval, signed; empty where nothing is compared."""
    difference = comparison.difference
    if difference is None:
        return ""
    signed = f"{'+' if difference.estimate > 0 else ''}{number(difference.estimate, decimals)}"
    if difference.low is None or difference.high is None:
        return signed
    return _(
        "%(difference)s (từ %(low)s đến %(high)s)",
        difference=signed,
        low=number(difference.low, decimals),
        high=number(difference.high, decimals),
    )


def group_words(group: str) -> str:
    """Return the name of an official group."""
    words = {
        "cao": _("Cao"),
        "tb_cao": _("Trung bình cao"),
        "tb_thap": _("Trung bình thấp"),
        "thap": _("Thấp"),
    }
    return words.get(group, group)


def certainty_words(certainty: str) -> str:
    """Return how sure a printed figure is."""
    words = {
        "H": _("văn bản chính thức hoặc hai nguồn"),
        "M": _("một nguồn thứ cấp"),
        "L": _("nguồn yếu"),
        "INF": _("tính ra từ số đã in"),
    }
    return words[certainty]


def note_of(figure: OfficialFigure) -> str:
    """Return the note beside a figure in the language of the page."""
    return in_language({"vi": figure.note, "en": figure.note_en})


def printed(value: float) -> str:
    """Return a figure with the decimals of its print: four, or as few as it has."""
    decimals = next(
        places
        for places in range(SHOWN_DECIMALS + 1)
        if places == SHOWN_DECIMALS or round(value, places) == round(value, SHOWN_DECIMALS)
    )
    return number(value, decimals)


def comparison_sentences(found: Collection[Comparison]) -> list[str]:
    """Say how the comparisons were made, and what they cannot say."""
    sentences = [
        _(
            "Bên cạnh là kết quả chính thức mới nhất của tỉnh, không muộn hơn năm của đợt khảo "
            "sát. Chênh lệch là ước lượng trừ số chính thức; “rõ” nghĩa là khoảng tin cậy 95 % "
            "của chênh lệch không chứa số 0, xét riêng từng nội dung."
        )
    ]
    compared = [comparison for comparison in found if comparison.difference]
    if any(comparison.figure.se is None for comparison in compared):
        sentences.append(
            _(
                "Số chính thức không công bố sai số được coi như biết chính xác, nên chênh lệch "
                "có thể trông rõ hơn thực tế."
            )
        )
    if any(comparison.figure.se is not None for comparison in compared):
        sentences.append(
            _("Nơi số chính thức có sai số chuẩn, chênh lệch tính cả sai số của hai bên.")
        )
    if any(comparison.is_own for comparison in found):
        sentences.append(
            _(
                "“Khác định nghĩa”: nội dung này được chúng tôi định nghĩa riêng, không phải cùng "
                "một đại lượng với số chính thức; không nói là tăng hay giảm."
            )
        )
    return [*sentences, *_break_sentences(found)]


def _break_sentences(found: Collection[Comparison]) -> list[str]:
    """Say what changed in the years between the official figure and the round."""
    crossed = {crossed.year: crossed for comparison in found for crossed in comparison.breaks}
    return [
        _(
            "Từ năm %(year)s cách đo đã đổi, nên số trước đó không so sánh được: %(what)s",
            year=year,
            what=in_language(crossed[year].what),
        )
        for year in sorted(crossed)
    ]
