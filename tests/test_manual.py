"""The manual: every block of its pages runs, every output is what is printed, and the reference says what the code says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import typer

import corridor
from corridor.rules import PARAMETERS, RULES
from corridor.tables.folder import TABLES
from corridor.tables.outcome import OUTCOMES

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import manual  # noqa: E402
import reference  # noqa: E402
import shown  # noqa: E402

NOT_RUN = {
    "docs/cluster.md": "needs SLURM, Kubernetes or a scheduler; tests/unit/test_cluster.py plays what can be played here",
    "docs/strategy.md": "tests/oracles and tests/unit/test_strategy_*.py play its calls",
    "docs/scenario-format.md": "one entry that `corridor new` writes",
    "docs/session.md": "tests/test_docs.py plays it",
    "docs/screen.md": "tests/web plays the screen and the sent page",
    "README.md": "tests/test_docs.py plays it",
    "CONTRIBUTING.md": "tests/test_docs.py plays its recipes",
}
"""pages with blocks that are not played here, and why"""


@pytest.mark.slow
@pytest.mark.parametrize("name", shown.PAGES)
def test_a_page_shows_what_is_printed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", shown.COLUMNS)
    page = (ROOT / name).read_text(encoding="utf-8")
    assert shown.blocks(page)
    assert shown.play(page) == page, "tools/shown.py --write puts it into the page"


def test_every_page_with_blocks_is_played_or_says_why_not() -> None:
    pages = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
    with_blocks = {str(page.relative_to(ROOT)) for page in pages if shown.blocks(page.read_text(encoding="utf-8"))}
    played = {*shown.PAGES, *shown.SLOW}
    assert with_blocks <= played | set(NOT_RUN), with_blocks - played - set(NOT_RUN)
    assert played | set(NOT_RUN) <= with_blocks


def test_a_wrong_output_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = "```console\n$ corridor new mine\nwrote 3 files\n```\n"
    assert shown.play(page) == page.replace("3 files", "12 files; next: corridor compare mine")
    with pytest.raises(AssertionError):
        shown.play("```python\nassert 1 == 2\n```\n")


def test_the_reference_lists_everything() -> None:
    from corridor.cli.main import app

    pages = {name: write() for name, write in reference.PAGES.items()}
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        assert f"## {name}" in pages["reference/commands"]
        for option in command.params:
            for word in option.opts if option.param_type_name == "option" and option.name != "help" else ():
                assert word in pages["reference/commands"], (name, word)
    for name in corridor.__all__:
        assert name == "__version__" or f"## corridor.{name}" in pages["reference/python"]
    for table in TABLES.values():
        assert f"## {table.file}" in pages["reference/tables"]
        for field in table.columns:
            assert f"`{field.name}" in pages["reference/tables"]
    for outcome in OUTCOMES:
        assert f"`{outcome.id}`" in pages["reference/outcomes"]
    for parameter in PARAMETERS:
        assert f"`{parameter}`" in pages["reference/parameters"]


@pytest.mark.parametrize("process", RULES)
def test_a_page_of_a_rule_gets_what_it_declares(process: str) -> None:
    text = reference.rule(process)
    for rule in RULES[process].values():
        for name in (*rule.written, *rule.reads, *rule.yesterday):
            assert f"`{name}`" in text
        for parameter in rule.parameters:
            assert f"`{parameter.name}` | {parameter.default:g} |" in text


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")  # within Sphinx
def test_the_manual_is_sound(tmp_path: Path) -> None:
    """As `make docs` without writing pages: every link, heading and table is read, and any warning is an error."""
    pytest.importorskip("furo", reason="the extra [docs] is not installed")
    assert manual.build(tmp_path / "docs", "dummy") == 0
    source = tmp_path / "manual-pages"
    assert "As declared in the code" in (source / "rules" / "access.md").read_text(encoding="utf-8")
    contents = (source / "index.md").read_text(encoding="utf-8").split("```{toctree}", 1)[1]
    for page in source.rglob("*.md"):
        assert page.name == "index.md" or str(page.relative_to(source))[:-3] in contents.splitlines(), page
