"""How fast stability is computed, beside the literal set definition; how fast the sides choose in the flagship.

Run `python benchmarks/strategy.py`. Every actor has two or three reversible options and random
preferences, the hardest case; models of real conflicts have fewer feasible states and many ties.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable

import numpy as np

from corridor.engine import run
from corridor.engine.sides.paths import choice_paths
from corridor.scenario import load
from corridor.strategy import CONCEPTS, Option, option_space
from corridor.strategy.model.graph import others
from corridor.strategy.model.literal import stable
from corridor.strategy.model.space import Space
from corridor.strategy.stability.concepts import dense_ranks, stability
from corridor.strategy.stability.propagate import threats

SIZES = [(6, 3), (8, 4), (10, 5), (12, 6), (14, 6), (16, 7)]
LITERAL_UP_TO = 8
CASE, FUTURES = "nagorno-karabakh-2023", 1_000
GOAL_SECONDS, AIM_SECONDS, CHOICE_GOAL_SECONDS = 1.0, 0.05, 20


def conflict(options: int, actors: int) -> tuple[Space, np.ndarray]:
    """Return a conflict and (actor, state) random preferences."""
    names = [f"a{i}" for i in range(actors)]
    space = option_space(names, [Option(f"o{j}", names[j % actors]) for j in range(options)])
    return space, np.random.default_rng(1).random((actors, len(space.states)))


def engine_seconds(space: Space, payoff: np.ndarray) -> float:
    """Return the shortest of five wall times of the engine, ranking included."""
    prepared = others(space.graph)
    threat = np.empty((len(CONCEPTS), *payoff.shape), np.int32)
    spent = []
    for _ in range(5):
        start = time.perf_counter()
        threats(space.graph, prepared, dense_ranks(payoff), threat)
        spent.append(time.perf_counter() - start)
    return min(spent)


def literal_seconds(space: Space, payoff: np.ndarray) -> float:
    """Return the time the literal definition takes for all actors and concepts, extrapolated from sampled states."""
    actors, states = payoff.shape
    moves = [[space.moves(i, s).tolist() for s in range(states)] for i in range(actors)]
    values = payoff.tolist()
    sample = list(range(0, states, max(1, states // 16)))
    start = time.perf_counter()
    for concept in CONCEPTS:
        for i in range(actors):
            for s in sample:
                stable(concept, moves, values, i, s)
    return (time.perf_counter() - start) * states / len(sample)


def choices(futures: int) -> None:
    """Print the time of choice paths and of whole runs in which the sides choose, under every policy of the case."""
    scenario = load(CASE)
    policies = [policy.id for policy in scenario.actor_policies]
    plays: list[tuple[str, Callable[[int], object]]] = [
        ("choice paths", lambda n: choice_paths(scenario, policies=policies, futures=n)),
        ("full chain with choices", lambda n: run(scenario, actors=True, policies=policies, futures=n)),
    ]
    for name, play in plays:
        play(64)  # compile
        wall, cpu = time.perf_counter(), time.process_time()
        play(futures)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(
            f"{name}, {len(policies)} policies x {futures:,} futures: {wall:.1f} s wall, {cpu:.1f} s of processor time "
            f"(goal for {FUTURES:,} futures: {CHOICE_GOAL_SECONDS} s wall)"
        )


def main() -> None:
    """Print one line a size, the size with a goal, and the sides of the flagship."""
    parser = argparse.ArgumentParser(description="how fast stability is computed, and how fast the sides choose")
    parser.add_argument("--futures", type=int, default=FUTURES, help="under each policy; the goal is for the default")
    asked = parser.parse_args()
    space, payoff = conflict(4, 2)
    stability(space.graph, payoff)  # compile
    print(f"{os.cpu_count()} processors, one thread used; five concepts, all actors, one draw; best of five")
    columns = ("states", "actors", "moves", "seconds", "states x draws/s", "by definition", "ratio")
    print("{:>8} {:>6} {:>9} {:>8} {:>16} {:>13} {:>7}".format(*columns))
    reached = 0.0
    for options, actors in SIZES:
        space, payoff = conflict(options, actors)
        seconds, states = engine_seconds(space, payoff), len(space.states)
        line = f"{states:>8,} {actors:>6} {space.graph.to.size:>9,} {seconds:>8.4f} {states / seconds:>16,.0f}"
        if options <= LITERAL_UP_TO:
            slow = literal_seconds(space, payoff)
            line += f" {states / slow:>13,.0f} {slow / seconds:>7,.0f}"
        print(line)
        if (options, actors) == (14, 6):
            reached = seconds
    print(f"2^14 states, 6 actors, one draw: {reached:.3f} s (goal {GOAL_SECONDS} s, aim {AIM_SECONDS} s)")
    choices(asked.futures)


if __name__ == "__main__":
    main()
