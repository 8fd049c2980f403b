"""Other people's files, shaped as they publish them with every trap; the figures are invented."""

from __future__ import annotations

import csv
import io
import json
import random
import sqlite3
from pathlib import Path

import pytest

from corridor.core.errors import InputError
from corridor.exchange.importers.base import Import, days_of
from corridor.exchange.merge import difference, texts, write
from corridor.exchange.registry import KINDS, reader_of
from corridor.scenario import problems, write_new
from import_seeds import DTM, FILES, GED_ROW, IPC_JSON, LONG, ODP, WIDE


def read(tmp_path: Path, kind: str, name: str = "", text: str = "", **picks: str) -> tuple[Import, dict[str, list[dict[str, str]]]]:  # fmt: skip
    own_name, own, asked = FILES[kind]
    path = tmp_path / (name or own_name)
    path.write_bytes((text or own).encode())
    found = reader_of(KINDS[kind])(path, {**asked, **picks})
    return found, {file: list(csv.DictReader(io.StringIO(t))) for file, t in texts(found.tables).items()}


@pytest.mark.parametrize("kind", FILES)
def test_every_importer_says_where_its_rows_come_from(tmp_path: Path, kind: str) -> None:
    found, tables = read(tmp_path, kind)
    claim = tables.pop("evidence.csv")
    assert len(claim) == 1
    assert "sha256 " in claim[0]["note"]
    assert "licence: " in claim[0]["note"]
    assert claim[0]["said_by"] == found.publisher
    cited = {row["evidence"] for rows in tables.values() for row in rows}
    cited |= {claim[0]["id"] for page in found.pages.values() if f"evidence: {claim[0]['id']}" in page}
    assert cited == {claim[0]["id"]}


def test_the_registry_and_the_files_name_the_same_kinds() -> None:
    assert set(FILES) == set(KINDS)


def test_levels_and_operations_are_never_added(tmp_path: Path) -> None:
    found, tables = read(tmp_path, "hapi")
    assert [(row["date"], row["persons"]) for row in tables["displaced.csv"]] == [("2024-01-31", "10200"), ("2024-03-31", "14900")]  # fmt: skip
    told = " ".join(found.told)
    assert "which operation?" in told
    assert "which admin_level?" in told
    assert "1 rows that HAPI marks as wrong" in told
    assert {row["place"]: row["persons"] for row in tables["observed/counts.csv"]} == {"north": "9000", "south": "1200"}
    beta = read(tmp_path, "hapi", operation="Beta flood")[1]
    assert [row["persons"] for row in beta["displaced.csv"]] == ["700"]
    with pytest.raises(InputError, match='no row has "Gamma"'):
        read(tmp_path, "hapi", operation="Gamma")


def test_acled_is_counted_and_its_texts_stay_where_they_are(tmp_path: Path) -> None:
    found, tables = read(tmp_path, "acled")
    rows = tables["observed/conflict.csv"]
    assert [(r["date"], r["location"], r["events"], r["fatalities"]) for r in rows] == [("2024-03-05", "Old Town", "2", "4"), ("2024-03-06", "Gate", "1", "0")]  # fmt: skip
    assert "secret" not in str(tables)
    assert "Side A" not in str(tables)
    assert any("1 events are placed or dated roughly" in line for line in found.told)


def test_ucdp_without_a_header_and_with_one(tmp_path: Path) -> None:
    from corridor.exchange.importers.conflict import GED

    bare, tables = read(tmp_path, "ucdp")
    row = tables["observed/conflict.csv"][0]
    assert (row["date"], row["low"], row["fatalities"], row["high"], row["kind"]) == ("2024-03-05", "2", "3", "5", "state-based")  # fmt: skip
    assert any("no header" in line for line in bare.told)
    tags = "," * (len(GED) - 1)
    headed = read(tmp_path, "ucdp", text=",".join(GED) + f"\n#id{tags}\n{GED_ROW}\n")
    assert headed[1]["observed/conflict.csv"][0] | {"evidence": ""} == row | {"evidence": ""}
    assert "1 row of HXL tags" in " ".join(headed[0].told)


def test_unhcr_adds_refugees_and_asylum_seekers_alone(tmp_path: Path) -> None:
    found, tables = read(tmp_path, "unhcr")
    assert [(row["date"], row["persons"]) for row in tables["displaced.csv"]] == [("2023-12-31", "1075")]
    assert any("not ISO" in line for line in found.told)
    _, odp = read(tmp_path, "unhcr", "odp.json", json.dumps(ODP))
    assert [row["persons"] for row in odp["displaced.csv"]] == ["10", "1020"]


def test_dtm_takes_the_coarsest_level(tmp_path: Path) -> None:
    assert [row["persons"] for row in read(tmp_path, "dtm")[1]["displaced.csv"]] == ["500"]
    rows = list(csv.DictReader(line for line in io.StringIO(DTM) if not line.startswith("#")))
    envelope = json.dumps({"isSuccess": True, "result": rows})
    assert [row["persons"] for row in read(tmp_path, "dtm", "dtm.json", envelope)[1]["displaced.csv"]] == ["500"]


def test_ipc_reads_phases_in_three_forms_and_no_colour(tmp_path: Path) -> None:
    for text in (LONG, WIDE):
        rows = read(tmp_path, "ipc", text=text)[1]["observed/phases.csv"]
        three = {row["period"]: (row["persons"], row["share"], row["from"]) for row in rows if row["phase"] == "3+"}
        assert three == {"current": ("700", "0.7", "2024-03-01"), "first projection": ("800", "0.8", "2024-05-01")}
    rows = read(tmp_path, "ipc", "ipc.geojson", json.dumps(IPC_JSON))[1]["observed/phases.csv"]
    assert [(row["phase"], row["persons"], row["share"]) for row in rows] == [(str(n), str(100 * n), "0.2") for n in range(1, 6)]  # fmt: skip
    assert "#" not in str(rows)


def test_prices_keep_their_unit_and_one_type(tmp_path: Path) -> None:
    found, tables = read(tmp_path, "wfp")
    assert [(row["unit"], row["price"]) for row in tables["observed/prices.csv"]] == [("KG", "12.5"), ("50 KG", "500")]
    assert "which pricetype?" in " ".join(found.told)


def test_areas_carry_codes_and_names_by_language(tmp_path: Path) -> None:
    found, tables = read(tmp_path, "codab")
    row = tables["places.csv"][0]
    assert (row["id"], row["name"], row["latitude"], row["longitude"]) == ("xx01", "North", "1.5", "3")
    assert row["names"] == "North (en, official) | Nord (fr, official)"
    assert any("middle of the outline's box" in line for line in found.told)


def test_roads_are_one_link_for_both_directions(tmp_path: Path) -> None:
    found, tables = read(tmp_path, "osmnx")
    (row,) = tables["links.csv"]
    assert (row["id"], row["km"], row["kind"]) == ("n1-n2", "11.1005", "road")
    assert float(row["kmh"]) == pytest.approx(80.4672)
    assert "surface asphalt" in row["note"]
    assert any("no road carries a capacity" in line for line in found.told)
    base = tmp_path / "roads.gpkg"
    with sqlite3.connect(base) as made:
        made.execute("CREATE TABLE nodes (fid INTEGER, osmid INTEGER, y REAL, x REAL, geom BLOB)")
        made.execute("CREATE TABLE edges (u INTEGER, v INTEGER, key INTEGER, length REAL, highway TEXT, surface TEXT)")
        made.executemany("INSERT INTO nodes VALUES (?,?,?,?,?)", [(1, 1, 1.0, 2.0, b"x"), (2, 2, 1.0, 2.1, b"x")])
        made.execute("INSERT INTO edges VALUES (1, 2, 0, 11100.5, 'primary', 'gravel')")
    made.close()
    packed = reader_of(KINDS["osmnx"])(base, {})
    link = dict(zip(*(packed.tables["links.csv"][0], packed.tables["links.csv"][1][0]), strict=True))
    assert (link["id"], link["km"], link["kmh"]) == ("n1-n2", "11.1005", "60")
    assert "speed assumed" in link["note"]


def test_lorries_turned_back_are_not_counted(tmp_path: Path) -> None:
    found, tables = read(tmp_path, "lorries")
    rows = [(r["date"], r["target"], r["counts"], r["value"]) for r in tables["series.csv"]]
    assert rows == [("2024-03-01", "north_gate", "lorries", "12"), ("2024-03-02", "south_gate", "lorries", "3")]
    assert "1 lorries or cargo turned back" in " ".join(found.told)
    flour = read(tmp_path, "lorries", cargo="flour")[1]["series.csv"]
    assert [row["value"] for row in flour] == ["10", "3"]
    cargo = read(tmp_path, "logistics")[1]["series.csv"]
    assert [(row["counts"], row["value"]) for row in cargo] == [("tonnes", "13")]


def test_a_survey_says_by_what_it_measures(tmp_path: Path) -> None:
    rows = read(tmp_path, "smart")[1]["signs.csv"]
    assert [(r["kind"], r["value"], r["low"], r["high"], r["known"]) for r in rows] == [
        ("whz", "0.123", "0.098", "0.154", "2024-03-15"), ("muac", "0.08", "0.06", "0.105", "2024-03-15"),
    ]  # fmt: skip
    assert all("flags: SMART; oedema: 2" in row["note"] for row in rows)
    with pytest.raises(InputError, match="GAM by WHZ or by MUAC"):
        read(tmp_path, "smart", text="area,date,gam\nNorth,2024-02-01,12\n")
    (screened,) = read(tmp_path, "muac")[1]["signs.csv"]
    assert (screened["value"], screened["n"]) == ("0.1", "400")
    assert "oedema: 3, not in the number" in screened["note"]


def test_flows_and_calendars(tmp_path: Path) -> None:
    (flow,) = read(tmp_path, "prmn")[1]["observed/flows.csv"]
    assert (flow["date"], flow["from"], flow["to"], flow["persons"]) == ("2024-01-31", "A", "B", "25")
    rows = read(tmp_path, "fabflee")[1]["observed/calendar.csv"]
    assert [(r["date"], r["place"], r["value"]) for r in rows][2:] == [("2024-01-31", "north", "35.5"), ("2024-01-31", "south", "10")]  # fmt: skip
    with pytest.raises(InputError, match="which date is day 0"):
        read(tmp_path, "fabflee", start="")


def test_a_day_with_two_readings_is_refused(tmp_path: Path) -> None:
    assert len(days_of("03/04/2024")) == 2
    assert len(days_of("31/12/2023")) == 1
    with pytest.raises(InputError, match="reads as 2024-04-03 and as 2024-03-04"):
        read(tmp_path, "lorries", text="Date,Crossing\n03/04/2024,Gate\n")


def test_into_a_case_shows_first_and_overwrites_nothing(tmp_path: Path) -> None:
    case = tmp_path / "case"
    write_new(case)
    text = "date,place,screened,mam,sam\n2024-02-01,hilltown,400,30,10\n"
    found, _ = read(tmp_path, "muac", text=text)
    before = {path.name: path.read_bytes() for path in case.iterdir()}
    changes = difference(found.tables, case, replace=False)
    assert {path.name: path.read_bytes() for path in case.iterdir()} == before
    assert [(one.file, one.added, one.same) for one in changes] == [("signs.csv", 1, 0), ("evidence.csv", 1, 0)]
    write(changes, case)
    assert problems(case) == []
    again = difference(found.tables, case, replace=False)
    assert [(one.added, one.same, len(one.differ)) for one in again] == [(0, 1, 0), (0, 1, 0)]
    other, _ = read(tmp_path, "muac", text=text.replace("400", "500"))
    kept = next(one for one in difference(other.tables, case, replace=False) if one.file == "signs.csv")
    assert (kept.added, len(kept.differ)) == (0, 1)
    assert any("'0.1' -> '0.08'" in line for line in kept.sentences())
    assert "0.08" not in kept.text
    assert "0.08" in difference(other.tables, case, replace=True)[0].text


@pytest.mark.parametrize("kind", FILES)
def test_damaged_files_are_refused_and_nothing_else(tmp_path: Path, kind: str) -> None:
    name, text, picks = FILES[kind]
    chance, data = random.Random(kind), text.encode()
    path = tmp_path / name
    tokens = (b"", b",", b"\n", b'"', b"\x00", b"\xff", b"-", b"nan", b"9" * 400, b"{", b"]", b"<", b"1e308", b"[[[[")
    said: list[str] = []
    for _ in range(150):
        spoilt = bytearray(data)
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(spoilt) + 1)
            spoilt[at : at + chance.randrange(8)] = chance.choice(tokens)
        path.write_bytes(spoilt)
        try:
            reader_of(KINDS[kind])(path, picks)
        except InputError as error:
            said += [problem.sentence() for problem in error.problems] or [""]
    assert said
    assert all(said)
