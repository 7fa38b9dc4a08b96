"""The size budget: a good median is cheap, so what is held here is the maximum and the p90."""

import statistics

from tests.house.source import files, functions_of, lines_of, name_of, product


def _percentile_90(values: list[int]) -> float:
    return statistics.quantiles(values, n=10)[-1]


def test_no_file_outgrows_its_purpose() -> None:
    limits = [
        (product(".py", ".js", ".css"), 350),
        (product(".html"), 120),
        ([path for path in files(".py") if name_of(path).startswith("tests/")], 400),
    ]
    too_long = {
        name_of(path): lines_of(path)
        for paths, limit in limits
        for path in paths
        if lines_of(path) > limit
    }
    assert too_long == {}


def test_files_are_mostly_small() -> None:
    lengths = [lines_of(path) for path in product(".py") if lines_of(path) > 3]
    assert statistics.median(lengths) <= 120
    assert _percentile_90(lengths) <= 250


def test_no_function_outgrows_a_screen() -> None:
    too_long = {
        f"{name_of(path)}:{function.name}": length
        for path in product(".py")
        for function in functions_of(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > 50
    }
    assert too_long == {}


def test_functions_are_mostly_short() -> None:
    lengths = [
        (function.end_lineno or 0) - function.lineno + 1
        for path in product(".py")
        for function in functions_of(path)
    ]
    assert statistics.median(lengths) <= 10
    assert _percentile_90(lengths) <= 30
