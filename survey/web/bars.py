"""The bar chart of a distribution: drawn on the server as a quiet inline SVG.

It must not know what is distributed: labels come in ready to be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import altair as alt
import vl_convert
from markupsafe import Markup

from survey.web.charts import BLUE, GRID, INK, QUIET, Captions, Shape, accessible

WIDE = Shape("wide", 520, 30, labels_beside=True)
NARROW = Shape("narrow", 230, 30, labels_beside=True)


@dataclass(frozen=True)
class Count:
    """One bar: what it stands for and how long it is."""

    label: str
    n: int


def bar_chart(bars: Sequence[Count], captions: Captions) -> Markup:
    """Draw the bars twice, for a wide page and for a phone; the style sheet shows one."""
    drawings = [_draw(tuple(bars), captions, shape) for shape in (WIDE, NARROW)]
    return Markup("\n".join(drawings))  # noqa: S704 - ElementTree has escaped every label


@lru_cache(maxsize=64)
def _draw(bars: tuple[Count, ...], captions: Captions, shape: Shape) -> str:
    svg = vl_convert.vegalite_to_svg(_specification(bars, shape))
    return accessible(svg, captions, shape)


def _specification(bars: tuple[Count, ...], shape: Shape) -> dict[str, object]:
    values = [{"place": place, **vars(bar)} for place, bar in enumerate(bars)]
    names = alt.Axis(title=None, domain=False, ticks=False, labelPadding=8, labelLimit=140)
    order = alt.EncodingSortField("place")
    base = alt.Chart(alt.InlineData(values=values)).encode(
        y=alt.Y("label:N", axis=names, sort=order, scale=alt.Scale(paddingInner=0.3))
    )
    length = alt.X("n:Q", axis=None, scale=alt.Scale(zero=True))
    drawn = base.mark_bar(color=BLUE).encode(x=length)
    said = base.mark_text(align="left", dx=6, color=INK).encode(x=length, text="n:Q")
    chart = (
        alt.layer(drawn, said)
        .properties(width=shape.width, height=shape.row * len(bars), padding=4)
        .configure(aria=False, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(gridColor=GRID, labelColor=QUIET, labelFontSize=13)
        .configure_text(fontSize=13)
    )
    specification: dict[str, object] = chart.to_dict()
    return specification
