"""A list that gathers every fault of a questionnaire, so that its author mends all at once."""

from dataclasses import dataclass, field

from survey.errors import Fault, InstrumentError
from survey.instruments.mistakes import Mistake


@dataclass(frozen=True)
class Place:
    """Where a fault is: sheet, row as the spreadsheet shows it, heading of the column."""

    sheet: str
    row: int | None = None
    column: str | None = None


@dataclass
class Faults:
    """The faults found so far."""

    found: list[Fault] = field(default_factory=list)

    def add(self, place: Place, mistake: Mistake) -> None:
        """Note one mistake at its place, once."""
        fault = Fault(mistake.code, place.sheet, place.row, place.column, mistake.vi, mistake.en)
        if fault not in self.found:
            self.found.append(fault)

    def settle(self, source: str, order: tuple[str, ...]) -> None:
        """Raise InstrumentError with every fault in reading order; do nothing without faults."""
        if self.found:
            ranked = sorted(self.found, key=lambda fault: _rank(fault, order))
            raise InstrumentError(source, tuple(ranked))


def _rank(fault: Fault, order: tuple[str, ...]) -> tuple[int, int]:
    sheet = order.index(fault.sheet) if fault.sheet in order else len(order)
    return sheet, fault.row or 0
