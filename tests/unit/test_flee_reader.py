"""The reader of the Flee format: every quirk of its files is read, put right and named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corridor.core.errors import InputError
from corridor.exchange.flee.read import read_flee_case
from corridor.exchange.flee.settings import read_flee_settings
from corridor.exchange.flee.tables import Series, add, correct
from corridor.rules.displacement.case import CAMP, CONFLICT, TOWN, UNLIMITED, DisplacementCase, scaled
from displacement_cases import flee_folder


def said(case: DisplacementCase) -> str:
    return "\n".join(problem.sentence() for problem in case.problems)


def test_a_folder_becomes_arrays(tmp_path: Path) -> None:
    case = read_flee_case(flee_folder(tmp_path))
    assert case.places == ("War", "Town", "Alpha", "Beta")
    assert case.countries == ("Home", "Away")
    assert case.kind.tolist() == [CONFLICT, TOWN, CAMP, CAMP]
    assert case.population.tolist() == [5000, 0, 0, 0]
    assert case.capacity.tolist() == [UNLIMITED, UNLIMITED, 100, UNLIMITED]  # an empty cell is no limit
    assert case.link_from.tolist() == [0, 1, 1, 2, 1, 3]
    assert case.link_to.tolist() == [1, 0, 2, 1, 3, 1]
    # linear between the dated counts, held after the last; the rise of both is the inflow
    assert case.counted.tolist() == [[0, 10], [10, 15], [20, 20], [30, 20], [40, 20]]
    assert case.inflow.tolist() == [0, 15, 15, 10, 10]
    assert case.open_from.tolist() == [1, 0]


def test_redirection_towards_the_second_name_is_value_2(tmp_path: Path) -> None:
    case = read_flee_case(flee_folder(tmp_path))
    forced = [(case.places[case.link_from[i]], case.places[case.link_to[i]]) for i in np.flatnonzero(case.link_forced)]
    assert forced == [("Town", "Beta")]
    assert "everybody leaving Town must go to Beta; Flee ignores it" in said(case)


def test_value_1_of_redirection_is_held_twice_by_flee(tmp_path: Path) -> None:
    case = read_flee_case(flee_folder(tmp_path, routes="War,Town,100,1\nTown,Alpha,100\nTown,Beta,90\n"))
    assert case.link_copies.tolist() == [2, 2, 1, 1, 1, 1]
    assert case.link_forced.tolist() == [0, 1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("routes", "War,Town,100\nTown,Alpha,100\nAlpha,Town,100\nTown,Beta,90\n", "this road occurs twice"),
        ("routes", "War,Town,20\nTown,Alpha,100\nTown,Beta,200\n", "shorter than the straight line of 56 km"),
        ("routes", "War,Town,100\nTown,Alpha,100\n", "Beta: no road leads there"),
        ("alpha", "2020-01-05,40\n2020-01-01,0\n", "dates are not in order"),
        ("alpha", "2020-01-01,0\n2020-01-05,40\n2020-01-05,50\n", "a date occurs twice"),
        ("alpha", "\ufeff2020-01-01,0\n2020-01-05,40\n", "byte order mark"),
        ("conflicts", "#Day,War,Nowhere\n0,1,0\n", "Nowhere: no such place; column ignored"),
        ("conflicts", "#Day,War,Town\n0,1,0\n", "ends on day 0 of 5; the last row is held"),
        ("closures", "link,War,Town,0,3\n", "has no effect in Flee"),
        ("closures", "location,Town,Beta,0,3\n", "names the neighbours Town and Beta"),
        ("closures", "country,Home,Nowhere,0,3\n", 'nothing is called "Nowhere"'),
        ("closures", "moat,Home,Away,0,3\n", '"moat" is unknown'),
        ("registration_corrections", "Alpha,2020-01-04\n", "no count has this date"),
        ("data_layout", "total,total.csv\nAlpha,alpha.csv\nBeta,beta.csv\nGamma,beta.csv\n", "counts in the inflow"),
    ],
)
def test_what_is_odd_is_put_right_and_named(tmp_path: Path, file: str, text: str, sentence: str) -> None:
    case = read_flee_case(flee_folder(tmp_path, **{file: text}))
    assert sentence in said(case)


def test_names_with_blanks_and_numbers_with_separators_are_read(tmp_path: Path) -> None:
    text = (
        "#name,region,country,lat,lon,type,date,population,conflict_intensity\n"
        'War ,R,Home,0,0,conflict_zone,0,"5,000",0.5\nTown,R,Home,0,0.5,town,,,\n'
        "Alpha,R,Away,0,1,camp,,100,\nBeta,R,Away,0,2,camp,,,\n"
    )
    case = read_flee_case(flee_folder(tmp_path, locations=text))
    assert case.places[0] == "War"
    assert case.population[0] == 5000
    assert case.intensity[0] == 0.5
    assert "thousands separator" in said(case)
    assert 'blanks around the name "War"' in said(case)


def test_a_conflict_that_breaks_out_later_starts_as_a_town(tmp_path: Path) -> None:
    text = "War,R,Home,0,0,conflict_zone,3,9\nTown,R,Home,0,.5,town,,\nAlpha,R,A,0,1,camp,,1\nBeta,R,A,0,2,camp,,\n"
    assert read_flee_case(flee_folder(tmp_path, locations=text)).kind[0] == TOWN


def test_everything_that_stops_the_import_is_said_at_once(tmp_path: Path) -> None:
    folder = flee_folder(tmp_path, routes="War,Twon,100\nTown,Alpha,far\n", alpha="2020-01-01,-3\n2020-01-05,40\n")
    with pytest.raises(InputError) as caught:
        read_flee_case(folder)
    text = str(caught.value)
    assert 'input_csv/routes.csv:1:2: name2: no place "Twon"; did you mean "Town"?' in text
    assert '"far" is not a number' in text
    assert "alpha.csv:1: count: -3 people" in text


def test_no_folder_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="name a folder that holds input_csv"):
        read_flee_case(tmp_path)


def test_a_registration_rescales_everything_before_it() -> None:
    series = Series([0, 10, 20], [10.0, 40.0, 20.0])
    assert correct(series, 20) == ""
    assert series.persons == [5.0, 20.0, 20.0]
    assert "nothing before it" in correct(series, 0)


def test_files_of_one_camp_are_added_on_the_union_of_their_dates() -> None:
    total = add(Series([0, 10], [0.0, 10.0]), Series([0, 5], [100.0, 200.0]))
    assert total.days == [0, 5, 10]
    assert total.persons == [100.0, 205.0, 210.0]


def test_scaling_keeps_shares_and_unlimited_camps(tmp_path: Path) -> None:
    case = scaled(read_flee_case(flee_folder(tmp_path)), 10.0)
    assert case.capacity.tolist() == [-1, -1, 1000, -1]
    assert case.inflow.tolist() == [0, 150, 150, 100, 100]


def test_settings_are_read_and_what_is_not_offered_is_said(tmp_path: Path) -> None:
    file = tmp_path / "simsetting.yml"
    file.write_text(
        "move_rules:\n  max_move_speed: 200.0\n  start_on_foot: True\n  max_moove_speed: 3\n"
        "spawn_rules:\n  conflict_spawn_decay: [1.0, 0.5]\noptimisations:\n  hasten: 100\n",
        encoding="utf-8",
    )
    rule, notes = read_flee_settings(file)
    assert rule.max_move_speed == 200.0
    assert rule.conflict_spawn_decay == (1.0, 0.5)
    text = "\n".join(note.sentence() for note in notes)
    assert "start_on_foot: True is not offered" in text
    assert 'max_moove_speed: unknown; ignored; did you mean "max_move_speed"?' in text
    assert "hasten: 100 is not offered" in text


def test_settings_that_nobody_can_play_are_an_error(tmp_path: Path) -> None:
    file = tmp_path / "simsetting.yml"
    file.write_text("move_rules:\n  awareness_level: 0\n", encoding="utf-8")
    with pytest.raises(InputError, match="nobody ever moves"):
        read_flee_settings(file)


def test_a_header_without_its_mark_is_a_header(tmp_path: Path) -> None:
    with_mark = read_flee_case(flee_folder(tmp_path / "a"))
    text = (tmp_path / "a" / "input_csv" / "conflicts.csv").read_text()
    case = read_flee_case(flee_folder(tmp_path / "b", conflicts=text.lstrip("#")))
    assert (case.conflict == with_mark.conflict).all()
    assert "the header has no # before it" in said(case)
    with pytest.raises(InputError, match="no header names a place"):
        read_flee_case(flee_folder(tmp_path / "c", conflicts="0,1,0\n1,1,0\n"))


def test_rows_of_the_calendar_stand_on_their_day(tmp_path: Path) -> None:
    case = read_flee_case(flee_folder(tmp_path / "a", conflicts="#Day,War\n0,1\n3,0\n"))
    war = list(case.places).index("War")
    assert case.conflict[:, war].tolist() == [1, 1, 1, 0, 0]
    assert "1 gaps between days" in said(case)
    with pytest.raises(InputError, match="is not a day after the row before"):
        read_flee_case(flee_folder(tmp_path / "b", conflicts="#Day,War\n0,1\n0,1\n"))


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("alpha", "2020-01-01,45.892\n2020-01-05,40\n", "reads as 45.892 and as 45892"),
        ("alpha", "2020-01-01,-3\n2020-01-05,40\n", "alpha.csv:1: count: -3 people"),
        ("locations", "War,R,Home,,0.0,conflict_zone,0,5000\nTown,R,Home,0.0,0.5,town,,\nAlpha,R,Away,0.0,1.0,camp,,100\nBeta,R,Away,0.0,2.0,camp,,\n", "War has no latitude"),
        ("locations", "War,R,Home,0.0,0.0,conflict_zone,0,-5\nTown,R,Home,0.0,0.5,town,,\nAlpha,R,Away,0.0,1.0,camp,,100\nBeta,R,Away,0.0,2.0,camp,,\n", "-5 people"),
    ],
)  # fmt: skip
def test_counts_and_places_that_cannot_be_are_refused(tmp_path: Path, file: str, text: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        read_flee_case(flee_folder(tmp_path, **{file: text}))
    assert sentence in str(caught.value)


def test_a_missing_series_is_told_once_and_a_camp_without_one_has_no_score(tmp_path: Path) -> None:
    layout = "total,total.csv\nAlpha,alpha.csv\nBeta,nowhere.csv\n"
    with pytest.raises(InputError) as caught:
        read_flee_case(flee_folder(tmp_path / "a", data_layout=layout))
    assert [problem.message for problem in caught.value.problems] == ["no such file"]
    case = read_flee_case(flee_folder(tmp_path / "b", data_layout="total,total.csv\nAlpha,alpha.csv\n"))
    assert case.camp_names == ("Alpha",)
    assert case.kind[list(case.places).index("Beta")] == TOWN
    assert "takes people like a town, without a score" in said(case)


def test_days_that_bear_a_count_are_known(tmp_path: Path) -> None:
    case = read_flee_case(flee_folder(tmp_path))
    assert case.dated is not None
    assert {name: case.dated[:, i].nonzero()[0].tolist() for i, name in enumerate(case.camp_names)} == {"Alpha": [0, 4], "Beta": [0, 2]}  # fmt: skip
