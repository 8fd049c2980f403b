"""Questions to the sides: what is asked is answered in words, what is refused is refused, and no name is guessed."""

from __future__ import annotations

import re
import shutil
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.core.errors import InputError
from corridor.strategy.ask import box, chance, counts
from corridor.strategy.claims import without
from corridor.strategy.model.model import packed
from corridor.studies import ask
from corridor.studies.sides_case import read

CASE = "nagorno-karabakh-2023"
DRAWS = 16
SCENARIOS = Path(__file__).parents[2] / "scenarios"


def test_a_price_asks_of_a_policy_under_which_the_stake_can_count() -> None:
    """The stake of an attack under penalties is tried under a policy with penalties, and moves its chance one way."""
    study = ask(CASE, "price", draws=DRAWS)
    content = read(CASE, "actors").content
    stake = next(one for one in content.stakes if one.id == "AK1")
    held = read(CASE, "actors").policies[study.policies[1].id]
    assert held["us_leverage"] and counts(content, stake, held)
    changes = [row["change"] for row in study.tables[0].rows]
    assert changes[-1] < changes[0]
    assert all(later <= earlier for earlier, later in pairwise(changes))


def test_a_stake_that_cannot_hold_changes_nothing() -> None:
    """What `flip` leaves out of its work is equal bit for bit."""
    found = read(CASE, "actors")
    held = found.policies["no_us_action"]
    stake = next(one for one in found.content.stakes if one.id == "AK1")
    assert not counts(found.content, stake, held)
    before = chance(found.content, held, "offensive", DRAWS)
    assert before.tobytes() == chance(without(found.content, ("AK1",)), held, "offensive", DRAWS).tobytes()


def test_flip_names_the_stakes_without_which_nothing_is_left_of_the_gain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the best policy falls back to the reference no other is better, and all the same the answer hangs on it."""
    import corridor.strategy.ask as questions

    told = iter([np.full(32, 0.4), np.linspace(0.1, 0.3, 32)])
    monkeypatch.setattr(questions, "chance", lambda *_, **__: next(told, np.full(32, 0.4)))
    monkeypatch.setattr(questions, "counts", lambda *_: True)
    study = ask(CASE, "flip", draws=32)
    assert "(± 1.1, 32 draws)" in study.answer[0]
    assert "can no longer be told from" in study.answer[1]


def test_why_names_who_leaves_and_who_answers() -> None:
    study = ask(CASE, "why")
    assert "Azerbaijan would gain by a step of its own" in study.answer[0]
    assert "can answer" in study.answer[0]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"policy": "leverag"}, "leverage"),
        ({"outcome": "offensiv"}, "offensive"),
        ({"stake": "AK9"}, "AK9"),
        ({"without": ["P99"]}, "P99"),
        ({"without": ["P2"]}, "nothing to leave out"),
        ({"sets": ["actors.AZE.A66.place=1"]}, "A6"),
        ({"options": ["foo"]}, "id: owner"),
        ({"by": 0.1, "policy": "leverage"}, "only be asked to fall"),
    ],
)
def test_bad_questions_are_refused_with_a_remedy(more: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        ask(CASE, "price", draws=DRAWS, **more)


@given(st.integers(0, 70), st.integers(1, 6), st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_patterns_are_numbered_in_the_order_of_their_rows(rows: int, states: int, seed: int) -> None:
    """One number a column orders and joins states as comparing the columns row by row does, above 64 rows too."""
    truth = np.random.default_rng(seed).random((rows, states)) < 0.5
    columns = [tuple(column) for column in truth.T.tolist()] if rows else [()] * states
    numbers = packed(truth)
    assert [[a < b for b in columns] for a in columns] == [[a < b for b in numbers] for a in numbers]


@pytest.mark.slow
@pytest.mark.parametrize("question", ["price", "conditions", "flip", "why"])
def test_a_question_is_answered_in_ten_seconds_on_two_cores(question: str) -> None:
    ask(CASE, question, draws=8)  # compile
    before = time.process_time()
    ask(CASE, question)
    assert time.process_time() - before < 20.0


def test_a_box_bounds_the_inputs_that_matter_on_the_side_that_matters_and_no_more_than_are_asked_for() -> None:
    # every tenth of four inputs: 10,000 draws, of which the answer holds where two are not lowest and one not highest
    tenths = (np.arange(10) + 0.5) / 10
    table = np.stack(np.meshgrid(tenths, tenths, tenths, tenths, indexing="ij"), axis=-1).reshape(-1, 4)
    good = (table[:, 0] > 0.1) & (table[:, 1] > 0.1) & (table[:, 3] < 0.9)
    names = ("a", "b", "idle", "d")
    found = box(names, table, good, most=3)
    assert set(found.limits) == {"a", "b", "d"}
    assert (found.coverage, found.density, found.mass) == pytest.approx((1.0, 1.0, 0.729))
    for name, (low, high) in found.limits.items():
        assert (-np.inf < low, high < np.inf) == (name != "d", name == "d")
        assert (0.85 <= high < 0.95) if name == "d" else (0.05 < low <= 0.15)
    fewer = box(names, table, good, most=2)
    assert len(fewer.limits) == 2
    assert (fewer.coverage, fewer.density, fewer.mass) == pytest.approx((1.0, 0.9, 0.81))
    # no more is cut off than leaves so many of the draws, and nothing where nothing would be better
    assert box(names, table, good, least=0.85).mass == pytest.approx(0.9)
    assert box(names, table, np.ones(table.shape[0], bool)).limits == {}


def test_where_a_harm_is_rarer_the_share_told_is_that_of_the_harm() -> None:
    """The answer says that a harm is rarer inside the box: so is the share that it names, by hand from the draws."""
    study = ask(CASE, "conditions", draws=128)
    harm, rest = study.answer[0].split("That is rarer where ")
    outside = int(re.findall(r"In (\d+) % of the draws", harm)[0])
    (inside,) = re.findall(r"it does so in (\d+) % of them", rest)
    assert int(inside) < outside < 50
    assert "holds" not in rest


@pytest.mark.parametrize("question", ["conditions", "flip"])
def test_what_compares_policies_needs_two(question: str, tmp_path: Path) -> None:
    folder = tmp_path / "alone"
    shutil.copytree(SCENARIOS / "berlin-1948", folder)
    policies = yaml.safe_load((folder / "policies.yaml").read_text(encoding="utf-8"))
    policies["actor_policies"] = policies["actor_policies"][:1]
    (folder / "policies.yaml").write_text(yaml.safe_dump(policies, sort_keys=False), encoding="utf-8")
    with pytest.raises(InputError, match="compares policies of the sides, and the case has one"):
        ask(str(folder), question, outcome="offensive", draws=DRAWS)
