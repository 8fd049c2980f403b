"""What is claimed of rations: no kcal is lost from sack to ration, and more supply feeds nobody less."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from corridor.engine import run
from corridor.engine.compile import compile_scenario, draw_inputs
from corridor.engine.day import days, morning, prepared, start_state
from corridor.engine.plan import history
from corridor.results.dataset import history as before
from corridor.scenario import load
from corridor.scenario.model import Event, Herd, Output, Ration, Scenario
from corridor.scenario.write.new import write_new
from small import START, q, small

STAY = {"leaving.ordinary_hazard": q(0.0)}


def ration(group: Any, good: str, amount: float, share: float | None = None, day: int = 0) -> Ration:
    return Ration(starts=START + timedelta(days=day), place="*", group=group, commodity=good, amount=q(amount, 0.8 * amount, 1.2 * amount),
                  share=None if share is None else q(share), honoured=q(0.8, 0.6, 1.0), known=START)  # fmt: skip


def besieged(rule: str) -> Scenario:
    """Rations by group, a harvest that needs fuel, a herd, people who move: everything that touches goods at once."""
    rows = (
        ration("forces", "kcal", 2500.0, 0.1),
        ration("workers", "flour", 4e-4, 0.3),
        ration("all", "flour", 2e-4, day=12),
    )
    return small(history=40, horizon=1, rules={"rations": rule}, flour=80.0).model_copy(
        update={
            "rations": rows,
            "livestock": (
                Herd(place="*", commodity="groceries", tonnes=q(30.0, 20.0, 40.0), eaten=q(0.3), known=START),
            ),
            "outputs": (
                Output(place="*", commodity="flour", share=q(0.3), fuel=0.5, work=0.3, months="1", known=START),
            ),
            "events": (
                Event(date=START + timedelta(days=9), known=START, kind="population", target="far", value=4000.0),
            ),
        }
    )


@pytest.mark.parametrize("rule", ["none", "stretch"])
def test_no_kcal_is_lost_from_sack_to_ration(rule: str) -> None:
    """Each day, in double precision: what was kept and came in is eaten, kept, spoilt or burned, to 1e-9 of it."""
    c = compile_scenario(besieged(rule))
    futures = np.arange(8, dtype=np.uint32)
    p = dict(draw_inputs(c, 3, futures).numbers)
    schedule = history(c)
    s = start_state(c, p, (schedule,))
    drawn, handed = prepared(c, s, p, schedule)
    energy = np.where(c.net.energy > 0, c.net.energy, 1.0)[:, None]  # fuel by its tonnes

    def kcal(name: str) -> Any:
        return (s[name] * energy).sum(axis=(0, 1))

    eaten = np.zeros(8)
    for i, today in enumerate(days(schedule, p, 3, futures)):
        began = kcal("stock") + kcal("herd")
        morning(s, p, drawn, schedule, i, today)
        herd = kcal("herd")
        for rule_, arrays, numbers in handed:
            rule_.step(c.net, arrays, numbers, today)
        grown = kcal("produced") - (herd - kcal("herd"))
        came = began + kcal("delivered") - kcal("sent") + grown
        went = kcal("used") + kcal("spoiled") + kcal("burned") + kcal("stock") + kcal("herd")
        np.testing.assert_allclose(went, came, rtol=1e-9)
        assert (s["used"] >= 0).all()
        eaten += kcal("used")
    assert (eaten > 0).all()


def pairs(rule: str, count: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return kcal a head eaten over 60 days, (pair, future), in random worlds and in the same with more of one supply.

    A chain without departures and without inside deliveries in which no link is full: only supply may bind.
    """
    rng = np.random.default_rng(11)
    less, more = [], []
    for i in range(count):
        plain = {"flour": rng.uniform(20, 800), "commercial": rng.uniform(0, 14), "outputs": rng.uniform(0, 0.6)}
        name = list(plain)[i % 3]
        richer = plain | {name: plain[name] * rng.uniform(1.05, 1.6) + 0.01}
        shut = Event(
            date=START + timedelta(days=20),
            known=START,
            kind="pipeline",
            target="trade",
            value=float(rng.uniform(0, 6)),
        )
        for world, into in ((plain, less), (richer, more)):
            scenario = small(history=60, horizon=1, inner_pipeline=False, gate_tonnes=1e5, inner_tonnes=1e5, relief=0.0,
                             rules={"rations": rule}, parameters=STAY, **world)  # fmt: skip
            scenario = scenario.model_copy(update={"events": (shut,)})
            links = tuple(replace_weather(link) for link in scenario.links)
            ds = run(scenario.model_copy(update={"links": links}), policies=["closed"], conditions=["calm"], futures=4)
            into.append(before(ds)["intake"].astype(float).mean("place").sum("day").values.ravel())
    return np.array(less), np.array(more)


def replace_weather(link: Any) -> Any:
    return link.model_copy(update={"weather": q(0.0)})


def test_more_supply_never_means_less_eaten_without_rationing() -> None:
    less, more = pairs("none", 18)
    assert (more >= less * (1 - 1e-5)).all()
    assert (more > less * 1.001).mean() > 0.5


def test_more_supply_is_not_less_eaten_where_days_are_counted() -> None:
    """With a planner a little more stock may put off a cut or a rise by some days; what is lost by it is small and rare."""
    less, more = pairs("stretch", 18)
    lower = more < less * (1 - 1e-5)
    assert lower.mean() <= 0.02
    assert (more / less).min() > 0.999
    assert more.mean() > less.mean()


def test_between_two_convoys_no_way_is_lost(tmp_path):
    """What comes once a month feeds people as what comes every day does: planners know that there will be another."""
    missing = []
    for every in ("", "30"):
        folder = tmp_path / f"case{every}"
        write_new(folder)
        file = folder / "pipelines.csv"
        head, *rows = (line.split(",") for line in file.read_text(encoding="utf-8").splitlines())
        at = head.index("starts")
        for row in (head, *rows):
            row.insert(at, "every" if row is head else every * (row[0] == "aid"))
        file.write_text("".join(f"{','.join(row)}\n" for row in (head, *rows)), encoding="utf-8")
        ds = run(load(folder), futures=16, policies=["more_aid"], conditions=["calm"], threads=1)
        missing.append(float(ds["energy_gap"].sum(["place", "day"]).mean()))
    daily, monthly = missing
    assert monthly < 1.25 * daily
