"""The facts of notes in Vietnamese: the engine says them in English. Knows no numbers."""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

NUMBERS = frozenset({"n", "all", "least", "low", "high", "steps", "share"})
"""Blanks that hold a number; all others hold words of the plan, which stay as they are."""

NUMBER = r"-?[\d.]+(?:e[+-]\d+)?"
TEXT = r".+"

FACTS: Mapping[str, str] = MappingProxyType(
    {
        "{n} valid answers, fewer than {least}": "{n} câu trả lời hợp lệ, ít hơn {least}",
        "no figure for this domain": "phạm vi này không có số liệu ngoài",
        "{codes} without a value: not combined": "{codes} không có giá trị: không tính mục trên",
        "{codes} without a value: left out": "{codes} không có giá trị: bỏ ra ngoài",
        "{codes} without a value: reweighted": (
            "{codes} không có giá trị: chia cho quyền số còn lại"
        ),
        "all valid answers lie in one PSU": "mọi câu trả lời hợp lệ nằm trong một địa bàn",
        "all valid answers lie in one PSU; its second-stage units serve as clusters": (
            "mọi câu trả lời hợp lệ nằm trong một địa bàn; lấy các đơn vị cấp hai của địa bàn đó"
            " làm cụm"
        ),
        "all valid answers lie in strata of one PSU": (
            "mọi câu trả lời hợp lệ nằm trong các tầng chỉ có một địa bàn"
        ),
        "a replicate leaves no valid answer": ("có lần tính lặp không còn câu trả lời hợp lệ nào"),
        "no degrees of freedom, no interval": "không có bậc tự do, không tính được khoảng tin cậy",
        "interval with one degree of freedom": "khoảng tin cậy chỉ có một bậc tự do",
        "df by Satterthwaite's rule, at most PSUs less strata": (
            "bậc tự do theo quy tắc Satterthwaite, không quá số địa bàn trừ số tầng"
        ),
        "certainty: {strata}": "coi là chắc chắn được chọn: {strata}",
        "average: {strata}": "lấy trung bình các tầng khác: {strata}",
        "adjust: {strata}": "tính theo trung bình của mọi địa bàn: {strata}",
        "a figure from outside has no standard error": "có số liệu ngoài không kèm sai số chuẩn",
        "poststratify: {columns}": "hậu phân tầng theo {columns}",
        "raking: {columns}": "hiệu chỉnh lặp (raking) theo {columns}",
        "linear: {columns}": "hiệu chỉnh tuyến tính theo {columns}",
        "linear within {low}..{high}: {columns}; {n} of {all} cells at a bound": (
            "hiệu chỉnh tuyến tính trong giới hạn {low} đến {high} theo {columns}; {n} trên {all}"
            " ô nằm ở giới hạn"
        ),
        "logit within {low}..{high}: {columns}; {n} of {all} cells at a bound": (
            "hiệu chỉnh logit trong giới hạn {low} đến {high} theo {columns}; {n} trên {all} ô"
            " nằm ở giới hạn"
        ),
        "{n} of {all} cells, the least {least} times its base weight; give bounds, or rake": (
            "{n} trên {all} ô, ô thấp nhất bằng {least} lần quyền số gốc; nên đặt giới hạn, hoặc"
            " dùng raking"
        ),
        "{least} from a margin after {steps} iterations": (
            "còn lệch {least} so với một tổng biên sau {steps} bước"
        ),
        "all valid answers are worth the same": "mọi câu trả lời hợp lệ có cùng giá trị",
        "the estimate is on the end of its scale": "ước lượng nằm ở đầu mút của thang điểm",
        "t interval of the logit, turned back": "khoảng t của logit, đưa về thang ban đầu",
        "Korn-Graubard interval of a proportion (beta)": (
            "khoảng Korn-Graubard (beta) của một tỷ lệ"
        ),
        "Wilson interval of a proportion": "khoảng Wilson của một tỷ lệ",
        "profile likelihood interval of a proportion": "khoảng theo hợp lý của một tỷ lệ",
        "t interval of the angle of a proportion, turned back": (
            "khoảng t của góc (arcsin) của một tỷ lệ, đưa về thang ban đầu"
        ),
        "{n} answers outside {low}..{high}": "{n} câu trả lời ngoài khoảng {low} đến {high}",
        "{n} rows without a value of {columns}": "{n} dòng không có giá trị của {columns}",
        "base weights above {least} times their median cut to {high}: {n} of {all}, {share}%"
        " of the total shared among the others": (
            "quyền số gốc lớn hơn {least} lần trung vị được cắt còn {high}: {n} trên {all}; phần"
            " cắt ra, {share} % của tổng, chia đều cho các quyền số khác"
        ),
    }
)


class Fact(NamedTuple):
    """A fact in Vietnamese, and whether it tells particulars beyond what its note means."""

    said: str
    has_particulars: bool


def in_vietnamese(fact: str) -> Fact:
    """Return what the engine says in English, in Vietnamese; a fact unknown here stays as it is.

    Examples
    --------
    >>> in_vietnamese("3 valid answers, fewer than 15").said
    '3 câu trả lời hợp lệ, ít hơn 15'
    """
    for english, vietnamese in FACTS.items():
        found = _pattern(english).fullmatch(fact)
        if found is not None:
            blanks = found.groupdict()
            filled = {
                name: text.replace(".", ",") if name in NUMBERS else text
                for name, text in blanks.items()
            }
            return Fact(vietnamese.format(**filled), bool(blanks))
    return Fact(fact, has_particulars=True)


@cache
def _pattern(english: str) -> re.Pattern[str]:
    """Return a template as a pattern whose groups are its blanks."""
    parts = re.split(r"\{(\w+)\}", english)
    texts = [re.escape(text) for text in parts[::2]]
    blanks = [f"(?P<{name}>{NUMBER if name in NUMBERS else TEXT})" for name in parts[1::2]]
    pieces = zip(texts, [*blanks, ""], strict=True)
    return re.compile("".join(text + blank for text, blank in pieces), re.DOTALL)
