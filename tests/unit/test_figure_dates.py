"""The days below a figure: short names of days, months and years, whatever span it has."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from corridor.report.style import dated, drawing

STARTS = ("2015-09-01", "2016-02-03", "2016-02-29", "2016-12-20")
SPANS = (2, 3, 7, 13, 22, 30, 45, 60, 90, 150, 200, 274, 299, 303, 330, 366, 400, 550, 730, 1100, 2500)


def names(start: str, days: int, most: int) -> list[str]:
    axes = Figure().subplots()
    first = np.datetime64(start)
    axes.set_xlim(first, first + days)
    dated(axes, most)
    low, high = axes.get_xlim()
    marks = [mark for mark in axes.xaxis.get_major_locator()() if low <= mark <= high]
    return list(axes.xaxis.get_major_formatter().format_ticks(marks))


@pytest.mark.parametrize("most", [3, 4])
@pytest.mark.parametrize("days", SPANS)
def test_a_span_of_any_length_has_two_days_or_more_and_no_hours(days: int, most: int) -> None:
    with drawing():
        for start in STARTS:
            said = names(start, days, most)
            assert 2 <= len(said) <= most + 1, (start, said)
            assert not [one for one in said if ":" in one or not one.strip()], (start, said)
