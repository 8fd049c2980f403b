"""Reads a run: the scenario inside it, and a few totals over places, reduced one policy at a time."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from corridor.core.errors import InputError, Problem
from corridor.scenario.model import Scenario
from corridor.tables.variable import BY_NAME

Floats = npt.NDArray[np.float64]
QUANTILES = (0.025, 0.10, 0.25, 0.50, 0.75, 0.90, 0.975)
"""ends of the 95, 80 and 50 % intervals and the median"""
LONGEST_COVER = 365.0
"""days of cover are shown up to this"""


def scenario_of(dataset: xr.Dataset) -> Scenario:
    """Return the scenario that a run carries in its attributes. Raises InputError where there is none."""
    text = dataset.attrs.get("scenario")
    if not text:
        problem = Problem(
            "run", 0, 0, "scenario", "the run does not carry its scenario", "make it again with corridor run"
        )
        raise InputError([problem])
    return Scenario.model_validate(_unlimited(json.loads(text)))


def _unlimited(node: Any) -> Any:
    """Return the data with infinity where a quantity has no value: JSON cannot say "unlimited" and says null."""
    if isinstance(node, list):
        return [_unlimited(item) for item in node]
    if isinstance(node, dict):
        if "dist" in node and node.get("value") is None:
            node = node | {"value": math.inf}
        return {key: _unlimited(value) for key, value in node.items()}
    return node


@dataclass(frozen=True)
class Series:
    """One quantity over time: `values` is (future, day)."""

    days: npt.NDArray[np.datetime64]
    values: Floats

    def quantiles(self) -> Floats:
        """Return (7, day): the QUANTILES over futures; days without a number stay NaN."""
        known = ~np.isnan(self.values).all(axis=0)
        out = np.full((len(QUANTILES), self.values.shape[1]), np.nan)
        if known.any():
            out[:, known] = np.nanquantile(self.values[:, known], QUANTILES, axis=0)
        return out


Getter = Callable[[str], xr.DataArray]


def _below(get: Getter) -> xr.DataArray:
    return get("below_requirement").sum("place")


def _people(get: Getter) -> xr.DataArray:
    return get("people").sum("place")


def _intake(get: Getter) -> xr.DataArray:
    people = get("people")
    total = people.sum("place")
    return (get("intake") * people).sum("place") / total.where(total > 0)


def _departures(get: Getter) -> xr.DataArray:
    return get("departures").sum("place")


def _arrivals(get: Getter) -> xr.DataArray:
    daily = get("arrivals").sum("destination")
    return daily.cumsum("day" if "day" in daily.dims else "past_day")


def _queue(get: Getter) -> xr.DataArray:
    return get("queue").sum("link")


def _sheltered(get: Getter) -> xr.DataArray:
    return get("sheltered").sum("camp")


def _waiting(get: Getter) -> xr.DataArray:
    return get("waiting")


def _travelling(get: Getter) -> xr.DataArray:
    return get("travelling")


@dataclass(frozen=True)
class Quantity:
    """A total that a fan shows: title, unit, the variables it reads and how it adds them up."""

    title: str
    unit: str
    needs: tuple[str, ...]
    total: Callable[[Getter], xr.DataArray]
    past: bool = True
    """whether history is drawn before the horizon"""


QUANTITIES: dict[str, Quantity] = {
    "below_requirement": Quantity("People eating less than they need", "persons", ("below_requirement",), _below),
    "intake": Quantity("Mean energy eaten", "kcal/person/day", ("intake", "people"), _intake),
    "people": Quantity("People present", "persons", ("people",), _people),
    "departures": Quantity("People leaving", "persons/day", ("departures",), _departures),
    "arrivals": Quantity("People arrived so far", "persons", ("arrivals",), _arrivals, past=False),
    "queue": Quantity("People waiting on the road", "persons", ("queue",), _queue),
    "sheltered": Quantity("Displaced people in camps", "persons", ("sheltered",), _sheltered),
    "waiting": Quantity("Displaced people neither in a camp nor on the road", "persons", ("waiting",), _waiting),
    "travelling": Quantity("Displaced people on the road", "persons", ("travelling",), _travelling),
}


def getter(dataset: xr.Dataset, policy: str | None, condition: str | None) -> Getter:
    """Return what reads one variable of one policy and condition, or of history where both are None."""

    def get(name: str) -> xr.DataArray:
        if policy is None:
            return dataset[f"past_{name}"].load().astype(np.float64)
        return dataset[name].sel(policy=policy, condition=condition).load().astype(np.float64)

    return get


def camp_series(dataset: xr.Dataset, camps: list[str], policy: str | None, condition: str | None) -> Series:
    """Return the people in some camps together; history where policy is None."""
    total = getter(dataset, policy, condition)("sheltered").sel(camp=camps).sum("camp")
    return _as_series(total, "past_day" if policy is None else "day")


def _as_series(array: xr.DataArray, time: str) -> Series:
    ordered = array.transpose("future", time)
    return Series(ordered[time].to_numpy().astype("datetime64[D]"), ordered.to_numpy())


def series(dataset: xr.Dataset, quantity: str, policy: str, condition: str) -> Series:
    """Return a quantity over the horizon of one policy under one condition."""
    return _as_series(QUANTITIES[quantity].total(getter(dataset, policy, condition)), "day")


def history(dataset: xr.Dataset, quantity: str) -> Series | None:
    """Return a quantity up to as_of, or None where it is not kept or not shown."""
    asked = QUANTITIES[quantity]
    if not asked.past or any(f"past_{name}" not in dataset for name in asked.needs):
        return None
    return _as_series(asked.total(getter(dataset, None, None)), "past_day")


def _cover(stock: xr.DataArray, people: xr.DataArray, need: xr.DataArray) -> xr.DataArray:
    daily = people.sum("place") * need
    # without users a stock lasts for ever; no number says that, so the day is left out
    return (stock.sum("place") / daily.where(daily > 0)).clip(max=LONGEST_COVER)


def cover(dataset: xr.Dataset, commodity: str, policy: str | None, condition: str | None) -> Series:
    """Return the days that the stock of a commodity would last at normal use; history where policy is None."""
    prefix = "past_" if policy is None else ""
    chosen: dict[str, Any] = {} if policy is None else {"policy": policy, "condition": condition}
    stock = dataset[f"{prefix}stock"].sel(commodity=commodity, **chosen).load().astype(np.float64)
    people = dataset[f"{prefix}people"].sel(**chosen).load().astype(np.float64)
    need = dataset["need"].sel(commodity=commodity).load().astype(np.float64)
    return _as_series(_cover(stock, people, need), "past_day" if policy is None else "day")


def commodities_needed(dataset: xr.Dataset, scenario: Scenario) -> list[str]:
    """Return commodities that people need, food first, in the order of the run."""
    order = {"food": 0, "fuel": 1, "service": 2, "other": 3}
    kinds = {commodity.id: order[commodity.kind] for commodity in scenario.commodities}
    median = dataset["need"].median("future")
    ids = [str(c) for c in dataset["commodity"].to_numpy() if float(median.sel(commodity=c)) > 0]
    return sorted(ids, key=lambda c: kinds.get(c, 4))


def ids(dataset: xr.Dataset, dim: str) -> list[str]:
    """Return a dimension's labels as text."""
    return [str(label) for label in dataset[dim].to_numpy()]


def as_of(dataset: xr.Dataset) -> date:
    """Return the last day of history."""
    return date.fromisoformat(str(dataset.attrs["as_of"])[:10])


def titles(scenario: Scenario) -> dict[str, str]:
    """Return what to call policies, conditions, places, links and commodities."""
    named: dict[str, str] = {}
    named |= {place.id: place.label for place in scenario.places}
    named |= {commodity.id: commodity.name for commodity in scenario.commodities}
    named |= {policy.id: policy.title for policy in (*scenario.policies, *scenario.conditions)}
    return named


def unit_of(dataset: xr.Dataset, name: str) -> str:
    """Return a variable's unit as the run states it, else as the variable table does."""
    stated: Any = dataset[name].attrs.get("units") if name in dataset else None
    return str(stated) if stated else BY_NAME[name].unit
