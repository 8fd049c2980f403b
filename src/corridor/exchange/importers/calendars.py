"""FabFlee's calendars by region: flood_level.csv and region_attributes_IPC.csv -> observed/calendar.csv."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from corridor.exchange.importers.base import Import, Picks, rows_of

MOST_DAYS = 36_525


def read_fabflee(path: Path, picks: Picks) -> Import:
    """Return observed/calendar.csv: a value by day and place, as the file has it (flood level; % short of food).

    `--pick start=2024-01-01` says which date day 0 is. Rows need not follow one another: their Day column counts.
    """
    ipc = "ipc" in path.stem.lower()
    what = "percent of people critically short of food" if ipc else "flood level"
    found = Import(path, "fabflee", "BSD-3 (FabFlee)", "FabFlee", claim=what)
    rows = rows_of(found)
    names = list(rows[0].cells) if rows else []
    start = None
    try:
        start = date.fromisoformat(picks.get("start", ""))
    except ValueError:
        found.problem(None, "start", "which date is day 0?", "add --pick start=YYYY-MM-DD, the StartDate of the case")
    column = next((name for name in names if name.strip("# ") == "day"), "")
    if not column:
        found.problem(None, "#Day", "this column is missing", "take the file as FabFlee reads it")
    if found.wrong or start is None:
        return found.finished()
    out = []
    for row in rows:
        day = found.number(row, column)
        if day is None or day > MOST_DAYS or not day.is_integer():
            found.problem(row, column, f'"{row[column]}" is no day of the case', "write a whole number of days")
            continue
        when = start + timedelta(days=int(day))
        found.days.append(when)
        for name in names:
            value = found.number(row, name) if name != column else None
            if value is not None:
                out.append((when, name, what, value, found.source))
    found.told.append("values between two days are not filled in")
    found.add("observed/calendar.csv", ("date", "place", "what", "value", "evidence"), out)
    return found.finished()
