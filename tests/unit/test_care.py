"""`corridor scrub` and `corridor doctor`: what could harm is told and left out of a copy; what is missing has a remedy."""

from __future__ import annotations

import csv
import socket
from pathlib import Path

import pytest

from corridor.core.errors import InputError
from corridor.scenario import bundled, load, problems
from corridor.scenario.write.new import write_new
from corridor.studies import doctor as doctors
from corridor.studies.scrub import scrub
from corridor.tables.folder import TABLES, YAML_FILES
from corridor.tables.sensitive import FILES, LEVELS, sensitive


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.open(encoding="utf-8", newline="")))


def test_every_file_of_a_case_has_its_level() -> None:
    assert set(FILES) == {spec.file for spec in TABLES.values()} | set(YAML_FILES)
    assert sensitive("observed/exodus.csv").level == "moderate"
    assert sensitive("actors-draft.yaml") == FILES["actors.yaml"]
    assert sensitive("strange.csv").level == "high"


@pytest.mark.parametrize("name", bundled())
def test_a_copy_is_a_case_without_notes_and_exact_positions(name: str, tmp_path: Path) -> None:
    found = scrub(name, tmp_path / "copy")
    order = [LEVELS.index(one.level) for one in found]  # type: ignore[arg-type]
    assert order == sorted(order, reverse=True)
    assert not problems(tmp_path / "copy")
    case, copy = load(name), load(tmp_path / "copy")
    assert [place.id for place in copy.places] == [place.id for place in case.places]
    for place, own in zip(copy.places, case.places, strict=True):
        assert place.latitude == round(own.latitude, 1) or abs(place.latitude - own.latitude) <= 0.05 + 1e-9
    for file in (tmp_path / "copy").glob("*.csv"):
        for row in rows(file):
            assert not row.get("note") or row.get("said_by") == "assumed", file.name
    assert all(len(row["latitude"].partition(".")[2]) == 1 for row in rows(tmp_path / "copy" / "places.csv"))


def test_stores_of_all_places_stand_together_and_add_up(tmp_path: Path) -> None:
    write_new(tmp_path / "case")
    homes = [home.id for home in load(tmp_path / "case").homes]
    path = tmp_path / "case" / "stocks.csv"
    text = path.read_text().splitlines()
    flour = next(line for line in text if line.startswith("*,flour,"))
    split = [f"{homes[0]},flour,300,200,400,a_stocks", f"{homes[1]},flour,400,200,600,a_stocks"]
    path.write_text("\n".join(one for line in text for one in (split if line == flour else [line])) + "\n")
    assert not problems(tmp_path / "case")
    scrub(str(tmp_path / "case"), tmp_path / "copy")
    row = next(one for one in rows(tmp_path / "copy" / "stocks.csv") if one["commodity"] == "flour")
    assert (row["place"], row["tonnes"], row["low"], row["high"]) == ("*", "700", "400", "1e+03")


def test_counts_below_ten_are_left_out_and_files_on_request(tmp_path: Path) -> None:
    found = scrub("nagorno-karabakh-2023", tmp_path / "copy", ["actors-draft.yaml"])
    assert next(one for one in found if one.file == "actors-draft.yaml").copy == "left out"
    assert not (tmp_path / "copy" / "actors-draft.yaml").exists()
    with pytest.raises(InputError, match=r'did you mean "stocks\.csv"'):
        scrub("nagorno-karabakh-2023", None, ["stock.csv"])
    with pytest.raises(InputError, match=r"there is no such file"):
        scrub("nagorno-karabakh-2023", tmp_path / "other", ["places.csv"])
    assert not (tmp_path / "other").exists()


def test_without_a_target_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert scrub("berlin-1948")
    assert not list(tmp_path.iterdir())


def test_a_doctor_finds_what_is_missing_and_sends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def refuse(*_: object, **__: object) -> None:
        message = "the doctor spoke to somebody"
        raise AssertionError(message)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    found = {one.what: one for one in doctors.doctor(play=False)}
    assert found["python"].state == "fine"
    assert not [one for one in found.values() if one.state == "fault"]
    monkeypatch.setattr(doctors, "_version", lambda name: "" if name in ("zarr", "openpyxl") else "1")
    ill = {one.what: one for one in doctors.doctor(play=False)}
    assert (ill["packages"].state, ill["packages"].remedy) == ("fault", "install them: pip install zarr")
    assert ill["workbooks [excel]"].remedy == 'pip install "corridor[excel]"'
    monkeypatch.setattr(doctors, "ROOM", 10**18)
    assert next(one for one in doctors.doctor(play=False) if one.what == "room").remedy.startswith("make room")
    monkeypatch.setattr(doctors, "_unwritable", lambda folder: "cannot be written (read-only)")
    ill = {one.what: one for one in doctors.doctor(play=False)}
    assert ill["machine code"].remedy.startswith("set XDG_CACHE_HOME")
    assert ill["this folder"].state == "fault"


def test_every_fault_has_a_remedy_and_one_day_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctors._played().state == "fine"

    def broken(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("corridor.engine.run", broken)
    ill = doctors._played()
    assert ill.state == "fault"
    assert "No space left" in ill.found
    assert ill.remedy
