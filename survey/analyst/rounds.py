"""The rounds that a person may see, and how far the fieldwork of one has come."""

from flask import render_template

from survey import clock
from survey.analyst.channels import channel_words
from survey.analyst.figures import LEAST_CELL
from survey.analyst.official_words import verdict_words
from survey.analyst.overview import IndexLine, index_lines
from survey.analyst.words import note_words
from survey.clock import VIETNAM
from survey.queries.fieldwork import channel_counts, place_progress, round_progress
from survey.queries.official import official_side
from survey.queries.rounds import RoundFacts
from survey.queries.scope import round_in_scope, round_of_address, rounds_in_scope
from survey.queries.scores import Part, latest_run, trees_of_round
from survey.queries.withdrawals import withdrawn_count
from survey.terms import Role
from survey.web.i18n import number
from survey.web.login import admit, current_person, staff_blueprint
from survey.web.store import reading

blueprint = staff_blueprint("analyst", __name__, url_prefix="/analyst")


@blueprint.get("/")
@admit(Role.ANALYST, Role.SUPERVISOR)
def rounds() -> str:
    """List the rounds with their live counts."""
    with reading() as connection:
        found = rounds_in_scope(connection, current_person())
        progress = {facts.code: round_progress(connection, facts.code) for facts in found}
    may_see = current_person().role is Role.ANALYST
    lines = {facts.code: _lines(facts) for facts in found} if may_see else {}
    return render_template(
        "analyst/rounds.html",
        rounds=found,
        progress=progress,
        lines=lines,
        note_words=note_words,
        verdict_words=verdict_words,
        today=clock.now().astimezone(VIETNAM).date(),
    )


@blueprint.get("/rounds/<code>")
@admit(Role.ANALYST, Role.SUPERVISOR, held_to=round_of_address)
def fieldwork(code: str) -> str:
    """Show one round: what was received so far and from where; its index trees to analysts."""
    person = current_person()
    with reading() as connection:
        facts = round_in_scope(connection, person, code)
        progress = round_progress(connection, code)
        places = place_progress(connection, code)
        trees = trees_of_round(connection, facts.trees)
        withdrawn = withdrawn_count(connection, code)
        channels = channel_counts(connection, code)
    return render_template(
        "analyst/round.html",
        round=facts,
        progress=progress,
        withdrawn=withdrawn,
        channels=channel_words(channels),
        least=LEAST_CELL,
        places=places,
        target=sum(place.target_count or 0 for place in places),
        trees=trees if person.role is Role.ANALYST else [],
        today=clock.now().astimezone(VIETNAM).date(),
    )


@blueprint.get("/rounds/<code>/counts.json")
@admit(Role.ANALYST, Role.SUPERVISOR, held_to=round_of_address)
def counts(code: str) -> dict[str, str]:
    """Return the counts of one round as the page writes them, for its live refresh."""
    with reading() as connection:
        round_in_scope(connection, current_person(), code)
        progress = round_progress(connection, code)
        places = place_progress(connection, code)
        channels = channel_counts(connection, code)
    by_place = {f"place {place.place}": number(place.received_count) for place in places}
    by_channel = {f"channel {name}": words for name, words in channel_words(channels).items()}
    names = ("received", "sampled", "placeless", "waiting", "abandoned")
    return {
        **{f"{name}_count": number(getattr(progress, f"{name}_count")) for name in names},
        **by_place,
        **by_channel,
    }


def _lines(facts: RoundFacts) -> list[IndexLine]:
    """Return the newest figure of each index of a round, as it was last computed."""
    with reading() as connection:
        return index_lines(
            [
                (
                    tree,
                    part,
                    latest_run(connection, facts.code, part, tree.sha256),
                    official_side(connection, facts, tree),
                )
                for tree in trees_of_round(connection, facts.trees)
                for part in Part
            ]
        )
