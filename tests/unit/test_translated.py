"""No sentence of the program is left in English on a page, in the documents or in the workbook: they are walked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import test_actors_report as actors
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter

import corridor
from corridor.report import style
from corridor.rules import PARAMETERS
from corridor.scenario.write.new import write_new
from corridor.studies.annex import annex, blocks_in, brief
from corridor.studies.office import sheets
from corridor.studies.pack import pack
from corridor.words import spoken
from corridor.words.catalogue import messages
from corridor.words.numbers import LOCALES
from corridor.words.speak import MACHINE_MADE, line_in, said

NAMES = {
    "Admin", "CRPS", "CSV", "Earth", "GAM", "IPC", "Natural", "Numba", "NumPy", "PAWN", "SAM", "SHA", "corridor", "csv",
    "html", "kcal", "kg", "km", "logit", "mm", "numba", "numpy", "python", "xarray", "xlsx", "yaml",
}  # fmt: skip
"""words that stand in every language"""
WORD = re.compile(r"[A-Za-z]{3,}")
HIDDEN = re.compile(r"<(style|code|pre|svg)\b.*?</\1>", re.S)
PATH = re.compile(r"\b[a-z_]+(?:\.[a-z_*]+)+\b|\b[a-z]+_[a-z_]+\b")
SYMBOL = re.compile(r"[a-zA-Z0-9]+(?:/[a-z0-9]+)+")
"""a unit as the format writes it, in the sheet that gives the case's numbers as they stand"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[corridor.Study]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("translated"))
        write_new(Path("mine"))
        yield corridor.compare("mine", futures=8)


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text of plain data, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts_of(key)
            yield from texts_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item)


def of_the_case(study: corridor.Study) -> list[str]:
    """Return what a person wrote into the case, and the sources of the model's numbers, longest first."""
    scenario = corridor.load("mine")
    given = set(texts_of(scenario.model_dump(mode="json")))
    for place in scenario.places:
        given.add(place.label)
    given |= {one.source for one in PARAMETERS.values()}
    given |= {text.partition(": ")[2] for text in given}
    whole = {text.strip().rstrip(".") for text in given}
    return sorted((text for text in whole if len(text) > 2), key=len, reverse=True)


def left_over(texts: set[str], case: list[str], language: str) -> list[str]:
    """Return the texts that no message says and that hold words of the program's own."""
    out, known = [], {one.english for one in messages(language)}
    for text in texts:
        same = text in known or PATH.fullmatch(text) or SYMBOL.fullmatch(text)
        if same or said(text, language) != text:
            continue
        rest = text
        for own in case:
            rest = re.sub(re.escape(own), " ", rest, flags=re.I)
        if set(WORD.findall(PATH.sub(" ", rest))) - NAMES:
            out.append(text)
    return sorted(out)


def nodes(page: str) -> set[str]:
    """Return the texts of a page as they are looked up."""
    shown = HIDDEN.sub(" ", page)
    return {re.sub(r"\s+", " ", unescape(text)).strip() for text in re.findall(r">([^<>]+)<", shown)} - {""}


@pytest.mark.parametrize("language", LOCALES)
def test_page_and_figures(study: corridor.Study, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, answered, told = set[str](), set[str](), style.heard

    def heard(text: str) -> str:
        found = told(text)
        drawn.add(re.sub(r"\s+", " ", text).strip())
        if found != text:
            answered.add(re.sub(r"\s+", " ", found).strip())
        return found

    monkeypatch.setattr(style, "heard", heard)
    study.report("page.html", sections={})
    page = nodes(Path("page.html").read_text(encoding="utf-8"))
    assert len(page) > 300
    assert left_over(page, of_the_case(study), language) == []
    study.report(f"page-{language}.html", sections={}, language=language)
    assert len(drawn) > 100, "figures are drawn in the language"
    # what was said once is asked for again when the figure is finished
    assert left_over(drawn - answered, of_the_case(study), language) == []


@pytest.mark.parametrize("language", LOCALES)
def test_annex_brief_and_workbook(study: corridor.Study, language: str) -> None:
    tables = pack(study)
    blocks = [*annex(study, tables), *brief(study)]
    found: set[str] = set()
    for block in blocks:
        found |= {text for text in texts_of(list(vars(block).values())) if "<svg" not in text}
    for sheet in sheets(study, tables):
        cells = [cell for row in sheet.rows for cell in row if isinstance(cell, str)]
        headers = [name.partition(", ")[0] if sheet.header != () else name for name in sheet.header]
        found |= {sheet.name, sheet.title, *sheet.notes, *cells, *headers}
    found = {re.sub(r"\s+", " ", text).strip() for text in found if not text.startswith("Made again by")}
    assert len(found) > 200
    assert left_over(found, of_the_case(study), language) == []
    with spoken(language) as note:
        assert note
    first, *_ = sheets(study, tables, language)
    assert first.notes[0] == said(MACHINE_MADE, language) != MACHINE_MADE, "the workbook says who translated it"
    assert blocks_in(blocks, language) != blocks
    for sheet in sheets(study, tables, language):
        assert not any(re.search(r", (t/day|a day|person-days)$", name) for name in sheet.header), "units are said"
        assert all("/" not in one.unit for one in sheet.charts), "an axis has a unit in words"


OWN = (
    *(
        "The actors were drafted by one person",
        "The keeper pays while the gate is shut",
        "Hypothesis: the gate stands open",
    ),
    *("If the gate stands open", "shut until the town pays", "Nobody does anything", "it does not strike", "minutes"),
    *(
        "the keeper strikes",
        "it keeps its money",
        "the gate is shut",
        "the gate opens",
        "Main reading",
        "Other reading",
    ),
    *(
        "a fine hurts",
        "Nobody acts",
        "it strikes",
        "The keeper",
        "the keeper",
        "No action",
        "The town",
        "the town",
        "letter",
    ),
    *("The gate", "no fine", "A fine", "Talks", "not ‘", "Arms", "half", "fine", "not ", "pay", "a setting"),
)
"""what that case itself says, which no language of the program knows; longer texts before those that they hold"""
law_data, path_data = actors.law_data, actors.path_data


@pytest.mark.parametrize("kind", ["law", "paths"])
def test_nothing_of_the_section_on_the_sides_is_left(
    law_data: dict[str, Any], path_data: dict[str, Any], kind: str
) -> None:
    """Arabic shows every English word that is left; a message that is there is there in each language."""
    signs = {"fined": (-1, -1), "spoken": (-1, 1), "armed": (1, 0)}
    rivals = actors._rivals(signs, {"fined": (1, 1), "spoken": (0, 0), "armed": (1, 0)})
    rivals |= {"draws": 96, "tested": False, "until": "2020-04-12"}
    data = (law_data if kind == "law" else path_data) | {"rivals": rivals}
    texts = nodes(actors.page(data, changed=["a setting"], command="corridor actors gate"))
    assert len(texts) > 60
    left = []
    for text in texts:
        rest = line_in(text, "ar")
        for own in OWN:
            rest = rest.replace(own, "")
        if WORD.search(rest):
            left.append(text)
    assert left == []


@pytest.mark.parametrize(("language", "label"), [("en", "18,000"), ("es", "18.000"), ("fr", "18\u202f000")])
def test_a_number_of_a_figure_is_said_once(language: str, label: str) -> None:
    """Ticks of two panels that share an axis, and a label that was said before: 18,000, and not 18."""
    with spoken(language):
        figure = style.new_figure(6, 2)
        axes = figure.subplots(1, 2, sharey=True)
        for each in axes:
            each.plot([0, 1], [0, 18_000])
            each.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
            each.set_yticks([18_000])
        axes[0].text(0.5, 9_000, style.lettered("18,000"))
        style.to_svg(figure, "f", "A figure", "Two panels.")
    shown = [text.get_text() for text in figure.findobj(Text) if text.get_text().startswith("18")]
    assert shown == [label] * len(shown)
    assert len(shown) >= 2
