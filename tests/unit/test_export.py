"""A run as a long table, as points on a map and as a data package; a case as a data package: nothing is lost, nothing told."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from report_case import run_of, small

from corridor.core.errors import InputError
from corridor.exchange.data_package import PROFILE, folder_fields
from corridor.exchange.long_csv import MOST_ROWS, header, lines, write_long
from corridor.exchange.narrow import size_as_text
from corridor.results.dataset import ahead
from corridor.results.series import quantiles
from corridor.scenario import bundled, load
from corridor.studies.export import export
from corridor.studies.geojson import geojson, told_number


def frame_of(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=False, na_values={"value": [""]}, dtype={"variable": str})


@settings(max_examples=60, deadline=None)
@given(
    arrays.arrays(np.float64, (2, 3, 2), elements=st.floats(allow_nan=True, width=64)),
    arrays.arrays(np.int64, (3,), elements=st.integers(-(2**53), 2**53)),
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1), min_size=2, max_size=2, unique=True),
)  # fmt: skip
def test_every_number_of_any_run_comes_back_from_the_long_table(
    tmp_path_factory: pytest.TempPathFactory, reals: np.ndarray, wholes: np.ndarray, names: list[str]
) -> None:
    ds = xr.Dataset(
        {"x": (("place", "future", "day"), reals, {"units": "t"}), "n": (("future",), wholes), "one": ((), 2.5)},
        {"place": names, "future": [4, 5, 6], "day": np.array(["2024-03-01", "2024-03-02"], "datetime64[ns]")},
    )
    path = tmp_path_factory.mktemp("run") / "run.csv"
    write_long(ds, path)
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
    assert rows[0] == ["variable", "unit", "place", "future", "day", "value"]
    assert len(rows) - 1 == reals.size + wholes.size + 1
    at = {(row[0], *row[2:5]): row[5] for row in rows[1:]}
    for (p, f, d), value in np.ndenumerate(reals):
        text = at["x", names[p], str(4 + f), f"2024-03-0{d + 1}"]
        assert (text == "") == math.isnan(value)
        assert math.isnan(value) or float(text) == value
    assert [int(at["n", "", str(f), ""]) for f in (4, 5, 6)] == wholes.tolist()
    assert at["one", "", "", ""] == "2.5"


@pytest.mark.parametrize("at_once", [1, 3, 7, 1000])
def test_how_much_is_written_at_a_time_changes_nothing(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    chance = np.random.default_rng(1)
    ds = xr.Dataset(
        {"x": (("a", "b", "c"), chance.random((2, 3, 4))), "back": (("c", "a"), chance.integers(0, 9, (4, 2)))},
        {"a": ["p,q", 'r"s'], "b": [1, 2, 3], "c": ["t", "u", "v", "w"]},
    )  # fmt: skip
    monkeypatch.setattr("corridor.exchange.long_csv.AT_ONCE", at_once)
    rows = list(csv.reader(io.StringIO("".join(lines(ds)))))
    expected = [["x", "", str(a), str(b), str(c), repr(float(ds["x"].sel(a=a, b=b, c=c)))]
                for a in ds["a"].values for b in ds["b"].values for c in ds["c"].values]  # fmt: skip
    expected += [["back", "", str(a), "", str(c), str(int(ds["back"].sel(a=a, c=c)))]
                 for c in ds["c"].values for a in ds["a"].values]  # fmt: skip
    assert rows == expected


def test_a_stored_run_comes_back_number_for_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ds = run_of(small(), futures=6)
    monkeypatch.setattr("corridor.engine.open_run", lambda _: ds)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text("{}")
    export(str(tmp_path / "run"), tmp_path / "out.csv")
    frame = frame_of(tmp_path / "out.csv")
    counted = [name for name, array in ds.data_vars.items() if array.dtype.kind in "iufb"]
    assert list(dict.fromkeys(frame["variable"])) == counted
    for name in counted:
        values = frame.loc[frame["variable"] == name, "value"].to_numpy(dtype=float)
        np.testing.assert_array_equal(values, np.asarray(ds[name].values, dtype=float).reshape(-1))
    export(str(tmp_path / "run"), tmp_path / "out.csv.gz")
    assert gzip.decompress((tmp_path / "out.csv.gz").read_bytes()) == (tmp_path / "out.csv").read_bytes()
    export(str(tmp_path / "run"), tmp_path / "tagged.csv", hxl=True)
    lines = (tmp_path / "tagged.csv").read_text(encoding="utf-8").splitlines()
    plain = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert (lines[0], lines[2:]) == (plain[0], plain[1:])
    tags = lines[1].split(",")
    assert len(tags) == len(header(ds))
    assert all(tag.startswith("#") for tag in tags)
    assert tags[0] == "#indicator+name"
    files = export(str(tmp_path / "run"), tmp_path / "package" / "datapackage.json")
    assert files == ["results.csv", "datapackage.json"]
    told = json.loads((tmp_path / "package" / "datapackage.json").read_text())
    assert told["$schema"] == PROFILE
    fields = told["resources"][0]["schema"]["fields"]
    assert [one["name"] for one in fields] == header(ds)
    assert (tmp_path / "package" / "results.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()


def test_less_of_a_run_and_its_size_before_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ds = run_of(small(), futures=6)
    monkeypatch.setattr("corridor.engine.open_run", lambda _: ds)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text("{}")
    told: list[str] = []
    monkeypatch.setattr("corridor.studies.export.LARGE", 1_000)
    export(str(tmp_path / "run"), tmp_path / "out.csv", told=told.append)
    (said,) = told
    rows, size = size_as_text(ds)
    assert said.startswith(f"out.csv: {rows:,} rows, about ")
    assert "--totals" in said
    assert "--variables" in said
    assert rows == len(frame_of(tmp_path / "out.csv"))
    assert size == pytest.approx((tmp_path / "out.csv").stat().st_size, rel=0.1)
    export(str(tmp_path / "run"), tmp_path / "few.csv", variables=["people", "intake"])
    assert set(frame_of(tmp_path / "few.csv")["variable"]) == {"people", "intake"}
    with pytest.raises(InputError, match=r'no variable "peeple".*people'):
        export(str(tmp_path / "run"), tmp_path / "few.csv", variables=["peeple"])
    with pytest.raises(InputError, match="of a map or a case there is no less"):
        export(str(tmp_path / "run"), tmp_path / "map.geojson", totals=True)


def test_totals_are_those_that_the_page_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ds = run_of(small(), futures=6)
    monkeypatch.setattr("corridor.engine.open_run", lambda _: ds)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text("{}")
    export(str(tmp_path / "run"), tmp_path / "all.csv", totals=True)
    frame = frame_of(tmp_path / "all.csv")
    policy, condition = (str(ds[name].values[0]) for name in ("policy", "condition"))
    here = frame[(frame["variable"] == "people") & (frame["policy"] == policy) & (frame["condition"] == condition)]
    people = ahead(ds["people"]).sel(policy=policy, condition=condition).sum("place").transpose("future", "day")
    expected = quantiles(people.to_numpy().astype(float), (0.1, 0.5, 0.9))
    for end, values in zip(("low", "middle", "high"), expected, strict=True):
        np.testing.assert_allclose(here.loc[here["end"] == end, "value"].to_numpy(dtype=float), values)


def test_a_map_tells_places_alone_in_three_digits_and_no_small_number() -> None:
    ds = run_of(small(), futures=6)
    found = geojson(ds)
    text = json.dumps(found)
    scenario_links = {link.id for link in _scenario(ds).links}
    assert not {value for one in found["features"] for value in one["properties"].values()} & scenario_links
    assert {one["geometry"]["type"] for one in found["features"]} == {"Point"}
    assert "stock" not in text
    first = found["features"][0]["properties"]
    here = ds["people"].sel(policy=first["policy"], condition=first["condition"], place=first["place"])
    days = ahead(here["day"]).values.astype("datetime64[D]").astype(str)
    values = np.asarray(ahead(here).transpose("future", "day").values, dtype=float)[:, list(days).index(first["to"])]
    assert first["people_middle"] == told_number(float(quantiles(values, (0.5,))[0]), "persons")
    assert told_number(7.0, "persons") is None
    assert told_number(0.0, "persons") == 0
    assert told_number(104_327.0, "persons") == 104_000
    assert told_number(float("nan"), "kcal/person/day") is None
    assert told_number(7.0, "kcal/person/day") == 7
    assert "do not imply endorsement" in found["about"]["disclaimer"]


def _scenario(ds: xr.Dataset):  # type: ignore[no-untyped-def]
    from corridor.results.read import scenario_of

    return scenario_of(ds)


@pytest.mark.parametrize("name", bundled())
def test_a_case_as_a_data_package_is_a_case_still_and_every_column_is_described(name: str, tmp_path: Path) -> None:
    files = export(name, tmp_path / "out" / "datapackage.json")
    told = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    assert told["$schema"] == PROFILE
    assert sorted(one["path"] for one in told["resources"]) == sorted(f for f in files if f.endswith(".csv"))
    again = load(tmp_path / "out", actors=None)
    assert again.model_dump(exclude={"hash"}) == load(name, actors=None).model_dump(exclude={"hash"})
    for one in told["resources"]:
        rows = list(csv.reader((tmp_path / "out" / one["path"]).open(encoding="utf-8", newline="")))
        fields = one["schema"]["fields"]
        assert [field["name"] for field in fields] == rows[0]
        for number, field in enumerate(fields):
            cells = [row[number] for row in rows[1:] if row[number]]
            if field["type"] == "number":
                assert all(math.isfinite(float(cell)) for cell in cells)
            if field["type"] == "date":
                assert all(np.datetime64(cell) for cell in cells)
            if "enum" in field.get("constraints", {}):
                assert set(cells) <= set(field["constraints"]["enum"])
            assert one["path"].startswith("observed/") or field.get("description"), (one["path"], field)


def test_units_of_their_own_make_a_column_of_text() -> None:
    rows = [["gate", "80 t/week"], ["pass", "5"]]
    assert [one["type"] for one in folder_fields("links.csv", ["id", "tonnes_per_day"], rows)] == ["string", "string"]


def test_what_cannot_be_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    for path, hxl, told in (
        ("x.docx", False, r"write x\.nc"),
        ("x.geojson", True, "stand in a row of a CSV"),
        ("x.csv", False, "is a case, not a stored run"),
    ):
        with pytest.raises(InputError, match=told):
            export("berlin-1948", tmp_path / path, hxl=hxl)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x")
    with pytest.raises(InputError, match="is not empty"):
        export("berlin-1948", tmp_path / "full" / "datapackage.json")
    large = xr.Dataset({"x": (("a", "b"), np.broadcast_to(np.float64(0), (MOST_ROWS, 2)))})
    with pytest.raises(InputError, match=r"100,000,000 rows; write Parquet"):
        write_long(large, tmp_path / "large.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full"]
