"""The field's yardstick: naive forecasts, Flee's published behaviour, and the better rule judged on unseen cases."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corridor.analysis.displacement.fit import leave_one_out
from corridor.analysis.displacement.knowledge import what_knowledge_adds
from corridor.analysis.displacement.scores import FLEE_2026, baseline_scores, relative_difference
from corridor.analysis.displacement.validate import LEAK_FREE, validate_displacement
from corridor.exchange.flee.read import read_flee_case
from corridor.exchange.flee.settings import read_flee_settings
from corridor.rules.displacement.case import DisplacementCase, scaled, without_capacity
from corridor.rules.displacement.flee3 import Flee3
from corridor.rules.displacement.followers import Followers
from corridor.rules.displacement.simulate import DisplacementRule, simulate_displacement

# equal shares, capacity, share at day 30: measured once with another program on the same files
NAIVE = {
    "burundi2015": (0.749, 0.337, 0.341),
    "car2013": (0.781, 0.372, 0.888),
    "mali2012": (1.075, 0.168, 0.376),
    "nigeria2016": (0.581, 0.087, 0.083),
    "ssudan2013": (0.741, 0.423, 0.798),
    "syria2013": (0.487, 0.467, 0.600),
}
# what the five other cases choose for each (docs/rules/movement.md): distance power, softening, company
GIVEN_FITS = {
    "burundi2015": (0.5, 200.0, 1.0),
    "car2013": (0.5, 200.0, 1.0),
    "mali2012": (0.8, 200.0, 1.5),
    "nigeria2016": (0.5, 200.0, 1.0),
    "ssudan2013": (0.4, 200.0, 1.0),
    "syria2013": (0.8, 200.0, 1.0),
}
FREE_FITS = {
    "burundi2015": (0.8, 200.0, 0.7),
    "car2013": (1.0, 200.0, 0.85),
    "mali2012": (0.9, 200.0, 0.85),
    "nigeria2016": (0.7, 150.0, 0.7),
    "ssudan2013": (0.8, 200.0, 0.7),
    "syria2013": (0.8, 200.0, 0.7),
}


@pytest.fixture(scope="module")
def cases(corridor_data: Path) -> dict[str, DisplacementCase]:
    return {name: read_flee_case(corridor_data / "flee-cases" / name) for name in NAIVE}


def score(case: DisplacementCase, rule: DisplacementRule, futures: int = 1) -> float:
    out = simulate_displacement(case, rule, futures=futures, seed=11)
    return float(relative_difference(out.camps(case), case.counted).mean())


@pytest.mark.parametrize("name", NAIVE)
def test_naive_forecasts(cases: dict[str, DisplacementCase], name: str) -> None:
    got = baseline_scores(cases[name])
    for method, published in zip(("equal shares", "capacity", "share at day 30"), NAIVE[name], strict=True):
        assert got[method] == pytest.approx(published, abs=0.0011), method


def test_the_settings_of_the_yardstick_are_the_defaults(corridor_data: Path) -> None:
    rule, notes = read_flee_settings(corridor_data / "flee-cases" / "simsetting.yml")
    assert rule == Flee3()
    assert notes == ()


@pytest.mark.parametrize("name", NAIVE)
def test_flee3_with_capacities_scores_as_flee(cases: dict[str, DisplacementCase], name: str) -> None:
    """Flee was run once per case; two of its runs differ by about 0.006 (1.4 times its deviation of 0.004)."""
    part = scaled(cases[name], 0.01 if name == "syria2013" else 0.1)
    assert score(part, Flee3(as_flee=True), futures=4) == pytest.approx(FLEE_2026[name][0], abs=0.0085)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            marks=pytest.mark.xfail(
                name == "nigeria2016", strict=True,
                reason="measured once as 0.243; here and with the peer's own version 3.1 on the same files 0.281",
            ),
        )
        for name in NAIVE
    ],
)  # fmt: skip
def test_flee3_without_capacities_scores_as_flee(cases: dict[str, DisplacementCase], name: str) -> None:
    got = score(without_capacity(cases[name]), Flee3(as_flee=True))
    assert got == pytest.approx(FLEE_2026[name][1], abs=0.03)


def chosen(values: tuple[float, float, float]) -> Followers:
    return Followers(distance_power=values[0], softening=values[1], company=values[2])


def test_followers_on_unseen_cases_with_capacities(cases: dict[str, DisplacementCase]) -> None:
    got = [score(case, chosen(GIVEN_FITS[name])) for name, case in cases.items()]
    assert np.mean(got) <= 0.28


def test_followers_on_unseen_cases_without_the_leak(cases: dict[str, DisplacementCase]) -> None:
    got = {name: score(without_capacity(case), chosen(FREE_FITS[name])) for name, case in cases.items()}
    assert np.mean(list(got.values())) <= 0.45
    assert sum(got[name] < NAIVE[name][0] for name in got) >= 4
    assert sum(got[name] < FLEE_2026[name][1] for name in got) >= 4


def test_followers_with_numbers_from_the_literature_alone(cases: dict[str, DisplacementCase]) -> None:
    """No number is fitted: distance 0.97 and residents 0.86 (Cohen et al. 2008), softening of Flee's settings."""
    rule = Followers(distance_power=0.97, softening=50.0, company=0.6, origin_power=0.86)
    assert np.mean([score(without_capacity(case), rule) for case in cases.values()]) <= 0.55


def test_what_each_kind_of_knowledge_adds(cases: dict[str, DisplacementCase]) -> None:
    case = without_capacity(cases["burundi2015"])
    losses = {loss.taken_away: loss.score for loss in what_knowledge_adds(case, Followers(), futures=1)}
    assert losses["who is there"] > losses["nothing"] + 0.02
    assert losses["opening days"] > losses["nothing"] + 0.03


def test_the_table_of_two_cases(cases: dict[str, DisplacementCase]) -> None:
    two = [cases[name] for name in ("burundi2015", "mali2012")]
    table = validate_displacement(two, futures=2, fit=False)
    assert {row.case for row in table.rows} == {"burundi2015", "mali2012"}
    rules = [s for s in table.summaries if s.knowledge == LEAK_FREE and s.method == "followers"]
    assert len(rules) == 1
    assert rules[0].cases == 2
    assert rules[0].better_than_equal == 2
    assert rules[0].score.low <= rules[0].score.mean <= rules[0].score.high
    assert isinstance(table.as_dict()["rows"], tuple | list)


def test_leaving_a_case_out_never_looks_at_it(cases: dict[str, DisplacementCase]) -> None:
    rules = [Followers(company=c) for c in (0.3, 0.6, 0.9)]
    scores = np.array([[0.1, 0.5, 0.3], [0.2, 0.4, 0.3], [0.9, 0.3, 0.1]])
    three = [cases[name] for name in ("burundi2015", "car2013", "mali2012")]
    fits = leave_one_out(three, rules, scores)
    assert [fit.rule.company for fit in fits] == [0.9, 0.3, 0.3]
    assert [fit.score for fit in fits] == [0.9, 0.5, 0.3]
    with pytest.raises(ValueError, match="at least two"):
        leave_one_out(three[:1], rules, scores[:, :1])
