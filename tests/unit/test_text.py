"""The doors of text: to screen, figure, page, table and JSON. What a person wrote is shown, and nothing in it acts."""

from __future__ import annotations

import ast
import io
import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.core.errors import Problem
from corridor.core.text import as_json, for_csv, plain, visible
from corridor.report.html import render
from corridor.report.screen.console import Screen, grid, styled
from corridor.report.style import drawing, lettered, new_figure, to_svg, wrap

SOURCE = Path(__file__).parents[2] / "src" / "corridor"
HOSTILE = (
    "[/bold]", "[by air]", "[link=file:///x]y[/link]", "[blink]", ":smile:", "$\\frac", "$100 and $200", "a_b^c $x$",
    "\x1b[31mred", "\x9b31m", "\u202egnirts", "\u2066x", "nul\x00", "bell\x07", "half\ud800", "<b>&amp;</b><script>",
    "=cmd|' /C calc'!A0", "@SUM(A1)", "word " * 400, "x" * 3000, "\U0001f600\U0001f3fd", "e\u0301\u0323", "\u05e9\u05dc\u05d5\u05dd",
    "\u4e2d\u6587", "two\nlines", "{{ 7*7 }}", "%s {0}", "_hidden", "\\", "'\"`", "\ufeff", "\ufffe", " ", "",
)  # fmt: skip
anything = st.text(st.characters(), max_size=60) | st.sampled_from(HOSTILE)
letters = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


def acts(text: str) -> list[str]:
    """Return what in a text would act on a terminal instead of being seen."""
    return [
        c for c in text if c != "\n" and (unicodedata.category(c) in ("Cc", "Cs") or c in "\u202a\u202e\u2066\u2069")
    ]


@given(anything)
def test_nothing_acts_and_letters_stay(text: str) -> None:
    shown = visible(text)
    assert not acts(shown)
    shown.encode("utf-8")
    assert visible(shown) == shown
    assert [c for c in text if c.isalnum()] == [c for c in shown if c.isalnum()] or shown != text
    assert "\n" not in plain(text)


def test_what_acts_is_written_out() -> None:
    assert visible("\x1b[31m \u202e \ud800 \x9b \x00\ttab") == "\\x1b[31m \\u202e \\ud800 \\x9b \\x00 tab"
    assert visible("Khankendi/Stepanakert – Բարև «é»\n2") == "Khankendi/Stepanakert – Բարև «é»\n2"
    assert plain("a\n\n b\u2028c\td") == "a b c d"


@given(anything)
def test_a_problem_is_one_line(text: str) -> None:
    said = Problem(text, 1, 2, text, text, text).sentence()
    assert not acts(said)
    assert "\n" not in said


@given(
    st.recursive(anything | st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(anything, inner))
)
def test_json_is_read_back_as_it_was(value: object) -> None:
    text = as_json(value)
    assert json.loads(text) == value
    assert not acts(text)


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-cmd", "@x", " =x", "\t=x"])
def test_a_spreadsheet_runs_no_cell(text: str) -> None:
    assert for_csv(text).startswith("'")


@pytest.mark.parametrize("text", ["-3.5", "+4", "1e-3", "-12 %", "a=b", "–", "", "3"])
def test_numbers_and_plain_texts_stay_as_they_are(text: str) -> None:
    assert for_csv(text) == text


def written(*shown: object) -> str:
    stream = io.StringIO()
    Screen(file=stream, width=200, force_terminal=False).print(*shown)
    return stream.getvalue()


@given(anything)
def test_the_screen_shows_a_text_as_it_is(text: str) -> None:
    table = grid(text)
    table.add_column(text)
    table.add_row(text)
    for out in (written(text), written(styled(text, (text, "bold"))), written(table)):
        assert not acts(out)
    assert "".join(visible(text).split()) in "".join(written(styled(text)).split())


@pytest.mark.parametrize("text", ["[/bold]", "[by air]", ":smile:", "[link=file:///x]y[/link]"])
def test_the_screen_reads_no_markup(text: str) -> None:
    assert text in written(text)
    table = grid(text)
    table.add_column(text)
    table.add_row(text)
    assert written(table).count(text) == 3


def drawn(text: str) -> str:
    with drawing():
        figure = new_figure(4, 3)
        axes = figure.subplots()
        axes.set_title(wrap(text, 30))
        figure.text(0, 0, lettered(text))
        axes.plot([0], [0], label=lettered(text or "x"))
        axes.set_yticks([0], [wrap(text, 13, 2)])
    return to_svg(figure, "key", text, text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_figure_survives_every_text(text: str) -> None:
    svg = drawn(text)
    assert svg.startswith("<svg")
    assert not acts(svg)


def test_a_figure_reads_no_mathematics() -> None:
    from matplotlib.cbook import is_math_text

    for text in ("$x^2$", "\\$x$", "$$", "a $100 b $200", "\\"):
        assert not is_math_text(lettered(text))
        assert lettered(text).replace(r"\$", "$") == text
    assert lettered("\u4e2d\u6587 \u0531") == "□□ \u0531"
    assert max(len(line) for line in wrap("x" * 3000, 13).split("\n")) <= 80


def test_a_page_writes_no_text_as_html(monkeypatch: pytest.MonkeyPatch) -> None:
    from corridor.report import html

    monkeypatch.setattr(html, "template_text", lambda _: "<p title='{{ a }}'>{{ a }}{{ b }}</p>")
    from markupsafe import Markup

    page = render("any", a="<script>\x1b\u202e\ud800 'x'", b=Markup("<i>ours</i>"))
    assert (
        page
        == "<p title='&lt;script&gt;\\x1b\\u202e\\ud800 &#39;x&#39;'>&lt;script&gt;\\x1b\\u202e\\ud800 &#39;x&#39;<i>ours</i></p>"
    )
    for text in HOSTILE:
        assert not acts(render("any", a=text, b=text))


def calls(folder: str) -> list[tuple[str, ast.Call, str]]:
    """Return (file, call, name of what is called) of every call in a folder of the package."""
    found = []
    for path in sorted((SOURCE / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                found.append((path.relative_to(SOURCE).as_posix(), node, name))
    return found


DRAWS = {"set_title": 0, "set_xlabel": 0, "set_ylabel": 0, "supylabel": 0, "supxlabel": 0, "suptitle": 0, "annotate": 0}
"""what writes a text into a figure -> which argument it is"""


def through_the_door(node: ast.expr) -> bool:
    called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    return isinstance(node, ast.Constant) or called in ("wrap", "lettered", "_degrees")


def test_every_text_of_a_figure_goes_through_its_door() -> None:
    seen = 0
    for folder in ("report/figures", "report/map"):
        for file, node, name in calls(folder):
            texts = [keyword.value for keyword in node.keywords if keyword.arg == "label"]
            if name in DRAWS:
                texts.append(node.args[DRAWS[name]])
            elif name == "text" and len(node.args) >= 3:
                texts.append(node.args[2])
            elif name in ("set_xticks", "set_yticks") and len(node.args) > 1:
                labels = node.args[1]
                texts += (
                    labels.elts
                    if isinstance(labels, ast.List)
                    else [labels.elt]
                    if isinstance(labels, ast.ListComp)
                    else [labels]
                )
            elif name == "get_label":
                continue
            for text in texts:
                seen += 1
                assert through_the_door(text) or ast.unparse(text) == "handle.get_label()", (file, node.lineno)
    assert seen > 40


def test_only_the_doors_make_consoles_and_templates() -> None:
    for folder, names, door in (
        (
            "report",
            {"Console", "from_markup", "Table", "Text"},
            {"report/screen/console.py", "report/screen/progress.py"},
        ),
        ("report", {"Environment"}, {"report/html.py"}),
        ("cli", {"print", "echo", "secho", "dumps"}, {"cli/say.py"}),
    ):
        for file, node, name in calls(folder):
            assert name not in names or file in door or (name == "print" and isinstance(node.func, ast.Attribute)), (
                file, node.lineno, name,
            )  # fmt: skip
