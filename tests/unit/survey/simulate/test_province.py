"""The made-up province: its real communes, its strata, and how its sample is drawn."""

import numpy as np
import pytest

from survey.places.builtin import builtin_places
from survey.simulate.draw import PER_VILLAGE, brewer_pair, drawn_sample, strata_of
from survey.simulate.people import seeded_people
from survey.terms import PlaceKind


@pytest.fixture(scope="module")
def made_up():
    return seeded_people()


def test_its_communes_are_those_of_son_la(made_up):
    province, _ = made_up
    known = {
        place.code: f"{place.designation.capitalize()} {place.name}"
        for place in builtin_places().places
        if place.parent == "14" and place.kind is not PlaceKind.DISTRICT
    }
    assert {commune.code: commune.name for commune in province.communes} == known


def test_three_strata_of_similar_size_cover_it(made_up):
    province, _ = made_up
    adults = [
        sum(commune.adults for commune in province.communes if commune.stratum == stratum)
        for stratum in strata_of(province)
    ]
    assert len(adults) == 3
    assert max(adults) / min(adults) < 1.05
    assert sum(adults) == province.adults.sum()


def test_former_districts_have_one_seat_each(made_up):
    province, _ = made_up
    seats = [commune.district for commune in province.communes if commune.is_seat]
    assert len(seats) == len(set(seats)) == 12


def test_villages_of_a_commune_have_different_names_and_say_that_they_are_made_up(made_up):
    province, _ = made_up
    for commune in range(0, 75, 10):
        inside = range(province.first_of[commune], province.first_of[commune + 1])
        names = [province.village_name(village) for village in inside]
        assert len(set(names)) == len(names)
        assert all(name.endswith("(mô phỏng)") for name in names)


def test_the_same_seed_makes_the_same_people(made_up):
    _, people = made_up
    _, again = seeded_people()
    assert np.array_equal(people.opinion, again.opinion)
    assert np.array_equal(people.profile["work"].codes, again.profile["work"].codes)


def test_people_are_as_a_census_finds_them(made_up):
    _, people = made_up
    groups = people.profile["ethnic"]
    assert 0.45 < groups.equals("thai").mean() < 0.60
    assert 0.49 < people.profile["sex"].equals("2").mean() < 0.52
    retired = people.profile["work"].equals("retired")
    assert people.profile["age_band"].codes[retired].min() == 4


def test_a_pair_is_drawn_with_probability_in_proportion_to_size():
    rng = np.random.default_rng(5)
    sizes = np.array([10, 20, 30, 40])
    pairs = np.array([brewer_pair(sizes, rng) for _ in range(4000)])
    assert (pairs[:, 0] != pairs[:, 1]).all()
    shares = np.bincount(pairs.ravel(), minlength=4) / len(pairs)
    # four standard errors of a share near one half
    assert np.abs(shares - 2 * sizes / sizes.sum()).max() < 4 * 0.5 / np.sqrt(len(pairs))


def test_a_sample_is_240_different_people_who_stand_for_all_adults(made_up):
    province, people = made_up
    drawn = drawn_sample(province, np.random.default_rng(6))
    assert len(set(drawn.people.ravel().tolist())) == 240
    assert np.array_equal(people.village[drawn.people[:, 0]], drawn.villages)
    communes = [province.communes[province.commune_of[village]] for village in drawn.villages]
    assert len(set(drawn.villages)) == 12
    assert len({commune.code for commune in communes}) == 6
    assert PER_VILLAGE * sum(drawn.base_weight) == pytest.approx(province.adults.sum())
