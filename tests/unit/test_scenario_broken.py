"""Every kind of broken folder gives its own clear message: one text file a case in tests/messages.

A message that is changed on purpose is changed in its file too, so that a reviewer reads it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from corridor.core.errors import InputError, Problem
from corridor.scenario.load import load, problems
from corridor.scenario.read.source import os_problem
from corridor.scenario.write.new import write_new

MESSAGES = Path(__file__).parent.parent / "messages"
Break = Callable[[Path], Path | None]


def swap(file: str, old: str, new: str) -> Break:
    def apply(folder: Path) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")

    return apply


def raw(file: str, edit: Callable[[bytes], bytes]) -> Break:
    def apply(folder: Path) -> None:
        path = folder / file
        path.write_bytes(edit(path.read_bytes()))

    return apply


def remove(file: str) -> Break:
    return lambda folder: (folder / file).unlink()


def symlink_loop(folder: Path) -> None:
    (folder / "links.csv").unlink()
    (folder / "links.csv").symlink_to("links.csv")


def folder_loop(folder: Path) -> Path:
    loop = folder.parent / "loop"
    loop.symlink_to("loop")
    return loop


def directory(folder: Path) -> None:
    (folder / "links.csv").unlink()
    (folder / "links.csv").mkdir()


def pipe(folder: Path) -> None:
    (folder / "links.csv").unlink()
    os.mkfifo(folder / "links.csv")


def too_large(folder: Path) -> None:
    with (folder / "evidence.csv").open("ab") as stream:
        stream.truncate(60_000_000)


def no_homes(folder: Path) -> None:
    swap("places.csv", "10.00,home", "10.00,waypoint")(folder)
    swap("places.csv", "10.10,home", "10.10,waypoint")(folder)


def bus_to_no_exit(folder: Path) -> None:
    swap("places.csv", "hilltown,", "farport,Farport,,45.9,10.3,outside,,,,,\nhilltown,")(folder)
    (folder / "buses.csv").write_text(
        "id,from,to,seats,departures_per_day,starts,ends\nconvoy,valleytown,farport,50,4,2024-03-02,2024-03-01\n"
        "air,plainport,plainport,50,4,,\n",
        encoding="utf-8",
    )


def onward_above_one(folder: Path) -> None:
    swap("places.csv", "hilltown,", "farport,Farport,,45.9,10.3,outside,,,,,\nhilltown,")(folder)
    swap("reception.csv", "beds_high,", "beds_high,onward_share,")(folder)
    swap("reception.csv", "12000,a_reception", "12000,0.7,a_reception\nfarport,,,,,,,0.4,a_reception")(folder)


def far_link(folder: Path) -> None:
    swap("places.csv", "hilltown,", "farport,Farport,,45.9,10.3,outside,,,,,\nhilltown,")(folder)
    swap("links.csv", "mountain_road,", "far,farport,hilltown,9,,,,,,,40,,,,open,,a_roads\nmountain_road,")(folder)
    swap("routes.csv", "gate mountain_road", "gate far")(folder)


def eight_faults(folder: Path) -> None:
    for apply in (
        swap("places.csv", "40000,36000", "-40000,36000"),
        swap("links.csv", "30,150,100,200", "30 t,150,100,200"),
        swap("routes.csv", "gate mountain_road", "gate mountain_raod"),
        swap("stocks.csv", "*,groceries", "*,grocery"),
        swap("pipelines.csv", "2024-01-25,,humanitarian", "2024-13-25,,humanitarian"),
        swap("evidence.csv", "a_loads,2024-01-01,", "a_people,2024-01-01,"),
        swap("scenario.yaml", "horizon: 60", "horizon: 60.5"),
        swap("policies.yaml", "links.gate.regime", "links.gates.regime"),
    ):
        apply(folder)


def days_both_ways(folder: Path) -> None:
    swap("events.csv", "2024-01-18,2024-01-18", "18/1/2024,2024-01-18")(folder)
    swap("events.csv", "2024-02-01,2024-02-01", "2/25/2024,2024-02-01")(folder)


def semicolons_and_points(folder: Path) -> None:
    path = folder / "stocks.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("700,", "1.700,").replace(",", ";"), encoding="utf-8")


def spreadsheet(folder: Path) -> None:
    path = folder / "events.csv"
    text = path.read_text(encoding="utf-8").replace("2024-01-18", "18.01.2024").replace("2024-02-01", "45323")
    rows = [f"{line};" for line in text.replace(",", ";").splitlines()]
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*rows, ";" * 7, ""]).encode())


def not_read(folder: Path) -> None:
    for name in ("places.xlsx", "area.geojson", "notes.md", "~$places.xlsx"):
        (folder / name).write_bytes(b"x")
    for name in ("observed", "Observed"):
        (folder / name).mkdir()
    for name in ("exodsu.csv", "camps.ods"):
        (folder / "observed" / name).write_bytes(b"x")


TOLD: dict[str, Break] = {
    "byte_order_mark": raw("places.csv", lambda data: b"\xef\xbb\xbf" + data),
    "byte_order_mark_yaml": raw("scenario.yaml", lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n")),
    "crlf": raw("links.csv", lambda data: data.replace(b"\n", b"\r\n")),
    "macintosh": raw("links.csv", lambda data: data.replace(b"\n", b"\r")),
    "utf16": raw("links.csv", lambda data: data.decode().replace(",", "\t").encode("utf-16")),
    "spreadsheet": spreadsheet,
    "thousands": swap("places.csv", "40000,36000", '"40,000",36 000'),
    "spaces": swap("links.csv", "gate,plainport", "gate\u00a0,plain\u200bport"),
    "not_read": not_read,
}
"""what is read and told"""

CASES: dict[str, Break] = {
    # files
    "missing_file": remove("links.csv"),
    "places_without_rows": raw("places.csv", lambda data: data.split(b"\n")[0] + b"\n"),
    "missing_evidence": remove("evidence.csv"),
    "missing_settings": remove("scenario.yaml"),
    "empty_file": raw("places.csv", lambda data: b""),
    "blank_yaml": raw("policies.yaml", lambda data: b"# nothing\n"),
    "utf16_without_mark": raw("scenario.yaml", lambda data: data.decode().encode("utf-16-le")),
    "latin1": raw("places.csv", lambda data: data.replace(b"Hilltown", b"H\xfcgelstadt")),
    "nul_byte": raw("links.csv", lambda data: data.replace(b"western", b"we\x00tern")),
    "symlink_loop": symlink_loop,
    "folder_symlink_loop": folder_loop,
    "directory_for_file": directory,
    "named_pipe": pipe,
    "too_large": too_large,
    "no_folder": lambda folder: folder / "nothing",
    "file_for_folder": lambda folder: folder / "links.csv",
    "misspelt_file": lambda folder: (folder / "links.csv").rename(folder / "link.csv") and None,
    # form of tables
    "unknown_column": swap("stocks.csv", "place,commodity,tonnes", "place,commodity,tons"),
    "column_twice": swap("stocks.csv", "tonnes,low,high", "tonnes,low,low"),
    "two_separators": swap("stocks.csv", "place,commodity", "place;commodity"),
    "carriage_return": raw("links.csv", lambda data: data.replace(b"western", b"we\rtern")),
    "nameless_column": swap("stocks.csv", "high,evidence", "high,"),
    "too_few_cells": swap("stocks.csv", "1000,a_stocks", "1000"),
    "upper_case_file": lambda folder: (folder / "outputs.csv").rename(folder / "Outputs.CSV") and None,
    "too_many_cells": swap("stocks.csv", "700,400", "1,700,400"),
    "open_quote": swap("places.csv", 'Hilltown (en, all sides)"', "Hilltown (en, all sides)"),
    "text_after_quote": swap("places.csv", '"Hilltown (en, all sides)"', '"Hilltown (en, all sides)" Town'),
    "quote_inside": swap("places.csv", "hilltown,Hilltown", 'hilltown,Hill"town'),
    "bad_id": swap("pipelines.csv", "airdrop,", "air drop,"),
    # numbers
    "wrong_unit": swap("pipelines.csv", "70 t/week", "70 t/wek"),
    "ambiguous_ton": swap("pipelines.csv", "70 t/week", "70 tons/week"),
    "wrong_dimension": swap("pipelines.csv", "70 t/week", "70 t"),
    "negative": swap("stocks.csv", "700,400", "-700,400"),
    "nan": swap("stocks.csv", "700,400", "nan,400"),
    "infinite": swap("stocks.csv", "700,400", "inf,400"),
    "too_big": swap("stocks.csv", "700,400", "1e308,400"),
    "thousands_separator": swap("stocks.csv", "700,400,1000", '"1,700",400,"2,000"'),
    "points_and_commas": swap("places.csv", "40000,36000", '"40,5",36000'),
    "two_readings": semicolons_and_points,
    "range_in_cell": swap("stocks.csv", "700,400,1000", "400-1000,,"),
    "low_above_value": swap("stocks.csv", "700,400", "700,800"),
    "low_without_high": swap("stocks.csv", "700,400,1000", "700,400,"),
    "no_density": swap("stocks.csv", "700,400,1000", "700 l,,"),
    "zero_speed": swap("links.csv", "330,50,40,60", "330,0,0,60"),
    # words
    "unknown_kind": swap("places.csv", "46.00,10.00,home", "46.00,10.00,hame"),
    "unknown_regime": swap("links.csv", "0,open", "0,humanitarain+medical"),
    "bad_date": swap("events.csv", "2024-02-01,2024-02-01", "2024-02-30,2024-02-01"),
    "date_order": swap("events.csv", "2024-02-01,2024-02-01", "1/2/2024,2024-02-01"),
    "day_and_month_first": days_both_ways,
    # references
    "unknown_place": swap("links.csv", "gate,plainport", "gate,planport"),
    "unknown_evidence": swap("links.csv", "a_roads", "a_raods"),
    "unknown_commodity": swap("stocks.csv", "*,flour", "*,floor"),
    "unknown_target": swap("policies.yaml", "links.gate.regime", "links.gat.regime"),
    "not_a_target": swap("policies.yaml", "links.gate.regime", "links.gate.regim"),
    "unknown_parameter": swap("scenario.yaml", "leaving.ordinary_hazard", "leaving.ordinary_hasard"),
    "unknown_rule": swap("scenario.yaml", "rations: stretch", "rations: strech"),
    "unknown_variant": swap("scenario.yaml", "default_variant: base", "default_variant: bse"),
    "unknown_time_zone": swap("scenario.yaml", "time_zone: UTC", "time_zone: Asia/Yerevn"),
    "duplicate_id": swap("evidence.csv", "a_roads,2024", "a_people,2024"),
    "duplicate_stock": swap("stocks.csv", "*,petrol", "*,flour"),
    "total_and_part": swap("stocks.csv", "*,petrol", "hilltown,flour"),
    "stock_outside": swap("stocks.csv", "*,petrol", "plainport,petrol"),
    "link_to_itself": swap("links.csv", "mountain_road,valleytown,hilltown", "mountain_road,hilltown,hilltown"),
    "route_does_not_join": far_link,
    "bus_to_no_exit": bus_to_no_exit,
    "exit_inside": swap("places.csv", "10.00,home,,40000", "10.00,home,regime,40000"),
    "unreachable_home": swap("links.csv", "mountain_road,valleytown,hilltown", "mountain_road,valleytown,plainport"),
    "no_homes": no_homes,
    "ends_before_start": swap("pipelines.csv", "2024-01-25,,humanitarian", "2024-01-25,2024-01-05,humanitarian"),
    "onward_above_one": onward_above_one,
    "mix_above_one": swap("scenario.yaml", "flour: {value: 0.66, low: 0.60, high: 0.72", "flour: {value: 0.96"),
    # what is known when
    "known_after_last_as_of": swap("evidence.csv", "a_roads,2024-01-01,,", "a_roads,2024-01-01,2024-06-01,"),
    "known_before_evidence": swap("events.csv", "2024-01-18,2024-01-18", "2024-01-18,2023-01-18"),
    "claim_without_known": swap("evidence.csv", "person,assumed", "person,Agency"),
    "as_of_before_start": swap("scenario.yaml", "as_of: 2024-02-15", "as_of: 2023-02-15"),
    "action_before_as_of": swap("policies.yaml", "value: 30 t/day, from: +7", "value: 30 t/day, from: -5"),
    "action_in_the_past": swap("policies.yaml", "from: +14", "from: 2024-01-10"),
    "action_after_horizon": swap("policies.yaml", "from: +14", "from: +100"),
    # form of YAML
    "key_twice": swap("scenario.yaml", "horizon: 60", "horizon: 60\nhorizon: 50"),
    "unknown_key": swap("scenario.yaml", "horizon: 60", "horizn: 60"),
    "not_yaml": swap("scenario.yaml", "horizon: 60", "horizon: [60"),
    "yaml_tab": swap("scenario.yaml", "  base:", "\tbase:"),
    "yaml_alias": swap("scenario.yaml", "id: case", "id: &x case"),
    "yaml_tag": swap("scenario.yaml", "title: Two", "title: !!python/name:os.system Two"),
    "yaml_too_deep": raw("policies.yaml", lambda data: b"policies: " + b"[" * 100_000),
    "wrong_shape": swap("policies.yaml", "policies:\n", "policies: none\nothers:\n"),
    "other_format": swap("scenario.yaml", "format: 1", "format: 2"),
    # several
    "eight_faults": eight_faults,
}


def broken(name: str, tmp_path: Path) -> tuple[Path, list[Problem]]:
    folder = tmp_path / "case"
    write_new(folder)
    folder = CASES[name](folder) or folder
    return folder, problems(folder)


@pytest.mark.parametrize("name", CASES)
def test_a_broken_folder_gives_its_message(name: str, tmp_path: Path) -> None:
    folder, found = broken(name, tmp_path)
    text = "".join(f"{problem.sentence()}\n" for problem in found).replace(str(folder), "<folder>")
    assert text == (MESSAGES / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_load_raises_the_same_problems_and_each_has_a_remedy(name: str, tmp_path: Path) -> None:
    folder, found = broken(name, tmp_path)
    with pytest.raises(InputError) as caught:
        load(folder)
    assert list(caught.value.problems) == found
    assert all(problem.remedy for problem in found)


@pytest.mark.parametrize("name", TOLD)
def test_what_a_spreadsheet_did_is_read_as_it_was_meant_and_told(name: str, tmp_path: Path) -> None:
    folder, notes = tmp_path / "case", list[Problem]()
    write_new(folder)
    sound = load(folder)
    TOLD[name](folder)
    assert problems(folder, notes) == []
    text = "".join(f"{note.sentence()}\n" for note in notes)
    assert text == (MESSAGES / f"{name}.txt").read_text(encoding="utf-8")
    assert load(folder).model_copy(update={"hash": sound.hash}) == sound


def test_every_message_belongs_to_a_case() -> None:
    assert {path.stem for path in MESSAGES.glob("*.txt")} == CASES.keys() | TOLD.keys()
    assert not CASES.keys() & TOLD.keys()


def test_the_place_of_a_problem_is_where_its_text_stands(tmp_path: Path) -> None:
    """The character at line and column of the file begins the text that is quoted."""
    for name, word in (("unknown_place", "planport"), ("unknown_target", "links.gat.regime"), ("nan", "nan,"),
                       ("unknown_parameter", "leaving.ordinary_hasard"), ("bad_date", "2024-02-30")):  # fmt: skip
        base = tmp_path / name
        base.mkdir()
        folder, found = broken(name, base)
        line = (folder / found[0].file).read_text(encoding="utf-8").splitlines()[found[0].line - 1]
        assert line[found[0].column - 1 :].startswith(word)


def test_all_eight_faults_are_shown(tmp_path: Path) -> None:
    found = broken("eight_faults", tmp_path)[1]
    files = {"places", "links", "routes", "stocks", "pipelines", "evidence", "scenario", "policies"}
    assert {problem.file.split(".")[0] for problem in found} == files


def test_a_file_without_permission_is_one_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_new(tmp_path)
    really = Path.open

    def guarded(self: Path, *args: object, **kwargs: object) -> object:
        if self.name == "links.csv":
            raise PermissionError(errno.EACCES, "Permission denied")
        return really(self, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", guarded)
    assert [problem.sentence() for problem in problems(tmp_path)] == [
        "links.csv: cannot be read: permission denied; make the file readable for you"
    ]


def test_other_faults_of_the_disk_are_problems_too() -> None:
    assert "input/output" in os_problem(OSError(errno.EIO, "Input/output error"), "x.csv").message


def test_a_flood_is_cut_off_with_a_count(tmp_path: Path) -> None:
    write_new(tmp_path)
    with (tmp_path / "outputs.csv").open("a", encoding="utf-8") as stream:
        stream.writelines(f"nowhere{i},flour,0.1,,,a_stocks\n" for i in range(2000))
    found = problems(tmp_path)
    assert len(found) == 101
    assert found[-1].message == "and 1900 more problems"
