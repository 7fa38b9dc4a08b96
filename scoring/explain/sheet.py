"""A sheet of plain text on which numbers and words are written in one language."""

from collections.abc import Iterable

from scoring.errors import PlanError
from scoring.explain.facts import in_vietnamese
from scoring.explain.words import LANGUAGES, NOTES, WORDS
from scoring.nodes import Node

DIGITS = 9


class Sheet:
    """Lines of text; every line of arithmetic can be computed by hand.

    Parameters
    ----------
    language : ``vi`` (decimal comma) or ``en`` (decimal point)

    Raises
    ------
    PlanError
        If the language is another.
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise PlanError(f"{language!r} is none of {', '.join(LANGUAGES)}", where="language")
        self._at = LANGUAGES.index(language)
        self._lines: list[str] = []

    def number(self, value: float) -> str:
        """Return a number to nine digits, as the language writes it.

        Examples
        --------
        >>> Sheet("vi").number(2 / 3)
        '0,666666667'
        """
        plain = f"{value:.{DIGITS}g}"
        return plain.replace(".", ",") if LANGUAGES[self._at] == "vi" else plain

    def term(self, value: float) -> str:
        """Return a number for the inside of a formula: in brackets when it is below zero."""
        return f"({self.number(value)})" if value < 0 else self.number(value)

    def share(self, part: float) -> str:
        """Return a share of one as per cent with one decimal."""
        return f"{self.number(round(100 * part, 1))} %"

    def word(self, key: str, **values: object) -> str:
        """Return a phrase of the word list with its blanks filled; floats as numbers."""
        filled = {
            name: self.number(value) if isinstance(value, float) else value
            for name, value in values.items()
        }
        return WORDS[key][self._at].format(**filled)

    def named(self, node: Node) -> str:
        """Return the code of a node with its title, where it has one."""
        title = node.title.get(LANGUAGES[self._at])
        return f"{node.code} ({title})" if title else node.code

    def head(self, key: str, **values: object) -> None:
        """Begin a part."""
        self._lines += ["", self.word(key, **values)]

    def say(self, key: str, **values: object) -> None:
        """Write a sentence."""
        self._lines.append(f"  {self.word(key, **values)}")

    def equation(self, left: str, right: float) -> None:
        """Write a line of arithmetic and what comes out."""
        self._lines.append(f"    {left} = {self.number(right)}")

    def total(self, parts: Iterable[float], whole: float) -> None:
        """Write a sum."""
        self.equation(" + ".join(self.term(part) for part in parts), whole)

    def note(self, code: str, fact: str) -> None:
        """Write a note: what its code means, and the particulars; or the fact that has none."""
        told = in_vietnamese(fact)
        said = told.said if LANGUAGES[self._at] == "vi" else fact
        meant = f"{NOTES[code][self._at]} ({said})" if told.has_particulars else said
        self._lines.append(f"  {code}: {meant}")

    def text(self) -> str:
        """Return the whole sheet."""
        return "\n".join(self._lines).lstrip("\n")
