"""The outcomes by which a policy is judged: one row each, computed from a run's Dataset.

Every outcome is reduced over places, links or destinations to one number per policy, condition, future and reporting
date. None is added to another: there is no weighted total.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from corridor.core.errors import InputError, Problem, did_you_mean

Floats = NDArray[np.float64]
Better = Literal["lower", "higher", "none"]

DATES: tuple[int, ...] = (7, 30, 60, 91)
"""Default reporting dates, days after as_of, clipped to the horizon; its last day is always among them."""

LONGEST_COVER = 365.0
"""Days of cover are reported up to this: a stock without users lasts for ever."""

_BLOCK = 256
"""futures read at a time"""


@dataclass(frozen=True)
class Outcome:
    """One row of the outcome table.

    Attributes
    ----------
    id, name, unit : stable key; what a reader sees; canonical unit
    better : which direction relieves people more; `none` where neither does by itself
    how : how it is computed
    needs : variables of the Dataset that it reads
    compute : block -> (policy, condition, date, future)
    """

    id: str
    name: str
    unit: str
    better: Better
    how: str
    needs: tuple[str, ...]
    compute: Callable[[Block], Floats]


@dataclass(frozen=True)
class Good:
    """What an outcome has to know about a commodity."""

    id: str
    name: str
    kind: str
    kcal_per_tonne: float


class Block:
    """Some futures of a run, in memory; each variable is read once and turned so that futures come last."""

    def __init__(self, ds: xr.Dataset, futures: slice, days: NDArray[np.int64]) -> None:
        self._ds = ds.isel(future=futures)
        self._read: dict[str, Floats] = {}
        self.days = days
        self.goods = goods(ds)

    def all_days(self, name: str) -> Floats:
        """Return (policy, condition, day, ..., future)."""
        if name not in self._read:
            self._read[name] = self._values(name, ("policy", "condition", "day"))
        return self._read[name]

    def at(self, name: str) -> Floats:
        """Return a variable on the reporting dates: (policy, condition, date, ..., future)."""
        return self.all_days(name)[:, :, self.days]

    def so_far(self, name: str, good: NDArray[np.int64] | None = None) -> Floats:
        """Return a flow added up over everything but time and future, from the day after as_of to each date."""
        daily = self.all_days(name)
        if good is not None:
            daily = daily[..., good, :]
        while daily.ndim > 4:
            daily = daily.sum(axis=3)
        return np.asarray(np.cumsum(daily, axis=2)[:, :, self.days])

    def most_so_far(self, name: str) -> Floats:
        """Return the greatest value of any link or place on any day up to each date."""
        daily = self.all_days(name)
        while daily.ndim > 4:
            daily = daily.max(axis=3)
        return np.asarray(np.maximum.accumulate(daily, axis=2)[:, :, self.days])

    def _values(self, name: str, first: tuple[str, ...]) -> Floats:
        """Read whole, then turn: a lazy transpose would be read cell by cell."""
        array = self._ds[name]
        dims = [str(d) for d in array.dims]
        rest = [d for d in dims if d not in (*first, "future")]
        turned = np.transpose(array.values, [dims.index(d) for d in (*first, *rest, "future")])
        return np.asarray(turned, dtype=np.float64)

    @cached_property
    def people(self) -> Floats:
        """(policy, condition, date, place, future) persons."""
        return self.at("people")

    @cached_property
    def need(self) -> Floats:
        """(commodity, future) t/person/day."""
        return self._values("need", ("commodity",))

    @cached_property
    def requirement(self) -> Floats:
        """(future,) kcal/person/day."""
        return self._values("requirement", ())

    @cached_property
    def start(self) -> Floats:
        """(place, future) persons at the start."""
        return self._values("people_start", ("place",))

    def of_kind(self, *kinds: str) -> NDArray[np.int64]:
        """Return the positions of the commodities of these kinds."""
        return np.array([i for i, good in enumerate(self.goods) if good.kind in kinds], dtype=np.int64)


def goods(ds: xr.Dataset) -> tuple[Good, ...]:
    """Return the commodities of a run in its order, from the scenario it carries; none where no homes are played."""
    if "commodity" not in ds.dims:
        return ()
    known = {row["id"]: row for row in json.loads(ds.attrs["scenario"])["commodities"]}
    rows = [known[str(id_)] for id_ in ds["commodity"].values]
    return tuple(Good(r["id"], r["name"], r["kind"], float(r["kcal_per_tonne"])) for r in rows)


def _share(top: Floats, bottom: Floats) -> Floats:
    """Return top / bottom, not a number where the bottom is zero."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(bottom > 0, top / np.where(bottom > 0, bottom, 1.0), np.nan)


def _cover(good: int) -> Callable[[Block], Floats]:
    def compute(b: Block) -> Floats:
        stock = b.at("stock")[..., good, :].sum(axis=3)
        return np.minimum(_share(stock, b.people.sum(axis=3) * b.need[good]), LONGEST_COVER)

    return compute


def _cover_food(b: Block) -> Floats:
    food = b.of_kind("food")
    kcal = np.array([b.goods[i].kcal_per_tonne for i in food])
    energy = np.einsum("pcdxgf,g->pcdf", b.at("stock")[..., food, :], kcal)
    return np.minimum(_share(energy, b.people.sum(axis=3) * b.requirement), LONGEST_COVER)


def _by_people(name: str) -> Callable[[Block], Floats]:
    """Return the mean over people present."""

    def compute(b: Block) -> Floats:
        return _share((b.at(name) * b.people).sum(axis=3), b.people.sum(axis=3))

    return compute


def _ration(b: Block) -> Floats:
    food = b.of_kind("food")
    kcal = np.array([b.goods[i].kcal_per_tonne for i in food])
    weight = b.people[:, :, :, :, None, :] * (b.need[food] * kcal[:, None])
    return _share((b.at("ration")[..., food, :] * weight).sum(axis=(3, 4)), weight.sum(axis=(3, 4)))


def _service(good: int) -> Callable[[Block], Floats]:
    def compute(b: Block) -> Floats:
        return _share((b.at("service")[..., good, :] * b.people).sum(axis=3), b.people.sum(axis=3))

    return compute


def _journey(b: Block) -> Floats:
    """Weight by the people of the start, so that the road of an empty place still has a journey time."""
    hours = b.at("journey")
    weight = np.where(np.isfinite(hours), b.start, 0.0)
    return _share((np.where(np.isfinite(hours), hours, 0.0) * weight).sum(axis=3), weight.sum(axis=3))


def _total(name: str) -> Callable[[Block], Floats]:
    def compute(b: Block) -> Floats:
        return np.asarray(b.at(name).sum(axis=3))

    return compute


def _so_far(name: str) -> Callable[[Block], Floats]:
    return lambda b: b.so_far(name)


def table(ds: xr.Dataset) -> tuple[Outcome, ...]:
    """Return the outcomes that a run supports, in the order in which they are shown."""
    food_so_far = Outcome(
        "delivered_food", "food delivered so far", "t", "higher", "food tonnes that came in since as_of, all places",
        ("delivered",), lambda b: b.so_far("delivered", b.of_kind("food")),
    )  # fmt: skip
    rows = [
        Outcome("cover.food", "days of cover, food energy", "day", "higher",
                "energy of all food held / (people present x requirement), at most 365",
                ("stock", "people", "requirement"), _cover_food),
    ]  # fmt: skip
    listed = goods(ds)
    for i, good in enumerate(listed):
        if good.kind != "other":
            rows.append(Outcome(
                f"cover.{good.id}", f"days of cover, {good.name}", "day", "higher",
                "tonnes held / (people present x normal use), at most 365", ("stock", "people", "need"), _cover(i),
            ))  # fmt: skip
    rows += [
        Outcome("intake", "mean intake", "kcal/person/day", "higher", "mean over the people present that day",
                ("intake", "people"), _by_people("intake")),
        Outcome("below_requirement", "people below requirement", "persons", "lower", "all places, that day",
                ("below_requirement",), _total("below_requirement")),
        Outcome("ration", "ration, food", "1", "higher",
                "share of normal use handed out that day, weighted by people and energy",
                ("ration", "people", "need"), _ration),
    ]  # fmt: skip
    for i, good in enumerate(listed):
        if good.kind in ("fuel", "service"):
            rows.append(Outcome(
                f"service.{good.id}", f"service level, {good.name}", "1", "higher",
                "supply over need that day, weighted by people", ("service", "people"), _service(i),
            ))  # fmt: skip
    rows += [
        Outcome("delivered", "goods delivered so far", "t", "higher", "all tonnes that came in since as_of, all places",
                ("delivered",), _so_far("delivered")),
        food_so_far,
        Outcome("departures", "people who left so far", "persons", "none", "since as_of, all places",
                ("departures",), _so_far("departures")),
        Outcome("people", "people present", "persons", "none", "all places, end of that day",
                ("people",), lambda b: b.people.sum(axis=3)),
        Outcome("arrivals", "arrivals so far", "persons", "none", "people who reached registration since as_of",
                ("arrivals",), _so_far("arrivals")),
        Outcome("queue", "people waiting on the road", "persons", "lower", "all links, end of that day",
                ("queue",), _total("queue")),
        Outcome("wait", "longest wait so far", "hours", "lower", "any link or day since as_of; 24 where nobody passed",
                ("wait",), lambda b: b.most_so_far("wait")),
        Outcome("journey", "journey time to safety", "hours", "lower",
                "leaving at the end of that day, homes weighted by people at the start; empty where no way is open",
                ("journey", "people_start"), _journey),
        Outcome("registered", "people registered so far", "persons", "none", "all places of registration",
                ("registered",), _total("registered")),
        Outcome("housed", "state beds used", "persons", "none", "all places with beds, end of that day",
                ("housed",), _total("housed")),
    ]  # fmt: skip
    from corridor.analysis.outcomes.bodies import outcomes as of_bodies
    from corridor.analysis.outcomes.displacement import outcomes as of_camps

    rows += of_bodies(ds)
    rows += of_camps(ds)
    return tuple(row for row in rows if all(name in ds for name in row.needs))


def report_days(ds: xr.Dataset, days: Sequence[int] | None = None) -> NDArray[np.int64]:
    """Return reporting dates as positions on the day axis; `days` count from as_of (1 is the first day after it).

    Days beyond the horizon become its last day; doubles are dropped.
    """
    horizon = ds.sizes["day"]
    wanted = (*DATES, horizon) if days is None else tuple(days)
    if not wanted or min(wanted) < 1:
        message = "give days after as_of, 1 or more"
        raise InputError([Problem("--days", 0, 0, "", message)])
    return np.array(sorted({min(day, horizon) - 1 for day in wanted}), dtype=np.int64)


def outcome_values(
    ds: xr.Dataset, days: Sequence[int] | None = None, outcomes: Sequence[str] | None = None
) -> xr.Dataset:
    """Return one variable per outcome, (policy, condition, date, future), with attributes name, units, better, how.

    Not a number where the outcome has no meaning in a future (the intake of nobody). Raises InputError for an unknown
    outcome. The run is read in blocks of futures, each variable once.
    """
    rows = table(ds)
    if outcomes is not None:
        known = {row.id: row for row in rows}
        unknown = [id_ for id_ in outcomes if id_ not in known]
        if unknown:
            raise InputError(
                [Problem("--outcome", 0, 0, "", f'no outcome "{i}"', did_you_mean(i, known)) for i in unknown]
            )
        rows = tuple(known[id_] for id_ in dict.fromkeys(outcomes))
    at = report_days(ds, days)
    shape = (ds.sizes["policy"], ds.sizes["condition"], at.size, ds.sizes["future"])
    out = {row.id: np.empty(shape) for row in rows}
    for part in parts(ds.sizes["future"]):
        block = Block(ds, part, at)
        for row in rows:
            out[row.id][..., part] = row.compute(block)
    coords: dict[str, Any] = {
        "policy": ds["policy"].values,
        "condition": ds["condition"].values,
        "date": ds["day"].values[at],
        "day_number": ("date", at + 1),
        "future": ds["future"].values,
    }
    dims = ("policy", "condition", "date", "future")
    variables = {
        row.id: (dims, out[row.id], {"name": row.name, "units": row.unit, "better": row.better, "how": row.how})
        for row in rows
    }
    return xr.Dataset(variables, coords, {key: value for key, value in ds.attrs.items() if key != "scenario"})


def parts(futures: int) -> Iterator[slice]:
    """Yield blocks of futures that are read at a time."""
    for first in range(0, futures, _BLOCK):
        yield slice(first, min(futures, first + _BLOCK))
