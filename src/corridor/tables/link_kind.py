"""Kinds of link: what goes on each, how much one of them carries, and bounds within which its numbers are plausible.

Bounds serve the sense checks of a folder only; no rule reads them. Sources: [log] Logistics Cluster, LOG guide, pack
animals (after the WFP Transport and Logistics Manual); [iowa] Iowa Department of Transportation, cargo capacities (in
short tons); [unhcr] UNHCR airlift to Sarajevo, 160,677 t in 12,951 sorties; [berlin] airlift to Berlin, 2,109,667 t in
277,569 flights, at most 11,740 t in a day; [cargo] payloads of cargo aircraft, GlobalSecurity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from corridor.tables.parameter import Parameter

Kind = Literal["road", "track", "bridge", "air", "water", "rail"]
LINK_KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Bound:
    """Least and most that is plausible; `source` says why."""

    least: float
    most: float
    source: str

    def holds(self, value: float) -> bool:
        """Whether a number lies within."""
        return self.least <= value <= self.most


@dataclass(frozen=True)
class LinkKind:
    """What goes on a kind of link.

    Attributes
    ----------
    vehicle, vehicles : what carries goods there, one and many
    payload : what one of them carries in relief, t; drawn per future
    heaviest : what one of them carries at most, t; `least` is not used
    tonnes : t/day that the link may carry
    kmh : km/hour
    """

    vehicle: str
    vehicles: str
    payload: Parameter
    heaviest: Bound
    tonnes: Bound
    kmh: Bound


def _payload(kind: str, vehicle: str, default: float, low: float, high: float, source: str) -> Parameter:
    name = "relief.payload" if kind == "road" else f"relief.payload_{kind}"
    meaning = f"what one {vehicle} of relief carries; drawn per future, triangular"
    return Parameter(name, default, f"t/{vehicle}", low, high, source, meaning, minimum=0.01)


_LORRY = _payload(
    "road", "lorry", 17.0, 12.0, 30.0,
    "Gaza 2023-24: 17 t a lorry (56,600 t in 3,330), 18 t (450,000 t in 25,000); range of vehicles used",
)  # fmt: skip
_LORRIES = LinkKind(
    "lorry", "lorries", _LORRY,
    Bound(0.0, 40.0, "assumed: lorries with their load weigh 40 t at most on most roads"),
    Bound(1.0, 150_000.0, "assumed: a van a day; a lorry of 17 t every 10 seconds, day and night"),
    Bound(10.0, 130.0, "assumed: a bad road in winter; the limit on most motorways"),
)  # fmt: skip

KINDS: Mapping[Kind, LinkKind] = {
    "road": _LORRIES,
    "bridge": _LORRIES,
    "track": LinkKind(
        "mule", "mules", _payload("track", "mule", 0.05, 0.05, 0.091, "[log] 50 kg; US Army: up to 91 kg in mountains"),
        Bound(0.0, 5.0, "assumed: a small lorry with drive on all wheels"),
        Bound(0.05, 1_000.0, "assumed: one mule a day; a mule every 5 seconds, day and night, are 864 t"),
        Bound(1.0, 30.0, "[log] 24-50 km in a day of 5 to 10 hours; assumed: 30 for a car on a track"),
    ),
    "air": LinkKind(
        "flight", "flights",
        _payload("air", "flight", 12.4, 7.6, 19.1, "[unhcr] 12.4 t; [berlin] 7.6 t; most of a C-130H 19.1 t"),
        Bound(0.0, 118.0, "[cargo] 260,000 lb, the heaviest class in service"),
        Bound(0.05, 12_000.0, "assumed: one light aircraft; [berlin] the best day, 11,740 t"),
        Bound(80.0, 950.0, "assumed: a helicopter with a load below it; a jet"),
    ),
    "water": LinkKind(
        "barge", "barges",
        _payload("water", "barge", 1_361.0, 350.0, 1_588.0, "[iowa] 1,500 short t, to 1,750; a small vessel 350 t"),
        Bound(0.0, 20_000.0, "assumed: a tow of 15 barges of 1,361 t"),
        Bound(0.5, 500_000.0, "assumed: one rowing boat; a barge of 1,361 t every 4 minutes, day and night"),
        Bound(1.0, 60.0, "assumed: a boat that is rowed; a fast ferry. Inland vessels go 15"),
    ),
    "rail": LinkKind(
        "wagon", "wagons", _payload(
            "rail", "wagon", 50.0, 10.0, 91.0,
            "assumed: a covered wagon of four axles takes 55 t, of two 25 t, in 1914 10-15 t; high: [iowa] 100 short t",
        ),
        Bound(0.0, 114.0, "[iowa] 125 short t"),
        Bound(5.0, 900_000.0, "assumed: a wagon every few days; a train of 9,070 t every quarter of an hour"),
        Bound(5.0, 350.0, "assumed: a damaged line; the fastest trains"),
    ),
}  # fmt: skip
"""Kind of a link -> what goes on it."""
