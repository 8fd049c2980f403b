"""What LibreOffice saves reads equal: a case as a workbook, saved again as a workbook and as CSV, in three locales."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from corridor.exchange.book import convert
from corridor.scenario import bundled, find_folder, load, problems
from corridor.scenario.convert import contents, csv_text

OFFICE = shutil.which("soffice")
LOCALES = {"en-US": (1033, 44), "de-DE": (1031, 59), "fr-FR": (1036, 59)}
"""locale -> its number in the filter, and what its spreadsheets put between columns"""
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{}</value></prop></item>
</oor:items>
"""
pytestmark = [
    pytest.mark.skipif(OFFICE is None, reason="no LibreOffice (soffice) is installed here"),
    pytest.mark.slow,
]


def office(locale: str, to: str, file: Path, out: Path, where: Path) -> None:
    profile = where / f"profile-{locale}" / "user"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "registrymodifications.xcu").write_text(PROFILE.format(locale), encoding="utf-8")
    done = subprocess.run(
        [str(OFFICE), f"-env:UserInstallation={profile.parent.as_uri()}", "--headless", "--convert-to", to,
         "--outdir", str(out), str(file)],
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def number(cell: str) -> str | float:
    """Return a number as a number: 11.0 and 11 are the same."""
    try:
        return float(cell) if cell[:1] in "-0123456789." else cell
    except ValueError:
        return cell


def plain(files: Mapping[str, str | Sequence[Sequence[str]]]) -> dict[str, object]:
    """Return the files of a case: tables as rows of text, lines of YAML without blanks at their ends."""
    return {
        name: [line.rstrip() for line in content.rstrip().split("\n")] if isinstance(content, str)
        else [[number(cell) for cell in row] for row in content]
        for name, content in files.items()
    }  # fmt: skip


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", bundled())
def test_a_workbook_saved_again_reads_equal(name: str, locale: str, tmp_path: Path) -> None:
    before = plain(contents(find_folder(name), []))
    convert(name, tmp_path / "case.xlsx", [])
    office(locale, "xlsx:Calc MS Excel 2007 XML", tmp_path / "case.xlsx", tmp_path / "out", tmp_path)
    assert plain(contents(tmp_path / "out" / "case.xlsx", [])) == before


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", bundled())
def test_every_sheet_saved_as_csv_reads_equal(name: str, locale: str, tmp_path: Path) -> None:
    convert(name, tmp_path / "case.xlsx", [])
    language, separator = LOCALES[locale]
    tokens = f"{separator},34,76,1,,{language},false,true,false,false,false,-1"
    office(locale, f"csv:Text - txt - csv (StarCalc):{tokens}", tmp_path / "case.xlsx", tmp_path / "out", tmp_path)
    folder = tmp_path / "case"
    case = contents(find_folder(name), [])
    for file, content in case.items():
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            target.write_text(content, encoding="utf-8")
        else:
            sheet = file.removesuffix(".csv").replace("observed/", "observed.")
            shutil.copyfile(tmp_path / "out" / f"case-{sheet}.csv", target)
    notes: list[object] = []
    assert problems(folder, notes) == []  # type: ignore[arg-type]
    assert plain(contents(folder, [])) == plain(case)
    assert load(folder).model_dump(exclude={"hash"}) == load(name).model_dump(exclude={"hash"})
    if separator != 44:
        assert any("semicolons between columns" in note.message for note in notes)  # type: ignore[attr-defined]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_csv_of_the_format_opened_and_saved_reads_equal(locale: str, tmp_path: Path) -> None:
    case = contents(find_folder("berlin-1948"), [])
    language, separator = LOCALES[locale]
    where = tmp_path / "in"
    where.mkdir()
    for file in ("stocks.csv", "links.csv", "events.csv", "pipelines.csv", "evidence.csv"):
        (where / file).write_text(csv_text(case[file]), encoding="utf-8")  # type: ignore[arg-type]
        reading = "CSV:44,34,76,1,,1033,false,true"  # as people choose who know that the file has points and commas
        done = subprocess.run(
            [str(OFFICE), f"-env:UserInstallation={(tmp_path / 'p').as_uri()}", "--headless", f"--infilter={reading}",
             "--convert-to", f"csv:Text - txt - csv (StarCalc):{separator},34,76,1,,{language},false,false",
             "--outdir", str(tmp_path / "out"), str(where / file)],
            capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    folder = tmp_path / "case"
    folder.mkdir()
    for file in ("stocks.csv", "links.csv", "events.csv", "pipelines.csv", "evidence.csv"):
        shutil.copyfile(tmp_path / "out" / file, folder / file)
    for file, content in case.items():
        if not (folder / file).exists() and "/" not in file:
            (folder / file).write_text(content if isinstance(content, str) else csv_text(content), encoding="utf-8")
    assert problems(folder, []) == []
    again, before = load(folder), load("berlin-1948")
    for name in ("stocks", "links", "events", "pipelines"):
        assert getattr(again, name) == getattr(before, name), name
