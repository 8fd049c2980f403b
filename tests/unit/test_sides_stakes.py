"""Stakes that add, the check of marginal cost, claims as directions, and changes of a model by a line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from actors_case import SIDES
from corridor.core.errors import InputError
from corridor.strategy import build, draw_preferences, read_actors_data, read_actors_file
from corridor.strategy.change import add_option, put
from corridor.strategy.claims import read_claims, read_claims_text, without
from corridor.strategy.lints import marginal_cost

HERE = Path(__file__).parents[1]
CASE = HERE.parent / "scenarios" / "nagorno-karabakh-2023"
LEVERAGE = {"leverage": {"us_presence": False, "us_coord": False, "us_leverage": True}}


def test_a_penalty_that_is_paid_already_is_named():
    found = marginal_cost(read_actors_file(HERE / "saturated_penalty.yaml"), LEVERAGE, ("az_attack",))
    assert [one.subject for one in found] == ["leverage"]
    assert "us_leverage makes az_attack cost AZE nothing more" in found[0].message


def test_the_mended_model_passes():
    assert marginal_cost(read_actors_file(CASE / "actors.yaml"), LEVERAGE, ("az_attack",)) == []


def test_a_stake_weighs_so_many_average_statements():
    stake = {"KEEPER": [{"id": "P1", "while": "attack", "worth": -2, "evidence": "minutes"}]}
    content = read_actors_data({**SIDES, "stakes": stake})
    model = build(content)
    drawn = draw_preferences(model, content.priors, 5, 1)
    ids = [one.id for one in model.statements]
    own = model.ranked(model.actors.index("KEEPER"))
    assert np.allclose(drawn.weights[:, ids.index("P1")], -2e6 / own.size, atol=1)
    assert np.allclose(drawn.weights[:, own].sum(axis=1), 1e6, atol=own.size)


def test_bounds_out_of_order_are_told():
    stake = {"KEEPER": [{"id": "P1", "while": "attack", "worth": -2, "low": -1, "high": 0}]}
    with pytest.raises(InputError, match="not in order"):
        read_actors_data({**SIDES, "stakes": stake})


def test_every_paragraph_of_the_claims_is_held_or_says_why_not():
    claims = read_claims(CASE / "claims.yaml")
    assert len(claims) >= 25
    for one in claims:
        assert bool(one.test) != bool(one.unrepresented), one.id
    for model in ("actors", "baku"):
        content = read_actors_file(CASE / ("actors.yaml" if model == "actors" else f"actors-{model}.yaml"))
        for one in claims:
            if one.held_by.get(model):
                without(content, one.held_by[model])  # raises where it names what the model does not have


def test_a_claim_cannot_be_tested_and_unrepresented():
    text = "claims:\n  - {id: P1, says: x, unrepresented: y, test: {outcome: a, sign: raise}}\n"
    with pytest.raises(InputError, match="unrepresented"):
        read_claims_text(text)


def test_a_line_changes_the_model_and_a_wrong_one_says_what_is_wrong():
    content = read_actors_data(SIDES)
    first = [one.id for one in put(content, "actors.KEEPER.K4.place=1").statements if one.actor == "KEEPER"]
    assert first == ["K4", "K1", "K2", "K3"]
    assert put(content, "actors.TOWN.rate=3").actors[1].rate == 3.0
    assert add_option(content, "talk: TOWN, the town talks").options[-1].id == "talk"
    for wrong in ("actors.NOBODY.rate=1", "actors.KEEPER.K9.place=1", "actors.KEEPER.K4.place=nan", "lambda=2", "x"):
        with pytest.raises(InputError):
            put(content, wrong)
