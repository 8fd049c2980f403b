"""What a claim compares is said in words and units, and what carries it may be an option."""

from __future__ import annotations

import re

import pytest

from corridor.core.errors import InputError
from corridor.strategy import build
from corridor.strategy.claims import without
from corridor.studies.rivals import _cell, compared
from corridor.studies.sides_case import Case, claims_of, read


@pytest.fixture(scope="module")
def found() -> Case:
    return read("nagorno-karabakh-2023")


def test_a_claim_says_which_outcome_is_more_likely_and_where(found: Case) -> None:
    said = {claim.id: compared(claim, found) for claim in claims_of(found.folder) if claim.test is not None}
    joins, west = (next(o.text for o in found.content.options if o.id == name) for name in ("ru_join", "ar_west"))
    assert said["P22c"].startswith(f"an offensive is less likely if {joins} (")
    assert said["P22a"].startswith("an open road is more likely if ")
    assert said["P21"].startswith("an offensive is less likely if not: ")
    assert said["P4"] == f"“{west}” is less likely if {_text(found, 'ru_enforce')}, beginning with not: {west}"
    # no id of an option or a feature is left in the words
    ids = {option.id for option in found.content.options} | set(found.content.features)
    for text in said.values():
        assert not {word for word in re.findall(r"\w+", text) if "_" in word} & ids


def test_a_cell_has_a_unit_and_an_error_for_both_of_its_figures() -> None:
    made = {"verdict": "holds", "change": -0.146, "error": 0.011, "without": "no clear effect",
            "without_change": -0.004, "without_error": 0.002}  # fmt: skip
    assert _cell(made) == "holds, −14.6 ± 1.1 points; without it no clear effect, −0.4 ± 0.2 points"
    assert _cell({"verdict": "not represented"}) == "not in this model"


def test_an_option_that_is_left_out_is_never_taken_and_one_that_is_taken_today_stays(found: Case) -> None:
    content = found.content
    number = [option.id for option in content.options].index("ru_join")
    assert build(content, {}).space.face[:, number].any()
    assert not build(without(content, ("ru_join",)), {}).space.face[:, number].any()
    taken = next(name for name, value in content.status_quo.items() if value)
    with pytest.raises(InputError, match=taken):
        without(content, (taken,))


def _text(found: Case, name: str) -> str:
    return next(option.text for option in found.content.options if option.id == name)
