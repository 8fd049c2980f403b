"""From a lever to new fans: how long the screen waits, as a browser sees it.

    python benchmarks/app.py [CASE] [--levers 40]

A server of the case is started on this machine; one line plays positions of the levers that nobody has played before:
policies, days on which they begin, roads, deliveries. What is measured is from the moment a position is sent until its
300 futures have come and been read; beside it the engine alone, in one process, for the same positions.
"""

from __future__ import annotations

import argparse
import json
import random
import struct
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "web"))
from served import Served, served
from websockets.sync.client import connect

from corridor.scenario import load
from corridor.studies.levers import Levers
from corridor.studies.whatif import QUICK, Desk
from corridor.web.serve import cores


def positions(case: str, count: int) -> list[Levers]:
    """Return positions that differ in policy, first day, roads."""
    scenario, rng, found = load(case), random.Random(1), []
    acting = [policy for policy in scenario.policies if policy.actions]
    for _ in range(count):
        day = scenario.as_of + timedelta(days=rng.randint(2, scenario.horizon - 5))
        link = rng.choice(scenario.links)
        begins = (scenario.as_of + timedelta(days=rng.randint(1, scenario.horizon - 5))).isoformat()
        act = {"do": "force", "target": f"links.{link.id}.regime", "value": "open", "begins": day.isoformat()}
        found.append(Levers.model_validate({"policy": rng.choice(acting).id, "begins": begins, "acts": [act]}))
    return found


def through(server: Served, levers: list[Levers]) -> list[float]:
    """Return seconds from a position sent to its futures read."""
    took = []
    with connect(f"ws://127.0.0.1:{server.port}/ws", max_size=None) as line:
        for i, one in enumerate([Levers(), *levers]):
            began = time.perf_counter()
            line.send(json.dumps({"id": i, "levers": one.model_dump(mode="json"), "refine": False}))
            data: Any = line.recv(timeout=120)
            (length,) = struct.unpack("<I", data[:4])
            head = json.loads(data[4 : 4 + length])
            assert head["id"] == i
            took.append(time.perf_counter() - began)
    return took[1:]


def alone(case: str, levers: list[Levers]) -> list[float]:
    """Return seconds that the engine alone plays the same positions, nothing read of them."""
    desk = Desk(case, threads=cores())
    desk.play(desk.place(Levers()), QUICK)
    took = []
    for one in levers:
        placed = desk.place(one)
        began = time.perf_counter()
        desk.play(placed, QUICK)
        took.append(time.perf_counter() - began)
    return took


def told(name: str, seconds: list[float]) -> str:
    """Return the distribution in one line."""
    p = np.quantile(seconds, [0.05, 0.25, 0.5, 0.75, 0.95, 1.0]) * 1000
    return f"{name:<38}" + "".join(f"{value:9.0f}" for value in p)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("case", nargs="?", default="nagorno-karabakh-2023")
    parser.add_argument("--levers", type=int, default=40)
    asked = parser.parse_args()
    levers = positions(asked.case, asked.levers)
    with tempfile.TemporaryDirectory() as where, served(asked.case, Path(where) / "desk") as server:
        found = through(server, levers)
    print(f"{asked.case}, {len(levers)} positions, {QUICK} futures, {cores()} threads; milliseconds")
    print(f"{'':<38}" + "".join(f"{name:>9}" for name in ("p5", "p25", "p50", "p75", "p95", "most")))
    print(told("lever sent to fans read", found))
    print(told("engine alone, same positions", alone(asked.case, levers)))


if __name__ == "__main__":
    main()
