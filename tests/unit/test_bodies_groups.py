"""Bodies, ages and climate of a case: its own numbers, those of its group of countries, or the world's; and what is said."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.engine.compile import compile_scenario, draw_inputs
from corridor.rules import PARAMETERS
from corridor.scenario.audit import audit
from corridor.scenario.groups import given, groups, told
from small import q, small

FUTURES = np.arange(64, dtype=np.uint32)


def drawn(case):
    return draw_inputs(compile_scenario(case), 1, FUTURES).numbers


@pytest.mark.parametrize("group", groups())
def test_a_group_gives_bodies_and_ages_within_bounds_and_with_a_source(group):
    found = groups()[group]
    assert set(found) == {f"bodies.{name}" for name in ("bmi_men", "bmi_women", "share_under5", "share_5_9",
                                                        "share_10_19", "share_60")} | {
        "deaths.crude_baseline", "child_deaths.baseline", "children.whz_start"} | (
        {"care.unsaid", "care.sets_in"} if group == "sub_saharan_africa" else set())  # fmt: skip
    for name, (quantity, source) in found.items():
        parameter = PARAMETERS[name]
        assert parameter.minimum <= quantity.low <= quantity.value <= quantity.high <= parameter.maximum, name
        assert len(source) > 20


def test_a_case_before_its_group_before_the_world():
    case = small().model_copy(update={"bodies": "south_asia"})
    own = case.model_copy(update={"parameters": {**case.parameters, "bodies.bmi_men": q(20.0)}})
    means = [drawn(one)["bodies.bmi_men"].mean() for one in (small(), case, own)]
    assert means == pytest.approx([24.2, 21.4, 20.0], abs=0.3)
    assert given(own, "bodies.bmi_men").value == 20.0
    assert given(case, "bodies.adult_age") is None
    need = [drawn(one)["intake.requirement"].mean() for one in (small(), case)]
    assert need[1] < need[0] - 30, "lighter people need less"


def test_what_is_no_fact_of_the_case_is_said():
    case = small()
    assert "world" in told(case) and "no temperature" in told(case)
    assert "south asia" in told(case.model_copy(update={"bodies": "south_asia"}))
    every = {name: q(p.default) for name, p in PARAMETERS.items() if name.startswith("bodies.")}
    assert told(case.model_copy(update={"parameters": every})) == ""


def test_the_audit_has_the_numbers_of_the_group():
    rows = {row.path: row for row in audit(small().model_copy(update={"bodies": "eastern_europe"}))}
    assert rows["parameters.bodies.share_60"].value == 0.235


def test_ages_never_pass_the_whole():
    for group in groups():
        p = drawn(small().model_copy(update={"bodies": group}))
        assert (p["bodies.share_adults"] - p["bodies.share_60"] > 0.1).all()
