"""How respondents were drawn: strata, PSUs and second-stage units, listed in full.

Knows no answers and no weights.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from scoring.arrays import FloatArray, IntArray, float_vector, int_vector, same_length
from scoring.columns import Codes, Column
from scoring.errors import DesignError, ShapeError

WHOLE = "all"


@dataclass(frozen=True, eq=False)
class Frame:
    """The full list of PSUs by stratum, and of second-stage units by PSU.

    A PSU of the frame in which nobody of a domain answered is a zero row of that domain, not an
    absent one: dropping it would change n_h and the variance.

    Parameters
    ----------
    strata : label of each stratum
    psus : label of each PSU; nested, so the same label may stand in two strata
    psu_stratum : (C,) stratum of each PSU, ascending
    ssus : label of each second-stage unit
    ssu_psu : (S,) PSU of each second-stage unit, ascending
    stratum_size : (H,) number of PSUs in the population of each stratum, of which those of the
        frame were drawn without replacement; infinite = with replacement; empty = all strata so
    psu_size : (C,) the same of second-stage units in each PSU; empty = one stage

    Raises
    ------
    DesignError
        If units are not in the order of their groups, a population is smaller than its sample, or
        the second stage is corrected and the first is not.
    ShapeError
        If there is not one size for each group.
    """

    strata: tuple[str, ...]
    psus: tuple[str, ...]
    psu_stratum: IntArray
    ssus: tuple[str, ...] = ()
    ssu_psu: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    stratum_size: FloatArray = field(default_factory=lambda: np.empty(0))
    psu_size: FloatArray = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        for parent, what in ((self.psu_stratum, "psu_stratum"), (self.ssu_psu, "ssu_psu")):
            if np.any(np.diff(parent) < 0):
                raise DesignError("must be ascending", where=what)
        if self.is_two_stage and not (len(self.ssus) and len(self.stratum_size)):
            raise DesignError("needs ssu and fpc beside it", where="ssu_fpc")
        self._check_sizes("fpc", self.stratum_size, self.psus_per_stratum)
        self._check_sizes("ssu_fpc", self.psu_size, self.ssus_per_psu)

    @property
    def psus_per_stratum(self) -> IntArray:
        """(H,) number of PSUs of each stratum."""
        return np.bincount(self.psu_stratum, minlength=len(self.strata))

    @property
    def ssus_per_psu(self) -> IntArray:
        """(C,) number of second-stage units of each PSU."""
        return np.bincount(self.ssu_psu, minlength=len(self.psus))

    @property
    def is_two_stage(self) -> bool:
        """Whether second-stage units were drawn without replacement from PSUs that were too."""
        return bool(len(self.psu_size))

    @property
    def fraction(self) -> FloatArray:
        """(H,) share of its PSUs that each stratum has in the sample; 0 with replacement."""
        return _fractions(self.psus_per_stratum, self.stratum_size)

    @property
    def second_fraction(self) -> FloatArray:
        """(C,) share of its second-stage units that each PSU has in the sample."""
        return _fractions(self.ssus_per_psu, self.psu_size)

    def _check_sizes(self, what: str, sizes: FloatArray, drawn: IntArray) -> None:
        if not len(sizes):
            return
        same_length(len(drawn), sizes, what)
        small = ~(sizes >= drawn)
        if small.any():
            at = int(np.argmax(small))
            of = f"stratum {self.strata[at]!r}" if what == "fpc" else f"PSU {_psu_names(self)[at]}"
            raise DesignError(
                f"{sizes[at]:g} units in the population of {of}, fewer than the {drawn[at]} drawn",
                where=what,
            )

    def same_as(self, other: "Frame") -> bool:
        """Whether two frames list the same units in the same order, from like populations."""
        return (
            (self.strata, self.psus, self.ssus) == (other.strata, other.psus, other.ssus)
            and np.array_equal(self.psu_stratum, other.psu_stratum)
            and np.array_equal(self.ssu_psu, other.ssu_psu)
            and np.array_equal(self.stratum_size, other.stratum_size)
            and np.array_equal(self.psu_size, other.psu_size)
        )


@dataclass(frozen=True, eq=False)
class Design:
    """Where each row stands in the frame.

    Parameters
    ----------
    frame : Frame
    psu : (n,) codes into ``frame.psus``
    ssu : (n,) codes into ``frame.ssus``, or None

    Raises
    ------
    DesignError
        If a code lies outside the frame, or second-stage units are drawn from it and not named.
    ShapeError
        If the lengths differ.
    """

    frame: Frame
    psu: IntArray
    ssu: IntArray | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "psu", _codes_within(self.psu, len(self.frame.psus), "psu"))
        if self.ssu is None and self.frame.is_two_stage:
            raise DesignError("is missing, and the frame corrects for it", where="ssu")
        if self.ssu is not None:
            ssu = _codes_within(self.ssu, len(self.frame.ssus), "ssu")
            same_length(len(self.psu), ssu, "ssu")
            object.__setattr__(self, "ssu", ssu)

    def __len__(self) -> int:
        return len(self.psu)

    @classmethod
    def from_labels(
        cls,
        *,
        stratum: Column | None = None,
        psu: Column | None = None,
        ssu: Column | None = None,
        n: int | None = None,
        listed: "Design | None" = None,
    ) -> "Design":
        """Build a design from one label per row; PSU labels are nested in their stratum.

        Parameters
        ----------
        stratum : (n,) labels, or None for one stratum
        psu : (n,) labels, or None when every row is its own PSU
        ssu : (n,) labels nested in their PSU, or None
        n : number of rows, needed when neither stratum nor psu is given
        listed : a design that lists every unit drawn; its frame is used, so that a unit without
            answers stays in it

        Raises
        ------
        DesignError
            If a label is blank, or a unit is not in ``listed``.
        ShapeError
            If the lengths differ.

        Examples
        --------
        >>> design = Design.from_labels(stratum=["a", "a", "b"], psu=[1, 2, 1])
        >>> design.frame.strata, design.frame.psus, design.frame.psu_stratum.tolist()
        (('a', 'b'), ('1', '2', '1'), [0, 0, 1])
        """
        strata = _labels(stratum, "stratum", n if psu is None else len(Codes.of(psu)))
        units = _own(len(strata)) if psu is None else _labels(psu, "psu", len(strata))
        psu_codes, psu_parent, psu_index = _nested(strata.codes, units)
        frame = Frame(strata.labels, _label_of(psu_index, units), psu_parent)
        design = cls(frame, psu_codes)
        if ssu is not None:
            seconds = _labels(ssu, "ssu", len(strata))
            ssu_codes, ssu_parent, ssu_index = _nested(psu_codes, seconds)
            frame = Frame(
                frame.strata,
                frame.psus,
                frame.psu_stratum,
                _label_of(ssu_index, seconds),
                ssu_parent,
            )
            design = cls(frame, psu_codes, ssu_codes)
        return design if listed is None else design.within(listed.frame)

    def without_replacement(
        self, fpc: npt.ArrayLike, ssu_fpc: npt.ArrayLike | None = None
    ) -> "Design":
        """Return the design of PSUs (and second-stage units) drawn without replacement.

        Parameters
        ----------
        fpc : (n,) number of PSUs in the population of the row's stratum; infinite = this stratum
            was drawn with replacement
        ssu_fpc : (n,) number of second-stage units in the population of the row's PSU, or None
            when whole PSUs were asked

        Raises
        ------
        DesignError
            If a number is missing or not above 0, differs within its group, or is smaller than
            the sample; or ``ssu_fpc`` comes without second-stage units.
        ShapeError
            If the lengths differ.

        Notes
        -----
        A stratum with all its PSUs in the sample (certainty units) adds nothing between PSUs.

        Examples
        --------
        >>> design = Design.from_labels(stratum=["a", "a", "b"], psu=[1, 2, 1])
        >>> design.without_replacement([8, 8, 1]).frame.fraction.tolist()
        [0.25, 1.0]
        """
        frame = self.frame
        stratum = frame.psu_stratum[self.psu]
        sizes = _sizes(fpc, stratum, len(frame.strata), "fpc")
        psu_sizes = np.empty(0)
        if ssu_fpc is not None:
            psu_sizes = _sizes(ssu_fpc, self.psu, len(frame.psus), "ssu_fpc")
        return Design(replace(frame, stratum_size=sizes, psu_size=psu_sizes), self.psu, self.ssu)

    def within(self, frame: Frame) -> "Design":
        """Return the same rows placed in a larger frame, found by their labels.

        Raises
        ------
        DesignError
            If a unit of this design is not in the frame.
        """
        psu_at: dict[Hashable, int] = {name: at for at, name in enumerate(_psu_names(frame))}
        psu_map = _places(_psu_names(self.frame), psu_at, "PSU")
        if self.ssu is None:
            return Design(frame, psu_map[self.psu])
        ssu_at: dict[Hashable, int] = {name: at for at, name in enumerate(_ssu_names(frame))}
        ssu_map = _places(_ssu_names(self.frame), ssu_at, "second-stage unit")
        return Design(frame, psu_map[self.psu], ssu_map[self.ssu])

    def take(self, rows: IntArray) -> "Design":
        """Return the chosen rows under the same frame."""
        return Design(self.frame, self.psu[rows], None if self.ssu is None else self.ssu[rows])


def _codes_within(values: npt.ArrayLike, size: int, what: str) -> IntArray:
    codes = int_vector(values, what)
    if len(codes) and (int(codes.min()) < 0 or int(codes.max()) >= size):
        raise DesignError("code outside the frame", where=what)
    return codes


def _fractions(drawn: IntArray, sizes: FloatArray) -> FloatArray:
    return drawn / sizes if len(sizes) else np.zeros(len(drawn))


def _sizes(values: npt.ArrayLike, group: IntArray, n_groups: int, what: str) -> FloatArray:
    """Return the one size of each group that its rows repeat."""
    sizes = float_vector(values, what)
    same_length(len(group), sizes, what)
    found = np.full(n_groups, np.inf)
    found[group] = sizes
    bad = ~(sizes > 0) | (sizes != found[group])
    if bad.any():
        row = int(np.argmax(bad))
        said = "differs within its group" if sizes[row] > 0 else "expected a number above 0"
        raise DesignError(f"{said}, got {sizes[row]:g}", where=f"data row {row + 1}, {what}")
    return found


def _labels(column: Column | None, what: str, n: int | None) -> Codes:
    if column is None:
        if n is None:
            raise ShapeError("the number of rows is unknown", where=what)
        return Codes(np.zeros(n, dtype=np.int8), (WHOLE,))
    labels = Codes.of(column)
    same_length(len(labels) if n is None else n, labels.codes, what)
    if len(labels) and int(labels.codes.min()) < 0:
        row = int(np.argmax(labels.codes < 0))
        raise DesignError(f"{what} is blank", where=f"data row {row + 1}")
    return labels


def _own(n: int) -> Codes:
    return Codes(np.arange(n), tuple(str(row + 1) for row in range(n)))


def _nested(parent: IntArray, child: Codes) -> tuple[IntArray, IntArray, IntArray]:
    """Return, of the (parent, child) pairs that occur: code by row, parent and child of each."""
    width = max(len(child.labels), 1)
    key = parent.astype(np.int64) * width + child.codes
    pairs, codes = np.unique(key, return_inverse=True)
    return codes, pairs // width, pairs % width


def _label_of(index: IntArray, codes: Codes) -> tuple[str, ...]:
    return tuple(codes.labels[at] for at in index.tolist())


def _psu_names(frame: Frame) -> Sequence[tuple[str, str]]:
    strata = frame.psu_stratum.tolist()
    return [(frame.strata[h], psu) for h, psu in zip(strata, frame.psus, strict=True)]


def _ssu_names(frame: Frame) -> Sequence[tuple[tuple[str, str], str]]:
    psus, parents = _psu_names(frame), frame.ssu_psu.tolist()
    return [(psus[c], ssu) for c, ssu in zip(parents, frame.ssus, strict=True)]


def _places(names: Sequence[Hashable], at: Mapping[Hashable, int], what: str) -> IntArray:
    absent = next((name for name in names if name not in at), None)
    if absent is not None:
        raise DesignError(f"{what} {absent} is not in the frame")
    return np.asarray([at[name] for name in names], dtype=np.int64)
