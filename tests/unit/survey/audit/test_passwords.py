"""Which passwords may be one: long, not the log-in name, not everybody's; no other rule."""

import pytest

from survey.errors import InputError
from survey.operations.passwords import COMMON, NOBODY_HASH, fits, hash_password, is_common


@pytest.mark.parametrize(
    "password",
    [
        "matkhau123456", "Mật khẩu 2026", "MatKhauMatKhau", "123456789012", "210987654321",
        "aaaaaaaaaaaa", "abcabcabcabc", "qwertyuiop12", "password2026!", "sơn la 2026 2026",
        "anhyeuem123456", "Việt Nam vô địch 1", "1q2w3e4r5t6y",
    ],
)  # fmt: skip
def test_what_everybody_chooses_is_refused(password) -> None:
    assert is_common(password)


@pytest.mark.parametrize(
    "password",
    [
        "ba con trâu ăn cỏ", "một mật khẩu dài", "correct horse battery", "k2f9-x0p4-z7tq-11ab",
        "tám chữ cái thôi", "ヴェトナムの北西部の村人",
    ],
)  # fmt: skip
def test_what_few_choose_is_taken_without_rules_about_letters(password) -> None:
    assert not is_common(password)
    assert fits(hash_password(password), password)


def test_to_guess_a_password_costs_memory_and_time():
    kind, _, cost = NOBODY_HASH[1:].split("$")[:3]
    assert (kind, cost) == ("argon2id", "m=65536,t=3,p=1")


@pytest.mark.parametrize(
    ("password", "login", "code"),
    [
        ("mười một chữ"[:11], "", "short-password"),
        ("đây là LÒ.thị mai", "lò.thị", "login-in-password"),
        ("matkhau123456", "", "common-password"),
    ],
)
def test_a_refusal_says_why(password, login, code) -> None:
    with pytest.raises(InputError) as caught:
        hash_password(password, login)
    assert caught.value.code == code


def test_a_very_short_log_in_name_forbids_nothing() -> None:
    assert hash_password("ba con trâu ăn cỏ", "a")


def test_the_list_is_kept_as_it_is_compared() -> None:
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    words = [line for line in lines if not line.startswith("#")]
    assert len(words) == len(set(words))
    assert all(is_common(word) for word in words)
