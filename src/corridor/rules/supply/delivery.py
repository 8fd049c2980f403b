"""Delivery: pipelines push goods along the ways that are open, to the fewest days of cover first.

Classes of traffic load one after the other. Of a class as many tonnes arrive as the network can carry; of each good
the lowest days of cover rise first, over all homes and goods together; like pipelines share by what they offer; ways
fill in the order of hours, equally quick ones alike. The order of rows is no input. A home whose stores are full (so
many days of cover) takes no more. Lorries that start inside burn local fuel there and back.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.network import Network
from corridor.rules.base import Array, Inputs, Rule, State, Today
from corridor.rules.supply.fill import send_by_all_ways
from corridor.rules.supply.push import Goods, Loads, Roads, Terms, send_by_quickest_ways
from corridor.rules.supply.room import room_for_relief
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

    compile_all : call both kernels even where one has nothing to do
    """
    stopped = np.empty(terms.loss.size, np.int64)
    n = send_by_quickest_ways(net, roads, loads, goods, terms, stopped)
    if n > 0 or compile_all:
        send_by_all_ways(net, roads, loads, goods, terms, stopped[:n])


def deliver_today(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of delivery."""
    roads = Roads(
        s["regime"], p["links.km"], p["links.km"] / p["links.kmh"], s["capacity_tonnes"], s["carried"],
        s["carried_relief"],
    )  # fmt: skip
    loads = Loads(p["pipelines.shares"], s["pipeline_tonnes"], p["pipelines.gross"], s["goods_way"], s["goods_tied"])
    goods = Goods(s["people"], p["need"], s["stock"], s["delivered"], s["sent"], s["burned_by_lorries"])
    terms = Terms(p["delivery.loss"], p["delivery.full_stores"], p["delivery.fuel"])
    push_deliveries(net, roads, loads, goods, terms, compile_all=today.day == 0)
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
        Array("carried", ("link",)),
        Array("carried_relief", ("link",)),
        Array("relief_room", ("link",)),
    ),
    reads=("regime", "goods_way", "goods_tied", "capacity_tonnes", "pipeline_tonnes"),
    yesterday=("people", "stock"),
    inputs=("pipelines.shares", "pipelines.gross", "need", "links.km", "links.kmh"),
    summary="By class, goods fill the open ways up to their capacity, the fewest days of cover first.",
)
