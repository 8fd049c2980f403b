"""Results have not moved unnoticed; `make golden` rewrites the tables on purpose."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import rewrite

NAMES = ("new-case", "nagorno-karabakh-september", "nagorno-karabakh-june", "berlin-1948")


@pytest.mark.parametrize("name", NAMES)
def test_the_summary_is_the_recorded_one(name, tmp_path_factory):
    case, variant = rewrite.cases(tmp_path_factory.getbasetemp())[name]
    now = rewrite.table(case, variant).reset_index(drop=True)
    then = pd.read_csv(Path(__file__).parent / f"{name}.csv")
    words = ["policy", "condition", "day", "outcome", "unit"]
    pd.testing.assert_frame_equal(now[words], then[words])
    for column in ("median", "low_80", "high_80", "p_better"):
        np.testing.assert_allclose(now[column], then[column], rtol=2e-3, atol=1e-6, err_msg=column)
