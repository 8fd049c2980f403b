"""States and moves from options, against brute force."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.core.errors import InputError
from corridor.strategy.model.feasible import at_least_one, feasible_codes, mutually_exclusive, only_if
from corridor.strategy.model.space import Option, graph_space, option_space, translate

patterns = st.lists(st.dictionaries(st.integers(0, 7), st.booleans(), min_size=1, max_size=4), max_size=6)


@given(patterns)
def test_feasible_states_are_those_that_match_no_pattern(found: list[dict[int, bool]]) -> None:
    masks = [(sum(1 << j for j in p), sum(1 << j for j, v in p.items() if v)) for p in found]
    brute = [c for c in range(256) if not any(all(bool(c >> j & 1) == v for j, v in p.items()) for p in found)]
    assert feasible_codes(8, masks).tolist() == brute


def test_many_options_with_many_rules_are_enumerated_without_trying_all() -> None:
    """Forty options of which one in each ten may be taken: 11**4 states out of 2**40."""
    groups = [[f"g{g}o{j}" for j in range(10)] for g in range(4)]
    options = [Option(name, f"a{g}") for g, group in enumerate(groups) for name in group]
    rules = [rule for group in groups for rule in mutually_exclusive(*group)]
    place = {option.id: j for j, option in enumerate(options)}
    masks = [(sum(1 << place[n] for n in r), sum(1 << place[n] for n, v in r.items() if v)) for r in rules]
    assert feasible_codes(40, masks).size == 11**4


def test_too_many_states_are_refused_with_advice() -> None:
    with pytest.raises(InputError, match="more than 1,000 feasible states; rule out states"):
        feasible_codes(20, [], limit=1000)


def test_moves_flip_own_options_only_and_respect_direction() -> None:
    options = [Option("a", "A"), Option("up", "A", "up"), Option("down", "B", "down"), Option("b", "B")]
    space = option_space(["A", "B"], options, only_if("b", "a"))
    kinds = {"A": (0, 1), "B": (2, 3)}
    states = [s for s in product("NY", repeat=4) if not (s[3] == "Y" and s[0] == "N")]
    assert sorted(space.states) == sorted("".join(s) for s in states)
    for i, actor in enumerate(["A", "B"]):
        for s, name in enumerate(space.states):
            reached = {space.states[t] for t in space.moves(i, s)}
            expected = {
                "".join(t)
                for t in states
                if "".join(t) != name
                and all(t[j] == name[j] for j in range(4) if j not in kinds[actor])
                and not (name[1] == "Y" and t[1] == "N")
                and not (name[2] == "N" and t[2] == "Y")
            }
            assert reached == expected
            first = space.graph.first[i, s]
            for n, t in enumerate(space.moves(i, s)):
                one_way = any(name[j] != space.states[t][j] for j in (1, 2))
                assert space.graph.oneway[first + n] == one_way


def test_states_that_count_as_one_are_joined_and_overlaps_with_them() -> None:
    options = [Option(name, "A") for name in "abc"]
    space = option_space(["A"], options, same=[{"a": True}, {"b": True, "c": True}])
    assert space.states == ("NNN", "---", "NYN", "NNY")
    assert space.face[1].tolist() == [True, False, False]
    apart = option_space(["A"], options, same=[{"a": True, "b": True}, {"c": True, "b": False}])
    assert apart.states == ("NNN", "YNN", "NYN", "YY-", "-NY", "NYY")
    assert space.find({"b": True, "c": True}) == 1


def test_a_policy_holds_options_and_paths_are_carried_across_it() -> None:
    options = [Option("a", "A"), Option("b", "B"), Option("c", "B")]
    free = option_space(["A", "B"], options, at_least_one("a", "b"))
    held = option_space(["A", "B"], options, at_least_one("a", "b"), fixed={"a": False})
    assert held.states == ("NYN", "NYY")
    assert all(held.moves(0, s).size == 0 for s in range(2))
    carried = translate(free, held, {"a": False})
    expected = {"YNN": None, "NYN": "NYN", "YYN": "NYN", "YNY": None, "NYY": "NYY", "YYY": "NYY"}
    for s, name in enumerate(free.states):
        assert (held.states[carried[s]] if carried[s] >= 0 else None) == expected[name]


def test_unknown_and_repeated_names_are_shown_at_once() -> None:
    with pytest.raises(InputError) as error:
        option_space(["A"], [Option("a", "A"), Option("a", "B")], [{"z": True}])
    text = str(error.value)
    assert '"a" is declared twice' in text
    assert 'no actor "B"' in text
    assert 'no option "z"' in text
    with pytest.raises(InputError) as error:
        graph_space(["A"], ["x", "y"], {"A": {"x": ["w"]}, "B": {}})
    assert 'no state "w"' in str(error.value)
    assert 'no actor "B"' in str(error.value)


def test_repeated_moves_count_once_and_moves_to_oneself_not_at_all() -> None:
    space = graph_space(["A"], ["x", "y"], {"A": {"x": ["y", "y", "x"]}}, oneway={"A": {"x": ["y"]}})
    assert space.moves(0, 0).tolist() == [1]
    assert space.graph.oneway.tolist() == [True]
    np.testing.assert_array_equal(space.graph.back_from, [0])
