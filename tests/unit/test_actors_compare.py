"""`corridor compare --actors`: the table of policies under which the sides choose, on screen, as JSON and as CSV."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numba
import pandas as pd
import pytest
from typer.testing import CliRunner

from corridor.analysis.sides.outcomes import COLUMNS, actor_table
from corridor.cli.main import app
from corridor.core.errors import InputError
from corridor.engine import run
from corridor.scenario import load
from corridor.studies.past import population_of

CASE = "nagorno-karabakh-2023"
ASKED = ["--futures", "24", "--policy", "no_us_action", "--policy", "leverage", "--threads", "1"]
ORIGIN = ("case", "folder", "variant", "as_of", "seed", "futures", "changed")
pytestmark = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="hundreds of states are too slow without a compiler"
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sides") / "store"


def call(store: Path, *words: str, exit_code: int = 0) -> str:
    done = CliRunner().invoke(app, ["compare", CASE, "--actors", *ASKED, "--store", str(store), *words])
    assert done.exit_code == exit_code, done.output
    return done.stdout


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    case = load(CASE)
    kept = population_of(case, 24, 1, threads=1)
    asked = ["no_us_action", "leverage"]
    return actor_table(run(case, policies=asked, futures=24, actors=True, threads=1, population=kept))


def test_json_is_the_table_of_the_run_with_what_must_be_read_beside_it(store: Path, table: pd.DataFrame) -> None:
    found = json.loads(call(store, "--json"))
    assert found["kind"] == "comparison of actor policies"
    assert found["reference"] == "no_us_action"
    rows = found["tables"][0]["rows"]
    notes = {row["outcome"]: row["note"] for row in rows}
    assert (found["seed"], found["futures"]) == (1, 24)
    wanted = {"road_open", "relief_in", "way_out", "offensive", "settlement", "below_requirement", "departures"}
    assert notes.keys() == wanted
    assert "one advocacy article" in notes["offensive"]
    assert "internship" in notes["offensive"]
    assert "knew the end" in notes["offensive"]
    assert "can mean that they fled" in notes["below_requirement"]
    assert [row["value"] for row in rows] == table["value"].tolist()
    last = [row for row in rows if row["outcome"] == "way_out" and row["day"] == 91]
    assert [row["date"] for row in last] == ["2023-12-18", "2023-12-18"]
    assert last[0]["diff"] is None  # the reference itself
    assert last[1]["diff"] is not None
    assert last[1]["share_better"] is None  # a way out is neither good nor bad
    shares = [row for row in rows if row["share_better"] is not None]
    assert shares
    assert all(0 <= row["share_better"] + row["share_worse"] <= 1 for row in shares)


def test_csv_holds_the_same_numbers_and_the_note_beside_every_offensive(
    store: Path, table: pd.DataFrame, tmp_path: Path
) -> None:
    call(store, "--csv", str(tmp_path / "table.csv"))
    found = pd.read_csv(io.StringIO((tmp_path / "table.csv").read_text(encoding="utf-8")), keep_default_na=True)
    assert set(found.columns) == {*COLUMNS, "date", "note", *ORIGIN}
    assert set(found["changed"]) == {"only policies: no_us_action, leverage (of 11)"}
    pd.testing.assert_series_equal(found["value"], table["value"])
    pd.testing.assert_series_equal(found["diff"], table["diff"])
    assert found.loc[found["outcome"] == "offensive", "note"].str.contains("one advocacy article").all()
    assert found.loc[found["outcome"] == "below_requirement", "note"].str.contains("they fled").all()
    assert found.loc[found["outcome"] == "road_open", "note"].isna().all()


def test_the_screen_says_what_the_numbers_rest_on(store: Path) -> None:
    shown = " ".join(call(store).split())
    # the note is whatever the file says, no statement on the offensive
    assert "* On what this model of the sides rests, its file says: The actors rest mainly on one advocacy" in shown
    assert "** Fewer people who eat too little can mean that they fled" in shown
    assert "differences between policies deserve more trust" in shown
    assert "Leverage" in shown
    assert "(reference)" in shown


def test_another_reference_turns_the_sign(store: Path, table: pd.DataFrame) -> None:
    found = json.loads(call(store, "--json", "--reference", "leverage"))
    turned = {
        (row["outcome"], row["day"]): row["diff"]
        for row in found["tables"][0]["rows"]
        if row["policy"] == "no_us_action"
    }
    given = table[table["policy"] == "leverage"].set_index(["outcome", "day"])["diff"].to_dict()
    assert turned.keys() == given.keys()
    assert all(turned[key] == pytest.approx(-given[key]) for key in given)


def test_the_page_of_the_same_run_carries_both_warnings(store: Path, tmp_path: Path) -> None:
    call(store, "--report", str(tmp_path / "page.html"))
    page = " ".join((tmp_path / "page.html").read_text(encoding="utf-8").split())
    assert "can mean that they fled" in page
    assert page.count("one advocacy article") >= 4


def test_a_case_without_sides_says_so(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["compare", "leningrad-1941", "--actors", "--store", str(tmp_path / "none")])
    assert isinstance(done.exception, InputError)
    assert "no model of the sides" in done.exception.problems[0].sentence()
