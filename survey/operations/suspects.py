"""What is suspected in a round, counter by counter, and how many codes of slips were used.

As it was told when a batch was last counted; it never says which response is suspected.
"""

from dataclasses import dataclass

from survey.db.database import Database
from survey.operations.snapshots import snapshot_source
from survey.queries.counters import device_names
from survey.queries.kiosks import counter_place
from survey.queries.slips import SlipStack, slip_stacks
from survey.snapshot.suspects import SourceTold, kept_suspects


@dataclass(frozen=True)
class SuspectedSource:
    """One counter; ``device`` is empty for the phones of citizens, then ``channel`` says which."""

    device: str
    channel: str
    place: str
    told: SourceTold


@dataclass(frozen=True)
class Suspects:
    """The sources with suspects, the most suspected first; counts of all; the stacks of slips."""

    sources: list[SuspectedSource]
    received_count: int
    out_count: int
    sources_count: int
    stacks: list[tuple[str, SlipStack]]


def suspects_out_count(database: Database, round_code: str) -> int:
    """Return how many suspects stood outside the estimates of a round when last counted."""
    told = kept_suspects(snapshot_source(database, round_code).store) or []
    return sum(each.out for each in told)


def round_suspects(database: Database, round_code: str) -> Suspects:
    """Return what was last told of the suspects of a round."""
    told = kept_suspects(snapshot_source(database, round_code).store) or []
    with database.reading() as connection:
        names = device_names(connection, [each.source for each in told if each.out])
        places = {
            each.place: counter_place(connection, each.place)
            for each in told
            if each.out and each.place
        }
        stacks = [
            (counter_place(connection, stack.place), stack)
            for stack in slip_stacks(connection, round_code)
        ]
    sources = [
        SuspectedSource(
            names.get(each.source, each.source) if each.is_device else "",
            "" if each.is_device else each.source,
            places.get(each.place or "", ""),
            each,
        )
        for each in told
        if each.out
    ]
    received, out = sum(each.received for each in told), sum(each.out for each in told)
    return Suspects(sources, received, out, len(told), stacks)
