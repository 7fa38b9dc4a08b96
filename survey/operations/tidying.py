"""What is put in order before each backup, so that no copy carries traces of what was erased."""

from survey.db.database import Database
from survey.db.schema import newest_revision, revision_of
from survey.operations.slips import forget_when_used
from survey.operations.withdrawals import wipe_withdrawn


def tidy_up(database: Database) -> None:
    """Wipe what was withdrawn and forget when slips were used; leave an older schema alone."""
    if revision_of(database) != newest_revision(database):
        return
    forget_when_used(database)
    wipe_withdrawn(database)
