"""Totals of a run over places as series of days, read one policy at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import xarray as xr

from corridor.results import read
from corridor.results.dataset import ahead, has_history, in_parts
from corridor.results.dataset import history as history_of

Floats = npt.NDArray[np.float64]
QUANTILES = (0.025, 0.10, 0.25, 0.50, 0.75, 0.90, 0.975)
"""ends of the 95, 80 and 50 % intervals and the median"""
LONGEST_COVER = 365.0
"""days of cover are shown up to this"""


@dataclass(frozen=True)
class Series:
    """One quantity over time: `values` (future, day), `weights` (future,) of sum 1; None where all weigh the same."""

    days: npt.NDArray[np.datetime64]
    values: Floats
    weights: Floats | None = None

    def quantiles(self) -> Floats:
        """Return (7, day): the QUANTILES over futures; days without a number stay NaN."""
        known = ~np.isnan(self.values).all(axis=0)
        out = np.full((len(QUANTILES), self.values.shape[1]), np.nan)
        if known.any():
            out[:, known] = quantiles(self.values[:, known], QUANTILES, self.weights)
        return out


def quantiles(values: Floats, wanted: Sequence[float], weights: Floats | None = None) -> Floats:
    """Return quantiles over futures, the first axis, of what is a number: (quantile, ...).

    With weights, the smallest value that so much of the weight does not pass: what only grows in every future then only
    grows in every quantile.
    """
    if weights is None:
        empty = np.isnan(values).all(axis=0)  # a place that everybody has left has no intake in any future
        if not empty.any():
            return np.asarray(np.nanquantile(values, wanted, axis=0))
        return np.where(empty, np.nan, np.nanquantile(np.where(empty, 0.0, values), wanted, axis=0))
    # each column in one piece of memory: this is most of what a figure costs
    flat = np.ascontiguousarray(values.reshape(values.shape[0], -1).T)
    order = np.argsort(flat, axis=1)
    ranked = np.take_along_axis(flat, order, axis=1)
    w = np.where(np.isfinite(ranked), weights[order], 0.0)
    passed = np.cumsum(w, axis=1)
    total, out = passed[:, -1], np.empty((len(wanted), flat.shape[0]))
    for i, share in enumerate(wanted):
        at = np.minimum((passed < (share * total * (1.0 - 1e-12))[:, None]).sum(axis=1), flat.shape[1] - 1)
        out[i] = np.where(total > 0.0, np.take_along_axis(ranked, at[:, None], axis=1)[:, 0], np.nan)
    return out.reshape((len(wanted), *values.shape[1:]))


Getter = Callable[..., xr.DataArray]
"""`get(variable, **labels)`: one variable, of one label along a dimension where given"""


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
    return get("arrivals").sum("destination").cumsum("day")


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
    history: bool = True
    """whether history is drawn before the horizon"""


QUANTITIES: dict[str, Quantity] = {
    "below_requirement": Quantity("People eating less than they need", "persons", ("below_requirement",), _below),
    "intake": Quantity("Mean energy eaten by those still there", "kcal/person/day", ("intake", "people"), _intake),
    "people": Quantity("People present", "persons", ("people",), _people),
    "departures": Quantity("People leaving", "persons/day", ("departures",), _departures),
    "arrivals": Quantity("People arrived so far", "persons", ("arrivals",), _arrivals, history=False),
    "queue": Quantity("People waiting on the road", "persons", ("queue",), _queue),
    "sheltered": Quantity("Displaced people in camps", "persons", ("sheltered",), _sheltered),
    "waiting": Quantity("Displaced people neither in a camp nor on the road", "persons", ("waiting",), _waiting),
    "travelling": Quantity("Displaced people on the road", "persons", ("travelling",), _travelling),
}


def getter(ds: xr.Dataset, policy: str | None, condition: str | None) -> Getter:
    """Return what reads one variable after as_of, of one policy and condition; history where both are None."""

    def get(name: str, **at: str) -> xr.DataArray:
        if policy is None:
            return history_of(ds[[name]])[name].sel(at).load().astype(np.float64)
        return ahead(ds[name]).sel(at | {"policy": policy, "condition": str(condition)}).load().astype(np.float64)

    return get


def each(
    ds: xr.Dataset, quantities: Sequence[str], condition: str | None = None
) -> dict[str, dict[tuple[str, str], Series]]:
    """Return quantities over the horizon of every (policy, condition): each variable is read once for all of them.

    condition : of this one only; of all where None
    """
    return _each(ds, {id_: QUANTITIES[id_].total for id_ in quantities}, condition)


def covers(ds: xr.Dataset, goods: Sequence[str], condition: str) -> dict[str, dict[tuple[str, str], Series]]:
    """Return the days that the stocks of goods would last at normal use, of every policy under a condition."""
    return _each(ds, {good: partial(_cover, need=_need(ds, good), commodity=good) for good in goods}, condition)


def _each(
    ds: xr.Dataset, totals: Mapping[str, Callable[[Getter], xr.DataArray]], condition: str | None
) -> dict[str, dict[tuple[str, str], Series]]:
    later = ahead(ds)
    policies, conditions = read.ids(ds, "policy"), read.ids(ds, "condition")
    days, weights = later["day"].to_numpy().astype("datetime64[D]"), read.weights(ds)
    shape = (len(policies), len(conditions), ds.sizes["future"], days.size)
    found = {name: np.empty(shape) for name in totals}

    def fill(part: slice) -> None:
        get = _once(later.isel(future=part))
        for name, total in totals.items():
            found[name][:, :, part] = total(get).transpose("policy", "condition", "future", "day").to_numpy()

    in_parts(ds, fill)
    shown = [(k, id_) for k, id_ in enumerate(conditions) if condition in (None, id_)]
    return {
        name: {(p, c): Series(days, values[i, k], weights) for i, p in enumerate(policies) for k, c in shown}
        for name, values in found.items()
    }


def _once(ds: xr.Dataset) -> Getter:
    """Return what reads a variable of some futures, all policies and conditions, the first time it is asked for."""
    held: dict[str, xr.DataArray] = {}

    def get(name: str, **at: str) -> xr.DataArray:
        if name not in held:
            held[name] = ds[name].load()
        return held[name].sel(at).astype(np.float64)

    return get


def camp_series(ds: xr.Dataset, camps: list[str], policy: str | None, condition: str | None) -> Series:
    """Return the people in some camps together; history where policy is None."""
    return _as_series(getter(ds, policy, condition)("sheltered").sel(camp=camps).sum("camp"))


def _as_series(array: xr.DataArray) -> Series:
    ordered = array.transpose("future", "day")
    return Series(ordered["day"].to_numpy().astype("datetime64[D]"), ordered.to_numpy(), read.weights(array))


def series(ds: xr.Dataset, quantity: str, policy: str, condition: str, *, history: bool = False) -> Series:
    """Return a quantity over the horizon of one policy under one condition; from the start on with `history`."""
    found = _as_series(QUANTITIES[quantity].total(getter(ds, policy, condition)))
    before = history_series(ds, quantity) if history else None
    if before is None:
        return found
    return Series(
        np.append(before.days, found.days), np.concatenate([before.values, found.values], axis=1), found.weights
    )


def history_series(ds: xr.Dataset, quantity: str) -> Series | None:
    """Return a quantity up to as_of, or None where it is not kept or not shown."""
    asked = QUANTITIES[quantity]
    if not asked.history or not has_history(ds, *asked.needs):
        return None
    return _as_series(asked.total(getter(ds, None, None)))


def cover(ds: xr.Dataset, commodity: str, policy: str | None, condition: str | None) -> Series:
    """Return the days that the stock of a commodity would last at normal use; history where policy is None."""
    return _as_series(_cover(getter(ds, policy, condition), need=_need(ds, commodity), commodity=commodity))


def _need(ds: xr.Dataset, commodity: str) -> xr.DataArray:
    return ds["need"].sel(commodity=commodity).load().astype(np.float64)


def _cover(get: Getter, *, need: xr.DataArray, commodity: str) -> xr.DataArray:
    daily = get("people").sum("place") * need
    # without users a stock lasts for ever; no number says that, so the day is left out
    days = get("stock", commodity=commodity).sum("place") / daily.where(daily > 0)
    return days.clip(max=LONGEST_COVER)
