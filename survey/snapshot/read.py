"""The one door between stored responses and whatever computes from them: sums and a fingerprint.

What lies behind it (parts, an engine) is nobody else's business.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from survey.snapshot.build import Source, update
from survey.snapshot.documents import Encoder, binary_array
from survey.snapshot.interviews import keep_interviews
from survey.snapshot.layout import HOUR, ID, IS_DEVICE, IS_FLAGGED, PLACE, SHA256, Layout
from survey.snapshot.store import Manifest
from survey.snapshot.suspects import find_suspects
from survey.snapshot.totals import MEASURED, Answers, Question, totals

ID_BYTES, SHA256_BYTES = 16, 32


@dataclass(frozen=True, eq=False)
class Sums:
    """The totals as columns of one length: ``unit``, ``leaf``, ``n``, ``d``, ``y``, ``q``, ...

    ``cells`` are the labels of each cell item, None for a missing answer.
    """

    numbers: Mapping[str, npt.NDArray[np.float64 | np.int64]]
    cells: Mapping[str, npt.NDArray[np.object_]]


@dataclass(frozen=True)
class Counted:
    """Which responses count: their ids in order, 16 bytes each, and a hash that names their bytes.

    ``answers_sha256`` is that of id and SHA-256 of each, in the order of the ids.
    """

    ids: bytes
    answers_sha256: str

    @property
    def n_rows(self) -> int:
        """How many they are."""
        return len(self.ids) // ID_BYTES


class Snapshot:
    """A round's columns as they are; good while the store is held."""

    def __init__(self, source: Source, manifest: Manifest) -> None:
        versions = sorted({part.version for part in manifest.parts})
        encoder = Encoder(source.instrument_of)
        self.layouts: Mapping[str, Layout] = {name: encoder.layout(name) for name in versions}
        self._store, self._manifest = source.store, manifest

    def counted(
        self, places: Collection[str], *, is_sampled: bool, hours: range | None = None
    ) -> Counted:
        """Return the responses without doubts that have a place in the design, or have none.

        Of those that have none, suspects are left out; what is told of them is brought up to date.
        ``hours`` are those in which they were answered, counted from 1970.
        """
        in_design = pa.array(list(places), pa.string())
        out = [] if is_sampled else find_suspects(self._store, self._manifest, places)

        def counts(rows: pa.Table) -> pa.ChunkedArray:
            placed = pc.and_(pc.is_in(rows[PLACE], in_design), rows[IS_DEVICE])
            here = placed if is_sampled else pc.invert(placed)
            is_out = pc.is_in(rows[ID], pa.array(out, pa.binary()))
            if hours is not None:
                first, last = pa.scalar(hours.start), pa.scalar(hours.stop)
                here = pc.and_(here, pc.greater_equal(rows[HOUR], first))
                here = pc.and_(here, pc.less(rows[HOUR], last))
            return pc.and_(here, pc.invert(pc.or_(rows[IS_FLAGGED], is_out)))

        return self._counted(counts)

    def still_here(self, ids: bytes) -> Counted:
        """Return those of the given responses (16 bytes each) that are still stored."""
        wanted = binary_array(ids, ID_BYTES)
        return self._counted(lambda rows: pc.is_in(rows[ID], wanted))

    def keep_interviews(self) -> None:
        """Tell anew how the interviews of each place went."""
        keep_interviews(self._store, self._manifest)

    def places_of(self, ids: bytes) -> list[str]:
        """Return the places of the given responses, in order."""
        wanted = binary_array(ids, ID_BYTES)
        parts = [self._store.columns(part, [ID, PLACE]) for part in self._manifest.parts]
        found = [pc.unique(rows.filter(pc.is_in(rows[ID], wanted))[PLACE]) for rows in parts]
        return sorted({str(place) for places in found for place in places.to_pylist() if place})

    def sums(
        self, question: Question, only: bytes | None = None, *, by_place: bool = False
    ) -> Sums:
        """Answer a question; ``only`` asks it of just these responses, with or without doubts.

        ``by_place``: slips and open forms have their place too, not devices alone.
        Good only for a snapshot that holds something.
        """
        engine = ibis.duckdb.connect()
        try:
            answers = [self._answers(engine, version, only) for version in self.layouts]
            if by_place:
                placed = ibis.literal(True)  # noqa: FBT003 - a value
                answers = [
                    replace(each, table=each.table.mutate(**{IS_DEVICE: placed}))
                    for each in answers
                ]
            found = engine.to_pyarrow(totals(answers, question))
        finally:
            engine.disconnect()
        return sums_of(found, list(self.layouts.values()), question.cells)

    def _counted(self, counts: Callable[[pa.Table], pa.ChunkedArray]) -> Counted:
        found = [(np.empty(0, "S16"), np.empty(0, "S32"))]
        for part in self._manifest.parts:
            rows = self._store.columns(part, [ID, SHA256, PLACE, IS_DEVICE, IS_FLAGGED, HOUR])
            rows = rows.filter(counts(rows))
            found.append((_fixed(rows[ID], ID_BYTES), _fixed(rows[SHA256], SHA256_BYTES)))
        ids, hashes = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.argsort(ids)
        both = np.rec.fromarrays([ids[order], hashes[order]])
        return Counted(ids[order].tobytes(), hashlib.sha256(both.tobytes()).hexdigest())

    def _answers(self, engine: ibis.BaseBackend, version: str, only: bytes | None) -> Answers:
        paths = [str(self._store.path(part)) for part in self._manifest.of_version(version)]
        table = engine.read_parquet(paths)
        if only is not None:
            chosen = table.semi_join(
                ibis.memtable(pa.table({ID: binary_array(only, ID_BYTES)})), ID
            )
            table = chosen.mutate(**{IS_FLAGGED: ibis.literal(False)})  # noqa: FBT003 - a value
        return Answers(table, self.layouts[version])


@contextmanager
def current_snapshot(source: Source) -> Iterator[Snapshot]:
    """Bring a round's snapshot up to its documents and hold it."""
    with source.store.held():
        yield Snapshot(source, update(source))


def sums_of(found: pa.Table, layouts: Sequence[Layout], cells: Sequence[str]) -> Sums:
    """Return totals as arrays; the codes of the cells become the labels of their version."""
    source = found["source"].to_numpy()
    labels = {}
    for at, item in enumerate(cells):
        names = [(*layout.choices.get(item, ()), None) for layout in layouts]
        codes = np.maximum(found[f"cell{at}"].to_numpy(), -1)
        pairs = zip(source.tolist(), codes.tolist(), strict=True)
        labels[item] = np.array([names[one][code] for one, code in pairs], object)
    columns = ("unit", "leaf", *MEASURED)
    return Sums({name: found[name].to_numpy() for name in columns}, labels)


def _fixed(column: pa.ChunkedArray, width: int) -> npt.NDArray[np.bytes_]:
    cut = column.cast(pa.binary(width)).combine_chunks()
    start = cut.offset * width
    joined = memoryview(cut.buffers()[1])[start : start + len(cut) * width]
    return np.frombuffer(joined, dtype=f"S{width}")
