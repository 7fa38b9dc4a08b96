"""The command of an auditor: flask --app wsgi audit-verify."""

import sys

import click
from flask.cli import with_appcontext

from survey.queries.audit import check_chain, link_of
from survey.web.store import reading


@click.command("audit-verify")
@click.option("--seen", nargs=2, metavar="SEQ HASH", help="a head that was written down earlier")
@with_appcontext
def audit_verify(seen: tuple[str, str] | None) -> None:
    """Walk along the whole audit chain; exit 1 naming the first line that is not right."""
    with reading() as connection:
        verdict = check_chain(connection)
        is_known = seen is None or link_of(connection, int(seen[0])) == seen[1]
    if verdict.bad_seq is not None:
        click.echo(
            f"HỎNG từ dòng / BROKEN at line {verdict.bad_seq}; "
            f"đúng đến / right up to {verdict.seq} {verdict.hash}"
        )
        sys.exit(1)
    if not is_known:
        click.echo("Chuỗi đã bị viết lại: không có đầu chuỗi này / REWRITTEN: no such head")
        sys.exit(1)
    click.echo(f"Nguyên vẹn / whole: {verdict.seq} {verdict.hash}")
