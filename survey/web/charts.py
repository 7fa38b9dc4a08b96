"""The interval chart: an Altair specification drawn on the server as a quiet inline SVG.

Colours are the light ones; the style sheet of staff pages swaps them in the dark by attribute. It
must not know rounds, trees or languages: labels come in ready to be read.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree as ET

import altair as alt
import vl_convert
from markupsafe import Markup

INK, QUIET, GRID = "#1b2733", "#52606d", "#d9dee3"
BLUE = "#0072b2"  # Okabe and Ito: told apart by every kind of colour vision


NOT_FOR_PAGES = {"role", "aria-roledescription", "aria-hidden", "font-family", "pointer-events"}
"""What the library writes for drawings that stand alone; ours has one name and the page's type."""


@dataclass(frozen=True)
class Whisker:
    """One row: a point with its interval on the axis of the chart; a hollow mark is official."""

    label: str
    estimate: float
    low: float
    high: float
    is_main: bool = False
    official: float | None = None


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


WIDE = Shape("wide", 460, 44, labels_beside=True)
NARROW = Shape("narrow", 320, 74, labels_beside=False)
LETTERS = 44
LINE = 18
BESIDE = -322


def interval_chart(rows: Sequence[Whisker], captions: Captions) -> Markup:
    """Draw the rows twice, for a wide page and for a phone; the style sheet shows one."""
    drawings = [_draw(tuple(rows), captions, shape) for shape in (WIDE, NARROW)]
    return Markup("\n".join(drawings))  # noqa: S704 - ElementTree has escaped every label


@lru_cache(maxsize=256)
def _draw(rows: tuple[Whisker, ...], captions: Captions, shape: Shape) -> str:
    locale = {"decimal": captions.decimal, "thousands": "", "grouping": [3], "currency": ["", ""]}
    svg = vl_convert.vegalite_to_svg(_specification(rows, shape), format_locale=locale)
    return accessible(svg, captions, shape)


def _specification(rows: tuple[Whisker, ...], shape: Shape) -> dict[str, object]:
    values = [
        {"place": place, **vars(row), "lines": textwrap.wrap(row.label, LETTERS)}
        for place, row in enumerate(rows)
    ]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        y=alt.Y("place:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0.5))
    )
    axis = alt.Axis(title=None, grid=True, tickCount=6, domain=False, ticks=False, labelPadding=8)
    across = alt.X("low:Q", axis=axis, scale=alt.Scale(zero=False, nice=True, padding=6))
    whisker = base.mark_rule(color=BLUE, strokeWidth=3, strokeCap="round").encode(
        x=across, x2="high:Q"
    )
    point = base.mark_point(filled=True, color=BLUE, size=110, opacity=1).encode(x="estimate:Q")
    hollow = base.mark_point(
        shape="diamond", color=INK, size=130, strokeWidth=2, opacity=1
    ).encode(x="official:Q")
    is_official = "isValid(datum.official)"
    chart = (
        alt.layer(whisker, point, hollow.transform_filter(is_official), _labels(base, shape))
        .properties(width=shape.width, height=shape.row * len(rows), padding=4)
        .configure(aria=False, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(gridColor=GRID, labelColor=QUIET, labelFontSize=13)
        .configure_text(fontSize=14, lineHeight=LINE, color=INK)
    )
    specification: dict[str, object] = chart.to_dict()
    return specification


def _labels(base: alt.Chart, shape: Shape) -> alt.Chart:
    """Write the labels, in as many lines as they need, centred beside or standing above."""
    more_lines = f"{LINE} * (length(datum.lines) - 1)"
    is_beside = shape.labels_beside
    rise = f"-{more_lines} / 2" if is_beside else f"-11 - {more_lines}"
    mark = base.mark_text(
        align="left",
        baseline="middle" if is_beside else "bottom",
        dx=BESIDE if is_beside else 0,
        dy=alt.ExprRef(rise),
        fontWeight=alt.ExprRef("datum.is_main ? 600 : 400"),
    )
    labels: alt.Chart = mark.encode(x=alt.value(0), text="lines:N")
    return labels


def accessible(svg: str, captions: Captions, shape: Shape) -> str:
    """Return a drawing with the page's type, and with a name and a description for ears."""
    root = ET.fromstring(svg)  # noqa: S314 - drawn a moment ago by our own library
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]  # a page needs no namespace
        for name in NOT_FOR_PAGES & set(element.attrib):
            del element.attrib[name]
    for size in ("width", "height"):
        del root.attrib[size]
    name = f"chart-{shape.name}"
    root.attrib.update(
        {"class": name, "role": "img", "aria-labelledby": f"{name}-title {name}-description"}
    )
    for tag, part, words in (
        ("desc", "description", captions.description),
        ("title", "title", captions.title),
    ):
        element = ET.Element(tag, {"id": f"{name}-{part}"})
        element.text = words
        root.insert(0, element)
    return ET.tostring(root, "unicode")
