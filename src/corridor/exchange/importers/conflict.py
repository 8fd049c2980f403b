"""Conflict events: ACLED (old and new columns, its monthly workbook on HDX), UCDP GED and Candidate.

Only days, places, kinds and counts are taken: ACLED's terms forbid handing on its texts, and nobody needs them here.
"""

from __future__ import annotations

from calendar import month_name
from collections import defaultdict
from pathlib import Path

from corridor.exchange.importers.base import Import, Picks, Row, rows_of

GED = (
    "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id",
    "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a",
    "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office",
    "source_date", "source_headline", "source_original", "where_prec", "where_coordinates", "where_description",
    "adm_1", "adm_2", "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region",
    "event_clarity", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians",
    "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob",
)  # fmt: skip
"""columns of UCDP GED 23 and later, for Candidate files without a header"""
_VIOLENCE = {"1": "state-based", "2": "non-state", "3": "one-sided"}
_COLUMNS = ("date", "location", "latitude", "longitude", "kind", "events", "fatalities", "low", "high", "evidence")
_MONTHS = {name.lower(): i for i, name in enumerate(month_name) if name}


def read_acled(path: Path, picks: Picks) -> Import:
    """Return observed/conflict.csv from an export or the API of ACLED: events and fatalities by day, place and kind.

    Raises
    ------
    InputError : every problem of the file
    """
    found = Import(path, "acled", "ACLED terms of use: no redistribution of its texts", "ACLED",
                   claim="conflict events, counted")  # fmt: skip
    rows = rows_of(found)
    if rows and "events" in rows[0].cells and "month" in rows[0].cells:
        return _monthly(found, rows)
    rows = rows_of(Import(path, "acled", "", ""), ("event_date", "event_type"))
    rows = found.picked(rows, "country", picks, why="two countries are not one case")
    counts: dict[tuple[str, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
    rough = 0
    for row in rows:
        day = found.day(row, "event_date")
        dead = found.number(row, "fatalities")
        rough += row["geo_precision"] == "3" or row["time_precision"] == "3"
        if day is None:
            continue
        place = row["location"] or row["admin2"] or row["admin1"]
        if not place:
            found.dropped["events without a place"] += 1
            continue
        key = (str(day), place, row["latitude"], row["longitude"], row["event_type"])
        counts[key][0] += 1
        counts[key][1] += dead or 0.0
    found.told += [f"{rough} events are placed or dated roughly (precision 3)"] if rough else []
    found.told.append("names of actors, notes and sources are left out, as the publisher's terms ask")
    table = ((*key, *sums, None, None, found.source) for key, sums in sorted(counts.items()))
    found.add("observed/conflict.csv", _COLUMNS, table)
    return found.finished()


def _monthly(found: Import, rows: list[Row]) -> Import:
    out = []
    for row in rows:
        month = _MONTHS.get(row["month"].lower(), 0) or int(found.number(row, "month", least=1) or 0)
        year, events, dead = (found.number(row, name) for name in ("year", "events", "fatalities"))
        if 1 <= month <= 12 and year and events is not None:
            place = row["admin2"] or row["admin1"] or row["country"]
            out.append((f"{year:04.0f}-{month:02d}-01", place, None, None, "all kinds, month", events, dead, None, None,
                        found.source))  # fmt: skip
    found.told.append("counts of a month stand on its first day")
    found.add("observed/conflict.csv", _COLUMNS, out)
    return found.finished()


def read_ucdp(path: Path, picks: Picks) -> Import:
    """Return observed/conflict.csv from UCDP GED, the Candidate files (with or without header) or the copy on HDX.

    `fatalities` is UCDP's best estimate, with its low and high. An event over several days stands on its first.

    Raises
    ------
    InputError : every problem of the file
    """
    found = Import(path, "ucdp", "CC BY 4.0", "UCDP", claim="conflict events and deaths, low, best and high")
    rows = rows_of(found, ("type_of_violence", "date_start", "best"), header=GED)
    rows = found.picked(rows, "country", picks, why="two countries are not one case")
    out, rough, long = [], 0, 0
    for row in rows:
        start = found.day(row, "date_start")
        best, low, high = (found.number(row, name) for name in ("best", "low", "high"))
        rough += row["where_prec"] in ("5", "6", "7")
        long += row["date_end"][:10] not in ("", row["date_start"][:10])
        place = row["where_description"] or row["where_coordinates"] or row["adm_2"] or row["adm_1"] or row["country"]
        if start is not None and place:
            kind = _VIOLENCE.get(row["type_of_violence"], row["type_of_violence"])
            out.append((start, place[:200], row["latitude"], row["longitude"], kind, 1, best, low, high, found.source))
    found.told += [f"{rough} events are placed by province or country only (where_prec 5 to 7)"] if rough else []
    found.told += [f"{long} events last several days and stand on their first"] if long else []
    found.add("observed/conflict.csv", _COLUMNS, sorted(out, key=lambda row: (str(row[0]), row[1])))
    return found.finished()
