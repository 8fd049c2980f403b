"""What must never leave: looked for in every file that a command writes for others.

No word of findings that belong to agencies; no list of ways to close: links stand in the folder's order, and what binds is
told for relief only; no place of people or convoys besides the places of the folder; nobody as a single person.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
from pathlib import Path

import pytest
import xarray as xr

from corridor.scenario import load
from typed import status_of

pytestmark = pytest.mark.slow  # played by `make validate`: every form of export of a run of the flagship

LINKS = ("gate", "mountain_road")
NEVER = re.compile(
    r"\bfamine\b|\bIPC\b|\bphase [1-5]\b|\bcatastrophe\b|least supply|cheapest way to close", re.IGNORECASE
)
TOKEN = "a-long-word-that-nobody-guesses"
TEXTS = ("table.csv", "report.html", "brief.html", "annex.docx", "annex.html", "answer.xlsx", "sent.html", "told.json")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind of file that a command writes, of one small case."""
    pytest.importorskip("docx")
    pytest.importorskip("pyarrow")
    pytest.importorskip("fastapi")
    at = tmp_path_factory.mktemp("exports")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(at)
        patch.setenv("CORRIDOR_TOKEN", TOKEN)
        assert status_of("new", "town") == 0
        (at / "town/observed").mkdir()
        (at / "town/observed/camps.csv").write_text("date,place,persons\n2024-03-05,plainport,400\n")
        compare = ("compare", "town", "-n", "4", "--store", "store")
        written = ("--csv", "table.csv", "--report", "report.html", "--brief", "brief.html", "--xlsx", "answer.xlsx")
        assert status_of(*compare, *written, "--annex", "annex.docx") == 0
        assert status_of(*compare, "--annex", "annex.html") == 0
        assert status_of("export", "store", "-o", "run.nc") == 0
        assert status_of("export", "store", "-o", "run.parquet") == 0
        assert status_of("page", "town", "sent.html", "-n", "4") == 0
        from corridor import studies
        from corridor.studies.bundle import write_bundle
        from corridor.studies.levers import Levers
        from corridor.studies.whatif import Desk

        (at / "told.json").write_text(studies.compare("town", futures=4, store="store").model_dump_json())
        (at / "case.corridor").write_bytes(write_bundle(Desk("town", "base", 1, 1), Levers(policy="more_aid"), 4))
    return at


def text_of(path: Path) -> str:
    """Return every text of a file, of each part where it is an archive."""
    if path.suffix in (".docx", ".xlsx", ".corridor"):
        with zipfile.ZipFile(path) as parts:
            return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return path.read_text("utf-8", "replace")


@pytest.mark.parametrize("name", [*TEXTS, "case.corridor"])
def test_no_finding_of_agencies_and_no_secret(made: Path, name: str) -> None:
    text = text_of(made / name)
    assert len(text) > 1000
    # the limits say in one sentence what this is not
    told = re.sub(r"(?is)comparison with published thresholds[^.]*\.", "", text)
    assert not NEVER.findall(told)
    assert TOKEN not in text


def test_tables_judge_policies_by_outcomes_of_people_and_never_rank_links(made: Path) -> None:
    with (made / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert not {"link", "way", "route"} & set(rows[0])
    judged = {row["outcome"] for row in rows}
    assert judged
    assert not any(link in outcome for link in LINKS for outcome in judged)
    study = json.loads((made / "told.json").read_text("utf-8"))
    for table in study["tables"]:
        columns = {column["id"] for column in table["columns"]}
        named = [row for row in table["rows"] if set(map(str, row.values())) & set(LINKS)]
        if named and "link" in columns:
            assert "relief" in table["title"].lower(), table["title"]


def test_a_bundle_takes_along_nothing_of_what_happened(made: Path) -> None:
    with zipfile.ZipFile(made / "case.corridor") as parts:
        assert not [name for name in parts.namelist() if "observed" in name]
        assert "case/stocks.csv" in parts.namelist()


def test_arrays_keep_the_folders_order_and_place_nobody(made: Path) -> None:
    with xr.open_dataset(made / "run.nc", engine="h5netcdf") as ds:
        assert [str(name) for name in ds["link"].values] == [link.id for link in load(str(made / "town")).links]
        placed = {str(n) for n in ds.variables if "latitude" in str(n) or "longitude" in str(n)}
        assert placed == {"latitude", "longitude", "destination_latitude", "destination_longitude"}
        assert all(set(ds[name].dims) <= {"place", "destination"} for name in placed)
        # cells are counts of places by day, never of an hour on a road
        assert "hourly_arrivals" not in ds.variables
        assert all("hour" not in array.dims for array in ds.data_vars.values())


def test_a_table_of_numbers_places_nobody_either(made: Path) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(made / "run.parquet")
    assert "latitude" not in table.column_names
    assert set(table.column("link").drop_null().to_pylist()) <= set(LINKS)


@pytest.mark.parametrize("name", ["report.html", "brief.html"])
def test_what_binds_is_told_for_relief_only(made: Path, name: str) -> None:
    text = re.sub(r"<[^>]+>", " ", (made / name).read_text("utf-8"))
    for found in re.finditer(r"bottleneck|binds", text):
        around = text[max(0, found.start() - 300) : found.end() + 300].lower()
        assert "relief" in around or "aid" in around or "humanitarian" in around, around


def test_the_map_says_what_its_borders_are(made: Path) -> None:
    assert "Boundaries and names shown do not imply endorsement or acceptance" in (made / "report.html").read_text(
        "utf-8"
    )
