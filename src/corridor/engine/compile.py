"""From what a person wrote to arrays: the network, the uncertain inputs, and what each future draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from corridor.engine.counts import recent_rise
from corridor.engine.inputs import Input, Words, draw, quantile
from corridor.kernels.draw import address
from corridor.kernels.network import NONE, Network
from corridor.rules import chosen
from corridor.rules.base import Floats, Ints, Rule
from corridor.rules.displacement.process import NEW
from corridor.rules.supply.transit import LONGEST
from corridor.scenario.model import Pipeline, Quantity, Scenario
from corridor.scenario.numbers import numbers
from corridor.scenario.traffic import Traffic
from corridor.tables.field import Dim
from corridor.tables.folder import POPULATION, TABLES, drawn_fields
from corridor.tables.goods import PRIORITY
from corridor.tables.parameter import Parameter

if TYPE_CHECKING:
    from corridor.engine.sides.compile import Sides

DRIVING = "delivery.driving_hours"
REFERENCE_KCAL = 2100.0
"""kcal/person/day at which the catalogue states the need of food"""


class Given(NamedTuple):
    """A design matrix: numbers that stand instead of draws.

    first : index of the future to which the first row belongs
    values : path of an input -> (row,)
    """

    first: int
    values: Mapping[str, Floats]


@dataclass(frozen=True)
class Compiled:
    """A scenario as arrays, ready to be played.

    Attributes
    ----------
    scenario : what it was made from
    rules : the rules of the day, in order
    net : the fixed network
    places, homes, destinations, links, pipelines, fleets, commodities : ids in the order of the arrays
    inputs : every number that a future draws or is given, by path
    longest : days that goods can be on the way at most; 0 where all arrive on the day
    sides : who chooses after as_of; None where nobody does
    given : numbers that stand instead of draws; None where all are drawn
    """

    scenario: Scenario
    rules: tuple[Rule, ...]
    net: Network
    places: tuple[str, ...]
    homes: tuple[str, ...]
    destinations: tuple[str, ...]
    links: tuple[str, ...]
    pipelines: tuple[str, ...]
    fleets: tuple[str, ...]
    commodities: tuple[str, ...]
    inputs: dict[str, Input]
    longest: int
    sides: Sides | None = None
    given: Given | None = None

    @cached_property
    def sizes(self) -> dict[str, int]:
        """How long each dimension of this case is."""
        return {
            "place": len(self.homes), "everywhere": len(self.places), "link": len(self.links),
            "pipeline": len(self.pipelines), "commodity": len(self.commodities), "hour": 24,
            "destination": len(self.destinations), "camp": len(self.camps), "fleet": len(self.fleets),
            "road_slot": self.longest + 2,
            "option": len(self.sides.options) if self.sides else 0,
        }  # fmt: skip

    def members(self, dim: Dim) -> tuple[str, ...]:
        """Return the ids along a dimension of the folder's tables."""
        return {
            "place": self.homes, "link": self.links, "pipeline": self.pipelines, "commodity": self.commodities,
            "destination": self.destinations, "everywhere": self.places, "fleet": self.fleets,
        }[dim]  # fmt: skip

    @property
    def uncertain(self) -> tuple[str, ...]:
        """Paths of the inputs in which futures differ."""
        return tuple(path for path, source in self.inputs.items() if source.uncertain)

    @property
    def camps(self) -> tuple[str, ...]:
        """Places that take the displaced; none without a wider country."""
        return tuple(camp.id for camp in self.scenario.camps)

    @property
    def recorded(self) -> tuple[str, ...]:
        """Paths of what is kept of each future's draws."""
        return self.uncertain if self.sides is None else (*self.uncertain, *self.sides.inputs)


def compile_scenario(scenario: Scenario, sides: Sides | None = None) -> Compiled:
    """Return the arrays of a valid scenario, in which the sides choose where they are given."""
    rules = rules_of(scenario)
    place = {p.id: i for i, p in enumerate(scenario.places)}
    homes = tuple(p.id for p in scenario.homes)
    home = {id_: i for i, id_ in enumerate(homes)}
    commodities = tuple(c.id for c in scenario.commodities)
    destinations = tuple(r.place for r in scenario.reception)
    exit_links = {k for route in scenario.routes if route.id == scenario.exit_route for k in route.links}
    fuels = [i for i, c in enumerate(scenario.commodities) if c.kind == "fuel"]
    net = Network(
        places=len(place),
        link_from=np.array([place[k.from_place] for k in scenario.links], np.int64),
        link_to=np.array([place[k.to_place] for k in scenario.links], np.int64),
        home=np.array([place[h] for h in homes], np.int64),
        destination=np.array([place[r] for r in destinations], np.int64),
        registers=np.array([r.registrations_per_hour is not None for r in scenario.reception], np.uint8),
        exit_link=np.array([k.id in exit_links for k in scenario.links], np.uint8),
        pipeline_from=np.array([place[pipe.from_place] for pipe in scenario.pipelines], np.int64),
        pipeline_home=np.array([home.get(pipe.from_place, NONE) for pipe in scenario.pipelines], np.int64),
        pipeline_to=_targets(scenario.pipelines, homes),
        pipeline_class=np.array([Traffic[pipe.traffic.upper()] for pipe in scenario.pipelines], np.uint8),
        pipeline_turn=_turns(scenario, home),
        pipeline_ran=np.array([pipe.starts is None for pipe in scenario.pipelines], np.uint8),
        pipeline_fleet=np.array([_fleet_of(scenario, pipe.id) for pipe in scenario.pipelines], np.int64),
        transfer=np.array(_transfers(scenario), np.int64),
        food=np.array([c.kind == "food" for c in scenario.commodities], np.uint8),
        energy=np.array([c.kcal_per_tonne if c.kind == "food" else 0.0 for c in scenario.commodities]),
        spoilage=np.array([c.spoilage for c in scenario.commodities]),
        lorry_fuel=commodities.index("diesel") if "diesel" in commodities else (fuels[0] if fuels else NONE),
        car_fuel=commodities.index("petrol") if "petrol" in commodities else (fuels[0] if fuels else NONE),
        link_address=np.array([address(k.id) for k in scenario.links], np.uint32),
        home_address=np.array([address(h) for h in homes], np.uint32),
    )
    inputs = {source.path: source for source in _inputs(scenario, rules)}
    links, pipelines = tuple(k.id for k in scenario.links), tuple(pipe.id for pipe in scenario.pipelines)
    fleets = tuple(fleet.id for fleet in scenario.fleets)
    return Compiled(
        scenario, rules, net, tuple(place), homes, destinations, links, pipelines, fleets, commodities, inputs,
        _longest_journey(scenario, inputs), sides,
    )  # fmt: skip


def rules_of(scenario: Scenario) -> tuple[Rule, ...]:
    """Return the rules of a day that have something to play: `movement` with camps, the others with homes."""
    rules = chosen(dict(scenario.rules))
    return tuple(rule for rule in rules if (scenario.camps if rule.process == "movement" else scenario.homes))


class Draws(NamedTuple):
    """What the futures of a batch draw.

    numbers : in the shapes that rules read, the future last; a parameter is (future,)
    recorded : (future, input) the drawn value of each uncertain input, then those of the sides
    """

    numbers: dict[str, Floats]
    recorded: Floats


def draw_inputs(c: Compiled, seed: int, futures: Words) -> Draws:
    """Return what each future draws, or is given instead."""
    x = {path: draw(source, seed, futures) for path, source in c.inputs.items()}
    if c.given is not None:
        rows = futures.astype(np.int64) - c.given.first
        x |= {path: values[rows] for path, values in c.given.values.items()}
    numbers = _numbers(c, x, futures.size)
    columns = [x[path] for path in c.uncertain]
    recorded = np.stack(columns, axis=1) if columns else np.zeros((futures.size, 0))
    if c.sides is not None:
        from corridor.engine.sides import compile as sides

        own = sides.draw_sides(c.sides, seed, futures)
        numbers |= own
        recorded = np.concatenate([recorded, sides.recorded(c.sides, own)], axis=1)
    return Draws(numbers, recorded)


def _numbers(c: Compiled, x: dict[str, Floats], futures: int) -> dict[str, Floats]:
    """Return the numbers in their shapes.

    Letters: F futures, H homes, K links, L pipelines, C commodities, R destinations. Parameters are (F,).
    """
    p: dict[str, Floats] = {path: values for path, values in x.items() if path in _parameter_names(c.rules)}
    for field in drawn_fields():
        if len(field.dims) == 1 and (c.homes or field.dims == ("link",)):
            paths = (TABLES[field.table].path(field, id_) for id_ in c.members(field.dims[0]))
            p[field.array] = _stack([x[path] for path in paths], futures)
    if not c.homes:
        return p
    p["people"] = _population(p["people"], x.get(POPULATION.name))
    food = c.net.food.astype(bool)
    p["need"][food] *= p["intake.requirement"] / REFERENCE_KCAL
    p["stock"] = _by_home(c, x, "stocks", p["people"], spread=True)
    p["outputs"] = _by_home(c, x, "outputs", p["people"], spread=False)
    p["pipelines.rate"], p["pipelines.gross"] = _loads(c, x, p["pipelines.tonnes"])
    p["reception.onward"] = _normalised(p["reception.onward"], c.net.registers)
    return p


def _inputs(scenario: Scenario, rules: tuple[Rule, ...]) -> Iterator[Input]:
    for rule in rules:
        for parameter in rule.parameters:
            given = scenario.parameters.get(parameter.name)
            if given is None and parameter.name == NEW.name:
                given = recent_rise(scenario)
            yield _from_parameter(parameter, given)
    for number in numbers(scenario):
        field = number.field
        if field.uncertain:
            yield _from_quantity(number.path, number.quantity, field.canonical, maximum=field.most)


def _from_parameter(parameter: Parameter, override: Quantity | None) -> Input:
    unit, lowest, highest = parameter.unit, parameter.minimum, parameter.maximum
    if override is None:
        return Input(
            parameter.name, parameter.default, parameter.low, parameter.high, parameter.dist, lowest, highest, unit
        )
    return _from_quantity(parameter.name, override, unit, minimum=lowest, maximum=highest)


def _from_quantity(path: str, q: Quantity, unit: str, minimum: float = 0.0, maximum: float = np.inf) -> Input:
    low = q.value if q.low is None else q.low
    high = q.value if q.high is None else q.high
    return Input(path, q.value, low, high, q.dist, minimum, maximum, unit)


def _parameter_names(rules: tuple[Rule, ...]) -> set[str]:
    return {parameter.name for rule in rules for parameter in rule.parameters}


def _stack(columns: list[Floats], futures: int) -> Floats:
    return np.stack(columns) if columns else np.zeros((0, futures))


def _targets(pipelines: tuple[Pipeline, ...], homes: tuple[str, ...]) -> npt.NDArray[np.uint8]:
    table = [[("*" in pipe.to or h in pipe.to) for h in homes] for pipe in pipelines]
    return np.array(table, np.uint8).reshape(len(pipelines), len(homes))


def _turns(scenario: Scenario, home: Mapping[str, int]) -> Ints:
    """Return when each pipeline loads: by class of traffic, of a class those from outside before those from homes."""
    rank = {traffic: i for i, traffic in enumerate(scenario.priority or PRIORITY)}
    return np.array([2 * rank[pipe.traffic] + (pipe.from_place in home) for pipe in scenario.pipelines], np.int64)


def _fleet_of(scenario: Scenario, pipeline: str) -> int:
    """Return the fleet whose lorries a pipeline needs, -1 where it has its own."""
    return next((i for i, fleet in enumerate(scenario.fleets) if pipeline in fleet.pipelines), NONE)


def _transfers(scenario: Scenario) -> list[int]:
    """Return the places where what is handed over has a limit, or may get one from a policy."""
    policies = (*scenario.policies, *scenario.conditions, *scenario.actor_policies)
    limited = {action.target for policy in policies for action in policy.actions}
    return [
        i for i, place in enumerate(scenario.places)
        if np.isfinite(place.transshipment.value) or f"places.{place.id}.transshipment" in limited
    ]  # fmt: skip


def _longest_journey(scenario: Scenario, inputs: Mapping[str, Input]) -> int:
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


def _population(people: Floats, total: Floats | None) -> Floats:
    if total is not None:
        people = people / people.sum(axis=0) * total
    return np.floor(people + 0.5)


def _by_home(c: Compiled, x: dict[str, Floats], table: str, people: Floats, *, spread: bool) -> Floats:
    """Return (home, commodity, future); a row of place `*` is a total to spread by population, or a value for all."""
    homes, futures = people.shape
    out = np.zeros((homes, len(c.commodities), futures))
    share = people / np.maximum(1.0, people.sum(axis=0)) if spread else np.ones_like(people)
    for path, values in x.items():
        head, *rest = path.split(".")
        if head != table:
            continue
        place, commodity = rest
        column = c.commodities.index(commodity)
        if place == "*":
            out[:, column] += values * share
        else:
            out[c.homes.index(place), column] += values
    return out


def _loads(c: Compiled, x: dict[str, Floats], tonnes: Floats) -> tuple[Floats, Floats]:
    """Return the counted goods of each pipeline (L, C, F) t/day, and lorry tonnes per counted tonne (L, F)."""
    mixes = {mix.id: mix for mix in c.scenario.mixes}
    pipes, futures = tonnes.shape
    rate = np.zeros((pipes, len(c.commodities), futures))
    for i, pipe in enumerate(c.scenario.pipelines):
        if pipe.commodity in mixes:
            for commodity in mixes[pipe.commodity].shares:
                rate[i, c.commodities.index(commodity)] = x[f"mixes.{pipe.commodity}.{commodity}"]
            # shares are drawn one by one; where they pass the whole lorry they are cut in proportion
            rate[i] /= np.maximum(1.0, rate[i].sum(axis=0))
            rate[i] *= tonnes[i]
        else:
            rate[i, c.commodities.index(pipe.commodity)] = tonnes[i]
    counted = rate.sum(axis=1)
    gross = np.where(counted > 0, tonnes / np.maximum(counted, 1e-300), 1.0)
    return rate, gross


def _normalised(share: Floats, registers: npt.NDArray[np.uint8]) -> Floats:
    """Return onward shares that sum to 1; people stay where they registered if the folder gives no shares."""
    total = share.sum(axis=0)
    stay = (registers / max(1, int(registers.sum())))[:, None] * np.ones_like(share)
    return np.where(total > 0, share / np.where(total > 0, total, 1.0), stay)
