"""Counts of displaced people: UNHCR's population API and its time series, IOM DTM, UNHCR PRMN flows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from corridor.exchange.flee.sources import slugs
from corridor.exchange.importers.base import Import, Picks, Row, rows_of

COUNTS = ("date", "place", "persons", "evidence", "known")
TOTAL = "*"
_LEVELS = ("0", "1", "2")


def read_unhcr(path: Path, picks: Picks) -> Import:
    """Return displaced.csv from UNHCR: the time series of a situation page, or rows of the population API.

    Of the API, refugees, asylum seekers and others in need of protection of one origin are added over the countries of
    asylum (a year's stock stands on 31 December); displaced people at home, returns and the stateless are left out.
    """
    found = Import(path, "unhcr", "CC BY 4.0", "UNHCR", claim="refugees and asylum seekers")
    rows = rows_of(found)
    names = set(rows[0].cells) if rows else set()
    if {"individuals", "data_date"} <= names or {"individuals", "date"} <= names:
        return _series(found, rows, "data_date" if "data_date" in names else "date", "individuals")
    rows = rows_of(Import(path, "unhcr", "", ""), ("year", "refugees"))
    origin = next((name for name in ("coo_name", "country_of_origin", "coo") if name in names), "")
    if origin:
        rows = found.picked(rows, origin, picks, why="people of two origins are not added unasked")
    counts: dict[date, float] = defaultdict(float)
    hidden = 0
    for row in rows:
        year = found.number(row, "year", least=1800)
        if year is None or not 1800 <= year <= 2200:
            continue
        parts = [found.number(row, name) for name in ("refugees", "asylum_seekers", "oip")]
        hidden += all(part is None for part in parts)
        counts[date(int(year), 12, 31)] += sum(part or 0.0 for part in parts)
    found.told += [f"{hidden} rows say “-”: redacted or none, not counted"] if hidden else []
    found.told.append("codes of countries in coo and coa are UNHCR's own, not ISO")
    return _counted(found, counts)


def _series(found: Import, rows: Sequence[Row], when: str, who: str) -> Import:
    counts: dict[date, float] = {}
    for row in rows:
        day, persons = found.day(row, when), found.number(row, who)
        if day is not None and persons is not None:
            if counts.get(day, persons) != persons:
                found.problem(row, who, f"a second count of {day}", "keep one of them")
            counts[day] = persons
    return _counted(found, counts)


def _counted(found: Import, counts: dict[date, float]) -> Import:
    found.days += list(counts)
    rows = [(day, TOTAL, persons, found.source, day) for day, persons in sorted(counts.items())]
    found.add("displaced.csv", COUNTS, rows)
    return found.finished()


def read_dtm(path: Path, picks: Picks) -> Import:
    """Return displaced.csv and observed/counts.csv from IOM DTM: the API's envelope, or the CSV with its HXL row."""
    found = Import(path, "dtm", "IOM DTM terms (CC BY-SA where it says so)", "IOM DTM",
                   claim="internally displaced people present")  # fmt: skip
    rows = rows_of(found, ("numpresentidpind", "reportingdate"))
    renamed = [
        Row(row.line, {**row.cells, "admin_level": row["adminlevel"] or _deepest(row),
                       "country": row["admin0name"] or row["admin0pcode"]})
        for row in rows
    ]  # fmt: skip
    return idps(found, renamed, picks, ("country", "operation", "assessmenttype"), "reportingdate", "numpresentidpind",
                ("admin0name", "admin1name", "admin2name"), "idporiginadmin1name")  # fmt: skip


def _deepest(row: Row) -> str:
    return "2" if row["admin2name"] else "1" if row["admin1name"] else "0"


def idps(
    found: Import, rows: list[Row], picks: Picks, apart: Sequence[str], when: str, who: str, names: Sequence[str],
    origin: str = "",
) -> Import:  # fmt: skip
    """Return totals by date in displaced.csv and, where the file has finer levels, places in observed/counts.csv.

    Levels of administration count the same people, so one of them is added up: the coarsest of the file. Rows of
    another value of a column in `apart` (an operation, a way of assessing) are never added to these unasked.
    """
    for column in apart:
        rows = found.picked(rows, column, picks, why="two are not added unasked")
    by_level: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_level[row["admin_level"].removesuffix(".0")].append(row)
    unknown = [level for level in by_level if level not in _LEVELS]
    if unknown:
        found.dropped["rows without a level of administration"] += sum(len(by_level.pop(level)) for level in unknown)
    if not by_level:
        return found.finished()
    asked = picks.get("admin_level", "")
    level = asked if asked in by_level else min(by_level)
    if len(by_level) > 1:
        others = ", ".join(sorted(set(by_level) - {level}))
        found.told.append(
            f"which admin_level? totals are taken from level {level}; levels count the same people and are not added. "
            f"The others, by --pick admin_level=...: {others}"
        )
    total, seen = dict[date, float](), set[tuple[object, ...]]()
    for row in by_level[level]:
        day, persons = found.day(row, when), found.number(row, who)
        at = (day, *(row[name] for name in names), row[origin] if origin else "")
        if day is None or persons is None:
            continue
        if at in seen:
            found.dropped["rows that repeat a day and a place"] += 1
            continue
        seen.add(at)
        total[day] = total.get(day, 0.0) + persons
    finest = max(by_level)
    places: dict[tuple[date, str], float] = {}
    for row in by_level[finest] if finest != "0" else ():
        day, persons = found.day(row, when), found.number(row, who)
        name = "/".join(filter(None, (row[one] for one in names[1 : int(finest) + 1])))
        if day is not None and persons is not None and name:
            places[day, name] = places.get((day, name), 0.0) + persons
    if places:
        ids = dict(
            zip(dict.fromkeys(name for _, name in places), slugs(dict.fromkeys(n for _, n in places)), strict=True)
        )
        found.add("observed/counts.csv", ("date", "place", "name", "persons", "evidence"),
                  ((day, ids[name], name, n, found.source) for (day, name), n in sorted(places.items())))  # fmt: skip
    return _counted(found, total)


def read_prmn(path: Path, picks: Picks) -> Import:
    """Return observed/flows.csv from UNHCR PRMN: people who moved by month, from and to, and why."""
    found = Import(path, "prmn", "UNHCR data terms", "UNHCR PRMN", claim="people who moved, by origin and destination")
    rows = rows_of(found)
    names = list(rows[0].cells) if rows else []
    when = _first(found, names, "month_end", "month", "date", "yearmonth")
    persons = _first(found, names, "number_of_individuals", "individuals", "persons")
    came = _first(
        found, names, "previous_departure_district", "previous_departure_region", "departure_district", "origin"
    )
    went = _first(found, names, "current_arrival_district", "current_arrival_region", "arrival_district", "destination")
    if found.wrong:
        return found.finished()
    flows: dict[tuple[str, ...], float] = defaultdict(float)
    for row in rows:
        number, day = found.number(row, persons), found.day(row, when)
        if day is not None and number is not None:
            flows[str(day), row[came], row[went], row["reason"] or row["displacement_reason"]] += number
    found.told.append("flows are people who moved in the month, not people present")
    found.add("observed/flows.csv", ("date", "from", "to", "reason", "persons", "evidence"),
              ((*key, n, found.source) for key, n in sorted(flows.items())))  # fmt: skip
    return found.finished()


def _first(found: Import, names: Sequence[str], *wanted: str) -> str:
    """Return the first of the wanted columns that is there; a problem where none is."""
    name = next((one for one in wanted if one in names), "")
    if not name:
        found.problem(None, wanted[0], "this column is missing", f"or one of: {', '.join(wanted[1:])}")
    return name
