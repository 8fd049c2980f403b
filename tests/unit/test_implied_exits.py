"""Folders that call no place an exit: what is taken, and that it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridor.scenario import load, remarks, write_new

KEY = ("scenario.yaml", "horizon: 60", "exit_route: south_road\nhorizon: 60")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_new(tmp_path / "case")
    return tmp_path / "case"


def swap(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def exits(folder: Path) -> dict[str, str]:
    return {place.id: place.exit for place in load(folder).places if place.exit}


def said(folder: Path) -> list[str]:
    return [one.problem.message for one in remarks(folder) if "exit" in one.problem.message]


def test_what_the_folder_says_holds_and_nothing_is_told(folder: Path) -> None:
    assert exits(folder) == {"plainport": "release"}
    assert said(folder) == []


def test_a_place_of_registration_is_an_exit_where_none_is_named(folder: Path) -> None:
    swap(folder, "places.csv", "outside,release", "outside,")
    assert exits(folder) == {"plainport": "release"}
    assert said(folder) == ["no place is called an exit; taken: plainport (release)"]


def test_without_reception_every_outside_place_is_an_exit(folder: Path) -> None:
    swap(folder, "places.csv", "outside,release", "outside,")
    (folder / "reception.csv").unlink()
    outside = {place.id for place in load(folder).places if place.kind == "outside"}
    assert exits(folder) == dict.fromkeys(outside, "release")


def test_the_key_of_older_folders_opens_the_outer_end_of_its_route(folder: Path) -> None:
    swap(folder, *KEY)
    assert said(folder) == ["exit_route is not read: places.csv has exits"]
    swap(folder, "places.csv", "outside,release", "outside,")
    route = (folder / "routes.csv").read_text().splitlines()[1].split(",")[0]
    swap(folder, "scenario.yaml", "exit_route: south_road", f"exit_route: {route}")
    assert exits(folder)["plainport"] == "release"
    assert said(folder)[0].startswith("exit_route is a key of older folders; taken as exits: ")
