"""Large conflicts: moves made without sorting are the moves; what is too much is refused in words, with a way out."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import typer
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from corridor.cli.sides import actors
from corridor.core.errors import InputError
from corridor.strategy import (
    Option,
    analyse,
    build,
    draw_choices,
    draw_preferences,
    in_words,
    option_space,
    outcome_chances,
    read_actors,
)
from corridor.strategy.choice import futures
from corridor.strategy.model import space as spaces
from corridor.strategy.model.graph import pack
from corridor.strategy.stability import tables
from corridor.studies import actors as studies

shown = typer.Typer()
shown.command()(actors)


def large(options: int, sides: int = 6) -> str:
    """Return a model of that many free options, shared out among the sides, in which the first of each is wanted."""
    own = {f"S{k}": [f"o{i}" for i in range(k, options, sides)] for k in range(sides)}
    data = {
        "meta": {"id": "large"}, "actors": {name: {"options": mine} for name, mine in own.items()},
        "options": {f"o{i}": {} for i in range(options)}, "status_quo": {"o0": 0},
        "preferences": {
            name: [{"id": f"{name}w{j}", "wants": f"{mine[0]} | !o{(7 * j + 3) % options}", "evidence": "x"} for j in range(4)]
            for name, mine in own.items()
        },
    }  # fmt: skip
    return json.dumps(data)


@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["both", "up", "down"])), min_size=1, max_size=6),
    st.lists(st.dictionaries(st.integers(0, 5), st.booleans(), min_size=1, max_size=3), max_size=3),
    st.dictionaries(st.integers(0, 5), st.booleans(), max_size=2),
)
@settings(max_examples=60, deadline=None)
def test_moves_made_in_order_are_those_that_are_sorted(options: list, bad: list, held: dict) -> None:
    """Every array of the graph, the one made from groups of states and the one packed from a list of moves."""
    own = [Option(f"o{j}", who, way) for j, (who, way) in enumerate(options)]
    names = {j: o.id for j, o in enumerate(own)}
    patterns = [{names[j]: v for j, v in one.items() if j in names} for one in bad]
    fixed = {names[j]: v for j, v in held.items() if j in names}
    try:
        space = option_space("ABC", own, [one for one in patterns if one], (), fixed)
    except InputError:
        assume(False)
    mover, origin, target, oneway = spaces._option_edges("ABC", own, space.codes, set(fixed))
    packed = pack(3, len(space.states), mover, origin, target, oneway)
    assert all(np.array_equal(a, b) for a, b in zip(packed, space.graph, strict=True))


def test_more_than_can_be_kept_is_refused_before_memory_is_filled() -> None:
    with pytest.raises(
        InputError, match=r"2,097,152 feasible states with up to 4,398,044,413,952 moves.*hold|fix options"
    ):
        build(read_actors(large(21, sides=1)))


def test_too_many_moves_for_chances_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    content = read_actors(large(6))
    model = build(content)
    monkeypatch.setattr(futures, "MOST_OF_LAW", model.space.graph.to.size - 1)
    draws, ways = draw_preferences(model, content.priors, 8, 1), draw_choices(content, model, 8, 1)
    with pytest.raises(InputError, match=r"too many for chances.*hold options with a policy"):
        outcome_chances(model, draws, ways, {"o1": model.space.face[:, 1]}, 2)


def test_all_that_last_are_counted_and_the_nearest_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    model = build(read_actors(large(8)))
    whole = analyse(model)
    monkeypatch.setattr(tables, "LISTED", 5)
    cut = analyse(model)
    assert whole["lasting"] == cut["lasting"] == {name: len(found) for name, found in whole["equilibria"].items()}
    assert {len(found) for found in cut["equilibria"].values()} == {5}
    assert in_words(whole) == in_words(cut)
    for way, entries in cut["evolution"].items():
        steps = sorted(one["steps"] for one in whole["evolution"][way] if one["steps"] >= 0)
        assert [one["steps"] for one in entries if one["steps"] >= 0] == steps[:5]
        assert whole["reached"][way] == len(steps)


def test_a_large_model_says_how_far_it_is_and_what_it_leaves_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(studies, "LARGE", 100)
    monkeypatch.setattr(studies, "SILENT", 7)
    path = tmp_path / "large.yaml"
    path.write_text(large(8), encoding="utf-8")
    found = CliRunner().invoke(shown, [str(path)], catch_exceptions=False)
    text = " ".join(found.output.split())
    assert "what lasts of 256 states with 2,560 moves" in " ".join(found.stderr.split())
    left_out = (
        "256 states: left out are the chances under each policy, what an exchange of two wants changes, and what would"
    )
    assert left_out in text
    assert "make a lasting harm give way" in text
    page = tmp_path / "large.html"
    CliRunner().invoke(shown, [str(path), "--report", str(page)], catch_exceptions=False)
    assert left_out in " ".join(page.read_text(encoding="utf-8").split())


@pytest.mark.slow
def test_twenty_free_options_fit_into_four_gigabytes_and_a_minute(tmp_path: Path) -> None:
    """A million states of six sides with 61 million moves, on the command line."""
    path = tmp_path / "large.yaml"
    path.write_text(large(20), encoding="utf-8")
    command = [sys.executable, "-m", "corridor", "actors", str(path)]
    warm = tmp_path / "small.yaml"
    warm.write_text(large(8), encoding="utf-8")
    subprocess.run([*command[:-1], str(warm), "--draws", "0"], check=True, capture_output=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "1,048,576 different states" in done.stdout
    assert "what lasts of" in done.stderr
    assert used.ru_utime - before < 60.0
    assert used.ru_maxrss < 4_000_000
