"""Each of the nine checks fires on the mistake it is made for, and only there."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from corridor.strategy import build, lint, lints, read_actors_file
from corridor.strategy.choice.process import ChoiceDraws
from corridor.strategy.lints import Lint, of_number
from corridor.strategy.model.read_actors import read_actors

DRAFT = Path(os.environ.get("CORRIDOR_DATA", "")) / "nagorno-karabakh" / "actors-draft.yaml"

SOUND = """\
meta: {id: m, status_quo: {shut: 1}, decision_clock: {unit: week, horizon: 4}}
actors:
  A: {rate: 0.1, options: [shut]}
  B: {rate: 0.1, options: [pay]}
  P: {options: [fine]}
options: {shut: , pay: , fine: }
features: {deal: "pay & !shut", free: "!shut"}
preferences:
  A:
    - {id: A1, wants: "!(fine & shut)", evidence: x, strength: 0.2}
    - {id: A2, wants: "shut | pay", evidence: x, strength: 0.2}
  B:
    - {id: B1, wants: "deal", evidence: x}
    - {id: B2, wants: "!pay | free", evidence: x}
packages:
  - {id: K, members: [A, B], set: {pay: 1, shut: 0}, rate_per_week: 1}
policies: {none: {fine: 0}, fined: {fine: 1}}
priors: {lambda: {median: 5}, weights: {kind: ordered_simplex}}
"""


def found(text: str, number: int) -> list[Lint]:
    return of_number(lint(read_actors(text)), number)


def change(*pairs: tuple[str, str]) -> str:
    text = SOUND
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def warnings(findings: list[Lint]) -> list[str]:
    return [f.subject for f in findings if f.level == "warning"]


def test_a_sound_file_has_no_warning() -> None:
    assert warnings(lint(read_actors(SOUND))) == []


def test_1_a_policy_that_meets_nobodys_own_options_changes_nothing() -> None:
    text = change(('"!(fine & shut)"', '"!fine"'))
    assert warnings(found(text, 1)) == ["fine", "none and fined"]
    hidden_in_a_feature = change(('"!(fine & shut)"', '"!hit"'), ("features: {", 'features: {hit: "fine & shut", '))
    assert warnings(found(hidden_in_a_feature, 1)) == []


def test_1_two_policies_may_still_differ_through_what_is_feasible() -> None:
    text = change(('"!(fine & shut)"', '"!fine"'), ("features:", "infeasible: [{fine: 1, pay: 1}]\nfeatures:"))
    assert warnings(found(text, 1)) == ["fine"]


def test_2_an_exchange_needs_a_package() -> None:
    assert warnings(found(change(("set: {pay: 1, shut: 0}", "set: {shut: 0}")), 2)) == ["deal"]


def test_3_nobody_signs_for_nothing() -> None:
    text = change(('"shut | pay"', '"shut"'), ('"!(fine & shut)"', '"fine | shut"'))
    findings = found(text, 3)
    assert warnings(findings) == ["deal"]
    assert "not shut, which no statement of A rewards" in findings[0].message


def test_3_a_reward_under_some_policy_is_a_note() -> None:
    findings = found(change(('"shut | pay"', '"shut"')), 3)
    assert [(f.level, f.subject) for f in findings] == [("note", "deal")]
    assert "under none" in findings[0].message


def test_4_when_nearly_everything_is_stable() -> None:
    """Whatever anybody does, somebody can undo it: five actors who each dislike a different option."""
    actors = "".join(f"  A{i}: {{rate: 0.1, options: [o{i}]}}\n" for i in range(5))
    options = ", ".join(f"o{i}: " for i in range(5))
    wants = "".join(f'  A{i}:\n    - {{id: S{i}, wants: "!o{(i + 1) % 5}", evidence: x}}\n' for i in range(5))
    text = f"actors:\n{actors}options: {{{options}}}\npreferences:\n{wants}"
    assert set(warnings(found(text, 4))) == {"GMR", "SEQ"}
    assert "100% of the states" in found(text, 4)[0].message


def test_5_what_cannot_be_taken_back_happens_in_the_end() -> None:
    text = change(
        ("options: {shut: ,", "options: {shut: {reversible: false_to_restore},"), ("A: {rate: 0.1", "A: {rate: 3")
    )
    text = text.replace("meta: {id: m, status_quo: {shut: 1}, ", "meta: {id: m, status_quo: {shut: 1, pay: 1}, ")
    findings = found(text, 5)
    assert findings
    assert all(f.level == "note" for f in findings)
    assert "a week" in findings[0].message
    assert found(SOUND, 5) == []


@pytest.mark.parametrize("already", [0.0, 0.3])
def test_5_the_hazard_is_the_share_that_a_week_takes_of_what_is_left(
    already: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = change(("options: {shut: ,", "options: {shut: {reversible: false},"))
    asked = list[list[float]]()

    def chances(model: object, preferences: object, draws: object, features: object, weeks: int) -> np.ndarray:
        assert weeks == 4 * 4  # four horizons
        assert isinstance(draws, ChoiceDraws)
        asked.append([float(x[0]) for x in (draws.lam, draws.inertia, draws.cost, draws.patience)])
        np.testing.assert_array_equal(draws.rate[:2], [[0.1], [0.1]])
        left = (1.0 - already) * 0.7 ** np.arange(weeks + 1)  # three tenths of what is left, week by week
        return (1.0 - left)[None, None]

    monkeypatch.setattr(lints, "outcome_chances", chances)
    first, second = found(text, 5)
    assert (first.subject, second.subject) == ("none", "fined")
    content = read_actors(text)
    (unnamed,) = lints.absorption(content, build(content), "")
    assert (unnamed.subject, unnamed.message) == ("no policy", first.message)
    after = [1.0 - (1.0 - already) * 0.7**weeks for weeks in (4, 16)]
    assert f"{after[0]:.2f} after 4 weeks and {after[1]:.2f} after 16" in first.message
    assert first.message.endswith("about 0.300 a week")
    # the medians: of a half normal 0.6745 of its scale, of patience about its mean
    p = content.priors
    middle = [5.0, 0.6745 * p.inertia_sd, 0.6745 * p.irreversible_sd, p.patience_a / (p.patience_a + p.patience_b)]
    assert asked == [pytest.approx(middle)] * 3


def test_6_a_choice_that_is_none() -> None:
    text = change(('"!pay | free"', '"pay"'), ('wants: "deal"', 'wants: "pay | !pay"'))
    findings = found(text, 6)
    assert [f.subject for f in findings] == ["pay"]
    assert "is taken in every draw" in findings[0].message


def test_7_a_statement_without_evidence() -> None:
    findings = found(change(('wants: "deal", evidence: x', 'wants: "deal"')), 7)
    assert [(f.subject, f.line) for f in findings] == [("B1", 13)]


def test_8_precision_without_scale() -> None:
    assert warnings(found(change((", weights: {kind: ordered_simplex}", "")), 8)) == ["lambda"]


@pytest.mark.skipif(not DRAFT.is_file(), reason="CORRIDOR_DATA/nagorno-karabakh is not here")
def test_the_draft_of_the_flagship() -> None:
    findings = lint(read_actors_file(DRAFT), draws=50)
    assert warnings(of_number(findings, 1)) == []  # no two of its policies are the same by accident
    assert of_number(findings, 7) == []
    assert of_number(findings, 8) == []
    unrewarded = {f.subject for f in of_number(findings, 3)}
    assert {"settlement", "guaranteed"} <= unrewarded  # the side that must sign terms wants none
