"""Lists of lorries by day, crossing and good, and the Logistics Cluster's tables of cargo -> series.csv."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

from corridor.exchange.flee.sources import slugs
from corridor.exchange.importers.base import Import, Picks, Row, rows_of

_WHEN = ("date", "day", "received_date", "date_of_entry", "entry_date", "offload_date", "arrival_date", "dispatch_date")
_WHERE = ("crossing", "crossing_point", "entry_point", "point_of_entry", "border_crossing", "corridor", "destination",
          "route")  # fmt: skip
_LORRIES = ("trucks", "lorries", "no_of_trucks", "number_of_trucks", "truckloads", "no_trucks", "quantity_of_trucks")
_TONNES = ("tonnes", "mt", "metric_tons", "metric_tonnes", "weight_mt", "total_mt", "quantity_mt", "weight_t", "tons")
_KG = ("kg", "weight_kg", "total_weight_kg", "gross_weight_kg")
_GOOD = ("commodity", "good", "cargo", "cargo_type", "item", "description", "cargo_category", "category")
_STATUS = ("status", "cargo_status")


def read_lorries(path: Path, picks: Picks) -> Import:
    """Return series.csv: what came by day and crossing, in tonnes where the list gives them, else in lorries.

    The target of each row is the crossing's id, which must be a link or a pipeline of the case it goes into. A row for
    each lorry counts one where the list has no column of lorries. Rows that say rejected or returned are dropped. One
    good, or `--pick commodity=...`; all goods together where none is asked for.
    """
    return _read(path, "lorries", "as the list says", "list of lorries", picks)


def read_logistics(path: Path, picks: Picks) -> Import:
    """Return series.csv from a table of the Logistics Cluster: cargo moved by day and corridor, as `read_lorries`."""
    return _read(path, "logistics", "Logistics Cluster, with attribution", "Logistics Cluster", picks)


def _read(path: Path, kind: str, licence: str, publisher: str, picks: Picks) -> Import:
    found = Import(path, kind, licence, publisher, claim="goods or lorries that came, by day and crossing")
    rows = rows_of(found)
    names = list(rows[0].cells) if rows else []
    when, where, good, status = (_one(names, tried) for tried in (_WHEN, _WHERE, _GOOD, _STATUS))
    lorries, tonnes, kilos = (_one(names, tried) for tried in (_LORRIES, _TONNES, _KG))
    for name, tried in ((when, _WHEN), (where, _WHERE)):
        if not name:
            found.problem(None, tried[0], "this column is missing", f"or one of: {', '.join(tried[1:])}")
    if found.wrong:
        return found.finished()
    if good in picks:
        rows = found.picked(rows, good, picks, why="")
    elif good and len({row[good] for row in rows}) > 1:
        found.told.append(f"goods are added; one alone by --pick {good}=...")
    sums: dict[tuple[date, str, str], float] = defaultdict(float)
    for row in rows:
        if status and row[status].lower().startswith(("reject", "return", "denied", "cancel", "turned")):
            found.dropped["lorries or cargo turned back"] += 1
            continue
        day = found.day(row, when)
        if day is None:
            continue
        if not row[where]:
            found.dropped["rows without a crossing"] += 1
            continue
        counts, value = _amount(found, row, tonnes, kilos, lorries)
        if value is not None:
            sums[day, row[where], counts] += value
    kinds = {counts for *_, counts in sums}
    if len(kinds) > 1:
        found.dropped["rows that give lorries where others give tonnes"] += sum(c == "lorries" for *_, c in sums)
        sums = defaultdict(float, {key: value for key, value in sums.items() if key[2] == "tonnes"})
    named = list(dict.fromkeys(place for _, place, _ in sums))
    ids = dict(zip(named, slugs(named, "crossing"), strict=True))
    found.told += [f"{name} is {one}: the link or pipeline of that id in your case" for name, one in ids.items()]
    columns = ("date", "known", "target", "reporter", "counts", "value", "evidence")
    found.add("series.csv", columns, ((day, day, ids[place], kind, counts, value, found.source)
                                      for (day, place, counts), value in sorted(sums.items())))  # fmt: skip
    return found.finished()


def _one(names: list[str], tried: tuple[str, ...]) -> str:
    return next((name for name in tried if name in names), "")


def _amount(found: Import, row: Row, tonnes: str, kilos: str, lorries: str) -> tuple[str, float | None]:
    if tonnes and row[tonnes]:
        return "tonnes", found.number(row, tonnes)
    if kilos and row[kilos]:
        value = found.number(row, kilos)
        return "tonnes", None if value is None else value / 1000
    return "lorries", found.number(row, lorries) if lorries else 1.0
