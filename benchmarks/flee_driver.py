"""Runs one case with the peer's own classes; started by flee.py inside the peer's environment, never imported.

Prints one line of JSON: wall and CPU seconds of the simulated days, persons at the end, error, counts per camp.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import time
from pathlib import Path

try:
    import resource
except ImportError:  # where memory cannot be limited
    resource = None  # type: ignore[assignment]

MOST_BYTES = 4 * 1024**3


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("case")
    parser.add_argument("settings")
    parser.add_argument("--scale", type=float, default=1.0, help="population, times")
    parser.add_argument("--days", type=int, default=0, help="0 = the whole period")
    parser.add_argument("--no-capacity", action="store_true")
    parser.add_argument("--every", type=int, default=0, help="also report counts per camp every so many days")
    wanted = parser.parse_args()
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    # the peer prints a line per place and per trapped person
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        contextlib.redirect_stderr(nowhere),
        contextlib.redirect_stdout(nowhere),
    ):
        result = play(wanted)
    print(json.dumps(result))


def play(wanted: argparse.Namespace) -> dict[str, object]:
    from flee import InputGeography, flee, spawning
    from flee.datamanager import handle_refugee_data
    from flee.SimulationSettings import SimulationSettings

    folder = Path(wanted.case) / "input_csv"
    lines = (folder / "sim_period.csv").read_text(encoding="utf-8").splitlines()
    period = dict(line.strip().split(",")[:2] for line in lines if "," in line)
    start, length = period["StartDate"], wanted.days or int(period["Length"])
    SimulationSettings.ReadFromYML(wanted.settings)
    SimulationSettings.ConflictInputFile = str(folder / "conflicts.csv")
    # the settings file takes whole divisors only
    SimulationSettings.optimisations["PopulationScaleDownFactor"] = 1.0 / wanted.scale
    system = flee.Ecosystem()
    geography = InputGeography.InputGeography()
    geography.ReadConflictInputCSV(SimulationSettings.ConflictInputFile)
    geography.ReadLocationsFromCSV(str(folder / "locations.csv"))
    geography.ReadLinksFromCSV(str(folder / "routes.csv"))
    geography.ReadClosuresFromCSV(str(folder / "closures.csv"))
    system, places = geography.StoreInputGeographyInEcosystem(system)
    counts = handle_refugee_data.RefugeeTable(
        csvformat="generic",
        data_directory=str(Path(wanted.case) / "source_data"),
        start_date=start,
        data_layout="data_layout.csv",
        population_scaledown_factor=1.0 / wanted.scale,
    )
    corrections = str(folder / "registration_corrections.csv")
    if Path(corrections).is_file():
        counts.ReadL1Corrections(corrections)
    camps = system.get_camp_names()
    for name in camps:
        spawning.add_initial_refugees(system, counts, places[name])
        if wanted.no_capacity:
            places[name].capacity = -1
        else:
            # the settings file's scaling came after version 3.1
            places[name].capacity = 1.25 * (places[name].capacity - places[name].numAgents)
    error, series = 0.0, []
    cpu, wall = time.process_time(), time.perf_counter()
    for day in range(length):
        geography.AddNewConflictZones(system, day)
        spawning.spawn_daily_displaced(system, day, counts, SumFromCamps=True)
        spawning.refresh_spawn_weights(system)
        system.enact_border_closures(day)
        system.evolve()
        present = [places[name].numAgents for name in camps]
        data = [counts.get_field(name, day, FullInterpolation=True) for name in camps]
        total, simulated = sum(data), sum(present)
        if total > 0:
            scale = total / simulated if simulated else 0.0
            error += sum(abs(s * scale - d) for s, d in zip(present, data, strict=True)) / total
        if wanted.every and day % wanted.every == 0:
            series.append([day, present])
    return {
        "cpu_s": time.process_time() - cpu,
        "wall_s": time.perf_counter() - wall,
        "agents": len(system.agents),
        "error": error / length,
        "camps": camps,
        "series": series,
        "python": sys.version.split()[0],
    }


if __name__ == "__main__":
    main()
