"""What an answer of the sides hangs on: all that is drawn is held against what chance gives to the best of it."""

from __future__ import annotations

import numpy as np
import pytest

from actors_case import sides
from corridor.analysis.sides.law import AS_GIVEN, Law, above_chance, choice_law, choosing
from corridor.analysis.sides.words import Told, way_of_choosing
from corridor.strategy.model.read_actors import read_actors_data


def law_of(values: np.ndarray, inputs: tuple[str, ...], level: np.ndarray) -> Law:
    """Return a law of two policies and one outcome in which the first has a level and the second adds nothing."""
    chances = np.repeat(level[None, :, None, None], 2, axis=0)
    empty = np.empty((level.size, 0), np.int16)
    nothing = np.full((2, 1), np.nan)
    return Law(("a", "b"), ("offensive",), {AS_GIVEN: chances}, (), empty, nothing, (1, 1), chances, inputs, values)


def test_an_input_that_decides_is_named_and_noise_is_not() -> None:
    rng = np.random.default_rng(5)
    inputs = ("actors.K.K1", "actors.lambda", "actors.inertia", *(f"actors.S{k}.rate" for k in range(30)))
    values = rng.random((200, len(inputs)))
    decided = law_of(values, inputs, 0.2 + 0.5 * (values[:, 1] > 0.5))
    assert list(above_chance(decided, "a", "offensive")) == ["actors.lambda"]
    (one,) = choosing(decided, "a", "offensive")
    assert one.statement == "actors.lambda"
    assert (one.low, one.high) == (pytest.approx(0.2), pytest.approx(0.7))
    assert above_chance(decided, "b", "offensive") == {}
    named = [len(above_chance(law_of(values, inputs, rng.random(200)), "a", "offensive")) for _ in range(40)]
    assert sum(count > 0 for count in named) <= 8  # one in twenty by chance: more than 8 of 40 once in 10,000


def test_a_law_tells_all_that_was_drawn() -> None:
    """Weights of statements, how sharply, how far ahead and how often, under the paths of a run that is played."""
    content = read_actors_data(sides())
    law = choice_law(content, {"alone": {"press": False}, "pressed": {"press": True}}, ["offensive"], draws=24, weeks=2)
    assert law.values.shape == (24, len(law.inputs))
    wanted = {"actors.lambda", "actors.inertia", "actors.irreversible_cost", "actors.patience", "actors.foresight"}
    assert wanted | {"actors.KEEPER.rate", "actors.TOWN.rate", "actors.KEEPER.K1", "actors.TOWN.T3"} <= {*law.inputs}
    assert "actors.OUTSIDER.rate" not in law.inputs
    told = Told(names={"KEEPER": "the keeper"})
    assert way_of_choosing("actors.KEEPER.rate", told)["says"] == "how often the keeper reconsiders"
