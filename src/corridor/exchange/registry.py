"""Every importer by name, and those that other packages bring (entry points of the group `corridor.importers`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from corridor.exchange.importers.base import Import, Picks

GROUP = "corridor.importers"


class Kind(NamedTuple):
    """Where an importer is, and what it reads, in one line."""

    reader: str
    summary: str


_HERE = "corridor.exchange.importers."
KINDS: Mapping[str, Kind] = {
    "acled": Kind(f"{_HERE}conflict:read_acled", "ACLED events, old and new columns, or its monthly workbook on HDX."),
    "ucdp": Kind(f"{_HERE}conflict:read_ucdp", "UCDP GED or Candidate events, or their copy on HDX."),
    "unhcr": Kind(f"{_HERE}displaced:read_unhcr", "UNHCR: a situation page's time series, or population API rows."),
    "dtm": Kind(f"{_HERE}displaced:read_dtm", "IOM DTM: the API's answer, or the CSV on HDX."),
    "prmn": Kind(f"{_HERE}displaced:read_prmn", "UNHCR PRMN: people who moved, by origin and destination."),
    "ipc": Kind(f"{_HERE}food:read_ipc", "IPC phases as published: long or wide CSV, or GeoJSON."),
    "wfp": Kind(f"{_HERE}food:read_wfp", "WFP market prices."),
    "hapi": Kind(f"{_HERE}hapi:read_hapi", "A table of HDX HAPI: idps, conflict, food security, refugees, needs."),
    "codab": Kind(f"{_HERE}places:read_codab", "COD-AB boundaries and p-codes: GeoJSON, or a gazetteer table."),
    "osmnx": Kind(f"{_HERE}roads:read_osmnx", "Roads that OSMnx saved: GraphML or GeoPackage."),
    "lorries": Kind(f"{_HERE}convoys:read_lorries", "A list of lorries by day, crossing and good."),
    "logistics": Kind(f"{_HERE}convoys:read_logistics", "A Logistics Cluster table of cargo by day and corridor."),
    "smart": Kind(f"{_HERE}nutrition:read_smart", "Results of SMART surveys (ENA): GAM by WHZ and by MUAC."),
    "muac": Kind(f"{_HERE}nutrition:read_muac", "Counts of a MUAC screening."),
    "fabflee": Kind(f"{_HERE}calendars:read_fabflee", "FabFlee's flood_level.csv or region_attributes_IPC.csv."),
    "gmcr": Kind(f"{_HERE}gmcr:read_gmcr", "A conflict that GMCR+ saved (.gmcr): options, moves, preferences."),
}
"""kind -> its importer; `flee`, which reads a whole case, is a command of its own"""


def kinds() -> dict[str, Kind]:
    """Return every importer that is installed; one of ours is not replaced."""
    others = {one.name: Kind(one.value, f"From {one.value.split(':')[0]}.") for one in entry_points(group=GROUP)}
    return {**others, **KINDS}


def reader_of(kind: Kind) -> Callable[[Path, Picks], Import]:
    """Return the function that reads a kind of file."""
    module, _, name = kind.reader.partition(":")
    reader: Callable[[Path, Picks], Import] = getattr(import_module(module), name)
    return reader
