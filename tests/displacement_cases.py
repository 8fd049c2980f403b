"""Small countries for the tests of movement, built in a line or two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from corridor.rules.displacement.case import CAMP, CONFLICT, HUB, TOWN, Closure, DisplacementCase

KINDS = {"town": TOWN, "camp": CAMP, "war": CONFLICT, "hub": HUB}


def country(
    places: Mapping[str, str],
    roads: Sequence[tuple[str, str, float]],
    *,
    days: int = 10,
    appear: Mapping[int, int] | None = None,
    capacity: Mapping[str, int] | None = None,
    day0: Mapping[str, int] | None = None,
    abroad: Sequence[str] = (),
    residents: int = 1000,
    forced: Sequence[tuple[str, str]] = (),
    closures: Sequence[Closure] = (),
) -> DisplacementCase:
    """Return a case.

    places : name -> town, camp, war or hub; wars last for the whole period
    roads : from, to, km
    appear : day -> newly displaced persons; they are also what the counts of the first camp rise by
    """
    names = tuple(places)
    index = {name: i for i, name in enumerate(names)}
    kind = np.array([KINDS[word] for word in places.values()], dtype=np.int64)
    ends = [(index[a], index[b], km) for a, b, km in roads]
    link_from = np.array([v for a, b, _ in ends for v in (a, b)], dtype=np.int64)
    link_to = np.array([v for a, b, _ in ends for v in (b, a)], dtype=np.int64)
    pairs = {(index[a], index[b]) for a, b in forced}
    is_forced = np.array([(a, b) in pairs for a, b in zip(link_from, link_to, strict=True)], dtype=np.int64)
    camps = np.flatnonzero(kind == CAMP)
    inflow = np.zeros(days, dtype=np.int64)
    for day, n in (appear or {}).items():
        inflow[day] = n
    counted = np.zeros((days, camps.size), dtype=np.int64)
    for camp, place in enumerate(camps):
        counted[:, camp] = (day0 or {}).get(names[place], 0)
    counted[:, 0] += np.cumsum(inflow)
    war = kind == CONFLICT
    return DisplacementCase(
        name="small",
        start=date(2020, 1, 1),
        days=days,
        places=names,
        countries=("home", "abroad"),
        country=np.array([name in abroad for name in names], dtype=np.int64),
        latitude=np.zeros(len(names)),
        longitude=np.zeros(len(names)),
        kind=kind,
        population=np.where(war, residents, 0).astype(np.int64),
        capacity=np.array([(capacity or {}).get(name, -1) for name in names], dtype=np.int64),
        intensity=war.astype(float),
        initial=np.zeros(len(names), dtype=np.int64),
        link_from=link_from,
        link_to=link_to,
        link_km=np.array([km for _, _, km in ends for _ in (0, 1)]),
        link_forced=is_forced,
        link_forced_by_flee=np.zeros_like(is_forced),
        link_copies=np.ones_like(link_from),
        link_kmh_day=np.zeros(link_from.size),
        link_walk=np.zeros(link_from.size),
        closures=tuple(closures),
        conflict=np.tile(war.astype(float), (days, 1)),
        camps=camps,
        counted=counted,
        inflow=inflow,
        open_from=np.zeros(camps.size, dtype=np.int64),
    )


def flee_folder(root: Path, **files: str) -> Path:
    """Write a case folder of two roads and two camps; a keyword replaces a file (`routes`, `alpha` ...)."""
    given = {
        "locations": (
            "#name,region,country,latitude,longitude,location_type,conflict_date,population\n"
            "War,R,Home,0.0,0.0,conflict_zone,0,5000\nTown,R,Home,0.0,0.5,town,,\n"
            "Alpha,R,Away,0.0,1.0,camp,,100\nBeta,R,Away,0.0,2.0,camp,,\n"
        ),
        "routes": "#name1,name2,distance,forced_redirection\nWar,Town,100,0\nTown,Alpha,100,\nTown,Beta,200,2\n",
        "closures": "#type,name1,name2,start,end\n",
        "conflicts": "#Day,War,Town\n0,1,0\n1,1,0\n2,1,0\n3,1,0\n4,1,0\n",
        "sim_period": "StartDate,2020-01-01\nLength,5\n",
        "data_layout": "total,total.csv\nAlpha,alpha.csv\nBeta,beta.csv\n",
        "total": "2020-01-01,0\n",
        "alpha": "2020-01-01,0\n2020-01-05,40\n",
        "beta": "2020-01-01,10\n2020-01-03,20\n",
    } | files
    for folder in ("input_csv", "source_data"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for name, text in given.items():
        inputs = name in ("locations", "routes", "closures", "conflicts", "sim_period", "registration_corrections")
        path = root / ("input_csv" if inputs else "source_data") / f"{name}.csv"
        path.write_bytes(text.encode("utf-8"))
    return root
