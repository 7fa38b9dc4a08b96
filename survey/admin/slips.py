"""Slips and posters: codes printed once for a counter, links to send, an open round's QR."""

import csv
import datetime as dt
import io
from typing import Final

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey import clock
from survey.admin.forms import PressForm, typed
from survey.admin.places import device_place_typed, place_names
from survey.admin.slip_forms import AS_LINKS, POSTER_PAPERS, SlipForm, slip_form
from survey.admin.words import refusal_words
from survey.errors import InputError, NotFound
from survey.operations.slips import NewStack, print_slips, void_slips
from survey.queries.rounds import RoundFacts, recent_round, round_facts
from survey.queries.slips import slip_stacks
from survey.terms import Role
from survey.web.login import admit, current_actor, staff_blueprint
from survey.web.pictures import qr_picture
from survey.web.store import current_store, reading, writing

blueprint = staff_blueprint("slips_printed", __name__, url_prefix="/admin/rounds/<code>")
FOR_SPREADSHEETS: Final = "\N{BYTE ORDER MARK}"


@blueprint.get("/slips")
@admit(Role.ADMIN)
def slips(code: str) -> str:
    """List the stacks of a round with their counts, and the form for another."""
    facts = _facts(code)
    return _page(facts, slip_form(facts, formdata=None))


@blueprint.post("/slips")
@admit(Role.ADMIN)
def print_stack(code: str) -> ResponseReturnValue:
    """Make a stack and show its codes, this once: as slips to print or as links to send."""
    facts = _facts(code)
    form = slip_form(facts)
    if not form.validate_on_submit():
        return _page(facts, form), 422
    try:
        place = device_place_typed(typed(form.place))
        stack = NewStack(
            facts.code, place, typed(form.group), int(form.count.data or 0), _day(form)
        )
        with writing() as connection:
            codes = print_slips(connection, current_store().keys, stack, current_actor())
    except (InputError, NotFound) as error:
        form.place.errors = [refusal_words(error)]
        return _page(facts, form), 422
    links = [url_for("slips.interview", code=slip, _external=True) for slip in codes]
    if form.paper.data == AS_LINKS:
        return _as_csv(facts, codes, links)
    return render_template(
        "admin/slips_print.html",
        round=facts,
        paper=form.paper.data,
        place=place_names({place})[place],
        stack=stack,
        slips=[(slip, qr_picture(link)) for slip, link in zip(codes, links, strict=True)],
        entry=url_for("slips.ask", _external=True),
    )


@blueprint.post("/slips/<batch>/void")
@admit(Role.ADMIN)
def void(code: str, batch: str) -> ResponseReturnValue:
    """Take no code of a lost stack any more."""
    if PressForm().validate_on_submit():
        with writing() as connection:
            void_slips(connection, batch, current_actor())
    return redirect(url_for("slips_printed.slips", code=code, done="void"), 303)


@blueprint.get("/poster")
@admit(Role.ADMIN)
def poster(code: str) -> str:
    """Show the poster of an open round; raise NotFound for one that takes no open answers."""
    facts = recent_round(current_store().database, code)
    if not facts.is_open_access:
        raise NotFound("unknown-round", "a poster is for a round that anyone may answer")
    paper = request.args.get("paper", "")
    address = url_for("citizen.interview", code=facts.code, _external=True)
    return render_template(
        "admin/poster.html",
        round=facts,
        paper=paper if paper in POSTER_PAPERS else POSTER_PAPERS[0],
        papers=POSTER_PAPERS,
        address=address,
        picture=qr_picture(address),
        contact=current_store().settings.contact,
    )


def _page(facts: RoundFacts, form: SlipForm) -> str:
    with reading() as connection:
        stacks = slip_stacks(connection, facts.code)
    return render_template(
        "admin/slips.html",
        round=facts,
        form=form,
        stacks=stacks,
        places=place_names({stack.place for stack in stacks}),
        faults=[(field.id, fault) for field in form for fault in field.errors],
        press_form=PressForm(formdata=None),
        done=request.args.get("done"),
        today=clock.now().astimezone(clock.VIETNAM).date(),
    )


def _as_csv(facts: RoundFacts, codes: list[str], links: list[str]) -> Response:
    """Return codes and links as a file: whoever sends them writes each into one message."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(["code", "link"])
    writer.writerows(zip(codes, links, strict=True))
    reply = make_response(FOR_SPREADSHEETS + file.getvalue())
    reply.headers["Content-Type"] = "text/csv; charset=utf-8"
    reply.headers.set("Content-Disposition", "attachment", filename=f"{facts.code}-links.csv")
    return reply


def _facts(code: str) -> RoundFacts:
    with reading() as connection:
        return round_facts(connection, code)


def _day(form: SlipForm) -> dt.date:
    return dt.date.fromisoformat(str(form.expires_on.data))
