"""Laws of sample sizes: what is asked for is reached, with no interview too many."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from scoring import Assumptions, PlanError, interviews_for, margin_of, textbook_size

margins = st.floats(0.01, 0.2)
shares = st.floats(0.05, 0.95)
populations = st.one_of(st.just(math.inf), st.integers(2_000, 10**8).map(float))
clustered = st.builds(
    Assumptions,
    share=shares,
    population=populations,
    icc=st.floats(0, 0.3),
    per_cluster=st.integers(1, 40),
    strata=st.integers(1, 12),
    deff=st.floats(1, 2),
)


@given(margins, clustered)
def test_the_least_sample_reaches_the_margin_and_one_less_does_not(margin, assumed):
    try:
        found = interviews_for(margin, assumed)
    except PlanError:
        assert margin_of(int(min(assumed.population, 10**12)), assumed).margin > margin or (
            assumed.strata * assumed.per_cluster >= assumed.population
        )
        return
    assert found.margin <= margin
    try:
        before = margin_of(found.interviews - 1, assumed)
    except PlanError:
        return
    assert before.margin > margin


@given(margins, shares)
def test_without_clusters_and_of_many_people_it_is_the_formula_of_the_book(margin, share):
    z = float(special.ndtri(0.975))
    exact = z**2 * share * (1 - share) / margin**2
    found = interviews_for(margin, Assumptions(share=share)).interviews
    assert abs(found - math.ceil(exact)) <= (1 if abs(exact - round(exact)) < 1e-6 else 0)


@given(margins, st.integers(2_000, 10**7))
def test_of_few_people_it_is_cochran_s_correction(margin, people):
    whole = Assumptions(population=float(people))
    first = float(special.ndtri(0.975)) ** 2 * whole.variance / margin**2
    found = interviews_for(margin, whole).interviews
    assert found == pytest.approx(first / (1 + first / people), abs=1 + 1e-6)
    assert found <= people


@given(margins, st.integers(100, 10**9))
def test_the_textbook_is_a_half_and_a_quantile_of_two(margin, people):
    two = 2 * float(special.ndtr(2.0)) - 1
    assumed = Assumptions(sd=0.5, population=float(people), confidence=two)
    assert abs(textbook_size(people, margin) - interviews_for(margin, assumed).interviews) <= 1


@given(st.integers(100, 5_000), clustered)
def test_a_census_of_everybody_has_no_margin_and_effects_multiply_variances(n, assumed):
    people = Assumptions(population=float(n))
    assert margin_of(n, people).margin == 0.0
    plain = margin_of(n, Assumptions(share=assumed.share)).margin
    heavier = margin_of(n, Assumptions(share=assumed.share, deff=4.0)).margin
    assert heavier == pytest.approx(2 * plain)


@given(st.integers(100, 5_000), st.floats(0.2, 1.0))
def test_silence_changes_only_who_must_be_drawn(n, response):
    quiet, loud = (margin_of(n, Assumptions(response=share)) for share in (response, 1.0))
    assert (quiet.margin, quiet.interviews) == (loud.margin, loud.interviews)
    assert quiet.drawn * response >= n - 1e-6
    assert loud.drawn == n


@given(st.integers(2, 30), st.integers(40, 400))
def test_alike_people_of_a_cluster_cost_and_few_clusters_cost_once_more(b, clusters):
    n = b * clusters
    apart, alike = (
        margin_of(n, Assumptions(icc=icc, per_cluster=b)) for icc in (0.0, 0.1)
    )  # fmt: skip
    assert (alike.margin / apart.margin) ** 2 == pytest.approx(1 + (b - 1) * 0.1)
    assert apart.df == clusters - 1
    assert apart.margin > margin_of(n, Assumptions()).margin
