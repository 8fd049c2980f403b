"""Whole results in few numbers: every array of small runs, and every table of small studies, as weighted sums.

A sum in which each place, day and future has its own weight moves with anything that moves, so that a change of a rule
that nobody meant is seen even where no claim speaks of it. What a number should be is said elsewhere: here it is held.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shaken

from actors_case import conflict
from corridor import studies
from corridor.engine import run
from corridor.rules import RULES
from corridor.scenario import Scenario, bundled, load, override, write_new
from corridor.scenario.model import Quantity
from corridor.tables.variable import VARIABLES
from country_case import write_country
from small import small

FUTURES = 2
LONGEST = 60
"""days of the horizon that are played of a bundled case"""
SIDES = ("taken", "touched")
"""what is recorded only where the sides choose"""


def names_of_cases() -> tuple[str, ...]:
    """Return every case: a small one under every rule that may be chosen, a wider country, new and bundled ones."""
    others = [f"small {name}" for process, rules in RULES.items() for name in list(rules)[1:] if process != "movement"]
    worlds = (f"shaken {seed}" for seed in range(shaken.WORLDS))
    return ("small", *others, *worlds, "new", *(f"{kind} {name}" for kind in ("valley", "busy") for name in RULES["movement"]),
            *bundled())  # fmt: skip


def case(name: str, folder: Path) -> Scenario:
    """Return a case of a name; what has to be written is written into a folder."""
    kind, _, rule = name.partition(" ")
    if kind == "small":
        processes = [process for process, rules in RULES.items() if rule in list(rules)[1:]]
        return small(history=8, horizon=20, rules=dict.fromkeys(processes, rule))
    if kind == "shaken":
        return shaken.shaken(int(rule))
    if kind == "new":
        return load(written(folder, "town"))
    if kind == "valley":
        valley = load(written(folder, "valley"))
        return valley.model_copy(update={"rules": {**valley.rules, "movement": rule}})
    if kind == "busy":
        busy = {name: Quantity(value=value) for name, value in shaken.BUSY.items()}
        return case(f"valley {rule}", folder).model_copy(update={"parameters": busy})
    return override(load(name), {"horizon": LONGEST})


def written(folder: Path, name: str) -> str:
    """Return the folder of the new case, "town", or of the wider country, "valley"."""
    if not (folder / name).exists():
        {"town": write_new, "valley": write_country}[name](folder / name)
    return str(folder / name)


def case_table(folder: Path, name: str) -> pd.DataFrame:
    """Return, for each variable, the weighted sum of everything that was recorded, and its size."""
    scenario = case(name, folder)
    results = run(
        scenario, policies=list(dict.fromkeys((scenario.policies[0].id, scenario.policies[-1].id))),
        conditions=[scenario.conditions[-1].id], futures=FUTURES, threads=1,
        record=[v.name for v in VARIABLES if v.name not in SIDES and v.wider == bool(scenario.camps)],
    )  # fmt: skip
    return pd.DataFrame([_row(name, str(one), results[one].values) for one in sorted(results.data_vars)])


def days_table(folder: Path) -> pd.DataFrame:
    """Return the same of every case."""
    return pd.concat([case_table(folder, name) for name in names_of_cases()], ignore_index=True)


def _row(of: str, name: str, values: Any) -> dict[str, Any]:
    """Return the weighted sum of numbers, each with a weight of its own, and that of their sizes.

    What is not finite counts as a number too.
    """
    flat = np.nan_to_num(np.asarray(values, float).ravel(), nan=-1.0, posinf=-2.0, neginf=-3.0)
    weight = 1.0 + np.arange(flat.size) % 89 / 89
    return {
        "of": of,
        "name": name,
        "numbers": flat.size,
        "sum": float(flat @ weight),
        "size": float(abs(flat) @ weight),
    }


def _gate(folder: Path) -> studies.Study:
    del folder
    return studies.sides(conflict(horizon=14), draws=64)


def _gate_compared(folder: Path) -> studies.Study:
    return studies.compare(conflict(horizon=14), futures=24, store=folder / "runs/gate", threads=1, actors=True)


def _valley(folder: Path) -> studies.Study:
    return studies.compare(written(folder, "valley"), futures=16, store=folder / "runs/valley", threads=1)


def _new(folder: Path) -> studies.Study:
    asked = {"structures": 8}
    return studies.compare(written(folder, "town"), futures=64, store=folder / "runs/town", threads=1, sections=asked)


def _explored(folder: Path) -> studies.Study:
    return studies.explore(studies.compare(written(folder, "town"), futures=64, store=folder / "runs/town", threads=1))


def _calibrated(folder: Path) -> studies.Study:
    return studies.calibrate(written(folder, "town"), futures=64, runs=folder / "runs", threads=1)


def _berlin(folder: Path) -> studies.Study:
    return studies.backtest("berlin-1948", futures=16, runs=folder / "runs", threads=1)


def _karabakh(folder: Path) -> studies.Study:
    return studies.backtest("nagorno-karabakh-2023", futures=16, runs=folder / "runs", threads=1)


STUDIES = {
    "sides of the gate": _gate,
    "compare gate": _gate_compared,
    "compare valley": _valley,
    "calibrate new": _calibrated,
    "compare new": _new,
    "explore new": _explored,
    "backtest berlin": _berlin,
    "backtest karabakh": _karabakh,
}
"""name -> what makes a small study in a folder"""


def study_table(folder: Path, name: str) -> pd.DataFrame:
    """Return, for each column of what a study holds, the weighted sum of its numbers and words."""
    found: dict[str, list[float]] = {}
    told = STUDIES[name](folder).model_dump(mode="json", include={"tables", "series", "sections", "detail"})
    _gather(told, (), found)
    return pd.DataFrame([_row(name, column, values) for column, values in sorted(found.items())])


def studies_table(folder: Path) -> pd.DataFrame:
    """Return the same of every study."""
    return pd.concat([study_table(folder, name) for name in STUDIES], ignore_index=True)


def _gather(value: Any, path: tuple[str, ...], found: dict[str, list[float]]) -> None:
    """Collect numbers by the names on their way; a text counts by its checksum where it is a word and no sentence."""
    if isinstance(value, Mapping):
        own = (*path, str(value["id"])) if isinstance(value.get("id"), str) else path
        for key, part in value.items():
            if key != "columns":
                _gather(part, own if key == "rows" else (*own, str(key)), found)
    elif isinstance(value, list):
        for part in value:
            _gather(part, path, found)
    elif isinstance(value, bool | int | float):
        found.setdefault(".".join(path), []).append(float(value))
    elif value is None:
        found.setdefault(".".join(path), []).append(math.nan)
    elif isinstance(value, str) and " " not in value and "/" not in value:
        found.setdefault(".".join(path), []).append(zlib.crc32(value.encode()) / 2**32)
