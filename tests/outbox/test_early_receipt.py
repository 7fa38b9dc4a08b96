"""The receipt that a tablet draws by itself: what it keeps of it is what the server looks for."""

import pytest

from survey.seals import CROCKFORD, early_hash, tidy_code

N_CODES = 1000
DRAW = """async (count) => {
  const {drawCode, earlyHash} = await import('/early_receipt.js');
  return Array.from({length: count}, drawCode).map((code) => [code, earlyHash(code)]);
}"""


@pytest.mark.parametrize("origin", ["https://outbox.test", "http://outbox.test"])
def test_the_tablet_and_the_server_hash_a_code_alike(opened, origin) -> None:
    """Over plain http too, where browsers offer no cryptography but random numbers."""
    drawn = opened(origin).evaluate(DRAW, N_CODES)
    assert [early_hash(code) for code, _ in drawn] == [hashed for _, hashed in drawn]
    assert [tidy_code(code.lower()) for code, _ in drawn] == [code for code, _ in drawn]


def test_codes_use_every_letter_in_every_place_and_none_comes_twice(opened) -> None:
    """By chance alone a letter misses a place once in 10^11 runs of so many codes."""
    drawn = opened("https://outbox.test").evaluate(DRAW, N_CODES)
    codes = [code.replace("-", "") for code, _ in drawn]
    assert len(set(codes)) == N_CODES
    assert [set(letters) for letters in zip(*codes, strict=True)] == [set(CROCKFORD)] * 12
