"""No array of a small run and no column of a small study has moved unnoticed; `make golden` rewrites them on purpose."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import whole

HERE = Path(__file__).parent
NEAR = 1e-6
"""of the size of a column: other machines add in another order"""


def check(now: pd.DataFrame, held: pd.DataFrame, near: float = NEAR) -> None:
    assert list(zip(now["of"], now["name"], now["numbers"], strict=True)) == list(
        zip(held["of"], held["name"], held["numbers"], strict=True)
    )
    moved = (now["sum"] - held["sum"]).abs() > near * (now["size"] + 1.0)
    assert not moved.any(), now[moved].assign(then=held["sum"]).to_string()


def then(file: str, name: str) -> pd.DataFrame:
    every = pd.read_csv(HERE / file)
    return every[every["of"] == name].reset_index(drop=True)


def words(name: str) -> str:
    return name.replace(" ", "-")


@pytest.mark.parametrize("name", whole.names_of_cases(), ids=words)
def test_no_variable_of_a_run_has_moved(name: str, tmp_path: Path) -> None:
    check(whole.case_table(tmp_path, name), then("days.csv", name))


@pytest.mark.parametrize("name", whole.STUDIES, ids=words)
def test_no_column_of_a_study_has_moved(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    check(whole.study_table(tmp_path, name), then("studies.csv", name))


def test_every_case_and_study_is_held() -> None:
    assert set(pd.read_csv(HERE / "days.csv")["of"]) == set(whole.names_of_cases())
    assert set(pd.read_csv(HERE / "studies.csv")["of"]) == set(whole.STUDIES)
