"""Damage the files of small cases, read them, and insist that a reader says what is wrong and raises nothing else.

    python tools/fuzz.py --mutations 100000              every reader, a share each
    python tools/fuzz.py --reader flee --mutations 2000 --seed 7
    python tools/fuzz.py --importers 10000               so many of each importer's own file
    python tools/fuzz.py --replay 7:flee:123             one mutation again, with its traceback

Each fault that is found is printed once, and written with `--keep FOLDER` as a file of the corpus: the reader and the
files that differ from its seed. `tests/unit/test_fuzz.py` replays the corpus and some hundred fresh mutations.
"""

from __future__ import annotations

import argparse
import base64
import json
import logging
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from corridor.core.errors import InputError  # noqa: E402
from country_case import FILES as COUNTRY  # noqa: E402
from fuzz_seeds import ACTORS, BOOK, CASE, CONFLICT, FLEE, SETTINGS  # noqa: E402
from import_seeds import FILES as IMPORTS  # noqa: E402
from import_seeds import FORMS  # noqa: E402

Files = dict[str, bytes]
SLOWEST = 20
"""seconds of processor that one reading may take"""
ASLEEP = 600
"""seconds by the clock, should it wait for something that never comes"""


def _folder(path: Path) -> None:
    """What `corridor check` does, and the tables of what happened."""
    from corridor.scenario import problems
    from corridor.studies.sides_check import check_sides

    found, _ = check_sides(str(path), problems(path))
    for problem in found:
        _well_said(problem)


def _book(path: Path) -> None:
    """What `corridor check` does with a workbook of which these are the parts."""
    part, book = path.parent / "part.xlsx", path.parent / "case.xlsx"
    with zipfile.ZipFile(part, "w") as parts:
        for file in sorted(file for file in path.rglob("*") if file.is_file()):
            parts.write(file, file.relative_to(path).as_posix())
    part.replace(book)
    _folder(book)


def _observed(path: Path) -> None:
    """What a back-test reads; the case itself is sound."""
    from corridor.analysis.backtest.setup import read_exodus
    from corridor.scenario.observed import read_all

    scenario = _case(path)
    names = {"commodity": [row.id for row in scenario.commodities], "place": [row.id for row in scenario.places]}
    _refused(lambda: read_all(path, names))
    _refused(lambda: read_exodus(path, scenario))
    _refused(lambda: _floats(read_all(path, names)))


def _floats(tables: Mapping[str, list[dict[str, str]]]) -> None:
    """What the scores do with cells that were found sound."""
    import numpy as np

    for row in tables.get("scarcity", ()):
        np.datetime64(row["date"], "D"), float(row["level"])
    for row in tables.get("deliveries", ()):
        np.datetime64(row["from"], "D"), np.datetime64(row["to"], "D"), 1.0 / float(row["tonnes"])
    for row in tables.get("camps", ()):
        np.datetime64(row["date"], "D"), float(row["persons"])
    for row in tables.get("destination", ()):
        np.datetime64(row["date"], "D"), float(row["share"])


@cache
def _case(path: Path) -> Any:
    from corridor.scenario import load

    return load(path, calibrated=False)


def _actors(path: Path) -> None:
    """Read a model of the sides, and let it be asked: its checks, what it wants, its exact law over four weeks."""
    import numpy as np

    from corridor.strategy import build, draw_choices, draw_preferences, lint, outcome_chances, read_actors_file

    def asked() -> None:
        content = read_actors_file(path / "actors.yaml")
        model = build(content)
        lint(content, draws=8)
        if model.status_quo >= 0:
            wants, ways = draw_preferences(model, content.priors, 2, 1), draw_choices(content, model, 2, 1)
            every = np.ones(len(model.states), np.bool_)
            chance = outcome_chances(model, wants, ways, {"anything": every}, 4, False, threads=1)
            if not np.allclose(chance, 1.0, atol=1e-6):
                message = f"the law loses mass: {chance.min()}"
                raise AssertionError(message)

    _refused(asked)


def _flee(path: Path) -> None:
    from corridor.exchange.flee.read import read_flee_case
    from corridor.exchange.flee.scenario import scenario_files

    _refused(lambda: scenario_files(read_flee_case(path), path))


def _settings(path: Path) -> None:
    from corridor.exchange.flee.settings import read_flee_settings

    _refused(lambda: read_flee_settings(path / "simsetting.yml"))


def _conflict(path: Path) -> None:
    from corridor.strategy import read_case_json

    _refused(lambda: read_case_json(path / "conflict.json"))


def _refused(read: Callable[[], object]) -> None:
    """Read; a refusal must say something, in one line each."""
    try:
        read()
    except InputError as error:
        if not error.problems:
            raise
        for problem in error.problems:
            _well_said(problem)


def _well_said(problem: Any) -> None:
    said = problem.sentence()
    if not problem.message or (not said.isprintable() and any(ord(letter) < 32 for letter in said)):
        message = f"a problem that says nothing or acts: {said!r}"
        raise AssertionError(message)
    said.encode("utf-8")


def _importers(path: Path) -> None:
    """Every importer on the file that its seed names."""
    from corridor.exchange.registry import KINDS, reader_of

    for kind, (name, _, picks) in IMPORTS.items():
        if (path / name).is_file():
            _refused(lambda kind=kind, name=name, picks=picks: reader_of(KINDS[kind])(path / name, picks))  # type: ignore[misc]


def _importer(kind: str, name: str, picks: Mapping[str, str]) -> Callable[[Path], None]:
    """One importer on its own file; what it read must fit into tables that can be written."""
    from corridor.exchange.merge import texts
    from corridor.exchange.registry import KINDS, reader_of

    def read(path: Path) -> None:
        if (path / name).is_file():
            _refused(lambda: texts(reader_of(KINDS[kind])(path / name, picks).tables))

    return read


READERS: Mapping[str, tuple[Callable[[Path], None], Mapping[str, str], int]] = {
    "case": (_folder, CASE, 5),
    "country": (_folder, COUNTRY, 2),
    "observed": (_observed, CASE, 3),
    "book": (_book, BOOK, 2),
    "actors": (_actors, {"actors.yaml": ACTORS}, 4),
    "flee": (_flee, FLEE, 4),
    "imports": (_importers, {name: text for name, text, _ in IMPORTS.values()}, 4),
    "settings": (_settings, {"simsetting.yml": SETTINGS}, 1),
    "conflict": (_conflict, {"conflict.json": CONFLICT}, 4),
}
"""name -> what reads a folder, the sound files, its share of the mutations"""

IMPORTERS: Mapping[str, tuple[Callable[[Path], None], Mapping[str, str], int]] = {
    f"imports-{form}": (_importer(kind, name, picks), {name: text}, 1)
    for form, (kind, name, text, picks) in ({kind: (kind, *one) for kind, one in IMPORTS.items()} | FORMS).items()
}
"""the same for each importer and each form that it reads"""
ALL = {**READERS, **IMPORTERS}

ONLY = {"observed": "observed/"}
"""reader -> the folder whose files are spoilt"""

TOKENS = (
    b"", b" ", b",", b"\n", b'"', b"-", b"nan", b"inf", b"1e308",
    b"-1", b"0", b"*", b"[", b"]", b"{", b"}", b": ", b"&a ",
    b"*a", b"!!x ", b"? ", b"|", b">", b"\xff", b"\x00", b"\r", b"\x1b[31m",
    b"..", b"2030-01-01", b"9999-12-31", b"closed", b"#", b"- ", b"9" * 400, b"9" * 5000, b"[" * 3000,
    b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xc2\x85", b"\x0c", b"~", b"null", b"<<: ", b"%", b"@",
    b"+999", b"1e-400", b"true", b"=1+1", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"$", b"0x10", b"1_000",
    b"2024-02-30", b"T12:00", b"\xf0\x9f\x98\x80",
    b"\r\n", b";", b"\t", b"\xc2\xa0", b"\xff\xfe", b"1.234,5", b'"40,000"', b"31/12/2023", b"45291", b"sep=;\n",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 0.5, 1e308, float("inf"), float("nan"), 10**30, "", " ", "x", "open", "closed", "0",
    "\ud800", "\x1b[31m", "\u202e", [], {}, [[]], [None], {"a": None}, {"": ""}, [1, "x", {}], "2024-02-30", "+5",
)  # fmt: skip


def damaged(files: Mapping[str, bytes], chance: random.Random, only: str = "") -> Files:
    """Return the files with one to four of them, or pieces of them, spoilt; only those in a folder, if named."""
    spoilt = sorted(name for name in files if name.startswith(only))
    out = dict(files)
    for _ in range(chance.choice((1, 1, 1, 2, 2, 4))):
        name = chance.choice(spoilt)
        if name in out:
            _spoil(out, name, chance)
    return out


def _spoil(out: Files, name: str, chance: random.Random) -> None:
    kind = chance.random()
    if kind < 0.02:
        del out[name]
    elif kind < 0.04:
        out[name] = out[chance.choice(sorted(out))]
    elif kind < 0.06:
        out[name] = out[name][: int(chance.random() * len(out[name]))]
    elif kind < 0.08:
        out[name] = chance.randbytes(chance.randrange(40))
    elif kind < 0.4 or name.endswith((".csv", ".yaml", ".yml", ".json")) is False:
        out[name] = _bytes(out[name], chance)
    else:
        spoil = _table if name.endswith(".csv") else _tree
        try:
            out[name] = spoil(name, out[name], chance)
        except (ValueError, IndexError, yaml.YAMLError, RecursionError):
            out[name] = _bytes(out[name], chance)


def _bytes(data: bytes, chance: random.Random) -> bytes:
    cut = bytearray(data)
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(cut) + 1)
        new = chance.choice(TOKENS) if chance.random() < 0.8 else chance.randbytes(chance.randrange(6))
        cut[at : at + chance.randrange(13)] = new
    return bytes(cut)


def _table(name: str, data: bytes, chance: random.Random) -> bytes:
    rows = [line.split(b",") for line in data.split(b"\n") if line]
    row, column = chance.randrange(len(rows)), chance.randrange(len(rows[0]))
    other = chance.randrange(len(rows))
    match chance.randrange(9):
        case 0:
            rows = [r[:column] + r[column + 1 :] for r in rows]
        case 1:
            rows = [[*r, r[column] if column < len(r) else b""] for r in rows]
        case 2:
            rows[0][column] = chance.choice((chance.choice(TOKENS), chance.choice(rows[0])))
        case 3:
            del rows[row]
        case 4:
            rows.insert(other, list(rows[row]))
        case 5:
            rows[row], rows[other] = rows[other], rows[row]
        case 6:
            rows[row][column % len(rows[row])] = rows[other][column % len(rows[other])]
        case _:
            rows[row][column % len(rows[row])] = chance.choice(TOKENS)
    return b"\n".join(b",".join(r) for r in rows) + b"\n"


def _tree(name: str, data: bytes, chance: random.Random) -> bytes:
    text = data.decode("utf-8")
    root = json.loads(text) if name.endswith(".json") else yaml.safe_load(text)
    spots: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key in list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
            spots.append((node, key))
            walk(node[key])

    walk(root)
    node, key = chance.choice(spots)
    again = chance.choice(spots)
    new = chance.choice(VALUES) if chance.random() < 0.6 else deepcopy(again[0][again[1]])
    match chance.randrange(5):
        case 0:
            del node[key]
        case 1 if isinstance(node, list):
            node.insert(key, new)
        case 1:
            node[chance.choice(("", "x", "id", "none", "2"))] = new
        case 2 if isinstance(node, dict):
            node[str(chance.choice(VALUES))] = node.pop(key)
        case _:
            node[key] = new
    if name.endswith(".json"):
        return json.dumps(root).encode()
    return yaml.safe_dump(root, sort_keys=False, default_flow_style=None).encode("utf-8", "surrogatepass")


def sound(reader: str) -> Files:
    """Return the sound files of a reader."""
    return {name: text.encode("utf-8") for name, text in ALL[reader][1].items()}


def write(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files into an empty folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


class Bench:
    """A folder in memory that holds a reader's files, of which only the damaged ones are written anew."""

    def __init__(self, reader: str, folder: Path) -> None:
        self.read, _, _ = ALL[reader]
        self.files, self.folder = sound(reader), folder / reader
        self.folder.mkdir(parents=True)
        write(self.files, self.folder)
        self.read(self.folder)  # the sound files can be read, and what is compiled is compiled

    def fault(self, files: Mapping[str, bytes]) -> str | None:
        """Return the traceback of what a reader raised besides `InputError`, None where it read or refused."""
        changed = {name for name in self.files if files.get(name) != self.files[name]}
        for name in changed:
            if name in files:
                (self.folder / name).write_bytes(files[name])
            else:
                (self.folder / name).unlink()
        for kind in (signal.SIGPROF, signal.SIGALRM):
            signal.signal(kind, _too_slow)
        signal.setitimer(signal.ITIMER_PROF, SLOWEST)  # of processor: other programs may hold it for long
        signal.alarm(ASLEEP)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                self.read(self.folder)
        except Exception:  # noqa: BLE001 - any of them is the finding
            return traceback.format_exc()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.alarm(0)
            for name in changed:
                (self.folder / name).write_bytes(self.files[name])
        return None


def _too_slow(*_: object) -> None:
    message = f"reading took more than {SLOWEST} s of processor, or {ASLEEP} s by the clock"
    raise TimeoutError(message)


def mutation(reader: str, seed: int, number: int) -> Files:
    """Return the files of one mutation; the same arguments, the same bytes."""
    return damaged(sound(reader), random.Random(f"{seed}:{reader}:{number}"), ONLY.get(reader, ""))


def kept(reader: str, files: Mapping[str, bytes | None]) -> str:
    """Return the text of a file of the corpus."""
    base = sound(reader)
    changed = {name: files.get(name) for name in base if files.get(name) != base[name]}
    shown = {name: None if data is None else base64.b64encode(data).decode() for name, data in changed.items()}
    return json.dumps({"reader": reader, "files": shown}, indent=1) + "\n"


def corpus(path: Path) -> tuple[str, Files]:
    """Return the reader and the files of a file of the corpus."""
    told = json.loads(path.read_text(encoding="utf-8"))
    files = sound(told["reader"])
    for name, data in told["files"].items():
        if data is None:
            files.pop(name, None)
        else:
            files[name] = base64.b64decode(data)
    return told["reader"], files


def where(fault: str) -> str:
    """Return what tells one fault from another: the innermost line of the package, and the kind of error."""
    lines = [line.strip() for line in fault.splitlines()]
    ours = [line for line in lines if "/corridor/" in line and line.startswith("File")]
    return f"{ours[-1] if ours else ''} {lines[-1].split(':')[0][:60]}".replace(str(ROOT) + "/", "").split('"', 1)[-1]


def main() -> int:
    """Fuzz and print; return 1 where a reader raised something else."""
    logging.disable()  # what is told of damaged files
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutations", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reader", choices=sorted(ALL), action="append")
    parser.add_argument("--importers", type=int, metavar="N", help="N mutations of each importer's file, nothing else")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--replay", metavar="SEED:READER:NUMBER")
    asked = parser.parse_args()
    memory = Path("/dev/shm")
    top = Path(tempfile.mkdtemp(prefix="corridor-fuzz-", dir=memory if memory.is_dir() else None))
    try:
        if asked.replay:
            seed, reader, number = asked.replay.split(":")
            fault = Bench(reader, top).fault(mutation(reader, int(seed), int(number)))
            print(fault or "read, or refused with words")
            return int(fault is not None)
        return _fuzz(asked, top)
    finally:
        shutil.rmtree(top, ignore_errors=True)


def _fuzz(asked: argparse.Namespace, top: Path) -> int:
    readers = asked.reader or list(IMPORTERS if asked.importers else READERS)
    shares = sum(ALL[reader][2] for reader in readers)
    wanted = asked.importers * shares if asked.importers else asked.mutations
    found: dict[str, str] = {}
    for reader in readers:
        bench, begin = Bench(reader, top), time.monotonic()
        number = wanted * ALL[reader][2] // shares
        for i in range(number):
            files = mutation(reader, asked.seed, i)
            fault = bench.fault(files)
            if fault is None:
                continue
            place = where(fault)
            if place not in found:
                found[place] = f"{asked.seed}:{reader}:{i}"
                print(f"{found[place]}  {place}", flush=True)
                if asked.keep:
                    asked.keep.mkdir(parents=True, exist_ok=True)
                    (asked.keep / f"{reader}-{asked.seed}-{i}.json").write_text(kept(reader, files), encoding="utf-8")
        seconds = time.monotonic() - begin
        print(
            f"{reader}: {number:,} mutations in {seconds:.0f} s ({1000 * seconds / max(1, number):.1f} ms each)",
            flush=True,
        )
    print(f"{len(found)} fault(s)")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
