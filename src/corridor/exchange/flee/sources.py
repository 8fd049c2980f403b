"""What an imported Flee case cites: one claim per file of the case, and what is assumed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from corridor.exchange.flee.tables import Notes, read_rows
from corridor.rules.displacement.case import DisplacementCase

EVIDENCE_HEADER = (
    "id", "date", "known", "quantity", "value", "low", "high", "unit", "said_by", "source_title", "source_url",
    "disputed_by", "note",
)  # fmt: skip
_INPUTS = {
    "locations": ("locations.csv", "places, kinds, residents and capacities of camps", "capacity as the case has it"),
    "routes": ("routes.csv", "roads, lengths in km, forced ways", ""),
    "closures": ("closures.csv", "what was shut and when", "written afterwards; each row counts from its own day"),
    "conflicts": (
        "conflicts.csv", "where there was violence on each day", "written afterwards; each row counts from its own day"
    ),
    "corrections": (
        "registration_corrections.csv", "days on which people were registered anew",
        "a new registration rescales every earlier count, so earlier totals know it",
    ),
}  # fmt: skip
ASSUMED_SPEED = "assumed_speed"


def slugs(names: Iterable[str], prefix: str = "place") -> tuple[str, ...]:
    """Return one id per name: lower case, letters a-z, digits and _, each once."""
    out: list[str] = []
    taken: set[str] = set()
    for number, name in enumerate(names):
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
        base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40] or f"{prefix}_{number + 1}"
        slug, again = base, 2
        while slug in taken:
            slug, again = f"{base}_{again}", again + 1
        taken.add(slug)
        out.append(slug)
    return tuple(out)


def evidence_rows(case: DisplacementCase, folder: Path, camps: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the rows of evidence.csv; camps: ids, in the order of the case."""
    said_by = _agency(case.name, folder)
    start, end = case.start.isoformat(), (case.start + timedelta(days=case.days - 1)).isoformat()

    def claim(name: str, file: str, quantity: str, note: str) -> tuple[str, ...]:
        title = f"Flee validation case {case.name}, {file}"
        return (name, f"{start} to {end}", start, quantity, "", "", "", "", said_by, title, "", "", note)

    def assumed(name: str, quantity: str, value: str, unit: str, note: str) -> tuple[str, ...]:
        return (name, start, start, quantity, value, "", "", unit, "assumed", "", "", "", note)

    rows = [
        claim(name, f"input_csv/{file}", quantity, note)
        for name, (file, quantity, note) in _INPUTS.items()
        if (folder / "input_csv" / file).is_file()
    ]
    dated = "counts between two dates are interpolated; each day's number is known from that day on"
    rows.append(claim("counts", "source_data/data_layout.csv", "people counted in all camps", dated))
    files = series_files(folder)
    for camp, name in zip(camps, case.camp_names, strict=True):
        for number, file in enumerate(files.get(name, ())):
            rows.append(claim(series_id(camp, number), f"source_data/{file}", f"people counted in {name}", dated))
    speed = "10 hours of travel a day make the 400 km a day of Flee's settings for its validation cases"
    rows.append(assumed(ASSUMED_SPEED, "speed of people on the road", "40", "km/hour", speed))
    return rows


def series_id(camp: str, number: int) -> str:
    """Return the id of the claim made from the n-th file of a camp's counts."""
    return f"counts_{camp}" + (f".{number + 1}" if number else "")


def series_files(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the names of the files that hold each place's counts."""
    rows, _ = read_rows(folder / "source_data" / "data_layout.csv", Notes(folder))
    return {row.cell(0): tuple(name for name in row.cells[1:] if name) for row in rows[1:]}


def _agency(name: str, folder: Path) -> str:
    """Return who says so: the agency where the case names it, else the case itself."""
    texts = [*folder.glob("README*"), *folder.glob("source_data/README*"), folder / "source_data" / "data_layout.csv"]
    named = any("UNHCR" in path.read_text(encoding="utf-8", errors="replace") for path in texts if path.is_file())
    return "UNHCR" if named else f"Flee validation case {name}"
