"""Whole cases whose every free text is hostile: each command survives, shows the text, and nothing in it acts.

Warnings are errors here as everywhere: odd but legal text makes Python say nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_text import HOSTILE, acts

from corridor.cli.main import app
from corridor.core.errors import InputError
from corridor.core.text import visible
from corridor.scenario import load, problems
from corridor.tables.folder import TABLES
from country_case import FILES as COUNTRY
from fuzz_seeds import CASE

PLAIN_COLUMNS = {"target", "date"}
"""columns of the kind text that are no free text"""
WRITABLE = [text for text in HOSTILE if text.strip() and "\ud800" not in text]
IN_TABLES = [text for text in WRITABLE if not set(text) & set("\x00\r\ufeff")]
KEYS = {"title", "question", "summary", "note", "name", "text", "no_voice", "cannot_tell", "says"}
"""keys of YAML files whose values are free text"""


def spoilt_table(name: str, text: str, words: Iterator[str]) -> str:
    """Return a table with a hostile text in every cell of a free-text column; columns that are missing are added."""
    spec = next((spec for spec in TABLES.values() if spec.file == name), None)
    if spec is None:
        return text
    header, *rows = csv.reader(text.splitlines())
    free = [column.name for column in spec.columns if column.kind == "text" and column.name not in PLAIN_COLUMNS]
    header += [column for column in free if column not in header]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        cells = row + [""] * (len(header) - len(row))
        if name == "evidence.csv":  # a claim that is not the analyst's own has a day
            cells[header.index("known")] = cells[header.index("known")] or "2010-01-01"
        writer.writerow([next(words) if column in free else cell for column, cell in zip(header, cells, strict=True)])
    return out.getvalue()


def spoilt_tree(node: Any, words: Iterator[str], key: str = "") -> Any:
    """Return YAML data with a hostile text behind every key of free text."""
    if isinstance(node, dict):
        more = {k: next(words) for k in ("summary",) if "actions" in node and k not in node}
        return {k: spoilt_tree(v, words, k) for k, v in node.items()} | more
    if isinstance(node, list):
        return [spoilt_tree(item, words, key) for item in node]
    return next(words) if key in KEYS and isinstance(node, str) else node


def spoilt(files: dict[str, str], folder: Path, shift: int = 0) -> Path:
    """Write the files with hostile texts, beginning with another one for another `shift`."""
    in_tables = cycle(IN_TABLES[shift:] + IN_TABLES[:shift])
    in_trees = cycle(WRITABLE[shift:] + WRITABLE[:shift])
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".csv"):
            text = spoilt_table(name, text, in_tables)
        else:
            tree = spoilt_tree(yaml.safe_load(text), in_trees)
            if name == "scenario.yaml":
                tree |= {"no_voice": list(WRITABLE), "cannot_tell": list(WRITABLE), "question": WRITABLE[shift]}
            text = yaml.safe_dump(tree, sort_keys=False, allow_unicode=False)
        path.write_text(text, encoding="utf-8")
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return what a command prints on a wide terminal; nothing of it acts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "160")
        app(list(arguments), standalone_mode=False)
    out, err = capsys.readouterr()
    assert not acts(out), arguments
    assert not acts(err), arguments
    return out


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return spoilt(CASE, tmp_path_factory.mktemp("hostile") / "case")


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return spoilt(COUNTRY, tmp_path_factory.mktemp("hostile") / "country", 7)


def test_the_cases_are_hostile_and_legal(case: Path, country: Path) -> None:
    for folder in (case, country):
        assert problems(folder) == []
        told = load(folder).model_dump_json()
        assert "[/bold]" in told
        assert "frac" in told


@pytest.mark.parametrize("command", [("check",), ("audit",), ("plan",), ("check", "--json"), ("audit", "--json")])
def test_what_is_printed_of_a_case(
    case: Path, country: Path, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (case, country):
        out = run(capsys, command[0], str(folder), *command[1:])
        assert out
        if command == ("audit",):
            assert sum(visible(text) in out for text in IN_TABLES if 3 < len(text) < 9) >= 2


@pytest.mark.slow
def test_policies_compared_on_screen_page_and_table(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, table = tmp_path / "page.html", tmp_path / "table.csv"
    out = run(
        capsys, "compare", str(case), "-n", "4", "--store", str(tmp_path / "store"), "--structures", "2", "--sides", "4",
        "--report", str(page), "--csv", str(table), "--threads", "1",
    )  # fmt: skip
    scenario = load(case)
    assert scenario.title.split()[0] in out
    text = page.read_text(encoding="utf-8")
    assert not acts(text)
    assert "<script>" not in text.lower()
    assert "&lt;script&gt;" in text
    assert "javascript:" not in text
    assert "[/bold]" in text
    assert "\\x1b[31mred" in text
    assert "$\\frac" in text
    assert not acts(table.read_text(encoding="utf-8"))


def test_camps_compared_on_screen_and_page(country: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    run(
        capsys, "compare", str(country), "-n", "4", "--store", str(tmp_path / "store"), "--report", str(page),
        "--threads", "1",
    )  # fmt: skip
    text = page.read_text(encoding="utf-8")
    assert not acts(text)
    assert "<script>" not in text.lower()


def test_the_sides_on_screen_page_and_table(case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "sides.html"
    run(capsys, "actors", str(case), "--draws", "8", "--report", str(page))
    assert not acts(page.read_text(encoding="utf-8"))
    for option in ("--csv", "--graphviz", "--lint", "--json"):
        assert run(capsys, "actors", str(case), option, "--draws", "4")


@pytest.mark.parametrize("file", ["scenario.yaml", "policies.yaml", "actors.yaml"])
def test_half_a_character_is_refused_at_its_place(case: Path, tmp_path: Path, file: str) -> None:
    folder = spoilt(CASE, tmp_path / "case")
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8") + 'note: "half \\ud800"\n', encoding="utf-8")
    found = problems(folder)
    assert any(p.file == file and p.line for p in found)
    with pytest.raises(InputError):
        load(folder)


def test_a_title_that_is_everybodys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two policies, two camps of one name stay two."""
    folder = spoilt({name: text.replace("Near camp", "Camp").replace("Far camp", "Camp") for name, text in COUNTRY.items()},
                    tmp_path / "country")  # fmt: skip
    for name in ("policies.yaml",):
        tree = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
        for policy in tree["policies"]:
            policy["title"] = "same"
        (folder / name).write_text(yaml.safe_dump(tree), encoding="utf-8")
    page = tmp_path / "page.html"
    out = run(
        capsys,
        "compare",
        str(folder),
        "-n",
        "2",
        "--store",
        str(tmp_path / "s"),
        "--report",
        str(page),
        "--threads",
        "1",
    )
    assert out.count("same") >= 3
