"""Policies that react: sequences, offers that are paid only while something holds, promises, options held for a time."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actors_case import conflict
from corridor.core.errors import InputError
from corridor.engine import choice_paths, run
from corridor.results.dataset import ahead
from corridor.scenario import add_policy, find_folder, load
from corridor.scenario.model import Action, ActorPolicy, Scenario
from corridor.scenario.trigger import threshold_of
from corridor.studies import sides as study_of
from corridor.studies.sides_case import read
from small import CLOSED, small

FUTURES = 16
OPTIONS = ("block", "attack", "sign", "accept", "press")


def act(case: Scenario, target: str, value: float | bool, first: int = 1, **more: Any) -> Action:
    when = threshold_of(more.pop("when", ""))
    return Action(
        do="force", target=target, value=value, starts=case.as_of + timedelta(days=first), when=when, **more
    )  # fmt: skip


def policy(id_: str, *actions: Action, **held: Any) -> ActorPolicy:
    return ActorPolicy(id=id_, title=id_, actions=actions, fixes=held)


def played(case: Scenario, *policies: ActorPolicy, futures: int = FUTURES) -> Any:
    case = case.model_copy(update={"actor_policies": policies})
    return ahead(run(case, actors=True, futures=futures, record=("regime", "stock")))


def taken(ds: Any, policy_: str, option: str) -> np.ndarray[Any, Any]:
    """Return (future, day) whether an option is taken at the end of the day."""
    one = ds["taken"].sel(policy=policy_).isel(condition=0, option=OPTIONS.index(option))
    return np.asarray(one.transpose("future", "day").values > 0)


def shut(ds: Any, policy_: str) -> np.ndarray[Any, Any]:
    """Return (future, day) whether the inner road is closed: no choice touches it, the actions tried here do."""
    inner = [str(name) for name in ds["link"].values].index("inner")
    one = ds["regime"].sel(policy=policy_).isel(condition=0, link=inner).transpose("future", "day")
    return np.asarray((one.values.astype(int) & 31) == CLOSED)


@pytest.mark.slow
def test_a_promise_that_is_always_kept_is_a_fix_and_one_never_kept_is_nothing() -> None:
    """Held for a time from the first day to the last is held; what is half believed is, in each future, one of the two."""
    case = conflict()
    press = "options.press"
    ds = played(
        case,
        policy("fixed", press=True),
        policy("held", act(case, press, True)),
        policy("sure", act(case, press, True, chance=1.0)),
        policy("free"),
        policy("never", act(case, press, True, chance=0.0)),
        policy("half", act(case, press, True, chance=0.5)),
    )
    paths = {str(name): ds["taken"].sel(policy=name).isel(condition=0).values for name in ds["policy"].values}
    np.testing.assert_array_equal(paths["held"], paths["fixed"])
    np.testing.assert_array_equal(paths["sure"], paths["fixed"])
    np.testing.assert_array_equal(paths["never"], paths["free"])
    kept = (paths["half"] == paths["fixed"]).all(axis=(1, 2))
    broken = (paths["half"] == paths["free"]).all(axis=(1, 2))
    assert (kept | broken).all()
    assert 0.25 * FUTURES < kept.sum() < 0.75 * FUTURES
    alone = choice_paths(
        case.model_copy(
            update={"actor_policies": (policy("fixed", press=True), policy("held", act(case, press, True)))}
        ),
        futures=FUTURES,
    )["taken"].values
    np.testing.assert_array_equal(alone[1], alone[0])


def test_an_option_is_held_from_its_day_to_its_day_and_free_besides() -> None:
    case = conflict()
    ends = case.as_of + timedelta(days=12)
    ds = played(case, policy("free"), policy("held", act(case, "options.press", False, 5, ends=ends)))
    assert not taken(ds, "held", "press")[:, 4:12].any()
    np.testing.assert_array_equal(taken(ds, "held", "press")[:, :4], taken(ds, "free", "press")[:, :4])
    assert taken(ds, "held", "press")[:, 12:].any()


def test_an_offer_is_paid_on_the_days_on_which_it_is_earned_and_on_no_other() -> None:
    """On the morning after each evening on which the side has done its part; what never holds is never paid."""
    case = conflict()
    offer = act(case, "links.inner.regime", float(CLOSED), lasts=True, when="taken accept")
    idle = act(case, "links.inner.regime", float(CLOSED), lasts=True, when="taken attack")
    ds = played(case, policy("offered", offer), policy("vain", idle, attack=False), policy("plain", attack=False))
    earned = taken(ds, "offered", "accept")
    np.testing.assert_array_equal(shut(ds, "offered")[:, 1:], earned[:, :-1])
    assert not shut(ds, "offered")[:, 0].any()
    assert (earned[:, :-1].any(axis=1) & ~earned[:, :-1].all(axis=1)).any()
    for name in ("taken", "regime", "stock"):
        assert ds[name].sel(policy="vain").values.tobytes() == ds[name].sel(policy="plain").values.tobytes()


def test_a_second_step_never_comes_before_its_first() -> None:
    """It comes just so many days after it, and not at all where the first never comes."""
    case = conflict()
    first = act(case, "links.inner.regime", float(CLOSED), when="taken accept", id="answered")
    second = act(case, "options.press", False, when="after answered for 3 days")
    ds = played(case, policy("steps", first, second))
    begun = shut(ds, "steps")
    assert 0 < begun.any(axis=1).sum() < FUTURES or begun.any()
    press = taken(ds, "steps", "press")
    for row, pressed in zip(begun, press, strict=True):
        day = int(row.argmax()) if row.any() else row.size
        assert not pressed[day + 3 :].any()
    only_first = played(case, policy("first", first))
    before = taken(only_first, "first", "press")
    for row, pressed, free in zip(begun, press, before, strict=True):
        day = int(row.argmax()) + 3 if row.any() else row.size
        np.testing.assert_array_equal(pressed[:day], free[:day])


def test_physical_steps_follow_a_fixed_day() -> None:
    """After an action on a known day comes a known day: bit for bit the action written on it."""
    case = small()
    gate = act(case, "links.gate.regime", 31.0, 4, id="opened")
    old = case.policies[0]
    after = act(case, "links.inner.regime", float(CLOSED), when="after opened for 5 days")
    plain = act(case, "links.inner.regime", float(CLOSED), 9)
    policies = tuple(
        old.model_copy(update={"id": name, "actions": (gate, one)})
        for name, one in (("after", after), ("plain", plain))
    )
    update = {"policies": policies, "conditions": case.conditions[:1], "reference_policy": "plain"}
    ds = run(case.model_copy(update=update), futures=6, record=("stock",))
    assert ds["stock"].sel(policy="after").values.tobytes() == ds["stock"].sel(policy="plain").values.tobytes()


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"when": "after nobody"}, "no earlier action"),
        ({"while": "after nobody"}, "what has begun has begun"),
        ({"when": "taken accept"}, "nobody chooses in this policy"),
        ({"when": "gone > 0.1", "while": "gone > 0.1"}, "both when and while"),
        ({"credibility": 1.5}, "1.5"),
        ({"target": "options.press", "value": 1}, "nobody chooses in this policy"),
        ({"target": "parameters.leaving.siege", "value": 0.4, "while": "gone > 0.1"}, "not taken back"),
    ],
)
def test_what_cannot_be_is_refused(keys: dict[str, Any], told: str) -> None:
    action = {"do": "force", "target": "links.gate.regime", "value": "open", **keys}
    with pytest.raises(InputError, match=told):
        add_policy(small(), {"id": "p", "title": "P", "actions": [action]})


EXAMPLE = re.compile(r"```yaml\n(actor_policies:\n  - id: step_by_step.*?)```", re.DOTALL)


def with_policies(tmp_path: Path, more: str) -> Path:
    """Return a copy of the bundled case with one more actor policy."""
    folder = tmp_path / "case"
    shutil.copytree(find_folder("nagorno-karabakh-2023"), folder)
    path = folder / "policies.yaml"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    return folder


def test_the_worked_example_is_read_and_no_law_speaks_of_it(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "strategy.md"
    found = EXAMPLE.search(page.read_text(encoding="utf-8"))
    assert found is not None
    folder = with_policies(tmp_path, found[1].removeprefix("actor_policies:\n"))
    one = next(policy for policy in load(folder).actor_policies if policy.id == "step_by_step")
    assert [action.waits for action in one.actions] == [True, True, True]
    case = read(folder)
    assert case.process_only == {"step_by_step": "Step by step"}
    assert "step_by_step" not in case.policies
    with pytest.raises(InputError, match="only the process tells"):
        study_of(case, policies=["step_by_step"])


def test_what_is_wrong_with_what_the_sides_are_held_to_is_told_at_once(tmp_path: Path) -> None:
    more = """
  - id: wrong
    title: Wrong
    fixes: {us_coord: 1}
    actions:
      - {do: force, target: options.us_coord, value: 0}
      - {do: force, target: options.us_levrage, value: 1}
      - {do: force, target: options.us_leverage, value: 1, when: taken az_atack}
      - {do: force, target: options.us_leverage, value: 1, when: after nothing}
"""
    with pytest.raises(InputError) as caught:
        load(with_policies(tmp_path, more))
    told = caught.value.problems
    assert len(told) == 4, told
    assert all(one.file == "policies.yaml" and one.line > 0 and one.column > 0 and one.remedy for one in told)
    for word in ("under fixes", "us_levrage", "az_atack", "no earlier action"):
        assert any(word in one.message for one in told), word
