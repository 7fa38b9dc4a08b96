"""Receipts, proofs, digests, and secrets that are made once."""

import datetime as dt
import re

from hypothesis import given
from hypothesis import strategies as st

from config import Settings
from survey.seals import Keys, content_digest, load_keys, proof, receipt, sha256_hex

KEYS = Keys(cookies="c", receipts=b"r")
HOUR = dt.datetime(2026, 11, 21, 5, tzinfo=dt.UTC)


@given(interview=st.uuids(version=4).map(str), body=st.binary(max_size=50))
def test_a_receipt_is_twelve_letters_that_depend_on_everything(interview, body) -> None:
    sha256 = sha256_hex(body)
    code = receipt(KEYS, interview, sha256, HOUR)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", code)
    assert code == receipt(KEYS, interview, sha256, HOUR.astimezone())
    others = [
        receipt(Keys("c", b"other"), interview, sha256, HOUR),
        receipt(KEYS, interview, sha256_hex(body + b"x"), HOUR),
        receipt(KEYS, interview, sha256, HOUR + dt.timedelta(hours=1)),
    ]
    assert code not in others
    assert proof(KEYS, interview, sha256, HOUR)[:16] not in code


def test_the_digest_has_the_form_of_rfc_9530() -> None:
    empty = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert content_digest(sha256_hex(b"")) == f"sha-256=:{empty}:"


def test_secrets_are_made_once_and_only_the_owner_reads_them(tmp_path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    first = load_keys(settings)
    assert load_keys(settings) == first
    assert first.receipts.decode() != first.cookies
    files = list((tmp_path / "new").iterdir())
    assert {file.name for file in files} == {"secret_key", "receipt_key"}
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)


def test_given_secrets_are_used_and_nothing_is_written(tmp_path) -> None:
    settings = Settings(data_dir=tmp_path / "none", secret_key="a", receipt_key="b")
    assert load_keys(settings) == Keys(cookies="a", receipts=b"b")
    assert not (tmp_path / "none").exists()
