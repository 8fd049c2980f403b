"""The page of a study: drawn once, then kept under the digest of all that it shows and of all code."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from corridor.core.errors import InputError, Problem
from corridor.core.files import write_whole
from corridor.report.html import escaped
from corridor.scenario import find_folder
from corridor.studies.data import Answered, Told
from corridor.studies.keep import kept_text, key_of, observed_digest
from corridor.studies.play import beside
from corridor.studies.sections import observed, with_sections
from corridor.words import page_in
from corridor.words.speak import check_language

PAGES = ("comparison", "comparison of actor policies", "sides")
SUFFIXES = (".html", ".htm")


def check_path(path: Path) -> None:
    """Refuse a page in a form that is not written. Raises InputError."""
    if path.suffix.lower() not in SUFFIXES:
        message = f"a report is written as HTML, not as {path.suffix or 'a file without an ending'}"
        raise InputError([Problem("--report", 0, 0, "", message, f"write {path.stem}.html")])


def check_csv(path: Path) -> None:
    """Refuse a table in a form that is not written. Raises InputError."""
    if path.suffix.lower() not in (".csv", ".txt"):
        message = f"a table is written as CSV, not as {path.suffix or 'a file without an ending'}"
        raise InputError([Problem("--csv", 0, 0, "", message, f"write {path.stem}.csv, which a spreadsheet opens")])


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
    if study.kind == "sides":
        write_whole(path, page_in(_sides_page(study), language))
        return path
    if sections is not None or not study.asked:
        study = with_sections(study, sections, threads=threads, told=told)
    where = beside(study.store)
    counted = observed_digest(find_folder(study.folder)) if study.folder else ""
    name = f"{study.case}-{study.variant}-{study.futures}-page-{key_of(study.to_json(), counted)}.html"

    def make() -> str:
        if told is not None:
            told("drawing the page", 0, 1)
        return _html(study) if study.kind == "comparison" else _sides_page(study)

    page = kept_text(where, name, make)
    if language != "en" and study.command:  # the line that makes this page, not the English one
        page = page.replace(escaped(study.command), escaped(f"{study.command} --language {language}"))
    write_whole(path, page_in(page, language))
    return path


def _html(study: Answered) -> str:
    from corridor.analysis.bodies import bodies, daily
    from corridor.analysis.compare import last
    from corridor.analysis.outcomes.first_days import curves
    from corridor.analysis.outcomes.relief import relief_gap
    from corridor.analysis.outcomes.thresholds import thresholds
    from corridor.analysis.outcomes.ways import bindings, goods_by_way
    from corridor.report.page import Parts, html
    from corridor.report.sections.answer import GAP
    from corridor.report.sections.bodies import section
    from corridor.report.sections.sides import brief
    from corridor.report.sections.sides import section as sides_section

    results, found = study.results, cast(dict[str, Any], study.sections)
    body, relief, ways, first = None, None, None, {}
    if "people" in results:
        swept = _frame(found["structures"]["rows"]) if "structures" in found else None
        body = section(results, daily(results), bodies(results), thresholds(results), swept)
        ways = goods_by_way(results), bindings(results)
        relief, first = relief_gap(results), {"first": study.to_frame("first_days"), "curves": curves(results)}
    sides = found.get("sides")
    parts = Parts(
        gaps=last(results, GAP),
        past=study.to_frame("past") if any(table.id == "past" for table in study.tables) else None,
        weighted=str(study.detail.get("weighted", "")),
        conflicts=cast(Any, study.detail.get("conflicts", ())),
        **first,
        relief=relief,
        ways=ways,
        backtest=_backtest(found.get("backtest")),
        bodies=body,
        sides=None if sides is None else sides_section(sides),
        sides_answer=None if sides is None else brief(sides),
        observed=observed(study),
        explored=cast(Any, found.get("explore")),
        changed=study.changes,
        command=study.command,
        folder=study.folder,
    )
    return html(results, study.to_frame(), parts)


def _sides_page(study: Answered) -> str:
    from corridor.report.sections.sides import page

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
