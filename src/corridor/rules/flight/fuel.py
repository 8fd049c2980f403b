"""Fuel of people on their way out: what tanks lack comes from the local stock, and who has none waits for a bus."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import NONE
from corridor.rules.base import Floats, Ints

LITRES_PER_TONNE = 1333.0
"""petrol, 0.75 kg/l"""


class Fuel(NamedTuple):
    """Goods of the day, from which the fuel left for cars follows; (home, commodity, future) as in the ledger."""

    stock: Floats
    delivered: Floats
    produced: Floats
    used: Floats
    spoiled: Floats
    sent: Floats
    by_lorries: Floats


class Cars(NamedTuple):
    """What a leaving vehicle needs; all (future,)."""

    occupancy: Floats
    """persons/vehicle"""
    tank: Floats
    """litre"""
    consumption: Floats
    """litre/100 km"""
    seats: Floats
    """persons/day on buses, for those whose vehicles have no fuel"""


@kernel
def cut_to_fuel_and_seats(
    fuel: Fuel, c: int, home: Ints, exit_km: Floats, cars: Cars, departures: Ints, hourly: Ints, burned: Floats
) -> None:
    """Cut departures to the vehicles that have fuel and the seats on buses (E43), in place; to 0 where none may drive.

    Parameters
    ----------
    c : the commodity that cars burn, -1 where none is modelled
    home : (home,) place; exit_km : (place, future) km to safety
    departures, hourly : (home, future) and (home, 24, future) persons, updated
    burned : (home, commodity, future) t/day that tanks lack and the fuel left after today's use gives, written

    Who is cut wants to leave tomorrow.
    """
    stock, delivered, produced, used, spoiled = fuel.stock, fuel.delivered, fuel.produced, fuel.used, fuel.spoiled
    sent, by_lorries = fuel.sent, fuel.by_lorries
    burned[:] = 0.0
    for h in range(departures.shape[0]):
        for f in range(departures.shape[1]):
            km, allowed = exit_km[home[h], f], 0
            if departures[h, f] == 0:
                continue
            if np.isfinite(km):
                if c == NONE:
                    continue
                lacking = cars.consumption[f] * km / 100.0 - cars.tank[f]
                if lacking <= 0.0:
                    continue
                come = stock[h, c, f] + delivered[h, c, f] + produced[h, c, f]
                spent = used[h, c, f] + spoiled[h, c, f] + sent[h, c, f] + by_lorries[h, c, f]
                drivers = int(max(0.0, come - spent) * LITRES_PER_TONNE / lacking * cars.occupancy[f])
                allowed = min(departures[h, f], drivers + int(cars.seats[f]))
                driving = min(drivers, allowed)
                burned[h, c, f] = driving / cars.occupancy[f] * lacking / LITRES_PER_TONNE
            left = allowed
            for hour in range(24):
                hourly[h, hour, f] = min(hourly[h, hour, f], left)
                left -= hourly[h, hour, f]
            departures[h, f] = allowed
