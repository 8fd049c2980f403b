"""Food: IPC phases as their publisher claims them (long, wide, GeoJSON), and WFP market prices."""

from __future__ import annotations

import re
from pathlib import Path

from corridor.exchange.importers.base import Import, Picks, Row, rows_of

PHASES = ("analysis", "area", "period", "from", "to", "phase", "persons", "share", "evidence")
_VALIDITY = ("current", "first_projection", "second_projection")
_PERIODS = {"c": "current", "p": "first projection", "a": "second projection", "projected": "first projection"}


def read_ipc(path: Path, picks: Picks) -> Import:
    """Return observed/phases.csv: persons and share in each IPC phase by area and period, as published.

    Nothing is computed and no phase is read from a colour: in published GeoJSON the colour fields are shifted by one.
    Phases `3+` and `all` are kept as the publisher's own rows. A projection stays apart from what is current.
    """
    found = Import(path, "ipc", "CC BY-NC-SA (IPC)", "IPC partners", claim="IPC phases as published; not computed here")
    rows = rows_of(found)
    names = set(rows[0].cells) if rows else set()
    if {"phase", "validity_period"} <= names:
        _long(found, rows)
    elif any(name.startswith("phase1_population") for name in names):
        _geojson(found, rows)
    elif any(re.fullmatch(r"phase_1_number_current", name) for name in names):
        _wide(found, rows)
    else:
        found.problem(None, "", "is in no form that IPC publishes", "take the long or wide CSV, or the GeoJSON")
    return found.finished()


def _share(found: Import, row: Row, column: str) -> float | None:
    value = found.number(row, column)
    if value is not None and value > 1.0005:
        if value <= 100.05:
            return value / 100
        found.problem(row, column, f'"{row[column]}" is neither a fraction nor percent', "mend the cell")
    return value


def _area(row: Row) -> str:
    named = (row["area"], row["level_2"], row["level_1"], row["country"])
    return next((one for one in named if one), "")


def _long(found: Import, rows: list[Row]) -> None:
    out = []
    for row in rows:
        starts, ends = found.day(row, "from"), found.day(row, "to")
        phase = row["phase"].removesuffix(".0")
        if phase not in ("all", "3+", "1", "2", "3", "4", "5"):
            found.dropped[f'rows of phase "{phase}"'] += 1
            continue
        period = row["validity_period"].lower()
        out.append((row["date_of_analysis"], _area(row), _PERIODS.get(period, period), starts, ends, phase,
                    found.number(row, "number"), _share(found, row, "percentage"), found.source))  # fmt: skip
    current = [row[3] for row in out if row[2] == "current" and row[3]]
    found.days = current or found.days[:1]  # a projection was published before its days
    found.add("observed/phases.csv", PHASES, out)


def _wide(found: Import, rows: list[Row]) -> None:
    out = []
    for row in rows:
        for period in _VALIDITY:
            if not row[f"{period}_from"]:
                continue
            starts, ends = found.day(row, f"{period}_from"), found.day(row, f"{period}_to")
            for phase in ("3+", "1", "2", "3", "4", "5"):
                number = found.number(row, f"phase_{phase}_number_{period}")
                share = _share(found, row, f"phase_{phase}_percentage_{period}")
                if number is not None or share is not None:
                    out.append((row["date_of_analysis"], _area(row), period.replace("_", " "), starts, ends, phase,
                                number, share, found.source))  # fmt: skip
    found.add("observed/phases.csv", PHASES, out)


def _geojson(found: Import, rows: list[Row]) -> None:
    out = []
    for row in rows:
        period = _PERIODS.get(row["ipc_period"].lower(), row["ipc_period"])
        if not row["phase1_population"]:
            found.dropped["areas without people in phases"] += 1
            continue
        out += [
            (row["analysis"], row["title"], period, None, None, phase, found.number(row, f"phase{phase}_population"),
             _share(found, row, f"phase{phase}_percent"), found.source)
            for phase in "12345"
        ]  # fmt: skip
    found.told.append("colours are not read; the file gives no days, so `from` and `to` are empty")
    found.add("observed/phases.csv", PHASES, out)


def read_wfp(path: Path, picks: Picks) -> Import:
    """Return observed/prices.csv from WFP's food prices: one type of price, per unit as sold."""
    found = Import(path, "wfp", "CC BY-IGO", "WFP", claim="market prices")
    rows = rows_of(found, ("date", "market", "commodity", "unit", "price"))
    rows = found.picked(rows, "pricetype", picks, why="retail and wholesale prices are not one series")
    out = []
    for row in rows:
        day, price, dollars = found.day(row, "date"), found.number(row, "price"), found.number(row, "usdprice")
        if day is not None and price is not None:
            out.append((day, row["market"], row["commodity"], row["unit"], row["currency"], price, dollars,
                        row["priceflag"], found.source))  # fmt: skip
    columns = ("date", "market", "commodity", "unit", "currency", "price", "usd", "flag", "evidence")
    found.add("observed/prices.csv", columns, out)
    return found.finished()
