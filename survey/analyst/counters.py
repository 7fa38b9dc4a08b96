"""The page of a counter for its people: counts and devices of today, never an answer."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import render_template

from survey import clock
from survey.clock import VIETNAM
from survey.queries.counters import Tablet, declined_on, forms_by_hour, tablets
from survey.queries.kiosks import counter_place
from survey.queries.rounds import round_facts
from survey.terms import Role
from survey.web.login import admit, current_person, staff_blueprint
from survey.web.store import reading

blueprint = staff_blueprint("counters", __name__, url_prefix="/analyst")
MOST_TABLETS: Final = 300
LEAST_TOLD: Final = 10
"""Fewer forms in half a day are not told apart: who stood there then would be known."""

NOON: Final = 12
SILENT_AFTER: Final = dt.timedelta(hours=24)


@dataclass(frozen=True)
class TabletToday:
    """A tablet and its day; a half of the day is None where either half has too few forms."""

    tablet: Tablet
    place: str
    forms: int
    before_noon: int | None
    after_noon: int | None
    is_silent: bool


@blueprint.get("/counters")
@admit(Role.SUPERVISOR)
def counters() -> str:
    """Show the tablets within the person's place, the forms of today and who declined."""
    now = clock.now().astimezone(VIETNAM)
    scope = current_person().place
    with reading() as connection:
        found = tablets(connection, scope, MOST_TABLETS)
        forms = forms_by_hour(connection, [tablet.id for tablet in found], now.date())
        declined = declined_on(connection, scope, now.date())
        codes = {tablet.place for tablet in found} | declined.keys()
        names = {code: counter_place(connection, code) for code in codes}
        played = [round_facts(connection, code) for code in {tablet.round for tablet in found}]
    return render_template(
        "analyst/counters.html",
        tablets=[_today(tablet, names[tablet.place], forms, now) for tablet in found],
        declined=[(names[code], n) for code, n in sorted(declined.items())],
        forms_count=sum(forms.values()),
        has_simulated=any(facts.is_simulated for facts in played),
        today=now.date(),
        least=LEAST_TOLD,
    )


def _today(
    tablet: Tablet, place: str, forms: Mapping[tuple[str, int], int], now: dt.datetime
) -> TabletToday:
    own = {hour: n for (device, hour), n in forms.items() if device == tablet.id}
    before = sum(n for hour, n in own.items() if hour < NOON)
    after = sum(own.values()) - before
    is_told = min(before, after) >= LEAST_TOLD
    return TabletToday(
        tablet,
        place,
        before + after,
        before if is_told else None,
        after if is_told else None,
        tablet.heard_hour is None or now - tablet.heard_hour > SILENT_AFTER,
    )
