"""The audit chain as an auditor reads it: newest first, filtered by the address, and checked."""

import datetime as dt

from flask import render_template, request

from survey.admin.words import acting_role_words, action_words, fact_words
from survey.clock import VIETNAM
from survey.queries.audit import AuditFilter, audit_lines, check_chain
from survey.terms import AuditAction, Role
from survey.web.login import admit, staff_blueprint
from survey.web.store import reading

blueprint = staff_blueprint("audit", __name__, url_prefix="/admin/audit")
PAGE = 50
FILTERS = ("actor", "action", "object", "since", "until")


@blueprint.get("")
@admit(Role.AUDITOR)
def lines() -> str:
    """Show the lines that are asked for, and whether the whole chain is as it was written."""
    asked = {name: value for name in FILTERS if (value := request.args.get(name, "").strip())}
    before = request.args.get("before", type=int)
    with reading() as connection:
        verdict = check_chain(connection)
        found = audit_lines(connection, _filter(asked), before, PAGE + 1)
    shown = found[:PAGE]
    return render_template(
        "admin/audit.html",
        verdict=verdict,
        lines=shown,
        moments={line.seq: dt.datetime.fromisoformat(line.at) for line in shown},
        asked=asked,
        next_before=shown[-1].seq if len(found) > PAGE else None,
        actions={action.value: action_words(action) for action in AuditAction},
        action_words=action_words,
        role_words=acting_role_words,
        fact_words=fact_words,
    )


def _filter(asked: dict[str, str]) -> AuditFilter:
    """Return the filter of an address; its days are days in Vietnam, the last one included."""
    since, until = _moment(asked.get("since", ""), 0), _moment(asked.get("until", ""), 1)
    names = {name: asked.get(name, "") for name in ("actor", "action", "object")}
    return AuditFilter(**names, since=since, until=until)


def _moment(day: str, days_later: int) -> str:
    """Return when a day begins, as the chain writes moments; nothing for what is no day."""
    try:
        begun = dt.datetime.fromisoformat(day).replace(tzinfo=VIETNAM)
    except ValueError:
        return ""
    at = (begun + dt.timedelta(days=days_later)).astimezone(dt.UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S")
