"""Change one operator or one number of the program at a time, run the tests of that module, and count who notices.

    python tools/mutation.py --sample 60 --seed 1         a sample over rules, kernels, engine, strategy, analysis
    python tools/mutation.py --module strategy/stability/unsettle.py --sample 20
    python tools/mutation.py --list                       which tests belong to which module
    python tools/mutation.py --write                      and put the score into docs/reliability.md

Prints the share of changes that a test noticed (or that never ended), and every survivor with its line. A change that
the tests of its module (`mutation_tests.py`) do not notice is shown to the other tests that import the module. Left out
are texts, annotations, the place of a message (`Problem`), keywords that change no result (`NO_RESULT`), how many
digits `round` keeps, and the rows of `Parameter`s, whose numbers `tests/test_docs.py` compares with the manual. Kernels
are played without machine code. The tree stays as it is: each change has a fork of a process that has loaded only
libraries.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import math
import os
import random
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from mutation_tests import FIRST, TESTS, WHOLE

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src/corridor"
PARTS = ("rules", "kernels", "engine", "strategy", "analysis")
PAGE, HEADING = ROOT / "docs/reliability.md", "## Do the tests notice a change?"
LONGEST = 20.0, 4.0
"""seconds of processor, and times those of the unchanged module, after which a change counts as never ending"""
MOST = 120
"""seconds of processor that tests may take unchanged, to be asked at all"""
ASLEEP = 1800
"""seconds by the clock after which it does, should it wait for something that never comes"""
LIBRARIES = ("pytest", "hypothesis", "numpy", "scipy.special", "scipy.stats", "numba", "pandas", "xarray", "zarr",
             "yaml")  # fmt: skip
NO_RESULT = {"strict", "copy", "frozen", "slots", "repr", "indent", "sort_keys", "allow_nan", "maxsize", "daemon",
             "flush", "detail", "stacklevel", "check", "timeout", "threads"}  # fmt: skip
"""keywords: what they refuse never comes, or they are about speed, memory, looks or patience"""
MESSAGES = {"Problem", "Parameter", "fixed"}
"""calls whose numbers are a place in a file, or held by the manual"""
_SWAPS: dict[type[ast.AST], str] = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==", ast.Add: "-", ast.Sub: "+",
    ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "/", ast.Mod: "*", ast.And: "or", ast.Or: "and",
}  # fmt: skip
_SIGNS: dict[type[ast.AST], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.Add: "+", ast.Sub: "-",
    ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.And: "and", ast.Or: "or",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One change: the text from `start` to `end` of a file becomes `new`."""

    file: str
    line: int
    start: int
    end: int
    old: str
    new: str

    def sentence(self) -> str:
        """Return where it is and what is changed."""
        return f"src/corridor/{self.file}:{self.line}: {self.old} becomes {self.new}"


def changes_of(path: Path) -> list[Change]:
    """Return every change of a module, in the order of its lines."""
    text = path.read_text("utf-8")
    raw = text.encode()
    starts = [0]
    for line in raw.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    file, found = path.relative_to(PACKAGE).as_posix(), list[Change]()

    def put(node: ast.expr, new: str) -> None:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        a, b = starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
        found.append(Change(file, node.lineno, a, b, raw[a:b].decode(), new))

    def between(left: ast.expr, right: ast.expr, kind: type[ast.AST]) -> None:
        """Change the sign between two expressions."""
        assert left.end_lineno is not None
        assert left.end_col_offset is not None
        a = starts[left.end_lineno - 1] + left.end_col_offset
        b = starts[right.lineno - 1] + right.col_offset
        at = raw[a:b].find(_SIGNS[kind].encode())
        if at >= 0 and b"#" not in raw[a:b]:
            found.append(Change(file, left.end_lineno, a + at, a + at + len(_SIGNS[kind]), _SIGNS[kind], _SWAPS[kind]))

    def walk(node: ast.AST) -> None:
        called = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        if called in MESSAGES or (isinstance(node, ast.keyword) and node.arg in NO_RESULT):
            return
        if called == "round" and isinstance(node, ast.Call):
            walk(node.args[0])
            return
        if isinstance(node, ast.AnnAssign):
            if node.value is not None:
                walk(node.value)
            return
        if isinstance(node, ast.FunctionDef):
            named = [*node.args.args[len(node.args.args) - len(node.args.defaults) :], *node.args.kwonlyargs]
            given = zip(named, [*node.args.defaults, *node.args.kw_defaults], strict=True)
            for child in (*(d for name, d in given if d and name.arg not in NO_RESULT), *node.body):
                walk(child)
            return
        match node:
            case ast.Compare():
                for left, op, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
                    if type(op) in _SWAPS:
                        between(left, right, type(op))
            case ast.BinOp() if type(node.op) in _SWAPS and not _is_text(node):
                between(node.left, node.right, type(node.op))
            case ast.BoolOp():
                for left, right in zip(node.values, node.values[1:], strict=False):
                    between(left, right, type(node.op))
            case ast.Constant(value=bool()):
                put(node, str(not node.value))
            case ast.Constant(value=int()):
                put(node, str(node.value + 1))
            case ast.Constant(value=float()):
                put(node, repr(1.5 * node.value) if node.value else "1.0")
        for child in ast.iter_child_nodes(node):
            walk(child)

    walk(ast.parse(text))
    return sorted(found, key=lambda change: change.start)


def _is_text(node: ast.BinOp) -> bool:
    return any(
        isinstance(side, ast.Constant | ast.JoinedStr) and not _is_number(side) for side in (node.left, node.right)
    )


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)


def tests_of(file: str) -> tuple[str, ...]:
    """Return the tests of a module, as paths under `tests`."""
    return _first(TESTS, file)


def rings_of(file: str) -> list[tuple[str, ...]]:
    """Return the tests that are asked one after the other, until one notices a change."""
    own, whole = tests_of(file), _first(WHOLE, file)
    # the numbers of whole runs move at nearly every change of a rule or the engine, and cost less than its own tests
    first = (whole, own) if file.startswith(("rules", "kernels", "engine")) else (own, whole)
    return [tests for tests in (_first(FIRST, file), *first, wider(file)) if tests]


def _first(table: tuple[tuple[str, tuple[str, ...]], ...], file: str) -> tuple[str, ...]:
    found = next((tests for begin, tests in table if file.startswith(begin)), ())
    return tuple(name for name in found if (ROOT / "tests" / name.partition("::")[0]).is_file())


@cache
def wider(file: str) -> tuple[str, ...]:
    """Return the other fast tests that import a module: they are asked where its own notice nothing."""
    module, _, leaf = f"corridor.{file.removesuffix('.py').replace('/', '.')}".rpartition(".")
    named = re.compile(rf"from {re.escape(module)}(\.{leaf}\b| import ([^\n]*\b)?{leaf}\b| import \([^)]*\b{leaf}\b)")
    paths = sorted(path for part in ("unit", "claims", "oracles") for path in (ROOT / "tests" / part).glob("test_*.py"))
    found = [path.relative_to(ROOT / "tests").as_posix() for path in paths if named.search(path.read_text("utf-8"))]
    return tuple(name for name in found if name not in tests_of(file))


def play(change: Change | None, file: str, tests: tuple[str, ...], top: Path, seconds: float) -> tuple[int, float]:
    """Run tests of a module, changed or as it is; return pytest's status (-1: never ended), and processor seconds.

    Raises
    ------
    RuntimeError : no test ran
    """
    source = (PACKAGE / file).read_bytes()
    if change is not None:
        source = source[: change.start] + change.new.encode() + source[change.end :]
    (top / "source.py").write_bytes(source)
    child = os.fork()
    if child == 0:
        _tests(file, tests, top, seconds)
    ended = _waited(child)
    used = ended[1].ru_utime + ended[1].ru_stime
    if os.WIFSIGNALED(ended[0]):
        return -1, used
    status = os.waitstatus_to_exitcode(ended[0])
    if status not in (0, 1, 2, 3, 4):
        message = f"{file}: no test ran: {(top / 'out').read_text('utf-8')[-500:]}"
        raise RuntimeError(message)
    return status, used


def _waited(child: int) -> tuple[int, resource.struct_rusage]:
    """Return wait status and use of a process, ended by force where it only sleeps."""
    begin = time.monotonic()
    while True:
        done, status, used = os.wait4(child, os.WNOHANG)
        if done:
            return status, used
        if time.monotonic() - begin > ASLEEP:
            os.killpg(child, signal.SIGKILL)
        time.sleep(0.25)


def _tests(file: str, tests: tuple[str, ...], top: Path, seconds: float) -> None:
    """In the forked process: play tests of a module, whose source lies in `top`, and end."""
    os.setsid()
    most = int(seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 5))
    out = os.open(top / "out", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.chdir(ROOT)
    module = "corridor." + file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    os.environ |= {"MUTANT_MODULE": module, "MUTANT_FILE": str(PACKAGE / file)}
    os.environ |= {"MUTANT_SOURCE": str(top / "source.py")}
    folders = [str(ROOT / folder) for folder in ("src", "tests", "tools")]
    sys.path[:0] = folders
    os.environ["PYTHONPATH"] = os.pathsep.join(folders)
    if plain(file):
        import numba

        os.environ["NUMBA_DISABLE_JIT"] = "1"
        numba.config.DISABLE_JIT = True
    import pytest

    status = 3
    try:
        status = int(pytest.main(["-p", "mutant", "-x", "-q", "-p", "no:cacheprovider", "--no-header",
                                  "-W", "ignore:Module already imported",
                                  *(f"tests/{name}" for name in tests)]))  # fmt: skip
    except BaseException:  # noqa: BLE001  a process that was forked must end here
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


def _played(sample: list[Change], at_once: int, late: Callable[[], bool]) -> list[tuple[Change, int, float]]:
    """Play a sample in so many processes; return change, status (0: survives) and processor seconds of each.

    late : asked before each change; where the time was up, what was drawn before the first that nobody came to is
        returned, so that what is quick is not preferred
    """
    # what is near in the tree shares tests, and these are played unchanged once in each process
    near = sorted(range(len(sample)), key=lambda i: (sample[i].file, i))
    size = -(-len(near) // at_once)
    with tempfile.TemporaryDirectory(prefix="corridor-mutants-") as where:
        children = []
        for part in range(at_once):
            top = Path(where) / str(part)
            top.mkdir()
            children.append((os.fork(), top))
            if children[-1][0] == 0:
                status = 1
                try:
                    _part(sample, sorted(near[part * size :][:size]), top, late)
                    status = 0
                except BaseException:  # noqa: BLE001  a process that was forked must end here
                    traceback.print_exc()
                finally:
                    sys.stdout.flush()
                    os._exit(status)
        broken = [child for child, _ in children if os.waitpid(child, 0)[1]]
        if broken:
            message = f"{len(broken)} of {at_once} processes ended early"
            raise RuntimeError(message)
        lines = [line for _, top in children for line in (top / "told").read_text("utf-8").splitlines()]
    rows = {row[0]: row[1:] for row in map(json.loads, lines)}
    came = next((number for number in range(len(sample)) if number not in rows), len(sample))
    return [(sample[number], *rows[number]) for number in range(came) if rows[number][0] is not None]


def _part(sample: list[Change], numbers: list[int], top: Path, late: Callable[[], bool]) -> None:
    """Play some changes of a sample and write number, status and seconds of each into `top`."""
    sound: dict[tuple[object, ...], float] = {}
    (top / "told").touch()
    for number in numbers:
        if late():
            break
        change, spent, status = sample[number], 0.0, None
        for tests in rings_of(change.file):
            key = (tests, plain(change.file))
            if key not in sound:
                unchanged, used = play(None, change.file, tests, top, MOST)
                sound[key] = used if unchanged == 0 else -1.0
                spent += used
            if sound[key] < 0:
                print(f"{number + 1}: {' '.join(tests)}: unchanged, they fail or last too long; left out", flush=True)
                continue
            status, used = play(change, change.file, tests, top, LONGEST[0] + LONGEST[1] * sound[key])
            spent += used
            if status:
                break
        with (top / "told").open("a", encoding="utf-8") as file:
            file.write(json.dumps([number, status, spent]) + "\n")
        said = {0: "SURVIVES", -1: "never ended", None: "no test"}.get(status, "noticed")
        print(f"{number + 1}: {said} ({spent:.0f} s) {change.sentence()}", flush=True)


def plain(file: str) -> bool:
    """Whether a module is played without machine code."""
    return b"kernels.jit import" in (PACKAGE / file).read_bytes()


def main() -> int:
    """Draw a sample, play it, print score and survivors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--module", action="append", default=[], help="beginning of a path below src/corridor")
    parser.add_argument("--kernels", choices=("also", "only", "none"), default="also", help="modules with kernels")
    parser.add_argument("--least", type=float, default=0.0, help="end with status 1 below this share")
    parser.add_argument("--minutes", type=float, default=1e9, help="by the clock, after which nothing more is drawn")
    parser.add_argument("--at-once", type=int, default=1, help="processes; each also plays its tests unchanged")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    files = sorted(path.relative_to(PACKAGE).as_posix() for part in PARTS for path in (PACKAGE / part).rglob("*.py"))
    files = [file for file in files if not asked.module or file.startswith(tuple(asked.module))]
    files = [file for file in files if asked.kernels == "also" or plain(file) == (asked.kernels == "only")]
    if asked.list:
        for file in files:
            print(f"{file}: {' | '.join(' '.join(tests) for tests in rings_of(file)) or 'none'}")
        return 0
    every = [change for file in files if tests_of(file) for change in changes_of(PACKAGE / file)]
    sample = random.Random(asked.seed).sample(every, min(asked.sample, len(every)))
    print(f"{len(every):,} changes of {len(files)} modules; {len(sample)} drawn with seed {asked.seed}", flush=True)
    for library in LIBRARIES:
        importlib.import_module(library)
    begin, clock = time.process_time(), time.monotonic()
    results = _played(sample, asked.at_once, lambda: time.monotonic() - clock > 60 * asked.minutes)
    counted = Counter(change.file.split("/")[0] for change, _, _ in results)
    found = Counter(change.file.split("/")[0] for change, status, _ in results if status)
    survivors = [change for change, status, _ in results if not status]
    total = sum(spent for _, _, spent in results)
    share, minutes = found.total() / max(1, counted.total()), (total + time.process_time() - begin) / 60
    print(f"score: {found.total()} of {counted.total()} noticed, {told_share(found.total(), counted.total())}, "
          f"{minutes:.0f} minutes of processor; survivors:")  # fmt: skip
    for change in survivors:
        print(f"    {change.sentence()}")
    if asked.write:
        words = f"--sample {asked.sample} --seed {asked.seed}" + "".join(f" --module {one}" for one in asked.module)
        words += "" if asked.kernels == "also" else f" --kernels {asked.kernels}"
        told = section(words, counted, found, survivors, f"of {len(every):,}, in {minutes:.0f} minutes of processor")
        text = PAGE.read_text("utf-8").partition(f"\n{HEADING}")[0]
        PAGE.write_text(f"{text}\n{told}", encoding="utf-8")
    return int(share < asked.least)


def told_share(found: int, counted: int) -> str:
    """Return a share in percent with the standard error of a sample drawn by chance."""
    share = found / max(1, counted)
    return f"{100 * share:.0f} ± {100 * math.sqrt(share * (1 - share) / max(1, counted)):.0f} %"


def section(words: str, counted: Counter[str], found: Counter[str], left: Iterable[Change], of: str) -> str:
    """Return what the page of `reliability.py` says of the tests themselves; of : how many there are, and the time."""
    rows = "\n".join(f"| {part} | {n} | {found[part]} | {told_share(found[part], n)} |" for part, n in counted.items())
    lines = "\n".join(f"- {change.sentence()}".replace("*", "\\*") for change in left) or "- none"
    return f"""{HEADING}

`python tools/mutation.py {words} --write` ({date.today():%d %B %Y}) changed one operator or number of the program at a
time, {counted.total()} drawn by chance {of}, and ran the tests of the changed module. A change is
noticed where a test fails, or where nothing ends any more. Numbers of parameters are left out, since another test
compares them with the manual, and so is what changes no result: the place of a message, a keyword about speed or looks.
After ± stands one standard error of the draw.

| package | changes | noticed | share |
|---|---:|---:|---:|
{rows}
| all | {counted.total()} | {found.total()} | {told_share(found.total(), counted.total())} |

Not noticed:

{lines}
"""


if __name__ == "__main__":
    sys.exit(main())
