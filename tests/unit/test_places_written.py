"""A place is called otherwise, put in or taken out in one act; a folder that could be played before can be played after."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from corridor.core.errors import InputError
from corridor.scenario import examined, load, write_new
from corridor.scenario.write.places import add_place, drop_place, rename_place, strangers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "town"
    write_new(path)
    return path


def column(folder: Path, file: str, name: str) -> list[str]:
    with (folder / file).open(encoding="utf-8", newline="") as lines:
        return [row[name] for row in csv.DictReader(lines)]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_place_is_called_otherwise_wherever_a_file_names_it(folder: Path) -> None:
    stocks = "place,commodity,tonnes\nNew Mîllford,flour,120\nvalleytown,petrol,3\n"
    (folder / "stocks.csv").write_text(stocks, encoding="utf-8")
    with (folder / "events.csv").open("a", encoding="utf-8") as lines:
        lines.write("2024-02-02,2024-02-02,population,valleytown,30000,a_people,\n")
    text = (folder / "policies.yaml").read_text(encoding="utf-8")
    text = text.replace("places.*.release", "places.valleytown.release").replace(
        "the gate is open", "valleytown is open"
    )
    (folder / "policies.yaml").write_text(text, encoding="utf-8")
    assert strangers(folder) == ["New Mîllford"]
    assert rename_place(folder, "valleytown", " New  Mîllford ") == "new_millford"
    assert strangers(folder) == []
    assert column(folder, "stocks.csv", "place") == ["new_millford", "new_millford"]
    assert column(folder, "places.csv", "name")[1] == "New Mîllford"
    assert column(folder, "links.csv", "to") == ["new_millford", "hilltown"]
    assert column(folder, "events.csv", "target")[-1] == "new_millford"
    policies = (folder / "policies.yaml").read_text(encoding="utf-8")
    assert "places.new_millford.release" in policies
    assert "valleytown is open" in policies  # a word of a sentence is nobody's path
    assert examined(folder)[0] == []
    assert [place.label for place in load(str(folder)).homes] == ["New Mîllford", "Hilltown"]


def test_a_place_of_a_longer_name_keeps_it(folder: Path) -> None:
    add_place(folder, "Valleytown North", "900", "valleytown", "4")
    rename_place(folder, "valleytown", "Millford")
    assert column(folder, "places.csv", "id") == ["plainport", "millford", "hilltown", "valleytown_north"]


def test_a_home_is_put_in_with_a_road_of_which_nobody_has_spoken(folder: Path) -> None:
    assert add_place(folder, "Upper Mill", "12000", "valleytown", "12") == "upper_mill"
    assert examined(folder)[0] == []
    scenario = load(str(folder))
    home, road = scenario.homes[-1], scenario.links[-1]
    assert (home.name, home.population.value) == ("Upper Mill", 12000.0)
    assert (road.id, road.from_place, road.to_place, road.km.value) == (
        "road_to_upper_mill", "valleytown", "upper_mill", 12.0
    )  # fmt: skip
    assert (road.evidence, road.controller, home.evidence) == ((), "", ())
    assert road.tonnes_per_day.high == scenario.links[0].tonnes_per_day.high == 400.0


def test_a_place_is_taken_out_with_its_roads_and_what_speaks_of_them(folder: Path) -> None:
    with (folder / "events.csv").open("a", encoding="utf-8") as lines:
        lines.write("2024-02-02,2024-02-02,regime,mountain_road,closed,a_closure,\n")
    with (folder / "outputs.csv").open("a", encoding="utf-8") as lines:
        lines.write("hilltown,flour,0.1,,,\n")
    drop_place(folder, "hilltown")
    assert examined(folder)[0] == []
    scenario = load(str(folder))
    assert [place.id for place in scenario.homes] == ["valleytown"]
    assert [link.id for link in scenario.links] == ["gate"]
    assert column(folder, "routes.csv", "links") == ["gate"]
    assert "hilltown" not in column(folder, "outputs.csv", "place")
    assert "mountain_road" not in column(folder, "events.csv", "target")


def test_what_cannot_be_is_told_and_nothing_is_written(folder: Path) -> None:
    before = files(folder)
    for act, told in (
        (lambda: rename_place(folder, "valeytown", "Millford"), 'no place is called "valeytown"'),
        (lambda: rename_place(folder, "valleytown", "Hilltown"), 'a place "hilltown" is there already'),
        (lambda: rename_place(folder, "valleytown", "  "), "is empty"),
        (lambda: add_place(folder, "Plainport", "1", "hilltown", "1"), 'a place "plainport" is there already'),
        (lambda: add_place(folder, "Millford", "1", "nowhere", "1"), 'no place is called "nowhere"'),
        (lambda: drop_place(folder, "nowhere"), 'no place is called "nowhere"'),
    ):
        with pytest.raises(InputError, match=told):
            act()
    assert files(folder) == before


def test_a_name_in_letters_that_no_id_has_is_numbered(folder: Path) -> None:
    assert rename_place(folder, "valleytown", "Мельничный") == "place"
    assert rename_place(folder, "hilltown", "上磨") == "place_2"
    assert [place.label for place in load(str(folder)).homes] == ["Мельничный", "上磨"]
