"""Nutrition: summaries of SMART surveys (ENA) and MUAC screenings -> signs.csv, the definition beside every number."""

from __future__ import annotations

import re
from pathlib import Path

from corridor.exchange.flee.sources import slugs
from corridor.exchange.importers.base import Import, Picks, Row, rows_of

SIGNS = ("date", "known", "kind", "place", "value", "low", "high", "n", "evidence", "note")
_RANGE = re.compile(
    r"(?P<value>\d+(?:\.\d+)?)\s*%?\s*[\[(]\s*(?P<low>\d+(?:\.\d+)?)\s*(?:-|–|to|,)\s*(?P<high>\d+(?:\.\d+)?)\s*%?\s*[\])]"
)
_WHZ = ("gam_whz", "gam_by_whz", "gam_whz_%", "gam_%_whz", "gam_whz_percent", "gam")
_MUAC = ("gam_muac", "gam_by_muac", "gam_muac_%", "gam_muac_percent", "muac_gam")


def read_smart(path: Path, picks: Picks) -> Import:
    """Return signs.csv from a table of SMART survey results: GAM by WHZ and by MUAC, never one for the other.

    A cell is `12.3 (9.8-15.4)` in percent, or value and ends stand in columns of their own. `exclusion` or `flags`
    (SMART or WHO flags) and `oedema` are said in the note. A column that says `gam` alone is refused where nothing says
    whether it is by WHZ or by MUAC.
    """
    found = Import(path, "smart", "as the survey's owner says", "SMART survey", claim="acute malnutrition of children")
    rows = rows_of(found)
    names = list(rows[0].cells) if rows else []
    when = next((n for n in ("end_date", "date", "survey_date", "date_end", "start_date") if n in names), "date")
    where = next(
        (n for n in ("place", "area", "location", "stratum", "survey_area", "district") if n in names), "place"
    )
    size = next((n for n in ("n", "sample", "children", "sample_size") if n in names), "n")
    out: list[tuple[object, ...]] = []
    for row in rows:
        day = found.day(row, when)
        for kind, tried in (("whz", _WHZ), ("muac", _MUAC)):
            column = next((n for n in tried if row[n]), "")
            if not column or day is None:
                continue
            if column == "gam":
                said = (row["definition"] + row["indicator"]).lower()
                if "whz" not in said and "muac" not in said:
                    found.problem(row, column, "GAM by WHZ or by MUAC?", "say so in a column `definition`")
                    continue
                kind = "muac" if "muac" in said else "whz"
            value, low, high = _percent(found, row, column)
            if value is None:
                continue
            flags = row["flags"] or row["exclusion"] or "not said"
            oedema = row["oedema"] or "not said"
            how = "WHZ below -2" if kind == "whz" else "MUAC below 125 mm"
            note = f"GAM by {how}; flags: {flags}; oedema: {oedema}"
            if "oedema" in row.cells or row["includes_oedema"]:
                note += "; surveys count oedema in GAM, the sign's own definition does not"
            published = found.day(row, "published") if row["published"] else None
            out.append((day, published or day, kind, _place(row[where]), value, low, high, found.number(row, size),
                        found.source, note))  # fmt: skip
    found.told.append("a survey is known from its publication, or from its last day where that is not given")
    found.add("signs.csv", SIGNS, out)
    return found.finished()


def _place(name: str) -> str:
    return slugs([name])[0] if name and name != "*" else "*"


def _percent(found: Import, row: Row, column: str) -> tuple[float | None, float | None, float | None]:
    """Return value, low and high as shares; a survey writes percent."""
    match = _RANGE.fullmatch(row[column])
    if match:
        parts: list[float | None] = [float(match[name]) for name in ("value", "low", "high")]
    else:
        ends = [next((n for n in (f"{column}_{end}", f"{end}_{column}") if row[n]), "") for end in ("low", "high")]
        parts = [found.number(row, name) if name else None for name in (column, *ends)]
        if row[column].endswith("%"):
            parts = [None if part is None else part * 100 for part in parts]
    if any(part is not None and part > 100 for part in parts):
        found.problem(row, column, f'"{row[column]}" is more than 100 %', "mend the cell")
        return None, None, None
    value, low, high = (None if part is None else part / 100 for part in parts)
    return value, low, high


def read_muac(path: Path, picks: Picks) -> Import:
    """Return signs.csv from counts of a MUAC screening: children below 125 mm over children measured.

    Columns: date, place, screened, and `gam` or `mam` and `sam` (below 115 mm), or `green`, `yellow`, `red`; `oedema`
    is told and not added: it is no arm circumference. A screening takes those who come and is no survey.
    """
    found = Import(path, "muac", "as its owner says", "MUAC screening", claim="children below 125 mm MUAC, screened")
    rows = rows_of(found)
    out: list[tuple[object, ...]] = []
    for row in rows:
        day = found.day(row, "date")
        parts = {
            n: found.number(row, n) for n in ("screened", "measured", "gam", "mam", "sam", "green", "yellow", "red")
        }
        below = parts["gam"]
        if below is None:
            pair = (parts["mam"], parts["sam"]) if parts["sam"] is not None else (parts["yellow"], parts["red"])
            below = None if None in pair else sum(one or 0.0 for one in pair)
        n = parts["screened"] or parts["measured"]
        if n is None and below is not None and parts["green"] is not None:
            n = parts["green"] + below
        if day is None or below is None or not n:
            found.dropped["rows without children measured or below"] += 1
            continue
        if below > n:
            found.problem(row, "screened", f"{below:g} below 125 mm of {n:g} measured", "mend the row")
            continue
        note = f"MUAC below 125 mm, screening, no survey; oedema: {row['oedema'] or 'not said'}, not in the number"
        place = _place(row["place"] or row["site"] or row["location"])
        out.append((day, day, "muac", place, below / n, None, None, n, found.source, note))
    found.told.append("a screening sees those who come: its share is no prevalence of a population")
    found.add("signs.csv", SIGNS, out)
    return found.finished()
