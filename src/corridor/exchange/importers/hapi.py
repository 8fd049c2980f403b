"""Tables of HDX HAPI, told apart by their columns: displaced people, conflict, food security, refugees, needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from corridor.exchange.importers.base import Import, Picks, Row, rows_of
from corridor.exchange.importers.displaced import idps
from corridor.exchange.importers.food import PHASES

_WHEN = "reference_period_start"


def read_hapi(path: Path, picks: Picks) -> Import:
    """Return what a table of HAPI holds as tables of a folder; rows that HAPI marks with an error are dropped."""
    found = Import(path, "hapi", "as the dataset on HDX says", "HDX HAPI")
    rows = rows_of(found, ("location_code", _WHEN))
    bad = [row for row in rows if row["error"]]
    if bad:
        found.dropped["rows that HAPI marks as wrong"] += len(bad)
    rows = found.picked([row for row in rows if not row["error"]], "location_code", picks, why="one country a case")
    names = set(rows[0].cells) if rows else set()
    forms: tuple[tuple[set[str], Callable[[Import, list[Row], Picks], None]], ...] = (
        ({"operation", "population"}, _idps), ({"events", "fatalities"}, _conflict), ({"ipc_phase"}, _phases),
        ({"asylum_location_code", "population_group"}, _refugees), ({"population_status", "category"}, _needs),
    )  # fmt: skip
    for columns, take in forms:
        if columns <= names:
            take(found, rows, picks)
            return found if "evidence.csv" in found.tables else found.finished()
    found.problem(
        None, "", "is none of the tables that are read", "idps, conflict-event, food-security, refugees, needs"
    )
    return found.finished()


def _idps(found: Import, rows: list[Row], picks: Picks) -> None:
    found.claim = "internally displaced people present"
    idps(found, rows, picks, ("operation", "assessment_type"), _WHEN, "population",
         ("location_code", "provider_admin1_name", "provider_admin2_name"))  # fmt: skip


def _one_level(found: Import, rows: list[Row], picks: Picks) -> list[Row]:
    return found.picked(rows, "admin_level", picks, why="levels count the same and are not added")


def _place(row: Row) -> str:
    names = ("admin2_name", "provider_admin2_name", "admin1_name", "provider_admin1_name", "location_code")
    return next((row[name] for name in names if row[name]), "")


def _conflict(found: Import, rows: list[Row], picks: Picks) -> None:
    found.claim = "conflict events by month (ACLED)"
    columns = ("date", "location", "latitude", "longitude", "kind", "events", "fatalities", "low", "high", "evidence")
    out = []
    for row in _one_level(found, rows, picks):
        day, events = found.day(row, _WHEN), found.number(row, "events")
        if day is not None and events is not None:
            dead = found.number(row, "fatalities")
            out.append((day, _place(row), None, None, row["event_type"], events, dead, None, None, found.source))
    found.told.append("civilian targeting is also counted in political violence: kinds are not to be added")
    found.add("observed/conflict.csv", columns, out)


def _phases(found: Import, rows: list[Row], picks: Picks) -> None:
    found.claim = "IPC phases as published; not computed here"
    out = [
        (row["reference_period_start"][:10], _place(row), row["ipc_type"], found.day(row, _WHEN),
         found.day(row, "reference_period_end"), row["ipc_phase"], found.number(row, "population_in_phase"),
         found.number(row, "population_fraction_in_phase"), found.source)
        for row in _one_level(found, rows, picks)
    ]  # fmt: skip
    found.add("observed/phases.csv", PHASES, out)


def _refugees(found: Import, rows: list[Row], picks: Picks) -> None:
    found.claim = "refugees by origin and asylum"
    rows = found.picked(rows, "population_group", picks, why="groups are not added unasked")
    for column in ("gender", "age_range"):
        whole = [row for row in rows if row[column].lower() in ("all", "", "total")]
        found.dropped[f"rows of single {column}s"] += len(rows) - len(whole) if whole else 0
        rows = whole or rows
    flows: dict[tuple[str, ...], float] = defaultdict(float)
    for row in rows:
        day, persons = found.day(row, _WHEN), found.number(row, "population")
        if day is not None and persons is not None:
            key = (str(day), row["origin_location_code"], row["asylum_location_code"], row["population_group"])
            flows[key] += persons
    found.add("observed/refugees.csv", ("date", "from", "to", "group", "persons", "evidence"),
              ((*key, n, found.source) for key, n in sorted(flows.items())))  # fmt: skip


def _needs(found: Import, rows: list[Row], picks: Picks) -> None:
    found.claim = "people in need as published"
    rows = found.picked(_one_level(found, rows, picks), "category", picks, why="categories overlap")
    out = [
        (found.day(row, _WHEN), _place(row), row["sector_code"], row["population_status"],
         found.number(row, "population"), found.source)
        for row in rows
    ]  # fmt: skip
    found.add("observed/needs.csv", ("date", "place", "sector", "status", "persons", "evidence"), out)
