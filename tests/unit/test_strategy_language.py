"""The language of preferences: binding, evaluation, and errors at their place."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.strategy.model.language import (
    MAX_DEPTH,
    Formula,
    FormulaError,
    evaluate,
    expand,
    names,
    parse,
    position,
    signs,
)

A, B, C = (np.array([bits[k] for bits in product([False, True], repeat=3)]) for k in range(3))
VALUES = {"a": A, "b": B, "c": C}


def truth(text: str) -> list[bool]:
    return evaluate(parse(text), VALUES, 8).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", A),
        ("!a & b", ~A & B),
        ("not a and b or c", (~A & B) | C),
        ("a | b & c", A | (B & C)),
        ("a & (b | c)", A & (B | C)),
        ("!!a", A),
        ("~(a && b) || c", ~(A & B) | C),
        ("a if b", A | ~B),
        ("b -> a", A | ~B),
        ("a iff b & c", (B & C) == A),
        ("a <=> !b", ~B == A),
        ("a IF b OR c", A | ~(B | C)),
        ("true", np.ones(8, bool)),
        ("a & false", np.zeros(8, bool)),
    ],
)
def test_formulas_mean_what_they_say(text: str, expected: np.ndarray) -> None:
    assert truth(text) == expected.tolist()


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("", 0, "ends too early"),
        ("a &", 3, "ends too early"),
        ("a b", 2, '"b" is not expected'),
        ("(a | b", 0, "never closed"),
        ("a | b)", 5, '")" is not expected'),
        ("a + b", 2, '"+" is not part'),
        ("& a", 0, "where a name should"),
        ("a -> b -> c", 7, "not expected here"),
        ("(a b)", 3, "not expected here"),
        ("__import__('os')", 11, "not part of the language"),
        ("a; b", 1, "not part of the language"),
        ("(" * (MAX_DEPTH + 2) + "a" + ")" * (MAX_DEPTH + 2), MAX_DEPTH + 1, "brackets inside"),
    ],
)
def test_errors_name_the_character(text: str, at: int, message: str) -> None:
    with pytest.raises(FormulaError) as error:
        parse(text)
    assert message in error.value.message
    assert error.value.at == at


def test_names_signs_and_expansion() -> None:
    features = {"open": parse("!block"), "fed": parse("open | (airlift & accept)")}
    formula = expand(parse("!(fed & attack)"), features)
    assert names(formula) == ["block", "airlift", "accept", "attack"]
    assert signs(formula) == {("block", True), ("airlift", False), ("accept", False), ("attack", False)}
    assert position("open | openness & x", "openness") == 7
    assert signs(parse("a if b")) == {("a", True), ("b", False)}
    assert signs(parse("a iff b")) == {("a", True), ("a", False), ("b", True), ("b", False)}


formulas = st.recursive(
    st.sampled_from(["a", "b", "c"]).map(lambda name: ("name", name)),
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner), st.tuples(st.sampled_from(["and", "or", "if", "iff"]), inner, inner)
    ),
    max_leaves=12,
)


def written(formula: Formula) -> str:
    kind = formula[0]
    if kind == "name":
        return str(formula[1])
    if kind == "not":
        return f"!({written(formula[1])})"
    return f"({written(formula[1])}) {kind} ({written(formula[2])})"


def in_python(formula: Formula, row: dict[str, bool]) -> bool:
    kind = formula[0]
    if kind == "name":
        return row[formula[1]]
    parts = [in_python(part, row) for part in formula[1:]]
    return {
        "not": lambda: not parts[0],
        "and": lambda: parts[0] and parts[1],
        "or": lambda: parts[0] or parts[1],
        "if": lambda: parts[0] if parts[1] else True,
        "iff": lambda: parts[0] is parts[1],
    }[kind]()


@given(formulas)
def test_what_is_written_is_read_back_with_the_same_truth(formula: Formula) -> None:
    expected = [in_python(formula, dict(zip("abc", bits, strict=True))) for bits in product([False, True], repeat=3)]
    assert truth(written(formula)) == expected
    assert evaluate(formula, VALUES, 8).tolist() == expected


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_with_a_place_inside_it(text: str) -> None:
    refused = None
    try:
        assert isinstance(parse(text), tuple)
    except FormulaError as error:
        refused = error
    assert refused is None or 0 <= refused.at <= len(text)
