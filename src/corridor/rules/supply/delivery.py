"""Delivery: pipelines push goods along the ways that are open, to the fewest days of cover first.

Classes of traffic load one after the other. Of a class as many tonnes arrive as the network can carry; of each good
the lowest days of cover rise first, over all homes and goods together; like pipelines share by what they offer; ways
fill in the order of hours, equally quick ones alike. The order of rows is no input: of pipelines that are equal by
numbers, the first by name comes first. A home whose stores are full (so many days of cover) takes no more. Lorries that
start inside burn local fuel there and back. Goods are on the way for the days that their lorries drive; where a fleet is
given, its lorries bind like a road.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Rule, State, Today
from corridor.rules.supply.fill import send_by_all_ways
from corridor.rules.supply.push import Goods, Loads, Roads, Terms, send_by_quickest_ways
from corridor.rules.supply.room import room_for_relief
from corridor.rules.supply.round_shut import find_shut, keep_stopped
from corridor.rules.supply.transit import LONGEST, add_losses, ask_fleets, come_in, dispatch, drive_off, muster
from corridor.rules.supply.ways import find_ways_of_goods
from corridor.tables.parameter import Parameter, fixed

PARAMETERS = (
    Parameter(
        "delivery.loss", 0.02, "1", 0.0, 0.06,
        "assumed: the last leg only; planning guidance gives 5-10 % over port, inland transport and retail together",
        "share of goods lost on the way",
        maximum=1.0,
    ),
    Parameter(
        "delivery.full_stores", 90.0, "day", 60.0, 180.0,
        "assumed: shops and stores hold two to six months of use; traders send no more",
        "days of cover at which a home takes no more of a good",
        minimum=1.0, maximum=3650.0,
    ),
    Parameter(
        "delivery.driving_hours", 10.0, "hour/day", 8.0, 12.0,
        "Regulation (EC) 561/2006: 9 hours of driving a day, 10 twice a week; assumed: the range, where it is not kept",
        "hours a day that lorries drive, where no fleet says otherwise",
        minimum=0.1, maximum=24.0,
    ),
    Parameter(
        "delivery.lorry_tonnes", 17.0, "t/vehicle", 8.0, 22.0,
        "assumed: the load for which `delivery.fuel` holds; relief lorries into besieged places carried 8 to 22 t",
        "load of a lorry, where lorries were counted and not tonnes",
        minimum=0.1, maximum=60.0,
    ),
    fixed(
        "delivery.fuel", 2.6e-5, "t/t/km",
        "assumed: about 60 l per 100 km there and back for a load of 17 t, 0.75 kg/l",
        "fuel that a local lorry burns per tonne carried and kilometre of way",
    ),
)  # fmt: skip


def push_deliveries(
    net: Network, roads: Roads, loads: Loads, goods: Goods, terms: Terms, *, compile_all: bool = False
) -> None:
    """Play the deliveries of one day; what is written stands in `goods` and `roads`.

    First by the quickest ways; where a link on them is shut for the day, by the quickest ways round it; where something
    binds even so, by all ways.

    compile_all : call every kernel even where one has nothing to do
    """
    for array in (goods.shipped, goods.sent, goods.burned, roads.carried, roads.relief, roads.fleet_used):
        array[:] = 0.0
    every = np.arange(terms.loss.shape[1])
    stopped, again = np.empty(every.size, np.int64), np.empty(every.size, np.int64)
    n = send_by_quickest_ways(net, roads, loads, goods, terms, every, stopped)
    if n > 0 or compile_all:
        opened, closed, running = np.empty_like(roads.regime), np.empty_like(every), np.empty_like(net.pipeline_from)
        shut, runs = find_shut(stopped[:n], loads.scale, roads.capacity, roads.regime, opened, closed, running)
        if shut > 0 or compile_all:
            round_it = loads._replace(way=np.empty_like(loads.way), tied=np.empty_like(loads.tied))
            who = running[:runs], closed[:shut]
            find_ways_of_goods(net, *who, opened, roads.hours, round_it.way, round_it.tied)
            left = send_by_quickest_ways(net, roads, round_it, goods, terms, closed[:shut], again)
            n = keep_stopped(stopped, n, closed[:shut], again[:left])
    if n > 0 or compile_all:
        send_by_all_ways(net, roads, loads, goods, terms, stopped[:n])


_SLIGHT = 1e-6
"""part of a convoy that is not worth another day"""


def with_waiting(net: Network, sends: Floats, waiting: Floats) -> Floats:
    """Return (pipeline, future) t that are offered today: of a convoy what waits, until the next one sets out."""
    found: Floats = np.where((net.pipeline_convoy[:, None] > 0) & (sends <= 0.0), waiting, sends)
    return found


def leave_waiting(
    net: Network, offered: Floats, meant: Floats, shares: Floats, shipped: Floats, waiting: Floats
) -> None:
    """Write what of a convoy found no room today, in place; it is offered again tomorrow.

    Parameters
    ----------
    offered : (pipeline, future) t; meant : the same, 0 where a pipeline has ended
    shares : (pipeline, commodity, future) of a tonne offered; shipped : (pipeline, home, commodity, future) t
    """
    whole = offered * shares.sum(axis=1)
    left = np.clip(whole - shipped.sum(axis=(1, 2)), 0.0, whole)
    part = np.divide(left, whole, out=np.zeros_like(whole), where=whole > 0.0)
    part[(part < _SLIGHT) | (meant <= 0.0)] = 0.0
    waiting[:] = np.where(net.pipeline_convoy[:, None] > 0, part * offered, 0.0)


def deliver_today(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of delivery."""
    hours = p["links.km"] / p["links.kmh"]
    loss, drive, thirst = (np.empty_like(s["pipeline_tonnes"]) for _ in range(3))
    add_losses(p["delivery.loss"], p["pipelines.forces"], loss)
    ask_fleets(net.pipeline_fleet, p["fleets.hours"], p["delivery.driving_hours"], drive)
    ask_fleets(net.pipeline_fleet, p["fleets.fuel"] / p["fleets.payload"], p["delivery.fuel"], thirst)
    come_in(net, today.day, s["goods_way"], s["road"], s["delivered"], s["goods_turned_back"], s["goods_returned"])
    s["dispatched"][:] = 0.0
    size, back, payload = p["fleets.lorries"], p["fleets.turnaround"], p["fleets.payload"]
    muster(today.day, size, back, payload, s["fleet_size"], s["lorries"], s["fleet_tonnes"])
    roads = Roads(
        s["regime"], p["links.km"], hours, p["links.hours_per_day"], s["capacity_tonnes"], s["carried"],
        s["carried_relief"], p["places.transshipment"], s["fleet_tonnes"], s["fleet_used"],
    )  # fmt: skip
    convoys = net.pipeline_convoy.any()
    offered = with_waiting(net, s["pipeline_tonnes"], s["convoy_left"]) if convoys else s["pipeline_tonnes"]
    loads = Loads(
        p["pipelines.shares"], offered, p["pipelines.gross"], s["goods_way"], s["goods_tied"], drive,
        thirst,
    )  # fmt: skip
    terms = Terms(loss, p["delivery.full_stores"])
    coming = s["in_transit"] - s["goods_turned_back"]
    goods = Goods(
        s["people"], p["need"], s["stock"], coming, s["shipped"], s["spell"], s["sent"], s["burned_by_lorries"]
    )
    if today.day == 0 and s["road"].shape[3] > 2:
        # the road is full as if offers had run, on days that weather spared
        dry = roads._replace(capacity=s["link_tonnes"] * (1.0 - s["damage"]) * p["links.hours_per_day"] / 24.0)
        ran = loads._replace(scale=s["pipeline_tonnes"] * net.pipeline_ran[:, None])
        push_deliveries(net, dry, ran, goods, terms)
        dispatch(-1, s["shipped"], s["spell"], loss, s["road"], s["delivered"], s["dispatched"])
        come_in(net, 0, s["goods_way"], s["road"], s["delivered"], s["goods_turned_back"], s["goods_returned"])
        coming += s["dispatched"]
    # arrivals of today lie in `coming` as long as the books of yesterday are open
    push_deliveries(net, roads, loads, goods, terms, compile_all=today.day == 0)
    if convoys:
        leave_waiting(net, offered, s["pipeline_meant"], p["pipelines.shares"], s["shipped"], s["convoy_left"])
    drive_off(today.day, s["fleet_used"], back, payload, p["fleets.lost"], s["lorries"])
    dispatch(today.day, s["shipped"], s["spell"], loss, s["road"], s["delivered"], s["dispatched"])
    room_for_relief(s["regime"], s["capacity_tonnes"], s["carried_relief"], s["relief_room"])


RULE = Rule(
    process="delivery",
    name="cover_first",
    step=deliver_today,
    parameters=PARAMETERS,
    states=(
        Array("delivered", ("place", "commodity")),
        Array("sent", ("place", "commodity")),
        Array("burned_by_lorries", ("place", "commodity")),
        Array("dispatched", ("place", "commodity")),
        Array("goods_turned_back", ("place", "commodity")),
        Array("goods_returned", ("place", "commodity")),
        Array("carried", ("link",)),
        Array("carried_relief", ("link",)),
        Array("relief_room", ("link",)),
        Array("shipped", ("pipeline", "place", "commodity")),
        Array("spell", ("pipeline", "place")),
        Array("convoy_left", ("pipeline",)),
        Array("road", ("pipeline", "place", "commodity", "road_slot")),
        Array("lorries", ("fleet", LONGEST + 2)),
        Array("fleet_size", ("fleet",), start=-1.0),
        Array("fleet_tonnes", ("fleet",)),
        Array("fleet_used", ("fleet",)),
    ),
    reads=("regime", "goods_way", "goods_tied", "capacity_tonnes", "pipeline_tonnes", "pipeline_meant", "link_tonnes", "damage"),
    yesterday=("people", "stock", "in_transit"),
    inputs=(
        "pipelines.shares", "pipelines.gross", "pipelines.forces", "need", "links.km", "links.kmh", "links.hours_per_day",
        "places.transshipment", "fleets.lorries", "fleets.payload", "fleets.turnaround", "fleets.lost", "fleets.hours",
        "fleets.fuel",
    ),
    summary="By class, goods fill the open ways up to their capacity, the fewest days of cover first.",
)  # fmt: skip
