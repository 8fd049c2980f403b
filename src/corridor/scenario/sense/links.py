"""Sense checks of links: capacity and speed against their kind, length against where places lie."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from corridor.core.earth import great_circle_km
from corridor.scenario.build.draft import Draft, Entry
from corridor.scenario.sense.remark import Remark, value, warning
from corridor.tables.link_kind import KINDS, LINK_KINDS, Kind, LinkKind

ROUNDED = 2.5
"""km by which two places may be off, whose coordinates have two decimals or mark the middle of a town"""
MOST_DETOUR = 6.0
"""times the straight line that a link may be long"""
SLOW = 20.0
"""km/hour up to which a road carries no more than a track"""
FAR, NEAR = 3000.0, 500.0
"""km: a place this far from all others, which lie this near to each other, is most likely in the wrong place"""


def capacities(draft: Draft) -> Iterator[Remark]:
    """Tell capacities that no link of that kind has, and loads that no vehicle carries."""
    for entry in draft.rows("links"):
        name, kind = _kind(entry)
        tonnes, vehicles = value(entry, "tonnes_per_day"), value(entry, "vehicles_per_hour")
        if tonnes and not kind.tonnes.holds(tonnes):
            message = f"{tonnes:,.6g} t a day on a {name}; between {kind.tonnes.least:g} and {kind.tonnes.most:,g} "
            yield warning(entry.at("tonnes_per_day"), f"{message}is plausible", "mend the number, or the kind")
        elif tonnes and name == "road" and (value(entry, "kmh") or SLOW) < SLOW and tonnes > KINDS["track"].tonnes.most:
            message = f"{tonnes:,.6g} t a day at {value(entry, 'kmh'):g} km an hour, the speed of a track, "
            message += f"which carries {KINDS['track'].tonnes.most:,g} at most"
            yield warning(entry.at("tonnes_per_day"), message, "mend one of the two numbers, or give the kind")
        elif tonnes and vehicles and tonnes / (24 * vehicles) > kind.heaviest.most:
            load = tonnes / (24 * vehicles)
            message = (
                f"{tonnes:,.6g} t a day with {vehicles:,.6g} vehicles an hour are {load:,.3g} t on every vehicle, "
            )
            message += f"day and night; a {kind.vehicle} carries {kind.heaviest.most:g} t at most"
            yield warning(entry.at("tonnes_per_day"), message, "mend one of the two numbers, or the kind")


def speeds(draft: Draft) -> Iterator[Remark]:
    """Tell speeds at which nothing moves on that kind of link."""
    for entry in draft.rows("links"):
        name, kind = _kind(entry)
        kmh = value(entry, "kmh")
        if kmh and not kind.kmh.holds(kmh):
            message = (
                f"{kmh:,.4g} km an hour on a {name}; between {kind.kmh.least:g} and {kind.kmh.most:g} is plausible"
            )
            fitting = " or ".join(other for other in LINK_KINDS if other != "bridge" and KINDS[other].kmh.holds(kmh))
            yield warning(entry.at("kmh"), message, f"mend the speed, or give the kind: {fitting or 'none goes so'}")


def lengths(draft: Draft) -> Iterator[Remark]:
    """Tell links that are shorter than the straight line between their ends, or a very long way round."""
    at, elsewhere = _coordinates(draft), _misplaced(draft)
    for entry in draft.rows("links"):
        one, other, km = entry.values["from"], entry.values["to"], entry.values["km"]
        if {one, other} & elsewhere.keys():
            continue  # told at the place
        straight = great_circle_km(*at[one], *at[other])
        longest = km.value if km.high is None else km.high
        if longest < straight - max(ROUNDED, 0.02 * straight):
            message = f"{km.value:,.4g} km, and {one} and {other} lie {straight:,.0f} km apart"
            yield warning(entry.at("km"), message, "mend the length, or latitude and longitude in places.csv")
        elif km.value > MOST_DETOUR * (straight + ROUNDED):
            hours = km.value / (value(entry, "kmh") or 1.0)
            message = f"{km.value:,.6g} km ({hours:,.0f} hours), and {one} and {other} lie {straight:,.0f} km apart"
            yield warning(entry.at("km"), message, "is it metres or miles? mend the length, or the places")


def far_places(draft: Draft) -> Iterator[Remark]:
    """Tell a place that lies on another continent than all others, whose coordinates may have been swapped."""
    elsewhere = _misplaced(draft)
    for entry in draft.rows("places"):
        name = entry.cells["id"].text
        if name in elsewhere:
            nearest, swapped = elsewhere[name]
            message = f"{name} lies {nearest:,.0f} km from every other place"
            remedy = "latitude and longitude are swapped" if swapped else "mend latitude and longitude"
            yield warning(entry.at("latitude"), message, remedy)


def _misplaced(draft: Draft) -> dict[str, tuple[float, bool]]:
    """Return place -> km to the nearest other place, and whether it lies among them with swapped coordinates."""
    at = _coordinates(draft)
    found = {}
    for name, (latitude, longitude) in at.items():
        others = [spot for other, spot in at.items() if other != name]
        nearest = min((great_circle_km(latitude, longitude, *spot) for spot in others), default=0.0)
        if len(others) < 2 or nearest <= FAR:
            continue
        if all(great_circle_km(*one, *other) <= NEAR for one, other in combinations(others, 2)):
            found[name] = nearest, all(great_circle_km(longitude, latitude, *spot) <= NEAR for spot in others)
    return found


def _coordinates(draft: Draft) -> dict[str, tuple[float, float]]:
    return {e.cells["id"].text: (e.values["latitude"], e.values["longitude"]) for e in draft.rows("places")}


def _kind(entry: Entry) -> tuple[Kind, LinkKind]:
    name: Kind = entry.values.get("kind") or "road"
    return name, KINDS[name]
