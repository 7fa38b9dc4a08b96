"""A receipt that a device drew by itself: the form is found, erased and kept erased by either."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from survey.db.database import Database
from survey.errors import NotFound, StateError
from survey.models import Response, Withdrawal
from survey.operations.backups import take_backup
from survey.operations.responses import receive_response
from survey.operations.restores import restore
from survey.operations.submissions import read_submission
from survey.queries.devices import Sender
from survey.queries.withdrawals import response_of_receipt
from survey.seals import early_hash, new_code
from tests.build import a_body, an_id

TABLET = Sender("d", "00001", is_revoked=False)


@pytest.fixture
def bring(store, give) -> Callable[[str], tuple[str, str]]:
    """Hand in a form whose tablet drew this code; return its id and the server's own receipt."""
    give()

    def one(drawn: str) -> tuple[str, str]:
        submission = read_submission(an_id(), a_body(), TABLET, early_hash=early_hash(drawn))
        done = receive_response(store.database, store.keys, submission)
        return done.id, done.receipt

    return one


def ids(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.scalars(select(Response.id)))


def test_both_receipts_find_the_form_and_no_other(bring, store) -> None:
    drawn = [new_code() for _ in range(4)]
    brought = [bring(code) for code in drawn]
    with store.database.reading() as connection:
        for code, (interview, receipt) in zip(drawn, brought, strict=True):
            by_either = [response_of_receipt(connection, store.keys, c) for c in (code, receipt)]
            assert [found.id for found in by_either] == [interview] * 2
        with pytest.raises(NotFound):
            response_of_receipt(connection, store.keys, new_code())


def test_only_a_keyed_digest_of_it_is_stored(bring, store) -> None:
    code = new_code()
    bring(code)
    with store.database.reading() as connection:
        stored = repr(list(connection.execute(select(Response.__table__))))
    assert code not in stored
    assert early_hash(code) not in stored
    assert repr(bytes.fromhex(early_hash(code))) not in stored


@pytest.mark.parametrize("by", ["drawn", "receipt"])
def test_by_either_it_is_erased_and_both_say_so_afterwards(by, bring, take_back, store) -> None:
    drawn = new_code()
    others = ids(store.database)
    _, receipt = bring(drawn)
    take_back({"drawn": drawn, "receipt": receipt}[by])
    assert ids(store.database) == others
    for code in (drawn, receipt):
        with pytest.raises(StateError, match="withdrawn"):
            take_back(code)


def test_before_the_form_has_come_its_code_is_unknown_and_then_known(bring, take_back) -> None:
    drawn = new_code()
    with pytest.raises(NotFound, match="unknown-receipt"):
        take_back(drawn)
    bring(drawn)
    assert take_back(drawn) == "mo"


def test_a_code_that_two_forms_share_finds_neither(bring, take_back, store) -> None:
    """Devices draw 60 bits; should two meet, nobody withdraws what is another's."""
    drawn = new_code()
    mine, theirs = bring(drawn), bring(drawn)
    with pytest.raises(NotFound):
        take_back(drawn)
    take_back(theirs[1])
    assert mine[0] in ids(store.database)


def test_a_restore_erases_it_again_and_both_codes_still_say_so(
    bring, take_back, store, settings, tmp_path_factory, request
) -> None:
    drawn = new_code()
    others = ids(store.database)
    _, receipt = bring(drawn)
    made = take_backup(store.database, settings)
    take_back(drawn)
    place = tmp_path_factory.mktemp("back")
    url = request.getfixturevalue("cluster").new_database() if settings.database_url else ""
    database = Database(type(settings)(data_dir=place, database_url=url))
    restore(database, made.folder)
    assert ids(database) == others
    with database.reading() as connection:
        assert len(list(connection.scalars(select(Withdrawal.early_digest)))) == 1
        for code in (drawn, receipt):
            with pytest.raises(StateError, match="withdrawn"):
                response_of_receipt(connection, store.keys, code)
    database.close()
