"""The page of a study: drawn once, then kept under the digest of all that it shows and of all code."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from corridor.core.errors import InputError, Problem
from corridor.core.files import write_whole
from corridor.report.html import escaped
from corridor.scenario import find_folder
from corridor.scenario.spare import spare
from corridor.studies.apart import started
from corridor.studies.data import Answered, Told
from corridor.studies.keep import kept_text, key_of, observed_digest
from corridor.studies.play import beside
from corridor.studies.sections import missing, observed, with_sections
from corridor.words import page_in
from corridor.words.catalogue import messages
from corridor.words.speak import check_language, spoken

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from corridor.report.page import Parts

PAGES = ("comparison", "comparison of actor policies", "sides")
SUFFIXES = (".html", ".htm")


def check_path(path: Path) -> None:
    """Refuse a page in a form that is not written, or where none can be. Raises InputError."""
    if path.suffix.lower() not in SUFFIXES:
        message = f"a page is written as HTML, not as {path.suffix or 'a file without an ending'}"
        raise InputError([Problem(str(path), 0, 0, "", message, f"write {path.stem}.html")])
    spare(path)


def check_csv(path: Path) -> None:
    """Refuse a table in a form that is not written, or over what a case is read from. Raises InputError."""
    if path.suffix.lower() not in (".csv", ".txt"):
        message = f"a table is written as CSV, not as {path.suffix or 'a file without an ending'}"
        raise InputError([Problem("--csv", 0, 0, "", message, f"write {path.stem}.csv, which a spreadsheet opens")])
    spare(path)


def write_page(
    study: Answered, path: Path, sections: Mapping[str, int] | None, threads: int | None, told: Told,
    language: str = "en",
) -> Path:  # fmt: skip
    """Write the page of a study and return its path."""
    check_path(path)
    check_language(language)
    if study.kind not in PAGES:
        message = f"no page is drawn of a {study.kind}"
        raise InputError([Problem("--report", 0, 0, "", message, "print its tables, or write them: to_csv, to_json")])
    with spoken(language):  # figures are drawn in it; the text around them is said at the end
        write_whole(path, page_in(_page(study, sections, threads, told, language), language))
    return path


def _page(study: Answered, sections: Mapping[str, int] | None, threads: int | None, told: Told, language: str) -> str:
    """Return the page, its figures in a language, its text English."""
    if study.kind == "sides":
        return _sides_page(study)
    ready = None
    if sections is not None or not study.asked:
        wanted = missing(study, sections)
        with started(study, wanted, threads, told) as apart:
            ready = _ready(study) if apart else None
        study = with_sections(study, sections, threads=threads, told=told)
    where = beside(study.store)
    counted = observed_digest(find_folder(study.folder)) if study.folder else ""
    key = key_of(study.to_json(), counted, [one.text for one in messages(language)] if language != "en" else "")
    name = f"{study.case}-{study.variant}-{study.futures}-page-{key}.html"

    def make() -> str:
        if told is not None:
            told("drawing the page", 0, 1)
        return _html(study, ready or _ready(study)) if study.kind == "comparison" else _sides_page(study)

    page = kept_text(where, name, make)
    if language != "en" and study.command:  # the line that makes this page, not the English one
        page = page.replace(escaped(study.command), escaped(f"{study.command} --language {language}"))
    return page


@dataclass(frozen=True)
class _Ready:
    """What of a page waits for no section: the run, what was read of it, and the pieces drawn from it."""

    results: xr.Dataset
    body: tuple[xr.Dataset, pd.DataFrame, pd.DataFrame] | None
    parts: Parts
    pieces: Mapping[str, Any]


def _ready(study: Answered) -> _Ready:
    from corridor.analysis.bodies import bodies, daily
    from corridor.analysis.compare import last
    from corridor.analysis.outcomes.first_days import curves
    from corridor.analysis.outcomes.relief import relief_gap
    from corridor.analysis.outcomes.thresholds import thresholds
    from corridor.analysis.outcomes.ways import bindings, goods_by_way
    from corridor.report.page import Parts, pieces
    from corridor.report.sections.answer import GAP

    results = study.results
    homes = "people" in results
    parts = Parts(
        gaps=last(results, GAP),
        past=study.to_frame("past") if any(table.id == "past" for table in study.tables) else None,
        weighted=str(study.detail.get("weighted", "")),
        conflicts=cast(Any, study.detail.get("conflicts", ())),
        first=study.to_frame("first_days") if homes else None,
        curves=curves(results) if homes else None,
        relief=relief_gap(results) if homes else None,
        ways=(goods_by_way(results), bindings(results)) if homes else None,
        observed=observed(study),
        changed=study.changes,
        folder=study.folder,
    )
    body = (daily(results), bodies(results), thresholds(results)) if homes else None
    return _Ready(results, body, parts, pieces(results, study.to_frame(), parts))


def _html(study: Answered, ready: _Ready) -> str:
    from corridor.report.page import html
    from corridor.report.sections.bodies import section
    from corridor.report.sections.sides import brief
    from corridor.report.sections.sides import section as sides_section

    found = cast(dict[str, Any], study.sections)
    swept = _frame(found["structures"]["rows"]) if "structures" in found else None
    sides = found.get("sides")
    parts = replace(
        ready.parts,
        backtest=_backtest(found.get("backtest")),
        bodies=None if ready.body is None else section(ready.results, *ready.body, swept),
        sides=None if sides is None else sides_section(sides),
        sides_answer=None if sides is None else brief(sides),
        explored=cast(Any, found.get("explore")),
        command=study.command,
    )
    return html(ready.results, study.to_frame(), parts, ready.pieces)


def _sides_page(study: Answered) -> str:
    from corridor.report.sections.sides import page, whole
    from corridor.report.sections.sides_law import without_chances
    from corridor.strategy import in_words

    if study.kind == "sides" and study.detail["law"] is None:
        analysis = cast(dict[str, Any], study.detail["analysis"])
        section = without_chances(in_words(analysis), analysis["left_out"])
        return whole(study.title, section, study.changes, study.command)
    data = cast(dict[str, Any], study.detail["law"] if study.kind == "sides" else study.sections["structures"])
    return page(data, changed=study.changes, command=study.command)


def _backtest(found: Any) -> Any:
    """Return a backtest as the page reads it: a score without meaning is no number there."""
    if found is None:
        return None
    out = {name: _numbers(rows) if name not in ("curves", "observed") else rows for name, rows in found.items()}
    if "curves" in out:
        out["curves"] = [{**one, "curve": _frame(one["curve"])} for one in out["curves"]]
    return out


def _numbers(rows: Any) -> Any:
    return [{key: math.nan if value is None else value for key, value in row.items()} for row in rows]


def _frame(rows: Any) -> Any:
    import pandas as pd

    return pd.DataFrame(rows)
