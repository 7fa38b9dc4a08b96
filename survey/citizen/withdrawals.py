"""The door of a citizen who takes an answer back: by the receipt, and by nothing else."""

from typing import Final

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.citizen.code_forms import ConfirmForm, ReceiptForm
from survey.citizen.sheets import show_over
from survey.errors import NotFound, StateError
from survey.operations.withdrawals import withdraw
from survey.queries.rounds import recent_round
from survey.seals import tidy_code
from survey.web.codes import found_receipt
from survey.web.errors import words_of
from survey.web.store import current_store

withdrawals: Final = Blueprint("withdrawals", __name__, url_prefix="/w")


@withdrawals.before_request
def _mark() -> None:
    g.is_citizen = True


@withdrawals.get("")
def ask() -> str:
    """Ask for a receipt."""
    return render_template("citizen/withdraw.html", form=ReceiptForm(formdata=None))


@withdrawals.post("")
def typed() -> ResponseReturnValue:
    """Go where a typed receipt leads; a typing error is shown without looking it up."""
    form = ReceiptForm()
    code = tidy_code(form.code.data or "")
    return redirect(url_for("withdrawals.explain", code=code), 303) if code else _unknown(form)


@withdrawals.get("/<code>")
def explain(code: str) -> str:
    """Say what withdrawing means, and ask whether it is meant; never show an answer."""
    return _explained(code)


@withdrawals.post("/<code>")
def erase(code: str) -> ResponseReturnValue:
    """Erase the answers of a receipt."""
    if not ConfirmForm().validate_on_submit():
        return _explained(code), 400
    found_receipt(code)
    store = current_store()
    withdraw(store.database, store.settings, store.keys, tidy_code(code))
    return render_template("citizen/withdrawn.html", settings=store.settings)


@withdrawals.errorhandler(NotFound)
def _not_found(_error: NotFound) -> ResponseReturnValue:
    return _unknown(ReceiptForm(data={"code": (request.view_args or {}).get("code", "")}))


@withdrawals.errorhandler(StateError)
def _withdrawn(error: StateError) -> Response:
    return show_over(error)


def _explained(code: str) -> str:
    store = current_store()
    facts = recent_round(store.database, found_receipt(code).round)
    return render_template(
        "citizen/withdraw_confirm.html",
        round=facts,
        code=tidy_code(code),
        form=ConfirmForm(formdata=None),
        settings=store.settings,
    )


def _unknown(form: ReceiptForm) -> ResponseReturnValue:
    words = words_of(NotFound("unknown-receipt"))
    return render_template("citizen/withdraw.html", form=form, words=words), words.status
