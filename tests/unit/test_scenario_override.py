"""`--set`: single numbers are changed, everything else stays, and what cannot be set is told."""

from __future__ import annotations

import math
from datetime import date

import pytest

from corridor.core.errors import InputError
from corridor.scenario.load import load
from corridor.scenario.model import Quantity, Scenario
from corridor.scenario.override import override
from corridor.scenario.traffic import REGIMES
from corridor.scenario.write.new import write_new


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    folder = tmp_path_factory.mktemp("set") / "case"
    write_new(folder)
    return load(folder)


def test_each_kind_of_path_changes_what_it_names(scenario: Scenario) -> None:
    changed = override(
        scenario,
        [
            "links.gate.vehicles_per_hour=300",
            "links.gate.regime=closed",
            "links.mountain_road.tonnes_per_day=unlimited",
            "pipelines.aid.tonnes_per_day=80 t/week",
            "pipelines.aid.ends=2024-02-20",
            "pipelines.airdrop.starts=2024-02-01",
            "stocks.*.petrol=100000 litre",
            "outputs.*.flour=20 %",
            "places.hilltown.population=60000",
            "reception.plainport.beds=10",
            "commodities.flour.need=500 g/person/day",
            "mixes.relief.flour=0.5",
            "population=70000",
            "horizon=30",
            "rules.rations=none",
            "parameters.leaving.siege=0.5",
            "leaving.ordinary_hazard=1e-4",
        ],
    )
    gate, mountain = changed.links
    assert gate.vehicles_per_hour == Quantity(value=300)
    assert gate.regime == REGIMES["closed"]
    assert gate.km == scenario.links[0].km
    assert math.isinf(mountain.tonnes_per_day.value)
    commerce, aid, airdrop = changed.pipelines
    assert commerce == scenario.pipelines[0]
    assert aid.tonnes_per_day.value == pytest.approx(80 / 7)
    assert aid.ends == date(2024, 2, 20)
    assert (airdrop.starts, airdrop.dormant) == (date(2024, 2, 1), False)
    assert next(row for row in changed.stocks if row.commodity == "petrol").tonnes.value == pytest.approx(74.5)
    assert changed.outputs[-1].share.value == 0.2
    assert changed.places[2].population.value == 60000
    assert changed.reception[0].beds == Quantity(value=10)
    assert changed.commodities[0].need.value == pytest.approx(0.0005)
    assert changed.mixes[1].shares["flour"].value == 0.5
    assert changed.population == Quantity(value=70000)
    assert changed.horizon == 30
    assert changed.rules["rations"] == "none"
    assert changed.parameters["leaving.siege"].value == 0.5
    assert changed.parameters["leaving.ordinary_hazard"] == Quantity(value=1e-4)
    assert Scenario.model_validate(changed.model_dump()) == changed


def test_three_numbers_set_the_range_and_share_a_unit(scenario: Scenario) -> None:
    found = override(scenario, ["pipelines.aid.tonnes_per_day=70..77..84 t/week"]).pipelines[1].tonnes_per_day
    assert (found.low, found.value, found.high) == pytest.approx((10, 11, 12))
    mixed = override(scenario, ["stocks.*.flour=500 kg..1..2 t"]).stocks[0].tonnes
    assert (mixed.low, mixed.value, mixed.high) == (0.5, 1, 2)


def test_nothing_set_is_the_same_scenario_and_anything_set_has_its_own_hash(scenario: Scenario) -> None:
    assert override(scenario, []) is scenario
    one = override(scenario, ["horizon=30", "links.gate.kmh=40"])
    other = override(scenario, ["links.gate.kmh=40", "horizon=30"])
    assert one.hash == other.hash
    assert len({scenario.hash, one.hash, override(scenario, ["horizon=31"]).hash}) == 3
    assert scenario.horizon == 60


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("links.gat.regime=open", 'did you mean "gate"'),
        ("links.gate.regim=open", 'did you mean "regime"'),
        ("links.regime=open", "write links.<id>.<part>"),
        ("links=open", "write links.<id>.<part>"),
        ("links.gate.regime=opn", 'did you mean "open"'),
        ("links.gate.kmh=5 t", "does not measure"),
        ("links.gate.kmh=0", "is below 0.1 km/hour"),
        ("links.gate.weather=1..2", "not low..value..high"),
        ("links.gate.km=1..3..2", "need low <= value <= high"),
        ("links.gate.km=unlimited", "not a number"),
        ("places.hilltown.population=-1", "below 0"),
        ("places.hilltown.population=nan", "not a finite number"),
        ("places.hilltown.population=1e308", "most allowed"),
        ("stocks.hilltown.flour=5", "set stocks.*.flour"),
        ("stocks.plainport.flour=5", "not among the homes"),
        ("stocks.*.floor=5", 'did you mean "flour"'),
        ("outputs.hilltown.groceries=0.1", "set outputs.*.groceries"),
        ("mixes.relief.flour=0.9", "add up to"),
        ("mixes.reliev.flour=0.1", 'did you mean "relief"'),
        ("pipelines.aid.ends=2024-01-01", "before it starts"),
        ("pipelines.aid.ends=tomorrow", "not a date"),
        ("horizn=3", 'did you mean "horizon"'),
        ("horizon=3.5", "not a whole number"),
        ("horizon=5000", "most allowed"),
        ("leaving.ordnary_hazard=1", 'did you mean "leaving.ordinary_hazard"'),
        ("parameters.leaving.ordnary_hazard=1", 'did you mean "leaving.ordinary_hazard"'),
        ("leaving.release_share=2", "most allowed"),
        ("rules.rations=non", 'did you mean "none"'),
        ("rules.ration=none", 'did you mean "rations"'),
        ("nonsense", "path=value"),
        ("=5", "path=value"),
        ("horizon=", "path=value"),
        ("", "path=value"),
    ],
)
def test_what_cannot_be_set_is_told(scenario: Scenario, setting: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        override(scenario, [setting])
    (problem,) = caught.value.problems
    assert problem.file == "--set"
    assert message in problem.sentence()


def test_all_bad_settings_are_told_at_once(scenario: Scenario) -> None:
    with pytest.raises(InputError) as caught:
        override(scenario, ["horizn=3", "links.gat.regime=open", "horizon=30", "horizon=40"])
    assert len(caught.value.problems) == 3
    assert "set twice" in caught.value.problems[2].message
