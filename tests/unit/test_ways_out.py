"""Which links a loss of control opens, and which home is nearest, against slow versions; networks drawn at random."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corridor.engine.compile import compile_scenario
from corridor.scenario.model import Link, Place
from corridor.scenario.ways_out import released
from small import START, q, small

NAMES = [f"p{i}" for i in range(7)]
ENDS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda e: e[0] != e[1]), max_size=10)
SOME = st.sets(st.sampled_from(NAMES))


@given(ENDS, SOME, SOME, SOME)
def test_a_release_opens_what_hangs_together_with_an_exit(pairs, exits, homes, outside):
    ends, outside = {f"k{i}": pair for i, pair in enumerate(pairs)}, outside | exits
    left = {k: pair for k, pair in ends.items() if not set(pair) & (outside - exits)}
    for _ in NAMES:  # what no way joins to an exit goes, then one dead end after the other
        reached = set(exits)
        for _ in NAMES:
            reached |= {end for pair in left.values() if set(pair) & reached for end in pair}
        left = {k: pair for k, pair in left.items() if set(pair) <= reached}
        joined = [end for pair in left.values() for end in pair]
        dead = {end for end in joined if joined.count(end) == 1} - exits - homes
        left = {k: pair for k, pair in left.items() if not set(pair) & dead}
    assert released(ends, exits, homes, outside) == set(left)


@given(ENDS, st.lists(st.integers(1, 9), min_size=10, max_size=10))
def test_people_turn_back_to_the_nearest_home(pairs, km):
    base = small(uncertain=False)
    own = tuple(
        Place(id=name, name=name, latitude=1, longitude=1, known=START,
              **({"kind": "home", "population": q(5.0)} if i % 3 == 0 else {"kind": "waypoint"}))
        for i, name in enumerate(NAMES)
    )  # fmt: skip
    links = tuple(
        Link(id=f"k{i}", from_place=a, to_place=b, km=q(float(km[i])), tonnes_per_day=q(9.0), vehicles_per_hour=q(50.0),
             kmh=q(40.0), regime=31, known=START)
        for i, (a, b) in enumerate(pairs)
    )  # fmt: skip
    case = base.model_copy(update={"places": (*base.places, *own), "links": (*base.links, *links)})
    c = compile_scenario(case)
    far = np.full((len(c.places), len(c.places)), np.inf)
    np.fill_diagonal(far, 0.0)
    for k in case.links:
        a, b = c.places.index(k.from_place), c.places.index(k.to_place)
        far[a, b] = far[b, a] = min(far[a, b], k.km.value)
    for middle in range(len(c.places)):  # Floyd and Warshall
        far = np.minimum(far, far[:, middle, None] + far[middle])
    to_homes = far[:, c.net.home]
    nearest = np.where(np.isfinite(to_homes.min(axis=1)), to_homes.argmin(axis=1), -1)
    np.testing.assert_array_equal(c.net.nearest_home, nearest)
