"""The interval chart: inline, without style or script, told in words, every row in it."""

from xml.etree import ElementTree as ET

from survey.web.charts import Captions, Whisker, interval_chart

ROWS = [
    Whisker("Chỉ số chung", 82.1, 80.9, 83.3, is_main=True),
    Whisker("I.B Sự tham gia của người dân vào quá trình xây dựng chính sách", 83.0, 81.0, 84.0),
    Whisker("<script>alert(1)</script>", 80.0, 79.0, 81.0),
]
CAPTIONS = Captions("Ước lượng & khoảng tin cậy", "Cao nhất là “I.B”.", ",")


def drawings() -> list[ET.Element]:
    return list(ET.fromstring(f"<figure>{interval_chart(ROWS, CAPTIONS)}</figure>"))


def test_a_wide_and_a_narrow_drawing_are_made():
    assert [drawing.get("class") for drawing in drawings()] == ["chart-wide", "chart-narrow"]


def test_nothing_in_it_needs_a_looser_policy():
    for drawing in drawings():
        for element in drawing.iter():
            assert element.tag != "script"
            assert not {"style", "onclick", "onload", "href"} & set(element.attrib)


def test_it_has_a_name_and_a_description():
    for drawing in drawings():
        assert drawing.get("role") == "img"
        names = drawing.get("aria-labelledby").split()
        texts = {element.get("id"): element.text for element in drawing if element.get("id")}
        assert [texts[name] for name in names] == [CAPTIONS.title, CAPTIONS.description]


def test_every_row_has_its_whole_label_its_point_and_its_line():
    for drawing in drawings():
        words = " ".join(text for element in drawing.iter("text") for text in element.itertext())
        assert "xây dựng chính sách" in words
        assert "<script>" in words
        points = [path for path in drawing.iter("path") if path.get("fill") == "#0072b2"]
        lines = [line for line in drawing.iter("line") if line.get("stroke") == "#0072b2"]
        assert len(points) == len(lines) == len(ROWS)


def test_a_label_cannot_break_out():
    assert "<script>" not in interval_chart(ROWS, CAPTIONS)
