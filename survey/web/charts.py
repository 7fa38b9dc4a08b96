"""The interval chart: an Altair specification drawn on the server as a quiet inline SVG.

Colours are the light ones; the style sheet of staff pages swaps them in the dark by attribute. It
must not know rounds, trees or languages: labels come in ready to be read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree as ET

import altair as alt
import vl_convert
from markupsafe import Markup

SVG = "http://www.w3.org/2000/svg"
INK, QUIET, GRID = "#1b2733", "#52606d", "#d9dee3"
BLUE = "#0072b2"  # Okabe and Ito: told apart by every kind of colour vision

ET.register_namespace("", SVG)


@dataclass(frozen=True)
class Whisker:
    """One row: a point with its interval, on the axis of the chart."""

    label: str
    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Captions:
    """What the chart says to those who do not see it, and how it writes numbers."""

    title: str
    description: str
    decimal: str


@dataclass(frozen=True)
class Shape:
    """The room that the drawing has: beside the points on a wide page, above them on a phone."""

    name: str
    width: int
    row: int
    labels_beside: bool


WIDE = Shape("wide", 460, 30, labels_beside=True)
NARROW = Shape("narrow", 320, 46, labels_beside=False)


def interval_chart(rows: Sequence[Whisker], captions: Captions) -> Markup:
    """Draw the rows twice, for a wide page and for a phone; the style sheet shows one."""
    drawings = [_draw(tuple(rows), captions, shape) for shape in (WIDE, NARROW)]
    return Markup("\n".join(drawings))  # noqa: S704 - ElementTree has escaped every label


@lru_cache(maxsize=256)
def _draw(rows: tuple[Whisker, ...], captions: Captions, shape: Shape) -> str:
    locale = {"decimal": captions.decimal, "thousands": "", "grouping": [3], "currency": ["", ""]}
    svg = vl_convert.vegalite_to_svg(_specification(rows, shape), format_locale=locale)
    return _accessible(svg, captions, shape)


def _specification(rows: tuple[Whisker, ...], shape: Shape) -> dict[str, object]:
    values = [{"place": place, **vars(row)} for place, row in enumerate(rows)]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        y=alt.Y("place:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0.5))
    )
    axis = alt.Axis(title=None, grid=True, tickCount=6, domain=False, ticks=False, labelPadding=8)
    across = alt.X("low:Q", axis=axis, scale=alt.Scale(zero=False, nice=True, padding=6))
    whisker = base.mark_rule(color=BLUE, strokeWidth=3, strokeCap="round").encode(
        x=across, x2="high:Q"
    )
    point = base.mark_point(filled=True, color=BLUE, size=110, opacity=1).encode(x="estimate:Q")
    chart = (
        alt.layer(whisker, point, _labels(base, shape))
        .properties(width=shape.width, height=shape.row * len(rows), padding=4)
        .configure(aria=False, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(gridColor=GRID, labelColor=QUIET, labelFontSize=13)
        .configure_text(fontSize=14)
    )
    specification: dict[str, object] = chart.to_dict()
    return specification


def _labels(base: alt.Chart, shape: Shape) -> alt.Chart:
    if shape.labels_beside:
        mark = base.mark_text(align="right", baseline="middle", color=INK, dx=-14, limit=330)
    else:
        mark = base.mark_text(align="left", baseline="bottom", color=INK, dy=-9, limit=316)
    labels: alt.Chart = mark.encode(x=alt.value(0), text="label:N")
    return labels


def _accessible(svg: str, captions: Captions, shape: Shape) -> str:
    root = ET.fromstring(svg)  # noqa: S314 - drawn a moment ago by our own library
    for size in ("width", "height"):
        del root.attrib[size]
    name = f"chart-{shape.name}"
    root.attrib.update(
        {"class": name, "role": "img", "aria-labelledby": f"{name}-title {name}-description"}
    )
    for place, (tag, text) in enumerate(
        (("title", captions.title), ("desc", captions.description))
    ):
        element = ET.Element(f"{{{SVG}}}{tag}")
        element.set("id", f"{name}-{'title' if tag == 'title' else 'description'}")
        element.text = text
        root.insert(place, element)
    return re.sub(
        r' (?:font-family|aria-hidden|pointer-events)="[^"]*"', "", ET.tostring(root, "unicode")
    )
