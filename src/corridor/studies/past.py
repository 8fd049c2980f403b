"""The past that a study plays on from: futures chosen by the signs where weights alone would leave too few.

What is chosen is kept beside the runs under the digest of all that it rests on, so that it is worked out once and a
longer run goes on where a shorter one ended.
"""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.core.files import write_whole
from corridor.scenario import Scenario
from corridor.studies.data import Told
from corridor.studies.keep import ELSEWHERE, FOLDER, found_in, key_of, to_write

if TYPE_CHECKING:
    import xarray as xr

    from corridor.analysis.signs.population import Fit
    from corridor.engine import Population
    from corridor.engine.sessions import Stop

NOT_HISTORY = {"policies", "conditions", "actors", "actor_policies", "reference_policy", "horizon", "evidence"}
"""fields of a scenario that no history reads"""
STAGE = "histories that agree with the signs"
_KNOWN: OrderedDict[str, dict[str, Any]] = OrderedDict()
MOST_KNOWN = 8
_PILOT: dict[str, xr.Dataset] = {}
"""the histories that nobody chose of the case that was asked for last"""


def population_of(
    scenario: Scenario, futures: int, seed: int, where: Path | None = None, *, threads: int | None = None,
    told: Told = None, stop: Stop | None = None,
) -> Population | None:  # fmt: skip
    """Return so many futures whose past agrees with the signs; None where there are none, or weights alone will do.

    where : the folder of the runs, beside which they are kept; in memory only where None
    stop : asked before each batch of histories; where it says yes, `corridor.engine.sessions.Stopped` is raised

    Raises
    ------
    RuntimeError : the signs leave almost nothing of what is tried
    """
    from corridor.analysis.signs.population import Kept, begin, grow
    from corridor.analysis.signs.weights import used_signs
    from corridor.engine import Population
    from corridor.engine.sessions import Stopped
    from corridor.engine.warm import prepare

    if not scenario.homes or not used_signs(scenario):
        return None
    name = name_of(scenario, seed)
    found = _KNOWN.get(name) or _read(where, name)
    if found is None or (not found["enough"] and len(found["address"]) < futures):
        prepare(scenario, None if told is None else lambda text: told(text, 0, 1))
        since, fit = time.perf_counter(), _fit(scenario, seed, threads)
        if found is None:
            kept = begin(fit, seed)
            found = {"enough": kept is None, "seconds": 0.0}
        else:
            kept = Kept(**{field: found[field] for field in ("ceiling", "effective", "tried", "address", "log_share")})
        while kept is not None and len(kept.address) < futures:
            if told is not None:
                told(STAGE, len(kept.address), futures)
            if stop is not None and stop():
                raise Stopped
            grow(kept, fit, seed, min(futures, len(kept.address) + 128))
        if kept is not None:
            found |= asdict(kept) | {"seconds": found["seconds"] + time.perf_counter() - since}
        _KNOWN[name] = found
        while len(_KNOWN) > MOST_KNOWN:
            _KNOWN.popitem(last=False)
    if where is not None:
        stored = _read(where, name)
        if stored is None or len(stored.get("address", ())) < len(found.get("address", ())):
            write_whole(to_write(where) / FOLDER / f"{name}.json", json.dumps(found), ELSEWHERE)
    if found["enough"]:
        return None
    import numpy as np

    address, share = np.array(found["address"][:futures], np.uint32), np.array(found["log_share"][:futures])
    return Population(name, address, share)


def is_of_weights(store: str | Path) -> bool:
    """Whether a run lies there whose futures nobody chose: it is read by its weights."""
    from corridor.engine.store.files import place
    from corridor.engine.store.marks import read_key

    key = read_key(place(store))
    return key is not None and "population" not in key


def population_in(run: xr.Dataset) -> Population | None:
    """Return the futures of a run that were chosen; None where they were not."""
    import numpy as np

    from corridor.engine import Population
    from corridor.results.read import ADDRESS, log_shares, population_name

    share = log_shares(run)
    if share is None:
        return None
    return Population(population_name(run), run[ADDRESS].to_numpy().astype(np.uint32), share)


def pilot_of(scenario: Scenario, seed: int, threads: int | None = None) -> xr.Dataset:
    """Return the histories that nobody chose, with what signs and the table of the past read; the last are kept."""
    import os

    import numpy as np

    from corridor.analysis.signs.population import PILOT
    from corridor.analysis.signs.weights import READ
    from corridor.engine import histories

    name = name_of(scenario, seed)
    played = _PILOT.get(name)
    if played is None:
        numbers = np.arange(PILOT, dtype=np.uint32)
        record = (*reads_of(scenario), *READ)
        played = histories(scenario, numbers, seed=seed, record=record, threads=threads or os.cpu_count() or 1)
        _PILOT.clear()
        _PILOT[name] = played
    return played


def name_of(scenario: Scenario, seed: int) -> str:
    """Return the name of the population of a case: what its histories rest on, the seed, and the code."""
    text = scenario.model_dump_json(exclude=NOT_HISTORY)
    return f"{scenario.id}-{scenario.variant}-population-{key_of(text, seed)}"


def _fit(scenario: Scenario, seed: int, threads: int | None) -> Fit:
    import os

    from corridor.analysis.signs.population import PILOT
    from corridor.analysis.signs.weights import log_fits, log_weight
    from corridor.engine import histories

    record, workers = reads_of(scenario), threads or os.cpu_count() or 1

    def fit(numbers: Any) -> Any:
        if numbers.size == PILOT and numbers[0] == 0:
            return log_weight(log_fits(pilot_of(scenario, seed, threads)))
        return log_weight(log_fits(histories(scenario, numbers, seed=seed, record=record, threads=workers)))

    return fit


def reads_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the variables of history that its signs read."""
    from corridor.tables.signs import SIGNS_SEEN

    return tuple(dict.fromkeys(("people", *(n for one in scenario.signs for n in SIGNS_SEEN[one.kind].reads))))


def _read(where: Path | None, name: str) -> dict[str, Any] | None:
    path = None if where is None else found_in(where, f"{name}.json")
    if path is None:
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    return found if isinstance(found, dict) and "enough" in found else None
