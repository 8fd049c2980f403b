"""An invented enclave with three roads, a bridge and an airstrip: each way opened and closed, alone."""

from __future__ import annotations

from pathlib import Path

import pytest

import corridor
from corridor.engine import run
from corridor.results.dataset import ahead

FOLDER = Path(__file__).parents[1] / "enclave"


@pytest.fixture(scope="module")
def played():
    return ahead(run(corridor.load(FOLDER), futures=16, threads=1)).load().isel(day=slice(3, None))


def on(ds, policy, link, condition="calm"):
    """Return the tonnes that a link carries over the days, mean over futures."""
    return float(ds.carried.sel(policy=policy, link=link, condition=condition).sum("day").mean())


@pytest.mark.parametrize(
    ("policy", "link"), [("south_closed", "south_road"), ("bridge_down", "river_bridge"), ("strip_closed", "airstrip")]
)
def test_a_closed_way_carries_nothing_and_another_policy_leaves_it_open(played, policy, link):
    for condition in ("calm", "loss_of_control"):
        assert on(played, policy, link, condition) == 0
    assert on(played, "held", link) > 0


def test_an_opened_way_carries_trade_and_more_is_eaten(played):
    for policy, link in (("south_open", "south_road"), ("north_open", "north_road")):
        trade = (played.carried - played.carried_relief).sel(link=link, condition="calm").sum("day").mean("future")
        assert float(trade.sel(policy=policy)) > 100 and float(trade.sel(policy="held")) == 0
        eaten = played.intake.sel(condition="calm").mean(("day", "future")).sum("place")
        assert float(eaten.sel(policy=policy)) > float(eaten.sel(policy="held"))


def test_without_the_bridge_the_far_bank_lives_by_the_track(played):
    """The forest track is narrow: what the bridge brought is not made up."""
    held, down = (on(played, policy, "forest_track") for policy in ("held", "bridge_down"))
    assert down >= held and down > 0
    far = played.delivered.sel(place="fernside", condition="calm").sum(("day", "commodity")).mean("future")
    assert float(far.sel(policy="bridge_down")) < float(far.sel(policy="held"))


def test_nobody_drives_out_by_a_road_that_is_forced_closed(played):
    """After control is lost people leave by the track and the north road, which no policy forces closed."""
    cars = played.vehicles.sel(condition="loss_of_control").sum("day").mean("future")
    assert float(cars.sel(policy="south_closed", link="south_road")) == 0
    assert float(cars.sel(policy="held", link="south_road")) > 0
    assert float(cars.sel(policy="south_closed", link="forest_track")) > 0
