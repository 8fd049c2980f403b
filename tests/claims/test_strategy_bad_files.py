"""Whatever is done to a file, it is read, or refused with the place and words; nothing else happens."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.core.errors import InputError
from corridor.strategy import build, case_model
from corridor.strategy.model.read_actors import read_actors

ACTORS = """\
meta: {id: gate, status_quo: {shut: 1}}
actors: {KEEPER: {options: [shut]}, TOWN: {rate: 0.5, options: [pay, leave]}}
options:
  shut: {text: keep the gate shut}
  pay: {reversible: true}
  leave: {reversible: false}
infeasible: [{pay: 1, shut: 1}, {only_if: [leave, shut]}]
features: {open: "!shut", calm: "open iff pay"}
preferences:
  KEEPER: [{id: K1, wants: pay, evidence: x}, {id: K2, wants: "shut if !pay", strength: 0.4}]
  TOWN: [{id: T1, wants: open}]
packages: [{id: G, members: [KEEPER, TOWN], set: {shut: 0, pay: 1}, rate_per_week: 1, rate_multiplier: {leave: 2}}]
policies: {kept: {shut: 1}}
priors: {lambda: {median: 5}, rank_noise: {sd: "0.6 + 3*(1-strength)"}, foresight_h: {values: [0], probs: [1]}}
effects: [{when: open, set: {gate: open}}]
humanitarian_link: {feedback: "T1 grows, HalfNormal(0.5)"}
"""
PIECES = ["", " ", "\n", "{", "}", "[", "]", ":", "!", "&", "'", '"', "0", "- ", "yes", "null", "1e999", "KEEPER", "*a"]


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), st.sampled_from(PIECES)), min_size=1, max_size=4))
@settings(deadline=None, max_examples=300)
def test_a_damaged_actors_file(cuts: list[tuple[float, int, str]]) -> None:
    text = ACTORS
    for where, length, piece in cuts:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + length :]
    states, problems = 0, ()
    try:
        states = len(build(read_actors(text)).states)
    except InputError as error:
        problems = error.problems
    assert (states > 0) != (len(problems) > 0)
    assert all(problem.message and problem.line >= 0 for problem in problems)


GOOD: dict[str, Any] = {
    "decision_makers": ["A", "B"],
    "states": [{"id": "x"}, {"id": "y"}],
    "unilateral_moves": {"A": {"x": ["y"]}, "B": {"y": ["x"]}},
    "preference_best_to_worst": {"A": ["x", "y"], "B": [["x", "y"]]},
    "status_quo": "x",
}
anything = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["x", "y", "A", "id", "z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["A", "x", "id"]), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(list(GOOD)), anything, st.booleans())
@settings(deadline=None, max_examples=300)
def test_a_damaged_case(key: str, value: Any, inside: bool) -> None:
    data = json.loads(json.dumps(GOOD))
    if inside and isinstance(data[key], dict):
        data[key]["A"] = value
    else:
        data[key] = value
    shape, problems = (), ()
    try:
        shape = case_model(data, "case.json").payoff.shape
    except InputError as error:
        problems = error.problems
    assert (len(shape) == 2) != (len(problems) > 0)


def test_the_files_that_are_damaged_are_whole_before() -> None:
    assert len(build(read_actors(ACTORS)).states) > 1
    assert case_model(GOOD).states == ("x", "y")
