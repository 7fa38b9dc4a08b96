"""The hatch as a device or a browser meets it."""

import pytest
from sqlalchemy import func, select

from survey.models import Quarantine, Response
from tests.build import an_id, digest_of, with_rounds


@pytest.fixture
def key(database) -> str:
    return with_rounds(database)


@pytest.fixture
def put(client, key):
    """Send a body as a browser does (no credential) or as the device does."""

    def send(body: bytes, interview: str | None = None, *, device=False, **headers: str):
        sent = {"Content-Type": "application/json"}
        if device:
            sent |= {"Authorization": f"Bearer {key}", "Content-Digest": digest_of(body)}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in sent.items() if value}
        path = f"/api/v1/interviews/{interview or an_id()}"
        return client.put(path, data=body, headers=sent)

    return send


@pytest.fixture
def stored(database):
    """Count what is in the two tables: (responses, quarantine)."""

    def count() -> tuple[int, int]:
        with database.reading() as connection:
            return tuple(
                connection.scalars(select(func.count()).select_from(table)).one()
                for table in (Response, Quarantine)
            )

    return count
