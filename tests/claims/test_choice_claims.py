"""What is claimed of runs in which the sides choose."""

from __future__ import annotations

import filecmp

import numpy as np
import pytest
import xarray as xr

from actors_case import ALONE, PRESSED, certain, conflict, sides
from corridor.core.errors import InputError
from corridor.engine import run, run_name
from corridor.engine.sides.paths import choice_paths
from corridor.engine.sides.structure import structural_variants
from corridor.results.dataset import ahead, has_history, history
from corridor.results.read import scenario_of
from corridor.scenario.model import ActorPolicy, Scenario
from small import CLOSED, q, small

STAY = {"leaving.ordinary_hazard": q(0.0)}


@pytest.fixture(scope="module")
def reference() -> xr.Dataset:
    return run(conflict(horizon=24), futures=70, seed=4, threads=1, actors=True).load()


@pytest.mark.parametrize(("threads", "batch"), [(1, 1), (2, 7), (4, 1000)])
def test_threads_batches_and_repetition_do_not_change_a_byte(reference, threads, batch):
    again = run(conflict(horizon=24), futures=70, seed=4, threads=threads, batch=batch, actors=True).load()
    xr.testing.assert_identical(again.drop_attrs(), reference.drop_attrs())


def test_few_futures_are_the_first_of_many(reference):
    few = run(conflict(horizon=24), futures=5, seed=4, actors=True).load()
    xr.testing.assert_identical(few.drop_attrs(), reference.isel(future=slice(5)).drop_attrs())


def test_one_policy_alone_is_the_same_as_among_others(reference):
    alone = run(conflict(horizon=24), futures=70, seed=4, actors=True, policies=["pressed"]).load()
    xr.testing.assert_identical(alone.drop_attrs(), reference.sel(policy=["pressed"]).drop_attrs())


def test_a_run_that_lost_a_block_resumes_to_the_same_bytes(tmp_path):
    world = conflict(horizon=10)
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    for path in (whole, cut):
        run(world, futures=260, seed=9, store=path, actors=True)
    (cut / "blocks_done" / "1").unlink()
    told: list[tuple[int, int]] = []
    run(world, futures=260, seed=9, store=cut, actors=True, progress=lambda n, of: told.append((n, of)))
    assert told[0] == (132, 260)
    names = sorted(str(p.relative_to(whole)) for p in whole.rglob("*") if p.is_file())
    assert filecmp.cmpfiles(whole, cut, names, shallow=False)[1:] == ([], [])
    with pytest.raises(InputError, match="holds another run"):
        run(world, futures=260, seed=9, store=cut)


def test_a_world_in_which_nobody_chooses_is_what_it_was():
    plain, with_sides = small(), conflict()
    a, b = (run(s, futures=9, seed=2).load() for s in (plain, with_sides))
    xr.testing.assert_identical(a.drop_attrs(), b.drop_attrs())
    assert "actors" not in plain.model_dump_json()
    assert Scenario.model_validate_json(with_sides.model_dump_json()) == with_sides
    assert run_name(plain) != run_name(with_sides)
    with pytest.raises(InputError, match="no model of the sides"):
        run(plain, futures=2, actors=True)
    with pytest.raises(InputError, match='no variable "taken"'):
        run(plain, futures=2, record=["taken"])


def test_results_tell_who_was_played_and_what_was_drawn(reference):
    scenario = scenario_of(reference)
    assert [p.id for p in scenario.policies] == ["alone", "pressed"] == list(reference["policy"].values)
    assert scenario.conditions[0].title == "The sides choose"
    assert list(reference["option"].values) == ["block", "attack", "sign", "accept", "press"]
    weights = reference["inputs"].sel(input=[f"actors.KEEPER.K{n}" for n in (1, 2, 3, 4)])
    np.testing.assert_allclose(weights.sum("input"), 1.0, atol=1e-5)
    taken = ahead(reference["taken"])
    np.testing.assert_array_equal(taken.sel(option="press", policy="pressed"), 1.0)
    assert (taken.sel(option="attack").astype(int).diff("day") >= 0).all()
    # nobody chooses before as_of, and not chosen is not refused
    assert bool(reference["taken"].isel(day=slice(0, 20)).isnull().all())
    assert "taken" not in history(reference)
    assert not has_history(reference, "taken")


def test_policies_that_hold_the_same_share_every_choice():
    twin = ActorPolicy(id="twin", title="The same", fixes={"press": False})
    ds = choice_paths(conflict(policies=(ALONE, twin, PRESSED)), futures=200)["taken"]
    np.testing.assert_array_equal(ds.sel(policy="alone"), ds.sel(policy="twin"))
    rest = ["block", "attack", "sign", "accept"]
    differ = (ds.sel(policy="alone", option=rest) != ds.sel(policy="pressed", option=rest)).any(("day", "option"))
    assert 0.1 < float(differ.mean()) < 1.0  # the lever matters in some futures and not in others


def test_an_added_side_that_nobody_minds_leaves_the_others_alone():
    more = certain()
    more["actors"]["WATCHER"] = {"name": "Watcher", "rate": 3.0, "options": ["look"]}
    more["options"]["look"] = {"text": "look"}
    a = choice_paths(conflict(certain()), futures=300)["taken"]
    b = choice_paths(conflict(more), futures=300)["taken"]
    np.testing.assert_array_equal(a, b.sel(option=a["option"]))
    assert 0.2 < float(b.sel(option="look").mean()) < 0.8


def test_choices_alone_are_those_of_the_whole_run_where_nothing_is_felt():
    data = sides()
    del data["preferences"]["TOWN"][0]["feedback"]
    world = conflict(data, horizon=24)
    whole, alone = run(world, futures=80, seed=3, actors=True), choice_paths(world, futures=80, seed=3)
    np.testing.assert_array_equal(ahead(whole["taken"]), alone["taken"])
    np.testing.assert_allclose(whole["inputs"].sel(input=alone["input"]), alone["inputs"])


def test_what_people_suffer_changes_what_a_side_chooses():
    quiet = ActorPolicy(id="quiet", title="No attack", fixes={"press": False, "attack": False})
    models = [sides(humanitarian_link={"feedback": {"statements": ["T4"], "sd": sd}}) for sd in (5.0, 0.0)]
    for data in models:
        data["preferences"]["TOWN"].append({"id": "T4", "wants": "accept", "evidence": "petition"})

    def accepted(flour: float) -> list[np.ndarray]:
        world = {"flour": flour, "regime": CLOSED, "outputs": 0.0, "horizon": 40, "parameters": STAY}
        runs = [run(conflict(data, (quiet,), **world), futures=120, actors=True) for data in models]
        return [ahead(ds["taken"]).sel(option="accept").values for ds in runs]

    hungry, deaf = accepted(20.0)  # a seventh of the requirement
    fed, indifferent = accepted(20_000.0)  # one home of two lacks a sixth
    np.testing.assert_array_equal(deaf, indifferent)
    assert hungry.mean() > fed.mean() + 0.05 > deaf.mean() + 0.05  # the hungrier, the more they give in
    assert (hungry != deaf).any(axis=-1).mean() > 2 * (fed != deaf).any(axis=-1).mean()


def wants(formula: str, **world) -> Scenario:
    """A keeper who wants one thing only, and sharply; the others do not act."""
    data = certain(packages=[])
    data["preferences"] = {"KEEPER": [{"id": "K1", "wants": formula, "evidence": "speech", "weight": 1.0}]}
    data["actors"]["KEEPER"]["rate"] = 3.0
    data["priors"]["lambda"]["median"] = 200.0
    held = ActorPolicy(id="held", title="Held", fixes={"press": False, "accept": False})
    return conflict(data, (held,), horizon=60, regime=CLOSED, gate_vehicles=400.0, parameters=STAY, **world)


def test_an_offensive_that_a_side_chooses_is_followed_by_flight_once_the_way_out_opens():
    ds = ahead(run(wants("attack"), futures=40, actors=True)).load().isel(policy=0, condition=0)
    attack = ds["taken"].sel(option="attack") > 0
    assert bool(attack.any("day").all())
    first = attack.argmax("day").values
    opened = ds["exit_opened"].values / 24 - 20  # in days after as_of, after 20 days of history
    delay = ds["inputs"].sel(input="exits.delay").values
    np.testing.assert_allclose(opened, first + 0.5 + delay, atol=1e-3)
    left = ds["departures"].sum("place").values
    begins = (left > 0).argmax(axis=1)
    assert (begins >= np.floor(opened)).all()
    assert (begins <= np.floor(opened) + 3).all()
    gone = ds["arrivals"].sum(("day", "destination")) / ds["people_start"].sum("place")
    assert float(gone.median()) > 0.9
    assert (ds["regime"].sel(link="gate").values[:, -1].astype(int) == 8).all()  # no goods, nobody in, people out


def test_without_an_offensive_nobody_flees():
    ds = ahead(run(wants("!attack"), futures=40, actors=True)).load().isel(policy=0, condition=0)
    assert float(ds["taken"].sel(option="attack").sum()) == 0
    assert float(ds["departures"].sum()) == 0
    assert bool(np.isnan(ds["exit_opened"]).all())
    opens = ahead(run(wants("!attack & !block"), futures=40, actors=True)).load().isel(policy=0, condition=0)
    assert float((opens["regime"].sel(link="gate").isel(day=-1) == 31).mean()) == 1.0
    assert float(opens["departures"].sum()) == 0  # the ordinary wish to leave is set to nothing here


def test_where_some_futures_see_an_offensive_only_those_see_flight():
    world = conflict(regime=CLOSED, horizon=60, gate_vehicles=400.0, parameters=STAY)
    ds = ahead(run(world, futures=100, actors=True)).load()
    attack = (ds["taken"].sel(option="attack") > 0).any("day")
    fled = ds["departures"].sum(("day", "place")) > 0
    assert 0.05 < float(attack.mean()) < 0.95
    assert not bool((fled & ~attack).any())
    long_ago = ds["exit_opened"] < 24 * (20 + 50)
    assert bool(fled.where(long_ago, True).all())
    assert float(long_ago.mean()) > 0.05


def test_structural_variants_share_the_draws_and_change_what_they_say():
    found = structural_variants(conflict())
    assert list(found) == [
        "base", "precision_half", "precision_double", "foresight_0", "foresight_2", "inertia_0", "inertia_triple",
        "rates_half",
    ]  # fmt: skip
    assert len({v.scenario.hash for v in found.values()}) == len(found)
    drawn = {name: choice_paths(v.scenario, futures=50)["inputs"] for name, v in found.items()}
    base = drawn["base"]

    def factor(name: str, path: str) -> np.ndarray:
        return drawn[name].sel(input=f"actors.{path}").values / base.sel(input=f"actors.{path}").values

    np.testing.assert_allclose(factor("precision_half", "lambda"), 0.5)
    np.testing.assert_allclose(factor("precision_double", "lambda"), 2.0)
    np.testing.assert_allclose(factor("inertia_triple", "inertia"), 3.0)
    np.testing.assert_allclose(factor("inertia_0", "inertia"), 0.0)
    np.testing.assert_allclose(factor("rates_half", "TOWN.rate"), 0.5)
    for rounds in (0, 2):
        assert set(drawn[f"foresight_{rounds}"].sel(input="actors.foresight").values) == {float(rounds)}
    for name in found:
        np.testing.assert_array_equal(drawn[name].sel(input="actors.KEEPER.K1"), base.sel(input="actors.KEEPER.K1"))


def test_the_bundled_conflict_runs_with_its_main_model_and_its_draft():
    from corridor.scenario import load

    for name in ("actors", "draft"):
        ds = choice_paths(load("nagorno-karabakh-2023", actors=name), futures=40)
        assert ds.sizes["policy"] >= 6
        ids = [str(policy) for policy in ds["policy"].values[:6]]
        rows = ds["taken"].isel(condition=0).sel(policy=ids).values
        held = {tuple(row[0, 0]) for row in rows}
        assert len({row.tobytes() for row in rows}) == 6, held  # no two of the main policies are the same
    assert load("nagorno-karabakh-2023", "june").actors is None  # it was written later
