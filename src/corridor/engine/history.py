"""The days up to as_of alone, of futures given by address: what signs are compared with before more is played."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import numpy as np
import numpy.typing as npt
import xarray as xr

from corridor.engine import displacement
from corridor.engine.compile import compile_scenario, draw_inputs
from corridor.engine.day import Arrays, blank, play, start_state
from corridor.engine.plan import future, history
from corridor.engine.population import Floats, Words
from corridor.scenario.model import Scenario
from corridor.tables.variable import BY_NAME

LEAST, MOST = 128, 512
"""histories that a thread plays at once: fewer, and what is done once a day costs as much as what is done for each; few
variables of few days are kept, so that many fit"""


def histories(
    scenario: Scenario, addresses: Sequence[int] | Words, *, seed: int, record: Iterable[str], threads: int = 1
) -> xr.Dataset:
    """Play the days up to as_of alone and return them.

    Parameters
    ----------
    addresses : of the futures, any
    record : names of the variables that are kept
    threads : worker threads

    Returns
    -------
    Dataset (future, day, ...) that reads like the history of a run: `need`, drawn `inputs` and the scenario are there
    """
    c = compile_scenario(scenario)
    variables = tuple(v for v in (BY_NAME[name] for name in dict.fromkeys(record)) if v.past)
    past = history(c)
    schedules = [past]
    if c.camps:
        past, ahead = displacement.with_calendars(
            scenario, past, [[future(c, scenario.policies[0], scenario.conditions[0])]]
        )
        schedules = [past, *chain.from_iterable(ahead)]
    numbers = np.asarray(addresses, np.uint32)

    def one(part: Words) -> tuple[Arrays, Floats, Floats]:
        drawn = draw_inputs(c, seed, part)
        p = dict(drawn.numbers)
        out = blank(variables, c, (), past.days, part.size)
        need = p["need"].T.copy()
        play(c, p, start_state(c, p, schedules), past, seed, part, out)
        return out, need, drawn.recorded

    size = max(LEAST, min(MOST, -(-numbers.size // max(1, threads))))
    parts = [numbers[i : i + size] for i in range(0, numbers.size, size)]
    with ThreadPoolExecutor(max(1, threads)) as pool:
        found = list(pool.map(one, parts))
    data: dict[str, tuple[tuple[str, ...], npt.NDArray[np.floating]]] = {
        v.name: (("future", "day", *v.dims), np.concatenate([np.moveaxis(out[v.name], -1, 0) for out, *_ in found]))
        for v in variables
    }
    data["need"] = ("future", "commodity"), np.concatenate([need for _, need, _ in found])
    data["inputs"] = ("future", "input"), np.concatenate([drawn for *_, drawn in found])
    days = np.datetime64(scenario.start, "ns") + np.arange(past.days).astype("timedelta64[D]")
    coords = {"future": numbers.astype(np.int64), "day": days, "as_of": days[-1]}
    coords |= {"place": list(c.homes), "commodity": list(c.commodities), "link": list(c.links)}
    coords["input"] = list(c.recorded)
    return xr.Dataset(data, coords, {"scenario": scenario.model_dump_json(), "seed": seed})
