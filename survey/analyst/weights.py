"""Weights before they are used: how they lie, what they cost, which margins they meet."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import IntegerField

from survey.errors import StateError
from survey.instruments.model import Instrument
from survey.operations.weighting import accept_weighting
from survey.operations.weights_seen import Look, MarginSeen, PlaceWeight, look_at_weights
from survey.queries.rounds import round_instrument
from survey.queries.scope import round_in_scope, round_of_address
from survey.queries.weighting import newest_weighting
from survey.terms import Role
from survey.web.bars import Count, bar_chart
from survey.web.charts import Captions
from survey.web.i18n import in_language, number, percent
from survey.web.item_words import plain_label
from survey.web.login import admit, current_actor, current_person, staff_blueprint
from survey.web.speech import say as _
from survey.web.store import current_store, reading, writing

blueprint = staff_blueprint("weights", __name__, url_prefix="/analyst")
N_EXTREMES = 5
N_SHOWN = 10
"""A group of fewer respondents is not shown by itself."""

COSTLY = 1.5
"""From this design effect of weighting on, a third of the sample is lost to unequal weights."""


class AcceptForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """Which proposal the person looked at."""

    number = IntegerField()


@blueprint.get("/rounds/<code>/weights")
@admit(Role.ANALYST, held_to=round_of_address)
def weights(code: str) -> str:
    """Show what the newest proposal makes of the weights."""
    return _page(code)


@blueprint.post("/rounds/<code>/weights")
@admit(Role.ANALYST, held_to=round_of_address)
def accept(code: str) -> ResponseReturnValue:
    """Accept the proposal that was looked at; the next score run uses it."""
    form = AcceptForm()
    if not form.validate_on_submit():
        return _page(code), 422
    try:
        look_at_weights(current_store().database, code)  # what cannot be used is not accepted
        with writing() as connection:
            accept_weighting(connection, code, form.number.data or 0, current_actor())
    except StateError as error:
        return _page(code, weight_doubt(error)), 409
    return redirect(url_for("weights.weights", code=code, done="accepted"), 303)


def weight_doubt(doubt: StateError) -> str:
    """Return why weights cannot be shown or used."""
    words = {
        "no-run": _("Quyền số được xem trên phiếu của lần tính điểm gần nhất; chưa có lần nào."),
        "other-weights": _("Đã có đề nghị khác mới hơn. Xin xem lại trước khi chấp nhận."),
    }
    reason = _("Đề nghị này không dùng được với số phiếu đã nhận: %(reason)s", reason=str(doubt))
    return words.get(doubt.code, reason)


def _page(code: str, refusal: str = "") -> str:
    with reading() as connection:
        facts = round_in_scope(connection, current_person(), code)
        instrument = round_instrument(connection, facts)
        newest = newest_weighting(connection, code)
    look, doubt = None, ""
    try:
        look = look_at_weights(current_store().database, code)
    except StateError as error:
        doubt = weight_doubt(error)
    return render_template(
        "analyst/weights.html",
        round=facts,
        proposal=newest,
        is_waiting=newest.number > 0 and newest.accepted_at is None,
        look=look,
        refusal=refusal or doubt,
        sentences=[] if look is None else _sentences(look),
        steps=[] if look is None else _steps(look),
        chart=None if look is None or not look.seen.bars else _chart(look),
        extremes=[] if look is None else _extremes(look.places),
        margins=[] if look is None else _margins(look, instrument),
        accept_form=AcceptForm(formdata=None, number=newest.number),
        done=request.args.get("done"),
    )


def _sentences(look: Look) -> list[str]:
    """Say first what the weights cost and how far they spread."""
    final = look.seen.final
    ratio = final.quantiles[1.0] / final.quantiles[0.0]
    sentences = [
        _(
            "Quyền số làm sai số tăng như khi chỉ có %(effective)s phiếu thay vì %(n)s "
            "(hiệu quả thiết kế của quyền số: %(deff)s).",
            effective=number(final.effective_n),
            n=number(final.n),
            deff=number(final.deff, 2),
        ),
        _("Quyền số lớn nhất gấp %(ratio)s lần quyền số nhỏ nhất.", ratio=number(ratio, 1)),
    ]
    if final.deff > COSTLY:
        sentences.append(_("Mức mất này là lớn: xin xem lại thiết kế, nhóm hoặc các biên."))
    if final.extreme_n:
        sentences.append(
            _(
                "Có quyền số gấp hơn %(limit)s lần trung vị, hoặc nhỏ hơn trung vị hơn "
                "%(limit)s lần.",
                limit=number(final.limit),
            )
        )
    return sentences


def _steps(look: Look) -> list[tuple[str, object]]:
    """Return the distributions step by step, as far as the proposal goes."""
    steps: list[tuple[str, object]] = [(_("Quyền số thiết kế"), look.seen.design)]
    if look.proposal.by_classes:
        steps.append((_("Sau hiệu chỉnh không trả lời"), look.seen.adjusted))
    if look.proposal.kind is not None:
        steps.append((_("Sau hiệu chỉnh theo biên (cuối cùng)"), look.seen.final))
    return steps


def _chart(look: Look) -> Markup:
    bars = [Count(f"{number(bar.low)} – {number(bar.high)}", bar.n) for bar in look.seen.bars]
    captions = Captions(
        title=_("Phân bố của quyền số cuối cùng"),
        description=_("Mỗi thanh là số phiếu có quyền số trong khoảng ghi bên trái."),
        decimal=number(0.1, 1)[1],
    )
    return bar_chart(bars, captions)


def _extremes(places: Sequence[PlaceWeight]) -> list[PlaceWeight]:
    """Return the places whose respondents weigh most and least, the heaviest first."""
    ranked = sorted((place for place in places if place.n), key=lambda place: -place.weight)
    if len(ranked) <= 2 * N_EXTREMES:
        return ranked
    return [*ranked[:N_EXTREMES], *ranked[-N_EXTREMES:]]


def _margins(look: Look, instrument: Instrument) -> list[dict[str, str]]:
    """Return the margins before and after; with a small group, nothing before of its variable."""
    rows = look.seen.margins
    small = {row.variable for row in rows if row.n < N_SHOWN and not row.is_blank}
    return [
        {
            "variable": plain_label(instrument.items_by_name[row.variable], instrument),
            "value": _value_words(row.variable, row.value, instrument, is_blank=row.is_blank),
            **_shares(row, is_small=row.variable in small),
        }
        for row in rows
    ]


def _shares(row: MarginSeen, *, is_small: bool) -> dict[str, str]:
    if row.is_blank:
        kept = _("dưới 10 phiếu") if row.n < N_SHOWN else percent(row.base, 1)
        return {"before": kept, "target": "–", "after": kept}
    before = _("có nhóm dưới 10 phiếu") if is_small else percent(row.base, 1)
    return {"before": before, "target": percent(row.target, 1), "after": percent(row.reached, 1)}


def _value_words(variable: str, value: str, instrument: Instrument, *, is_blank: bool) -> str:
    if is_blank:
        return _("Không có câu trả lời (giữ nguyên tỷ trọng)")
    labels = {option.name: option.label for option in instrument.items_by_name[variable].options}
    return "; ".join(in_language(labels.get(name, {"vi": name})) for name in value.split("|"))
