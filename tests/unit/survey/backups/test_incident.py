"""The queries of docs/incident.md answer on both databases: on the bad day nobody mends SQL."""

import re

import pytest
from sqlalchemy import text

from tests.house.source import ROOT

QUERIES = re.findall(
    r"```sql\n(.+?)```", (ROOT / "docs/incident.md").read_text("utf-8"), re.DOTALL
)


def test_there_is_a_query_for_each_kind_of_person() -> None:
    assert len(QUERIES) == 4


@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.split("FROM ")[1].split()[0])
def test_a_query_of_the_incident_page_runs(database, query) -> None:
    with database.reading() as connection:
        rows = connection.execute(text(query.replace(":00:00", "\\:00\\:00"))).mappings().all()
    if "responses" in query:
        assert sum(row["responses"] for row in rows) == 20
