"""What is seen, in words: the sentences above a chart. They claim only what the intervals show."""

from collections.abc import Mapping, Sequence
from typing import Any

from survey.analyst.figures import Figure, first_leaf, on_one_scale
from survey.web.i18n import in_language, number
from survey.web.speech import say as _


def sample_sentences(rows: Sequence[Figure], decimals: int) -> list[str]:
    """Say the level of the first row, then what its parts show against each other."""
    head = rows[0]
    if head.estimate is None:
        return [_("%(title)s: chưa đủ dữ liệu để ước lượng.", title=in_language(head.title))]
    parts = _parts([row for row in on_one_scale(rows) if row.has_interval], decimals)
    return [_level(head, decimals), *_grade(head), *parts]


def indicative_sentences(rows: Sequence[Figure], decimals: int) -> list[str]:
    """Say the plain mean of the first row, and that it speaks only of those who answered."""
    head = rows[0]
    if head.estimate is None:
        return [_("%(title)s: chưa đủ phiếu.", title=in_language(head.title))]
    return [
        _(
            "%(title)s: trung bình %(estimate)s trong số những người đã trả lời.",
            title=in_language(head.title),
            estimate=number(head.estimate, decimals),
        ),
        *_grade(head),
    ]


def item_rule(mapping: Mapping[str, Any]) -> str:
    """Name the rule that turns one question into a figure."""
    leaf = first_leaf(mapping["tree"])
    if "share" in leaf:
        return _(
            "Mỗi câu hỏi được tính bằng tỷ lệ người chọn mức %(codes)s "
            "trong số người có trả lời câu đó.",
            codes=", ".join(leaf["share"]),
        )
    low, high = leaf.get("scale", mapping.get("scale", (0, 1)))
    return _(
        "Mỗi câu hỏi được tính bằng điểm trung bình của người có trả lời câu đó, "
        "đổi từ thang %(worst)s–%(best)s sang thang %(low)s–%(high)s.",
        worst=f"{leaf.get('range', (0, 1))[0]:g}",
        best=f"{leaf.get('range', (0, 1))[1]:g}",
        low=f"{low:g}",
        high=f"{high:g}",
    )


def _level(head: Figure, decimals: int) -> str:
    facts = {"title": in_language(head.title), "estimate": number(head.estimate, decimals)}
    if not head.has_interval:
        return _("%(title)s ước lượng %(estimate)s; chưa tính được khoảng tin cậy.", **facts)
    return _(
        "%(title)s ước lượng %(estimate)s, khoảng tin cậy 95 %% từ %(low)s đến %(high)s.",
        low=number(head.low, decimals),
        high=number(head.high, decimals),
        **facts,
    )


def _grade(head: Figure) -> list[str]:
    if head.grade is None:
        return []
    return [_("Xếp loại theo ước lượng: %(grade)s.", grade=in_language(head.grade))]


def _parts(rows: Sequence[Figure], decimals: int) -> list[str]:
    """Compare the highest and the lowest of the finest group of parts that the page shows."""
    deepest = max((row.depth for row in rows if row.is_inner), default=0) or 1
    parts = [row for row in rows if row.depth == deepest]
    if len(parts) < 2:  # noqa: PLR2004 - one part has nothing to stand against
        return []
    best = max(parts, key=lambda row: row.estimate or 0)
    worst = min(parts, key=lambda row: row.estimate or 0)
    facts = {
        "best": in_language(best.title),
        "best_value": number(best.estimate, decimals),
        "worst": in_language(worst.title),
        "worst_value": number(worst.estimate, decimals),
    }
    if (worst.high or 0) < (best.low or 0):
        return [
            _(
                "Cao nhất là “%(best)s” (%(best_value)s), thấp nhất là “%(worst)s” "
                "(%(worst_value)s); hai khoảng tin cậy tách rời nhau.",
                **facts,
            )
        ]
    return [
        _(
            "Cao nhất là “%(best)s” (%(best_value)s), thấp nhất là “%(worst)s” "
            "(%(worst_value)s), nhưng hai khoảng tin cậy chồng lên nhau: chưa phân biệt được.",
            **facts,
        )
    ]
