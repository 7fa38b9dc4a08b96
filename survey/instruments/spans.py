"""The numbers that a range offers: from a start to an end by equal steps.

Its twin is isStop in web/static/answer.js.
"""

import re
from typing import Final, TypeAlias

Span: TypeAlias = tuple[float, float, float]
"""Start, end and step; the end is at least the start, the step more than zero."""

DEFAULT: Final[Span] = (1.0, 10.0, 1.0)
"""What a range without parameters offers in every tool that reads XLSForms."""

MAX_STOPS: Final = 10_000
_PART: Final = re.compile(r"(start|end|step)=(-?[0-9]{1,9}(?:\.[0-9]{1,6})?)")
_CLOSE: Final = 1e-9


def read_span(parameters: str) -> Span | None:
    """Return the span that a cell ``start=0 end=10 step=1`` names, None for anything else."""
    parts = [_PART.fullmatch(word) for word in re.split(r"[\s,;]+", parameters.strip()) if word]
    named = {part[1]: float(part[2]) for part in parts if part is not None}
    if len(named) != len(parts):
        return None
    start, end, step = (
        named.get(name, usual)
        for name, usual in zip(("start", "end", "step"), DEFAULT, strict=True)
    )
    is_sound = step > 0 and end >= start and (end - start) / step <= MAX_STOPS
    return (start, end, step) if is_sound else None


def stops(span: Span) -> tuple[float, ...]:
    """Return every number that the span offers, in order."""
    start, end, step = span
    count = int((end - start) / step + _CLOSE) + 1
    return tuple(round(start + step * n, 9) for n in range(count))


def is_stop(span: Span, number: float) -> bool:
    """Tell whether the span offers a number."""
    start, end, step = span
    steps = (number - start) / step
    return start <= number <= end and abs(steps - round(steps)) < _CLOSE * max(1.0, abs(steps))
