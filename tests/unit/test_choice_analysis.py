"""First passage, paired differences and structural spread, by hand on a run of four futures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from actors_case import ALONE, PRESSED, conflict, sides
from corridor.analysis.sides.hinges import COLUMNS as HINGE_COLUMNS
from corridor.analysis.sides.hinges import actor_hinges
from corridor.analysis.sides.outcomes import (
    COLUMNS,
    _leads_out,
    actor_table,
    between_variants,
    by_variant,
    first_passage,
    sides_of,
)
from corridor.analysis.sides.words import spoken
from corridor.core.errors import InputError
from corridor.engine import run
from corridor.engine.sides.compile import as_played
from corridor.engine.sides.paths import choice_paths
from corridor.engine.sides.structure import structural_variants
from corridor.results.dataset import ahead
from corridor.strategy.model.read_actors import read_actors

BLOCK, ATTACK, SIGN, ACCEPT, PRESS = range(5)


def by_hand(regime: bool = False) -> xr.Dataset:
    """Two policies, four futures, five days; everybody blocks unless said otherwise."""
    scenario = as_played(conflict(horizon=5))
    taken = np.zeros((2, 1, 4, 5, 5), np.int8)
    taken[..., BLOCK] = 1
    taken[1, ..., PRESS] = 1
    taken[0, 0, 0, 2:, BLOCK] = 0  # alone, future 0: open from day 3
    taken[0, 0, 1, 1:, ATTACK] = 1  # alone, future 1: attack on day 2
    taken[0, 0, 1, 3:, BLOCK] = 0  # the block ends after it
    taken[1, 0, 0, 0:, BLOCK] = 0  # pressed, future 0: open at once
    taken[1, 0, 2, 4:, :4] = [0, 0, 1, 1]  # pressed, future 2: settlement on day 5
    taken[1, 0, 3, 4:, ATTACK] = 1  # pressed, future 3: attack on day 5
    variables = {"taken": (("policy", "condition", "future", "day", "option"), taken)}
    coords = {
        "policy": ["alone", "pressed"], "condition": ["actors_choose"], "future": np.arange(4),
        "day": np.datetime64("2030-01-21", "ns") + np.arange(5) * np.timedelta64(1, "D"),
        "option": ["block", "attack", "sign", "accept", "press"], "link": ["approach", "gate", "inner"],
        "as_of": np.datetime64("2030-01-20", "ns"),
    }  # fmt: skip
    if regime:
        gate = np.where(taken[..., BLOCK] == 1, 6, 31)
        gate[0, 0, 1, 4] = 8
        links = np.stack([np.full_like(gate, 31), gate, np.zeros_like(gate)], axis=-1).astype(np.float32)
        variables["regime"] = (("policy", "condition", "future", "day", "link"), links)
    return xr.Dataset(variables, coords, {"scenario": scenario.model_dump_json()})


def test_first_passage_of_choices_alone():
    found = first_passage(by_hand())
    nan = np.nan
    np.testing.assert_array_equal(found["road_open"], [[3, nan, nan, nan], [1, nan, 5, nan]])
    np.testing.assert_array_equal(found["offensive"], [[nan, 2, nan, nan], [nan, nan, nan, 5]])
    np.testing.assert_array_equal(found["settlement"], [[nan] * 4, [nan, nan, 5, nan]])
    assert "way_out" not in found


def test_first_passage_by_the_regimes_of_links():
    found = first_passage(by_hand(regime=True))
    nan = np.nan
    # future 1 of alone: the gate opens on day 4, but after the attack of day 2
    np.testing.assert_array_equal(found["road_open"], [[3, nan, nan, nan], [1, nan, 5, nan]])
    np.testing.assert_array_equal(found["way_out"], [[3, 4, nan, nan], [1, nan, 5, nan]])
    np.testing.assert_array_equal(found["relief_in"], np.ones((2, 4)))


def test_a_way_out_is_any_that_leads_from_a_home_to_a_place_where_people_are_safe():
    """A town, a gate and a haven behind it, and a side road that no route names: by either, or by neither."""
    ends = [("town", "gate"), ("gate", "haven"), ("town", "haven")]
    regime = np.array([[[8, 0, 0], [8, 8, 0], [0, 8, 0], [0, 0, 8], [1, 2, 4]]], np.uint8)
    out = _leads_out(regime, ends, {"town"}, {"haven"})
    np.testing.assert_array_equal(out, [[False, True, False, True, False]])


def test_table_of_differences_by_hand():
    frame = actor_table(by_hand(), days=[4, 5])
    assert list(frame.columns) == list(COLUMNS)
    row = frame[(frame.policy == "pressed") & (frame.outcome == "road_open") & (frame.day == 5)].iloc[0]
    assert (row.value, row["diff"], row.share_better, row.share_worse) == (0.5, 0.25, 0.25, 0.0)
    assert row.error == pytest.approx(0.5 / 2)
    assert row.diff_error == pytest.approx(np.std([0, 0, 1, 0]) / 2)
    row = frame[(frame.policy == "pressed") & (frame.outcome == "offensive") & (frame.day == 5)].iloc[0]
    assert (row.value, row["diff"], row.share_better, row.share_worse) == (0.25, 0.0, 0.25, 0.25)
    row = frame[(frame.policy == "pressed") & (frame.outcome == "offensive") & (frame.day == 4)].iloc[0]
    assert (row["diff"], row.share_better, row.share_worse) == (-0.25, 0.25, 0.0)
    assert frame[frame.policy == "alone"]["diff"].isna().all()
    turned = actor_table(by_hand(), days=[5], reference="pressed")
    assert turned[(turned.policy == "alone") & (turned.outcome == "road_open")]["diff"].iloc[0] == -0.25


def test_a_run_in_which_nobody_chooses_is_refused():
    ds = by_hand().drop_vars("taken")
    with pytest.raises(InputError, match="do not choose"):
        sides_of(ds)


def test_people_stand_beside_events_in_a_whole_run():
    ds = run(conflict(horizon=12), futures=20, actors=True)
    frame = actor_table(ds, days=[12])
    assert list(dict.fromkeys(frame["outcome"])) == [
        "road_open", "relief_in", "way_out", "offensive", "settlement", "below_requirement", "departures",
    ]  # fmt: skip
    row = frame[(frame.policy == "pressed") & (frame.outcome == "departures")].iloc[0]
    left = ahead(ds["departures"]).sum(("day", "place")).isel(condition=0).load()
    difference = (left.sel(policy="pressed") - left.sel(policy="alone")).values
    assert row["diff"] == pytest.approx(difference.mean())
    assert row.share_higher == pytest.approx((difference > 0).mean())
    assert np.isnan(row.share_better)


def test_spread_over_structural_variants():
    tables = {
        name: actor_table(choice_paths(variant.scenario, futures=200), days=[30])
        for name, variant in structural_variants(conflict()).items()
    }
    found = between_variants(tables)
    assert ((found["value_low"] <= found["value"]) & (found["value"] <= found["value_high"])).all()
    every = by_variant(tables, "offensive")
    row = found[(found.policy == "pressed") & (found.outcome == "offensive")].iloc[0]
    assert (row.value_low, row.value_high) == (every.loc["pressed"].min(), every.loc["pressed"].max())
    diffs = every.loc["pressed"] - every.loc["alone"]
    assert row.diff_low == pytest.approx(diffs.min())
    assert row.same_sign == bool((diffs < 0).all() or (diffs > 0).all())
    assert found[found.policy == "alone"]["same_sign"].isna().all()
    with pytest.raises(InputError, match='did you mean "offensive"'):
        by_variant(tables, "ofensive")


def test_the_statement_on_which_a_difference_hangs_is_found_and_named():
    # pressing works only through what the keeper thinks of being punished
    data = sides(packages=[])
    ds = choice_paths(conflict(data, (ALONE, PRESSED)), futures=1500)
    frame = actor_hinges(ds, "road_open", top=4)
    assert list(frame.columns) == list(HINGE_COLUMNS)
    first = frame.iloc[0]
    assert first.statement == "K1"
    assert (first.actor, first.wants, first.evidence) == ("KEEPER", "!punished", "minutes")
    assert first.above_floor
    assert first.high > first.low
    assert isinstance(frame, pd.DataFrame)
    with pytest.raises(InputError, match='no event "way_out"'):
        actor_hinges(ds, "way_out")


def test_a_formula_without_a_note_is_said_in_words() -> None:
    content = read_actors(
        "actors: {A: {options: [shut, pay]}}\noptions: {shut: {text: the gate is shut}, pay: {}}\n"
        'features: {calm_day: "!shut"}\npreferences: {A: [{id: A1, wants: "!(shut & pay) | calm_day", evidence: e}]}\n'
    )
    assert spoken(content.statements[0].text, content) == "not (‘the gate is shut’ and pay) or calm day"
    assert spoken("pay -> shut", content) == "pay only if ‘the gate is shut’"
