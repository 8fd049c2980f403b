"""The days on which a comparison reports: as chosen, or spread over the horizon."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from analysis_case import blank, toy
from corridor.analysis.outcomes.block import report_days
from corridor.core.errors import InputError
from corridor.scenario.model import Action
from corridor.studies.dates import days_of


def test_days_are_read_as_written_and_the_last_is_always_there() -> None:
    case = toy(horizon=40)
    assert days_of(case, "+7, 2030-01-11,30") == (7, 10, 30, 40)
    assert days_of(case, [date(2030, 1, 3), 5]) == (2, 5, 40)
    assert days_of(case, None) is None and days_of(case, "") is None
    with pytest.raises(InputError) as error:
        days_of(case, "soon,+41,2030-01-01")
    said = str(error.value)
    assert '"soon" is no date' in said and "+41 is not after as_of" in said and "2030-01-01 is not after" in said


def test_a_run_reports_on_chosen_days_else_over_its_horizon_and_on_the_first_day_of_a_policy() -> None:
    def days(horizon: int, **more) -> list[int]:
        ds = blank(days=horizon, case=more.pop("case", None))
        return (report_days(ds.assign_attrs(more)) + 1).tolist()

    assert days(91) == [7, 30, 60, 91]
    assert days(400) == [7, 30, 100, 200, 300, 400]
    assert days(91, report_days=(3, 91)) == [3, 91]
    later = Action(do="force", target="links.road.regime", value=1.0, starts=date(2030, 1, 1) + timedelta(days=20))
    case = toy()
    held = case.policies[0].model_copy(update={"id": "held", "actions": (later,)})
    assert days(91, case=case.model_copy(update={"policies": (held,)})) == [7, 20, 30, 60, 91]
