"""What carries goods, as arrays: whom pipelines serve and when they load, fleets, hand-over points, long journeys."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from corridor.engine.inputs import Input, quantile
from corridor.kernels.network import NONE
from corridor.rules.base import Ints
from corridor.rules.supply.transit import LONGEST
from corridor.scenario.model import Pipeline, Scenario
from corridor.tables.goods import PRIORITY

DRIVING = "delivery.driving_hours"


def targets_of(pipelines: tuple[Pipeline, ...], homes: tuple[str, ...]) -> npt.NDArray[np.uint8]:
    """Return (pipeline, home) 1 where it may deliver."""
    table = [[("*" in pipe.to or h in pipe.to) for h in homes] for pipe in pipelines]
    return np.array(table, np.uint8).reshape(len(pipelines), len(homes))


def ran_before(pipe: Pipeline) -> bool:
    """Return whether it sent on every day before the first; convoys are counted from the first day on."""
    return pipe.starts is None and pipe.every is None and not pipe.weekday


def turns_of(scenario: Scenario, home: Mapping[str, int]) -> Ints:
    """Return when each pipeline loads: by class of traffic, of a class those from outside before those from homes."""
    rank = {traffic: i for i, traffic in enumerate(scenario.priority or PRIORITY)}
    return np.array([2 * rank[pipe.traffic] + (pipe.from_place in home) for pipe in scenario.pipelines], np.int64)


def fleet_of(scenario: Scenario, pipeline: str) -> int:
    """Return the fleet whose lorries a pipeline needs, -1 where it has its own."""
    return next((i for i, fleet in enumerate(scenario.fleets) if pipeline in fleet.pipelines), NONE)


def transfers_of(scenario: Scenario) -> list[int]:
    """Return the places where what is handed over has a limit, or may get one from a policy."""
    policies = (*scenario.policies, *scenario.conditions, *scenario.actor_policies)
    limited = {action.target for policy in policies for action in policy.actions}
    return [
        i for i, place in enumerate(scenario.places)
        if np.isfinite(place.transshipment.value) or f"places.{place.id}.transshipment" in limited
    ]  # fmt: skip


def longest_journey(scenario: Scenario, inputs: Mapping[str, Input]) -> int:
    """Return no fewer days than goods can be on the way: over all links, the slowest draws, the fewest hours."""

    def end(path: str, u: float) -> float:
        return float(quantile(inputs[path], np.array([u]))[0])

    drive = [f"fleets.{fleet.id}.hours" for fleet in scenario.fleets]
    drive += [DRIVING] if DRIVING in inputs else []
    if not drive:
        return 0
    least = min(end(path, 1e-9) for path in drive)
    days = 0.0
    for k in scenario.links:
        hours = end(f"links.{k.id}.km", 1 - 1e-9) / end(f"links.{k.id}.kmh", 1e-9)
        days += hours / max(0.1, min(least, end(f"links.{k.id}.hours_per_day", 1e-9)))
    return int(min(days, LONGEST))
