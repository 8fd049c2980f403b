"""What was changed after a folder was read: told, put in one order, and never lost."""

from __future__ import annotations

from datetime import date

import pytest

from corridor.core.errors import InputError
from corridor.scenario import Scenario, add_policy, load, override
from corridor.scenario.change import changes


@pytest.fixture(scope="module")
def case() -> Scenario:
    return load("nagorno-karabakh-2023")


def told(scenario: Scenario) -> list[str]:
    return [change.sentence() for change in changes(scenario)]


def test_a_mapping_and_a_list_set_the_same(case: Scenario) -> None:
    by_mapping = override(case, {"links.goris_kornidzor.kmh": 30, "leaving.siege": (0.1, 0.2, 0.3), "horizon": 30})
    by_list = override(case, ["links.goris_kornidzor.kmh=30", "leaving.siege=0.1..0.2..0.3", "horizon=30"])
    assert by_mapping == by_list
    assert told(by_list)[0] == "links.goris_kornidzor.kmh = 30 (was 30..40..60)"
    assert told(by_list)[2] == "horizon = 30 (was 91)"


def test_the_order_of_changes_leaves_no_trace(case: Scenario) -> None:
    at_once = override(case, {"links.goris_kornidzor.kmh": 30, "as_of": "2023-06-15", "start": "2022-12-20"})
    one_by_one = override(override(override(case, {"links.goris_kornidzor.kmh": 30}), ["start=2022-12-20"]),
                          {"as_of": date(2023, 6, 15)})  # fmt: skip
    assert at_once == one_by_one
    assert (at_once.as_of, at_once.start) == (date(2023, 6, 15), date(2022, 12, 20))


def test_an_earlier_day_sees_nothing_known_later(case: Scenario) -> None:
    june, by_date = load("nagorno-karabakh-2023", "june"), override(case, ["as_of=2023-06-15"])
    assert {row.id for row in by_date.evidence.values()} == {row.id for row in june.evidence.values()}
    assert by_date.events == june.events
    assert max(event.known for event in by_date.events) <= date(2023, 6, 15)
    assert by_date.actors is None
    assert by_date.hash != june.hash


@pytest.mark.parametrize("setting", ["as_of=2023-12-01", "as_of=2020-01-01", "start=2022-01-01", "start=2023-12-01"])
def test_days_outside_the_case_are_refused(case: Scenario, setting: str) -> None:
    with pytest.raises(InputError, match="not between"):
        override(case, [setting])


def test_a_value_that_is_set_again_keeps_what_it_was_at_first(case: Scenario) -> None:
    twice = override(override(case, ["horizon=30"]), ["horizon=40"])
    assert told(twice) == ["horizon = 40 (was 91)"]


def test_what_is_done_by_hand_is_told_and_stays_told(case: Scenario) -> None:
    by_hand = case.model_copy(update={"horizon": 20})
    assert told(case) == []
    assert "by hand" in told(by_hand)[0]
    assert any("by hand" in line for line in told(override(by_hand, ["links.goris_kornidzor.kmh=30"])))
    with pytest.raises(InputError, match="as its folder has it"):
        override(by_hand, ["as_of=2023-06-15"])


def test_a_policy_is_written_as_in_the_file(case: Scenario) -> None:
    entry = {"id": "mine", "title": "Mine", "actions": [
        {"do": "force", "target": "links.goris_kornidzor.regime", "value": "open", "from": "+2", "until": "+9"}]}  # fmt: skip
    more = add_policy(case, entry)
    assert more.policies[:-1] == case.policies
    assert more.policies[-1].actions[0].starts == date(2023, 9, 20)
    assert told(more) == ["policy mine added"]
    assert more.hash != case.hash
    moved = override(more, ["as_of=2023-06-15"])
    assert moved.policies[-1].actions[0].starts == date(2023, 6, 17)


def test_every_fault_of_a_policy_is_told_at_its_place(case: Scenario) -> None:
    with pytest.raises(InputError) as error:
        add_policy(case, {"id": "regime_held", "title": "x", "evidence": ["nothing"], "actions": [
            {"do": "force", "target": "links.goris_kornidzo.regime", "value": "open"},
            {"do": "force", "target": "parameters.leaving.siegee", "value": 1, "from": "+200"}]})  # fmt: skip
    said = str(error.value)
    assert len(error.value.problems) == 5
    assert "is there already" in said
    assert 'actions[0].target: no link "goris_kornidzo"; did you mean "goris_kornidzor"' in said
    assert 'did you mean "leaving.siege"' in said
    assert "not within 91 days" in said
