"""Runs the small areas of the milk data against published software."""

import numpy as np

from scoring.modelled.fay_herriot import fay_herriot
from tests.golden.case import Case
from tests.golden.reference import MILK, columns, floats


def milk(case: Case) -> None:
    data = columns(MILK)
    region = np.asarray(data["major_area"])
    x = (region[:, None] == np.unique(region)).astype(float)
    areas = fay_herriot(floats(data["direct_est"]), floats(data["std_error"]) ** 2, x)
    shown = slice(*case.used("rows"))
    case.holds("est", areas.estimate[shown])
    case.holds("mse", areas.mse[shown])
    case.holds("A", areas.between)
    case.holds("beta", areas.coefficients)


RUNNERS = {"fay_herriot fay_herriot": milk}
