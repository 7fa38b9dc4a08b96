"""From the kind of an item to its fields on a page, and from what was typed to an answer.

One row of KINDS is one kind. It must not know rounds, routes or skip logic; whether an answer is
allowed is judged elsewhere (instruments.check), here is only whether it can be read at all.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm
from wtforms.widgets import CheckboxInput, ListWidget, TextArea

from survey.instruments.evaluate import as_text, days_of
from survey.instruments.model import Item
from survey.instruments.points import typed_point
from survey.instruments.spans import stops
from survey.terms import ItemKind, Missing

Fields: TypeAlias = dict[str, "UnboundField[Field]"]
Posted: TypeAlias = MultiDict[str, str]

WAYS_OUT: Final = (Missing.DONT_KNOW.value, Missing.REFUSED.value)
"""The two answers that every question offers, whatever its printed form has."""

MOST_BUTTONS: Final = 11
"""A range of so many numbers at most is a row of buttons: no slider for a trembling finger."""

FACES: Final = frozenset("12345")
_WHOLE: Final = re.compile(r"[-+]?[0-9]{1,15}")
_GROUPED: Final = re.compile(r"[-+]?[0-9]{1,3}(?:\.[0-9]{3})+")
_DECIMAL: Final = re.compile(r"[-+]?[0-9]{1,15}(?:[.,][0-9]{1,15})?")


@dataclass(frozen=True)
class Reading:
    """What stands in the fields of one item: an answer, a reason for none, a fault, or nothing."""

    answer: object = None
    missing: str | None = None
    fault: str | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether the person left the item alone."""
        return self.answer is None and self.missing is None and self.fault is None


@dataclass(frozen=True)
class Kind:
    """How one kind of item is asked: its template part, its fields, and how they are read."""

    part: str
    fields: Callable[[Item], Fields]
    read: Callable[[Item, BaseForm], Reading]


def fields_of(item: Item, data: Posted | None = None) -> BaseForm:
    """Return the bound fields of an item, filled from posted data."""
    form = BaseForm(KINDS[item.kind].fields(item), prefix=f"{item.name}-")
    form.process(data)
    return form


def read_fields(item: Item, form: BaseForm) -> Reading:
    """Return what the person answered to one item."""
    return KINDS[item.kind].read(item, form)


def part_of(item: Item) -> str:
    """Return the name of the template part that shows the item."""
    if item.kind is ItemKind.RANGE:
        return "choices" if stop_names(item) else "number"
    is_long_list = item.kind is ItemKind.SELECT_ONE and "minimal" in item.appearance.split()
    return "dropdown" if is_long_list else KINDS[item.kind].part


def stop_names(item: Item) -> tuple[str, ...]:
    """Return the numbers of a range, as they stand in the form, if they are few enough to show."""
    names = tuple(map(as_text, stops(item.span))) if item.span else ()
    return names if len(names) <= MOST_BUTTONS else ()


def has_faces(item: Item) -> bool:
    """Tell whether the choices 1 to 5 are shown with faces beside their words."""
    names = {option.name for option in item.options} - set(item.missing_options)
    return "faces" in item.appearance.split() and names == FACES


def ways_out(item: Item) -> tuple[str, ...]:
    """Return the ways out that the item's own list does not already hold."""
    return tuple(way for way in WAYS_OUT if way not in item.missing_options)


def clean(text: str | None) -> str:
    """Return typed text in NFC without blanks around it."""
    return unicodedata.normalize("NFC", text or "").replace("\r\n", "\n").strip()


def _choice_fields(item: Item) -> Fields:
    choices = [option.name for option in item.options]
    if part_of(item) == "dropdown":
        fields: Fields = {
            "answer": UnboundField(SelectField, choices=["", *choices], validate_choice=False),
            "missing": _ways_field(item),
        }
    else:
        choices += ways_out(item)
        fields = {"answer": UnboundField(RadioField, choices=choices, validate_choice=False)}
    return fields | ({"other": UnboundField(StringField)} if item.has_other else {})


def _read_choice(item: Item, form: BaseForm) -> Reading:
    name = clean(form["answer"].data)
    if "missing" in form:
        return _unless_out(form, _choice(item, form, name))
    return _choice(item, form, name)


def _choice(item: Item, form: BaseForm, name: str) -> Reading:
    if not name:
        return Reading()
    if name in {*WAYS_OUT, *item.missing_options}:
        return Reading(missing=name)
    if item.has_other and name == "other":
        return Reading(answer={"choice": name, "text": clean(form["other"].data)})
    return Reading(answer=name)


def _several_fields(item: Item) -> Fields:
    choices = [option.name for option in item.options]
    choices += ways_out(item)
    return {"answer": _boxes(choices)}


def _read_several(item: Item, form: BaseForm) -> Reading:
    picked = set(form["answer"].data or ())
    reasons = [name for name in (*WAYS_OUT, *item.missing_options) if name in picked]
    names = [option.name for option in item.options if option.name in picked - set(reasons)]
    names += sorted(picked - set(names) - set(reasons))
    return _one_of(names or None, reasons)


def _typed_fields(item: Item) -> Fields:
    return {"answer": UnboundField(StringField), "missing": _ways_field(item)}


def _text_fields(item: Item) -> Fields:
    return {"answer": UnboundField(StringField, widget=TextArea()), "missing": _ways_field(item)}


def _read_text(_item: Item, form: BaseForm) -> Reading:
    return _unless_out(form, Reading(answer=clean(form["answer"].data) or None))


def _read_integer(_item: Item, form: BaseForm) -> Reading:
    typed = clean(form["answer"].data).replace(" ", "")
    if not typed:
        return _unless_out(form, Reading())
    digits = typed.replace(".", "") if _GROUPED.fullmatch(typed) else typed
    if not _WHOLE.fullmatch(digits):
        return Reading(fault="integer")
    return _unless_out(form, Reading(answer=int(digits)))


def _read_decimal(_item: Item, form: BaseForm) -> Reading:
    """Read 12,5 and 12.5 alike; 1.500 could mean two numbers, so it is asked again."""
    typed = clean(form["answer"].data).replace(" ", "")
    if not typed:
        return _unless_out(form, Reading())
    return _unless_out(form, _number(typed))


def _number(typed: str) -> Reading:
    if not _DECIMAL.fullmatch(typed) or _GROUPED.fullmatch(typed):
        return Reading(fault="decimal")
    value = float(typed.replace(",", "."))
    return Reading(answer=int(value) if value.is_integer() else value)


def _range_fields(item: Item) -> Fields:
    names = [*stop_names(item), *ways_out(item)]
    if stop_names(item):
        return {"answer": UnboundField(RadioField, choices=names, validate_choice=False)}
    return _typed_fields(item)


def _read_range(item: Item, form: BaseForm) -> Reading:
    if "missing" in form:
        return _read_decimal(item, form)
    name = clean(form["answer"].data)
    if name in WAYS_OUT:
        return Reading(missing=name)
    return _number(name) if name else Reading()


def _read_point(_item: Item, form: BaseForm) -> Reading:
    typed = clean(form["answer"].data)
    point = typed_point(typed)
    if typed and point is None:
        return Reading(fault="point")
    return _unless_out(form, Reading(answer=point))


def _date_fields(item: Item) -> Fields:
    fields: Fields = {part: UnboundField(StringField) for part in ("day", "month", "year")}
    return fields | {"missing": _ways_field(item)}


def _read_date(_item: Item, form: BaseForm) -> Reading:
    typed = [clean(form[part].data) for part in ("year", "month", "day")]
    if not any(typed):
        return _unless_out(form, Reading())
    year, month, day = typed
    iso = f"{year}-{month:0>2}-{day:0>2}"
    is_real = days_of(iso) is not None
    return _unless_out(form, Reading(answer=iso)) if is_real else Reading(fault="date")


def _ways_field(item: Item) -> "UnboundField[Field]":
    return _boxes(list(ways_out(item)))


def _boxes(choices: list[str]) -> "UnboundField[Field]":
    return UnboundField(
        SelectMultipleField,
        choices=choices,
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


def _unless_out(form: BaseForm, reading: Reading) -> Reading:
    return _one_of(reading.answer, form["missing"].data or []) if not reading.fault else reading


def _one_of(answer: object, reasons: list[str]) -> Reading:
    """Join an answer and the ways out ticked beside it: more than one of them is a fault."""
    if len(reasons) + (answer is not None) > 1:
        return Reading(fault="both")
    return Reading(missing=reasons[0]) if reasons else Reading(answer=answer)


def _no_fields(_item: Item) -> Fields:
    return {}


def _read_nothing(_item: Item, _form: BaseForm) -> Reading:
    return Reading()


KINDS: Final[Mapping[ItemKind, Kind]] = {
    ItemKind.SELECT_ONE: Kind("choices", _choice_fields, _read_choice),
    ItemKind.SELECT_MULTIPLE: Kind("choices", _several_fields, _read_several),
    ItemKind.INTEGER: Kind("number", _typed_fields, _read_integer),
    ItemKind.DECIMAL: Kind("number", _typed_fields, _read_decimal),
    ItemKind.RANGE: Kind("number", _range_fields, _read_range),
    ItemKind.GEOPOINT: Kind("point", _typed_fields, _read_point),
    ItemKind.DATE: Kind("date", _date_fields, _read_date),
    ItemKind.TEXT: Kind("text", _text_fields, _read_text),
    ItemKind.NOTE: Kind("note", _no_fields, _read_nothing),
    ItemKind.CALCULATE: Kind("nothing", _no_fields, _read_nothing),
}
