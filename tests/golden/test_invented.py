"""No analysis makes anything else of a run that nobody played; `make golden` rewrites what is held on purpose."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest
import xarray as xr

sys.path.insert(0, str(Path(__file__).parent))

import invented
from test_whole import check, then, words


@pytest.fixture(scope="module")
def run() -> xr.Dataset:
    return invented.a_run()


@pytest.mark.parametrize("name", invented.READ, ids=words)
def test_no_analysis_of_an_invented_run_has_moved(name: str, run: xr.Dataset) -> None:
    check(invented.tables(run, name), then("invented.csv", name), near=1e-8)


def test_every_analysis_is_held() -> None:
    assert set(pd.read_csv(Path(invented.__file__).with_name("invented.csv"))["of"]) == set(invented.READ)
