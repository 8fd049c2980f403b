"""Kernels against slow references: every bit of a regime, every pair of places, the quantile to its stated error."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from corridor.kernels import jit
from corridor.kernels.draw import normal_quantile
from corridor.kernels.network import NONE, lets_pass, links_at, other_end, shortest_ways


def test_the_normal_quantile_is_as_near_as_it_says() -> None:
    """Relative error below 1.2e-9 (Acklam), in the middle, in both tails and where they meet."""
    u = np.concatenate([np.logspace(-15, -1.7, 200), np.linspace(0.02, 0.98, 400), 1 - np.logspace(-9, -1.7, 60)])
    u = np.concatenate([u[u != 0.5], [0.02425, 1 - 0.02425], 0.02425 + np.array([-1e-9, 1e-9])])
    ours = np.array([normal_quantile(x) for x in u])
    np.testing.assert_allclose(ours, stats.norm.ppf(u), rtol=1.3e-9)
    assert normal_quantile(0.5) == 0.0


@pytest.mark.parametrize("bit", range(5))
def test_a_class_of_traffic_passes_by_its_own_two_bits(bit: int) -> None:
    """Own bit: both ways. Both bits: there. The second alone: back. Bits of other classes change nothing."""
    for there, back in itertools.product([0, 1], [0, 1]):
        for others in (0, 0b11111 ^ (1 << bit), (0b11111 ^ (1 << bit)) << 5):
            regime = others | there << bit | back << (5 + bit)
            assert lets_pass(regime, 1 << bit, 0) == bool(there)
            assert lets_pass(regime, 1 << bit, 1) == (there != back)


def test_shortest_ways_are_those_of_every_pair() -> None:
    """Seven places, a closed link, links of no length; the last place cannot be reached. Floyd's rule beside it."""
    rng = np.random.default_rng(3)
    one = np.array([0, 0, 1, 2, 3, 4, 1, 2, 5, 0])
    two = np.array([1, 2, 2, 3, 4, 5, 5, 4, 0, 3])
    for _ in range(40):
        length = rng.integers(0, 9, size=(one.size, 2)).astype(float)
        passes = (rng.random(one.size) < 0.75).astype(np.uint8)
        far = np.full((7, 7), np.inf)
        np.fill_diagonal(far, 0.0)
        for a, b, km in zip(one[passes == 1], two[passes == 1], length[passes == 1, 1], strict=True):
            far[a, b] = far[b, a] = min(far[a, b], km)
        for m in range(7):
            far = np.minimum(far, far[:, [m]] + far[[m]])
        for source in range(7):
            distance, via = np.full(7, -1.0), np.full(7, 99)
            shortest_ways(source, one, two, passes, length, 1, distance, via)
            np.testing.assert_array_equal(distance, far[source])
            for place in range(7):
                if place == source or np.isinf(distance[place]):
                    assert via[place] == NONE
                else:
                    k = via[place]
                    assert passes[k]
                    assert place in (one[k], two[k])
                    before = other_end(place, int(one[k]), int(two[k]))
                    assert distance[before] + length[k, 1] == distance[place]


def test_of_two_ways_of_one_length_the_first_link_is_kept() -> None:
    """Links 0 and 1 join the same two places; so do 2 and 3, the second of which is 1e-10 km shorter: no difference."""
    distance, via = np.empty(3), np.empty(3, np.int64)
    length = np.array([[4.0], [4.0], [2.0], [2.0 - 1e-10]])
    ends = np.array([0, 0, 2, 1]), np.array([1, 1, 1, 2])
    shortest_ways(0, *ends, np.ones(4, np.uint8), length, 0, distance, via)
    assert (distance.tolist(), via.tolist()) == ([0.0, 4.0, 6.0], [-1, 0, 2])
    shortest_ways(2, *ends, np.ones(4, np.uint8), length, 0, distance, via)
    assert (distance.tolist(), via.tolist()) == ([6.0, 2.0, 0.0], [0, 2, -1])


def test_links_at_each_place_stand_in_their_order() -> None:
    one, two = np.array([0, 3, 1, 0, 3]), np.array([1, 0, 3, 3, 1])
    at, first = links_at(one, two, 5)
    assert first.tolist() == [0, 3, 6, 6, 10, 10]
    places = [at[first[p] : first[p + 1]].tolist() for p in range(5)]
    assert places == [[0, 1, 3], [0, 2, 4], [], [1, 2, 3, 4], []]


def test_machine_code_goes_with_everything_that_its_file_imports(tmp_path: Path) -> None:
    (tmp_path / "part").mkdir()
    text = {
        "a.py": "from corridor.b import x, y\nfrom corridor.part import (\n    one,\n    two as three,\n)\n",
        "b.py": "import numpy\n    from corridor.a import z\n", "other.py": "", "part/one.py": "", "part/two.py": "",
        "part/rest.py": "", "part/__init__.py": "",
    }  # fmt: skip
    for name, content in text.items():
        (tmp_path / name).write_text(content)
    found = jit.sources(tmp_path / "a.py", tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a.py", "b.py", "part/one.py", "part/two.py"]
    before = jit.digest(str(tmp_path / "a.py"), tmp_path)
    assert len(before) == 16
    for name, moves in (("part/rest.py", False), ("other.py", False), ("part/two.py", True), ("b.py", True)):
        (tmp_path / name).write_text(text[name] + "# changed\n")
        jit._imported.cache_clear()
        jit.digest.cache_clear()
        assert (jit.digest(str(tmp_path / "a.py"), tmp_path) != before) == moves, name
        (tmp_path / name).write_text(text[name])
