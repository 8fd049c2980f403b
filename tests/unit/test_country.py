"""A wider country as part of a scenario: read, checked, played, stored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from corridor.core.errors import InputError
from corridor.engine import run
from corridor.engine.compile import compile_scenario
from corridor.engine.counts import last_counts
from corridor.engine.displacement import displacement_case
from corridor.engine.plan import future, history
from corridor.results.dataset import ahead, days_before
from corridor.results.dataset import history as known_days
from corridor.rules.displacement.flee3 import Flee3
from corridor.rules.displacement.followers import Followers
from corridor.rules.displacement.simulate import DisplacementRule, simulate_displacement
from corridor.scenario import load, override, problems
from corridor.scenario.model import Scenario
from country_case import FILES, write_country

FIXED = [
    "movement.followers_distance_power=0.8",
    "movement.followers_softening=200",
    "movement.followers_company=0.7",
    "movement.new_per_day=0",
]


EVERYBODY = ("sheltered", "waiting", "travelling", "counted_no_more")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_country(tmp_path_factory.mktemp("country") / "valley")


@pytest.fixture(scope="module")
def valley(folder: Path) -> Scenario:
    return load(folder)


@pytest.fixture(scope="module")
def played(valley: Scenario) -> xr.Dataset:
    return run(valley, futures=70, seed=3, record=EVERYBODY).load()


def everybody(ds: xr.Dataset) -> xr.DataArray:
    return ds.sheltered.sum("camp") + ds.waiting + ds.travelling + ds.counted_no_more


def test_a_country_without_homes_needs_no_stocks_and_no_exit_route(folder: Path) -> None:
    assert problems(folder) == []


@pytest.mark.parametrize(("name", "rule"), [("followers", Followers()), ("flee3", Flee3())])
def test_the_engine_plays_what_the_rule_plays_alone(valley: Scenario, name: str, rule: DisplacementRule) -> None:
    scenario = override(valley, [f"rules.movement={name}", *FIXED])
    ds = run(scenario, futures=70, seed=5, batch=32)
    c = compile_scenario(scenario)
    for i, policy in enumerate(scenario.policies):
        case = displacement_case(scenario, (history(c), future(c, policy, scenario.conditions[0])))
        alone = simulate_displacement(case, rule, futures=70, seed=5)
        played = ds.isel(policy=i, condition=0)
        np.testing.assert_array_equal(played.sheltered, alone.camps(case))
        np.testing.assert_array_equal(played.travelling, alone.on_road)
        crossed = alone.entered[:, 0::2] + alone.entered[:, 1::2]
        np.testing.assert_array_equal(ds.crossed.isel(policy=i, condition=0), crossed)


def test_nobody_is_made_or_lost(valley: Scenario, played: xr.Dataset) -> None:
    past = everybody(known_days(played))
    assert past.isel(day=0).values.tolist() == [100] * 70
    assert past.isel(day=10).values.tolist() == [1100] * 70  # the total of 11 January
    assert past.isel(day=-1).values.tolist() == [3900] * 70
    # after as_of 40 a day in the middle, each future its own rate; whole persons
    new = played.inputs.sel(input="movement.new_per_day")
    grown = everybody(played).sel(condition="same", policy="as_it_is").isel(day=-1) - 3900
    np.testing.assert_allclose(grown, np.floor(15 * new + 1e-6), atol=1)
    assert new.std() > 5
    assert (everybody(ahead(played)).sel(condition="nobody") == 3900).all()


def test_a_shut_border_keeps_people_where_they_are(played: xr.Dataset) -> None:
    shut = played.sel(policy="shut", condition="same")
    before = known_days(played).sheltered.isel(day=-1) + 0
    on_the_way = known_days(played).travelling.isel(day=-1)
    assert (shut.sheltered.isel(day=-1).sum("camp") == before.sum("camp") + on_the_way).all()
    assert (shut.waiting.isel(day=-1) > 0).mean() > 0.9
    assert (shut.crossed == played.crossed_before).sel(link="border").all()


@pytest.mark.parametrize("rule", ["followers", "flee3"])
def test_a_road_may_be_open_one_way_only(valley: Scenario, rule: str) -> None:
    def crossed(regime: str) -> xr.DataArray:
        scenario = override(valley, [f"rules.movement={rule}", f"links.border.regime={regime}"])
        ds = run(scenario, policies=["as_it_is"], conditions=["nobody"], futures=8, seed=1)
        return ds.crossed.isel(policy=0, condition=0).sel(link="border")

    assert (crossed("people_out") > 1000).all()
    # against its direction only somebody who stood in the near camp at the start may come
    assert (crossed("people_in") <= 100).all()
    assert (crossed("closed") == 0).all()


def test_a_camp_that_a_policy_shuts_takes_nobody_meanwhile(played: xr.Dataset) -> None:
    there = ahead(played.sheltered).sel(policy="second", condition="same", camp="far")
    on_the_way = 2  # 510 km at 400 km/day: who left on day 2 arrives at the latest on day 4
    assert (there.isel(day=3 + on_the_way) == there.isel(day=8)).all()
    assert (there.isel(day=-1) > there.isel(day=8)).mean() > 0.9
    open_ = ahead(played.sheltered).sel(policy="as_it_is", condition="same", camp="far")
    assert (open_.isel(day=8) > there.isel(day=8)).mean() > 0.9


def test_no_camp_holds_more_than_it_takes(played: xr.Dataset) -> None:
    assert played.sheltered.sel(camp="near").max() <= 3000


def test_futures_do_not_depend_on_batches_threads_or_company(valley: Scenario, played: xr.Dataset) -> None:
    again = run(valley, futures=70, seed=3, record=EVERYBODY, batch=7, threads=2)
    xr.testing.assert_identical(again.sheltered.load(), played.sheltered)
    some = run(valley, futures=3, first_future=5, seed=3, record=EVERYBODY)
    np.testing.assert_array_equal(some.sheltered, played.sheltered.isel(future=slice(5, 8)))


def test_the_room_of_a_camp_may_be_set(valley: Scenario) -> None:
    narrow = override(valley, ["places.near.capacity=500"])
    ds = run(narrow, policies=["as_it_is"], conditions=["same"], futures=4)
    assert ds.sheltered.sel(camp="near").max() <= 500
    with pytest.raises(InputError, match="is no camp"):
        override(valley, ["places.between.capacity=500"])


def test_an_earlier_variant_knows_less(folder: Path) -> None:
    early = load(folder, "early")
    assert len(early.displaced) == 3
    ds = run(early, futures=4, seed=1, record=EVERYBODY)
    total = everybody(known_days(ds))
    assert (total.isel(day=-1) == 1100).all()  # the count of 31 January is not known yet


@pytest.mark.parametrize("rule", ["followers", "flee3"])
@pytest.mark.parametrize(("day", "past"), [("2020-02-09", 0), ("2020-01-31", 9)])
def test_people_start_again_where_they_were_counted(tmp_path: Path, rule: str, day: str, past: int) -> None:
    folder = write_country(tmp_path / "counted")
    text, total = FILES["displaced.csv"], {"2020-02-09": 3900, "2020-01-31": 2100}[day]
    (folder / "displaced.csv").write_text(f"{text}{day},near,{total - 800},,\n{day},far,800,,\n", encoding="utf-8")
    assert problems(folder) == []
    fixed = ["rules.movement=" + rule, "movement.new_per_day=0", "links.on.regime=closed", "links.border.regime=closed"]
    scenario = override(load(folder), fixed)
    ds = run(scenario, policies=["as_it_is"], conditions=["nobody"], futures=6, seed=2).isel(policy=0, condition=0)
    # the morning after the count nobody is on the road; with every road shut nobody arrives
    first = ds.sheltered.isel(day=days_before(ds) - past)
    assert (first.sel(camp="far") <= 800).all()
    assert (first.sum("camp") <= total).all()
    later = ahead(ds)
    everywhere = later.sheltered.sum("camp") + later.waiting + later.travelling
    assert (everywhere == 3900).all()  # later totals go on from the count
    if rule == "followers":
        assert (first.sel(camp="far") == 800).all()
        assert (first.sel(camp="near") == total - 800).all()


def test_an_earlier_variant_does_not_start_at_a_later_count(tmp_path: Path) -> None:
    folder = write_country(tmp_path / "counted")
    text = FILES["displaced.csv"] + "2020-02-09,near,3100,,\n2020-02-09,far,800,,\n"
    (folder / "displaced.csv").write_text(text, encoding="utf-8")
    assert last_counts(load(folder, "early")) is None
    found = last_counts(load(folder, "late"))
    assert found is not None
    assert (found[0], found[1].tolist()) == (40, [3100, 800])


def test_a_run_has_only_what_a_country_leaves(played: xr.Dataset) -> None:
    assert "people" not in played
    assert "requirement" not in played
    assert "place" not in played.sizes
    assert set(played.data_vars) >= {
        "sheltered",
        "waiting",
        "travelling",
        "counted_no_more",
        "crossed",
        "crossed_before",
    }


def test_what_a_country_cannot_do_is_said(valley: Scenario) -> None:
    with pytest.raises(InputError, match="no variable"):
        run(valley, futures=2, record=["spoiled"])


BROKEN = {
    "a camp's room on a town": ("places.csv", "5000,Home,,", "5000,Home,70,", "a town has no capacity"),
    "violence in a camp": ("events.csv", "violence,between", "violence,near", '"near" is of kind camp'),
    "a town that opens": ("events.csv", "camp,far,open", "camp,source,open", '"source" is of kind town'),
    "a word for open": ("events.csv", "far,open", "far,ajar", "ajar"),
    "nobody forced": ("events.csv", "violence,between,0.5", "forced,road,off", "nobody is forced onto"),
    "a later count of a town": ("displaced.csv", "2020-01-11,*", "2020-01-11,between", "on the first day only"),
    "a first total that differs": ("displaced.csv", "2020-01-01,*,100", "2020-01-01,*,90", "90 people in camps"),
    "a later total that differs": (
        "displaced.csv",
        "2020-01-31,*,2100,,\n",
        "2020-01-31,*,2100,,\n2020-01-31,near,1,,\n2020-01-31,far,1,,\n",
        "add up to 2",
    ),
    "counts before the start": ("displaced.csv", "2020-01-11,*", "2019-01-11,*", "before the start"),
    "a count without a place": ("displaced.csv", "2020-01-11,*", "2020-01-11,nowhere", 'no place "nowhere"'),
    "a town to shut": ("policies.yaml", "places.far.open", "places.between.open", '"between" is of kind town'),
    "half open": ("policies.yaml", "value: false", "value: half", "is not true or false"),
    "two roads": ("links.csv", "on,near,far,450", "twin,near,between,70,40,open,counts\non,near,far,450", "joins"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_faults_are_told_with_their_place(tmp_path: Path, fault: str) -> None:
    file, old, new, said = BROKEN[fault]
    folder = write_country(tmp_path / "broken")
    assert FILES[file].count(old) == 1
    (folder / file).write_text(FILES[file].replace(old, new), encoding="utf-8")
    found = problems(folder)
    assert [problem for problem in found if said in problem.sentence()], [p.sentence() for p in found]
    assert all(problem.file == file and problem.remedy for problem in found)


def test_towns_without_a_camp_are_no_country(tmp_path: Path) -> None:
    folder = write_country(tmp_path / "broken")
    for name in ("displaced.csv", "events.csv"):
        (folder / name).unlink()
    text = FILES["places.csv"].replace("camp,,Next,3000", "town,,Next,").replace("camp,,Next,", "town,,Next,")
    (folder / "places.csv").write_text(text, encoding="utf-8")
    said = " ".join(problem.sentence() for problem in problems(folder))
    assert "no place is a camp" in said
    assert "no place is of kind home" in said
