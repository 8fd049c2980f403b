"""What signs teach, against truths: 50 drawn from the prior of an invented blockade, seen with known errors.

Addresses of truths, seeds, signs and the inputs that they inform are fixed here, before anything was played. Figures:
`pytest -m slow -s tests/claims/test_past_learned.py`.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from scipy.special import ndtr, ndtri
from scipy.stats import kstest

import corridor
from corridor.analysis.compare import compare
from corridor.analysis.scores.measures import quantile
from corridor.analysis.signs.past import Past
from corridor.analysis.signs.weights import FITS, SIMULATED, conditioned, normalised
from corridor.engine import histories, run
from corridor.engine.compile import compile_scenario
from corridor.kernels.sobol import stratified
from corridor.scenario import write_new
from corridor.scenario.model import Scenario, Sign
from corridor.studies.past import population_of

TRUTHS, FIRST, POOL = 50, 1_000_000, 16_384
"""how many, the address of the first, and how many histories are weighed by what each of them shows"""
ERROR = 0.04
"""standard deviation of the logarithm of what is reported of a ration"""
DOUBT = 0.05
"""share of the prior in what is scored: an empty tenth of few histories is not impossible"""
INFORMED = {
    "bodies.activity_level": ("flour", 10), "commodities.petrol.need": ("petrol", 10),
    "commodities.medicine.need": ("medicine", 30), "stocks.*.flour": ("flour", 45),
}  # fmt: skip
"""input -> the ration that tells of it: good, days after the start"""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    folder = tmp_path_factory.mktemp("past") / "case"
    write_new(folder)
    (folder / "signs.csv").unlink()
    return corridor.load(folder)


def sign(start: date, good: str, day: int, value: float) -> Sign:
    when, wide = start + timedelta(days=day), np.exp(1.645 * ERROR)
    about = {"kind": "ration", "place": "valleytown", "commodity": good, "value": value}
    return Sign(date=when, known=when, low=value / wide, high=value * wide, **about)


def scores(case: Scenario) -> np.ndarray:
    """Return (truth, input, 5): rank of the truth, width of 80 % before and after, log score before and after.

    The log score is that of the tenth of the prior in which the truth lies.
    """
    c, rng = compile_scenario(case), np.random.default_rng(2030)
    truths = np.arange(FIRST, FIRST + TRUTHS, dtype=np.uint32)
    pool = np.arange(POOL, dtype=np.uint32)
    past, true = (
        Past(histories(case, numbers, seed=1, record=["people", "used"], threads=2)) for numbers in (pool, truths)
    )
    z, theta = (
        {path: ndtri(stratified(c.inputs[path].key or path, 1, numbers)) for path in INFORMED}
        for numbers in (pool, truths)
    )
    out = np.empty((TRUTHS, len(INFORMED), 5))
    for t in range(TRUTHS):
        log_weight = np.zeros(POOL)
        for good, day in INFORMED.values():
            there = float(SIMULATED["ration"](sign(case.start, good, day, 1.0), true)[t])
            seen = sign(case.start, good, day, there * float(np.exp(ERROR * rng.normal())))
            log_weight += FITS["ration"](seen, past)
        w = normalised(log_weight)
        for i, path in enumerate(INFORMED):
            x, one = z[path], theta[path][t]
            before, after = (np.diff(quantile(x, (0.1, 0.9), given))[0] for given in (None, w))
            rank = w @ (x < one) + 0.5 * (w @ (x == one))
            tenth = np.floor(10 * ndtr(np.array([one])))[0]
            inside = w @ (np.floor(10 * ndtr(x)) == tenth)
            out[t, i] = rank, before, after, np.log(0.1), np.log((1 - DOUBT) * inside + DOUBT * 0.1)
    return out


@pytest.mark.slow
def test_truths_of_the_prior_are_found_where_the_weights_say(case: Scenario) -> None:
    found = scores(case)
    p = np.array([kstest(found[:, i, 0], "uniform").pvalue for i in range(len(INFORMED))])
    widths, gains = 1.0 - found[:, :, 2] / found[:, :, 1].mean(axis=0), found[:, :, 4] - found[:, :, 3]
    narrowed, better = widths.mean(axis=0), gains.mean(axis=0)
    errors = [x.std(axis=0, ddof=1) / np.sqrt(TRUTHS) for x in (widths, gains)]
    for path, *row in zip(INFORMED, p, narrowed, errors[0], better, errors[1], strict=True):
        print(
            "{}: p of ranks {:.2f}, narrower by {:.0%} ± {:.0%}, log score better by {:.2f} ± {:.2f}".format(path, *row)
        )
    assert (p > 0.01).all()
    assert (narrowed >= 0.3).all()
    assert (better > 0).all()


@pytest.mark.slow
def test_the_error_of_a_paired_difference_is_its_spread_over_scramblings(case: Scenario) -> None:
    signs = (sign(case.start, "flour", 45, 0.2), sign(case.start, "medicine", 30, 0.0014))
    seen = case.model_copy(update={"signs": signs})
    found = []
    for seed in range(1, 31):
        kept = population_of(seen, 128, seed, threads=2)
        assert kept is not None
        asked = {"policies": ["regime_held", "more_aid"], "conditions": ["calm"], "futures": 128, "seed": seed}
        ds = conditioned(run(seen, population=kept, threads=2, **asked))
        table = compare(ds, outcomes=["energy_gap", "intake"], days=[59]).set_index(["policy", "outcome"])
        found.append(
            [
                [float(table.loc[("more_aid", name), column]) for column in ("diff_mean", "diff_error")]
                for name in ("energy_gap", "intake")
            ]
        )
    numbers = np.array(found)
    ratio = np.sqrt((numbers[:, :, 1] ** 2).mean(axis=0)) / numbers[:, :, 0].std(axis=0, ddof=1)
    print(f"error reported over actual: {ratio.round(2)} ± {1.0 / np.sqrt(2 * 29):.0%}, by the number of scramblings")
    assert ((ratio > 0.8) & (ratio < 1.5)).all()
