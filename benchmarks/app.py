"""From a lever to new fans: how long the screen waits, as a browser sees it.

    python benchmarks/app.py [CASE] [--levers 40] [--past 10]

A server of the case is started on this machine; one line plays positions of the levers that nobody has played before:
policies, days on which they begin, roads; then others that change the past (stocks), which is played and weighed anew.
What is measured is from the moment a position is sent until the fans of its 300 futures have come and been read, until
the map that follows them has too, and the processor time of the server in the same span, of all its threads and
processes: where others use the machine too, that is what can be compared.
Beside it the engine alone, in one process, for the same positions, and the first screen of the warm server.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import struct
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

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


def of_the_past(case: str, count: int) -> list[Levers]:
    """Return positions that change what was held at the start."""
    scenario, rng = load(case), random.Random(2)
    goods = sorted({stock.commodity for stock in scenario.stocks})
    return [Levers(set={f"stocks.*.{rng.choice(goods)}": f"{rng.uniform(50, 5000):.4g}"}) for _ in range(count)]


def used(pid: int) -> float:
    """Return the processor time that a process and those it began have used, s; 0 where the system does not tell."""
    ticks = 0
    for told in Path("/proc").glob("[0-9]*/stat"):
        try:
            first, _, rest = told.read_text().rpartition(")")
        except OSError:  # it has ended
            continue
        fields = rest.split()
        if pid in (int(first.split()[0]), int(fields[1])):
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def first_screen(server: Served) -> float:
    """Return seconds until everything that the first screen shows has come."""
    began = time.perf_counter()
    for path in ("/", "/assets/corridor.js", "/assets/corridor.css", "/api/case"):
        assert server.ask("GET", path)[0] == 200
    through(server, [])
    return time.perf_counter() - began


class Measured(NamedTuple):
    """Of each position: seconds to the first look where one came, to the fans, to the map; processor time, s."""

    looks: list[float]
    fans: list[float]
    maps: list[float]
    spent: list[float]


def through(server: Served, levers: list[Levers]) -> Measured:
    """Send positions one after the other, as a browser does, and measure until each has been answered."""
    found = Measured([], [], [], [])
    with connect(f"ws://127.0.0.1:{server.port}/ws", max_size=None) as line:
        for i, one in enumerate([Levers(), *levers]):
            began, before, stages = time.perf_counter(), used(server.process.pid), dict[str, float]()
            line.send(json.dumps({"id": i, "levers": one.model_dump(mode="json")}))
            while "map" not in stages:
                head = _head(line.recv(timeout=120))
                if head["id"] == i:  # else it says that what would have refined the last one is no longer wanted
                    assert "stage" in head, head
                    stages[head["stage"]] = time.perf_counter() - began
            if i:
                found.looks.extend([stages["look"]] if "look" in stages else [])
                found.fans.append(stages["quick"])
                found.maps.append(stages["map"])
                found.spent.append(used(server.process.pid) - before)
    return found


def _head(data: Any) -> Any:
    if isinstance(data, str):
        return json.loads(data)
    (length,) = struct.unpack("<I", data[:4])
    return json.loads(data[4 : 4 + length])


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
    parser.add_argument("--past", type=int, default=10)
    asked = parser.parse_args()
    levers = positions(asked.case, asked.levers)
    with tempfile.TemporaryDirectory() as where, served(asked.case, Path(where) / "desk") as server:
        first = first_screen(server)
        ahead = through(server, levers)
        past = through(server, of_the_past(asked.case, asked.past))
    print(f"{asked.case}, {len(levers)} positions, {QUICK} futures, {cores()} threads; milliseconds")
    print(f"{'':<38}" + "".join(f"{name:>9}" for name in ("p5", "p25", "p50", "p75", "p95", "most")))
    for name, one in (("lever sent", ahead), ("past changed", past)):
        print(told(f"{name}, to fans read", one.fans))
        print(told("  to the map read", one.maps))
        print(told("  processor time of the server", one.spent))
        if one.looks:
            print(told(f"  a first look came before {len(one.looks)} of them", one.looks))
    print(told("engine alone, same positions", alone(asked.case, levers)))
    print(f"first screen of a warm server: {1000 * first:.0f}; load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
