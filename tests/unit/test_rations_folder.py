"""Rations as a table and as a policy: read, checked, drawn, played; and never sought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from corridor.analysis.compare import compare
from corridor.analysis.hinges import hinges
from corridor.core.errors import InputError
from corridor.engine import run
from corridor.results.dataset import ahead
from corridor.results.dataset import history as before
from corridor.scenario.load import load
from corridor.scenario.model import Action, Policy, Quantity, Ration, Scenario
from corridor.scenario.numbers import numbers
from corridor.scenario.override import override
from corridor.scenario.questions import questions
from corridor.scenario.write.new import write_new
from corridor.tables.folder import sought
from corridor.tables.outcome import OUTCOMES
from small import OPEN, START, q, small

RECORD = ["used", "extra", "ration_cv", "promised_kcal", "delivered"]


def row(group: Any, good: str, amount: float | Quantity | None, share: float | None = None, **more: Any) -> Ration:
    given = amount if isinstance(amount, Quantity) else None if amount is None else q(amount)
    plain: dict[str, Any] = {"starts": START, "place": "*", "known": START}
    return Ration(
        group=group, commodity=good, amount=given, share=None if share is None else q(share), **(plain | more)
    )


def world(rows: Sequence[Ration] = (), **more: Any) -> Scenario:
    plain: dict[str, Any] = {
        "flour": 3000.0, "uncertain": False, "horizon": 5, "regime": 0,
        "parameters": {"leaving.ordinary_hazard": q(0.0), "rations.extra_unstated": q(0.0),
                       "rations.extra_when_short_unstated": q(0.0)},
    }  # fmt: skip
    return small(**(plain | more)).model_copy(update={"rations": tuple(rows)})


def played(scenario: Scenario, policies: Sequence[str] = ("closed",), futures: int = 3) -> xr.Dataset:
    return run(scenario, policies=list(policies), conditions=["calm"], futures=futures, record=RECORD).load()


def test_a_ration_of_kcal_is_told_in_kcal_and_one_of_flour_in_tonnes() -> None:
    case = world([row("workers", "kcal", 1000.0, 0.5), row("all", "flour", 2e-4)])
    told = {n.path.split(".")[-3]: n.field.canonical for n in numbers(case) if n.path.endswith("amount")}
    assert sorted(told.values()) == ["kcal/person/day", "t/person/day"], told


def test_a_history_of_rations_is_what_people_ate() -> None:
    """Half are workers with 1,000 kcal, honoured by four fifths, the others have 600: 700 kcal a head and 10 % of need.

    Everybody eats by himself; what is found elsewhere is the same for all.
    """
    ds = before(played(world([
        row("workers", "kcal", 1000.0, 0.5, honoured=q(0.8), extra=q(0.1)), row("all", "kcal", 600.0, extra=q(0.1)),
    ], parameters={"rations.pot": q(1.0)})))  # fmt: skip
    need = ds["requirement"].values
    assert ds["intake"].isel(place=0, day=3).values == pytest.approx(700.0 + 0.1 * need, rel=1e-4)
    assert ds["promised_kcal"].values == pytest.approx(800.0)
    spread = np.repeat(100.0 / (700.0 + 0.1 * need)[:, None], 2, axis=1)
    assert ds["ration_cv"].isel(day=3).transpose("future", "place").values == pytest.approx(spread, rel=1e-4)
    assert ds["extra"].values == pytest.approx(0.1)


def test_a_ration_without_an_end_lapses_where_supply_is_normal_again_and_one_of_a_policy_does_not() -> None:
    """The gate opens to trade, 120 and 60 t a day for 18,000 people: nobody is left on 800 kcal; closed, everybody is."""
    ration = row("all", "kcal", 800.0)
    far = Action(do="force", target="rations.near.all.kcal", value=900.0, starts=START + timedelta(days=20))
    case = world([ration], commercial=120.0, gate_tonnes=1e6, inner_tonnes=1e6, horizon=25, regime=OPEN)
    case = case.model_copy(update={"policies": (*case.policies, Policy(id="held", title="Held", actions=(far,)))})
    ds = ahead(played(case, ("closed", "open", "held"))["promised_kcal"]).sel(place="near").isel(future=0, condition=0)
    assert (ds.sel(policy="closed") == 800).all() and (ds.sel(policy="held") == 900).all()
    assert (ds.sel(policy="open") == 0).all()
    past = before(played(case, ("open",)))["promised_kcal"].sel(place="near")
    assert (past == 800).all()  # what a folder says of the past is a fact


def test_a_ration_with_an_end_holds_to_its_end() -> None:
    last = START + timedelta(days=40)
    case = world([row("all", "kcal", 800.0, ends=last)], commercial=120.0, gate_tonnes=1e6, horizon=25, regime=OPEN)
    ds = ahead(played(case, ("open",))["promised_kcal"]).sel(place="near").isel(future=0, policy=0, condition=0)
    assert ds.values.tolist() == [800.0] * 21 + [0.0] * 4


def test_rows_hold_from_their_day_until_the_next_of_their_series() -> None:
    rows = [
        row("all", "kcal", 1500.0),
        row("all", "kcal", 900.0, starts=START + timedelta(days=5)),
        row("all", "kcal", 400.0, starts=START + timedelta(days=9), ends=START + timedelta(days=11), place="near"),
    ]
    ds = before(played(world(rows)))
    promised = ds["promised_kcal"].isel(future=0)
    assert promised.sel(place="far").values.tolist() == [1500.0] * 5 + [900.0] * 15
    assert promised.sel(place="near").values.tolist() == [1500.0] * 5 + [900.0] * 4 + [400.0] * 3 + [900.0] * 8


def test_without_a_table_nothing_differs_between_groups() -> None:
    ds = played(world(parameters={"rations.extra_unstated": q(0.2), "rations.extra_when_short_unstated": q(0.0)}))
    assert float(ds["ration_cv"].max()) == 0.0
    assert float(ds["promised_kcal"].max()) == 0.0
    np.testing.assert_allclose(ds["extra"].values, 0.2)


def policy(scenario: Scenario, *actions: Action) -> Scenario:
    return scenario.model_copy(
        update={"policies": (*scenario.policies, Policy(id="tried", title="Tried", actions=actions))}
    )


FIRST = START + timedelta(days=20)


@pytest.mark.parametrize("base", [None, 0.0, 1800.0])
def test_a_policy_hands_out_what_it_says_whatever_was_promised(base: float | None) -> None:
    rows = [] if base is None else [row("all", "kcal", base)]
    act = Action(do="set", target="rations.near.all.kcal", value=700.0, starts=FIRST, ends=FIRST + timedelta(days=2))
    ds = ahead(played(policy(world(rows), act), ["closed", "tried"])).sel(place="near", condition="calm")
    promised = ds["promised_kcal"].sel(policy="tried").isel(future=0).values
    assert promised.tolist() == [700.0] * 3 + [base or 0.0] * 2
    assert ds["intake"].sel(policy="tried").isel(day=1).values == pytest.approx(700.0, rel=1e-4)


def test_a_policy_of_a_good_keeps_what_is_honoured_and_the_size_of_the_group() -> None:
    rows = [row("workers", "flour", 3e-4, 0.25, honoured=q(0.5))]
    act = Action(do="set", target="rations.*.workers.flour", value=4e-4, starts=FIRST)
    ds = played(policy(world(rows, rules={"rations": "none"}), act), ["closed", "tried"], 1)
    people = float(before(ds)["people"].sel(place="near").isel(day=-1).values.ravel()[0])  # a few have died
    used = ahead(ds)["used"].sel(commodity="flour", place="near").isel(condition=0, future=0, day=0)
    others = 0.75 * people * 4e-4 * float(ds["requirement"][0]) / 2100
    assert float(used.sel(policy="closed")) == pytest.approx(others + 0.25 * people * 1.5e-4, rel=1e-5)
    assert float(used.sel(policy="tried")) == pytest.approx(others + 0.25 * people * 2e-4, rel=1e-5)


def test_rows_of_one_series_lie_at_the_same_point_of_their_ranges() -> None:
    spread = {"honoured": q(0.75, 0.5, 1.0)}
    rows = [row("all", "kcal", 1000.0, **spread), row("all", "kcal", 800.0, starts=START + timedelta(days=5), **spread)]
    ds = before(played(world(rows, flour=1e5), futures=8))
    eaten = ds["intake"].sel(place="near").transpose("future", "day").values
    assert eaten[:, 8] / eaten[:, 2] == pytest.approx(np.full(8, 0.8), rel=1e-4)
    assert np.ptp(eaten[:, 2]) > 50
    assert [name for name in ds["input"].values if str(name).startswith("rations.*")] == [
        "rations.*.all.kcal.2030-01-01.honoured"
    ]


def test_places_of_one_porosity_share_a_draw_and_extra_of_a_place_is_its_own() -> None:
    base = world(parameters={"rations.extra_when_short": q(0.0), "rations.extra_when_short_unstated": q(0.0)})
    places = [place.changed(porosity="sealed") if place.kind == "home" else place for place in base.places]
    ds = before(played(base.model_copy(update={"places": tuple(places)}), futures=60))
    near, far = (ds["extra"].sel(place=home).isel(day=0).values for home in ("near", "far"))
    np.testing.assert_array_equal(near, far)
    assert 0.0 <= near.min() < 0.03 < 0.07 < near.max() < 0.13
    own = override(base, ["places.near.extra=0.4..0.5..0.6"])
    near = before(played(own, futures=60))["extra"].sel(place="near").isel(day=0).values
    assert near.min() > 0.3
    assert near.max() < 0.7


def test_people_make_up_part_of_what_is_missing_where_the_case_does_not_say_what_they_found() -> None:
    case = world(flour=0.0, commercial=0.0, relief=0.0, outputs=0.0, parameters={
        "rations.extra_unstated": q(0.1), "rations.extra_when_short_unstated": q(0.5), "pantry.lasting": q(60.0),
    })  # fmt: skip
    case = override(case, ["places.far.extra=0.1"])
    ds = before(played(case)).isel(day=10)
    share = (ds["intake"] / ds["requirement"]).isel(future=0)
    handed = share.sel(place="far") - 0.1
    assert float(ds["extra"].sel(place="far").isel(future=0)) == pytest.approx(0.1)
    assert float(share.sel(place="near")) == pytest.approx(float(1.0 - 0.5 * (0.9 - handed)), rel=1e-3)


def test_villages_have_less_left_to_turn_to() -> None:
    short = {"rations.extra_when_short": q(0.6), "rations.extra_when_short_rural": q(0.2)}
    none = {f"rations.extra_{kind}": q(0.0) for kind in ("guarded", "rural")}
    case = world(flour=0.0, commercial=0.0, relief=0.0, outputs=0.0, parameters=short | none)
    kinds = {"near": "guarded", "far": "rural"}
    places = [place.changed(porosity=kinds[place.id]) if place.id in kinds else place for place in case.places]
    ds = before(played(case.model_copy(update={"places": tuple(places)}))).isel(day=10, future=0)
    assert float(ds["extra"].sel(place="near")) == pytest.approx(0.6)
    assert float(ds["extra"].sel(place="far")) == pytest.approx(0.2)


@pytest.mark.parametrize(("degrees", "found"), [(5.0, 0.5), (-5.0, 0.35), (-10.0, 0.2), (-25.0, 0.2)])
def test_frozen_ground_gives_less_to_turn_to(degrees: float, found: float) -> None:
    """Nothing comes; people make up half of it, three fifths of which fail 10 degrees below frost, in proportion above."""
    numbers = {"rations.extra_when_short_unstated": q(0.5), "rations.frozen_ground": q(0.6)}
    numbers |= {"rations.extra_unstated": q(0.0), "bodies.temperature": q(degrees), "bodies.temperature_swing": q(0.0)}
    case = world(flour=0.0, commercial=0.0, relief=0.0, outputs=0.0, parameters=numbers)
    ds = before(played(case)).isel(day=10, future=0)
    assert float(ds["extra"].sel(place="near")) == pytest.approx(found)


def test_fields_that_nobody_counts_fail_with_those_that_are_counted() -> None:
    """Villages whose outputs are given find less where these are below what is usual; towns and untold ones do not."""
    given = {"rations.extra_rural": q(0.5), "rations.extra_market": q(0.3), "rations.usually_grown": q(0.6)}
    given |= {"rations.extra_when_short_rural": q(0.0), "rations.extra_when_short": q(0.0)}
    kinds = {"near": "market", "far": "rural"}
    energy = {good.id: good.need.value * good.kcal_per_tonne for good in world().commodities if good.kind == "food"}
    flour = energy["flour"] / sum(energy.values())
    cases = ((0.2, "", 0.4 + 0.2 * flour), (0.8, "7-9", 0.4 + 0.8 * flour * 92 / 365), (0.9, "", 1.0), (0.0, "", 1.0))
    for outputs, months, left in cases:
        case = world(flour=0.0, commercial=0.0, relief=0.0, outputs=outputs, parameters=given)
        places = tuple(place.changed(porosity=kinds[place.id]) if place.id in kinds else place for place in case.places)
        rows = tuple(row.model_copy(update={"months": months}) for row in case.outputs)
        ds = before(played(case.model_copy(update={"places": places, "outputs": rows}))).isel(day=10, future=0)
        assert float(ds["extra"].sel(place="far")) == pytest.approx(0.5 * left)
        assert float(ds["extra"].sel(place="near")) == pytest.approx(0.3), "a town grows little of what it finds"


def test_a_ration_stands_beside_need_and_harm() -> None:
    """Wherever a ration is told, the same table says what was eaten of need, and how many children waste and adults thin."""
    act = Action(do="set", target="rations.near.all.kcal", value=700.0, starts=FIRST)
    ds = run(policy(world(), act), policies=["closed", "tried"], conditions=["calm"], futures=3).load()
    table = compare(ds)
    told = table[table["outcome"] == "promised"].set_index(["policy", "day"])["median"]
    assert told["tried"].to_list() == pytest.approx([700.0] * len(told["tried"]))
    assert told["closed"].isna().all()
    rows = {row.id: row for row in OUTCOMES if any(column.table == "bodies" for column in row.columns)}
    assert {"promised", "eaten_child", "eaten_adult", "gam", "sam", "thin_adults"} <= set(rows)
    assert set(rows) <= set(table["outcome"])
    without = run(world(), policies=["closed"], conditions=["calm"], futures=2).load()
    assert "promised" not in set(compare(without)["outcome"])


# --- the folder

HEAD = "from,until,place,group,commodity,amount,low,high,share,honoured,honoured_low,honoured_high,extra,evidence\n"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    write_new(tmp_path / "case")
    return tmp_path / "case"


def test_a_table_of_rations_is_read_in_its_units(case: Path) -> None:
    (case / "rations.csv").write_text(HEAD + "2024-01-18,,valleytown,workers,flour,250 g/person/day,0.2,0.3,30 %,,,,,a_stocks\n"
                                      "2024-02-01,,*,all,kcal,900,700,1100,,0.8,0.5,1,10 %,a_stocks\n", encoding="utf-8")  # fmt: skip
    scenario = load(case)
    first, second = scenario.rations
    assert first.amount == Quantity(value=0.25e-3, low=0.2e-3, high=0.3e-3, evidence=("a_stocks",))
    assert (first.share.value, first.honoured.value) == (0.3, 1.0)  # type: ignore[union-attr]
    assert (second.amount.value, second.extra.value) == (900.0, 0.1)  # type: ignore[union-attr]
    changed = override(scenario, ["rations.*.all.kcal.2024-02-01.amount=500"])
    assert changed.rations[1].amount == Quantity(value=500.0)
    assert changed.changed[0].was == "700..900..1100"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2024-01-18,,valleytown,workers,flour,0.3,,,,,,,,", "how many of the people are workers"),
        ("2024-01-18,,valleytown,all,flour,0.3,,,0.5,,,,,", "everybody in no other group"),
        ("2024-01-18,2024-01-02,valleytown,all,flour,0.3,,,,,,,,", "ends 2024-01-02 before"),
        ("2024-01-18,,plainport,all,flour,0.3,,,,,,,,", "of kind outside"),
        ("2024-01-18,,valleytown,cooks,flour,0.3,,,,,,,,", 'no group is called "cooks"'),
        ("2024-01-18,,valleytown,all,kcal,0.3 kg/person/day,,,,,,,,", "kcal/person/day"),
        ("2024-01-18,,valleytown,all,flour,0.3,,,,1.2,,,,", "above 1"),
        ("2024-01-18,,valleytown,workers,flour,0.3,,,0.7,,,,,\n2024-01-18,,valleytown,office,flour,0.3,,,0.7,,,,,",
         "add up to 1.4"),
    ],
)  # fmt: skip
def test_a_bad_ration_is_told(case: Path, text: str, says: str) -> None:
    (case / "rations.csv").write_text(f"{HEAD}{text}\n", encoding="utf-8")
    with pytest.raises(InputError, match=says):
        load(case)


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("rations.valleytown.workers.kcal", "no share of people"),
        ("rations.valleytown.cooks.kcal", 'no group is called "cooks"'),
        ("rations.valleytown.all.nothing", "no commodity"),
        ("parameters.rations.extra_guarded", "is what people find"),
        ("places.valleytown.extra", "is not a target"),
        ("places.valleytown.porosity", "is not a target"),
    ],
)
def test_a_policy_on_rations_that_cannot_be_is_told(case: Path, target: str, says: str) -> None:
    path = case / "policies.yaml"
    tried = f"  - id: tried\n    title: Tried\n    actions:\n      - {{do: set, target: {target}, value: 0.5}}\n"
    path.write_text(path.read_text("utf-8").replace("\nconditions:", f"\n{tried}\nconditions:"), encoding="utf-8")
    with pytest.raises(InputError, match=says):
        load(case)


def test_a_closure_without_porosity_is_asked_about(case: Path) -> None:
    asked, care = questions(load(case))
    assert "porosity of valleytown, hilltown" in asked
    assert "care.exposed" in care and "known to miss" in care
    assert questions(override(load(case), ["care.exposed=0.5"])) == [asked]
    found = load(case), ["places.valleytown.extra=0.1", "places.hilltown.extra=0.1"]
    assert questions(override(*found)) == [care], "who is exposed is asked also where what people find is said"
    assert "treatment of aid included" in care
    assert questions(override(override(*found), ["care.exposed=0.5"])) == []
    path = case / "places.csv"
    head, *rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([f"{head},porosity", *(f"{row},guarded" for row in rows)]) + "\n", encoding="utf-8")
    assert questions(load(case)) == [care]
    assert {home.porosity for home in load(case).homes} == {"guarded"}
    (case / "events.csv").unlink()
    assert questions(load(case)) == [care], "guarded homes are a siege, whatever the gate lets pass"
    poor = load(case).model_copy(update={"bodies": "sub_saharan_africa"})
    assert "20-100 %" in care and "60-100 %" in questions(poor)[0]
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    assert questions(load(case)) == []  # the gate is open, and nobody speaks of rations


# --- never sought


@pytest.mark.parametrize(
    "path",
    ["rations.*.all.kcal.2024-02-01.amount", "rations.*.all.kcal.2024-02-01.honoured", "rations.extra_sealed",
     "places.town.extra", "places.town.porosity", "links.gate.regime"],
)  # fmt: skip
def test_nothing_is_sought_over_rations_porosity_or_closures(path: str) -> None:
    assert not sought(path)


def test_other_inputs_may_be_sought() -> None:
    assert all(
        map(sought, ("links.gate.km", "pipelines.aid.tonnes_per_day", "places.town.population", "stocks.*.flour"))
    )


def test_hinges_never_say_where_a_ration_would_turn_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """An input that turns the difference round is told as turning it, unless it is one that is not sought."""
    scenario = override(small(horizon=4), ["places.near.extra=0..0.5..1"])
    ds = run(scenario, policies=["closed", "open"], conditions=["calm"], futures=60).load()
    turning = np.where(ds["policy"] == "open", 1.0, 0.0)[:, None, None, None, None]
    ds["intake"] = (
        ds["intake"] * 0 + 1000.0 + turning * (ds["inputs"].sel(input="places.near.extra").values - 0.5)[:, None, None]
    )

    def turned() -> bool:
        found = hinges(ds, "intake", day=4, shuffles=20)
        (row,) = found[found["input"] == "places.near.extra"].to_dict("records")
        return bool(row["flips"])

    assert not turned()
    monkeypatch.setattr("corridor.analysis.hinges.sought", lambda path: True)
    assert turned()
