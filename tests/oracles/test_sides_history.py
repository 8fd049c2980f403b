"""The likelihood of a coded past against sums written out, naive forecasts by hand, and blindness in time."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from actors_case import certain, sides
from corridor.analysis.sides.history import posterior, sample, scores, weights
from corridor.core.errors import InputError
from corridor.strategy import read_actors_data, utilities
from corridor.strategy.history import WEEK, Coded, coded_past, free_model, likelihood

START = date(2024, 1, 1)
SPREAD = 0.5


def day(n: int) -> date:
    return START + timedelta(days=n)


FACTS = (Coded(START, "block", True), Coded(day(4), "press", True), Coded(day(11), "block", False))


@pytest.mark.parametrize("draw", [0, 1, 2])
def test_the_likelihood_is_the_product_of_days(draw: int) -> None:
    """How often everybody decides is integrated here."""
    content = read_actors_data({**certain(), "priors": {**certain()["priors"], "rate_sd_log": SPREAD}})
    model = free_model(content)
    past = coded_past(model, FACTS, day(17))
    like = likelihood(content, model, past, 3)
    worth = utilities(model, like.preferences)[draw]
    lam = like.draws.lam[draw]

    def chance(i: int, s: int, t: int) -> float:
        moves = [int(m) for m in model.space.moves(i, s)]
        odds = {m: np.exp(lam * worth[i, m]) for m in [*moves, s]}
        return float(odds.get(t, 0.0) / sum(odds.values()))

    def deal(s: int, t: int | None = None) -> float:
        total = 0.0
        for p, package in enumerate(model.packages):
            to = int(model.package_target[p, s])
            if to < 0 or (t is not None and to != t):
                continue
            gains = [worth[model.actors.index(m), to] - worth[model.actors.index(m), s] for m in package.members]
            pressed = bool(model.space.face[s, [o.id for o in model.space.options].index("press")])
            often = package.rate_per_week * (package.multipliers["press"] if pressed else 1.0)
            total += often * float(np.prod([1 / (1 + np.exp(-lam * gain)) for gain in gains]))
        return total

    states = [past.start, past.moves[0].after, past.moves[1].after]
    stays = [(states[0], 4), (states[1], 7), (states[2], 6)]  # days that begin in each: the move is made within its day
    expected = -sum(days * deal(s) for s, days in stays) / WEEK
    for i, actor in enumerate(model.actors):
        away = sum(days * (1 - chance(i, s, s)) for s, days in stays) / WEEK
        mine = [m for m in past.moves if {o.owner for o in model.space.options if o.id in m.flips} == {actor}]
        median = next(a.rate for a in content.actors if a.id == actor)

        def density(z: float, median: float = median, away: float = away, mine: list = mine, i: int = i) -> float:
            rate = median * np.exp(SPREAD * z)
            events = [(rate * chance(i, m.before, m.after) + deal(m.before, m.after)) / WEEK for m in mine]
            return float(norm.pdf(z) * np.exp(-rate * away) * np.prod(events))

        expected += np.log(quad(density, -6, 6)[0])
    assert like.by_week.shape == (3 + 1, 3)  # 17 days are two weeks and three days
    assert like.by_week[-1, draw] == pytest.approx(expected, abs=2e-3)
    assert weights(like).sum() == pytest.approx(1.0)


def test_nothing_is_read_before_its_week() -> None:
    content = read_actors_data(sides())
    model = free_model(content)
    later = (*FACTS, Coded(day(16), "attack", True))
    few, more = (coded_past(model, facts, day(21)) for facts in (FACTS, later))
    a, b = (scores(likelihood(content, model, past, 64), past) for past in (few, more))
    for name in ("model", "prior", "rates"):
        np.testing.assert_allclose(getattr(a, name)[:2], getattr(b, name)[:2], rtol=1e-12)
        assert getattr(a, name)[2] > getattr(b, name)[2]
    np.testing.assert_allclose(a.effective, b.effective)
    assert (a.nothing[:2] != b.nothing[:2]).all()  # it has hindsight, and says so


def test_base_rates_by_hand() -> None:
    content = read_actors_data(sides())
    model = free_model(content)
    past = coded_past(model, FACTS, day(14))
    found = scores(likelihood(content, model, past, 8), past)
    first = 0.5 / 182
    np.testing.assert_allclose(found.rates[0], np.log(first) + 34 * np.log1p(-first))
    pressed, other = 1.5 / 189, 0.5 / 189
    expected = np.log(other) + (6 + 3 * 7) * np.log1p(-other) + 7 * np.log1p(-pressed)
    np.testing.assert_allclose(found.rates[1], expected)
    rate = 2 / (5 * 14)
    np.testing.assert_allclose(found.nothing.sum(), 2 * np.log(rate) + 68 * np.log1p(-rate))
    assert found.weeks.tolist() == [1, 1]


def test_the_posterior_moves_where_the_past_says_something() -> None:
    content = read_actors_data(sides())
    model = free_model(content)
    past = coded_past(model, (FACTS[0],), day(140))  # twenty weeks in which nobody moves
    like = likelihood(content, model, past, 256)
    rows = {row["input"]: row for row in posterior(like, model.actors)}
    assert rows["inertia"]["posterior"] > rows["inertia"]["prior"]
    assert rows["rate of KEEPER"]["posterior"] < rows["rate of KEEPER"]["prior"]
    assert rows["rate of KEEPER"]["prior"] == pytest.approx(1.5, rel=0.05)
    wants, ways = sample(like, 64)
    assert ways.inertia.mean() > like.draws.inertia.mean()
    assert wants.weights.shape == (64, len(model.statements))
    assert ways.rate.shape == (3, 64)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ((), "has no coded choice"),
        ((Coded(START, "blok", True),), 'no option "blok"; did you mean "block"'),
        ((FACTS[0], Coded(day(2), "attack", True), Coded(day(3), "sign", True)), "cannot be at once"),
    ],
)
def test_a_past_that_cannot_be_is_refused(facts: tuple[Coded, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        coded_past(free_model(read_actors_data(sides())), facts, day(14))
