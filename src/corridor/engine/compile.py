"""From what a person wrote to arrays: the network, the uncertain inputs, and what each future draws."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from corridor.engine.counts import recent_rise
from corridor.engine.dated import dated_numbers
from corridor.engine.found_numbers import found_numbers
from corridor.engine.haulage import fleet_of, longest_journey, ran_before, targets_of, transfers_of, turns_of
from corridor.engine.inputs import Input, Words, draw
from corridor.engine.rations import ration_numbers
from corridor.engine.width import Width, most_people, width_of
from corridor.kernels.draw import address
from corridor.kernels.network import NONE, Network
from corridor.rules import chosen
from corridor.rules.base import Floats, Rule
from corridor.rules.bodies import need
from corridor.rules.displacement.process import NEW
from corridor.scenario.groups import given
from corridor.scenario.model import Quantity, Scenario
from corridor.scenario.numbers import numbers, speaks_of_rations
from corridor.scenario.traffic import Traffic
from corridor.scenario.ways_out import released_links
from corridor.tables.field import Dim
from corridor.tables.folder import POPULATION, TABLES, drawn_fields
from corridor.tables.goods import KCAL, Group
from corridor.tables.parameter import Parameter

if TYPE_CHECKING:
    from corridor.engine.sides.compile import Sides

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
    places, homes, destinations, buses, links, pipelines, fleets, commodities : ids in the order of the arrays
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
    buses: tuple[str, ...]
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
            "destination": len(self.destinations), "bus": len(self.buses), "camp": len(self.camps),
            "fleet": len(self.fleets), "road_slot": self.longest + 2,
            "option": len(self.sides.options) if self.sides else 0,
            "feature": len(self.sides.features) if self.sides else 0, "group": len(self.groups),
            "everybody": len(self.groups) + 1 if self.groups else 0,
            "ration": len(self.commodities) + 1,
        }  # fmt: skip

    def members(self, dim: Dim) -> tuple[str, ...]:
        """Return the ids along a dimension of the folder's tables."""
        return {
            "place": self.homes, "link": self.links, "pipeline": self.pipelines, "commodity": self.commodities,
            "destination": self.destinations, "group": self.groups, "ration": (*self.commodities, KCAL),
            "bus": self.buses, "everywhere": self.places, "fleet": self.fleets,
        }[dim]  # fmt: skip

    @property
    def uncertain(self) -> tuple[str, ...]:
        """Paths of the inputs in which futures differ; of those that share a key the first."""
        first = {source.key or path: path for path, source in reversed(self.inputs.items()) if source.uncertain}
        return tuple(path for path, source in self.inputs.items() if first.get(source.key or path) == path)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Groups of people with rations of their own; none where neither a table nor a policy speaks of rations."""
        return get_args(Group) if speaks_of_rations(self.scenario) else ()

    def width(self, unit: str) -> Width:
        """Return the type in which a result of this unit is kept."""
        return width_of(unit, self._people)

    @cached_property
    def _people(self) -> float:
        return most_people(self.scenario, self.given.values if self.given else None)

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
    opened = released_links(scenario)
    fuels = [i for i, c in enumerate(scenario.commodities) if c.kind == "fuel"]
    net = Network(
        places=len(place),
        link_from=np.array([place[k.from_place] for k in scenario.links], np.int64),
        link_to=np.array([place[k.to_place] for k in scenario.links], np.int64),
        home=np.array([place[h] for h in homes], np.int64),
        destination=np.array([place[r] for r in destinations], np.int64),
        registers=np.array([r.registrations_per_hour is not None for r in scenario.reception], np.uint8),
        exits=np.array([bool(p.exit) and p.id in destinations for p in scenario.places], np.uint8),
        exit_link=np.array([k.id in opened for k in scenario.links], np.uint8),
        driven=np.array([k.foot != "only" for k in scenario.links], np.uint8),
        walked=np.array([k.foot != "no" for k in scenario.links], np.uint8),
        bus_home=np.array([home[b.from_place] for b in scenario.buses], np.int64),
        bus_exit=np.array([place[b.to_place] for b in scenario.buses], np.int64),
        bus_days=_days(scenario),
        nearest_home=_nearest_homes(scenario, place, homes),
        latitude=float(np.mean([p.latitude for p in scenario.homes])) if homes else 0.0,
        new_year=scenario.start.timetuple().tm_yday - 1,
        pipeline_from=np.array([place[pipe.from_place] for pipe in scenario.pipelines], np.int64),
        pipeline_home=np.array([home.get(pipe.from_place, NONE) for pipe in scenario.pipelines], np.int64),
        pipeline_to=targets_of(scenario.pipelines, homes),
        pipeline_class=np.array([Traffic[pipe.traffic.upper()] for pipe in scenario.pipelines], np.uint8),
        pipeline_turn=turns_of(scenario, home),
        pipeline_rank=np.argsort(np.argsort([pipe.id for pipe in scenario.pipelines])),
        pipeline_convoy=np.array(
            [pipe.every is not None or bool(pipe.weekday) for pipe in scenario.pipelines], np.uint8
        ),
        pipeline_ran=np.array([ran_before(pipe) for pipe in scenario.pipelines], np.uint8),
        pipeline_fleet=np.array([fleet_of(scenario, pipe.id) for pipe in scenario.pipelines], np.int64),
        transfer=np.array(transfers_of(scenario), np.int64),
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
    buses = tuple(bus.id for bus in scenario.buses)
    fleets = tuple(fleet.id for fleet in scenario.fleets)
    return Compiled(
        scenario, rules, net, tuple(place), homes, destinations, buses, links, pipelines, fleets, commodities, inputs,
        longest_journey(scenario, inputs), sides,
    )  # fmt: skip


def _days(scenario: Scenario) -> npt.NDArray[np.int64]:
    """Return (bus, 2) the first and the last day on which each runs, days since the start."""
    day = [
        ((bus.starts or scenario.start) - scenario.start, (bus.ends or scenario.end) - scenario.start)
        for bus in scenario.buses
    ]
    return np.array([(first.days, last.days) for first, last in day], np.int64).reshape(len(day), 2)


def _nearest_homes(scenario: Scenario, place: dict[str, int], homes: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Return (place,) the home that is nearest by any link, open or closed."""
    far: list[list[tuple[int, float]]] = [[] for _ in place]
    for k in scenario.links:
        a, b = place[k.from_place], place[k.to_place]
        far[a].append((b, k.km.value))
        far[b].append((a, k.km.value))
    out = np.full(len(place), NONE, np.int64)
    # Dijkstra from all homes at once; of equally near ones the first
    todo = [(0.0, h, place[name]) for h, name in enumerate(homes)]
    while todo:
        km, h, at = heapq.heappop(todo)
        if out[at] == NONE:
            out[at] = h
            for there, more in far[at]:
                if out[there] == NONE:
                    heapq.heappush(todo, (km + more, h, there))
    return out


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
    p["bodies.first_day"] = np.full(futures, float(c.scenario.start.timetuple().tm_yday))
    p |= need.derived(p)
    food, share = c.net.food.astype(bool), TABLES["outputs"].field("share")
    p["need"][food] *= p["intake.requirement"] / REFERENCE_KCAL
    p["stock"] = _by_home(c, x, "stocks", p["people"])
    spread = {row.commodity for row in c.scenario.stocks if row.place == "*"}
    p["stock.follows"] = np.repeat([[float(good in spread)] for good in c.commodities], futures, axis=1)
    p["livestock"] = _by_home(c, x, "livestock", p["people"], "tonnes")
    p["livestock.eaten"] = _by_home(c, x, "livestock", p["people"], "eaten", spread=False)
    rows = [x[TABLES["outputs"].path(share, *TABLES["outputs"].ids(row))] for row in c.scenario.outputs]
    p["outputs.share"] = np.array(rows).reshape(len(rows), futures)
    p["dated"] = dated_numbers(c.scenario, x, futures)
    p["pipelines.shares"], p["pipelines.gross"] = _loads(c, x, futures)
    p |= found_numbers(c.scenario, p, x)
    p |= ration_numbers(c.scenario, x, futures)
    p["reception.onward"] = _normalised(p["reception.onward"], c.net.registers)
    return p


def _inputs(scenario: Scenario, rules: tuple[Rule, ...]) -> Iterator[Input]:
    for rule in rules:
        for parameter in rule.parameters:
            stands = given(scenario, parameter.name)
            if stands is None and parameter.name == NEW.name:
                stands = recent_rise(scenario)
            yield _from_parameter(parameter, stands)
    for number in numbers(scenario):
        field = number.field
        if field.uncertain:
            source = _from_quantity(number.path, number.quantity, field.canonical, maximum=field.most)
            yield replace(source, key=number.key)


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


def _population(people: Floats, total: Floats | None) -> Floats:
    if total is not None:
        people = people / people.sum(axis=0) * total
    return np.floor(people + 0.5)


def _by_home(
    c: Compiled, x: dict[str, Floats], table: str, people: Floats, part: str = "", *, spread: bool = True
) -> Floats:
    """Return (home, commodity, future); a row of place `*` is a total to spread by population, or a value for all."""
    homes, futures = people.shape
    out = np.zeros((homes, len(c.commodities), futures))
    share = people / np.maximum(1.0, people.sum(axis=0)) if spread else np.ones_like(people)
    for path, values in x.items():
        head, *names = path.split(".")
        if head != table or names[2:] != [part][: bool(part)]:
            continue
        place, commodity = names[:2]
        column = c.commodities.index(commodity)
        if place == "*":
            out[:, column] += values * share
        else:
            out[c.homes.index(place), column] += values
    return out


def _loads(c: Compiled, x: dict[str, Floats], futures: int) -> tuple[Floats, Floats]:
    """Return the counted goods in a tonne of each pipeline (L, C, F), and lorry tonnes per counted tonne (L, F)."""
    mixes = {mix.id: mix for mix in c.scenario.mixes}
    shares = np.zeros((len(c.pipelines), len(c.commodities), futures))
    for i, pipe in enumerate(c.scenario.pipelines):
        if pipe.commodity in mixes:
            for commodity in mixes[pipe.commodity].shares:
                shares[i, c.commodities.index(commodity)] = x[f"mixes.{pipe.commodity}.{commodity}"]
            # shares are drawn one by one; where they pass the whole lorry they are cut in proportion
            shares[i] /= np.maximum(1.0, shares[i].sum(axis=0))
        else:
            shares[i, c.commodities.index(pipe.commodity)] = 1.0
    counted = shares.sum(axis=1)
    return shares, np.where(counted > 0, 1.0 / np.maximum(counted, 1e-300), 1.0)


def _normalised(share: Floats, registers: npt.NDArray[np.uint8]) -> Floats:
    """Return onward shares that sum to 1; people stay where they registered if the folder gives no shares."""
    total = share.sum(axis=0)
    stay = (registers / max(1, int(registers.sum())))[:, None] * np.ones_like(share)
    return np.where(total > 0, share / np.where(total > 0, total, 1.0), stay)
