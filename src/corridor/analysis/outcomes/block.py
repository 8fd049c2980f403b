"""Some futures of a run in memory, as the functions of the outcomes read them, and the dates on which they report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from corridor.core.errors import InputError, Problem
from corridor.results import read
from corridor.results.dataset import ahead, has_history, history

Floats = NDArray[np.float64]

DATES: tuple[int, ...] = (7, 30, 60, 91)
"""Default reporting dates, days after as_of, clipped to the horizon; its last day is always among them."""
SHORT = 120
"""days of a horizon up to which these are its dates; a longer one has a week, a month and each quarter of it"""


class Block:
    """Some futures of a run; each variable is read once and turned so that futures come last.

    What a method reads is what a row of the outcome table says that it needs: every day or the reporting dates (`at`,
    `total`), each place or their total, history or not.
    """

    def __init__(self, ds: xr.Dataset, futures: slice, days: NDArray[np.int64]) -> None:
        whole = futures == slice(0, ds.sizes["future"])
        self.ds = ds if whole else ds.isel(future=futures)
        self._ahead = ahead(self.ds)
        self._read: dict[str, NDArray[Any]] = {}
        self._every: dict[str, Floats] = {}
        self._at: dict[str, Floats] = {}
        self._made: dict[str, Floats] = {}
        self.days = days
        self.horizon = self._ahead.sizes["day"]
        self.goods = read.goods(ds)

    def every(self, name: str) -> Floats:
        """Return every day of the horizon: (policy, condition, day, ..., future)."""
        return self._all(name)

    def every_total(self, name: str) -> Floats:
        """Return every day of the horizon, added up over places: (policy, condition, day, future)."""
        return np.asarray(self._all(name).sum(axis=3))

    def before_total(self, name: str) -> Floats:
        """Return what history holds, added up over places: (day, future); no days where a run keeps none."""
        if not has_history(self.ds, name):
            return np.empty((0, self.ds.sizes["future"]))
        stored = _turned(history(self.ds[[name]])[name], ("day",))
        return np.asarray(stored.sum(axis=1, dtype=np.float64))

    def at(self, name: str) -> Floats:
        """Return a variable on the reporting dates: (policy, condition, date, ..., future)."""
        return self._dates(name)

    def total(self, name: str) -> Floats:
        """Return a variable on the reporting dates, added up over places: (policy, condition, date, future)."""
        return np.asarray(self._dates(name).sum(axis=3))

    def so_far(self, name: str, good: NDArray[np.int64] | None = None) -> Floats:
        """Return a flow added up over everything but time and future, from the day after as_of to each date."""
        daily = self._all(name)
        if good is not None:
            daily = daily[..., good, :]
        while daily.ndim > 4:
            daily = daily.sum(axis=3)
        return np.asarray(np.cumsum(daily, axis=2)[:, :, self.days])

    def most_so_far(self, name: str) -> Floats:
        """Return the greatest value of any link or place on any day up to each date."""
        daily = self._all(name)
        while daily.ndim > 4:
            daily = daily.max(axis=3)
        return np.asarray(np.maximum.accumulate(daily, axis=2)[:, :, self.days])

    def once(self, name: str, *dims: str) -> Floats:
        """Return what is drawn once per future: (*dims, future)."""
        return np.asarray(_turned(self.ds[name], dims), dtype=np.float64)

    def made(self, name: str, make: Callable[[Block], Floats]) -> Floats:
        """Return what a function makes of the block, made once for all outcomes that rest on it."""
        if name not in self._made:
            self._made[name] = make(self)
        return self._made[name]

    def _all(self, name: str) -> Floats:
        if name not in self._every:
            self._every[name] = np.asarray(self._stored(name), dtype=np.float64)
        return self._every[name]

    def _dates(self, name: str) -> Floats:
        if name not in self._at:
            self._at[name] = np.asarray(self._stored(name)[:, :, self.days], dtype=np.float64)
        return self._at[name]

    def _stored(self, name: str) -> NDArray[Any]:
        if name not in self._read:
            self._read[name] = _turned(self._ahead[name], ("policy", "condition", "day"))
        return self._read[name]

    @cached_property
    def need(self) -> Floats:
        """(commodity, future) t/person/day."""
        return self.once("need", "commodity")

    @cached_property
    def requirement(self) -> Floats:
        """(future,) kcal/person/day."""
        return self.once("requirement")

    @cached_property
    def start(self) -> Floats:
        """(place, future) persons at the start."""
        return self.once("people_start", "place")

    @cached_property
    def capacity(self) -> Floats:
        """(camp,) the persons whom each camp takes, infinity without limit; empty where the run has no camps."""
        return capacities(self.ds)

    def of_kind(self, *kinds: str) -> NDArray[np.int64]:
        """Return the positions of the commodities of these kinds."""
        return np.array([i for i, good in enumerate(self.goods) if good.kind in kinds], dtype=np.int64)


def _turned(array: xr.DataArray, first: Sequence[str]) -> NDArray[Any]:
    """Read whole, then turn futures last: a lazy transpose would be read cell by cell."""
    dims = [str(d) for d in array.dims]
    rest = [d for d in dims if d not in (*first, "future")]
    return np.transpose(array.values, [dims.index(d) for d in (*first, *rest, "future")])


def share(top: Floats, bottom: Floats) -> Floats:
    """Return top / bottom, not a number where the bottom is zero."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(bottom > 0, top / np.where(bottom > 0, bottom, 1.0), np.nan)


def weighted(b: Block, name: str, weight: str) -> Floats:
    """Return the mean over places on each date, by people or by children below five; not a number without any."""
    people = b.at(weight)
    return share((b.at(name) * people).sum(axis=3), people.sum(axis=3))


def capacities(ds: xr.Dataset) -> Floats:
    """Return (camp,) the persons whom each camp takes, infinity without limit; empty where the run has no camps."""
    if "camp" not in ds.dims:
        return np.empty(0)
    known = {place.id: place.capacity for place in read.scenario_of(ds).places}
    given = [known[id_] for id_ in read.ids(ds, "camp")]
    return np.array([np.inf if persons is None else float(persons) for persons in given])


def report_days(ds: xr.Dataset, days: Sequence[int] | None = None) -> NDArray[np.int64]:
    """Return reporting dates as positions among the days after as_of; `days` count from as_of (1 is the first).

    Where None: those that were chosen for the run, else a spread over its horizon and the first day of any policy.

    Days beyond the horizon become its last day; doubles are dropped. Raises InputError for a day before the first.
    """
    horizon = ahead(ds["day"]).size
    wanted = tuple(days) if days is not None else read.chosen_days(ds) or (*spread(ds, horizon), horizon)
    if not wanted or min(wanted) < 1:
        message = "give days after as_of, 1 or more"
        raise InputError([Problem("--days", 0, 0, "", message)])
    return np.array(sorted({min(day, horizon) - 1 for day in wanted}), dtype=np.int64)


def spread(ds: xr.Dataset, horizon: int) -> tuple[int, ...]:
    """Return the dates of a run for which nobody chose any; a policy from the first day on has no date of its own."""
    usual = DATES if horizon <= SHORT else (7, 30, *(round(horizon * part / 4) for part in (1, 2, 3)))
    played, as_of = set(read.ids(ds, "policy")), read.as_of(ds)
    policies = [one for one in read.scenario_of(ds).policies if one.id in played]
    starts = [action.starts for one in policies for action in one.actions if action.starts is not None]
    first = min(((day - as_of).days for day in starts), default=1)
    return (*usual, *([first] if 1 < first <= horizon else []))


def report_dates(ds: xr.Dataset, at: NDArray[np.int64]) -> list[str]:
    """Return the civil days of positions among the days after as_of."""
    return [str(np.datetime64(day, "D")) for day in ahead(ds["day"]).values[at]]
