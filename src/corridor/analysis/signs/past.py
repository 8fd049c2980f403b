"""The history of a run as the error models of signs read it: (future, day), of one home or of all of them."""

from __future__ import annotations

from datetime import date

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from corridor.results import read
from corridor.results.dataset import has_history, history

Floats = NDArray[np.float64]
ALL = "*"
"""the place that stands for all homes together"""


class Past:
    """The days up to as_of; each variable is read once."""

    def __init__(self, ds: xr.Dataset) -> None:
        self._ds, self._read = ds, dict[str, Floats]()
        self.homes, self.goods = read.ids(ds, "place"), read.ids(ds, "commodity")
        self.days: NDArray[np.datetime64] = history(ds[["people"]])["day"].values.astype("datetime64[D]")

    def has(self, *names: str) -> bool:
        """Return whether the run keeps the history of these variables."""
        return has_history(self._ds, *names)

    def on(self, day: date) -> int:
        """Return the position of a day; the first or last where it lies outside."""
        return int(np.clip((np.datetime64(day) - self.days[0]).astype(int), 0, self.days.size - 1))

    def since(self, day: date, count: float) -> slice:
        """Return the `count` days that end with a day."""
        last = self.on(day)
        return slice(max(0, last + 1 - int(round(count))), last + 1)

    def each(self, name: str) -> Floats:
        """Return a variable whole: (future, day, place, ...)."""
        if name not in self._read:
            array = history(self._ds[[name]])[name]
            rest = [dim for dim in array.dims if dim not in ("future", "day")]
            self._read[name] = array.transpose("future", "day", *rest).to_numpy().astype(np.float64)
        return self._read[name]

    def total(self, name: str, place: str = ALL, good: str = "") -> Floats:
        """Return a variable of one home, or added up over all."""
        found = self.each(name) if not good else self.each(name)[..., self.goods.index(good)]
        return np.asarray(found.sum(axis=2) if place == ALL else found[:, :, self.homes.index(place)])

    def mean(self, name: str, place: str = ALL, weight: str = "people") -> Floats:
        """Return a variable of one home, or its mean over all, weighted by people; not a number where nobody is."""
        if place != ALL:
            return self.total(name, place)
        people = self.each(weight)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((self.each(name) * people).sum(axis=2) / people.sum(axis=2))

    def need(self, good: str) -> Floats:
        """Return normal use of a good, (future, 1) t/person/day."""
        need = self._ds["need"].transpose("future", "commodity").to_numpy().astype(np.float64)
        return np.asarray(need[:, [self.goods.index(good)]])
