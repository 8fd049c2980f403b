"""Days that are ranges: the last day of an action and the day of an event, drawn once in each future."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corridor.core.errors import InputError
from corridor.engine import run
from corridor.scenario import add_policy, load
from corridor.scenario.model import Action, Event, Policy, Scenario
from corridor.scenario.trigger import range_of
from corridor.scenario.write.new import write_new
from small import CLOSED, small

FUTURES = 8


def closed(id_: str, scenario: Scenario, until: int, latest: int | None = None) -> Policy:
    """Return the first policy with the inner road forced closed from the third day to a day, or to a drawn one."""
    day = {n: scenario.as_of + timedelta(days=n) for n in (3, until, latest or until)}
    more: dict[str, Any] = {} if latest is None else {"ends_latest": day[latest]}
    action = Action(do="force", target="links.inner.regime", value=CLOSED, starts=day[3], ends=day[until], **more)
    old = scenario.policies[0]
    return old.model_copy(update={"id": id_, "actions": (*old.actions, action)})


def with_event(case: Scenario, first: int, last: int | None = None) -> Scenario:
    """Return the case with the inner road closed on a day of its history, or on one drawn up to `last`."""
    day, latest = (None if n is None else case.start + timedelta(days=n) for n in (first, last))
    assert day is not None
    event = Event(date=day, latest=latest, known=case.start, kind="regime", target="inner", value=CLOSED)
    return case.model_copy(update={"events": (*case.events, event), "conditions": case.conditions[:1]})


@pytest.mark.slow
def test_a_drawn_last_day_plays_as_that_day_fixed() -> None:
    case = small()
    policies = (closed("drawn", case, 6, 10), *(closed(f"until{n}", case, n) for n in range(6, 11)))
    update = {"policies": policies, "conditions": case.conditions[:1], "reference_policy": "drawn"}
    ds = run(case.model_copy(update=update), futures=FUTURES, record=("stock", "regime"))
    stock = ds["stock"].transpose("policy", "condition", "future", ...).values[:, 0]
    same = [[bool(np.array_equal(stock[0, f], stock[k, f])) for k in range(1, len(policies))] for f in range(FUTURES)]
    assert all(any(row) for row in same)
    assert len({row.index(True) for row in same}) > 2


@pytest.mark.slow
def test_a_drawn_event_plays_as_on_that_day() -> None:
    """History and what comes after it are, in each future, bit for bit those of the event on that future's own day."""
    drawn = run(with_event(small(), 4, 9), futures=FUTURES, record=("stock", "people"))
    fixed = [run(with_event(small(), n), futures=FUTURES, record=("stock", "people")) for n in range(4, 10)]

    def stock(ds: Any, f: int) -> bytes:
        return bytes(ds["stock"].isel(future=f).transpose("policy", "condition", "day", ...).values.tobytes())

    same = [[stock(drawn, f) == stock(one, f) for one in fixed] for f in range(FUTURES)]
    assert all(any(row) for row in same)
    assert len({row.index(True) for row in same}) > 2


def test_a_future_draws_the_same_day_under_every_policy_and_in_any_crowd() -> None:
    """An event that is announced for some day after as_of comes on one day of a future, whatever the policy."""
    case = small()
    first, last = 24, 34
    case = with_event(case, first, last)
    gate = Action(do="force", target="links.gate.regime", value=CLOSED, starts=case.as_of + timedelta(days=2))
    other = case.policies[0].model_copy(update={"id": "other", "actions": (gate,)})
    case = case.model_copy(update={"policies": (case.policies[0], other)})
    ds = run(case, futures=FUTURES, record=("regime", "stock"))
    inner = [str(name) for name in ds["link"].values].index("inner")
    regime = ds["regime"].isel(condition=0, link=inner).transpose("policy", "future", "day").values.astype(int) & 31
    shut = regime == CLOSED
    begins = np.array([[int(np.flatnonzero(~row)[-1]) if (~row).any() else -1 for row in one] for one in shut])
    assert (begins[0] == begins[1]).all()
    assert len(set(begins[0])) > 2
    few = run(case, futures=3, record=("regime", "stock"))
    assert few["stock"].values.tobytes() == ds["stock"].isel(future=slice(3)).values.tobytes()


def test_ranges_of_civil_days() -> None:
    found = range_of("2024-01-10..2024-01-20")
    assert found is not None
    assert (found.first, found.last) == (date(2024, 1, 10), date(2024, 1, 20))
    assert range_of("2024-01-20..2024-01-10") is None
    assert range_of("2024-01-10..2024-01-40") is None


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ({"until": "+20..+3"}, "no range of days"),
        ({"from": "+5..", "until": "+9"}, "no range of days"),
        ({"from": "+3..+9", "until": "+6..+20"}, "in every future"),
        ({"from": "+3..+9", "until": "+6"}, "before from"),
    ],
)
def test_a_bad_range_is_refused(days: dict[str, str], told: str) -> None:
    action = {"do": "force", "target": "links.gate.regime", "value": "open", **days}
    with pytest.raises(InputError, match=told):
        add_policy(small(), {"id": "p", "title": "P", "actions": [action]})


def test_what_is_wrong_with_the_days_of_events_is_told_at_once(tmp_path: Path) -> None:
    """Each row whose range cannot be is told at its place; a sound one is read."""
    folder = tmp_path / "case"
    write_new(folder)
    table = folder / "events.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    columns = head.split(",")

    def row(**cells: str) -> str:
        return ",".join(cells.get(name, "") for name in (*columns, "latest"))

    more = [
        row(date="2024-01-05", latest="2024-01-09", kind="regime", target="gate", value="open"),
        row(date="2024-01-07", latest="2024-01-03", kind="damage", target="gate", value="0.1"),
        row(date="2024-01-06", latest="2024-01-08", kind="note", value="heard"),
    ]
    table.write_text("\n".join([f"{head},latest", *(f"{one}," for one in rows), *more, ""]), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(folder)
    told = [str(problem) for problem in caught.value.problems]
    assert len(told) == 2, told
    assert any("latest 2024-01-03 is before date 2024-01-07" in one for one in told)
    assert any("kind note is not drawn" in one for one in told)
    table.write_text("\n".join([f"{head},latest", *(f"{one}," for one in rows), more[0], ""]), encoding="utf-8")
    (event,) = [event for event in load(folder).events if event.latest is not None]
    assert (event.date, event.latest) == (date(2024, 1, 5), date(2024, 1, 9))
    assert event.known == date(2024, 1, 9)
