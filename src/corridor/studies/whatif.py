"""What if: a case kept warm, a position of its levers in, the futures of it beside the reference out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from corridor.core.errors import InputError
from corridor.scenario import Scenario, load, override
from corridor.scenario.dates import DAYS
from corridor.studies.levers import FANS, OUTCOMES, Levers, Placed, place
from corridor.studies.past import population_of

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr

    from corridor.engine.sessions import Session
    from corridor.engine.workers import Worker

LOOK, QUICK, FULL = 64, 300, 2000
"""futures of a first look where answers are slow, of the answer, and of the one that refines it"""
KEPT = 9
"""played Datasets that a desk keeps; the oldest goes first"""
MOST_SESSIONS = 5
"""numbers of futures, and variants, of which histories are kept"""
ALONGSIDE = ("stock", "regime", "carried")
"""recorded for days of cover, stock-outs and the map"""
Stop = Callable[[], bool]


def recorded(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the variables that a desk records: what outcomes, fans, map and signs read."""
    from corridor.results.series import QUANTITIES
    from corridor.tables.outcome import row_of
    from corridor.tables.signs import SIGNS_SEEN
    from corridor.tables.variable import BY_NAME

    names = [need.variable for id_ in OUTCOMES for need in row_of(id_).needs]
    names += [name for id_ in FANS for name in QUANTITIES[id_].needs]
    names += [name for sign in scenario.signs for name in SIGNS_SEEN[sign.kind].reads]
    return tuple(name for name in dict.fromkeys((*names, *ALONGSIDE)) if name in BY_NAME)


@dataclass(eq=False)
class Desk:
    """A case that waits for levers. Plays one after the other; what was played last is kept.

    Attributes
    ----------
    case : a bundled case, a folder or a workbook
    variant : the variant that an empty word stands for; the case's own default where empty
    seed, threads : as in `corridor.run`
    as_of : another last day of which anything is known than a variant's own; its own where empty
    workers : processes that play their share beside this one
    """

    case: str
    variant: str = ""
    seed: int = 1
    threads: int = 1
    as_of: str = ""
    workers: tuple[Worker, ...] = field(default=(), repr=False)
    _scenarios: dict[str, Scenario] = field(default_factory=dict, repr=False)
    _sessions: dict[tuple[str, int], Session] = field(default_factory=dict, repr=False)
    _weights: dict[tuple[str, int], np.ndarray[Any, Any] | None] = field(default_factory=dict, repr=False)
    _played: OrderedDict[str, xr.Dataset] = field(default_factory=OrderedDict, repr=False)
    _memos: dict[int, dict[str, Any]] = field(default_factory=dict, repr=False)
    _shared: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def scenario(self, variant: str = "") -> Scenario:
        """Return the case as a variant sees it, read once. InputError: what is wrong with it."""
        name = variant or self.variant
        if name not in self._scenarios:
            found = load(self.case, name or None)
            self._scenarios[name] = override(found, {"as_of": self.as_of}) if self.as_of else found
        return self._scenarios[name]

    def place(self, levers: Levers) -> Placed:
        """Return what a position asks for. InputError: everything that cannot be."""
        return place(levers, self.scenario)

    def reference(self, placed: Placed) -> Placed:
        """Return the case as it stands: its reference policy, the same variant, condition and days."""
        days = {name: value for name, value in placed.levers.set.items() if name in (*DAYS, "horizon")}
        levers = Levers(variant=placed.levers.variant, condition=placed.levers.condition, set=days)
        return self.place(levers)

    def play(
        self, placed: Placed, futures: int = QUICK, stop: Stop | None = None, *, chosen: bool = True
    ) -> xr.Dataset:  # fmt: skip
        """Return the futures of a position, weighted by the signs, from memory.

        Parameters
        ----------
        chosen : whether futures are those whose past agrees with the signs where weights alone would leave few; else
            they are those that nobody chose, which show the prior too
        stop : asked between batches of futures; where it says yes, `corridor.engine.sessions.Stopped` is raised

        Raises
        ------
        InputError : a setting that no future can be played with
        """
        from corridor.analysis.signs.weights import conditioned

        key = f"{placed.scenario.hash}|{placed.scenario.variant}|{futures}|{placed.policy.model_dump_json()}"
        key += f"|{placed.condition.model_dump_json()}|{chosen}"
        with self._lock:
            if key in self._played:
                self._played.move_to_end(key)
                return self._played[key]
            warm = self._session(placed, futures, stop, chosen=chosen)
            found = warm.play(placed.policy, placed.condition, stop=stop)
            known = f"{placed.scenario.hash}{placed.scenario.variant}{chosen}", futures
            if known not in self._weights:
                ready = conditioned(found)
                self._weights[known] = ready["weight"].to_numpy() if "weight" in ready.coords else None
            weight = self._weights[known]
            played = found if weight is None else found.assign_coords(weight=("future", weight))
            self._played[key] = played
            self._memos[id(played)] = {"shared": self._shared.setdefault(known, {})}
            while len(self._played) > KEPT:
                self._memos.pop(id(self._played.popitem(last=False)[1]), None)
            while len(self._weights) > KEPT:
                oldest = next(iter(self._weights))
                del self._weights[oldest]
                self._shared.pop(oldest, None)
            return played

    def memo(self, played: xr.Dataset) -> dict[str, Any]:
        """Return what was worked out of a kept Dataset; it goes with it."""
        if not any(one is played for one in self._played.values()):
            return {}
        return self._memos.setdefault(id(played), {})

    def _session(self, placed: Placed, futures: int, stop: Stop | None, *, chosen: bool) -> Session:
        from corridor.engine import session

        case = self.scenario(placed.levers.variant)
        key = f"{case.variant}|{chosen}", futures
        if key not in self._sessions:
            while len(self._sessions) >= MOST_SESSIONS:
                del self._sessions[next(iter(self._sessions))]
            kept = population_of(case, futures, self.seed, threads=self.threads, stop=stop) if chosen else None
            self._sessions[key] = session(
                case, futures=kept or futures, seed=self.seed, record=recorded(case), threads=self.threads, wait=True,
            ).beside(self.workers)  # fmt: skip
        # a session that was stopped goes on where it was: `changed` or `play` plays what is left of its history
        return self._sessions[key].changed(placed.scenario, stop=stop)

    def answer(
        self, levers: Levers, want: Sequence[str] = (), futures: int = QUICK, stop: Stop | None = None, *,
        mapped: bool = True,
    ) -> tuple[dict[str, Any], list[tuple[str, np.ndarray[Any, Any]]]]:  # fmt: skip
        """Return the answer to a position: plain data, and named arrays of single precision for figures and map.

        want : quantities of fans, those of the first screen where empty
        mapped : whether the map is part of it; else `map` tells it afterwards

        Raises
        ------
        InputError : a position that cannot be; `corridor.engine.sessions.Stopped` : `stop` said so
        """
        from corridor.studies.whatif_answer import answer_of

        placed = self.place(levers)
        base = self.reference(placed)
        reference = self.play(base, futures, stop)
        played = self.play(placed, futures, stop)
        return answer_of(placed, (played, self.memo(played)), (reference, self.memo(reference)), want, mapped=mapped)

    def map(
        self, levers: Levers, futures: int = QUICK
    ) -> tuple[dict[str, Any], list[tuple[str, np.ndarray[Any, Any]]]]:
        """Return the map of a position that has been answered without it: `map` of plain data, and its arrays."""
        from corridor.studies.whatif_answer import drawn_map

        played = self.play(self.place(levers), futures)
        drawn, arrays = drawn_map((played, self.memo(played)))
        return {"map": drawn, "futures": futures}, arrays

    def side_by_side(self, levers: Levers, stop: Stop | None = None) -> xr.Dataset:
        """Return all policies of the case at this position of the other levers, as one run of `QUICK` futures."""
        import xarray as xr

        placed = self.place(levers)
        every = []
        for policy in placed.scenario.policies:
            asked = placed.policy if policy.id == placed.policy.id else policy
            every.append(self.play(Placed(levers, placed.scenario, asked, placed.condition, ()), QUICK, stop))
        joined: xr.Dataset = xr.concat(
            every, dim="policy", data_vars="minimal", coords="minimal", compat="override", join="override",
            combine_attrs="override",
        )  # fmt: skip
        return joined


def told(error: InputError) -> list[dict[str, Any]]:
    """Return what is wrong as plain data, with the sentence that a person reads."""
    return [{**one.as_dict(), "sentence": one.sentence()} for one in error.problems]
