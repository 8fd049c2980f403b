"""The order of numbers beside NumPy's stable one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corridor.kernels.order import order_of


@given(st.lists(st.sampled_from([-2.0, 0.0, 0.5, 1.0, 3.0, np.inf]), max_size=40))
def test_numbers_come_in_the_stable_order(values: list[float]) -> None:
    given_ = np.array(values, np.float64)
    assert order_of(given_, given_.size).tolist() == np.argsort(given_, kind="stable").tolist()


def test_only_the_first_ones_are_put_in_order() -> None:
    assert order_of(np.array([3.0, 1.0, 2.0, 0.0]), 3).tolist() == [1, 2, 0]
