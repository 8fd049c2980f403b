"""A run that nobody played, drawn at random, and what every analysis makes of it: as weighted sums, like `whole`.

It has all that a played run seldom has at once: history, weights, ties, empty places, roads that shut, goods that run
out, signs of every kind. What a number should be is said elsewhere: here it is held that none moves unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, timedelta
from typing import Any

import invented_sides
import numpy as np
import pandas as pd
import xarray as xr
from whole import _gather, _row

from corridor.analysis import bodies, calibrate, compare, explore, hinges, structures
from corridor.analysis.backtest import airlift, counted, hunger, scarcity, summary
from corridor.analysis.outcomes import displacement, entries, first_days, months, relief, thresholds, ways
from corridor.analysis.scores import baselines, measures
from corridor.analysis.scores import summary as of_scores
from corridor.analysis.signs import facts, reconcile, weights
from corridor.results import read
from corridor.results.dataset import history_run
from corridor.scenario.model import Event, Evidence, Scenario, Sign
from corridor.tables.variable import VARIABLES
from small import START, q, small

FUTURES, PAST, DAYS = 96, 40, 63
AS_OF = START + timedelta(days=PAST - 1)
LEVELS: Mapping[str, tuple[float, float]] = {
    "people": (300.0, 900.0), "intake": (700.0, 2300.0), "stock": (0.0, 9.0), "used": (0.0, 0.4), "gam": (0.05, 0.4),
    "sam": (0.0, 0.1), "gam_muac": (0.05, 0.3), "gam_toddlers": (0.1, 0.5), "gam_had_none_died": (0.1, 0.5),
    "thin_adults": (0.05, 0.3), "deaths_expected": (0.0, 0.9), "deaths_baseline": (0.0, 0.1), "deaths_under5": (0.0, 0.1),
    "people_under5": (20.0, 90.0), "below_requirement": (0.0, 500.0), "departures": (0.0, 30.0), "turned_back": (0.0, 4.0),
    "came_back": (0.0, 2.0), "arrivals": (0.0, 40.0), "carried": (0.0, 60.0), "relief_room": (0.0, 20.0),
    "delivered": (0.0, 0.3), "produced": (0.0, 0.05), "weight_change": (-0.2, 0.0), "journey": (2.0, 60.0),
    "vehicles": (0.0, 300.0), "queue": (0.0, 900.0), "wait": (0.0, 48.0), "days_below_need": (0.0, 600.0),
    "kcal_child": (300.0, 1400.0), "kcal_adult": (800.0, 2600.0), "promised_kcal": (0.0, 900.0),
}  # fmt: skip
"""range of what is drawn; shares lie between 0 and 1, all else between 0 and 50"""
INPUTS = (
    "stocks.*.flour", "stocks.near.groceries", "mixes.relief_mix.flour", "outputs.*.flour", "delivery.loss",
    "pipelines.aid.tonnes_per_day", "places.near.population", "never.moves",
)  # fmt: skip


def scenario() -> Scenario:
    """Return the case that the run carries: `small` with signs of every kind, claims and damage."""
    base = small(history=PAST, horizon=DAYS)

    def sign(kind: str, value: float, back: int, **more: Any) -> Sign:
        return Sign(date=AS_OF - timedelta(days=back), known=START, kind=kind, value=value, **more)  # type: ignore[arg-type]

    signs = (
        sign("empty", 3.0, 9, commodity="flour"), sign("present", 2.0, 20, commodity="groceries", days=7.0),
        sign("share", 0.5, 12, commodity="flour", place="near", days=5.0),
        sign("ration", 0.3, 6, commodity="flour", low=0.15, high=0.6), sign("people", 1200.0, 3, low=800.0, high=1700.0),
        sign("weight_change", -0.1, 4, low=-0.25, high=0.0), sign("whz", 0.2, 5, n=90.0),
        sign("muac", 0.15, 0, low=0.05, high=0.4, place="far"), sign("thin_adults", 0.2, 2, n=40.0),
        sign("deaths", 12.0, 1, low=4.0, high=40.0, days=14.0), sign("deaths_unreported", 60.0, 8, days=10.0),
        sign("people", 2.0, 11, low=1.0, high=3.0), sign("deaths_unreported", 0.001, 3, days=10.0, place="far"),
        sign("empty", 0.0, 30, commodity="petrol", days=0.5),
    )  # fmt: skip

    def claim(id_: str, quantity: str, value: str, unit: str, back: int, **more: str) -> Evidence:
        day = AS_OF - timedelta(days=back)
        return Evidence(
            id=id_, date=str(day), known=day, quantity=quantity, value=value, unit=unit, said_by="a", **more
        )

    claims = (
        claim("c1", "acute malnutrition", "3", "%", 4), claim("c2", "people present", "90000", "person", 0),
        claim("c3", "died of hunger", "1", "person", 0, low="0", high="2"), claim("c4", "MUAC", "17", "%", 7),
        claim("c5", "intake", "5000", "kcal/person/day", 39), claim("c6", "intake", "5000", "kcal/person/day", 40),
    )  # fmt: skip

    def event(kind: str, target: str, value: float, day: int) -> Event:
        when = START + timedelta(days=day)
        return Event(date=when, known=when, kind=kind, target=target, value=value)  # type: ignore[arg-type]

    events = (
        event("damage", "links.approach.damage", 0.4, 3), event("damage", "links.gate.damage", 1.0, 6),
        event("regime", "links.approach.regime", 8, 9), event("regime", "links.inner.regime", 8, 2),
        event("regime", "links.inner.regime", 31, 4), event("regime", "links.inner.regime", 0, PAST - 1),
        event("damage", "links.inner.damage", 1.0, PAST),
    )  # fmt: skip
    return base.model_copy(
        update={"signs": signs, "evidence": {one.id: one for one in claims}, "events": events, "reference_policy": "open",
                "parameters": {"delivery.loss": q(0.1)}}
    )  # fmt: skip


def a_run(seed: int = 7) -> xr.Dataset:
    """Return the run: three policies, two conditions, every variable of a case without camps and sides."""
    rng, case = np.random.default_rng(seed), scenario()
    names = {
        "place": ["near", "far"], "destination": ["outside"], "commodity": ["flour", "groceries", "petrol"],
        "link": ["approach", "gate", "inner"], "policy": ["closed", "open", "relief"], "condition": ["calm", "loss"],
    }  # fmt: skip
    drawn = rng.random((len(INPUTS) - 1, FUTURES))
    sizes = {"future": FUTURES, "day": PAST + DAYS} | {name: len(ids) for name, ids in names.items()}
    data: dict[str, Any] = {}
    for one in VARIABLES:
        if one.wider or {"hour", "option", "feature"} & set(one.dims):
            continue
        dims = ("policy", "condition", "future", "day", *one.dims)
        low, high = LEVELS.get(one.name, (0.0, 1.0 if one.unit == "1" else 50.0))
        u = rng.random([sizes[d] for d in dims]) ** 2
        tail = (1,) * len(one.dims)
        u = 0.4 * u + 0.3 * drawn[0].reshape(-1, 1, *tail) + 0.3 * rng.random((3, 1, FUTURES, 1, *tail))
        x = low + (high - low) * u * np.linspace(1.2, 0.5, PAST + DAYS).reshape(-1, *tail)
        x[:, :, :, :PAST] = x[:1, :1, :, :PAST]  # all policies share history
        x[rng.random(x.shape) < 0.02] = 0.0
        x[:, :, :, :PAST] = x[:1, :1, :, :PAST]
        data[one.name] = (dims, x.astype(np.float32), {"units": one.unit})
    for name in ("people", "people_under5", "below_requirement", "departures", "arrivals", "queue"):
        data[name][1][:] = np.round(data[name][1])
    data["people"][1][:, :, ::5, -9:, 1] = 0.0  # the far place empties, in some futures both do
    data["people"][1][:, :, ::15, -5:] = 0.0
    data["stock"][1][:, :, :, 0] += 1.0
    data["intake"][1][0, 0, ::7] = data["intake"][1][1, 0, ::7]  # ties
    data["relief_room"][1][..., PAST + 20 :, 0] = np.nan
    data["relief_room"][1][0, 1, ::2, :, 1] = np.nan
    data["relief_room"][1][2, 0, ::3, :, 2] = 0.0
    data["regime"][1][:] = rng.choice([0.0, 6.0, 8.0, 31.0], data["regime"][1].shape)
    data["need"] = (("future", "commodity"), rng.uniform([3e-4, 1e-4, 5e-5], [6e-4, 3e-4, 2e-4], (FUTURES, 3)))
    data["requirement"] = (("future",), rng.uniform(1600, 2200, FUTURES))
    data["people_start"] = (("future", "place"), rng.integers(300, 900, (FUTURES, 2)).astype(float))
    data["inputs"] = (("future", "input"), np.column_stack([*drawn, np.ones(FUTURES)]))
    days = (np.datetime64(START) + np.arange(PAST + DAYS)).astype("datetime64[ns]")
    coords = {"future": np.arange(FUTURES), "day": days, "as_of": days[PAST - 1], "input": list(INPUTS), **names}
    attrs = {"scenario": case.model_dump_json(), "scenario_id": "small", "scenario_hash": "0", "variant": "now", "seed": 1,
             "futures": FUTURES}  # fmt: skip
    return xr.Dataset(data, coords, attrs)


def _weighed(ds: xr.Dataset) -> xr.Dataset:
    """Return the run with weights that leave some dozens of futures."""
    w = np.random.default_rng(3).random(FUTURES) ** 3
    w[::9] = 0.0
    return ds.assign_coords(weight=("future", w / w.sum()))


def _both(work: Callable[[xr.Dataset], Any]) -> Callable[[xr.Dataset], Any]:
    return lambda ds: {"alike": work(ds), "weighed": work(_weighed(ds))}


def _day(n: int) -> str:
    return str(AS_OF + timedelta(days=n))


def _signs(ds: xr.Dataset) -> Any:
    fits, log_share = weights.log_fits(ds), xr.DataArray(np.linspace(-2, 0, FUTURES), dims="future")
    weighed = weights.conditioned(ds)
    chosen = weights.conditioned(ds.assign_coords({read.LOG_SHARE: log_share}))
    return {
        "fits": {f"{n}": x for n, x in enumerate(fits.values())},
        "weights": [read.weights(weighed), read.weights(chosen)],
        "beside": weights.before_and_after(_weighed(ds)), "prior": weights.before_and_after(weighed, ds),
        "conflicts": weights.conflicts(ds), "dead": [weights.dead_before(ds), weights.dead_before(_weighed(ds))],
        "said": [weights.weighted(weighed), weights.weighted(_weighed(ds), 5000)],
        "facts": [facts.contradicted(ds), facts.contradicted(_weighed(ds))],
        "change": [reconcile.smallest_change(ds, sign) for sign in fits],
        "calibrated": _calibrated(ds),
    }  # fmt: skip


def _calibrated(ds: xr.Dataset) -> Any:
    found = calibrate.weigh(ds, calibrate.known_signs(read.scenario_of(ds)), seed=2)
    loose = tuple(one.model_copy(update={"days": 60.0}) for one in calibrate.known_signs(read.scenario_of(ds))[:2])
    wide = calibrate.weigh(ds, loose)
    return [asdict(found), asdict(wide), found.overrides(), wide.settings()]


def _outcomes(ds: xr.Dataset) -> Any:
    return {
        "compared": compare.compare(ds), "chosen": compare.compare(ds, reference="relief", days=[1, 5, 400]),
        "daily": {str(name): x.values for name, x in bodies.daily(ds.isel(future=slice(0, 12))).items()},
        "bodies": bodies.bodies(ds, days=[3]), "last": list(compare.last(ds, "intake").values()),
        "history": compare.compare(history_run(ds)), "months": months.by_month(ds),
        "thresholds": thresholds.thresholds(ds, places=True),
    }  # fmt: skip


def _ways(ds: xr.Dataset) -> Any:
    return {
        "gap": relief.relief_gap(ds, seed=4), "entries": entries.by_entry(ds), "passing": list(entries.passing(ds).values()),
        "before": [entries.shut_before(read.scenario_of(ds)), entries.broken_at(read.scenario_of(ds))],
        "ways": ways.goods_by_way(ds, days=[2, 30]), "bindings": [asdict(one) for one in ways.bindings(ds, days=[2, 30])],
    }  # fmt: skip


def _first(ds: xr.Dataset) -> Any:
    return {"days": first_days.first_days(ds), "brief": first_days.first_days(ds, brief=True),
            "curves": first_days.curves(ds)}  # fmt: skip


def _moved(ds: xr.Dataset) -> Any:
    picked = compare.last(ds, "intake")
    w = read.weights(ds)
    gain = {policy: np.nan_to_num(picked[policy, "calm"]) for policy in read.ids(ds, "policy")}
    table = np.stack(list(read.inputs(ds).values()), axis=1)
    frames = {
        outcome: hinges.hinges(ds, outcome, day=20, top=4, shuffles=40) for outcome in ("intake", "below_requirement")
    }
    return {
        "hinges": frames, "said": [hinges.sentences(frame, "x", "t", "lower") for frame in frames.values()],
        "partial": hinges.prcc(table, gain["closed"]),
        "explored": [
            asdict(explore.explore(INPUTS, table, gain, better=better, reference="open", weights=w, seed=2))
            for better in ("higher", "lower")
        ],
    }  # fmt: skip


def _structures(ds: xr.Dataset) -> Any:
    seeds = iter(range(20, 40))
    choices = {"a": {"x": ("1",), "y": ("2",)}, "b": {"u": ("3",), "v": ("4",)}}
    frame, beside = structures.sweep(
        scenario(), lambda *_, **__: a_run(next(seeds)).isel(future=slice(0, 20)), lambda one, _: one, days=[9],
        outcomes=["intake", "people"], choices=choices,
    )  # fmt: skip
    return {"rows": frame, "beside": beside}


def _backtests(ds: xr.Dataset) -> Any:
    span = {"from": _day(3), "to": _day(9), "place": "*"}
    tables = {
        "people": counted.people(ds, [{"date": _day(1), "place": "*", "persons": "900"},
                                      {"date": _day(DAYS), "place": "far", "persons": "300", "policy": "relief"},
                                      {"date": _day(0), "place": "far", "persons": "300"}]),
        "lorries": counted.lorries(ds, [{**span, "link": "gate", "lorries": "12"}]),
        "prices": counted.prices(ds, [
            {"date": _day(n), "place": place, "commodity": "flour", "price": price, "policy": "open"}
            for place in ("*", "near") for n, price in ((2, "3"), (1, "2"), (9, "2.5"), (12, "2.5"), (20, "4"))
        ]),
        "deaths": hunger.deaths(ds, [{"from": _day(1 + 9 * n), "to": _day(8 + 9 * n), "persons": f"{5 + 3 * n}"}
                                     for n in range(3)]),
        "bodies": hunger.bodies(ds, [{**span, "measure": m, "value": "0.15", "place": place}
                                     for m in ("gam", "thin_adults") for place in ("*", "near")]),
        "ration_steps": hunger.ration_steps(ds, [
            {"date": _day(n), "place": "near", "commodity": "flour", "share": share, "direction": way}
            for n, share, way in ((4, "0.8", "down"), (9, "0.9", "up"), (20, "0.2", "down"))
        ]),
        "flown": airlift.cumulative_points(ds, [
            {"from": str(START), "to": _day(DAYS), "quantity": "cumulative", "tonnes": "3000"},
            {"from": _day(-3), "to": _day(4), "quantity": "daily mean", "tonnes": "30"},
        ]),
        "scarcity": scarcity.table(ds, [
            {"date": _day(n), "commodity": good, "level": level}
            for n, good, level in ((0, "flour", "1"), (1, "flour", "5"), (30, "petrol", "0"), (DAYS, "flour", "3"))
        ], weights={"flour": np.arange(1.0, FUTURES + 1)}),
    }  # fmt: skip
    units = dict.fromkeys(tables, "1")
    rows = summary.summary(tables, units)
    return {**tables, "low": airlift.low_intake(ds, share=0.6), "summary": rows, "said": summary.sentence(rows)}


def _camps(ds: xr.Dataset) -> Any:
    rng = np.random.default_rng(9)
    sheltered = rng.integers(0, 900, (1, 1, FUTURES, PAST + DAYS, 3)).astype(float)
    run = xr.Dataset(
        {"sheltered": (("policy", "condition", "future", "day", "camp"), sheltered)},
        {"policy": ["open"], "condition": ["calm"], "camp": ["a", "b", "c"], "day": ds["day"].values,
         "as_of": ds["as_of"].values},
    )  # fmt: skip
    seen = [
        {"date": _day(n), "place": camp, "persons": str(int(rng.integers(0, 900)))}
        for n in (-5, -1, 0, 1, 7, DAYS, DAYS + 1)
        for camp in ("a", "b", "c")
    ]
    table = displacement.score_camps(run, "open", "calm", seen, AS_OF)
    return {"scores": table, "summary": summary.summary(displacement.tables(table), {"camps": "1", "camps_each": "p"})}


def _scores(_: xr.Dataset) -> Any:
    rng = np.random.default_rng(11)
    x, seen, w = np.round(rng.normal(size=(40, 9)), 1), np.round(rng.normal(size=9), 1), rng.random(40)
    w[:4] = 0.0
    lines = baselines.lines([9.0, 1.0, 30.0, 14.0, 20.0], [50.0, 4.0, 900.0, 70.0, 200.0], 20.0, 260.0)
    cut = np.where(rng.random((40, 9)) < 0.1, np.nan, x)
    return {
        "each": [
            [measures.summary(x, seen, one), measures.crps(x, seen, one), measures.crps(x, seen, one, fair=True),
             measures.pit(x, seen, one), measures.quantile(x, [0, 0.1, 0.5, 0.9, 1], one),
             *(measures.covered(x, seen, level, one) for level in (0.5, 0.8, 0.95)), *measures.interval(x, 0.8, one),
             of_scores.describe(cut[:, 0], one), of_scores.paired(cut[:, 0], cut[:, 1], "higher", one),
             of_scores.paired(x[:, 2], x[:, 3], "none", one), of_scores.mean(cut[:, 4], one),
             of_scores.error(cut[:, 4], one)]
            for one in (None, w)
        ],
        "gaussian": measures.crps_gaussian(x[0], np.abs(x[1]) + 0.1, seen),
        "regret": [of_scores.regret(x[:8].reshape(2, 2, 2, 9), better) for better in ("higher", "lower")],
        "lines": [line.at([20.0, 21.0, 40.0]) for line in lines.values()],
        "spread": [baselines.uniform_spread([100.0, 50.0], [30.0, 90.0, 400.0], 24.0, [0.2, 0.9]),
                   baselines.uniform_window([100.0], [30.0, 100.0, 120.0, 400.0], 24.0)],
        "prior": baselines.Triangular(1.0, 2.0, 7.0).quantile(np.linspace(0, 1, 9)),
    }  # fmt: skip


READ: Mapping[str, Callable[[xr.Dataset], Any]] = {
    "outcomes": _both(_outcomes), "ways": _both(_ways), "first days": _both(_first), "signs": _signs,
    "what moves it": _both(_moved), "structures": _structures, "backtests": _both(_backtests), "camps": _camps,
    "scores": _scores, **invented_sides.READ,
}  # fmt: skip
"""name -> what some analyses make of the run"""


def plain(value: Any) -> Any:
    """Return what an analysis made as lists, numbers and words; of a sentence its numbers."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, pd.DataFrame):
        return {str(name): plain(column.tolist()) for name, column in value.items()}
    if isinstance(value, Mapping):
        return {str(name).replace(" ", "_"): plain(one) for name, one in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.ravel().tolist())
    if isinstance(value, Scenario | Sign):
        return plain(str(getattr(value, "label", "")).replace(" ", "_"))
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, str):
        return [float(n) for n in re.findall(r"-?\d+\.?\d*", value.replace(",", ""))] if " " in value else value
    if isinstance(value, date) or value is pd.NA:
        return None if value is pd.NA else str(value)
    return value.item() if isinstance(value, np.generic) else value


def tables(run: xr.Dataset, name: str) -> pd.DataFrame:
    """Return, for each column of what some analyses make of the run, the weighted sum of its numbers and words."""
    found: dict[str, list[float]] = {}
    _gather(plain(READ[name](run)), (), found)
    return pd.DataFrame([_row(name, column, _even(values)) for column, values in sorted(found.items())])


def _even(values: list[float]) -> Any:
    """Return numbers on a scale on which the small ones count beside the large."""
    x = np.nan_to_num(np.array(values), nan=-1.0, posinf=-2.0, neginf=-3.0)
    return np.sign(x) * np.log1p(1e6 * abs(x))


def invented_table() -> pd.DataFrame:
    """Return the same of all of them."""
    run = a_run()
    return pd.concat([tables(run, name) for name in READ], ignore_index=True)
