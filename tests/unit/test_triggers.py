"""Actions that begin on a day of their own in each future: by a threshold, or on a day drawn from a range."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from corridor.core.errors import InputError
from corridor.engine import run
from corridor.rules import PARAMETERS
from corridor.scenario import add_policy
from corridor.scenario.model import Action, Policy, Scenario
from corridor.scenario.trigger import Threshold, range_of, threshold_of
from small import small

FUTURES = 12
OPEN = 31.0


def opened(id_: str, first: int, scenario: Scenario, **more: Any) -> Policy:
    """Return the first policy with a gate that is forced open from a day on."""
    day = scenario.as_of + timedelta(days=first)
    action = Action(do="force", target="links.gate.regime", value=OPEN, starts=day, **more)
    old = scenario.policies[0]
    return old.model_copy(update={"id": id_, "actions": (*old.actions, action)})


def test_a_drawn_day_plays_as_that_day_fixed() -> None:
    """In each future, everything is bit for bit what the policy with that future's own day gives."""
    case = small()
    late = case.as_of + timedelta(days=8)
    fixed = [opened(f"day{n}", n, case) for n in range(3, 9)]
    drawn = opened("drawn", 3, case, latest=late)
    case = case.model_copy(update={"policies": (drawn, *fixed), "conditions": case.conditions[:1]})
    case = case.model_copy(update={"reference_policy": "drawn"})
    ds = run(case, futures=FUTURES, record=("stock", "people", "regime"))
    stock = ds["stock"].transpose("policy", "condition", "future", ...).values[:, 0]
    same = [[bool(np.array_equal(stock[0, f], stock[k, f])) for k in range(1, 7)] for f in range(FUTURES)]
    assert all(any(row) for row in same)
    assert len({row.index(True) for row in same}) > 2


def test_a_threshold_begins_it_the_morning_after() -> None:
    """The gate is open from the first morning after an evening with less than so many days of food, and never before."""
    case = small()
    limit = 20.0
    policy = opened("thin", 1, case, when=Threshold(what="cover.flour", sign="<", value=limit))
    case = case.model_copy(
        update={"policies": (policy,), "conditions": case.conditions[:1], "reference_policy": "thin"}
    )
    ds = run(case, futures=FUTURES, record=("stock", "people", "regime"))
    ahead = ds.sel(day=ds["day"] > ds["as_of"])
    flour = [str(name) for name in ds["commodity"].values].index("flour")
    stock = ds["stock"].isel(policy=0, condition=0).transpose("future", "day", "place", "commodity").values[..., flour]
    people = ds["people"].isel(policy=0, condition=0).transpose("future", "day", "place").values
    gate = [str(name) for name in ds["link"].values].index("gate")
    regime = ahead["regime"].isel(policy=0, condition=0, link=gate).transpose("future", "day").values.astype(int) & 31
    days = regime.shape[1]
    for f in range(FUTURES):
        held = stock[f].sum(axis=1)[-days - 1 : -1]
        need = float(ds["need"].isel(future=f).values[flour])
        cover = held / (people[f].sum(axis=1)[-days - 1 : -1] * need)
        first = int(np.argmax(cover < limit)) if (cover < limit).any() else days
        assert (regime[f, first:] == OPEN).all()
        assert (regime[f, :first] != OPEN).all()


def test_alone_or_in_a_crowd_a_future_is_the_same() -> None:
    """The day on which a threshold or a drawn day begins depends on the future itself, bit for bit."""
    case = small()
    thin = opened("thin", 1, case, when=Threshold(what="cover.flour", sign="<", value=20.0))
    drawn = opened("drawn", 3, case, latest=case.as_of + timedelta(days=8))
    case = case.model_copy(
        update={"policies": (thin, drawn), "conditions": case.conditions[:1], "reference_policy": "thin"}
    )
    few, many = (run(case, futures=n, record=("stock", "people", "regime")) for n in (3, FUTURES))
    for name in ("stock", "people", "regime"):
        assert few[name].values.tobytes() == many[name].isel(future=slice(3)).values.tobytes(), name


def test_what_is_written_is_read() -> None:
    found = threshold_of("cover.food < 7 for 3 days")
    assert found is not None
    assert (found.what, found.sign, found.value, found.days) == ("cover.food", "<", 7.0, 3)
    assert threshold_of("gone > 20 %").value == pytest.approx(0.2)
    assert threshold_of("cover.food <") is None
    assert threshold_of("cover.food < 7 for 0 days") is None
    days = range_of("+3..+20")
    assert (days.first, days.last) == (3, 20)
    assert range_of("+20..+3") is None


def test_a_threshold_on_an_unknown_good_is_refused() -> None:
    entry = {
        "id": "p",
        "title": "P",
        "actions": [{"do": "force", "target": "links.gate.regime", "value": "open", "when": "cover.gold < 7"}],
    }
    with pytest.raises(InputError, match="gold"):
        add_policy(small(), entry)


def test_a_parameter_that_is_forced_until_a_day_is_then_as_it_was() -> None:
    case, usual = small(), PARAMETERS["care.lag"].default

    def forced(id_: str, *values: tuple[float, int, int | None]) -> Policy:
        actions = tuple(
            Action(do="force", target="parameters.care.lag", value=value, starts=case.as_of + timedelta(days=first),
                   ends=None if last is None else case.as_of + timedelta(days=last))
            for value, first, last in values
        )  # fmt: skip
        return case.policies[0].model_copy(update={"id": id_, "actions": (*case.policies[0].actions, *actions)})

    policies = (
        forced("until", (2.0, 1, 9)),
        forced("back", (2.0, 1, 9), (usual, 10, None)),
        forced("on", (2.0, 1, None)),
    )
    case = case.model_copy(update={"policies": policies, "conditions": case.conditions[:1], "reference_policy": "on"})
    dead = run(case, futures=FUTURES, record=("deaths_expected",))["deaths_expected"].isel(condition=0)
    until, back, on = (dead.sel(policy=one.id).values for one in policies)
    assert np.array_equal(until, back)
    assert not np.array_equal(until, on)
