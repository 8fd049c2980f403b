"""What an answer rests on, against cases whose answer is known: Ishigami, a line, and the normal paired difference."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import norm, qmc

from corridor.analysis.explore import _distances, _slices, equal, explore, pawn
from corridor.core.errors import InputError


def points(n: int, d: int, seed: int = 1) -> np.ndarray:
    return np.clip(qmc.Sobol(d, rng=np.random.default_rng(seed)).random(n), 1e-9, 1 - 1e-9)


def test_ishigami_inputs_pass_the_floor_in_their_order_and_noise_does_not() -> None:
    x = (2 * points(4096, 6) - 1) * np.pi
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    found, floor = pawn(x, y, list("abcdef"))
    # as Pianosi and Wagener find: the second first, the third, which only acts with the first, last of the three
    assert found[1] > found[0] > found[2] > floor > found[3:].max()


def test_our_distances_are_those_of_salib() -> None:
    from SALib.analyze import pawn as salib

    rng = np.random.default_rng(3)
    x = rng.random((200, 4))
    x[:, 3] = rng.integers(0, 3, 200)  # an input of three values: some slices are empty
    y = np.round(x[:, 0] + x[:, 3] + rng.random(200), 1)  # with ties
    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0, 1]] * 4}
    assert _distances(_slices(x), y) == pytest.approx(salib.analyze(problem, x, y, S=10)["median"])


@pytest.mark.parametrize(("m", "s"), [(0.0, 2.0), (1.0, 2.0), (-2.0, 3.0), (0.5, 1.0)])
def test_knowing_a_normal_difference_is_worth_its_closed_form(m: float, s: float) -> None:
    z = norm.ppf(points(2048, 5))
    d = m + s * z[:, 0]
    found = explore(list("abcde"), z, {"one": np.zeros(2048), "two": d}, better="higher", reference="one")
    worth = {row["input"]: row["worth"] for row in found.rows}
    oracle = s * norm.pdf(m / s) - abs(m) * ndtr(-abs(m) / s)
    # shuffling takes a little too much off where the two policies are as good as each other
    assert worth["a"] == pytest.approx(oracle, abs=0.02 * s)
    assert max(worth[name] for name in "bcde") < 0.02 * s
    assert found.best == ("two" if m > 0 else found.best)


def test_a_line_turns_round_where_it_is_zero_and_noise_does_not_turn_it() -> None:
    z = norm.ppf(points(1024, 4))
    noise = np.random.default_rng(1).standard_normal(1024)
    food = {"held": np.zeros(1024), "open": -1.0 - 2.0 * z[:, 1] + 0.5 * noise}  # food missing: less is better
    found = explore(["a", "b", "c", "d"], 10 + z, food, better="lower", reference="held")
    first = found.rows[0]
    assert (found.best, found.against, first["input"], first["flip_to"]) == ("open", "held", "b", "held")
    # zero where z = -0.5
    assert first["flip_at"] == pytest.approx(9.5, abs=0.05)
    assert first["flip_quantile"] == pytest.approx(ndtr(-0.5), abs=0.02)
    assert first["flip_distance"] == pytest.approx(0.5 - ndtr(-0.5), abs=0.02)
    assert first["low"] > 0 > first["high"]
    assert all(row["flip_to"] is None and not row["above_floor"] for row in found.rows[1:])
    never = explore(["a", "b", "c", "d"], 10 + z, food, better="lower", reference="held", may_flip=lambda n: n != "b")
    assert never.rows[0]["flip_to"] is None


def test_weights_are_as_good_as_futures_that_were_drawn_so() -> None:
    rng = np.random.default_rng(5)
    z = rng.standard_normal((8000, 3))
    w = np.exp(-0.5 * ((z[:, 0] - 1.0) / 0.5) ** 2 + 0.5 * z[:, 0] ** 2)  # what makes the first N(1, 0.5)
    moved = z.copy()
    moved[:, 0] = 1.0 + 0.5 * z[:, 0]

    def played(x: np.ndarray, weights: np.ndarray | None):
        food = {"one": np.zeros(len(x)), "two": x[:, 0] - 1.2 + x[:, 1]}
        found = explore(["a", "b", "c"], x, food, better="higher", reference="one", weights=weights)
        return {row["input"]: row for row in found.rows}

    one, other = played(z, w), played(moved, None)
    for name in "ab":
        assert one[name]["worth"] == pytest.approx(other[name]["worth"], abs=0.02)
        assert one[name]["pawn"] == pytest.approx(other[name]["pawn"], abs=0.05)
    assert not one["c"]["above_floor"]
    assert one["b"]["flip_at"] == pytest.approx(other["b"]["flip_at"], abs=0.1)


def test_equal_futures_stay_and_others_come_as_often_as_they_weigh() -> None:
    rng = np.random.default_rng(1)
    assert equal(np.full(5, 0.2), rng).tolist() == [0, 1, 2, 3, 4]
    assert np.bincount(equal(np.array([0.5, 0.0, 0.25, 0.25]), rng), minlength=4).tolist() == [2, 0, 1, 1]


def test_too_little_is_refused() -> None:
    with pytest.raises(InputError, match="say too little"):
        explore(["a"], np.zeros((10, 1)), {"x": np.zeros(10), "y": np.ones(10)}, better="lower", reference="x")


def number(path: str, **more):
    from corridor.report.sections.inputs import Number

    usual = {"says": f"{path} of the case", "unit": "t/day", "drawn": (1.0, 0.5, 2.0), "standing": "assumed",
             "basis": "A guess. And more of it", "disputed_by": ""}  # fmt: skip
    return Number(path=path, **(usual | more))


def test_sentences_name_what_moves_it_what_that_stands_on_and_what_turns_it_round() -> None:
    from corridor.report.sections.rests_on import lines, sentences

    about = {"best": "Open", "against": "Held", "outcome": "Food missing", "unit": "persons", "condition": "calm",
             "titles": {"held": "Held", "open": "Open"}}  # fmt: skip
    row = {"input": "a", "pawn": 0.4, "floor": 0.1, "above_floor": True, "low": -2000.0, "high": 500.0, "worth": 90.0,
           "worth_floor": 5.0, "flip_to": "held", "flip_at": 12.0, "flip_quantile": 0.8, "flip_distance": 0.3}  # fmt: skip
    weak = row | {"input": "b", "pawn": 0.05, "above_floor": False, "flip_to": None}
    known = [number("a", disputed_by="the ministry"), number("b")]
    head, moves, turns = sentences([row, weak], about, known)
    assert head == "Food missing, Open against Held, calm: what moves the difference most, strongest first."
    assert moves.startswith("“a of the case”: −2,000 in its lowest third, 500 in its highest; assumed (A guess), ")
    assert "disputed by the ministry; knowing it would be worth 90" in moves and "b of the case" not in moves
    assert "“a of the case” at 12" in turns and "or more (20 % of its draws); then Held is best." in turns
    assert len(lines([row, weak], "persons", known, about["titles"])) == 1
    (nothing,) = sentences([weak], about, known)
    assert "no drawn number by itself" in nothing
    assert sentences([row | {"flip_to": None}], about, known)[-1].startswith("None of these")


def test_the_study_of_a_case_says_what_its_answer_rests_on(tmp_path, monkeypatch) -> None:
    from corridor.scenario.write.new import write_new
    from corridor.studies import compare, schema
    from corridor.studies import explore as study_of

    monkeypatch.chdir(tmp_path)
    write_new(tmp_path / "c")
    played = compare("c", futures=64)
    study = study_of(played)
    assert study.kind == "exploration" and study.answer[0].startswith("Food missing")
    assert study.table("rests_on").rows and "exploration" in str(schema()["properties"]["kind"])
    assert study.command.startswith("corridor explore c")
    with pytest.raises(InputError) as error:
        study_of(played, outcome="energy_gab", condition="storm")
    assert 'no outcome "energy_gab"' in str(error.value) and 'no condition "storm"' in str(error.value)
