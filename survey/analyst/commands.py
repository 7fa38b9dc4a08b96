"""Commands about estimates and staff: flask --app wsgi score | staff-add."""

import json
import secrets

import click
from flask.cli import with_appcontext

from survey.errors import SurveyError
from survey.operations.passwords import hash_password
from survey.operations.score_runs import run_scores
from survey.operations.staff import NewStaff, add_staff
from survey.queries.rounds import round_facts
from survey.queries.scores import KeptTree, Part, Run, latest_run, trees_of_round
from survey.terms import Role
from survey.web.store import current_store, reading, writing

ROLES = [role.value for role in Role if role is not Role.DEVICE]


@click.command("score")
@click.argument("round_code", metavar="ROUND")
@click.option("--tree", "tree_code", help="code of one index tree; default: all of the round")
@with_appcontext
def score_command(round_code: str, tree_code: str | None) -> None:
    """Compute what is due in a round; print its newest estimates as JSON."""
    try:
        with reading() as connection:
            trees = trees_of_round(connection, round_facts(connection, round_code).trees)
        chosen = [tree for tree in trees if tree_code in {None, tree.code}]
        if not chosen:
            codes = ", ".join(tree.code for tree in trees)
            raise click.ClickException(f"--tree {tree_code}: the round has {codes}")
        run_scores(current_store().database, round_code)
    except SurveyError as error:
        raise click.ClickException(f"{error.code}: {error} {error.where}".strip()) from error
    click.echo(json.dumps(_printed(round_code, chosen), ensure_ascii=False, indent=2))


@click.command("staff-add")
@click.argument("login")
@click.option("--name", required=True, help="what people call the person")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--place", help="code of the place that the person may see; default: all")
@with_appcontext
def staff_add(login: str, name: str, role: str, place: str | None) -> None:
    """Add a log-in; print its password, once."""
    password = secrets.token_urlsafe(12)
    person = NewStaff(login, name, Role(role), place)
    try:
        with writing() as connection:
            add_staff(connection, person, hash_password(password))
    except SurveyError as error:
        raise click.ClickException(f"{error.code}: {error}") from error
    click.echo(f"login {login}\npassword {password}")


def _printed(round_code: str, trees: list[KeptTree]) -> dict[str, object]:
    with reading() as connection:
        found = [
            (tree, latest_run(connection, round_code, part, tree.sha256))
            for tree in trees
            for part in Part
        ]
    return {"round": round_code, "runs": [_run(tree, run) for tree, run in found if run]}


def _run(tree: KeptTree, run: Run) -> dict[str, object]:
    return {
        "run": run.id,
        "tree": tree.code,
        "part": run.options["part"],
        "engine": run.engine,
        "computed_at": run.computed_at.isoformat(),
        "responses_count": run.responses_count,
        "answers_sha256": run.answers_sha256,
        "estimates": run.results["estimates"],
    }
