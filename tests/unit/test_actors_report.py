"""The section on the sides: complete, cautious, in plain words, from the law or from runs."""

from __future__ import annotations

import copy
import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest

from corridor.analysis.sides.law import AS_GIVEN, STRUCTURES, choice_law, hinges, varied
from corridor.analysis.sides.paths import summary_of_runs
from corridor.analysis.sides.summary import SAME, summary
from corridor.analysis.sides.words import Told, policy_words, told_of
from corridor.core.errors import InputError
from corridor.report.sections.sides import TRUST, answer, brief, page, points, section
from corridor.report.sections.sides_first import EVENT, first_lines, first_note, first_table
from corridor.strategy import build, draw_choices
from corridor.strategy.model.read_actors import read_actors

CAUTION = "The actors were drafted by one person."
SIDES = """\
meta: {id: gate, as_of: 2020-03-01, note: "The actors were drafted by one person.", status_quo: {shut: 1},
       decision_clock: {unit: week, horizon: 6}}
actors:
  A: {name: the keeper, rate: 1, options: [shut, hit]}
  B: {name: the town, rate: 1, options: [pay]}
  P: {options: [fine]}
options: {shut: {text: the gate is shut}, hit: {text: the keeper strikes, reversible: false}, pay: , fine: }
features: {road_open: "!shut & !hit", offensive: "hit", settlement: "pay & !shut"}
preferences:
  A:
    - {id: A1, wants: "!(fine & (shut | hit))", evidence: [minutes], strength: 0.1, note: no fine}
    - {id: A2, wants: "shut | hit | pay", evidence: [letter], strength: 0.2, note: shut until the town pays}
    - {id: A3, wants: "hit", evidence: [letter], strength: 0.1, note: it strikes}
    - {id: A4, wants: "!hit", evidence: [letter], strength: 0.1, note: it does not strike}
  B:
    - {id: B1, wants: "!shut", evidence: [letter], note: the gate opens}
    - {id: B2, wants: "!pay", evidence: [letter], note: it keeps its money}
packages: [{id: K, members: [A, B], set: {pay: 1, shut: 0}, rate_per_week: 1}]
policies: {none: {fine: 0}, fined: {fine: 1}, wide: {fine: 0, shut: 0}}
"""
CONTENT = read_actors(SIDES)
OUTCOMES = ["road_open", "offensive", "settlement"]
JARGON = r"\b(nash|sseq|equilibri\w*|logit|lambda|payoff\w*|utilit\w*|prior|posterior|monte|foresight|nan|inf)\b"


def told() -> Told:
    policies = {
        "none": policy_words("Nobody acts", "Nobody does anything."),
        "fined": policy_words("A fine", "The keeper pays while the gate is shut."),
        "wide": policy_words("If the gate stands open", "Hypothesis: the gate stands open."),
    }
    data = {"meta": {"note": CAUTION}, "preferences": {"A": [{"id": "A1", "note": "no fine"}]}}
    return told_of(CONTENT, data, policies, title="The gate", as_of=date(2020, 3, 1))


@pytest.fixture(scope="module")
def law_data() -> dict[str, Any]:
    law = choice_law(
        CONTENT, CONTENT.policies, OUTCOMES, draws=120, structures=tuple(STRUCTURES), structure_draws=60, stability=True
    )
    return summary(law, told())


def rows(outcome: str, values: dict[str, dict[int, float]], name: str = "") -> list[dict[str, Any]]:
    found = []
    for policy, by_day in values.items():
        for day, value in by_day.items():
            row = {"policy": policy, "outcome": outcome, "name": name or outcome, "unit": "1", "better": "higher",
                   "day": day, "value": value, "error": 0.01, "reference": "none"}  # fmt: skip
            if policy != "none":
                row |= {
                    "diff": value - values["none"][day],
                    "diff_error": 0.01,
                    "share_better": 0.3,
                    "share_worse": 0.1,
                }
            found.append(row)
    return found


@pytest.fixture
def path_data() -> dict[str, Any]:
    levels = {"none": {30: 0.1, 91: 0.2}, "fined": {30: 0.3, 91: 0.5}}
    people = {"none": {30: 50_000.0, 91: 70_000.0}, "fined": {30: 20_000.0, 91: 30_000.0}}
    made = [*rows("road_open", levels), *rows("offensive", levels), *rows("way_out", levels)]
    made += [*rows("below_requirement", people), *rows("departures", people), *rows("relief_in", levels)]
    table = pd.DataFrame(made)
    other = table.assign(value=table["value"] / 2, diff=table["diff"] / 2)
    hinge = {"policy": "fined", "outcome": "road_open", "statement": "A1", "input": "actors.A.A1", "low": 0.1, "high": 0.5,
             "error": 0.1, "above_floor": True}  # fmt: skip
    sharp = hinge | {"statement": "", "input": "actors.lambda"}
    unsure = hinge | {"statement": "B1", "error": 0.2}  # above the floor, two standard errors wide
    frame = pd.DataFrame([hinge, hinge | {"statement": "A2", "above_floor": False}, unsure, sharp])
    return summary_of_runs(
        {"base": table, "half": other}, told(), futures=400, hinges=[frame], titles={"base": "As given"}
    )


class Text(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self._quiet = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._quiet = tag in ("style", "script") or (self._quiet and tag not in ("body",))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script"):
            self._quiet = False

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.words.append(data)

    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_shares_are_shares_and_differences_fit_them(law_data: dict[str, Any]) -> None:
    for policy, outcomes in law_data["level"].items():
        for outcome, level in outcomes.items():
            by = [level["by"][one["key"]] for one in law_data["dates"]]
            assert all(0 <= value <= 1 for value in by)
            assert by == sorted(by)
            assert level["between"][0] - 1e-12 <= by[-1] <= level["between"][1] + 1e-12
            if policy != law_data["reference"]:
                own = law_data["level"][law_data["reference"]][outcome]["by"]["6"]
                assert law_data["change"][policy][outcome]["mean"] == pytest.approx(by[-1] - own)


def test_better_goes_with_what_is_good() -> None:
    law = choice_law(CONTENT, CONTENT.policies, OUTCOMES, draws=60)
    data = summary(law, told())
    for outcome, sign in (("road_open", 1), ("offensive", -1)):
        value = law.change("fined", outcome) * sign
        assert data["change"]["fined"][outcome]["better"] == pytest.approx((value > SAME).mean())
        assert data["change"]["fined"][outcome]["worse"] == pytest.approx((value < -SAME).mean())


def test_a_fine_opens_the_gate_where_the_keeper_minds_it(law_data: dict[str, Any]) -> None:
    assert law_data["change"]["fined"]["road_open"]["mean"] > 0.05
    law = choice_law(CONTENT, CONTENT.policies, OUTCOMES, draws=300)
    first = next(one for one in hinges(law, "fined", "road_open") if one.statement == "A1")
    assert first.high > first.low


def test_structures_change_one_thing_in_the_same_draws() -> None:
    draws = draw_choices(CONTENT, build(CONTENT, "none"), 5, 1)
    assert varied(draws, "lambda_half").lam == pytest.approx(draws.lam / 2)
    assert (varied(draws, "foresight_2").rounds == 2).all()
    assert (varied(draws, "inertia_0").inertia == 0).all()
    assert varied(draws, "rates_double").rate == pytest.approx(draws.rate * 2)
    assert varied(draws, AS_GIVEN) == draws


def test_few_draws_of_a_structure_are_the_first_of_many() -> None:
    few = choice_law(
        CONTENT, CONTENT.policies, OUTCOMES, draws=20, structures=(AS_GIVEN, "inertia_0"), structure_draws=8
    )
    many = choice_law(CONTENT, CONTENT.policies, OUTCOMES, draws=20, structures=("inertia_0",))
    # not to the last digit: draws are followed side by side, for as many jumps as the busiest of them needs
    np.testing.assert_allclose(few.chances["inertia_0"], many.chances["inertia_0"][:, :8], rtol=0.0, atol=1e-8)


def test_an_impossible_beginning_is_refused() -> None:
    with pytest.raises(InputError) as error:
        choice_law(read_actors(SIDES.replace("packages:", "infeasible: [{fine: 1, shut: 1}]\npackages:")),
                   {"fined": {"fine": True}}, OUTCOMES, draws=2)  # fmt: skip
    assert "cannot be while policy" in error.value.problems[0].sentence()


@pytest.mark.parametrize("which", ["law_data", "path_data"])
def test_the_caution_stands_beside_every_probability_of_an_offensive(
    which: str, request: pytest.FixtureRequest
) -> None:
    html = str(section(request.getfixturevalue(which)))
    pieces = re.findall(r"<table.*?</table>|<li>.*?</li>|<figure>.*?</figure>", html, flags=re.DOTALL)
    about = [piece for piece in pieces if "An offensive" in Text(piece).text() or ">An offensive" in piece]
    assert len(about) >= 4
    assert [Text(piece).text()[:80] for piece in about if CAUTION not in piece] == []


@pytest.mark.parametrize("which", ["law_data", "path_data"])
def test_the_section_speaks_plainly_and_needs_nothing_from_outside(which: str, request: pytest.FixtureRequest) -> None:
    data = request.getfixturevalue(which)
    html = page(data)
    shown = Text(html)
    assert "script" not in shown.tags
    assert not re.search(r'(src|href)="(?!#)', html)
    assert re.findall(JARGON, shown.text().lower()) == []
    assert TRUST in shown.text()
    assert "not a forecast" in shown.text()
    assert "have no voice" in shown.text()
    assert html == page(copy.deepcopy(data))
    for policy in data["policies"]:
        assert policy["title"] in shown.text()


@pytest.mark.parametrize("which", ["law_data", "path_data"])
def test_the_first_screen_names_the_best_main_policy_of_each_outcome_and_the_caution(
    which: str, request: pytest.FixtureRequest
) -> None:
    data = request.getfixturevalue(which)
    said = brief(data)
    assert said.endswith(f"{TRUST} {CAUTION}")
    titles = {p["id"]: p["title"] for p in data["policies"] if p.get("main", True)}
    asked = [o for o in data["outcomes"] if o["good"] is not None]
    assert asked
    for outcome in asked:
        event = EVENT[outcome["id"]]
        parts = re.findall(
            rf"[^.]* {event} (?:most|least) likely: [^)]*\)|[^.]* {event} \w+ likely by more than[^.]*", said
        )
        assert len(parts) == 1
        part = parts[0]
        sign = 1 if outcome["good"] else -1
        change = {p: sign * data["change"][p][outcome["id"]]["mean"] for p in titles if p != data["reference"]}
        best = max(change, key=lambda p: change[p])
        nothing = "than chance might" in part
        assert nothing != (titles[best] in part)
        assert nothing or change[best] > SAME
        assert nothing or f"±{100 * data['change'][best][outcome['id']]['error']:.1f})" in said
    levels = [said.index(f" {EVENT[o['id']]} ") for o in sorted(asked, key=lambda o: bool(o["good"]))]
    assert levels == sorted(levels)  # what harms stands before what helps
    assert not any(p["title"] in said for p in data["policies"] if not p.get("main", True))


def test_a_policy_that_harms_is_named_before_any_that_helps(path_data: dict[str, Any]) -> None:
    data = copy.deepcopy(path_data)
    policy = next(p["id"] for p in data["policies"] if p.get("main", True) and p["id"] != data["reference"])
    outcome = next(o for o in data["outcomes"] if o["good"] is not None)
    change = data["change"][policy][outcome["id"]]
    change |= {"mean": (-1 if outcome["good"] else 1) * 0.3, "error": 0.05}
    title = next(p["title"] for p in data["policies"] if p["id"] == policy)
    harm = f"“{title}” makes {EVENT[outcome['id']]} {'less' if outcome['good'] else 'more'} likely: "
    said = brief(data)
    assert harm in said
    assert "30 points, ±5.0)" in said
    helps = [at for word in ("most likely", "least likely", "more than chance might") if (at := said.find(word)) >= 0]
    assert helps
    assert said.index(harm) < min(helps)
    change["error"] = 0.15  # two standard errors are not said in words
    assert harm not in brief(data)


def test_ids_are_unique_on_a_page_with_two_sections(law_data: dict[str, Any]) -> None:
    html = str(section(law_data, key="one")) + str(section(law_data, key="two"))
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_hypotheses_stand_apart_and_are_no_answer_where_they_hold_the_outcome(law_data: dict[str, Any]) -> None:
    text = Text(str(section(law_data))).text()
    assert "If others did this" in text
    said = {says: sentence for says, sentence, _ in answer(law_data)}
    assert "If the gate stands open" not in said["A road is open for goods"]
    assert "“A fine” raises it most" in said["A road is open for goods"]


def test_variants_stand_side_by_side(law_data: dict[str, Any]) -> None:
    text = Text(str(section(law_data))).text()
    for title, _ in STRUCTURES.values():
        assert title in text


def test_hinges_name_the_want_its_side_and_its_evidence(path_data: dict[str, Any]) -> None:
    assert [one["statement"] for one in path_data["hinges"]] == ["A1", ""]
    text = Text(str(section(path_data))).text()
    assert "the keeper wants: no fine" in text
    assert "+50 points" in text
    assert "Evidence: minutes" in text
    assert "How surely the sides take what serves them better. In the highest third: +50 points" in text


def test_runs_tell_of_people(path_data: dict[str, Any]) -> None:
    text = Text(str(section(path_data))).text()
    assert "People who eat less than they need on the last day" in text
    assert "30,000 −40,000 ±0; better in 30 %, worse in 10 %" in text.replace("\u00a0", " ")
    assert path_data["people"]["fined"]["left"]["better"] is None
    assert path_data["level"]["fined"]["road_open"]["between"] == [0.25, 0.5]
    assert path_data["change"]["fined"]["road_open"]["between"] == pytest.approx([0.15, 0.3])
    assert [one["id"] for one in path_data["outcomes"]] == ["road_open", "offensive", "way_out"]


def test_the_law_tells_nothing_of_people(law_data: dict[str, Any]) -> None:
    assert "What it means for people" not in str(section(law_data))


@pytest.mark.parametrize(
    ("difference", "said"),
    [(0.154, "+15 points"), (-0.01, "−1 point"), (0.004, "under 1 point"), (0.0, "no difference")],
)
def test_points(difference: float, said: str) -> None:
    assert points(difference) == said


def test_words_of_others_are_escaped(path_data: dict[str, Any]) -> None:
    data = copy.deepcopy(path_data)
    data["policies"][1]["title"] = "<script>alert(1)</script>"
    assert "<script>alert" not in page(data)


def _rivals(signs: dict[str, tuple[int, int]], road: dict[str, tuple[int, int]]) -> dict[str, Any]:
    """Return what two readings make of policies: policy -> sign in each; a change is ten points, an error one."""
    rows = [
        {"model": model, "policy": policy, "outcome": outcome, "chance": 0.3 + 0.1 * at, "chance_error": 0.015,
         "change": 0.1 * sign[at] + 0.001, "error": 0.01, "sign": sign[at]}
        for outcome, found in (("offensive", signs), ("road_open", road))
        for policy, sign in {"none": (0, 0), **found}.items()
        for at, model in enumerate(("main", "other"))
    ]  # fmt: skip
    titles = {"none": "No action", "fined": "A fine", "spoken": "Talks", "armed": "Arms"}
    claims = [{"unrepresented": "no army in it"}, {"unrepresented": ""}]
    return {"reference": "none", "policies": ["none", *signs], "title": titles, "rows": rows, "claims": claims,
            "models": {"main": "Main reading", "other": "Other reading"}, "hypotheses": [],
            "carried": {"says": "a fine hurts", "paragraph": "3"}}  # fmt: skip


def test_the_first_lines_say_harm_change_what_it_hangs_on_and_what_cannot_be_told() -> None:
    found = _rivals(
        {"fined": (-1, -1), "spoken": (0, 0), "armed": (1, 0)}, {"fined": (1, 1), "spoken": (0, 0), "armed": (0, 0)}
    )
    said = first_lines(found)
    assert said == [
        "“Arms” may make an offensive more likely, depending on the reading (0 to +10 points, ±1.0).",
        "In every reading “A fine” makes an offensive less likely (−10 points, ±1.0) and an open road more likely.",
        "In the main reading this hangs on one argument (paragraph 3 of the article): a fine hurts.",
        "No model here can tell how likely an offensive is: readings say 30 to 40 % (±1.5) under “No action”.",
    ]
    unsure = first_lines(_rivals({"fined": (-1, 0)}, {"fined": (0, 0)}))
    assert unsure[1] == (
        "No policy makes an offensive less likely in every reading, and none opens the road more often in every reading."
    )
    disputed = first_lines(_rivals({"fined": (-1, 1), "armed": (1, 1)}, {"fined": (0, 0), "armed": (0, 0)}))
    assert disputed[0] == "“Arms” makes an offensive more likely in every reading (+10 points, ±1.0)."
    alone = first_lines(_rivals({"fined": (-1, 1)}, {"fined": (0, 0)}))
    assert alone[0] == (
        "Readings contradict each other on “A fine”: an offensive becomes less likely in one, more likely in another "
        "(−10 to +10 points, ±1.0)."
    )
    assert first_lines(_rivals({"spoken": (0, 0)}, {"spoken": (0, 0)}))[0].startswith("No reading makes an offensive")


def test_no_first_line_is_longer_than_25_words() -> None:
    found = _rivals(
        {"fined": (-1, -1), "spoken": (-1, 1), "armed": (1, -1)}, {"fined": (1, 1), "spoken": (1, 1), "armed": (0, 0)}
    )
    found["title"] |= {"fined": "A fine for all who shut the gate", "armed": "Arms for the town and its friends"}
    found["carried"] = {"says": "a fine that everybody has to pay hurts whoever shuts the gate most", "paragraph": "3"}
    assert [text for text in first_lines(found) if len(text.split()) > 25] == []


def test_the_table_below_the_first_lines_says_what_readings_make_of_each_policy_and_marks_hypotheses() -> None:
    found = _rivals({"fined": (-1, -1), "spoken": (-1, 0), "armed": (1, -1)}, {"fined": (1, 1), "spoken": (0, 0)})
    supposed = {"model": "main", "policy": "kept", "outcome": "offensive", "chance": 0.19, "chance_error": 0.01,
                "change": -0.21, "error": 0.01, "sign": -1}  # fmt: skip
    found["hypotheses"], found["title"]["kept"] = [supposed], "If the guard stands"
    made = first_table(found)
    assert first_note(found).startswith(
        "A reading is one account of what the sides want: “Main reading” and “Other reading”. 1 of the article's 2 "
        "arguments is in none of the readings. "
    )
    assert "in 96 draws" in first_note(found | {"draws": 96}, "paths")
    assert made["columns"] == [("offensive", "An offensive"), ("road_open", "An open road")]
    assert made["rows"] == [
        ("A fine", "", [("−10 points, ±1.0", "less likely in every reading"),
                        ("+10 points, ±1.0", "more likely in every reading")]),
        ("Talks", "", [("−10 to 0 points, ±1.0", "less likely in some readings, unclear in others"),
                       ("0 points, ±1.0", "no more than chance would")]),
        ("Arms", "", [("−10 to +10 points, ±1.0", "readings contradict each other"), ("–", "")]),
        ("If the guard stands", "hypothesis, main reading only", [("−21 points, ±1.0", "19 % instead of 40 %"), ("–", "")]),
    ]  # fmt: skip
