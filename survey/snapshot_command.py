"""The command of the columns: flask --app wsgi snapshot [ROUND] [--rebuild] [--check]."""

import sys

import click

from survey.commands import in_one_line
from survey.operations.snapshots import check_snapshot, rebuild_snapshot, update_snapshot
from survey.queries.rounds import all_rounds
from survey.web.store import current_store, reading


@click.command("snapshot")
@click.argument("round_code", metavar="[ROUND]", required=False)
@click.option("--rebuild", is_flag=True, help="make it anew from all documents")
@click.option("--check", is_flag=True, help="compare it with the documents; exit 1 if they differ")
@in_one_line
def snapshot_command(round_code: str | None, *, rebuild: bool, check: bool) -> None:
    """Bring the columns of ROUND (default: of every round) up to the responses."""
    with reading() as connection:
        codes = [facts.code for facts in all_rounds(connection)]
    bring = rebuild_snapshot if rebuild else update_snapshot
    database = current_store().database
    is_equal = True
    for code in [round_code] if round_code else codes:
        manifest = bring(database, code)
        click.echo(
            f"{code}: {manifest.rows} phiếu, {len(manifest.parts)} tệp / "
            f"{manifest.rows} responses, {len(manifest.parts)} files"
        )
        if check:
            found = check_snapshot(database, code)
            is_equal &= found.is_none
            click.echo(
                f"{code}: thiếu {found.lacking}, thừa {found.surplus}, khác {found.changed} / "
                f"lacking {found.lacking}, surplus {found.surplus}, changed {found.changed}"
            )
    if not is_equal:
        sys.exit(1)
