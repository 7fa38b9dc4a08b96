"""Random trees, instruments and answers for hypothesis, seeded through the twins' generator."""

import random

from hypothesis import strategies as st

from tests.twins.generator import a_tree, an_interview

seeds = st.integers(min_value=0, max_value=2**32)
interviews = seeds.map(lambda seed: an_interview(random.Random(seed)))
trees = st.builds(
    lambda seed, depth: a_tree(random.Random(seed), ["a", "b", "c"], depth),
    seeds,
    st.integers(min_value=0, max_value=7),
)
values = st.text(max_size=20) | st.floats() | st.booleans()
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
