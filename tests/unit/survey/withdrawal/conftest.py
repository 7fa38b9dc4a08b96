"""An installation with responses in it, some of which their givers take back."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from config import Settings
from survey.operations.responses import receive_response
from survey.operations.submissions import Submission, read_submission
from survey.operations.withdrawals import withdraw
from tests.build import a_body, an_id, answers, with_rounds


@dataclass(frozen=True)
class Given:
    """A response that was received: what was sent, its receipt, words that are in no other."""

    submission: Submission
    receipt: str
    canary: str

    @property
    def id(self) -> str:
        return self.submission.id


@pytest.fixture
def settings(settings, database_url) -> Settings:
    """What holds of withdrawals holds on both databases."""
    return replace(settings, database_url=database_url)


@pytest.fixture
def give(store) -> Callable[[], Given]:
    """Hand in a response to the open round with words of its own in it."""
    with_rounds(store.database)

    def one() -> Given:
        canary = f"Chim hoàng yến {an_id()}"
        body = a_body(answers=answers(note=canary))
        submission = read_submission(an_id(), body)
        done = receive_response(store.database, store.keys, submission)
        return Given(submission, done.receipt, canary)

    return one


@pytest.fixture
def take_back(store) -> Callable[[str], str]:
    """Withdraw by a receipt."""
    return lambda code: withdraw(store.database, store.settings, store.keys, code)
