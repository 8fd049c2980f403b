"""Deliveries as reporters tell them: dated, drawn once, rivals as one choice, lorries with one load."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from corridor.core.errors import InputError
from corridor.engine import run
from corridor.report.sections import inputs
from corridor.results.dataset import ahead
from corridor.results.dataset import history as before
from corridor.scenario.load import load
from corridor.scenario.model import Action, Policy, Quantity, Report, Scenario
from corridor.scenario.override import override
from corridor.scenario.write.new import write_new
from small import START, q, small


def says(value: float | Quantity, day: int, reporter: str = "agency", target: str = "trade", **more: Any) -> Report:
    amount = value if isinstance(value, Quantity) else q(value)
    when = START + timedelta(days=day)
    return Report(date=when, known=when, target=target, reporter=reporter, value=amount, **more)


def played(
    *rows: Report, futures: int = 4, policies: tuple[Policy, ...] = (), without: tuple[str, ...] = (), **more: Any
) -> xr.Dataset:
    plain: dict[str, Any] = {
        "flour": 0.0, "commercial": 9.0, "relief": 0.0, "outputs": 0.0, "inner_pipeline": False, "uncertain": False,
        "gate_tonnes": 1e4, "inner_tonnes": 1e4, "horizon": 6,
        "parameters": {"delivery.loss": q(0.0), "leaving.ordinary_hazard": q(0.0)},
    }  # fmt: skip
    scenario: Scenario = small(**(plain | more))
    policies = (Policy(id="open", title="Open"), *policies)
    pipelines = tuple(pipe for pipe in scenario.pipelines if pipe.id not in without)
    changed = {"series": rows, "policies": policies, "pipelines": pipelines, "reference_policy": "open"}
    scenario = scenario.model_copy(update=changed)
    record = ["delivered", "carried"]
    return run(scenario, conditions=["calm"], futures=futures, record=record).load()


def flour(ds: xr.Dataset) -> Any:
    """Return (future, day) t/day."""
    return ds["delivered"].sel(commodity="flour").sum("place").transpose(..., "future", "day").values


def test_a_series_is_what_came_and_its_last_report_goes_on() -> None:
    ds = played(says(4.0, 3), says(0.0, 6), says(7.0, 8))
    assert flour(before(ds))[0].tolist() == pytest.approx([9] * 3 + [4] * 3 + [0] * 2 + [7] * 12)
    assert flour(ahead(ds))[0, 0, 0].tolist() == pytest.approx([7] * 6)


def test_a_policy_takes_the_place_of_a_series() -> None:
    day = START + timedelta(days=21)
    act = Action(do="set", target="pipelines.trade.tonnes_per_day", value=3.0, starts=day, ends=day + timedelta(days=1))
    wide = Action(do="set", target="links.gate.tonnes_per_day", value=2.0, starts=day)
    policies = (Policy(id="less", title="Less", actions=(act,)), Policy(id="gate", title="Gate", actions=(wide,)))
    ds = ahead(played(says(7.0, 8), says(5.0, 8, target="gate"), policies=policies, without=("shops", "pumps")))
    assert flour(ds.sel(policy="open"))[0, 0] == pytest.approx([5] * 6)
    assert flour(ds.sel(policy="less"))[0, 0] == pytest.approx([5, 3, 3, 5, 5, 5])
    assert ds["carried"].sel(link="gate", policy="gate").isel(future=0, condition=0).values == pytest.approx(
        [5] + [2] * 5
    )


@pytest.mark.parametrize("day", [2, 10])
def test_a_series_lets_a_dormant_pipeline_send(day: int) -> None:
    ds = before(played(says(6.0, day, target="air"), commercial=0.0))
    assert flour(ds)[0].tolist() == pytest.approx([0] * day + [6] * (20 - day))


def test_a_report_of_a_link_is_what_it_can_carry() -> None:
    ds = before(played(says(2.0, 5, target="gate")))
    assert ds["carried"].sel(link="gate").isel(future=0).values[4:7] == pytest.approx(
        [9.0 + 3.0 + 2.25, 2.0, 2.0], rel=0.05
    )


def test_rivals_are_one_choice_of_each_future_for_all_days_and_targets() -> None:
    rows = [says(2.0, 0, "east"), says(10.0, 0, "west"), says(3.0, 9, "east"), says(15.0, 9, "west"),
            says(1.0, 0, "west", "air"), says(4.0, 12, "east", "shops")]  # fmt: skip
    ds = before(played(*rows, futures=64))
    came = flour(ds)
    believed = np.floor(ds["inputs"].sel(input="series.reporter").values)
    assert set(believed) == {0.0, 1.0}
    assert 20 <= believed.sum() <= 44
    for who, early, late in ((0.0, 3.0, 4.0), (1.0, 11.0, 16.0)):
        np.testing.assert_allclose(came[believed == who][:, 5], early, rtol=1e-6)
        np.testing.assert_allclose(came[believed == who][:, 15], late, rtol=1e-6)
    other = ds["delivered"].sel(commodity="groceries").sum("place").isel(day=15).values
    np.testing.assert_allclose(other, 4.0, rtol=1e-6)  # only one of them says anything of it


def test_the_reports_of_one_reporter_lie_at_one_point_of_their_ranges() -> None:
    came = flour(before(played(says(q(4.0, 2.0, 6.0), 0), says(q(8.0, 4.0, 12.0), 8), futures=30)))
    np.testing.assert_allclose(came[:, 12], 2 * came[:, 3], rtol=1e-5)
    assert np.ptp(came[:, 3]) > 1.0


def test_lorries_have_one_load_in_a_future() -> None:
    lorries: dict[str, Any] = {"counts": "lorries"}
    rows = [says(2.0, 0, **lorries), says(1.0, 8, **lorries), says(3.0, 0, target="air", **lorries)]
    own = {"delivery.loss": q(0.0), "delivery.lorry_tonnes": q(10.0, 6.0, 14.0), "delivery.full_stores": q(3650.0)}
    ds = before(played(*rows, futures=30, parameters=own))
    load = ds["inputs"].sel(input="delivery.lorry_tonnes").values
    np.testing.assert_allclose(flour(ds)[:, 3], 5 * load, rtol=1e-5)
    np.testing.assert_allclose(flour(ds)[:, 12], 4 * load, rtol=1e-5)
    assert np.ptp(load) > 3.0


HEAD = "date,known,target,reporter,counts,value,low,high,evidence\n"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    write_new(tmp_path / "case")
    return tmp_path / "case"


def test_a_series_is_read_in_its_units_and_set(case: Path) -> None:
    (case / "series.csv").write_text(
        HEAD + "2024-02-01,,aid,agency,,70 t/week,35 t/week,14,a_closure\n2024-02-03,,gate,office,lorries,4,3,5,a_closure\n"
        "2024-02-20,,aid,agency,,3,,,\n", encoding="utf-8",
    )  # fmt: skip
    with pytest.raises(InputError, match="known from 2024-02-20"):
        load(case)
    path = case / "series.csv"
    path.write_text(path.read_text("utf-8").replace("2024-02-20,,aid", "2024-02-10,,aid"), encoding="utf-8")
    scenario = load(case)
    first, lorries, last = scenario.series
    assert first.value == Quantity(value=10.0, low=5.0, high=14.0, evidence=("a_closure",))
    assert (lorries.counts, lorries.value.value, last.known.isoformat()) == ("lorries", 4.0, "2024-02-10")
    changed = override(scenario, ["series.aid.agency.2024-02-01.value=20"])
    assert changed.series[0].value == Quantity(value=20.0)
    ds = run(scenario, policies=["regime_held"], conditions=["calm"], futures=4)
    told = {number.path: number.says for number in inputs.numbers(ds, scenario)}
    assert told["series.reporter"] == "reporter of series.csv who is believed: 0 agency, 1 office"


@pytest.mark.parametrize(
    ("row", "says_"),
    [
        ("2024-02-01,,ade,agency,,5,,,", 'no pipeline or link "ade"'),
        ("2024-02-01,,aid,agency,lorries,5 t/day,,,", "vehicle/day"),
        ("2024-02-01,,aid,agency,,5,,,\n2024-02-01,,aid,agency,,6,,,", "occurs twice"),
        ("2024-02-01,,aid,agency,carts,5,,,", 'no counts is called "carts"'),
    ],
)
def test_a_bad_report_is_told(case: Path, row: str, says_: str) -> None:
    (case / "series.csv").write_text(f"{HEAD}{row}\n", encoding="utf-8")
    with pytest.raises(InputError, match=says_):
        load(case)


def test_an_event_beside_a_series_is_refused(case: Path) -> None:
    (case / "series.csv").write_text(f"{HEAD}2024-02-01,,aid,agency,,5,,,\n", encoding="utf-8")
    with (case / "events.csv").open("a", encoding="utf-8") as file:
        file.write("2024-02-01,2024-02-01,pipeline,aid,4,a_closure,\n")
    with pytest.raises(InputError, match="an event says too"):
        load(case)
