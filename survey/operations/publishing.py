"""Deeds of designers: publish a questionnaire from its workbook, keep an index tree from a file.

Nothing is ever published by half: a file with a fault leaves no trace.
"""

from sqlalchemy import Connection, exists, select

from survey.bridge.trees import index_tree
from survey.instruments.confined import read_confined
from survey.instruments.model import Instrument
from survey.instruments.trees import TreeSource, read_tree
from survey.models import IndexTreeVersion
from survey.operations.audit import record
from survey.operations.rounds import keep_tree, publish_instrument
from survey.queries.rounds import published_instrument
from survey.queries.staff import Actor
from survey.terms import AuditAction


def read_questionnaire(source: bytes, file: str) -> Instrument:
    """Return the instrument in a workbook, read apart; raise InstrumentError with every fault."""
    return read_confined(source, file)


def publish_questionnaire(connection: Connection, instrument: Instrument, by: Actor) -> None:
    """Publish a version; raise ConflictError when it is published with other content."""
    publish_instrument(connection, instrument, by)


def keep_tree_file(
    connection: Connection, version: tuple[str, str], source: bytes, file: str, by: Actor
) -> TreeSource:
    """Keep the index tree of a YAML file; raise InstrumentError with every fault, or NotFound.

    The names are checked against the instrument, the arithmetic by the engine.
    """
    instrument = published_instrument(connection, *version).instrument
    tree = read_tree(source, file, instrument)
    index_tree(tree.mapping, file)
    known = exists().where(IndexTreeVersion.sha256 == tree.sha256)
    if not connection.scalar(select(known)):
        keep_tree(connection, instrument, tree)
        facts: dict[str, str | int] = {"sha256": tree.sha256, "file": file}
        on = f"tree:{instrument.code}/{tree.code}"
        record(connection, by, AuditAction.TREE_KEPT, on, detail=facts)
    return tree
