"""Fay-Herriot against published software on the milk data of R's package sae."""

import numpy as np
import pytest

from scoring.modelled.fay_herriot import fay_herriot
from tests.golden.reference import REFERENCE, columns, floats, numbers, same

MILK = REFERENCE / "golden" / "fay_herriot" / "milk.csv"
FAY_HERRIOT = 1e-6


@pytest.mark.skipif(not MILK.is_file(), reason="the milk data need REFERENCE_DIR, which is absent")
def test_small_areas_are_those_of_the_milk_data():
    data = columns(MILK)
    region = np.asarray(data["major_area"])
    x = (region[:, None] == np.unique(region)).astype(float)
    areas = fay_herriot(floats(data["direct_est"]), floats(data["std_error"]) ** 2, x)
    golden = numbers("fay_herriot")
    shown = slice(*golden["rows"])
    same("estimate", areas.estimate[shown], golden["est"], FAY_HERRIOT)
    same("mse", areas.mse[shown], golden["mse"], FAY_HERRIOT)
    same("between", areas.between, golden["A"], FAY_HERRIOT)
    same("coefficients", areas.coefficients, golden["beta"], FAY_HERRIOT)
