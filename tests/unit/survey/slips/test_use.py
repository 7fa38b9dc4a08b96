"""A slip counts once: whoever comes with it, and nothing leads to an answer."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from survey.errors import NotAllowed, NotFound, StateError
from survey.models import Response, Slip
from survey.operations.responses import receive_response
from survey.operations.slips import forget_when_used, void_slips
from survey.operations.submissions import read_submission
from survey.queries.slips import held_slip, slip_stacks
from survey.queries.staff import OPERATOR
from survey.seals import code_digest, new_code
from tests.build import a_body, an_id


def responses(database) -> int:
    with database.reading() as connection:
        return connection.scalars(select(func.count()).select_from(Response)).one()


def test_a_slip_gives_the_response_its_counter_and_procedures(hand_in, printed, database) -> None:
    hand_in(printed()[0])
    with database.reading() as connection:
        row = connection.execute(select(Response)).one()
    assert (row.channel, row.device) == ("slip", None)
    assert (row.place, row.procedure_group) == ("00001", "Hộ tịch")


def test_a_slip_is_used_once(hand_in, printed, database) -> None:
    code = printed()[0]
    hand_in(code)
    with pytest.raises(StateError, match="used") as refusal:
        hand_in(code)
    assert refusal.value.code == "slip-used"
    assert responses(database) == 1


def test_the_same_bytes_again_get_the_same_receipt(hand_in, printed) -> None:
    code, interview = printed()[0], an_id()
    first = hand_in(code, interview=interview)
    again = hand_in(code, interview=interview)
    assert (first.is_new, again.is_new) == (True, False)
    assert first.receipt == again.receipt


def test_a_refused_response_leaves_the_slip_unused(hand_in, printed, held) -> None:
    code = printed()[0]
    with pytest.raises(Exception, match="unknown-consent"):
        hand_in(code, a_body(round="kin", consent="9"))
    assert not held(code).is_used
    assert hand_in(code).is_new


def test_a_slip_opens_its_own_round_only(hand_in, printed) -> None:
    with pytest.raises(NotAllowed, match="another round"):
        hand_in(printed()[0], a_body(round="mo"))


def test_an_open_round_may_take_slips_besides(hand_in, printed, store) -> None:
    hand_in(printed(round_code="mo")[0], a_body())
    receive_response(store.database, store.keys, read_submission(an_id(), a_body()))
    with store.database.reading() as connection:
        channels = connection.scalars(select(Response.channel).order_by(Response.channel))
        assert list(channels) == ["open", "slip"]


def test_an_expired_or_lost_slip_is_refused(hand_in, printed, clock, database) -> None:
    code, lost = printed(until=clock.moment.date())[0], printed()[0]
    with database.reading() as connection:
        by_end = {stack.expires_on: stack.id for stack in slip_stacks(connection, "kin")}
    with database.writing() as connection:
        void_slips(connection, by_end[max(by_end)], OPERATOR)
    clock.moment = clock.moment.replace(day=22)
    for each in (code, lost):
        with pytest.raises(StateError, match="not taken") as refusal:
            hand_in(each, a_body(round="kin", answered_hour="2026-11-22T09:00+07:00"))
        assert refusal.value.code == "slip-expired"


def test_of_a_slip_only_a_digest_and_its_use_are_stored(hand_in, printed, database) -> None:
    codes = printed(20)
    hand_in(codes[0])
    columns = {column.name for column in Slip.__table__.columns}
    assert columns == {"code_digest", "batch", "is_used"}
    with database.reading() as connection:
        digests = list(connection.scalars(select(Slip.code_digest)))
        row = connection.execute(select(Response)).one()
        assert [stack.used_count for stack in slip_stacks(connection, "kin")] == [1]
    stored = repr(digests) + repr(row)
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    assert not any(digest in row._mapping.values() for digest in digests)


def test_after_the_night_rows_of_slips_do_not_tell_when_they_were_used(
    hand_in, printed, database
) -> None:
    codes = printed(12)
    for code in codes[:5]:
        hand_in(code)
    forget_when_used(database)
    if database.url.get_backend_name() != "postgresql":
        with database.reading() as connection:
            made = "SELECT sql FROM sqlite_master WHERE name = 'slip'"
            assert "WITHOUT ROWID" in connection.exec_driver_sql(made).scalar_one()
        return
    with database.reading() as connection:
        of_use = connection.exec_driver_sql("SELECT DISTINCT xmin::text FROM slip WHERE is_used")
        assert len(of_use.all()) == 1
        by_place = connection.exec_driver_sql("SELECT code_digest FROM slip ORDER BY ctid")
        digests = [bytes(row[0]) for row in by_place]
    assert digests == sorted(digests)


def test_of_1000_submissions_with_one_slip_from_50_threads_one_is_stored(
    store, held, printed
) -> None:
    slip = held(printed()[0])

    def attempt(_turn: int) -> str:
        submission = read_submission(an_id(), a_body(round="kin"), slip=slip)
        try:
            receive_response(store.database, store.keys, submission)
        except StateError as refusal:
            return refusal.code
        return "stored"

    with ThreadPoolExecutor(50) as pool:
        outcomes = list(pool.map(attempt, range(1000)))
    assert outcomes.count("stored") == 1
    assert outcomes.count("slip-used") == 999
    assert responses(store.database) == 1


def test_of_100000_random_codes_none_opens_anything(store, printed) -> None:
    codes = printed(500)
    tried = [code_digest(store.keys, "slip", new_code()) for _ in range(100_000)]
    with store.database.reading() as connection:
        stored = set(connection.scalars(select(Slip.code_digest)))
        assert {code_digest(store.keys, "slip", code) for code in codes} <= stored
        assert stored.isdisjoint(tried)
        for digest in tried[:1_000]:
            with pytest.raises(NotFound):
                held_slip(connection, digest)
