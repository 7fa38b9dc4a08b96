"""Compute by hand what an explanation prints: every line ``formula = result``."""

import math
import re

from scipy import special

ALLOWED = re.compile(r"(?:[0-9.e+\-*/()\s;,]|sqrt|ln|exp|sin|asin|min|max|pi|beta|\bt\b|\bz\b)+")
WORDS = {
    "sqrt": math.sqrt,
    "ln": math.log,
    "exp": math.exp,
    "sin": math.sin,
    "asin": math.asin,
    "min": min,
    "max": max,
    "pi": math.pi,
    "beta": lambda part, a, b: float(special.betaincinv(a, b, part)),
    "t": lambda df, upper: float(special.stdtrit(df, upper)),
    "z": lambda upper: float(special.ndtri(upper)),
}


def equations(text: str, language: str = "vi") -> list[tuple[str, float, float]]:
    """Every line of arithmetic: its text, what its left side gives, and what it says."""
    found = []
    for line in text.splitlines():
        if not line.startswith("    "):
            continue
        plain = line.replace(",", ".") if language == "vi" else line
        left, right = plain.replace("×", "*").replace("√", "sqrt").replace("π", "pi").split(" = ")
        assert ALLOWED.fullmatch(left), left
        value = eval(left.replace(";", ","), {"__builtins__": {}}, WORDS)
        found.append((line.strip(), float(value), float(right)))
    return found


def told(text: str) -> dict[str, str]:
    """The numbers of the line of results, as printed in English."""
    pattern = r"estimate (\S+); standard error (\S+); .* interval: (\S+) to (\S+)"
    found = re.search(pattern, text)
    assert found is not None, text
    return dict(zip(("estimate", "se", "low", "high"), found.groups(), strict=True))
