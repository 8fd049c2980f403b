"""A stored run, or a case, as files of other forms: the ending says in which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.core.errors import InputError, Problem
from corridor.core.files import put_whole, write_whole
from corridor.exchange.data_package import FILE, as_text, folder_fields, package, resource, result_fields
from corridor.exchange.long_csv import header, write_long
from corridor.exchange.narrow import chosen, size_as_text
from corridor.exchange.results_files import SUFFIXES, check_installed
from corridor.exchange.results_files import export as write_binary
from corridor.results.totals import totals as totals_of
from corridor.scenario import find_folder, load
from corridor.scenario.convert import contents, csv_text
from corridor.scenario.spare import spare
from corridor.studies.then import as_known, refuse_other_day

if TYPE_CHECKING:
    import xarray as xr

FORMS = (*SUFFIXES, ".csv", ".csv.gz", ".geojson", FILE)


LARGE = 50_000_000
"""bytes of a CSV from which on its size is told before it is written"""
LESS = "for less: --totals (all places together: low, middle, high), --variables people,intake, or .csv.gz or .parquet"


def export(
    what: str, path: Path, *, hxl: bool = False, variables: Sequence[str] = (), totals: bool = False,
    told: Callable[[str], None] | None = None, as_of: date | None = None,
) -> list[str]:  # fmt: skip
    """Write a run (or, as a data package, a case) and return the files.

    Parameters
    ----------
    what : the store of a run; a case where `path` is a datapackage.json
    path : .nc, .parquet, .csv, .csv.gz, .geojson, or FOLDER/datapackage.json
    hxl : a row of HXL hashtags below the header of a CSV
    variables : only these; all where none is named
    totals : all places together by day, low, middle and high over the futures, instead of every number
    told : called with a sentence before a large table is written, and with what is left out
    as_of : a case as it was known on this day; a run has to look back from it

    Raises
    ------
    InputError : another form; hashtags where no CSV is written; what cannot be read or written
    """
    from corridor.engine import open_run

    form = next((one for one in reversed(FORMS) if path.name.lower().endswith(one)), "")
    if not form:
        message, stem = f"is written as {', '.join(FORMS)}", path.name.split(".")[0] or "run"
        raise InputError([Problem(str(path), 0, 0, "", message, f"write {stem}.nc")])
    if hxl and not form.startswith(".csv"):
        message = "hashtags stand in a row of a CSV"
        raise InputError([Problem("--hxl", 0, 0, "", message, "write a .csv")])
    spare(path)
    check_installed(path)
    is_store = "://" in what or (Path(what) / "run.json").is_file()
    if (variables or totals) and (form == ".geojson" or not is_store):
        message = "of a map or a case there is no less"
        raise InputError([Problem("--totals" if totals else "--variables", 0, 0, "", message, "leave it out")])
    if is_store:
        refuse_other_day(what, as_of)
    if form == FILE and not is_store:
        with as_known(what, as_of) as (then, gone):
            for line in gone if told is not None else ():
                told(line)  # type: ignore[misc]
            return _package_of_case(then, path)
    if not is_store:
        find_folder(what)  # says where there is neither
        remedy = f"corridor compare {what} plays one; a case itself is written as FOLDER/{FILE}"
        raise InputError([Problem(what, 0, 0, "", "is a case, not a stored run", remedy)])
    if form == ".geojson":
        _geojson(open_run(what), path)
        return [path.name]
    run = chosen(totals_of(open_run(what)) if totals else open_run(what), variables)
    if told is not None and form in (".csv", FILE):
        _tell_size(run, path, told)
    if form == FILE:
        return _package_of_run(run, path)
    if form.startswith(".csv"):
        put_whole(path, lambda part: write_long(run, part, hxl=hxl, packed=form.endswith(".gz")))
    else:
        write_binary(run, path)
    return [path.name]


def _tell_size(run: xr.Dataset, path: Path, told: Callable[[str], None]) -> None:
    rows, size = size_as_text(run)
    if size >= LARGE:
        told(f"{path.name}: {rows:,} rows, about {size / 1e6:,.0f} MB; {LESS}")


def _geojson(run: xr.Dataset, path: Path) -> None:
    from corridor.analysis.signs.weights import conditioned
    from corridor.studies.geojson import as_text as geojson_text
    from corridor.studies.geojson import geojson

    write_whole(path, geojson_text(geojson(conditioned(run))))


def _package_of_run(run: xr.Dataset, path: Path) -> list[str]:
    """Write results.csv and its description."""
    from corridor.results import read

    table = path.parent / "results.csv"
    put_whole(table, lambda part: write_long(run, part))
    scenario = read.scenario_of(run)
    one = resource(table.name, table.read_bytes(), result_fields(header(run)), title="Every number of the run")
    about = {name: value for name, value in read.origin(run).items() if value is not None}
    made = package(f"{scenario.id}-results", scenario.title, [one], description=NOT_A_FORECAST, corridor=about)
    write_whole(path, as_text(made))
    return [table.name, path.name]


NOT_A_FORECAST = "Model output, not a forecast or an assessment of fact."


def _package_of_case(case: str, path: Path) -> list[str]:
    """Write every table of a case, its YAML files beside them, and the description."""
    scenario = load(case, actors=None)
    found = contents(find_folder(case), [])
    files: dict[str, str] = {n: c if isinstance(c, str) else csv_text(c) for n, c in found.items()}
    resources: list[dict[str, Any]] = []
    for name, content in found.items():
        if not isinstance(content, str):
            rows = list(content)
            fields = folder_fields(name, rows[0], rows[1:])
            resources.append(resource(name, files[name].encode(), fields))
    about = {"hash": scenario.hash, "variants": [one.model_dump(mode="json") for one in scenario.variants]}
    made = package(scenario.id, scenario.title, resources, description=scenario.question, corridor=about)
    _made(path.parent)
    for name, text in files.items():
        write_whole(path.parent / name, text)
    write_whole(path, as_text(made))  # last: what it describes is whole
    return [*files, path.name]


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            message = "the folder is not empty"
            raise InputError([Problem(str(folder), 0, 0, "", message, "name a new one; nothing was written")])
    except OSError as error:
        message = f"cannot be written: {(error.strerror or 'unknown error').lower()}"
        raise InputError([Problem(str(folder), 0, 0, "", message, "choose another path")]) from error
    return folder
