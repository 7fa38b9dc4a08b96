"""Forms about rounds: what is asked of whom and when; the parts that an instrument brings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from survey.instruments.model import Instrument, Item
from survey.instruments.tailor import variables_of
from survey.queries.instruments import ListedTree
from survey.vietnamese import tidy
from survey.web.i18n import in_language
from survey.web.item_words import plain_label

LONGEST: Final = 200
LONGEST_CONSENT: Final = 4000
OPEN, BY_CREDENTIAL = "open", "credential"
FillIn = DataRequired(_("Xin điền mục này."))

POLICIES: Final = (
    ("", _("Chưa chọn")),
    ("refuse", _("Không tính (dừng và báo)")),
    ("certainty", _("Coi tầng là chọn chắc chắn: không góp sai số")),
    ("average", _("Lấy trung bình các tầng khác")),
    ("adjust", _("Lấy khoảng cách tới trung bình chung (thận trọng)")),
)
ACCESS: Final = (
    (BY_CREDENTIAL, _("Người được chọn vào mẫu, qua thiết bị đã đăng ký")),
    (OPEN, _("Bất cứ ai có đường dẫn (chỉ báo tham khảo, không có thiết kế mẫu)")),
)
KINDS: Final = (
    ("", _("Không hiệu chỉnh")),
    ("poststratify", _("Hậu phân tầng (một biến)")),
    ("raking", _("Hiệu chỉnh lặp theo nhiều biến (raking)")),
)

Unbound: TypeAlias = Mapping[str, object]


def clean(typed: str | None) -> str:
    """Return what was typed in one line, NFC."""
    return tidy(typed or "")


def clean_lines(typed: str | None) -> str:
    """Return what was typed, NFC, line by line."""
    return "\n".join(tidy(line) for line in (typed or "").splitlines()).strip()


class Ticks(SelectMultipleField):
    """A list of choices to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class FreeForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """What may change at any time: it touches no response."""

    title_vi = StringField(_("Tên đợt"), [FillIn, Length(max=LONGEST)], filters=[clean])
    title_en = StringField(
        _("Tên đợt bằng tiếng Anh"), [FillIn, Length(max=LONGEST)], filters=[clean]
    )
    closes_on = DateField(_("Ngày cuối"), [DataRequired(_("Xin điền ngày, ví dụ 31/12/2026."))])
    trees = Ticks(
        _("Cây chỉ số"), [DataRequired(_("Xin chọn ít nhất một cây chỉ số."))], choices=[]
    )
    place = StringField(_("Địa bàn của đợt"), [Optional(), Length(max=LONGEST)], filters=[clean])
    reason = StringField(_("Lý do"), [Optional(), Length(max=LONGEST)], filters=[clean])


class RoundForm(FreeForm):
    """A round as it is prepared."""

    code = StringField(
        _("Mã đợt"),
        [
            FillIn,
            Regexp(
                r"^[a-z0-9][a-z0-9-]{1,39}$",
                message=_("Mã gồm 2 đến 40 chữ thường không dấu, chữ số, gạch nối."),
            ),
        ],
        filters=[clean],
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    opens_on = DateField(_("Ngày đầu"), [DataRequired(_("Xin điền ngày, ví dụ 31/12/2026."))])
    access = RadioField(
        _("Ai trả lời"),
        [DataRequired(_("Xin chọn một cách."))],
        choices=[],
    )
    consent_version = StringField(
        _("Phiên bản của lời mời tham gia"), [FillIn, Length(max=20)], filters=[clean]
    )
    consent_vi = TextAreaField(
        _("Lời mời tham gia"), [FillIn, Length(max=LONGEST_CONSENT)], filters=[clean_lines]
    )
    consent_en = TextAreaField(
        _("Lời mời tham gia bằng tiếng Anh"),
        [FillIn, Length(max=LONGEST_CONSENT)],
        filters=[clean_lines],
    )
    place_item = SelectField(_("Câu hỏi cho biết địa bàn"), choices=[])


class SampleForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """The file of the sample, and what to do where a stratum has one PSU."""

    sample = FileField(_("Tệp CSV của mẫu"), [FileRequired(_("Xin chọn tệp."))])
    lonely_psu = SelectField(_("Tầng chỉ có một địa bàn điều tra"), choices=[])

    def __init__(self, **facts: object) -> None:
        super().__init__(**facts)
        self.lonely_psu.choices = list(POLICIES)


class WeightingForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """How base weights are to be worked on."""

    lonely_psu = SelectField(_("Tầng chỉ có một địa bàn điều tra"), choices=[])
    by_classes = BooleanField(_("Hiệu chỉnh không trả lời theo nhóm địa bàn (cột class)"))
    kind = SelectField(_("Hiệu chỉnh theo biên dân số"), choices=[])
    margins = FileField(_("Tệp CSV của các biên"))

    def __init__(self, **facts: object) -> None:
        super().__init__(**facts)
        self.lonely_psu.choices = list(POLICIES[1:])
        self.kind.choices = list(KINDS)


@dataclass(frozen=True)
class ProfileFields:
    """The fields of one profile item: whether it is asked, and what for in both languages."""

    name: str
    label: str
    asked: Field
    purpose_vi: Field
    purpose_en: Field


def free_form(trees: Sequence[ListedTree]) -> FreeForm:
    """Return the form of what may change under responses."""
    form = FreeForm()
    form.trees.choices = tree_choices(trees)
    return form


def round_form(instrument: Instrument, trees: Sequence[ListedTree]) -> RoundForm:
    """Return the form of a round that asks this instrument."""
    kind = type("TailoredForm", (RoundForm,), {**_profile(instrument), **_nouns(instrument)})
    form: RoundForm = kind()
    form.trees.choices = tree_choices(trees)
    form.access.choices = list(ACCESS)
    places = [
        (item.name, _described(item, instrument))
        for item in instrument.items
        if _is_of_places(item)
    ]
    form.place_item.choices = [("", _("Không hỏi (địa bàn theo thiết bị)")), *places]
    return form


def tree_choices(trees: Sequence[ListedTree]) -> list[tuple[str, str]]:
    """Return the trees to tick."""
    return [(tree.sha256, f"{in_language(tree.title)} ({tree.code})") for tree in trees]


def profile_fields(form: RoundForm, instrument: Instrument) -> list[ProfileFields]:
    """Return the fields of the profile items, in the order of the form."""
    return [
        ProfileFields(
            item.name,
            plain_label(item, instrument),
            form[f"ask_{item.name}"],
            form[f"why_{item.name}_vi"],
            form[f"why_{item.name}_en"],
        )
        for item in instrument.items
        if item.is_profile
    ]


def noun_fields(form: RoundForm, instrument: Instrument) -> list[Field]:
    """Return the fields of the place nouns."""
    return [form[f"noun_{name}"] for name in variables_of(instrument)]


def _profile(instrument: Instrument) -> Unbound:
    fields: dict[str, object] = {}
    for item in instrument.items:
        if item.is_profile:
            fields[f"ask_{item.name}"] = BooleanField(_described(item, instrument))
            for language, label in (("vi", _("Hỏi để")), ("en", _("Hỏi để, bằng tiếng Anh"))):
                fields[f"why_{item.name}_{language}"] = StringField(
                    label, [Length(max=LONGEST)], filters=[clean]
                )
    return fields


def _nouns(instrument: Instrument) -> Unbound:
    return {
        f"noun_{name}": StringField(
            name, [Length(max=LONGEST)], filters=[clean], render_kw={"placeholder": standard}
        )
        for name, standard in variables_of(instrument).items()
    }


def _described(item: Item, instrument: Instrument) -> str:
    return f"{plain_label(item, instrument)} ({item.name})"


def _is_of_places(item: Item) -> bool:
    """Tell whether the options of an item are codes of communes."""
    names = [name for name in item.option_names if name not in item.missing_options]
    return bool(names) and all(len(name) == 5 and name.isdigit() for name in names)  # noqa: PLR2004 - digits of a commune
